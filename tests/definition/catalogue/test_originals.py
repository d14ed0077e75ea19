"""Parameters that the golden values leave out: what the originals returned for these masks.

Computed on the inputs of ``inputs.py`` by MONAI 1.6.1 (in float64, its focal loss in float32) and
segmentation_models.pytorch 0.6.0; beside them a random grid of 3,000 calls agreed.
"""

import numpy as np
import pytest
from tensors import NEEDS_KERAS, as_numpy

from tb_dice import dice, variant
from tests.definition.catalogue.inputs import LABELS, ONE_HOT, PROB

LOGITS = np.log(PROB)
VOID = LABELS.copy()
VOID[:, 4:] = 255
VALID = np.broadcast_to(np.arange(6)[:, None] < 4, LABELS.shape)
PARTLY = ONE_HOT.copy()
PARTLY[:, :, :2, 2] = 255
BINARY = ONE_HOT[..., 1:2].copy()
BINARY[:, 4:] = 255
WEIGHTS = [1.0, 2.0, 5.0]
CE, FOCAL = "monai.DiceCELoss", "monai.DiceFocalLoss"


ORIGINALS = pytest.mark.parametrize(
    ("want", "name", "params", "y_true", "y_pred", "mask"),
    [
        (6.2073110451959765, CE, {"softmax": True, "weight": WEIGHTS}, ONE_HOT, LOGITS, None),
        (
            3.708918702486521,
            CE,
            {"softmax": True, "weight": WEIGHTS, "to_onehot_y": True},
            LABELS,
            LOGITS,
            None,
        ),
        (
            397.0116699843765,
            CE,
            {
                "softmax": True,
                "weight": WEIGHTS,
                "include_background": False,
                "reduction": "sum",
            },
            ONE_HOT,
            LOGITS,
            None,
        ),
        (
            3.303001746000524,
            CE,
            {"sigmoid": True, "weight": [3.0]},
            ONE_HOT[..., :1],
            LOGITS[..., :1],
            None,
        ),
        (
            2.3736832937874555,
            FOCAL,
            {"softmax": True, "weight": WEIGHTS, "alpha": 0.25, "gamma": 1.5},
            ONE_HOT,
            LOGITS,
            None,
        ),
        (
            26.400604232968643,
            FOCAL,
            {
                "sigmoid": True,
                "weight": WEIGHTS[1:],
                "include_background": False,
                "reduction": "sum",
            },
            ONE_HOT,
            LOGITS,
            None,
        ),
        (
            0.8040425395633114,
            "monai.DiceLoss",
            {"weight": [7.0]},
            ONE_HOT[..., :1],
            PROB[..., :1],
            None,
        ),
        (
            0.7363679196812662,
            "monai.DiceLoss",
            {"softmax": True, "to_onehot_y": True, "ignore_index": 255},
            VOID,
            LOGITS,
            None,
        ),
        (0.8155530042200838, "monai.DiceLoss", {"ignore_index": 1}, ONE_HOT, PROB, None),
        (0.8155530042200838, "monai.DiceLoss", {"ignore_index": 1}, LABELS, PROB, None),
        (
            0.7417792810952109,
            "monai.TverskyLoss",
            {"softmax": True, "ignore_index": 255, "alpha": 0.3, "beta": 0.7},
            VOID,
            LOGITS,
            None,
        ),
        (0.7891771350947491, "monai.MaskedDiceLoss", {"sigmoid": True}, ONE_HOT, LOGITS, VALID),
        (
            0.6676826828254231,
            "smp.DiceLoss",
            {"mode": "multiclass", "ignore_index": 255, "smooth": 1.0},
            VOID,
            LOGITS,
            None,
        ),
        (
            0.8194939127799115,
            "smp.TverskyLoss",
            {"mode": "multilabel", "ignore_index": 255, "alpha": 0.3, "beta": 0.7, "gamma": 0.75},
            PARTLY,
            LOGITS,
            None,
        ),
        (
            1.6561741028401966,
            "smp.JaccardLoss",
            {"mode": "binary", "ignore_index": 255, "log_loss": True},
            BINARY,
            LOGITS[..., 1:2],
            None,
        ),
    ],
)


@ORIGINALS
def test_values_of_the_originals(want, name, params, y_true, y_pred, mask):
    assert dice(y_true, y_pred, name, mask=mask, **params) == pytest.approx(want, rel=1e-7)


@NEEDS_KERAS
@ORIGINALS
def test_losses_of_the_originals(want, name, params, y_true, y_pred, mask):
    from tb_dice.losses import DiceLoss

    loss = DiceLoss(variant(name, **params), reduction=None)  # reduction would be Keras'
    got = as_numpy(loss(y_true, y_pred.astype(np.float32), mask=mask))
    assert float(got) == pytest.approx(want, rel=2e-5)


def test_the_metric_leaves_out_the_voxels_of_a_class():
    hard = np.eye(3)[PROB.argmax(-1)]
    got = dice(ONE_HOT, hard, "monai.DiceMetric", ignore_index=1)
    assert got == pytest.approx(0.28863635659217834, rel=1e-6)

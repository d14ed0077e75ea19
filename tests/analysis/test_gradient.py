"""The closed form against differences of the reference, and against TensorFlow's gradients."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tensors import WHY_TENSORFLOW

from tb_dice import dice
from tb_dice.analysis.gradient import gradients
from tb_dice.analysis.table import stack
from tb_dice.definition import catalogue
from tb_dice.definition.spec import DEFAULT, DiceSpec

from .make import from_masks, random_record

SOFT = DiceSpec.of(compare="soft", smooth_num=1e-3, smooth_den=1e-3)
BATCH = np.array([0, 0, 1, 1, 1])


def masks():
    """Five 3 x 3 samples of three classes: present, missed, false alarms, and an empty target."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, (5, 3, 3))
    true[1][true[1] == 1] = 0
    true[3] = 0
    logits = rng.normal(0, 1.5, (5, 3, 3, 3))
    logits[2, ..., 1] = -3
    prob = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return true, prob


TRUE, PROB = masks()
ONE_HOT = (TRUE[..., None] == np.arange(3)).astype(float)
HARD = PROB.argmax(-1)[..., None] == np.arange(3)
STATE = ONE_HOT.any((1, 2)) + 2 * HARD.any((1, 2))
TABLE = stack([from_masks(TRUE, PROB, batch=BATCH)])


def shares(slopes):
    """[4, 3], from |dL/dp| [N, H, W, 3]."""
    size = np.abs(slopes).sum((1, 2))
    cases = np.stack([np.where(case == STATE, size, 0).sum(0) for case in range(4)])
    return cases / cases.sum()


def by_differences(spec, step=1e-6):
    """The slopes of the value over the pass, batch by batch, in every voxel."""
    slopes = np.zeros_like(PROB)
    for batch in np.unique(BATCH):
        rows = np.flatnonzero(batch == BATCH)
        for place in np.ndindex(PROB[rows].shape):
            moved = [PROB[rows], PROB[rows]]
            for sign, prob in zip((1, -1), moved, strict=True):
                prob[place] += sign * step
            up, down = (dice(ONE_HOT[rows], prob, spec) for prob in moved)
            row = (rows[place[0]], *place[1:])
            slopes[row] = (up - down) / (2 * step) * len(rows) / len(BATCH)
    return slopes


AXES = [
    {"power": 2, "form": "one_minus"},
    {"error_power": 2},
    {"alpha": 0.3, "beta": 0.7, "focal": 0.75, "form": "one_minus"},
    {"over": {"space", "batch"}, "form": "minus_log", "form_when": "after"},
    {"weights": "inverse_square", "weights_on": "ratio", "over": {"space", "class"}},
    {"weights": "inverse", "weights_on": "ratio", "over": {"space", "class", "batch"}},
    {"weights_on": "ratio", "class_floor": 4.0, "over": {"space", "class"}},
    {"weights": "support", "normalise": "weights"},
    {"weights": "inverse", "reduce": "sum_classes"},
    {"weights": "inverse", "reduce": "class_then_batch", "normalise": "weights"},
    {"empty": "nan", "empty_when": "target", "skip_nan": True},
    {"empty": "nan", "empty_when": "target", "skip_nan": True, "reduce": "class_then_batch"},
    {"empty": "nan", "empty_when": "target", "skip_nan": True, "reduce": "batch_then_class"},
    {"empty": "one", "empty_when": "target", "reduce": "sum"},
    {"floor": 5.0, "form": "minus"},
    {"overlap": "difference"},
    {"background": False},
    {"focal": 1.5, "focal_when": "after", "form": "one_minus", "form_when": "after"},
]
REFUSED = {
    "recipe.dice_loss2": "per voxel",
    "recipe.dice_loss3": "sigmoid",
    "monai.DiceMetric": "no gradient",
    "monai.AsymmetricFocalTverskyLoss": "clips p",
    "unified_focal.focal_tversky_loss": "clips p",
}


@pytest.mark.parametrize("axes", AXES, ids=lambda axes: "-".join(sorted(axes)))
def test_axes_against_differences(axes):
    spec = SOFT.replace(**axes)
    found = gradients(TABLE, 0, spec)
    assert found.refused is None
    np.testing.assert_allclose(found.cases, shares(by_differences(spec)), atol=1e-7)
    assert found.share.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "name",
    [
        "recipe.dice_loss",
        "recipe.neg_log_dice_coef",
        "recipe.dice_coef_multilabel_loss",
        "monai.GeneralizedDiceLoss",
        "nnunet.SoftDiceLoss",
        "focal_tversky_unet.focal_tversky",
        "jadon.log_cosh_dice_loss",
        "niftynet.generalised_dice",
    ],
)
def test_variants_against_differences(name):
    spec = catalogue.variant(name)
    found = gradients(TABLE, 0, spec)
    assert found.refused is None
    np.testing.assert_allclose(found.cases, shares(by_differences(spec)), atol=1e-7)


@pytest.mark.parametrize(
    "name", ["recipe.multiclass_dice_loss", "monai.GeneralizedDiceLoss", "niftynet.dice"]
)
def test_against_tensorflow(name):
    tf = pytest.importorskip("tensorflow", reason=WHY_TENSORFLOW)
    if pytest.importorskip("keras").backend.backend() != "tensorflow":
        pytest.skip("Keras runs on another backend")
    from tb_dice.losses import DiceLoss

    loss = DiceLoss(name, reduction=None, dtype="float64")
    slopes = np.zeros_like(PROB)
    for batch in np.unique(BATCH):
        rows = np.flatnonzero(batch == BATCH)
        prob = tf.constant(PROB[rows])
        with tf.GradientTape() as tape:
            tape.watch(prob)
            value = loss(tf.constant(ONE_HOT[rows]), prob)
        slopes[rows] = tape.gradient(value, prob).numpy() * len(rows) / len(BATCH)
    found = gradients(TABLE, 0, catalogue.variant(name))
    np.testing.assert_allclose(found.cases, shares(slopes), atol=1e-6)


def test_by_hand():
    # Two samples of one class and four voxels, p = .5: target of two voxels, and an empty one.
    true = np.array([[[1, 1, 0, 0]], [[0, 0, 0, 0]]])
    prob = np.full((2, 1, 4, 1), 0.5)
    one_hot = from_masks(1 - true, prob, classes=("a",), background=None, exclusive=False)
    spec = SOFT.replace(smooth_num=1, smooth_den=1)
    found = gradients(stack([one_hot]), 0, spec)
    # sample 1: N = 3, D = 5; target voxels (2 D - N) / D^2 = 7/25, others -N / D^2 = -3/25
    # sample 2: N = 1, D = 3; all voxels -1/9
    one, other = 2 * 7 / 25 + 2 * 3 / 25, 4 / 9
    assert found.classes == ("a",)
    assert found.share == pytest.approx([1])
    present, empty = found.cases[[3, 2], 0]
    assert (present, empty) == pytest.approx((one / (one + other), other / (one + other)))


def test_where_both_are_empty_a_small_smooth_takes_it_all():
    true = np.zeros((2, 4, 4), int)
    true[0, :2] = 1
    prob = np.zeros((2, 4, 4, 2))
    prob[..., 0], prob[..., 1] = 0.999999, 1e-6
    prob[0, :2] = [0.1, 0.9]
    found = gradients(
        stack([from_masks(true, prob)]), 0, catalogue.variant("recipe.multiclass_dice_loss")
    )
    assert found.cases[0, 1] > 0.99


@pytest.mark.parametrize(("name", "words"), list(REFUSED.items()))
def test_refused_variants(name, words):
    found = gradients(TABLE, 0, catalogue.variant(name))
    assert words in found.refused
    assert np.isnan(found.cases).all()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (DEFAULT, "no gradient"),
        (SOFT.replace(reduce="per_class"), "several numbers"),
        (SOFT.replace(extra="cross_entropy"), "cross-entropy"),
        (SOFT.replace(power=2, alpha=0.9, beta=0.1), "sign"),
        (DiceSpec.of(compare="soft", form="minus_log"), "infinite"),
    ],
)
def test_refused(spec, words):
    true = TRUE.copy()
    true[0] = 0
    table = stack([from_masks(true, PROB, batch=BATCH)])
    assert words in gradients(table, 0, spec).refused


def test_soft_targets_and_logits_are_refused():
    record = random_record(0)
    soft = {**record.sums, "true_sq_sum": record.sums["true_sq_sum"] / 2}
    logits = {**record.sums, "pred_sq_sum": record.sums["pred_sq_sum"] + 100}
    for sums, words in ((soft, "targets of 0 and 1"), (logits, "in [0, 1]")):
        table = stack([replace(record, sums=sums)])
        assert words in gradients(table, 0, SOFT).refused


def test_regions_are_no_channels():
    fields = {"classes": ("background", "a", "whole"), "regions": {"whole": (1,)}}
    found = gradients(stack([random_record(0, **fields)]), 0, SOFT)
    assert found.classes == ("background", "a")
    assert found.cases.shape == (4, 2)


def test_no_gradient_at_all():
    spec = SOFT.replace(empty="one", empty_when="target", background=False)
    record = from_masks(np.zeros((2, 3, 3), int), PROB[:2])
    found = gradients(stack([record]), 0, spec)
    assert found.refused is None
    assert all(math.isnan(share) for share in found.share)


def test_words():
    words = gradients(TABLE, 0, catalogue.variant("recipe.dice_loss")).words
    assert words.startswith("Share of the sum of |dL/dp| over all voxels")
    assert "per sample, classes summed" in words

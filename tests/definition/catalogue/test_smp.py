"""segmentation_models.pytorch: modes, classes and the rule for empty targets."""

import numpy as np
import pytest

from tb_dice import dice, variant
from tests.definition.catalogue.inputs import EMPTY, LABELS, ONE_HOT, PROB, sums


def test_false_alarms_on_an_absent_class_cost_nothing():
    drawn = np.ones_like(EMPTY)
    for name in ("smp.DiceLoss", "smp.JaccardLoss", "smp.TverskyLoss"):
        assert dice(EMPTY, drawn, name, mode="binary", from_logits=False) == 0


@pytest.mark.filterwarnings("ignore::UserWarning")  # of predictions that are not probabilities
def test_modes_choose_the_activation():
    logits = np.log(PROB)
    want = dice(ONE_HOT, PROB, "smp.DiceLoss", mode="multiclass", from_logits=False)
    assert dice(LABELS, logits, "smp.DiceLoss", mode="multiclass") == pytest.approx(want)
    sigmoid = 1 / (1 + np.exp(-logits))
    want = dice(ONE_HOT, sigmoid, "smp.DiceLoss", mode="multilabel", from_logits=False)
    assert dice(ONE_HOT, logits, "smp.DiceLoss", mode="multilabel") == pytest.approx(want)
    with pytest.raises(ValueError, match="`mode` to be one of"):
        variant("smp.DiceLoss", mode="multi")


def test_binary_takes_all_channels_as_one():
    """smp 0.6.0 reshapes to one channel; the value is what it returned."""
    got = dice(ONE_HOT, PROB, "smp.DiceLoss", mode="binary", from_logits=False)
    assert got == pytest.approx(0.6802447382858507, rel=1e-9)


def test_class_weights_follow_the_classes_and_are_normalised():
    tp, t, p = sums(ONE_HOT, PROB, (0, 1, 2))
    each = 1 - 2 * tp / (t + p)
    options = {"mode": "multilabel", "from_logits": False, "class_weights": [1, 2, 5]}
    got = dice(ONE_HOT, PROB, "smp.DiceLoss", **options)
    assert got == pytest.approx(each @ [1, 2, 5] / 8)
    got = dice(ONE_HOT, PROB, "smp.DiceLoss", classes=[2, 0], **options)
    assert got == pytest.approx((5 * each[2] + each[0]) / 6)
    with pytest.raises(ValueError, match="no `classes` or `class_weights`"):
        variant("smp.DiceLoss", mode="binary", class_weights=[1])


def test_gamma_comes_after_the_mean():
    plain = dice(ONE_HOT, PROB, "smp.TverskyLoss", mode="multilabel", from_logits=False)
    got = dice(ONE_HOT, PROB, "smp.TverskyLoss", mode="multilabel", from_logits=False, gamma=2)
    assert got == pytest.approx(plain**2)

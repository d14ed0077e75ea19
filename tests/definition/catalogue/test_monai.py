"""MONAI: parameters that the golden values leave out, and the faults."""

import numpy as np
import pytest

from tb_dice import dice, variant
from tests.definition.catalogue.inputs import EMPTY, HARD, LABELS, ONE_HOT, PROB, sums


def test_weights_and_reductions():
    tp, t, p = sums(ONE_HOT, PROB)
    each = 1 - (2 * tp + 1e-5) / (t + p + 1e-5)
    for reduction, want in (("mean", each.mean()), ("sum", each.sum()), ("none", each)):
        got = dice(ONE_HOT, PROB, "monai.DiceLoss", reduction=reduction)
        np.testing.assert_allclose(got, want, rtol=1e-9)
    got = dice(ONE_HOT, PROB, "monai.DiceLoss", weight=[1, 2], include_background=False)
    assert got == pytest.approx((each[:, 1:] * [1, 2]).mean())
    assert dice(ONE_HOT, PROB, "monai.DiceLoss", weight=3) == pytest.approx(3 * each.mean())


def test_one_channel_is_no_background():
    y_true, y_pred = ONE_HOT[..., :1], PROB[..., :1]
    want = dice(y_true, y_pred, "monai.DiceLoss")
    assert dice(y_true, y_pred, "monai.DiceLoss", include_background=False) == want


def test_generalised_dice_is_blind_where_no_class_is_present():
    drawn = np.ones_like(EMPTY)
    assert dice(EMPTY, drawn, "monai.GeneralizedDiceLoss") == pytest.approx(0)
    score = dice(EMPTY, drawn, "monai.compute_generalized_dice", sum_over_classes=True)
    assert (score == 0).all()


def test_the_constant_of_tversky_is_twice_as_large_in_the_form_of_dice():
    assert variant("monai.TverskyLoss").ratio.smooth_den == 2e-5
    assert variant("monai.DiceLoss").ratio.smooth_den == 1e-5


def test_the_metric_drops_false_alarms_on_empty_targets():
    drawn = np.ones_like(EMPTY)
    assert np.isnan(dice(EMPTY, drawn, "monai.DiceMetric", reduction="none")).all()
    assert dice(EMPTY, drawn, "monai.DiceMetric") == 0
    assert (dice(EMPTY, drawn, "monai.DiceMetric", ignore_empty=False, reduction="none") == 0).all()


@pytest.mark.parametrize("reduction", ["sum_batch", "sum_channel", "mean_batch", "mean_channel"])
def test_the_metric_by_axis(reduction):
    tp, t, p = sums(ONE_HOT, HARD)
    with np.errstate(invalid="ignore"):
        each = np.where(t > 0, 2 * tp / (t + p), np.nan)
    axis = 0 if reduction.endswith("batch") else 1
    want = (np.nansum if reduction.startswith("sum") else np.nanmean)(each, axis=axis)
    np.testing.assert_allclose(dice(LABELS, HARD, "monai.DiceMetric", reduction=reduction), want)


def test_one_activation_at_most():
    with pytest.raises(ValueError, match="one of `sigmoid` and `softmax`"):
        variant("monai.DiceLoss", sigmoid=True, softmax=True)


def test_cross_entropy_is_a_softmax_beside_a_sigmoid():
    logits = np.log(PROB)
    plain = dice(ONE_HOT, logits, "monai.DiceLoss", sigmoid=True)
    entropy = -np.log(PROB[ONE_HOT.astype(bool)]).mean()
    got = dice(ONE_HOT, logits, "monai.DiceCELoss", sigmoid=True)
    assert got == pytest.approx(plain + entropy, rel=1e-6)

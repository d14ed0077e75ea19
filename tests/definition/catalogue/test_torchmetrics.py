"""TorchMetrics: averages over classes and samples."""

import numpy as np
import pytest

from tb_dice import dice, variant
from tests.definition.catalogue.inputs import EMPTY, HARD, LABELS, ONE_HOT, sums


def test_micro_of_one_hot_masks_is_pixel_accuracy():
    accuracy = (HARD.argmax(-1) == LABELS).mean(axis=(1, 2))
    np.testing.assert_allclose(
        dice(LABELS, HARD, "torchmetrics.dice_score", average="micro"), accuracy
    )


def test_weighted_by_support():
    tp, t, p = sums(ONE_HOT, HARD)
    with np.errstate(invalid="ignore"):
        each = np.nan_to_num(2 * tp / (t + p))
    want = (each * t).sum(1) / t.sum(1)
    got = dice(LABELS, HARD, "torchmetrics.dice_score", average="weighted")
    np.testing.assert_allclose(got, want)
    got = dice(LABELS, HARD, "torchmetrics.DiceScore", average="weighted")
    assert got == pytest.approx(want.mean())


def test_empty_masks():
    assert np.isnan(dice(EMPTY, EMPTY, "torchmetrics.DiceScore"))
    assert (dice(EMPTY, EMPTY, "torchmetrics.generalized_dice_score") == 0).all()


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("dice_score", {"average": "max"}, "`average`"),
        ("DiceScore", {"aggregation_level": "batch"}, "`aggregation_level`"),
        ("generalized_dice_score", {"weight_type": "cube"}, "`weight_type`"),
        ("generalized_dice_score", {"per_class": False}, "`per_class`"),
    ],
)
def test_wrong_parameters(name, params, words):
    with pytest.raises(ValueError, match=words):
        variant(f"torchmetrics.{name}", **params)

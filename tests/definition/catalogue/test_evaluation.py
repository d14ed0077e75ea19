"""The rules for empty masks change the mean of the same predictions."""

import numpy as np
import pytest

from tb_dice import dice

Y_TRUE = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])[..., None]
Y_PRED = np.array([[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]])[..., None]
# Dice of the samples: 2/3, a miss, a false alarm, both empty


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("empty_mask.c0", (2 / 3 + 0 + 0 + 0) / 4),
        ("empty_mask.c1", (2 / 3 + 0 + 0 + 1) / 4),
        ("empty_mask.positive", (2 / 3 + 0) / 2),
        ("empty_mask.deletion", 2 / 3),
        ("surface_distance.compute_dice_coefficient", (2 / 3 + 0 + 0) / 3),
        ("monai.DiceMetric", (2 / 3 + 0) / 2),
        ("torchmetrics.DiceScore", (2 / 3 + 0 + 0) / 3),
        ("nnunet.evaluation", (2 / 3 + 0 + 0) / 3),
    ],
)
def test_rules(name, want):
    assert dice(Y_TRUE, Y_PRED, name) == pytest.approx(want)


def test_a_mask_of_its_own():
    got = dice(Y_TRUE[:1], Y_PRED[:1], "surface_distance.compute_dice_coefficient")
    assert got == pytest.approx(2 / 3)
    assert np.isnan(dice(Y_TRUE[3:], Y_PRED[3:], "surface_distance.compute_dice_coefficient"))

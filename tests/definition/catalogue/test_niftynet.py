"""NiftyNet by hand: no golden values were measured of it."""

import numpy as np
import pytest

from tb_dice import dice
from tests.definition.catalogue.inputs import LABELS, ONE_HOT, PROB, sums


def test_dice_squares_the_predictions():
    tp, t, _ = sums(ONE_HOT, PROB)
    score = (2 * tp + 1e-5) / (t + (PROB**2).sum((1, 2)) + 1e-5)
    assert dice(LABELS, PROB, "niftynet.dice") == pytest.approx(1 - score.mean())


@pytest.mark.parametrize(("weights", "power"), [("Square", 2), ("Simple", 1), ("Uniform", 0)])
def test_generalised_dice(weights, power):
    tp, t, p = sums(ONE_HOT, PROB)
    w = np.where(t > 0, 1 / np.maximum(t, 1) ** power, 0)
    w = np.where(t > 0, w, w.max(1, keepdims=True))
    score = 2 * (w * tp).sum(1) / (w * np.maximum(t + p, 1)).sum(1)
    got = dice(LABELS, PROB, "niftynet.generalised_dice", type_weight=weights)
    assert got == pytest.approx(1 - score.mean())


def test_a_class_weighs_at_least_one_voxel():
    y_true = np.array([[[1, 0], [1, 0]]], float)
    y_pred = np.array([[[0.9, 0.1], [0.8, 0.2]]])
    top = 2 * 1.7 / 4
    got = dice(y_true, y_pred, "niftynet.generalised_dice")
    assert got == pytest.approx(1 - top / ((2 + 1.7) / 4 + 1 / 4))


def test_softmax_first():
    logits = np.log(PROB)
    want = dice(LABELS, PROB, "niftynet.dice")
    assert dice(LABELS, logits, "niftynet.dice", softmax=True) == pytest.approx(want)

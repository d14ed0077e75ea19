"""The faults of the pasted recipes, as their entries tell them."""

import numpy as np
import pytest

from tb_dice import dice


def test_weighted_loss_is_not_normalised():
    y_true = np.eye(3)[np.zeros((1, 4, 4), int)]
    y_pred = np.eye(3)[np.ones((1, 4, 4), int)]
    assert dice(y_true, y_pred, "recipe.weighted_dice_loss", weights=[1, 2, 3]) > 1


def test_loss2_is_a_map():
    assert dice(np.ones((2, 3, 4, 1)), np.ones((2, 3, 4, 1)), "recipe.dice_loss2").shape == (
        2,
        3,
        4,
    )


def test_loss3_of_perfect_probabilities():
    rng = np.random.default_rng(0)
    perfect = np.eye(3)[rng.integers(0, 3, (1, 64, 64))]
    assert dice(perfect, perfect, "recipe.dice_loss3") == pytest.approx(0.4646, abs=5e-5)


def test_smooth_100_hides_small_objects():
    y_true = np.zeros((1, 128, 128, 1))
    y_true[0, 10:16, 10:13] = y_true[0, 50:56, 50:53] = 1
    assert dice(y_true, np.zeros_like(y_true), "recipe.dice_coef_loss") == pytest.approx(36 / 136)


def test_multilabel_loss_goes_below_zero_and_its_repaired_form_does_not():
    perfect = np.eye(3)[np.arange(9).reshape(1, 3, 3) % 3]
    name = "recipe.dice_coef_multilabel_loss"
    assert dice(perfect, perfect, name) == pytest.approx(-2)
    assert dice(perfect, perfect, name, mean=True) == pytest.approx(0)


def test_volumes_are_volumes():
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.integers(0, 2, (2, 3, 4, 5, 2)), rng.random((2, 3, 4, 5, 2))
    flat = [a.reshape(2, 12, 5, 2) for a in (y_true, y_pred)]
    for name in ("recipe.dice_loss", "recipe.multiclass_dice_loss"):
        assert dice(y_true, y_pred, name) == pytest.approx(dice(*flat, name), rel=1e-12)

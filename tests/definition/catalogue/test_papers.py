"""Losses of papers: what their entries say of them."""

import math

import numpy as np
import pytest

from tb_dice import dice
from tests.definition.catalogue.inputs import EMPTY, ONE_HOT, PROB


def test_focal_tversky_is_a_power_of_tversky():
    plain = dice(ONE_HOT, PROB, "focal_tversky_unet.tversky_loss")
    assert dice(ONE_HOT, PROB, "focal_tversky_unet.focal_tversky") == pytest.approx(plain**0.75)


def test_the_clip_makes_empty_masks_cost_with_their_size():
    small, large = (
        dice(np.zeros((1, n, n, 1)), np.zeros((1, n, n, 1)), "unified_focal.focal_tversky_loss")
        for n in (8, 64)
    )
    assert 0 < small < large
    assert dice(EMPTY, EMPTY, "unified_focal.tversky_loss") == 0


def test_dice_plus_plus_with_gamma_1_is_dice():
    want = dice(ONE_HOT, PROB, "unified_focal.dice_loss")
    got = dice(ONE_HOT, PROB, "dice_plus_plus.dice_plus_loss", gamma=1)
    assert got == pytest.approx(want, rel=1e-5)


def test_log_cosh_is_at_most_0_43():
    whole = np.ones((1, 64, 64, 1))
    got = dice(whole, 0 * whole, "jadon.log_cosh_dice_loss")
    assert got == pytest.approx(math.log(math.cosh(1)), rel=1e-3)

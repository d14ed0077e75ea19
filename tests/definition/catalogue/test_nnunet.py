"""nnU-Net: the losses are one number, and what the evaluation leaves out."""

import numpy as np
import pytest

from tb_dice import dice, variant
from tests.definition.catalogue.inputs import HARD, LABELS, ONE_HOT, PROB, sums


def test_both_losses_are_the_same_number():
    for options in ({}, {"batch_dice": True}, {"do_bg": False, "smooth": 1e-5}):
        one = variant("nnunet.MemoryEfficientSoftDiceLoss", **options)
        assert one == variant("nnunet.SoftDiceLoss", **options)
        assert -1 <= dice(ONE_HOT, PROB, one) <= 0


def test_the_evaluation_is_a_mean_of_what_is_defined():
    tp, t, p = sums(ONE_HOT, HARD)
    with np.errstate(invalid="ignore"):
        each = np.nanmean(2 * tp / (t + p), axis=0)
    np.testing.assert_allclose(dice(LABELS, HARD, "nnunet.evaluation"), each)
    got = dice(LABELS, HARD, "nnunet.evaluation", average="foreground_mean")
    assert got == pytest.approx(each[1:].mean())
    with pytest.raises(ValueError, match="`average`"):
        variant("nnunet.evaluation", average="micro")

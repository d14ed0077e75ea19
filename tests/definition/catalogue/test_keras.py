"""Keras' own losses: against Keras where it can be asked, and their faults."""

import numpy as np
import pytest
from tensors import WHY, ops

from tb_dice import dice, variant
from tests.definition.catalogue.inputs import EMPTY, ONE_HOT, PROB


@pytest.mark.parametrize(
    ("over", "axis"),
    [
        (("space", "class", "batch"), None),
        (("space",), (1, 2)),
        (("space", "class"), (1, 2, 3)),
        (("space", "batch"), (0, 1, 2)),
    ],
)
def test_as_keras_computes_it(over, axis):
    keras = pytest.importorskip("keras", reason=WHY)
    want = ops.convert_to_numpy(keras.losses.Dice(axis=axis)(ONE_HOT, PROB))
    assert dice(ONE_HOT, PROB, "keras.Dice", over=over) == pytest.approx(want, rel=1e-5)


def test_empty_masks_cost_a_whole():
    assert dice(EMPTY, EMPTY, "keras.Dice") == 1
    assert dice(EMPTY, EMPTY, "keras.Tversky") == 1


def test_alpha_and_beta_are_swapped():
    missed = np.ones((1, 4, 4, 1))
    missed[0, 0] = 0
    whole = np.ones_like(missed)
    as_documented = dice(whole, missed, "keras.Tversky", alpha=0.1, beta=0.9, swapped=False)
    assert as_documented == pytest.approx(1 - 12 / (12 + 0.9 * 4), rel=1e-6)
    as_it_is = dice(whole, missed, "keras.Tversky", alpha=0.1, beta=0.9)
    assert as_it_is == pytest.approx(1 - 12 / (12 + 0.1 * 4), rel=1e-6)


def test_reductions():
    assert variant("keras.Dice", reduction="sum_over_batch_size") == variant("keras.Dice")
    with pytest.raises(ValueError, match="`reduction` to be one of"):
        variant("keras.Dice", reduction="max")

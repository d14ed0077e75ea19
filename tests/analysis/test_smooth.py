import math

import numpy as np
import pytest

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.smooth import SMOOTH, smoothness
from tb_dice.analysis.table import stack
from tb_dice.definition.spec import DEFAULT
from tb_dice.log import scores

from .make import counted, random_record


def test_the_scale():
    assert SMOOTH[0] == 0
    assert SMOOTH[1] == 1e-6
    assert SMOOTH[-1] == 1e4
    assert {1e-5, 1.0, 100.0} < set(SMOOTH)
    np.testing.assert_allclose(np.diff(np.log10(SMOOTH[1:])), 0.25)


def test_by_hand():
    # Dice .5 of 8 + 8 voxels; missed whole, 20 voxels; both empty
    record = counted([[0, 4], [0, 0], [0, 0]], [[9, 8], [9, 20], [9, 0]], [[9, 8], [9, 0], [9, 0]])
    found = smoothness(stack([record]), 0, 1, Definition())
    at = SMOOTH.index(1.0)
    assert found.refused is None
    assert found.median == 14
    assert found.values[0] == pytest.approx((0.5 + 0) / 2)
    assert found.values[at] == pytest.approx((9 / 17 + 1 / 21) / 2)
    assert found.missed[0] == 0
    assert found.missed[at] == pytest.approx(1 / 15)
    assert found.missed[SMOOTH.index(100.0)] == pytest.approx(100 / 114)


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"compare": "soft", "empty": "formula"},
        {"over": ["batch"], "alpha": 0.3, "beta": 0.7},
        {"pooled": True},
        {"variant": "monai.DiceLoss", "params": {"squared_pred": True}},
        {"variant": "recipe.dice_coef_multilabel", "params": {"smooth": [1, 2]}},
        {"variant": "nnunet.SoftDiceLoss"},
    ],
)
def test_each_value_is_that_of_the_definition_with_this_smooth(choice):
    record = random_record(3)
    chosen = parse(choice)
    found = smoothness(stack([random_record(2), record]), 1, 1, chosen)
    for at in (0, 1, 20, 30, 41):
        spec = chosen.spec.replace(smooth_num=SMOOTH[at], smooth_den=SMOOTH[at])
        expected = scores.class_values(record, spec, pooled=chosen.pooled)[0][1]
        assert found.values[at] == pytest.approx(expected, rel=1e-9)


def test_a_missed_object_costs_what_false_negatives_weigh():
    record = counted([[0, 4]], [[9, 10]], [[9, 8]])
    found = smoothness(stack([record]), 0, 1, Definition(DEFAULT.replace(beta=0.9)))
    assert found.missed[SMOOTH.index(1.0)] == pytest.approx(1 / (1.8 * 10 + 1))


def test_no_object_no_median():
    record = counted([[5, 0]], [[9, 0]], [[9, 3]])
    found = smoothness(stack([record]), 0, 1, Definition())
    assert math.isnan(found.median)
    assert np.isnan(found.missed).all()
    assert found.values[SMOOTH.index(1.0)] == pytest.approx(1 / 4)


def test_refused():
    found = smoothness(
        stack([random_record()]), 0, 1, Definition(DEFAULT.replace(compare="soft", power=1.5))
    )
    assert "1.5" in found.refused
    assert np.isnan(found.values).all()
    assert found.median > 0

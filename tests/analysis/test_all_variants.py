import math

import pytest

from tb_dice.analysis.all_variants import rows
from tb_dice.analysis.lines import NOT_ONE_NUMBER
from tb_dice.analysis.table import stack
from tb_dice.definition import catalogue
from tb_dice.log import scores

from .make import counted, random_record


def of(name, found):
    (row,) = [row for row in found if row.entry.name == name]
    return row


def test_every_variant_is_what_the_record_says():
    records = [random_record(step) for step in range(3)]
    found = rows(stack(records), 1, 2)
    assert [row.entry.name for row in found] == catalogue.variants()
    known = 0
    for row in found:
        spec = row.entry.spec(**row.entry.example)
        if scores.refusal(records[1], spec):
            assert row.refused == scores.refusal(records[1], spec)
            assert math.isnan(row.class_value)
        elif row.refused is None:
            known += 1
            expected = scores.value(records[1], spec)
            assert row.value == pytest.approx(expected, rel=1e-9, nan_ok=True)
            expected = scores.class_values(records[1], spec)[0][2]
            assert row.class_value == pytest.approx(expected, rel=1e-9, nan_ok=True)
        if row.refused:
            assert math.isnan(row.value)
    assert known >= 20


def test_by_hand():
    record = counted([[90, 5]], [[91, 9]], [[95, 5]], voxels=100)
    coef = of("recipe.dice_coef", rows(stack([record]), 0, 1))
    assert coef.value == pytest.approx((2 * 95 + 100) / (200 + 100))
    assert coef.class_value == pytest.approx((2 * 5 + 100) / (9 + 5 + 100))
    assert coef.params == {"smooth": 100}


def test_no_class():
    coef = of("recipe.dice_coef", rows(stack([random_record()]), 0))
    assert math.isnan(coef.class_value)
    assert not math.isnan(coef.value)


def test_a_parameter_without_a_default_is_that_of_the_example():
    row = of("recipe.weighted_dice_loss", rows(stack([random_record()]), 0))
    assert row.params == {"weights": (1.0,)}
    assert row.refused is None


def test_what_is_no_number_is_refused():
    found = rows(stack([random_record()]), 0, 1)
    assert "per voxel" in of("recipe.dice_loss2", found).refused
    per_class = of("torchmetrics.generalized_dice_score", found)
    assert per_class.refused == NOT_ONE_NUMBER
    assert not math.isnan(per_class.class_value)

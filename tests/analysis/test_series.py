import math
from dataclasses import replace

import numpy as np
import pytest

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.series import CELLS_AT_ONCE, class_values, series
from tb_dice.analysis.table import stack
from tb_dice.definition.spec import DEFAULT, HARD_SUMS, DiceSpec
from tb_dice.log import scores

from .make import counted, random_record

DEFINITIONS = (
    {},
    {"smooth": 1},
    {"compare": "soft", "smooth": 1e-6, "empty": "one"},
    {"compare": "soft", "empty": "formula", "smooth": 100, "alpha": 0.3, "beta": 0.7},
    {"over": ["batch"]},
    {"over": ["class", "batch"], "compare": "soft", "smooth": 1},
    {"pooled": True},
    {"pooled": True, "compare": "soft", "smooth": 2},
    {"variant": "recipe.dice_coef_loss"},
    {"variant": "recipe.multiclass_dice_loss", "empty": "zero"},
)


def table_of(steps=5, **fields):
    return stack([random_record(step, samples=3 + step, **fields) for step in range(steps)])


def dice(hit, true, pred):
    """Dice of counts; NaN where both are 0."""
    return 2 * hit / (true + pred) if true + pred else math.nan


def test_the_default_is_the_mean_over_samples_with_anything_in_them():
    table = table_of()
    found = series(table, Definition())
    for index in range(len(table.steps)):
        sums = table.record(index).sums
        for column in range(3):
            cells = [
                dice(*(sums[name][row, column] for name in HARD_SUMS))
                for row in range(len(sums["hard_true_sum"]))
            ]
            kept = [cell for cell in cells if not math.isnan(cell)]
            assert found.scored[index, column] == len(kept)
            assert found.value[index, column] == pytest.approx(np.mean(kept), nan_ok=True)
    assert found.refused is None


@pytest.mark.parametrize("choice", DEFINITIONS)
@pytest.mark.parametrize("batch", [None, "mixed"])
def test_all_steps_at_once_are_what_each_record_says(choice, batch):
    records = [random_record(step, samples=4 + step) for step in range(5)]
    if batch:
        mixed = np.random.default_rng(0)
        records = [
            random_record(step, samples=4 + step, batch=mixed.integers(0, 3, 4 + step))
            for step in range(5)
        ]
    definition = parse(choice)
    found = series(stack(records), definition)
    for index, record in enumerate(records):
        value, scored = scores.class_values(record, definition.spec, pooled=definition.pooled)
        np.testing.assert_allclose(found.value[index], value, rtol=1e-12)
        np.testing.assert_array_equal(found.scored[index], scored)


def test_many_rows_are_computed_in_blocks_of_whole_steps():
    steps, samples = 5, CELLS_AT_ONCE // 6
    rng = np.random.default_rng(0)
    records = [
        counted(hit, hit + 1, hit + 2, step=step)
        for step, hit in enumerate(rng.integers(0, 50, (steps, samples, 3)))
    ]
    value, scored = class_values(stack(records), DEFAULT)
    for index, record in enumerate(records):
        np.testing.assert_allclose(value[index], scores.class_values(record, DEFAULT)[0])
    assert (scored == samples).all()


def test_a_step_without_samples_is_undefined():
    empty = counted(*np.zeros((3, 0, 3)), step=1)
    table = stack([random_record(0), empty, random_record(2)])
    for choice in ({}, {"over": ["batch"]}):
        found = series(table, parse(choice))
        assert np.isnan(found.value[1]).all()
        assert (found.scored[1] == 0).all()
        assert not np.isnan(found.value[[0, 2], 0]).any()
        assert np.isnan(found.mean[1])


def test_rates_of_empties():
    # small: present, missed, alarm, both empty; large: never there and never drawn
    hit = [[9, 4, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0]]
    true = [[9, 5, 0], [9, 5, 0], [9, 0, 0], [9, 0, 0]]
    pred = [[9, 4, 0], [9, 0, 0], [9, 3, 0], [9, 0, 0]]
    found = series(stack([counted(hit, true, pred)]), Definition())
    assert found.cases[0, :, 1].tolist() == [1, 1, 1, 1]
    assert found.miss_rate[0, 1] == 0.5
    assert found.false_alarm_rate[0, 1] == 0.5
    assert math.isnan(found.miss_rate[0, 2])
    assert found.false_alarm_rate[0, 2] == 0.0
    assert math.isnan(found.false_alarm_rate[0, 0])
    assert found.miss_rate[0, 0] == 0.0


def test_the_mean_leaves_the_background_out_unless_asked_for():
    table = stack([counted([[10, 2, 0]], [[10, 4, 0]], [[10, 4, 0]])])
    assert series(table, Definition()).mean[0] == pytest.approx(0.5)
    assert series(table, Definition(background=True)).mean[0] == pytest.approx(0.75)


def test_the_mean_does_not_count_regions_twice():
    record = counted(
        [[10, 2, 4]], [[10, 4, 4]], [[10, 4, 4]],
        classes=("background", "a", "whole"), regions={"whole": (1,)},
    )  # fmt: skip
    assert series(stack([record]), Definition()).mean[0] == pytest.approx(0.5)


def test_what_cannot_be_computed_is_refused_with_the_reason():
    found = series(table_of(), Definition(DiceSpec.of(compare="soft", power=1.5)))
    assert "1.5" in found.refused
    assert np.isnan(found.value).all()
    assert np.isnan(found.mean).all()
    assert (found.scored == 0).all()
    assert found.cases.sum() > 0


def test_pooled_is_over_all_samples_seen():
    record = counted([[9, 1]], [[9, 1]], [[9, 1]], total=50, pooled={
        name: np.array([9.0, 40.0 if name == "hard_true_sum" else 10.0])
        for name in counted([[9, 1]], [[9, 1]], [[9, 1]]).sums
    })  # fmt: skip
    found = series(stack([record]), parse({"pooled": True}))
    assert found.value[0, 1] == pytest.approx(2 * 10 / 50)
    assert found.scored[0, 1] == 50


def test_only_the_steps_that_cannot_be_computed_are_left_out():
    plain = [random_record(step) for step in range(2)]
    halved = {**plain[1].sums, "true_sq_sum": plain[1].sums["true_sum"] / 2}  # soft targets
    records = [plain[0], replace(plain[1], sums=halved)]
    spec = DiceSpec.of(compare="soft", error_power=2)
    found = series(stack(records), Definition(spec))
    assert found.refused is None
    np.testing.assert_allclose(found.value[0], scores.class_values(plain[0], spec)[0])
    assert np.isnan(found.value[1]).all()
    assert found.scored[1].sum() == 0
    assert "squares" in series(stack(records[1:]), Definition(spec)).refused

import math

import numpy as np
import pytest

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.samples import NOT_THERE, find, grid, history, samples
from tb_dice.analysis.table import stack
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.log import scores

from .make import counted, random_record

CUBED = Definition(DiceSpec.of(compare="soft", power=3))


def test_a_step_has_the_numbers_of_its_record():
    records = [random_record(step) for step in range(3)]
    found = samples(stack(records), 1, 2, Definition())
    record = records[1]
    np.testing.assert_allclose(found.value, scores.cells(record, DEFAULT))
    np.testing.assert_array_equal(found.state, scores.states(record))
    np.testing.assert_array_equal(found.true, record.sums["hard_true_sum"])
    np.testing.assert_array_equal(found.pred, record.sums["hard_pred_sum"])
    np.testing.assert_array_equal(found.hit, record.sums["hard_intersection"])
    np.testing.assert_array_equal(found.batch, record.batch)
    assert found.true.dtype.kind == "i"
    assert list(found.ids) == [f"s{row}" for row in range(6)]


def test_worst_first_and_undefined_last():
    # scores of class 1: undefined, .5, 0 (alarm of 3), 0 (missed 5), 1, 0 (missed 9)
    hit = [[9, 0], [9, 2], [9, 0], [9, 0], [9, 4], [9, 0]]
    true = [[9, 0], [9, 4], [9, 0], [9, 5], [9, 4], [9, 9]]
    pred = [[9, 0], [9, 4], [9, 3], [9, 0], [9, 4], [9, 0]]
    found = samples(stack([counted(hit, true, pred)]), 0, 1, Definition())
    assert found.order.tolist() == [5, 3, 2, 1, 4, 0]
    assert found.state[:, 1].tolist() == [0, 3, 2, 1, 3, 1]
    assert math.isnan(found.value[0, 1])


def test_cells_follow_the_definition():
    record = random_record(3)
    definition = parse({"compare": "soft", "smooth": 1, "over": ["class", "batch"]})
    found = samples(stack([record]), 0, 1, definition)
    np.testing.assert_allclose(found.value, scores.cells(record, definition.spec))


def test_what_is_refused_still_has_states_and_counts():
    found = samples(stack([random_record()]), 0, 1, CUBED)
    assert found.refused
    assert np.isnan(found.value).all()
    assert found.true.sum() > 0
    assert sorted(found.order) == list(range(6))


def test_a_sample_through_training():
    table = stack([random_record(step) for step in range(4)])
    found = history(table, "s2", Definition())
    for index in range(4):
        record = table.record(index)
        np.testing.assert_allclose(found.value[index], scores.cells(record, DEFAULT)[2])
        np.testing.assert_array_equal(found.state[index], scores.states(record)[2])


def test_a_sample_that_moves_or_is_missing():
    shuffled = random_record(1, sample_ids=["s5", "s4", "s3", "s2", "s1", "s0"])
    without = random_record(2, sample_ids=[f"t{row}" for row in range(6)])
    table = stack([random_record(0), shuffled, without, random_record(3)])
    found = history(table, "s1", Definition())
    np.testing.assert_allclose(found.value[1], scores.cells(table.record(1), DEFAULT)[4])
    assert (found.state[2] == NOT_THERE).all()
    assert np.isnan(found.value[2]).all()
    at, rows = find(table, "s1")
    assert at.tolist() == [0, 1, 3]
    assert rows.tolist() == [1, 10, 19]


def test_an_unknown_sample_is_nowhere():
    assert len(find(stack([random_record()]), "s77")[0]) == 0


def test_a_refused_history_is_undefined():
    found = history(stack([random_record()]), "s0", CUBED)
    assert found.refused
    assert np.isnan(found.value).all()
    assert found.state.max() <= 3


@pytest.mark.parametrize("number", [math.nan, math.inf, -1.0, 1e300])
def test_damaged_counts_are_shown_as_something(number):
    found = samples(stack([counted([[number]], [[number]], [[number]])]), 0, 0, Definition())
    assert 0 <= found.true[0, 0] <= 2**53


def test_a_class_of_all_samples_at_all_steps():
    table = stack([random_record(step) for step in range(4)])
    found = grid(table, 2, Definition())
    assert (found.total, found.refused) == (6, None)
    assert sorted(found.ids) == [f"s{row}" for row in range(6)]
    for at, name in enumerate(found.ids.tolist()):
        single = history(table, name, Definition())
        np.testing.assert_array_equal(found.value[:, at], single.value[:, 2])
        np.testing.assert_array_equal(found.state[:, at], single.state[:, 2])
    mean = np.nanmean(found.value, axis=0)
    assert (np.diff(mean) >= 0).all()


def test_samples_come_and_go():
    names = [["a", "b"], ["c", "a"], ["c", "c"]]
    hit, true = [[9, 4], [9, 2]], [[9, 4], [9, 4]]
    records = [
        counted(hit, true, true, step=step, sample_ids=np.array(ids))
        for step, ids in enumerate(names)
    ]
    found = grid(stack(records), 1, Definition())
    columns = dict(zip(found.ids.tolist(), found.value.T.tolist(), strict=True))
    nan = pytest.approx(math.nan, nan_ok=True)
    assert columns == {"b": [0.5, nan, nan], "a": [1, 0.5, nan], "c": [nan, 1, 1]}
    assert found.ids.tolist() == ["b", "a", "c"]
    assert found.state[:, 0].tolist() == [3, NOT_THERE, NOT_THERE]


def test_the_grid_keeps_the_worst_of_very_many(monkeypatch):
    monkeypatch.setattr("tb_dice.analysis.samples.MOST", 2)
    table = stack([random_record(step) for step in range(3)])
    found = grid(table, 1, Definition())
    assert (found.total, len(found.ids), found.value.shape) == (6, 2, (3, 2))


def test_a_refused_grid_still_has_states():
    found = grid(stack([random_record()]), 1, CUBED)
    assert found.refused
    assert np.isnan(found.value).all()
    assert (found.state < 4).all()

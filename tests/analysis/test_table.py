import numpy as np
import pytest

from tb_dice.analysis.table import stack

from .make import random_record


def records(steps=4, **fields):
    return [
        random_record(step, samples=4 + step % 2, logged={"dice": step / 10}, **fields)
        for step in range(steps)
    ]


def same(one, other):
    np.testing.assert_array_equal(one.steps, other.steps)
    np.testing.assert_array_equal(one.offsets, other.offsets)
    np.testing.assert_array_equal(one.batch, other.batch)
    np.testing.assert_array_equal(one.voxels, other.voxels)
    np.testing.assert_array_equal(one.cases, other.cases)
    np.testing.assert_array_equal(one.total, other.total)
    assert one.losses == other.losses
    assert one.logged == other.logged
    assert one.notices == other.notices
    assert one.other_classes == other.other_classes
    for name, array in one.sums.items():
        np.testing.assert_array_equal(array, other.sums[name])
        np.testing.assert_array_equal(one.pooled[name], other.pooled[name])
    assert [list(ids) for ids in one.sample_ids] == [list(ids) for ids in other.sample_ids]


def test_a_record_comes_out_as_it_went_in():
    given = records()
    table = stack(given)
    for index, record in enumerate(given):
        found = table.record(index)
        assert found.step == record.step
        assert found.wall_time == record.wall_time
        assert list(found.sample_ids) == list(record.sample_ids)
        assert found.logged == record.logged
        for name, values in record.sums.items():
            np.testing.assert_array_equal(found.sums[name], values)
        np.testing.assert_array_equal(found.cases, record.cases)
        np.testing.assert_array_equal(found.batch, record.batch)


def test_float32_is_kept_small_only_where_nothing_is_lost():
    table = stack(records())
    assert table.sums["hard_true_sum"].dtype == np.float32
    assert table.sums["pred_sum"].dtype == np.float64
    big = random_record()
    big.sums["hard_true_sum"].flags.writeable = True
    big.sums["hard_true_sum"][0, 0] = 2**24 + 1
    assert stack([big]).record(0).sums["hard_true_sum"][0, 0] == 2**24 + 1


def test_adding_steps_one_by_one_is_stacking_them_all():
    given = records()
    grown = stack(given[:1])
    for record in given[1:]:
        grown = grown.extended([record])
    same(grown, stack(given))
    assert grown.extended([]) is grown


def test_the_first_steps_alone():
    given = records()
    same(stack(given).first(2), stack(given[:2]))
    same(stack(given).first(2).extended(given[2:]), stack(given))


def test_names_that_stay_are_held_once():
    table = stack([random_record(step) for step in range(3)]).extended([random_record(3)])
    assert all(ids is table.sample_ids[0] for ids in table.sample_ids)
    renamed = random_record(4, sample_ids=[f"t{row}" for row in range(6)])
    assert table.extended([renamed]).sample_ids[4] is not table.sample_ids[0]


def test_other_classes_are_left_out_and_counted():
    old = random_record(0, classes=("background", "a", "b"))
    new = [random_record(step) for step in (1, 2)]
    for table in (stack([old, *new]), stack([old]).extended(new)):
        assert list(table.steps) == [1, 2]
        assert table.other_classes == (0,)
    assert stack([old, *new]).extended([random_record(3)]).other_classes == (0,)


@pytest.mark.parametrize(("step", "index"), [(0, 0), (2, 1), (5, 2), (1, None), (9, None)])
def test_a_step_is_found_or_not(step, index):
    assert stack([random_record(at) for at in (0, 2, 5)]).index(step) == index


def test_batches_are_found_in_any_order_of_the_rows():
    mixed = [1, 0, 1, 0, 0, 1]
    table = stack([random_record(0), random_record(1, batch=mixed), random_record(2)])
    groups = table.groups
    assert list(groups.step) == [0, 0, 1, 1, 2, 2]
    assert list(groups.sizes) == [4, 2, 3, 3, 4, 2]
    expected = []
    for index in range(3):
        record = table.record(index)
        expected += [record.sums["pred_sum"][record.batch == b].sum(axis=0) for b in (0, 1)]
    np.testing.assert_allclose(table.batches()["pred_sum"], expected)
    rows = groups.rows(np.array([2, 3]), 3)
    assert sorted(map(sorted, rows.tolist())) == [[6, 8, 11], [7, 9, 10]]


def test_a_batch_that_goes_on_in_the_next_step_is_another_one():
    table = stack([random_record(0, batch=[0] * 6), random_record(1, batch=[0] * 6)])
    assert list(table.groups.sizes) == [6, 6]


def test_memory_is_counted():
    table = stack(records())
    assert table.nbytes >= sum(array.nbytes for array in table.sums.values())


def test_only_the_sums_that_are_asked_for_are_converted():
    table = stack(records())
    found = table.values(table.rows(1), 2)
    assert set(found) == set(table.sums)
    assert len(found) == len(table.sums)
    assert found["true_sum"].shape == (5, 2)
    assert found["true_sum"].dtype == np.float64

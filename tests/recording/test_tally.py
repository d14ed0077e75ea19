import tracemalloc

import numpy as np
import pytest

from tb_dice.definition.spec import HARD_SUMS, SOFT_SUMS, SUMS
from tb_dice.log.scores import states
from tb_dice.masks import layouts
from tb_dice.recording.tally import Tally

RNG = np.random.default_rng(0)
LAYOUT = layouts.layout((None, 4, 5, 2), (None, 4, 5, 2), ignore_index=255, regions={"r": (0, 1)})
NAMES = ("x", "y", "r")


def batch(n):
    return RNG.random((n, 3, 8)), RNG.integers(0, 2, (n, 3, 3)), RNG.integers(1, 20, n)


def test_a_record_holds_the_batches_in_their_order():
    tally, parts = Tally(LAYOUT, NAMES, 100), [batch(3), batch(2)]
    for part, names in zip(parts, (["a", "b", "c"], ["d", "e"]), strict=True):
        tally.add(*part, names)
    record = tally.record(7, ["note"])
    assert (record.step, record.classes, record.total) == (7, NAMES, 5)
    assert record.sample_ids.tolist() == list("abcde")
    assert record.batch.tolist() == [0, 0, 0, 1, 1]
    assert record.notices == ("note",)
    assert (record.exclusive, record.background) == (True, 0)
    assert record.regions == {"r": (0, 1)}
    assert record.ignore_index == 255
    soft, counts, voxels = (np.concatenate(each) for each in zip(*parts, strict=True))
    np.testing.assert_array_equal(record.voxels, voxels)
    for i, name in enumerate(SOFT_SUMS):
        np.testing.assert_array_equal(record.sums[name], soft[..., i])
    for i, name in enumerate(HARD_SUMS):
        np.testing.assert_array_equal(record.sums[name], counts[..., i])
    for state in range(4):
        np.testing.assert_array_equal(record.cases[state], (states(record) == state).sum(0))


def test_of_more_samples_than_are_kept_all_are_in_the_pooled_sums_and_the_cases():
    few, all_ = Tally(LAYOUT, NAMES, 4), Tally(LAYOUT, NAMES, 100)
    room = []
    for number in range(3):
        part, names = batch(3), [f"{number}.{i}" for i in range(3)]
        room.append(few.room)
        few.add(*part, names)
        all_.add(*part, names)
    assert room == [4, 1, 0]
    cut, whole = few.record(0, []), all_.record(0, [])
    assert (len(cut.batch), cut.total) == (4, 9)
    assert cut.batch.tolist() == [0, 0, 0, 1]
    assert cut.sample_ids.tolist() == whole.sample_ids[:4].tolist()
    np.testing.assert_array_equal(cut.cases, whole.cases)
    assert cut.cases.sum() == 9 * 3
    for name in SUMS:
        np.testing.assert_array_equal(cut.sums[name], whole.sums[name][:4])
        np.testing.assert_allclose(cut.pooled[name], whole.sums[name].sum(0), rtol=1e-12)


@pytest.fixture
def grown():
    """How many bytes more are held than when the test began, and were at most."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    yield lambda: tuple(bytes_ - before for bytes_ in tracemalloc.get_traced_memory())
    tracemalloc.stop()


def test_of_samples_that_are_not_kept_nothing_is_held(grown):
    tally = Tally(LAYOUT, NAMES, 4)
    for number in range(50):
        tally.add(*batch(100), [f"{number}.{i}" for i in range(100)])
    assert tally.total == 5000
    assert grown()[0] < 20_000  # of 5 million


@pytest.mark.parametrize("size", [8, 1000])
@pytest.mark.parametrize(
    ("real", "whole", "most"), [("f8", "i8", 104), ("f4", "i4", 60)], ids=["numpy", "device"]
)
def test_a_pass_takes_100_bytes_a_sample_and_class(grown, size, real, whole, most):
    samples = 40_000
    cells = samples * len(NAMES)
    soft, counts, voxels = batch(size)
    parts = soft.astype(real), counts.astype(whole), voxels.astype(whole)
    tally = Tally(LAYOUT, NAMES, samples)
    before = grown()[0]
    for first in range(0, samples, size):
        names = [f"{i}" for i in range(first, first + size)]
        tally.add(*(part.copy() for part in parts), names)
    assert grown()[0] - before < most * cells
    record = tally.record(0, [])
    assert len(record.batch) == samples
    assert grown()[1] - before < 115 * cells  # the record, and one column


def test_non_finite_sums_are_kept():
    soft, counts, voxels = batch(2)
    soft[0], soft[1] = np.inf, -np.inf
    tally = Tally(LAYOUT, NAMES, 10)
    tally.add(soft, counts, voxels, ["a", "b"])
    record = tally.record(0, [])
    assert np.isposinf(record.sums["intersection"][0]).all()
    assert np.isnan(record.pooled["intersection"]).all()


def test_classes_that_may_overlap_have_no_background():
    layout = layouts.layout((None, 4, 2), (None, 4, 2), activation="sigmoid", threshold=0.25)
    tally = Tally(layout, "xy", 10)
    tally.add(np.ones((1, 2, 8)), np.ones((1, 2, 3), int), np.ones(1, int), ["a"])
    record = tally.record(0, [])
    assert (record.background, record.exclusive) == (None, False)
    assert (record.activation, record.threshold) == ("sigmoid", 0.25)

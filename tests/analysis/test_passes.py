import numpy as np
import pytest

from tb_dice.analysis.passes import equal_batches, one_pass, pooled_pass, regrouped
from tb_dice.analysis.table import stack

from .make import counted, random_record


def test_one_pass_of_several():
    table = stack([random_record(step, samples=3 + step) for step in range(3)])
    one = one_pass(table, 1)
    assert one.steps.tolist() == [1]
    assert len(one.batch) == 4
    expected = random_record(1, samples=4)
    np.testing.assert_allclose(one.sums["intersection"], expected.sums["intersection"])


@pytest.mark.parametrize(
    ("size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (4, [4, 1]), (5, [5]), (8, [5])]
)
def test_other_batches(size, sizes):
    one = stack([random_record(0, samples=5, batch=[0, 1, 0, 1, 2])])
    assert one.groups.sizes.tolist() == [2, 2, 1]  # kept from before: it must not be taken over
    again = regrouped(one, size)
    assert again.groups.sizes.tolist() == sizes
    assert again.groups.order is None
    assert one.groups.sizes.tolist() == [2, 2, 1]


def test_batches_of_equal_size_together():
    one = stack([random_record(0, samples=5, batch=[0, 1, 0, 2, 2])])
    found = [(some.tolist(), rows.tolist()) for some, rows in equal_batches(one, 3)]
    assert found == [([1], [[1]]), ([0, 2], [[0, 2], [3, 4]])]


def test_all_samples_as_one():
    record = counted([[1, 2], [3, 4]], [[5, 6], [7, 8]], [[5, 2], [3, 9]], voxels=10, total=4)
    whole = pooled_pass(stack([record]))
    assert whole.sums["hard_intersection"].tolist() == [[4, 6]]
    assert whole.voxels.tolist() == [40]  # estimated: two of four samples were kept
    assert whole.groups.sizes.tolist() == [1]


def test_a_pass_of_no_samples():
    record = counted(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)))
    one = one_pass(stack([record]), 0)
    assert len(one.batch) == 0
    assert list(equal_batches(one, 2)) == []
    assert pooled_pass(one).sums["true_sum"].tolist() == [[0, 0]]

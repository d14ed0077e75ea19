import math

import numpy as np
import pytest

from tb_dice.analysis.a_against_b import Side, bootstrap, compare, draws
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.table import stack
from tb_dice.definition.spec import DiceSpec

from .make import counted, random_record

TRUE = [[9, 4], [9, 4], [9, 4], [9, 0], [9, 4]]


def side(hit, true=TRUE, ids="abcde", column=1):
    """A pass in which nothing is drawn beside the target."""
    record = counted(
        [[9, n] for n in hit], true, [[9, n] for n in hit], sample_ids=np.array(list(ids))
    )
    return Side(stack([record]), 0, column)


def test_the_same_samples_in_another_order():
    first, second = side([4, 2, 0, 0, 4]), side([4, 1, 0, 4, 2], ids="ebdca", true=[
        [9, 4], [9, 4], [9, 0], [9, 4], [9, 4]])  # fmt: skip
    found = compare(first, second, Definition())
    assert list(found.ids) == list("abcde")
    np.testing.assert_allclose(found.a, [1, 2 / 3, 0, math.nan, 1])
    np.testing.assert_allclose(found.b, [2 / 3, 0.4, 1, math.nan, 1])
    assert found.state_a.tolist() == [3, 3, 1, 0, 3]
    assert found.state_b.tolist() == [3, 3, 3, 0, 3]
    assert (found.paired, found.better, found.worse) == (4, 2, 1)
    assert found.mean == pytest.approx((1 / 3 + 4 / 15 - 1 + 0) / 4)
    low, high = found.low, found.high
    assert -1 <= low < found.mean < high <= 1 / 3


def test_samples_that_one_pass_lacks_are_left_out():
    second = side([4, 2], ids="cx", true=TRUE[:2])
    found = compare(side([4, 2, 0, 0, 4]), second, Definition())
    assert list(found.ids) == ["c"]
    assert (found.paired, found.mean) == (1, -1)
    assert all(map(math.isnan, (found.low, found.high)))


def test_of_a_name_that_occurs_twice_the_first_counts():
    found = compare(side([4, 2, 0, 0, 4], ids="aabcd"), side([4, 2, 4, 0, 4], ids="abbcd"),
                    Definition())  # fmt: skip
    assert list(found.ids) == list("abcd")
    np.testing.assert_allclose(found.a, [1, 0, math.nan, 1])
    np.testing.assert_allclose(found.b, [1, 2 / 3, math.nan, 1])


def test_nothing_in_common():
    found = compare(side([4, 2, 0, 0, 4]), side([4, 2, 0, 0, 4], ids="vwxyz"), Definition())
    assert (len(found.ids), found.paired) == (0, 0)
    assert math.isnan(found.mean)


def test_a_refused_definition_says_why():
    table = stack([random_record()])
    cubed = Definition(DiceSpec.of(compare="soft", power=3))
    found = compare(Side(table, 0, 1), Side(table, 0, 2), cubed)
    assert found.refused
    assert found.paired == 0


def test_the_interval_has_the_width_of_theory():
    values = np.random.default_rng(1).normal(0.3, 0.2, 400)
    low, high = bootstrap(values)
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.002)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.06)
    assert bootstrap(values) == (low, high)


def test_very_many_samples_take_fewer_draws(monkeypatch):
    assert (draws(0), draws(10_000), draws(10**5), draws(10**9)) == (2000, 2000, 200, 100)
    monkeypatch.setattr("tb_dice.analysis.a_against_b.DRAWS_AT_MOST", 10)
    monkeypatch.setattr("tb_dice.analysis.a_against_b.DRAWS_AT_ONCE", 70)
    low, high = bootstrap(np.arange(50.0))
    assert low < 24.5 < high

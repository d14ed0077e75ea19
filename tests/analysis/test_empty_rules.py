import math

import numpy as np
import pytest

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.empty_rules import RULES, ruled
from tb_dice.analysis.table import stack
from tb_dice.definition.spec import DEFAULT

from .make import counted, random_record

KEYS = ["skip", "zero", "one", "formula", "positive", "deletion"]

# class 1: .5, both empty, missed, false alarm
RECORD = counted(
    [[9, 2], [9, 0], [9, 0], [9, 0]],
    [[9, 4], [9, 0], [9, 4], [9, 0]],
    [[9, 4], [9, 0], [9, 0], [9, 4]],
)


def test_the_rules():
    assert [rule.key for rule in RULES] == KEYS
    assert all(rule.words.endswith(".") for rule in RULES)


def test_by_hand():
    found = ruled(stack([RECORD]), 0, Definition())
    assert found.refused is None
    assert dict(zip(KEYS, found.values[:, 1], strict=True)) == pytest.approx(
        {
            "skip": 0.5 / 3,
            "zero": 0.5 / 4,
            "one": 1.5 / 4,
            "formula": 0.5 / 3,
            "positive": 0.5 / 2,
            "deletion": 0.5,
        }
    )
    assert found.scored[:, 1].tolist() == [3, 4, 4, 3, 2, 1]
    np.testing.assert_allclose(found.mean, found.values[:, 1])


def test_over_how_many_classes_a_mean_is():
    # small is missed once and drawn nowhere, large .5: without both masks only large has a score
    cut = counted([[9, 0, 2]], [[9, 4, 4]], [[9, 0, 4]])
    found = ruled(stack([cut]), 0, Definition())
    assert dict(zip(KEYS, found.mean, strict=True))["deletion"] == pytest.approx(0.5)
    assert found.mean_of.tolist() == [2, 2, 2, 2, 2, 1]
    assert found.mean_classes == 2
    with_background = ruled(stack([cut]), 0, parse({"background": True}))
    assert with_background.mean_of.tolist() == [3, 3, 3, 3, 3, 2]
    assert with_background.mean_classes == 3


def test_the_formula_with_a_smooth():
    found = ruled(stack([RECORD]), 0, parse({"smooth": 1}))
    expected = (5 / 9 + 1 + 1 / 5 + 1 / 5) / 4
    assert found.values[KEYS.index("formula"), 1] == pytest.approx(expected)
    assert found.scored[KEYS.index("formula"), 1] == 4


def test_the_background_counts_when_asked():
    found = ruled(stack([RECORD]), 0, parse({"background": True}))
    assert found.values[:, 0] == pytest.approx(1.0)
    assert found.mean == pytest.approx((1 + found.values[:, 1]) / 2)


def test_rules_for_batches_where_the_batch_is_summed():
    record = counted([[2], [0], [0]], [[4], [0], [4]], [[4], [0], [0]], batch=[0, 1, 2])
    found = ruled(stack([record]), 0, parse({"over": ["batch"]}))
    assert found.scored[KEYS.index("deletion")].tolist() == [1]
    assert found.values[KEYS.index("one"), 0] == pytest.approx((0.5 + 1 + 0) / 3)


def test_pooled_there_is_one_mask():
    found = ruled(stack([RECORD]), 0, parse({"pooled": True}))
    assert found.values[:, 1] == pytest.approx(2 * 2 / (8 + 8))


def test_refused():
    found = ruled(stack([random_record()]), 0, Definition(DEFAULT.replace(classes=[9])))
    assert "class 9" in found.refused
    assert np.isnan(found.values).all()
    assert not found.scored.any()
    assert all(math.isnan(mean) for mean in found.mean)

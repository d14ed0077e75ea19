import numpy as np
import pytest

from tb_dice.analysis.batch_size import batch_sizes
from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.table import stack
from tb_dice.definition import catalogue
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.log import scores

from .make import counted, random_record

NAMES = ("recipe.dice_coef", "recipe.multiclass_dice_loss")


def asked(record, choice=None, names=()):
    variants = {name: catalogue.variant(name) for name in names}
    return batch_sizes(stack([record]), 0, 1, parse(choice or {}), variants)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (2, [1, 2]), (5, [1, 2, 4, 5]), (8, [1, 2, 4, 8]), (0, [])],
)
def test_powers_of_two_and_all(count, sizes):
    record = counted(*(np.ones((count, 2)) for _ in range(3)))
    assert asked(record).sizes == sizes


def test_by_hand():
    # one good large sample, one bad small one: 180/200 and 2/20
    record = counted([[0, 90], [0, 1]], [[9, 100], [9, 10]], [[9, 100], [9, 10]], batch=[0, 1])
    found = asked(record, {"over": ["batch"]})
    assert found.sizes == [1, 2]
    assert found.lines[0].values == pytest.approx([0.5, 182 / 220])
    assert found.recorded == 1
    assert (found.lines[0].key, found.lines[0].form) == ("chosen", "score")


def test_what_is_summed_per_sample_does_not_move():
    found = asked(random_record(1, samples=9), names=NAMES)
    chosen, coef, loss = found.lines
    assert np.ptp(chosen.values) == pytest.approx(0)
    assert np.ptp(loss.values) == pytest.approx(0)
    assert np.ptp(coef.values) > 0.01
    assert [line.form for line in found.lines] == ["score", "score", "one_minus"]


def test_each_value_is_that_of_a_record_in_such_batches():
    fields = {"samples": 7}
    found = asked(random_record(1, **fields), {"over": ["batch"]}, NAMES)
    spec = DEFAULT.replace(over={"space", "batch"})
    for at, size in enumerate(found.sizes):
        record = random_record(1, batch=np.arange(7) // size, **fields)
        chosen, *lines = (line.values[at] for line in found.lines)
        assert chosen == pytest.approx(scores.class_values(record, spec)[0][1])
        expected = [scores.value(record, catalogue.variant(name)) for name in NAMES]
        assert lines == pytest.approx(expected)


def test_the_size_that_was_recorded():
    assert asked(random_record(0, samples=5, batch=[0, 0, 1, 1, 2])).recorded == 2
    empty = counted(*(np.zeros((0, 2)) for _ in range(3)))
    assert asked(empty).recorded is None


def test_refused():
    soft = DiceSpec.of(compare="soft", power=1.5)
    found = batch_sizes(stack([random_record()]), 0, 1, Definition(soft), {"mine": soft})
    for line in found.lines:
        assert "1.5" in line.refused
        assert np.isnan(line.values).all()
        assert len(line.values) == len(found.sizes)

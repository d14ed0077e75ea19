import itertools
import math

import pytest

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.table import stack
from tb_dice.analysis.why_they_differ import difference
from tb_dice.definition import catalogue
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores

from .make import counted, random_record

# One class, two samples in batches of their own: 90 of 100 and 1 of 10.
RECORD = counted([[90], [1]], [[100], [10]], [[100], [10]], batch=[0, 1], soft=0.5, background=None)


def between(a, b, record=RECORD):
    return difference(stack([record]), 0, parse(a), parse(b))


def test_one_axis():
    found = between({}, {"smooth": 20})
    (step,) = found.path
    assert (step.axis.key, step.before, step.after) == ("smooth", "0", "20")
    assert found.values == pytest.approx((0.5, (200 / 220 + 22 / 40) / 2))
    assert step.delta == pytest.approx(found.values[1] - found.values[0])
    assert [(one.axis.key, one.delta) for one in found.alone] == [("smooth", step.delta)]
    assert found.note is None


def test_one_after_the_other_and_alone():
    found = between({}, {"compare": "soft", "smooth": 20, "pooled": True})
    assert [step.axis.key for step in found.path] == ["compare", "pooled", "smooth"]
    # soft: each p is .5, so that TP and P halve
    soft = (90 / 150 + 1 / 15) / 2
    pooled = 91 / 165
    smooth = (91 + 20) / (165 + 20)
    assert [step.value for step in found.path] == pytest.approx([soft, pooled, smooth])
    assert [step.delta for step in found.path] == pytest.approx(
        [soft - 0.5, pooled - soft, smooth - pooled]
    )
    alone = {step.axis.key: step.delta for step in found.alone}
    hard = {"compare": soft, "pooled": 182 / 220, "smooth": (200 / 220 + 22 / 40) / 2}
    assert alone == pytest.approx({key: value - 0.5 for key, value in hard.items()})


def test_the_value_that_the_page_shows_is_where_it_starts():
    # background .9 and 1; small .5 on the first sample only
    record = counted([[9, 1], [9, 0]], [[10, 2], [9, 0]], [[10, 2], [9, 0]])
    table, coef = stack([record]), parse({"variant": "recipe.dice_coef"})
    found = difference(table, 0, Definition(), coef, (True, False))
    small, both, at_once = 0.5, (0.95 + 0.5) / 2, (0.9 + 0.5 + 1) / 3
    assert found.values[0] == found.own[0] == pytest.approx(small)
    assert [step.axis.key for step in found.path[:2]] == ["background", "at_once"]
    assert [step.value for step in found.path[:2]] == pytest.approx([both, at_once])
    assert found.path[-1].value == pytest.approx(found.values[1])
    total = sum(step.delta for step in found.path)
    assert total == pytest.approx(found.values[1] - found.values[0])


def test_the_value_that_the_page_shows_is_where_it_ends():
    record = random_record(1)
    table, coef = stack([record]), parse({"variant": "recipe.dice_coef"})
    there = difference(table, 0, Definition(), coef, (True, False))
    back = difference(table, 0, coef, Definition(), (False, True))
    assert back.values == pytest.approx(there.values[::-1])
    last, before = back.path[-1], back.path[-2]
    assert (before.axis.key, last.axis.key) == ("at_once", "background")
    assert (last.before, last.after) == ("in the mean", "left out of the mean")
    assert last.value == pytest.approx(back.values[1])
    total = sum(step.delta for step in back.path if not math.isnan(step.delta))
    assert total == pytest.approx(back.values[1] - back.values[0])


def test_two_definitions_that_the_page_shows():
    record = counted([[9, 1], [9, 0]], [[10, 2], [9, 0]], [[10, 2], [9, 0]])
    b = parse({"empty": "one", "background": True})
    found = difference(stack([record]), 0, Definition(), b, (True, True))
    assert [step.axis.key for step in found.path] == ["empty", "background"]
    assert found.values == pytest.approx((0.5, (0.95 + 0.75) / 2))
    assert [step.value for step in found.path] == pytest.approx([0.75, found.values[1]])


def test_the_same_definition():
    found = between({}, {"empty": "nan"})
    assert found.path == []
    assert found.values[0] == found.values[1]


def test_what_makes_no_difference_is_no_axis():
    found = between({"compare": "soft"}, {"compare": "soft"})
    assert found.path == []
    spec = DiceSpec.of(compare="soft")
    a, b = Definition(spec), Definition(spec.replace(threshold=0.3, empty_when="target"))
    assert difference(stack([RECORD]), 0, a, b).path == []


def test_a_loss_and_a_score_are_compared_as_scores():
    found = between({"variant": "recipe.dice_loss"}, {"variant": "recipe.dice_coef"})
    assert found.note.startswith("Compared as scores: the first gives 1 - score, the second score.")
    assert found.own[0] == pytest.approx(1 - found.values[0])
    assert found.own[1] == pytest.approx(found.values[1])
    assert [step.axis.key for step in found.path] == ["over.batch", "smooth"]


def test_several_numbers_are_compared_by_their_mean():
    record = random_record(0)
    a, b = (
        Definition(DiceSpec.of(compare="soft", smooth_num=1, smooth_den=1, reduce=how))
        for how in ("per_class", "mean")
    )
    found = difference(stack([record]), 0, a, b)
    assert found.note == "The first gives several numbers; their mean is compared."
    assert math.isnan(found.own[0])
    assert found.path == []
    assert found.values[0] == pytest.approx(found.own[1])


NAMES = [
    "recipe.dice_loss",
    "recipe.weighted_dice_loss",
    "monai.GeneralizedDiceLoss",
    "nnunet.SoftDiceLoss",
    "focal_tversky_unet.focal_tversky",
    "empty_mask.deletion",
    "torchmetrics.DiceScore",
    "niftynet.dice",
]


@pytest.mark.parametrize(("a", "b"), list(itertools.permutations(NAMES, 2)))
def test_the_path_ends_at_the_second(a, b):
    record = random_record(1)
    found = between({"variant": a} | needed(a), {"variant": b} | needed(b), record)
    assert found.refused is None
    assert found.path[-1].value == pytest.approx(found.values[1], rel=1e-12)
    deltas = [step.delta for step in found.path if not math.isnan(step.delta)]
    assert sum(deltas) == pytest.approx(found.values[1] - found.values[0])
    first = found.path[0]
    assert first.delta == pytest.approx(found.alone[0].delta, nan_ok=True)
    spec = catalogue.variant(b, **catalogue.entry(b).example)
    own = scores.value(record, spec)
    assert found.own[1] == pytest.approx(own, nan_ok=True)


def needed(name):
    example = catalogue.entry(name).example
    return {"params": {key: list(value) for key, value in example.items()}} if example else {}


def test_a_step_that_cannot_be_computed():
    # Three weights and then two classes; the second has two classes and no weights.
    weighted = DiceSpec.of(compare="soft", smooth_num=(1, 1, 1), smooth_den=1)
    a, b = Definition(weighted), Definition(weighted.replace(background=False, smooth_num=1))
    found = difference(stack([random_record(1)]), 0, a, b)
    left_out, smooth = found.path
    assert math.isnan(left_out.value)
    assert math.isnan(left_out.delta)
    assert smooth.value == pytest.approx(found.values[1])
    assert smooth.delta == pytest.approx(found.values[1] - found.values[0])


def test_refused():
    found = between({}, {"variant": "recipe.dice_loss2"})
    assert found.refused == (
        "The second gives a value per voxel, but the log holds sums over space"
    )
    assert found.path == []
    assert found.alone == []
    assert between({"variant": "recipe.dice_loss2"}, {}).refused.startswith("The first")

"""The spec: axes by flat names, checked, hashable, shown."""

import math
from dataclasses import fields

import numpy as np
import pytest

from tb_dice.definition.questions import CHOICES
from tb_dice.definition.spec import DEFAULT, HARD_SUMS, SOFT_SUMS, SUMS, DiceSpec, nearest


def answers(spec):
    """The values of all fields, as they are compared."""
    parts = [getattr(spec, part.name) for part in fields(spec)]
    return {axis.name: getattr(part, axis.name) for part in parts for axis in fields(part)}


def test_sums_are_soft_then_hard():
    assert SUMS == SOFT_SUMS + HARD_SUMS
    assert len(SUMS) == len(set(SUMS)) == 11


def test_default_is_the_one_that_is_shown():
    axes = DEFAULT.axes()
    assert axes["compare"] == "hard"
    assert axes["over"] == ["space"]
    assert (axes["smooth_num"], axes["smooth_den"]) == (0, 0)
    assert (axes["empty"], axes["empty_when"]) == ("nan", "both")
    assert (axes["form"], axes["reduce"], axes["skip_nan"]) == ("score", "mean", True)


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"smooth_num": (1, 10, 100), "smooth_den": 1e-6},
        {"over": {"space", "class", "batch"}, "form": "one_minus", "given": [1, 2]},
        {"focal": (1, 0.25), "all_nan": 0, "classes": [1, 2], "clip": 1e-7},
    ],
)
def test_axes_make_the_same_spec_again(axes):
    spec = DiceSpec.of(**axes)
    assert DiceSpec.of(**spec.axes()) == spec
    assert hash(DiceSpec.of(**spec.axes())) == hash(spec)


@pytest.mark.parametrize("spec", [DiceSpec(), DEFAULT, DiceSpec.of(all_nan=math.nan)])
def test_every_answer_equals_itself(spec):
    """Python 3.13 compares specs field by field: with a NaN among them none equals itself."""
    assert [axis for axis, value in answers(spec).items() if value != value] == []


def test_undefined_is_one_answer():
    undefined = DiceSpec.of(all_nan=math.nan)
    assert undefined == DiceSpec.of(all_nan=None) == DiceSpec()
    assert undefined.averaged.all_nan is None
    assert hash(undefined) == hash(DiceSpec())


def test_replace_changes_only_what_is_named():
    changed = DEFAULT.replace(smooth_num=1, over="space")
    assert changed.ratio.smooth_num == 1
    assert changed.axes() == DEFAULT.axes() | {"smooth_num": 1.0}
    assert DEFAULT.ratio.smooth_num == 0
    for one, of_classes in ((np.array(1), np.array([1, 2])), (np.float32(1), [1, 2])):
        assert DEFAULT.replace(smooth_num=one).ratio.smooth_num == 1
        assert DEFAULT.replace(smooth_num=of_classes).ratio.smooth_num == (1, 2)


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"smoth_num": 1}, "did you mean 'smooth_num'"),
        ({"form": "loss"}, "Expected `form` to be one of"),
        ({"smooth_den": -1}, "Expected `smooth_den` to be >= 0"),
        ({"smooth_num": math.inf}, "finite"),
        ({"over": {"space", "time"}}, "Expected `over` to be a set of"),
        ({"smooth_num": [1, -2]}, "Received"),
        ({"given": "abc"}, "Expected `given`"),
        ({"alpha": "much"}, "Expected `alpha`"),
        ({"clip": 0.6}, "Expected `clip`"),
        ({"threshold": 50}, "Expected `threshold` to be at least 0 and below 1. Received: 50."),
        ({"threshold": 1}, "below 1"),
        ({"classes": 1}, r"a tuple of class indices, such as \(1,\). Received: 1."),
        ({"classes": "12"}, r"such as \(1,\). Received: '12'."),
        ({"classes": ()}, r"such as \(1,\). Received: \(\)."),
        ({"classes": [0, -1]}, r"such as \(1,\). Received: \[0, -1\]."),
        ({"over": 3}, "a set of 'space', 'class', 'batch'. Received: 3."),
        ({"skip_nan": "no"}, "true or false. Received: 'no'."),
        ({"ignore_index": 0.5}, "Expected `ignore_index` to be a whole number"),
    ],
)
def test_wrong_axes_are_refused(axes, words):
    with pytest.raises(ValueError, match=words):
        DiceSpec.of(**axes)


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_accepted(name):
    for choice in CHOICES[name]:
        assert DiceSpec.of(**{name: choice}).axes()[name] == choice


def test_nearest_names_what_is_close_or_nothing():
    assert nearest("dise", ["dice", "other"]) == "; did you mean 'dice'?"
    assert nearest("xyz", ["dice"]) == "."

"""The spec: axes by flat names, checked, hashable, shown."""

import math

import numpy as np
import pytest

from tb_dice.definition.spec import CHOICES, DEFAULT, HARD_SUMS, SOFT_SUMS, SUMS, DiceSpec, nearest


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

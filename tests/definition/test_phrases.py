"""The phrase of each answer: every choice has one, no two are alike, and numbers stand in them."""

import inspect

import pytest

from tb_dice.definition import phrases
from tb_dice.definition.questions import CHOICES
from tb_dice.definition.spec import DEFAULT, DiceSpec

SAID_BY = {
    "activation": phrases.activation,
    "compare": phrases.compare,
    "overlap": phrases.overlap,
    "empty": phrases.empty,
    "empty_when": phrases.empty,
    "form": phrases.form,
    "form_when": phrases.form,
    "focal_when": phrases.focal,
    "reduce": phrases.reduce,
    "extra": phrases.extra,
    "weights": phrases.weights,
    "weights_on": phrases.weights,
    "absent": phrases.weights,
    "normalise": phrases.weights,
    "extra_normalise": phrases.compound,
}
# What must be so for an axis to matter.
WHERE = {
    "empty_when": {"empty": "nan"},
    "form_when": {"form": "one_minus"},
    "focal_when": {"form": "one_minus", "focal": 2},
    "weights_on": {"weights": "support"},
    "absent": {"weights": "inverse"},
    "normalise": {"weights": "inverse"},
    "extra_normalise": {"extra": "cross_entropy", "extra_given": (1, 2)},
}
NEEDS = {"given": {"given": (1, 2)}}


@pytest.mark.parametrize("axis", CHOICES)
def test_every_choice_has_a_phrase_of_its_own(axis):
    said = [
        SAID_BY[axis](DiceSpec.of(**WHERE.get(axis, {}), **NEEDS.get(choice, {}), **{axis: choice}))
        for choice in CHOICES[axis]
    ]
    assert all(said)
    assert len(set(said)) == len(said), said


@pytest.mark.parametrize(
    ("say", "axes", "phrase"),
    [
        (phrases.compare, {"compare": "threshold", "threshold": 0.3}, "p > 0.3"),
        (phrases.clip, {}, "none"),
        (phrases.clip, {"clip": 0.01}, "p kept in [0.01, 1 - 0.01]"),
        (phrases.clip, {"clip": 0.01, "clip_target": True}, "p and t kept in [0.01, 1 - 0.01]"),
        (phrases.classes, {}, "all"),
        (phrases.classes, {"background": False}, "without class 0"),
        (phrases.classes, {"classes": (1, 3), "background": False}, "classes 1, 3"),
        (phrases.ignored, {}, "all"),
        (phrases.ignored, {"ignore_index": 255}, "without voxels whose target is 255"),
        (phrases.power, {}, "sums of t and p"),
        (phrases.power, {"power": 2}, "sums of t^2 and p^2"),
        (phrases.error_power, {"error_power": 2}, "to the power 2"),
        (phrases.smooth, {"smooth_num": 1, "smooth_den": 1}, "1"),
        (phrases.smooth, {"smooth_num": 1}, "1 above, 0 below"),
        (phrases.smooth, {"smooth_num": (1, 2), "smooth_den": (1, 2)}, "(1, 2)"),
        (phrases.weights, {}, "none"),
        (phrases.weights, {"weights": "given", "given": (1, 2)}, "classes weighted by w = (1, 2)"),
        (
            phrases.weights,
            {"weights": "inverse", "absent": "one", "normalise": "weights"},
            "classes weighted by w = 1 / T, an absent class by 1,"
            " the mean divided by the sum of the weights",
        ),
        (
            phrases.weights,
            {"weights": "support", "weights_on": "ratio", "class_floor": 2},
            "numerator and denominator weighted by w = T, the denominator of a class at least 2",
        ),
        (phrases.empty, {"empty": "nan"}, "undefined where both masks are empty"),
        (phrases.empty, {"empty": "one", "empty_when": "target"}, "1 where the target is empty"),
        (phrases.form, {"form": "minus_log", "form_when": "after"}, "-log(score) after averaging"),
        (phrases.form, {"form": "minus_log", "log_floor": 0.1}, "-log(score), score at least 0.1"),
        (phrases.focal, {}, "1"),
        (phrases.focal, {"form": "one_minus", "focal": 0.75}, "0.75"),
        (phrases.undefined, {"skip_nan": False}, "make the mean undefined"),
        (phrases.undefined, {"skip_nan": True}, "skipped"),
        (phrases.undefined, {"skip_nan": True, "all_nan": 1}, "skipped, 1 if all are"),
        (phrases.compound, {}, "none"),
        (
            phrases.compound,
            {"extra": "focal", "gamma": 3, "focal_alpha": 0.25, "dice_weight": 0.5},
            "0.5 Dice + 1 focal loss, gamma 3, alpha 0.25",
        ),
    ],
)
def test_numbers_stand_in_the_phrase(say, axes, phrase):
    assert say(DiceSpec.of(**axes)) == phrase


def test_every_phrase_says_something_of_the_default():
    saying = [one for name, one in vars(phrases).items() if inspect.isfunction(one)]
    for say in saying:
        if say is not phrases.number:
            assert say(DEFAULT), say.__name__


def test_a_number_is_one_or_one_per_class():
    assert phrases.number(1e-6) == "1e-06"
    assert phrases.number((1.0, 0.5), " each") == "(1, 0.5 each)"

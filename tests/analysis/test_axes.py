import pytest

from tb_dice.analysis.axes import AXES
from tb_dice.analysis.choice import Definition
from tb_dice.definition import catalogue
from tb_dice.definition.spec import DEFAULT, DiceSpec


def axis(key):
    return next(axis for axis in AXES if axis.key == key)


def says(key, **axes):
    return axis(key).said(Definition(DiceSpec.of(**axes)))


def test_no_axis_of_a_definition_is_left_out():
    named = [name for axis in AXES for name in axis.names]
    assert sorted([*named, "over"]) == sorted(DEFAULT.axes())


def test_the_order_is_that_of_the_questions():
    order = list(DEFAULT.axes())
    firsts = [order.index(axis.names[0]) for axis in AXES if axis.names]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize(
    ("key", "axes", "words"),
    [
        ("compare", {"compare": "soft", "threshold": 0.3}, "soft"),
        ("compare", {"compare": "threshold", "threshold": 0.3}, "p > 0.3"),
        ("clip", {}, "none"),
        ("clip", {"clip": 0.1}, "p kept in [0.1, 1 - 0.1]"),
        ("classes", {"background": False}, "without class 0"),
        ("classes", {"classes": [1, 2]}, "classes 1, 2"),
        ("ignore_index", {"ignore_index": 255}, "without voxels whose target is 255"),
        (
            "extra",
            {"extra": "focal", "focal_alpha": 0.25, "extra_given": [1, 2]},
            "1 Dice + 1 focal loss, gamma 2, alpha 0.25, its classes weighted by (1, 2)",
        ),
        ("over.class", {"over": {"space", "class"}}, "summed before dividing"),
        ("over.batch", {}, "each divided, then averaged"),
        ("smooth", {"smooth_num": 1, "smooth_den": 1}, "1"),
        ("smooth", {"smooth_num": 0, "smooth_den": 1e-7}, "0 above, 1e-07 below"),
        ("smooth", {"smooth_num": [1, 2], "smooth_den": [1, 2]}, "(1, 2)"),
        ("weights", {"absent": "zero"}, "none"),
        ("weights", {"weights": "given", "given": [1, 3]}, "classes weighted by w = (1, 3)"),
        (
            "weights",
            {"weights": "inverse_square", "weights_on": "ratio"},
            "numerator and denominator weighted by w = 1 / T^2, an absent class by the largest",
        ),
        ("empty", {"empty_when": "target"}, "the formula"),
        ("empty", {"empty": "one", "empty_when": "target"}, "1 where the target is empty"),
        (
            "weights",
            {"weights": "inverse", "absent": "max_or_one", "normalise": "weights"},
            "classes weighted by w = 1 / T, an absent class by the largest, or by 1 if all are"
            " absent, the mean divided by the sum of the weights",
        ),
        ("power", {"power": 2}, "sums of t^2 and p^2"),
        ("power", {}, "sums of t and p"),
        ("error_power", {"error_power": 2}, "to the power 2"),
        ("overlap", {}, "TP = sum t p"),
        ("overlap", {"overlap": "difference"}, "TP = (T + P - sum |t - p|) / 2"),
        ("reduce", {"reduce": "class_then_batch"}, "mean over classes, then over samples"),
        ("form", {"form_when": "after"}, "score"),
        ("form", {"form": "one_minus", "form_when": "after"}, "1 - score after averaging"),
        ("focal", {"focal": 0.75}, "0.75"),
        ("undefined", {}, "make the mean undefined"),
        ("undefined", {"skip_nan": True, "all_nan": 0}, "skipped, 0 if all are"),
        ("form", {"form": "minus_log", "log_floor": 0.1}, "-log(score), score at least 0.1"),
        ("extra", {"extra": "cross_entropy"}, "1 Dice + 1 cross-entropy"),
        ("extra", {"extra": "logit_focal"}, "1 Dice + 1 focal loss of the logits, gamma 2"),
    ],
)
def test_words(key, axes, words):
    assert says(key, **axes) == words


@pytest.mark.parametrize("name", catalogue.variants())
def test_moving_every_axis_makes_the_other_definition(name):
    entry = catalogue.entry(name)
    target = Definition(entry.spec(**entry.example), pooled=True)
    moved = Definition()
    for axis in AXES:
        if axis.key != "over.space":  # an over of nothing is no definition
            moved = axis.moved(moved, target)
            assert axis.said(moved) == axis.said(target)
    if "space" in target.spec.summed.over:
        assert moved == target


def test_the_same_words_are_the_same_on_an_axis():
    moved = axis("empty").moved(Definition(DEFAULT), Definition(DiceSpec.of()))
    assert moved.spec.empties.empty == "formula"
    assert moved.spec.averaged.all_nan is None

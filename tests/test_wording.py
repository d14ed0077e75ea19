"""A definition in words."""

import pytest

from tb_dice.spec import DEFAULT, DiceSpec


@pytest.mark.parametrize(
    ("axes", "formula"),
    [
        ({}, "2 TP / (2 TP + FP + FN)"),
        ({"smooth_num": 1, "smooth_den": 1}, "(2 TP + 1) / (2 TP + FP + FN + 1)"),
        ({"alpha": 0.3, "beta": 0.7}, "2 TP / (2 TP + 0.6 FP + 1.4 FN)"),
        ({"alpha": 1, "beta": 0}, "2 TP / (2 TP + 2 FP)"),
        ({"floor": 1e-8}, "2 TP / max(2 TP + FP + FN, 1e-08)"),
        ({"smooth_num": (1, 2)}, "(2 TP + smooth per class) / (2 TP + FP + FN)"),
        ({"form": "one_minus"}, "1 - 2 TP / (2 TP + FP + FN)"),
        ({"form": "minus_log"}, "-log(2 TP / (2 TP + FP + FN))"),
        ({"form": "one_minus", "focal": 0.75}, "(1 - 2 TP / (2 TP + FP + FN))^0.75"),
        (
            {"form": "one_minus", "extra": "cross_entropy"},
            "1 - 2 TP / (2 TP + FP + FN) + cross-entropy",
        ),
    ],
)
def test_formula(axes, formula):
    assert DiceSpec.of(**axes).formula() == formula


def test_words_of_the_default():
    assert DEFAULT.words() == (
        "hard; per sample and class; mean, undefined ones skipped; undefined where both masks"
        " are empty"
    )


@pytest.mark.parametrize(
    ("axes", "part"),
    [
        ({"over": {"class"}}, "per voxel, classes summed"),
        ({"over": {"space", "batch", "class"}}, "all voxels of the batch summed"),
        ({"compare": "soft", "activation": "sigmoid"}, "soft after sigmoid"),
        ({"power": 2}, "T and P are sums of t^2 and p^2"),
        (
            {"weights": "inverse_square", "weights_on": "ratio"},
            "numerator and denominator weighted",
        ),
        ({"background": False}, "without class 0"),
        ({"empty": "one", "empty_when": "target"}, "1 where the target is empty"),
        ({"empty": "nan", "empty_when": "either"}, "undefined where one mask is empty"),
    ],
)
def test_words_name_each_axis(axes, part):
    assert part in DiceSpec.of(**axes).words()

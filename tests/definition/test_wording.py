"""A definition in words."""

import pytest

from tb_dice.definition.spec import DEFAULT, DiceSpec

SOFT = {"compare": "soft"}


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
        ({"extra": "logit_focal"}, "2 TP / (2 TP + FP + FN) + focal loss of the logits"),
        (
            {"extra": "focal", "dice_weight": 0.5, "extra_weight": 2},
            "0.5 (2 TP / (2 TP + FP + FN)) + 2 focal loss",
        ),
        (
            {"form": "one_minus", "focal": (1, 0.25)},
            "(1 - 2 TP / (2 TP + FP + FN))^(1, 0.25 per class)",
        ),
        ({**SOFT, "power": 2, "smooth_den": 1}, "2 TP / (sum t^2 + sum p^2 + 1)"),
        (
            {**SOFT, "power": 2, "alpha": 0.3, "beta": 0.7},
            "2 TP / (2 TP + 0.6 (sum p^2 - TP) + 1.4 (sum t^2 - TP))",
        ),
        (
            {**SOFT, "error_power": 2},
            "2 TP / (2 TP + sum ((1 - t) p)^2 + sum (t (1 - p))^2)",
        ),
        ({**SOFT, "overlap": "difference"}, "(T + P - sum |t - p|) / (T + P)"),
        (
            {**SOFT, "overlap": "difference", "alpha": 1, "beta": 1, "smooth_num": 2},
            "(T + P - sum |t - p| + 2) / (T + P + sum |t - p|)",
        ),
        (
            {**SOFT, "overlap": "difference", "alpha": 0.3, "beta": 0.7},
            "2 TP / (2 TP + 0.6 FP + 1.4 FN)",
        ),
        ({"overlap": "difference", "power": 2}, "2 TP / (2 TP + FP + FN)"),
        (
            {"over": {"space", "class"}, "weights": "inverse", "weights_on": "ratio"},
            "2 sum w TP / (sum w (2 TP + FP + FN))",
        ),
        (
            {"form": "one_minus", "form_when": "after", "reduce": "sum"},
            "1 - sum(2 TP / (2 TP + FP + FN))",
        ),
        (
            {"form": "one_minus", "focal": 2, "focal_when": "after"},
            "mean(1 - 2 TP / (2 TP + FP + FN))^2",
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
            "numerator and denominator weighted by w = 1 / T^2, an absent class by the largest",
        ),
        (
            {"weights": "given", "given": (1, 2), "normalise": "weights"},
            "classes weighted by w = (1, 2), the mean divided by the sum of the weights; mean",
        ),
        (
            {"weights": "inverse", "weights_on": "ratio", "class_floor": 1},
            "the denominator of a class at least 1",
        ),
        ({"compare": "soft", "clip": 0.1}, "soft, p kept in [0.1, 1 - 0.1]"),
        ({"clip": 0.1, "clip_target": True}, "p and t kept in [0.1, 1 - 0.1]"),
        ({"error_power": 2}, "the error of each voxel to the power 2"),
        ({"background": False}, "hard, without class 0"),
        ({"ignore_index": 255}, "hard, without voxels whose target is 255"),
        ({"overlap": "difference"}, "TP = (T + P - sum |t - p|) / 2"),
        ({"skip_nan": True, "all_nan": 0}, "mean, undefined ones skipped, 0 if all are"),
        ({"empty": "one", "empty_when": "target"}, "1 where the target is empty"),
        ({"empty": "nan", "empty_when": "either"}, "undefined where either mask is empty"),
    ],
)
def test_words_name_each_axis(axes, part):
    assert part in DiceSpec.of(**axes).words()


def test_one_number_for_the_batch_is_not_averaged():
    spec = DiceSpec.of(compare="soft", over={"space", "batch", "class"})
    assert spec.words() == "soft; all voxels of the batch summed"

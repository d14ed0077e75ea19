"""Sums -> score -> loss by hand, in numpy and on tensors; gradients of what is undefined."""

import math

import numpy as np
import pytest
from tensors import WHY_TENSORFLOW, XPS, ops

from tb_dice.definition.spec import SUMS, DiceSpec
from tb_dice.definition.stages import (
    Parts,
    average,
    class_weights,
    collect,
    evaluate,
    finish,
    loss,
    parts,
    score,
    shortfall,
)

SOFT = DiceSpec.of(compare="soft")
# two samples, three classes; the last class is empty in both, the second missed in sample 1
TP = [[4.0, 2.0, 0.0], [1.0, 0.0, 0.0]]
FP = [[1.0, 2.0, 0.0], [3.0, 0.0, 0.0]]
FN = [[1.0, 0.0, 0.0], [1.0, 5.0, 0.0]]


def part(xp=np):
    tp, fp, fn = (xp.array(a, "float32" if xp is ops else float) for a in (TP, FP, FN))
    return Parts(tp, fp, fn, tp + fn, tp + fp)


def averaged(value, spec, xp):
    return average(value, xp.ones_like(value), spec, xp)


def same(got, want, **options):
    np.testing.assert_allclose(np.asarray(got), want, **({"rtol": 1e-6} | options))


def test_parts_of_recorded_sums():
    sums = {name: np.array([[float(i + 1)]]) for i, name in enumerate(SUMS)}
    found = parts(sums, SOFT)
    assert [float(a[0, 0]) for a in found.arrays()] == [1, 3 - 1, 2 - 1, 2, 3]
    found = parts(sums, SOFT.replace(power=2))
    assert [float(a[0, 0]) for a in found.arrays()] == [1, 5 - 1, 4 - 1, 2, 3]
    found = parts(sums, SOFT.replace(overlap="difference"))
    assert float(found.tp[0, 0]) == (2 + 3 - 6) / 2
    found = parts(sums, SOFT.replace(error_power=2))
    assert [float(a[0, 0]) for a in found.arrays()][:3] == [1, 5 - 7, 2 - 2 + 7]
    found = parts(sums, DiceSpec.of(compare="hard", power=2))
    assert [float(a[0, 0]) for a in found.arrays()] == [9, 11 - 9, 10 - 9, 10, 11]


@XPS
@pytest.mark.parametrize(
    ("over", "want"),
    [
        ({"space"}, [[8 / 10, 4 / 6, math.nan], [2 / 6, 0, math.nan]]),
        ({"space", "class"}, [[12 / 16], [2 / 11]]),
        ({"space", "batch"}, [[10 / 16, 4 / 11, math.nan]]),
        ({"space", "class", "batch"}, [[14 / 27]]),
    ],
)
def test_score_sums_what_over_names(xp, over, want):
    same(score(part(xp), SOFT.replace(over=over), xp), want)


@XPS
def test_ratio_axes(xp):
    got = score(part(xp), SOFT.replace(alpha=1, beta=0, smooth_num=1, smooth_den=2), xp)
    same(got[0], [9 / 12, 5 / 10, 1 / 2])
    got = score(part(xp), SOFT.replace(smooth_num=[1, 2, 3], smooth_den=[3, 2, 1]), xp)
    same(got[0], [9 / 13, 6 / 8, 3])
    same(score(part(xp), SOFT.replace(floor=12), xp)[0], [8 / 12, 4 / 12, 0])
    same(score(part(xp), SOFT.replace(smooth_num=1), xp)[0, 2], np.inf)


@XPS
def test_rules_for_empty_masks(xp):
    for empty, want in (("one", 1), ("zero", 0), ("nan", math.nan)):
        same(score(part(xp), SOFT.replace(empty=empty, smooth_num=7), xp)[:, 2], [want] * 2)
    false_alarm = Parts(*(xp.array([[n]]) for n in (0.0, 3.0, 0.0, 0.0, 3.0)))
    same(score(false_alarm, SOFT.replace(empty="one"), xp), [[0]])
    same(score(false_alarm, SOFT.replace(empty="one", empty_when="target"), xp), [[1]])
    missed = Parts(*(xp.array([[n]]) for n in (0.0, 0.0, 3.0, 3.0, 0.0)))
    same(score(missed, SOFT.replace(empty="nan", empty_when="either"), xp), [[math.nan]])


@XPS
@pytest.mark.parametrize(
    ("form", "want"),
    [
        ("score", 0.25),
        ("one_minus", 0.75),
        ("minus", -0.25),
        ("minus_log", -math.log(0.25)),
        ("log_cosh", math.log(math.cosh(0.75))),
    ],
)
def test_forms(xp, form, want):
    same(loss(xp.array([[0.25]]), SOFT.replace(form=form), xp), [[want]])


@XPS
def test_focal_powers(xp):
    values = xp.array([[0.75, 0.0]])
    same(loss(values, SOFT.replace(focal=0.5), xp), [[math.sqrt(0.75), 0]])
    same(loss(values, SOFT.replace(focal=[2, 0.25]), xp), [[0.5625, 0]])
    rounding = xp.array([[-1e-8, -0.5]])
    same(loss(rounding, SOFT.replace(focal=0.75), xp), [[0, math.nan]], atol=1e-7)


@XPS
@pytest.mark.parametrize(
    ("weights", "absent", "want"),
    [
        ("support", "max", [[5, 2, 0], [2, 5, 0]]),
        ("inverse", "max", [[1 / 5, 1 / 2, 1 / 2], [1 / 2, 1 / 5, 1 / 2]]),
        ("inverse_square", "zero", [[1 / 25, 1 / 4, 0], [1 / 4, 1 / 25, 0]]),
        ("inverse_square", "one", [[1 / 25, 1 / 4, 1], [1 / 4, 1 / 25, 1]]),
    ],
)
def test_class_weights(xp, weights, absent, want):
    spec = SOFT.replace(weights=weights, absent=absent)
    same(class_weights(part(xp).true, spec, xp), want)


def test_weights_on_the_ratio_are_generalised_dice():
    spec = SOFT.replace(
        weights="inverse", weights_on="ratio", over={"space", "class"}, absent="zero"
    )
    top = 2 * (4 / 5 + 2 / 2)
    same(score(part(), spec, np)[0], [top / (top + 1 / 5 + 2 / 2 + 1 / 5)])


def test_weights_where_no_class_is_present():
    nothing = np.zeros((1, 2))
    for absent, want in (("max", 0), ("max_or_one", 1), ("one", 1)):
        spec = SOFT.replace(weights="inverse", absent=absent)
        same(class_weights(nothing, spec, np), [[want, want]])


def test_the_floor_of_a_class_comes_before_its_weight():
    spec = SOFT.replace(
        weights="inverse",
        weights_on="ratio",
        over={"space", "class"},
        class_floor=12,
        absent="zero",
    )
    same(score(part(), spec, np)[0], [2 * (4 / 5 + 2 / 2) / (12 / 5 + 12 / 2)])


def test_a_mean_by_weights_that_are_all_zero_is_the_plain_one():
    """torchmetrics: a false alarm in every class and no support scores 0, not 0/0."""
    spec = SOFT.replace(weights="support", normalise="weights", skip_nan=True)
    nothing = np.zeros((1, 2))
    same(average(np.array([[0.0, math.nan]]), nothing, spec, np), 0)


CELLS = np.array([[0.8, 0.6, math.nan], [0.2, 0.4, 0.1]])


@XPS
@pytest.mark.parametrize(
    ("reduce", "want"),
    [
        ("mean", 2.1 / 5),
        ("sum", 2.1),
        ("sum_classes", (1.4 + 0.7) / 2),
        ("class_then_batch", (0.7 + 0.7 / 3) / 2),
        ("batch_then_class", (0.5 + 0.5 + 0.1) / 3),
        ("per_class", [0.5, 0.5, 0.1]),
        ("per_sample", [0.7, 0.7 / 3]),
        ("sum_per_class", [1, 1, 0.1]),
        ("sum_per_sample", [1.4, 0.7]),
        ("none", CELLS),
    ],
)
def test_averages_that_skip_the_undefined(xp, reduce, want):
    spec = SOFT.replace(reduce=reduce, skip_nan=True)
    value = xp.array(CELLS.astype(np.float32))
    got = averaged(value, spec, xp)
    same(got, want)


@XPS
def test_mean_of_nothing(xp):
    nothing = xp.array([[math.nan, math.nan]])
    same(averaged(nothing, SOFT.replace(skip_nan=True), xp), math.nan)
    same(averaged(nothing, SOFT.replace(skip_nan=True, all_nan=0), xp), 0)


@XPS
def test_given_weights(xp):
    value = xp.array([[0.5, 0.25]])
    spec = SOFT.replace(weights="given", given=[1, 3])
    same(averaged(value, spec, xp), (0.5 + 0.75) / 2)
    same(averaged(value, spec.replace(normalise="weights"), xp), (0.5 + 0.75) / 4)
    same(averaged(value, spec.replace(reduce="sum"), xp), 1.25)


def test_form_after_the_mean():
    spec = SOFT.replace(form="minus_log", form_when="after")
    same(averaged(np.array([[0.5, 0.25]]), spec, np), -math.log(0.375))
    spec = SOFT.replace(form="one_minus", form_when="after", focal=2, focal_when="after")
    same(averaged(np.array([[0.5, 0.25]]), spec, np), 0.625**2)


@pytest.mark.parametrize("reduce", ["mean", "sum", "sum_classes", "class_then_batch", "per_class"])
def test_batches_collected_one_by_one_give_the_whole(reduce):
    rng = np.random.default_rng(0)
    value = np.where(rng.random((6, 3)) < 0.3, math.nan, rng.random((6, 3)))
    spec = SOFT.replace(reduce=reduce, skip_nan=True)
    pieces = [collect(v, np.ones_like(v), spec, np) for v in (value[:1], value[1:4], value[4:])]
    total, count = (sum(piece[i] for piece in pieces) for i in (0, 1))
    same(finish(total, count, spec, np), averaged(value, spec, np), rtol=1e-12)


def test_sample_weights_weigh_samples():
    value = np.array([[0.5, math.nan], [0.1, 0.3]])
    spec = SOFT.replace(skip_nan=True)
    total, count = collect(value, np.ones_like(value), spec, np, np.array([[2.0], [1.0]]))
    same(finish(total, count, spec, np), (2 * 0.5 + 0.1 + 0.3) / 4)


def test_batches_of_equal_size_at_once():
    spec = SOFT.replace(over={"space", "batch"}, smooth_num=1, smooth_den=1, form="one_minus")
    one, two = part(), Parts(*(2 * a for a in part().arrays()))
    both = Parts(*(np.stack(pair) for pair in zip(one.arrays(), two.arrays(), strict=True)))
    same(evaluate(both, spec, np), [evaluate(one, spec, np), evaluate(two, spec, np)])


@pytest.mark.parametrize(
    "axes",
    [
        {"empty": "nan", "skip_nan": True},
        {"empty": "one"},
        {"smooth_num": 1e-6, "smooth_den": 1e-6, "form": "one_minus", "focal": 0.75},
        {
            "weights": "inverse_square",
            "weights_on": "ratio",
            "over": {"space", "class"},
            "floor": 1e-9,
        },
    ],
)
def test_gradients_are_finite_where_masks_are_empty(axes):
    tf = pytest.importorskip("tensorflow", reason=WHY_TENSORFLOW)
    given = [tf.constant(a) for a in (TP, FP, FN)]
    with tf.GradientTape() as tape:
        tape.watch(given)
        tp, fp, fn = given
        value = evaluate(Parts(tp, fp, fn, tp + fn, tp + fp), SOFT.replace(**axes), ops)
    assert np.isfinite(value)
    for gradient in tape.gradient(value, given):
        assert np.isfinite(gradient).all()


@XPS
@pytest.mark.parametrize(
    "axes",
    [
        {"smooth_num": 1, "smooth_den": 1},
        {"smooth_num": (1, 2, 3), "smooth_den": 1e-3, "alpha": 0.3, "beta": 0.7},
        {"smooth_den": 1e-7, "over": {"space", "class", "batch"}},
        {"floor": 20},
        {"floor": 21, "smooth_num": 2, "smooth_den": 1},
        {"weights": "inverse", "weights_on": "ratio", "over": {"space", "class"}},
        {"weights_on": "ratio", "class_floor": 3},
        {"empty": "one", "empty_when": "target"},
        {"empty": "nan"},
        {"smooth_num": 1},
    ],
    ids=" ".join,  # not str: the order of a set differs between processes
)
def test_the_shortfall_is_one_minus_the_score(axes, xp):
    spec = SOFT.replace(**axes)
    same(shortfall(part(xp), spec, xp), 1 - np.asarray(score(part(xp), spec, xp)))


def test_what_is_missing_to_one_is_not_lost_in_rounding():
    """In float32 1 - (1 - 6e-8) is 0 or 1.2e-7, and to the power 1/4 that is 0 or 0.019."""
    held = Parts(*(np.array([[n]], np.float32) for n in (1e6, 0.125, 0.0, 1e6, 1e6)))
    spec = SOFT.replace(form="one_minus", focal=0.25)
    same(evaluate(held, spec, np), (0.125 / 2000000.125) ** 0.25)

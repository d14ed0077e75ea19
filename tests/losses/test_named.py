"""The named losses: their definitions by hand, their configuration, weights and gradients."""

import inspect

import keras
import numpy as np
import pytest
from keras import ops

from tb_dice import dice, losses
from tb_dice.losses import (
    DiceCoef,
    DiceCrossEntropy,
    DiceFocal,
    FocalTversky,
    GeneralizedDice,
    LogCoshDice,
    LogDice,
    SampleDice,
    SoftDice,
    SquaredDice,
    Tversky,
    WeightedDice,
)
from tests.losses.every import NAMED, values_and_gradients

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, (4, 6, 5))
LABELS[0] = np.minimum(LABELS[0], 1)  # the first sample lacks the last class
ONE_HOT = np.eye(3, dtype=np.float32)[LABELS]
PROB = np.asarray(ops.softmax(RNG.normal(size=(4, 6, 5, 3)).astype(np.float32)))

EACH = pytest.mark.parametrize("loss", NAMED, ids=lambda loss: loss.name)


def number(value):
    return float(ops.convert_to_numpy(value))


def by_hand(smooth=1.0, alpha=0.5, beta=0.5, power=1):
    """The ratio per sample and class."""
    t, p = ONE_HOT.astype(float), PROB.astype(float)
    tp, true, pred = ((a).sum((1, 2)) for a in (t * p, t**power, p**power))
    top = 2 * tp + smooth
    return top / (2 * tp + 2 * alpha * (pred - tp) + 2 * beta * (true - tp) + smooth)


T = ONE_HOT.sum((1, 2)).astype(float)
INVERSE = np.where(T > 0, 1 / np.maximum(T, 1), 0)
INVERSE = np.where(T > 0, INVERSE, INVERSE.max(1, keepdims=True))
ENTROPY = -np.log(PROB[ONE_HOT.astype(bool)].astype(float)).mean()
FOCAL_YES = -ONE_HOT * (1 - PROB.astype(float)) ** 2 * np.log(PROB.astype(float))
FOCAL_NO = -(1 - ONE_HOT) * PROB.astype(float) ** 2 * np.log(1 - PROB.astype(float))


@pytest.mark.parametrize(
    ("loss", "want"),
    [
        (SoftDice(1), 1 - by_hand().mean()),
        (SoftDice(1, background=False), 1 - by_hand()[:, 1:].mean()),
        (SoftDice((1, 2, 3)), 1 - by_hand(np.array([1, 2, 3])).mean()),
        (SoftDice(1, class_weights=(1, 2, 5)), ((1 - by_hand()) @ [1, 2, 5] / 8).mean()),
        (
            SoftDice(1, class_weights="inverse"),
            (((1 - by_hand()) * INVERSE).sum(1) / INVERSE.sum(1)).mean(),
        ),
        (SampleDice(1), dice(LABELS, PROB, SampleDice(1).spec)),
        (WeightedDice([1, 2, 5], 1), ((1 - by_hand()) @ [1, 2, 5]).mean()),
        (SquaredDice(1), 1 - by_hand(power=2).mean()),
        (GeneralizedDice(), dice(LABELS, PROB, "monai.GeneralizedDiceLoss")),
        (
            GeneralizedDice(class_weights="inverse"),
            dice(LABELS, PROB, "monai.GeneralizedDiceLoss", w_type="simple"),
        ),
        (Tversky(0.2, 0.9, 1), 1 - by_hand(1, 0.2, 0.9).mean()),
        (FocalTversky(0.2, 0.9, 0.5, 1), np.sqrt(1 - by_hand(1, 0.2, 0.9)).mean()),
        (LogCoshDice(), np.log(np.cosh(1 - by_hand())).mean()),
        (LogDice(), -np.log(by_hand()).mean()),
        (
            DiceCrossEntropy(dice_weight=2, cross_entropy_weight=3),
            2 * (1 - by_hand().mean()) + 3 * ENTROPY,
        ),
        (
            DiceFocal(dice_weight=2, focal_weight=3),
            2 * (1 - by_hand().mean()) + 3 * (FOCAL_YES + FOCAL_NO).mean(),
        ),
        (DiceCoef(), dice(LABELS, PROB, "recipe.dice_coef_loss")),
    ],
    ids=lambda value: value.name if isinstance(value, losses.DiceLoss) else "",
)
@pytest.mark.parametrize("targets", ["labels", "one-hot"])
def test_named_losses_by_hand(loss, want, targets):
    assert number(loss(LABELS if targets == "labels" else ONE_HOT, PROB)) == pytest.approx(
        want, rel=1e-5
    )


def test_all_are_exported_and_documented():
    named = {type(loss).__name__ for loss in NAMED}
    assert set(losses.__all__) == named | {"DiceLoss"}
    for name in named:
        held = getattr(losses, name)
        for parameter in inspect.signature(held).parameters:
            assert f"{parameter}:" in held.__doc__, (name, parameter)


@EACH
def test_config_makes_the_same_loss(loss):
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()
    assert again.spec == loss.spec
    assert number(again(LABELS, PROB)) == number(loss(LABELS, PROB))


@EACH
def test_sample_weight_is_per_sample_or_refused(loss):
    weight = np.array([0.0, 3.0, 0.0, 0.0], np.float32)
    if isinstance(loss, DiceCoef):
        with pytest.raises(ValueError, match="Expected no sample_weight"):
            loss(LABELS, PROB, sample_weight=weight)
        return
    alone = number(loss(LABELS[1:2], PROB[1:2]))
    share = 1 if loss.reduction == "sum" else 4
    got = number(loss(LABELS, PROB, sample_weight=weight))
    assert got == pytest.approx(3 * alone / share, rel=1e-5)


@EACH
def test_gradients_are_those_of_finite_differences(loss):
    _, (gradient,) = values_and_gradients([loss], compiled=False)(
        ops.convert_to_tensor(LABELS), ops.convert_to_tensor(PROB)
    )
    gradient = ops.convert_to_numpy(gradient)
    samples = len(PROB) if loss.reduction == "sum" else 1
    for at in [(0, 0, 0, 0), (1, 3, 2, 1), (3, 5, 4, 2)]:
        step = np.zeros(PROB.shape)
        step[at] = 1e-5
        up, down = (dice(LABELS, PROB.astype(float) + s, loss.spec) for s in (step, -step))
        want = samples * (up - down) / 2e-5
        assert gradient[at] == pytest.approx(want, rel=1e-3, abs=1e-6)


def test_volumes():
    y_true, y_pred = RNG.integers(0, 3, (2, 4, 5, 6)), RNG.dirichlet([1] * 3, (2, 4, 5, 6))
    want = dice(y_true, y_pred, SoftDice(1).spec)
    assert number(SoftDice(1)(y_true, y_pred)) == pytest.approx(want, rel=1e-5)

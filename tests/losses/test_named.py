"""The named losses: their definitions by hand, half precision, gradients, saving, training."""

import inspect
import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
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

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, (4, 6, 5))
LABELS[0] = np.minimum(LABELS[0], 1)  # the first sample lacks the last class
ONE_HOT = np.eye(3, dtype=np.float32)[LABELS]
PROB = np.asarray(ops.softmax(RNG.normal(size=(4, 6, 5, 3)).astype(np.float32)))

ALL = [
    SoftDice(),
    SoftDice((1, 2, 3), class_weights=(1, 2, 3), activation="softmax", ignore_index=255),
    SoftDice(1, class_weights="inverse", background=False, name="mine"),
    SampleDice(1),
    WeightedDice([1, 2, 3], reduction="sum"),
    SquaredDice(1, class_weights="inverse_square"),
    GeneralizedDice(),
    GeneralizedDice(1, class_weights=(3, 2, 1)),
    Tversky(),
    Tversky(0.2, 0.9, 1, class_weights="support"),
    FocalTversky(),
    LogCoshDice(),
    LogDice(),
    DiceCrossEntropy(),
    DiceCrossEntropy(2, dice_weight=0.3, cross_entropy_weight=3, background=False),
    DiceFocal(),
    DiceFocal(gamma=1.5, focal_weight=3),
    DiceCoef(),
]
EACH = pytest.mark.parametrize("loss", ALL, ids=lambda loss: loss.name)


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
    named = {type(loss).__name__ for loss in ALL}
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


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("loss", [loss for loss in ALL if loss.spec.compound.extra == "none"])
@pytest.mark.parametrize("case", ["perfect", "missed", "false alarm", "empty"])
def test_half_precision_is_as_good_as_double(loss, dtype, case):
    """A sum of 1024 x 1024 ones is infinite in float16."""
    true, pred = {"perfect": (1, 1), "missed": (1, 0), "false alarm": (0, 1), "empty": (0, 0)}[case]
    y_true = np.zeros((1, 256, 256, 3), np.float32)
    y_pred = y_true.copy()
    y_true[..., 1], y_true[..., 0] = true, 1 - true
    y_pred[..., 1], y_pred[..., 0] = pred, 1 - pred
    spec = loss.spec.replace(activation="none")
    plain = losses.DiceLoss(spec)
    got = plain(ops.cast(y_true, dtype), ops.cast(y_pred, dtype))
    assert number(got) == pytest.approx(dice(y_true, y_pred, spec), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("loss", [SoftDice(), DiceCoef(), FocalTversky(), GeneralizedDice()])
@pytest.mark.parametrize("value", [0, 1])
def test_large_masks_in_float16(loss, value):
    mask = np.full((1, 1024, 1024, 1), value, np.float16)
    assert number(loss(mask, mask)) == pytest.approx(0, abs=1e-6)


HARD = st.sampled_from([0.0, 1.0])
UNIT = st.floats(0, 1, width=32)


@EACH
@settings(max_examples=15)
@given(
    y_true=arrays.arrays(np.float32, (2, 3, 3), elements=HARD | UNIT),
    y_pred=arrays.arrays(np.float32, (2, 3, 3), elements=HARD | UNIT),
)
def test_no_gradient_is_nan_or_infinite(loss, y_true, y_pred):
    tf = pytest.importorskip("tensorflow")
    values = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(values)
        value = loss(tf.constant(y_true), values)
    assert math.isfinite(number(value))
    assert np.isfinite(tape.gradient(value, values)).all()


@EACH
def test_gradients_are_those_of_finite_differences(loss):
    tf = pytest.importorskip("tensorflow")
    y_pred = tf.constant(PROB)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = loss(LABELS, y_pred)
    gradient = tape.gradient(value, y_pred).numpy()
    double = type(loss)(**{**loss.get_config(), "dtype": "float64"})
    for at in [(0, 0, 0, 0), (1, 3, 2, 1), (3, 5, 4, 2)]:
        step = np.zeros(PROB.shape)
        step[at] = 1e-5
        up, down = (number(double(LABELS, PROB.astype(float) + s)) for s in (step, -step))
        assert gradient[at] == pytest.approx((up - down) / 2e-5, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("loss", [ALL[1], GeneralizedDice(), FocalTversky(), DiceCrossEntropy()])
def test_compiled_equals_eager(loss):
    tf = pytest.importorskip("tensorflow")
    compiled = tf.function(loss, jit_compile=True, autograph=False)
    arguments = tf.constant(LABELS), tf.constant(PROB)
    assert number(compiled(*arguments)) == pytest.approx(number(loss(*arguments)), rel=1e-6)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving
def test_a_model_with_each_loss_is_saved_and_loaded(tmp_path):
    """One output per loss, which also is how deep supervision is written."""
    features = keras.Input((6, 5, 3))
    heads = [keras.layers.Conv2D(3, 1, activation="softmax")(features) for _ in ALL]
    model = keras.Model(features, heads)
    model.compile("sgd", loss=ALL, loss_weights=[1.0] * len(ALL))
    targets = [LABELS] * len(ALL)
    before = model.evaluate(PROB, targets, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert [type(loss) for loss in again.loss] == [type(loss) for loss in ALL]
    np.testing.assert_allclose(again.evaluate(PROB, targets, verbose=0), before, rtol=1e-5)


def test_volumes():
    y_true, y_pred = RNG.integers(0, 3, (2, 4, 5, 6)), RNG.dirichlet([1] * 3, (2, 4, 5, 6))
    want = dice(y_true, y_pred, SoftDice(1).spec)
    assert number(SoftDice(1)(y_true, y_pred)) == pytest.approx(want, rel=1e-5)

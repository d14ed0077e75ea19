"""Every loss, named or of the catalogue: compiled as eager, half precision, gradients, saving."""

from functools import cache

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from keras import ops
from serving import python

from tb_dice import dice
from tb_dice.definition.catalogue import entries
from tb_dice.losses import DiceCrossEntropy, DiceFocal, DiceLoss, SoftDice
from tb_dice.metrics import DiceScore
from tests.losses.every import BACKEND, CATALOGUE, EVERY, NAMED, NAMES, cases, values_and_gradients

COMPILED = values_and_gradients(EVERY)
EAGER = values_and_gradients(EVERY, compiled=False)


def both(function, y_true, y_pred):
    """Values and gradients of every loss as numpy."""
    y_true, y_pred = (ops.convert_to_tensor(a, "float32") for a in (y_true, y_pred))
    return [[ops.convert_to_numpy(a) for a in found] for found in function(y_true, y_pred)]


@cache
def eagerly(case):
    """Values and gradients of every loss that is not compiled."""
    return both(EAGER, *cases()[case])


def test_no_loss_of_the_catalogue_is_left_out():
    there = {loss.get_config()["variant"] for loss in CATALOGUE}
    assert there == {known.name for known in entries() if known.form != "score"}


@pytest.mark.filterwarnings("ignore::UserWarning")  # of predictions that are not probabilities
@pytest.mark.skipif(BACKEND == "torch", reason="torch runs eagerly")
@pytest.mark.parametrize("case", cases())
def test_compiled_equals_eager(case):
    compiled, eager = both(COMPILED, *cases()[case]), eagerly(case)
    for name, *values in zip(NAMES, compiled[0], eager[0], strict=True):
        np.testing.assert_allclose(*values, rtol=1e-6, atol=1e-6, err_msg=name)
    for name, *slopes in zip(NAMES, compiled[1], eager[1], strict=True):
        np.testing.assert_allclose(*slopes, rtol=1e-3, atol=1e-5, err_msg=name)


HARD = st.sampled_from([0.0, 1.0])
UNIT = st.floats(0, 1, width=32)
# A target of less than 1e-12 in all is none; without a smooth 0 / 0 remains, as in the original.
TARGET = st.floats(2**-20, 1, width=32)
TARGETS, MASKS = (
    arrays.arrays(np.float32, (2, 3, 3, 3), elements=HARD | soft) for soft in (TARGET, UNIT)
)


@settings(max_examples=60 if BACKEND != "torch" else 20, deadline=None)
@given(y_true=TARGETS, y_pred=MASKS)
def test_no_value_or_gradient_is_nan_or_infinite(y_true, y_pred):
    for found in both(COMPILED, y_true, y_pred):
        for name, numbers in zip(NAMES, found, strict=True):
            assert np.isfinite(numbers).all(), name


@pytest.mark.filterwarnings("ignore::UserWarning")  # of predictions that are not probabilities
@pytest.mark.parametrize("case", cases())
def test_no_value_or_gradient_of_an_empty_mask_is_nan_or_infinite(case):
    for found in eagerly(case):
        for name, numbers in zip(NAMES, found, strict=True):
            assert np.isfinite(numbers).all(), name


@cache
def in_double(spec, case, size):
    y_true, y_pred = (np.full((1, size, size, 3), value) for value in case)
    return dice(y_true, y_pred, spec)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("case", [(1, 1), (0, 0)], ids=str)
def test_half_precision_is_as_good_as_double(case, dtype):
    """A sum of 256 x 256 ones is infinite in float16."""
    specs = [loss.spec.replace(activation="none", reduce="mean") for loss in EVERY]
    for spec, name in dict(zip(specs, NAMES, strict=True)).items():
        assert_half(spec, name, case, dtype, size=256)


@pytest.mark.parametrize("loss", [SoftDice(), DiceCrossEntropy(), DiceFocal()], ids=type)
def test_over_a_large_picture_no_error_adds_up(loss):
    """What is summed over a million voxels: of a Dice, a cross-entropy, a focal loss."""
    for case in ((1, 1), (0, 0)):
        assert_half(loss.spec.replace(reduce="mean"), loss.name, case, "bfloat16", size=1024)


def assert_half(spec, name, case, dtype, size):
    """A loss of a picture of one value is in half precision what it is in double."""
    y_true, y_pred = (ops.full((1, size, size, 3), value, dtype) for value in case)
    got = float(ops.convert_to_numpy(DiceLoss(spec)(y_true, y_pred)))
    want = in_double(spec, case, size)
    assert got == pytest.approx(want, rel=1e-5, abs=1e-6, nan_ok=True), name


FRESH = """
import sys
import keras, numpy as np
import tb_dice.losses, tb_dice.metrics
path, arrays = sys.argv[1:]
held = np.load(arrays)
model = keras.models.load_model(path)
targets = [held["labels"]] * len(model.outputs)
if keras.backend.backend() == "tensorflow":  # the others take a minute to evaluate so many
    print(*model.evaluate(held["soft"], targets, verbose=0))
else:
    print(*[type(loss).__name__ for loss in model.loss])
"""


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving
def test_a_fresh_process_loads_a_model_with_each_loss_and_the_metric(tmp_path):
    """One output for each loss, which also is how deep supervision is written."""
    there, soft = cases()["soft"]
    labels = there.argmax(-1)
    features = keras.Input((3, 3, 3))
    heads = [keras.layers.Conv2D(3, 1, activation="softmax")(features) for _ in NAMED]
    model = keras.Model(features, heads)
    metrics = [[DiceScore(), DiceScore("recipe.dice_coef", smooth=1, name="coef")]]
    metrics += [None] * (len(NAMED) - 1)
    model.compile("sgd", NAMED, metrics=metrics, run_eagerly=True)
    if BACKEND == "tensorflow":
        before = model.evaluate(soft, [labels] * len(NAMED), verbose=0)
    model.save(tmp_path / "model.keras")
    np.savez(tmp_path / "arrays.npz", labels=labels, soft=soft)
    said = python("-c", FRESH, "model.keras", "arrays.npz", cwd=tmp_path).split()
    if BACKEND == "tensorflow":
        np.testing.assert_allclose([float(n) for n in said], before, rtol=1e-5)
    else:
        assert said == [type(loss).__name__ for loss in NAMED]

"""Tensors are measured where they are, with the sums of numpy, on each framework that is here."""

import os
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from tensors import WHY

import tb_dice
from tb_dice.definition.spec import SOFT_SUMS
from tb_dice.masks import device, sane
from tb_dice.recording import intake
from tb_dice.recording.intake import read_batch

BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
FRAMEWORK = pytest.importorskip(BACKEND, reason=WHY)
RNG = np.random.default_rng(0)
N = 5
LABELS = RNG.integers(0, 3, (N, 9, 8))
ONE_HOT = np.eye(3, dtype=np.float32)[LABELS]
SOFTMAX = RNG.dirichlet([1, 1, 1], (N, 9, 8)).astype(np.float32)
OVERLAPPING = RNG.random((N, 9, 8, 3)).astype(np.float32)
LOGITS = RNG.normal(0, 3, (N, 9, 8, 3)).astype(np.float32)
BINARY = OVERLAPPING[..., :1]
VOLUMES = RNG.random((2, 4, 9, 8, 1)).astype(np.float32)
VOID = np.where(RNG.random(LABELS.shape) < 0.2, 255, LABELS)
MASK = RNG.random(LABELS.shape) < 0.7


def tensor(array):
    """The array as a tensor of the framework."""
    if BACKEND == "torch":
        return FRAMEWORK.as_tensor(array)
    return FRAMEWORK.numpy.asarray(array) if BACKEND == "jax" else FRAMEWORK.constant(array)


def read(y_true, y_pred, mask=None, before=None, **reading):
    plain = {"activation": "none", "threshold": 0.5, "ignore_index": None, "regions": {}}
    return read_batch(y_true, y_pred, mask, SimpleNamespace(**(plain | reading)), before)


@pytest.fixture
def moved(monkeypatch):
    """How many elements came to the host at a time."""
    sizes = []
    host = device.host

    def watched(name, value):
        array = host(name, value)
        if not isinstance(value, np.ndarray):
            sizes.append(array.size)
        return array

    for module in (device, intake, sane):
        monkeypatch.setattr(module, "host", watched)
    return sizes


CASES = {
    "labels": (LABELS, SOFTMAX, {}),
    "labels, 8 bits": (LABELS.astype(np.uint8), SOFTMAX, {}),
    "labels, last axis": (LABELS[..., None].astype(np.float32), SOFTMAX, {}),
    "one-hot": (ONE_HOT, SOFTMAX, {}),
    "one-hot, bool": (ONE_HOT > 0, SOFTMAX, {}),
    "overlapping": (OVERLAPPING.round(), OVERLAPPING, {}),
    "threshold": (OVERLAPPING.round(), OVERLAPPING, {"threshold": 0.25}),
    "sigmoid": (OVERLAPPING.round(), LOGITS, {"activation": "sigmoid"}),
    "softmax": (ONE_HOT, LOGITS, {"activation": "softmax"}),
    "soft targets": (SOFTMAX, SOFTMAX[::-1].copy(), {}),
    "binary": (BINARY.round(), BINARY, {}),
    "binary, no last axis": (BINARY[..., 0] > 0.5, BINARY, {}),
    "void label": (VOID, SOFTMAX, {"ignore_index": 255}),
    "void label, 8 bits": (VOID.astype(np.uint8), SOFTMAX, {"ignore_index": 255}),
    "void label below 0": (np.where(VOID == 255, -1, VOID), SOFTMAX, {"ignore_index": -1}),
    "mask": (LABELS, SOFTMAX, {"mask": MASK}),
    "mask, last axis": (LABELS, SOFTMAX, {"mask": MASK[..., None].astype(np.float32)}),
    "mask over wrong labels": (np.where(MASK, LABELS, 99), SOFTMAX, {"mask": MASK}),
    "regions": (LABELS, SOFTMAX, {"regions": {"both": (1, 2)}}),
    "regions that overlap": (OVERLAPPING.round(), OVERLAPPING, {"regions": {"both": (0, 2)}}),
    "volumes": (VOLUMES.round(), VOLUMES, {}),
    "half": (LABELS, SOFTMAX.astype(np.float16), {}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_sums_are_those_of_numpy_and_nothing_else_is_moved(case, moved):
    y_true, y_pred, options = CASES[case]
    mask = options.get("mask")
    options = {key: value for key, value in options.items() if key != "mask"}
    expected = read(y_true, y_pred, mask, **options)
    moved.clear()
    there = None if mask is None else tensor(mask)
    found = read(tensor(y_true), tensor(y_pred), there, **options)
    assert found.layout == expected.layout
    np.testing.assert_allclose(found.soft, expected.soft, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found.counts, expected.counts)
    np.testing.assert_array_equal(found.voxels, expected.voxels)
    assert max(moved) <= found.soft.size
    moved.clear()
    for one, other in zip(found.maps([1, 0]), expected.maps([1, 0]), strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])
        np.testing.assert_allclose(one[2], other[2], rtol=1e-6)
    assert max(moved, default=0) <= 2 * y_pred[0].size


def test_brain_float_and_host_arrays_beside_tensors():
    short = tensor(SOFTMAX)
    if BACKEND == "torch":
        short = short.to(FRAMEWORK.bfloat16)
    else:
        short = short.astype("bfloat16") if BACKEND == "jax" else FRAMEWORK.cast(short, "bfloat16")
    found = read(LABELS, short, MASK)
    expected = read(LABELS, SOFTMAX, MASK)
    np.testing.assert_allclose(found.soft, expected.soft, rtol=2e-2, atol=2e-2)
    np.testing.assert_array_equal(found.voxels, expected.voxels)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        (
            LABELS + 1,
            SOFTMAX,
            r"labels that are whole numbers from 0 to 2.*Received: labels from 1 to 3",
        ),
        (LABELS + 0.5, SOFTMAX, "whole numbers"),
        (ONE_HOT * 2, SOFTMAX, r"targets in \[0, 1\].*Received: targets from 0 to 2"),
        (np.where(ONE_HOT > 0, np.nan, 0), SOFTMAX, "finite targets"),
        (LABELS[:3], SOFTMAX, "shape|samples"),
        (LABELS[:, :4], SOFTMAX, "shape"),
    ],
)
def test_wrong_targets_are_told_as_on_the_host(y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        read(tensor(y_true), tensor(y_pred))


@pytest.mark.parametrize(
    ("y_pred", "message"),
    [
        (LOGITS, r"not all in \[0, 1\]"),
        (SOFTMAX / 2, "channel sums of the predictions differ from 1"),
        (np.where(SOFTMAX > 0.9, np.nan, SOFTMAX), "NaN or infinite"),
    ],
)
def test_odd_predictions_are_said_and_measured_as_on_the_host(y_pred, message):
    found, expected = read(tensor(LABELS), tensor(y_pred)), read(LABELS, y_pred)
    assert message.split("|")[0].replace("\\", "") in found.oddities[0]
    assert found.oddities == expected.oddities
    defined = np.isfinite(found.soft) & np.isfinite(expected.soft)  # XLA makes 0 * NaN a 0
    pred_sum = SOFT_SUMS.index("pred_sum")
    np.testing.assert_array_equal(defined[..., pred_sum], np.isfinite(expected.soft[..., pred_sum]))
    np.testing.assert_allclose(found.soft[defined], expected.soft[defined], rtol=1e-5, atol=1e-6)


def test_a_later_batch_is_read_as_the_first():
    first = read(tensor(OVERLAPPING.round()), tensor(OVERLAPPING)).layout
    assert not first.exclusive
    assert not read(tensor(ONE_HOT), tensor(SOFTMAX), before=first).layout.exclusive


def test_an_array_of_the_host_is_not_a_tensor():
    on_host = type(device.device(LABELS))
    assert type(device.device([1, 2])) is on_host
    assert type(device.device(tensor(LABELS))) is not on_host


def test_an_empty_batch_is_empty():
    assert len(read(tensor(LABELS[:0]), tensor(SOFTMAX[:0]))) == 0


def test_a_recorder_of_tensors_writes_the_record_of_arrays(tmp_path):
    images = RNG.random((N, 9, 8, 1)).astype(np.float32)
    for name, kind in (("host", np.asarray), ("there", tensor)):
        with tb_dice.DiceRecorder(tmp_path / name, images=1, regions={"r": [1, 2]}) as recorder:
            for step in range(2):
                for part in (slice(0, 3), slice(3, N)):
                    arrays = [kind(each[part]) for each in (LABELS, SOFTMAX, images)]
                    recorder.update(*arrays)
                recorder.commit(step)
    found = tb_dice.read(tmp_path)
    for one, other in zip(found["there"], found["host"], strict=True):
        assert one.sample_ids.tolist() == other.sample_ids.tolist()
        for key, expected in other.sums.items():
            np.testing.assert_allclose(one.sums[key], expected, rtol=1e-5)


def test_torch_tensors_that_need_gradients_are_detached(tmp_path):
    if BACKEND != "torch":
        pytest.skip("of torch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read(tensor(LABELS), tensor(SOFTMAX).requires_grad_())
    assert not found.y_pred.requires_grad
    assert FRAMEWORK.is_grad_enabled()


def test_axes_in_doubt_are_told_of_tensors_too():
    drawn = tensor(RNG.integers(0, 2, (2, 32, 48)))
    (odd,) = read(drawn, drawn).oddities
    assert "one spatial axis of 32 voxels and 48 classes. Predictions must be scores" in odd


@pytest.mark.parametrize("dtype", ["int32", "float32", "bfloat16", "bool"])
def test_tensors_are_joined_and_rows_are_picked_where_they_are(dtype):
    keras = pytest.importorskip("keras", reason=WHY)
    values = np.arange(24).reshape(6, 2, 2)
    values = values % 3 == 0 if dtype == "bool" else values
    first, second = (keras.ops.convert_to_tensor(p, dtype=dtype) for p in (values[:4], values[4:]))
    np.testing.assert_array_equal(device.fetch("x", [first, second]), values)
    np.testing.assert_array_equal(device.fetch("x", [second]), values[4:])
    for rows in ([0], [3, 1, 2], [2, 2]):
        np.testing.assert_array_equal(device.pick("x", first, rows), values[rows])

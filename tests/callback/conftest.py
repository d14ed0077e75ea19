"""Small nets and data, and the sums in plain float64 numpy, written apart from tb_dice."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tb_dice.callback import backends, meter, rows
from tb_dice.log.record import Record

N, SIDE, CLASSES, BATCH = 10, 16, 3, 4

# Of what no backend has a part in: which run and step, names, what a disk does.
on_one_backend = pytest.mark.skipif(
    keras.backend.backend() != "torch",
    reason="the same on each backend; `make test-torch` runs this, where a training is quickest",
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, SIDE, SIDE, 1)).astype("float32")
LABELS = RNG.integers(0, CLASSES, (N, SIDE, SIDE)).astype("int32")
LABELS[3] = 0  # a sample without objects
ONE_HOT = np.eye(CLASSES, dtype="float32")[LABELS]
BINARY = (LABELS[..., None] > 0).astype("float32")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "compiled: the sums are compiled, as they are for users")


# Each training traces the sums anew, which for TensorFlow takes longer than the training itself.
_packer = cache(rows.packer)
_program = backends.current().plain


@cache
def _traced(function: Any, ranks: Sequence[int]) -> Any:
    return _program(function)


def _plain(function: Any) -> Any:
    """The same program for all trainings on arrays of so many axes."""
    return lambda *tensors: _traced(function, tuple(np.ndim(t) for t in tensors))(*tensors)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Compiling the sums takes most of the time of a small training: only tests marked so do it."""
    if "compiled" not in request.keywords:
        monkeypatch.setattr(meter, "PROGRAMS", 0)
        monkeypatch.setattr(rows, "packer", _packer)
        monkeypatch.setattr(backends.current(), "plain", _plain)


def net(
    classes: int = CLASSES,
    activation: str | None = "softmax",
    *,
    shape: Sequence[int | None] = (SIDE, SIDE, 1),
    kind: type = keras.Model,
    outputs: type | None = None,
) -> keras.Model:
    """Returns a net of two layers; with ``outputs`` (dict or list) one with two further heads."""
    keras.utils.set_random_seed(1)
    conv = layers.Conv3D if len(shape) == 4 else layers.Conv2D
    inputs = keras.Input(shape)
    h = conv(3, 3, padding="same", activation="relu")(inputs)
    h = layers.BatchNormalization()(h)
    seg = conv(classes, 1, activation=activation, name="seg", bias_initializer="normal")(h)
    if outputs is None:
        return kind(inputs, seg)
    edge = conv(1, 1, activation="sigmoid", name="edge")(h)
    kinds = layers.Dense(2, name="kind")(layers.GlobalAveragePooling2D()(h))
    heads = {"seg": seg, "edge": edge, "kind": kinds}
    return kind(inputs, heads if outputs is dict else list(heads.values()))


def compiled(model: keras.Model, loss: Any = "categorical_crossentropy", **options: Any) -> Any:
    """Compiles a model with SGD and accuracy."""
    model.compile(keras.optimizers.SGD(0.05), loss, **{"metrics": ["accuracy"], **options})
    return model


def sums(
    y: np.ndarray,
    p: np.ndarray,
    *,
    activation: str = "none",
    exclusive: bool = True,
    ignore: int | None = None,
    mask: np.ndarray | None = None,
    regions: Mapping[str, Sequence[int]] | None = None,
) -> dict[str, np.ndarray]:
    """The sums of the record in float64, by their definition."""
    p = np.asarray(p, np.float64)
    n, classes = len(p), p.shape[-1]
    if activation == "softmax":
        p = np.exp(p - p.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
    elif activation == "sigmoid":
        p = 1 / (1 + np.exp(-p))
    p = p.reshape(n, -1, classes)
    labels = classes > 1 and y.shape[-1] != classes
    y = np.asarray(y).reshape(n, -1) if labels else np.asarray(y, np.float64).reshape(p.shape)
    valid = np.ones(p.shape[:2], bool) if ignore is None else y != ignore
    valid = valid if mask is None else valid & mask.reshape(valid.shape)
    t = np.stack([y == c for c in range(classes)], -1).astype(float) if labels else y
    hard = np.eye(classes)[p.argmax(-1)] > 0 if exclusive and classes > 1 else p > 0.5
    groups = [[c] for c in range(classes)] + [list(of) for of in (regions or {}).values()]
    t = np.stack([t[..., of].sum(-1) for of in groups], -1) * valid[..., None]
    p = np.stack([p[..., of].sum(-1) for of in groups], -1) * valid[..., None]
    hard = np.stack([hard[..., of].any(-1) for of in groups], -1) & valid[..., None]
    there = t > 0.5
    terms = {
        "intersection": t * p,
        "true_sum": t,
        "pred_sum": p,
        "true_sq_sum": t**2,
        "pred_sq_sum": p**2,
        "abs_diff_sum": abs(t - p),
        "true_pred_sq_sum": t * p**2,
        "true_log_pred_sum": t * np.log(np.maximum(p, 1e-7)),
        "hard_intersection": there & hard,
        "hard_true_sum": there,
        "hard_pred_sum": hard,
    }
    return {name: values.sum(1) for name, values in terms.items()}


def assert_sums(record: Record, expected: Mapping[str, np.ndarray], rtol: float = 1e-5) -> None:
    """Soft sums to rtol, counts exactly."""
    assert set(record.sums) == set(expected)
    for name, values in expected.items():
        tolerance = 0 if name.startswith("hard") else rtol
        np.testing.assert_allclose(record.sums[name], values, tolerance, 1e-9, err_msg=name)


def said(caught: Sequence[Any]) -> list[str]:
    """Our sentences among the warnings that were caught; torch has some of its own."""
    messages = [str(warning.message) for warning in caught]
    return [message for message in messages if message.startswith("DiceDiagnostics")]


def assert_clean(model: keras.Model) -> None:
    """Nothing of ours is left on the model."""
    assert not {"compute_metrics", "compute_loss", "call"} & set(vars(model))
    assert "tb_dice" not in str(getattr(model.test_function, "__module__", ""))

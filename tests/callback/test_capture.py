"""Every way of training: the record equals numpy on `predict`, and nothing else differs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

import tb_dice
from tb_dice import DiceDiagnostics

from .conftest import (
    BATCH,
    BINARY,
    LABELS,
    ONE_HOT,
    SIDE,
    N,
    X,
    assert_clean,
    assert_sums,
    compiled,
    net,
    sums,
)

# Keras reads variables in a way that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")

SPARSE = "sparse_categorical_crossentropy"


@dataclass
class Case:
    """One training: how the model is made, what it is fed, and what the record must hold."""

    make: Callable[[], Any]
    y: Any = field(default_factory=lambda: ONE_HOT)
    x: Any = field(default_factory=lambda: X)
    fit: Callable[[], dict[str, Any]] | None = None  # the rest of fit's arguments; fresh each time
    of: Callable[[Any], Any] = lambda p: p  # what of `predict` was recorded
    target: Any = None
    rows: tuple[int | None, int | None] = (None, None)
    says: dict[str, Any] = field(default_factory=dict)  # how the sums are to be read
    options: dict[str, Any] = field(default_factory=dict)
    epochs: int = 2
    rtol: float = 1e-5


def _steps(loop: bool) -> type:
    """A model with its own test_step: a loop over the metrics, or a bare call."""

    class Own(keras.Model):
        def test_step(self, data: Any) -> Any:
            x, y = data
            p = self(x, training=False)
            if not loop:
                return {"mine": ops.mean(p * y)}
            loss = self.compute_loss(x, y, p)
            for metric in self.metrics:
                metric.update_state(*((loss,) if metric.name == "loss" else (y, p)))
            return {metric.name: metric.result() for metric in self.metrics}

    return Own


class Batches(keras.utils.PyDataset):
    """The samples as a PyDataset; with ``grow`` each batch is of another size."""

    def __init__(self, grow: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.grow = grow

    def __len__(self) -> int:
        return 3

    def __getitem__(self, i: int) -> Any:
        side = 8 + 4 * i if self.grow else SIDE
        part = slice(i * BATCH, (i + 1) * BATCH)
        return X[part, :side, :side], ONE_HOT[part, :side, :side]


def _generator() -> Iterator[Any]:
    while True:
        yield from (Batches()[i] for i in range(3))


def _tf_data() -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((X, ONE_HOT)).batch(BATCH).prefetch(2)


def _policy(name: str) -> Callable[[], Any]:
    def make() -> Any:
        before = keras.mixed_precision.dtype_policy()
        keras.mixed_precision.set_dtype_policy(name)
        try:
            return compiled(net())
        finally:
            keras.mixed_precision.set_dtype_policy(before)

    return make


def _heads(kind: type) -> Case:
    y = {"seg": ONE_HOT, "edge": BINARY, "kind": np.zeros((N, 2), "float32")}
    losses = {"seg": "categorical_crossentropy", "edge": "binary_crossentropy", "kind": "mse"}
    plain = kind is dict
    return Case(
        lambda: compiled(
            net(outputs=kind), losses if plain else list(losses.values()), metrics=None
        ),
        y if plain else list(y.values()),
        of=lambda p: p["edge"] if plain else p[1],
        target=BINARY,
        options={"output": "edge"},
    )


SOLID = np.zeros((5, 8, 8, 8), "int32")
SOLID[1:, 2:5, 2:6, 3:7] = 2
SOLID_X = np.random.default_rng(1).normal(size=(*SOLID.shape, 1)).astype("float32")

CASES = {
    "graph": Case(lambda: compiled(net())),
    "eager": Case(lambda: compiled(net(), run_eagerly=True)),
    "jit": Case(lambda: compiled(net(), jit_compile=True)),
    "steps per execution 2": Case(lambda: compiled(net(), steps_per_execution=2)),
    "steps per execution 100": Case(lambda: compiled(net(), steps_per_execution=100)),
    "mixed float16": Case(_policy("mixed_float16")),
    "mixed bfloat16": Case(_policy("mixed_bfloat16")),
    "label map": Case(lambda: compiled(net(), SPARSE), LABELS),
    "label map, last axis": Case(lambda: compiled(net(), SPARSE), LABELS[..., None]),
    "binary": Case(lambda: compiled(net(1, "sigmoid"), "binary_crossentropy"), BINARY),
    "logits": Case(
        lambda: compiled(
            net(activation=None), keras.losses.CategoricalCrossentropy(from_logits=True)
        ),
        says={"activation": "softmax"},
    ),
    "multi-label": Case(
        lambda: compiled(net(activation="sigmoid"), "binary_crossentropy"),
        says={"exclusive": False},
    ),
    "ignore_index": Case(
        lambda: compiled(net(), keras.losses.SparseCategoricalCrossentropy(ignore_class=0)),
        LABELS,
        says={"ignore": 0},
        options={"ignore_index": 0},
    ),
    "regions": Case(
        lambda: compiled(net()),
        says={"regions": {"both": [1, 2]}},
        options={"regions": {"both": [1, 2]}},
    ),
    "3-D": Case(lambda: compiled(net(shape=(8, 8, 8, 1)), SPARSE), SOLID, SOLID_X),
    "dict outputs": _heads(dict),
    "list outputs": _heads(list),
    "own test_step": Case(lambda: compiled(net(kind=_steps(loop=True)))),
    "own test_step, only a call": Case(lambda: compiled(net(kind=_steps(loop=False)))),
    "validation_split": Case(
        lambda: compiled(net()), fit=lambda: {"validation_split": 0.4}, rows=(6, None)
    ),
    "validation_freq": Case(
        lambda: compiled(net()),
        fit=lambda: {"validation_data": (X, ONE_HOT), "validation_freq": 2, "validation_steps": 2},
        rows=(0, 2 * BATCH),
    ),
    "sample_weight": Case(
        lambda: compiled(net(), weighted_metrics=["accuracy"]),
        fit=lambda: {"validation_data": (X, ONE_HOT, np.abs(X[..., 0]))},
    ),
    "tf.data": Case(lambda: compiled(net()), fit=lambda: {"validation_data": _tf_data()}),
    "PyDataset": Case(lambda: compiled(net()), fit=lambda: {"validation_data": Batches()}),
    "PyDataset, workers": Case(
        lambda: compiled(net()),
        fit=lambda: {"validation_data": Batches(workers=2, use_multiprocessing=False)},
    ),
    "generator": Case(
        lambda: compiled(net()),
        fit=lambda: {"validation_data": _generator(), "validation_steps": 3},
        epochs=1,  # Keras begins later passes with the first batch and goes on where it was
    ),
    "target in a list": Case(
        lambda: compiled(net()), fit=lambda: {"validation_data": (X, [ONE_HOT])}
    ),
}


def train(case: Case, callbacks: list[Any]) -> tuple[Any, dict[str, list[float]]]:
    """Trains for two epochs from the same seed; returns the model and its History."""
    model = case.make()
    keras.utils.set_random_seed(2)
    rest = case.fit() if case.fit else {"validation_data": (case.x, case.y)}
    options = {"batch_size": BATCH, "epochs": case.epochs, "verbose": 0, "callbacks": callbacks}
    return model, model.fit(case.x, case.y, **options, **rest).history


@pytest.mark.parametrize("name", CASES)
def test_record_is_numpy_on_predict_and_nothing_else_changes(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    bare, expected = train(case, [])
    model, history = train(case, [DiceDiagnostics(tmp_path, **case.options)])
    assert history == expected
    for ours, theirs in zip(model.get_weights(), bare.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert_clean(model)
    (records,) = tb_dice.read(tmp_path).values()
    record = records[-1]
    p = case.of(model.predict(case.x, batch_size=BATCH, verbose=0))
    target = case.y if case.target is None else case.target
    part = slice(*case.rows)
    p, target = np.asarray(p, "float32")[part], target[part]
    assert_sums(record, sums(target, p, **case.says), case.rtol)
    assert record.batch.tolist() == [i // BATCH for i in range(len(p))]
    assert record.exclusive is case.says.get("exclusive", p.shape[-1] > 1)
    assert record.activation == case.says.get("activation", "none")

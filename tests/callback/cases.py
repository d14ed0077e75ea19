"""The ways of training that must work: how the model is made, what it is fed, what is recorded.

The README's table of supported cases is ``table()``; a test compares them.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np
from keras import ops

from .conftest import BATCH, BINARY, LABELS, ONE_HOT, SIDE, N, X, compiled, net

History = dict[str, Any]

BACKEND = keras.backend.backend()
TENSORFLOW_ONLY = {"jax": "of TensorFlow", "torch": "of TensorFlow"}


def plain_fit(model: Any, **options: Any) -> History:
    """Two epochs."""
    return model.fit(**options).history


@dataclass(frozen=True)
class Case:
    """One training.

    Attributes:
        make: Returns the compiled model.
        y: Targets; of validation as well, unless `fit` says otherwise.
        x: Inputs.
        fit: Returns further arguments of ``fit``, anew each time.
        train: Trains; gets the arguments of ``fit``.
        parts: What is predicted, batches of their own where they cannot be joined.
        of: What of ``predict`` is recorded.
        target: Its target; None: `y`.
        rows: Which samples are recorded.
        says: How the sums are to be read.
        options: Arguments of the callback.
        epochs: How many.
        batch: Samples of a batch of the validation.
        without: Backends on which this cannot be, and why.
        broken: For a backend the Keras whose own training fails at this.
    """

    make: Callable[[], Any] = lambda: compiled(net())
    y: Any = field(default_factory=lambda: ONE_HOT)
    x: Any = field(default_factory=lambda: X)
    fit: Callable[[], dict[str, Any]] = dict
    train: Callable[..., History] = plain_fit
    parts: Callable[[], list[tuple[Any, Any]]] | None = None
    of: Callable[[Any], Any] = lambda p: p
    target: Any = None
    rows: tuple[int | None, int | None] = (None, None)
    says: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 2
    batch: int = BATCH
    without: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def refusal(self) -> str | None:
        """Returns why this cannot be on this backend and Keras; None where it can."""
        version = self.broken.get(BACKEND)
        if version is not None and keras.__version__.startswith(f"{version}."):
            return f"Keras {version} fails at it by itself"
        return self.without.get(BACKEND)


def run(case: Case, callbacks: list[Any]) -> tuple[Any, History]:
    """Trains from the same seed; returns the model and its History."""
    model = case.make()
    keras.utils.set_random_seed(2)
    options = {
        "x": case.x,
        "y": case.y,
        "batch_size": case.batch,
        "epochs": case.epochs,
        "verbose": 0,
        "callbacks": callbacks,
        "validation_data": (case.x, case.y),
        **case.fit(),
    }
    return model, case.train(model, **options)


# ---- models


def label_loss() -> Any:
    """Keras' own on torch cannot differentiate a label map beside a convolution."""

    def loss(y: Any, p: Any) -> Any:
        y = y[..., 0] if len(y.shape) == len(p.shape) else y
        return keras.losses.categorical_crossentropy(ops.one_hot(ops.cast(y, "int32"), 3), p)

    return loss if BACKEND == "torch" else "sparse_categorical_crossentropy"


def ignoring_loss() -> Any:
    """Ignores class 0."""

    def loss(y: Any, p: Any) -> Any:
        one_hot = ops.one_hot(ops.cast(y, "int32"), 3)
        return ops.sum(one_hot[..., 1:] * (1 - p[..., 1:]))

    plain = keras.losses.SparseCategoricalCrossentropy(ignore_class=0)
    return loss if BACKEND == "torch" else plain


def own_step(what: str) -> type:
    """A model with its own test_step: a "loop" over the metrics, a bare "call", or Keras' own."""

    class Stateful(keras.Model):
        def test_step(self, data: Any) -> Any:
            if what == "super":
                return super().test_step(data)
            x, y = data
            p = self(x, training=False)
            if what == "call":
                return {"mine": ops.mean(p * y)}
            loss = self.compute_loss(x, y, p)
            for metric in self.metrics:
                metric.update_state(*((loss,) if metric.name == "loss" else (y, p)))
            return {metric.name: metric.result() for metric in self.metrics}

    class Stateless(keras.Model):
        def test_step(self, state: Any, data: Any) -> Any:
            if what == "super":
                return super().test_step(state, data)
            trainable, non_trainable, metrics = state
            x, y = data
            p, non_trainable = self.stateless_call(trainable, non_trainable, x, training=False)
            if what == "call":
                return {"mine": ops.mean(p * y)}, (trainable, non_trainable, metrics)
            with keras.StatelessScope(
                state_mapping=zip(self.metrics_variables, metrics, strict=True)
            ) as scope:
                logs = self.compute_metrics(x, y, p)
            metrics = [scope.get_current_value(v) for v in self.metrics_variables]
            return logs, (trainable, non_trainable, metrics)

    return Stateless if BACKEND == "jax" else Stateful


def in_policy(name: str) -> Callable[[], Any]:
    """A net in mixed precision."""

    def make() -> Any:
        before = keras.mixed_precision.dtype_policy()
        keras.mixed_precision.set_dtype_policy(name)
        try:
            return compiled(net())
        finally:
            keras.mixed_precision.set_dtype_policy(before)

    return make


def in_heads(kind: type) -> Case:
    """Three outputs, the second of them recorded."""
    y = {"seg": ONE_HOT, "edge": BINARY, "kind": np.zeros((N, 2), "float32")}
    losses = {"seg": "categorical_crossentropy", "edge": "binary_crossentropy", "kind": "mse"}
    named = kind is dict
    return Case(
        lambda: compiled(
            net(outputs=kind), losses if named else list(losses.values()), metrics=None
        ),
        y if named else list(y.values()),
        of=lambda p: p["edge"] if named else p[1],
        target=BINARY,
        options={"output": "edge"},
    )


# ---- data


class Batches(keras.utils.PyDataset):
    """The samples as a PyDataset; with `grow` each batch is of another size."""

    def __init__(self, grow: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.grow = grow

    def __len__(self) -> int:
        return 3

    def __getitem__(self, i: int) -> Any:
        side = 8 + 4 * i if self.grow else SIDE
        part = slice(i * BATCH, (i + 1) * BATCH)
        return X[part, :side, :side], ONE_HOT[part, :side, :side]


def generator() -> Iterator[Any]:
    """Endless, and without a length."""
    while True:
        yield from (Batches()[i] for i in range(3))


def tf_data() -> Any:
    """A tf.data pipeline."""
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((X, ONE_HOT)).batch(BATCH).prefetch(2)


def data_loader() -> Any:
    """A DataLoader of torch."""
    import torch

    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(ONE_HOT))
    return torch.utils.data.DataLoader(data, batch_size=BATCH)


def validating(data: Callable[[], Any], **options: Any) -> Callable[[], dict[str, Any]]:
    """Arguments of ``fit`` with another validation."""
    return lambda: {"validation_data": data(), **options}


# ---- trainings


def evaluate(model: Any, **options: Any) -> History:
    """No training at all."""
    kept = {name: options[name] for name in ("x", "y", "batch_size", "verbose", "callbacks")}
    return model.evaluate(**kept, return_dict=True)


def twice(model: Any, **options: Any) -> History:
    """Two trainings."""
    first = model.fit(**options).history
    return {"first": first, "second": model.fit(**options).history}


def recompiled(model: Any, **options: Any) -> History:
    """Two trainings with compile() between them."""
    first = model.fit(**options).history
    compiled(model, "mse", metrics=["mae"])
    return {"first": first, "second": model.fit(**options).history}


def early(model: Any, **options: Any) -> History:
    """Stopped by EarlyStopping."""
    stop = keras.callbacks.EarlyStopping("val_loss", mode="max")
    options |= {"callbacks": [*options["callbacks"], stop], "epochs": 4}
    history = model.fit(**options).history
    assert len(history["loss"]) < 4
    return history


def saving(model: Any, **options: Any) -> History:
    """Saved after each epoch; what was saved knows nothing of us."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/model.keras"
        saver = keras.callbacks.ModelCheckpoint(path)
        options["callbacks"] = [*options["callbacks"], saver]
        history = model.fit(**options).history
        again = keras.saving.load_model(path)
    for ours, theirs in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert "dice" not in again.to_json()
    return history


class Boom(keras.callbacks.Callback):
    """Raises in the middle of the first validation."""

    on = True

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.on and batch == 1:
            self.on = False
            raise RuntimeError("boom")


def broken_off(model: Any, **options: Any) -> History:
    """A validation that another callback breaks off, and a training after it."""
    options["callbacks"] = [*options["callbacks"], Boom()]
    with contextlib.suppress(RuntimeError):
        model.fit(**options)
    return model.fit(**options).history


SOLID = np.zeros((5, 8, 8, 8), "int32")
SOLID[1:, 2:5, 2:6, 3:7] = 2
SOLID_X = np.random.default_rng(1).normal(size=(*SOLID.shape, 1)).astype("float32")
HALF = np.zeros((N, SIDE, SIDE), "float32")
HALF[:, :8] = 1
NO_STEPS = {"torch": "Keras refuses steps_per_execution"}

GROUPS: dict[str, dict[str, Case]] = {
    "the step": {
        "graph, smaller last batch": Case(),
        "run_eagerly": Case(lambda: compiled(net(), run_eagerly=True)),
        "jit_compile=True": Case(
            lambda: compiled(net(), jit_compile=True),
            # torch traces Keras for a minute, so there only the step that is heard.
            train=evaluate if BACKEND == "torch" else plain_fit,
        ),
        "jit_compile=False": Case(lambda: compiled(net(), jit_compile=False)),
        "steps_per_execution=3": Case(
            lambda: compiled(net(), steps_per_execution=3), without=NO_STEPS
        ),
        "steps_per_execution=100": Case(
            lambda: compiled(net(), steps_per_execution=100),
            without=NO_STEPS,
            broken={"tensorflow": "3.5"},
        ),
        "mixed_float16": Case(in_policy("mixed_float16")),
        "mixed_bfloat16": Case(in_policy("mixed_bfloat16")),
        "own test_step": Case(lambda: compiled(net(kind=own_step("super")))),
        "own test_step with its own metrics": Case(lambda: compiled(net(kind=own_step("loop")))),
        "own test_step that only calls the model": Case(
            lambda: compiled(net(kind=own_step("call")))
        ),
    },
    "targets and predictions": {
        "one-hot": Case(lambda: compiled(net(), keras.losses.Dice(), metrics=None)),
        "label map": Case(lambda: compiled(net(), label_loss(), metrics=None), LABELS),
        "label map [..., 1]": Case(
            lambda: compiled(net(), label_loss(), metrics=None), LABELS[..., None]
        ),
        "binary": Case(
            lambda: compiled(net(1, "sigmoid"), "binary_crossentropy", metrics=None), BINARY
        ),
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
            lambda: compiled(net(), ignoring_loss(), metrics=None),
            LABELS,
            says={"ignore": 0},
            options={"ignore_index": 0},
            broken={"jax": "3.5"},
        ),
        "regions": Case(says={"regions": {"both": [1, 2]}}, options={"regions": {"both": [1, 2]}}),
        "3-D": Case(
            lambda: compiled(net(shape=(8, 8, 8, 1)), label_loss(), metrics=None), SOLID, SOLID_X
        ),
        "dict outputs": in_heads(dict),
        "list outputs": in_heads(list),
        "variable image sizes": Case(
            lambda: compiled(net(shape=(None, None, 1))),
            fit=validating(lambda: Batches(grow=True)),
            parts=lambda: [Batches(grow=True)[i] for i in range(3)],
        ),
    },
    "data": {
        "numpy": Case(batch=1),
        "target in a list": Case(fit=validating(lambda: (X, [ONE_HOT]))),
        "sample weights": Case(
            lambda: compiled(net(), weighted_metrics=["accuracy"]),
            fit=validating(lambda: (X, ONE_HOT, np.abs(X[:, :1, :1, 0]))),
        ),
        "masks as sample weights": Case(
            lambda: compiled(net(), weighted_metrics=["accuracy"]),
            fit=validating(lambda: (X, ONE_HOT, HALF)),
            says={"mask": HALF > 0},
        ),
        "tf.data": Case(fit=validating(tf_data), without=TENSORFLOW_ONLY),
        "DataLoader": Case(
            fit=validating(data_loader), without={"tensorflow": "of torch", "jax": "of torch"}
        ),
        "PyDataset": Case(fit=validating(Batches)),
        "PyDataset with workers": Case(fit=validating(lambda: Batches(workers=2))),
        # Keras begins later passes with the first batch and goes on where it was.
        "generator": Case(fit=validating(generator, validation_steps=3), epochs=1),
        "validation_split": Case(
            fit=lambda: {"validation_data": None, "validation_split": 0.4}, rows=(6, None)
        ),
        "validation_freq": Case(fit=lambda: {"validation_freq": 2}),
        "validation_steps": Case(
            fit=lambda: {"validation_steps": 2}, rows=(0, 2 * BATCH), broken={"jax": "3.5"}
        ),
    },
    "the training": {
        "evaluate": Case(train=evaluate),
        "fit twice": Case(train=twice),
        "compiled anew": Case(train=recompiled),
        "EarlyStopping": Case(train=early),
        "ModelCheckpoint": Case(train=saving),
        "an exception in the middle": Case(train=broken_off, broken={"jax": "3.5"}),
    },
}

# How arrays are read is the same in a training, which takes twice as long; the other groups train.
GROUPS["targets and predictions"] = {
    name: case if case.parts else replace(case, train=evaluate)
    for name, case in GROUPS["targets and predictions"].items()
}
CASES = {name: case for group in GROUPS.values() for name, case in group.items()}

DEVICES = ("MirroredStrategy (TensorFlow)", "keras.distribution.DataParallel (JAX)")


def table() -> str:
    """Returns the README's table of supported cases."""
    lines = ["| | on TensorFlow, JAX and torch unless noted |", "|---|---|"]
    for group, cases in GROUPS.items():
        shown = [name + _where(case) for name, case in cases.items()]
        lines.append(f"| {group} | {', '.join(shown)} |")
    lines.append(f"| several devices | {', '.join(DEVICES)} |")
    return "\n".join(lines)


def _where(case: Case) -> str:
    names = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "torch"}
    there = [name for key, name in names.items() if key not in case.without]
    return "" if len(there) == len(names) else f" ({', '.join(there)})"

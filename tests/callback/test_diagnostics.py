"""Steps, places, faults: what a training sees of the callback, and what it leaves behind."""

import copy
import errno
import re
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

import tb_dice
from tb_dice import DiceDiagnostics
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.detectors.logged import named
from tb_dice.analysis.detectors.recording import activation_twice
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View
from tb_dice.callback import backends, capture, heads, meter, session, validation
from tb_dice.log import eventfile
from tb_dice.recording import runlog

from .conftest import (
    BATCH,
    CLASSES,
    LABELS,
    ONE_HOT,
    SIDE,
    N,
    X,
    assert_clean,
    assert_sums,
    compiled,
    net,
    on_one_backend,
    said,
    sums,
)

BACKEND = keras.backend.backend()

# Keras' own callbacks read variables in a way that numpy 2 warns of.
KERAS_AND_NUMPY_2 = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")


@pytest.fixture(scope="module")
def model() -> Any:
    return compiled(net())


def fit(model: Any, *callbacks: Any, data: Any = (X, ONE_HOT), **options: Any) -> Any:
    plain = {"batch_size": BATCH, "epochs": 1, "verbose": 0, "validation_data": data}
    return model.fit(X[:BATCH], ONE_HOT[:BATCH], callbacks=list(callbacks), **{**plain, **options})


@cache
def trained_alone(**options: Any) -> tuple[Any, dict[str, list[float]]]:
    """A model after two epochs without the callback, and its history."""
    model = compiled(net(), **options)
    return model, fit(model, epochs=2).history


def steps(log_dir: Path) -> dict[str, list[int]]:
    return {name: [r.step for r in records] for name, records in tb_dice.read(log_dir).items()}


# ---- step and place


@on_one_backend
def test_the_step_is_the_epoch_and_the_iteration_is_recorded(model: Any, tmp_path: Path) -> None:
    before = int(model.optimizer.iterations)
    fit(model, DiceDiagnostics(tmp_path), epochs=3)
    (records,) = tb_dice.read(tmp_path).values()
    assert [r.step for r in records] == [0, 1, 2]
    assert [r.iteration for r in records] == [before + 1, before + 2, before + 3]


@on_one_backend
def test_a_second_fit_gets_a_run_of_its_own(model: Any, tmp_path: Path, caplog: Any) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics, epochs=2)
    first = tb_dice.read(tmp_path)["dice"]
    fit(model, diagnostics)
    fit(model, DiceDiagnostics(tmp_path))
    assert steps(tmp_path) == {"dice": [0, 1], "dice-2": [0], "dice-3": [0]}
    np.testing.assert_array_equal(
        first[1].sums["pred_sum"], tb_dice.read(tmp_path)["dice"][1].sums["pred_sum"]
    )
    assert len(caplog.messages) == 2
    assert "dice-2" in caplog.messages[0]


@on_one_backend
@pytest.mark.parametrize("same", [True, False])
def test_a_resumed_training_continues_its_run(model: Any, tmp_path: Path, same: bool) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics, epochs=2)
    again = diagnostics if same else DiceDiagnostics(tmp_path)
    fit(model, again, initial_epoch=2, epochs=4)
    assert steps(tmp_path) == {"dice": [0, 1, 2, 3]}


@on_one_backend
def test_evaluate_gets_a_run_beside_the_training(model: Any, tmp_path: Path) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics)
    now = int(model.optimizer.iterations)
    for _ in range(2):
        model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0, callbacks=[diagnostics])
    assert steps(tmp_path) == {"dice": [0], "dice-evaluate": [now, now + 1]}
    records = tb_dice.read(tmp_path)["dice-evaluate"]
    assert [r.iteration for r in records] == [now, now]
    assert_sums(records[1], sums(ONE_HOT, model.predict(X, batch_size=BATCH, verbose=0)))


class EvaluateInTheMiddle(keras.callbacks.Callback):
    """Evaluates some samples after each training batch, with callbacks or without."""

    def __init__(self, *callbacks: Any) -> None:
        super().__init__()
        self.callbacks = list(callbacks)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        options = {"batch_size": BATCH, "verbose": 0}
        self.model.evaluate(X[:6], ONE_HOT[:6], callbacks=self.callbacks, **options)


@pytest.mark.parametrize("same", [True, False])
def test_evaluate_in_the_middle_of_an_epoch(model: Any, tmp_path: Path, same: bool) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics, EvaluateInTheMiddle(*([diagnostics] if same else [])), epochs=2)
    found = tb_dice.read(tmp_path)
    assert [(r.step, r.total) for r in found.pop("dice")] == [(0, N), (1, N)]
    assert [r.total for r in found.pop("dice-evaluate", [])] == [6, 6] * same
    assert found == {}


class EvaluateInside(keras.callbacks.Callback):
    """Evaluates some samples in the middle of a validation pass, or at its end."""

    def __init__(self, callback: Any, when: str) -> None:
        super().__init__()
        self.callback = callback
        self.when = when
        self.inside = False

    def evaluate(self) -> None:
        if not self.inside:
            self.inside = True
            options = {"batch_size": BATCH, "verbose": 0, "callbacks": [self.callback, self]}
            self.model.evaluate(X[:6], ONE_HOT[:6], **options)
            self.inside = False

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.when == "batch" and batch == 1:
            self.evaluate()
        elif self.when == "fails" and not self.inside:
            with pytest.raises(ValueError, match="inside"):
                self.evaluate()
        elif self.when == "fails":
            self.inside = False
            raise ValueError("inside")

    def on_test_end(self, logs: Any = None) -> None:
        if self.when == "end":
            self.evaluate()


@pytest.mark.parametrize("when", ["batch", "end", "fails"])
def test_evaluate_inside_a_validation_pass_leaves_the_pass_whole(
    model: Any, tmp_path: Path, when: str
) -> None:
    if (BACKEND, when) == ("jax", "fails"):
        pytest.skip("Keras on JAX itself fails after it; TensorFlow and torch run this")
    diagnostics = DiceDiagnostics(tmp_path)
    with pytest.warns(UserWarning, match="inside a validation pass is not recorded") as caught:
        fit(model, EvaluateInside(diagnostics, when), diagnostics, epochs=2)
    assert len(said(caught)) == 1
    (records,) = tb_dice.read(tmp_path).values()
    assert [(r.step, r.total) for r in records] == [(0, N), (1, N)]
    assert_sums(records[1], sums(ONE_HOT, model.predict(X, batch_size=BATCH, verbose=0)))
    assert_clean(model)


def test_evaluate_inside_another_one_leaves_that_whole(model: Any, tmp_path: Path) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    options = {"batch_size": BATCH, "verbose": 0}
    both = [EvaluateInside(diagnostics, "batch"), diagnostics]
    with pytest.warns(UserWarning, match="inside a validation pass is not recorded"):
        model.evaluate(X, ONE_HOT, callbacks=both, **options)
    model.evaluate(X, ONE_HOT, callbacks=[diagnostics], **options)
    (records,) = tb_dice.read(tmp_path).values()
    assert [r.total for r in records] == [N, N]


@pytest.mark.parametrize("when", ["batch", "end"])
def test_evaluate_inside_a_validation_pass_may_have_its_own(
    model: Any, tmp_path: Path, when: str
) -> None:
    inside = EvaluateInside(DiceDiagnostics(tmp_path / "inside"), when)
    fit(model, inside, DiceDiagnostics(tmp_path / "pass"), epochs=2)
    found = tb_dice.read(tmp_path)
    assert [r.total for r in found["pass/dice"]] == [N, N]
    assert [r.total for r in found["inside/dice-evaluate"]] == [6, 6]


def test_evaluate_after_the_record_is_written_is_recorded(model: Any, tmp_path: Path) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics, EvaluateInside(diagnostics, "end"), epochs=2)
    found = tb_dice.read(tmp_path)
    assert [r.total for r in found["dice"]] == [N, N]
    assert [r.total for r in found["dice-evaluate"]] == [6, 6]


@on_one_backend
def test_evaluate_alone_and_before_a_fit(model: Any, tmp_path: Path) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    now = int(model.optimizer.iterations)
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0)
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0, callbacks=[diagnostics])
    fit(model, diagnostics)
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0)
    assert steps(tmp_path) == {"dice": [0], "dice-evaluate": [now]}


@on_one_backend
def test_evaluate_after_a_fit_that_raised_is_no_epoch(model: Any, tmp_path: Path) -> None:
    class Boom(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            raise RuntimeError("boom")

    diagnostics = DiceDiagnostics(tmp_path)
    with pytest.raises(RuntimeError, match="boom"):
        fit(model, diagnostics, Boom())
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0, callbacks=[diagnostics])
    assert list(steps(tmp_path)) == ["dice-evaluate"]


@KERAS_AND_NUMPY_2
@pytest.mark.skipif(BACKEND != "tensorflow", reason="Keras' TensorBoard callback needs TensorFlow")
def test_the_directory_of_the_tensorboard_callback_is_taken(model: Any, tmp_path: Path) -> None:
    board = keras.callbacks.TensorBoard(tmp_path / "board", write_graph=False)
    fit(model, DiceDiagnostics(), board)
    assert (tmp_path / "board" / "dice").is_dir()
    fit(model, DiceDiagnostics(tmp_path / "own"), board)
    assert (tmp_path / "own" / "dice").is_dir()


@on_one_backend
def test_without_one_it_is_logs(model: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    fit(model, DiceDiagnostics())
    assert steps(tmp_path / "logs") == {"dice": [0]}


@on_one_backend
@pytest.mark.parametrize("options", [{"data": None}, {"validation_freq": 3}])
def test_no_validation_leaves_no_run_and_says_so(options: Any, model: Any, tmp_path: Path) -> None:
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics, epochs=0)
    with pytest.warns(UserWarning, match=r"No validation pass ran.*validation_data") as caught:
        fit(model, diagnostics, **{"epochs": 2} | options)
    assert len(said(caught)) == 1
    assert list(tmp_path.iterdir()) == []
    fit(model, diagnostics)
    with pytest.warns(UserWarning, match="No validation pass ran"):
        fit(model, diagnostics, data=None)


class Stop(keras.callbacks.Callback):
    """Breaks the training off."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        raise RuntimeError("enough")


@on_one_backend
def test_no_validation_is_no_news_where_something_was_recorded_or_broke(
    model: Any, tmp_path: Path
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        diagnostics = DiceDiagnostics(tmp_path)
        fit(model, diagnostics, EvaluateInTheMiddle(diagnostics), data=None)
        with pytest.raises(RuntimeError, match="enough"):
            fit(model, diagnostics, Stop(), data=None)
    assert said(caught) == []


@on_one_backend
def test_every_second_validation(model: Any, tmp_path: Path) -> None:
    fit(model, DiceDiagnostics(tmp_path, every=2), epochs=8, validation_freq=2)
    assert steps(tmp_path) == {"dice": [1, 5]}


def test_early_stopping_and_recompiling(tmp_path: Path) -> None:
    model, diagnostics = compiled(net()), DiceDiagnostics(tmp_path)
    stop = keras.callbacks.EarlyStopping("val_loss", mode="max", restore_best_weights=True)
    fit(model, diagnostics, stop, epochs=4)
    compiled(model, "mse", metrics=["mae"])
    history = fit(model, diagnostics).history
    assert steps(tmp_path) == {"dice": [0, 1], "dice-2": [0]}
    assert {"val_mae", "mae"} < set(history)
    (record,) = tb_dice.read(tmp_path)["dice-2"]
    assert_sums(record, sums(ONE_HOT, model.predict(X, batch_size=BATCH, verbose=0)))


@pytest.mark.skipif(BACKEND == "torch", reason="torch does not trace")
def test_the_step_is_traced_once(tmp_path: Path) -> None:
    traced = []

    class Counting(keras.Model):
        def test_step(self, *args: Any) -> Any:
            traced.append(1)
            return super().test_step(*args)

    model = compiled(net(kind=Counting))
    fit(model, epochs=2)
    bare = len(traced)
    diagnostics = DiceDiagnostics(tmp_path)
    fit(model, diagnostics, epochs=3)
    fit(model, diagnostics, epochs=3)
    assert len(traced) - bare == bare


# ---- what Keras logs


def dice_coef(y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = ops.cast(y_true, y_pred.dtype), y_pred[..., 1:]
    both = ops.sum(y_true[..., 1:] * y_pred)
    return (2 * both + 1) / (ops.sum(y_true[..., 1:]) + ops.sum(y_pred) + 1)


def test_what_keras_logs_is_recorded_and_found_to_be_the_dice_that_it_is(tmp_path: Path) -> None:
    model = compiled(net(), metrics=[dice_coef, keras.metrics.CategoricalAccuracy(name="right")])
    history = fit(model, DiceDiagnostics(tmp_path), epochs=3).history
    records = tb_dice.read(tmp_path)["dice"]
    for step, record in enumerate(records):
        assert record.logged == {
            name: pytest.approx(history[f"val_{name}"][step], rel=1e-6)
            for name in ("loss", "dice_coef", "right")
        }
    (found,) = named([View("a/dice", stack(records), Definition())])
    assert found.claim == "The logged dice_coef is this Dice:"
    assert found.evidence.startswith(
        "(2 TP + 1) / (2 TP + FP + FN + 1); soft, without class 0; all voxels of the batch summed;"
    )


def test_a_metric_that_is_no_number_is_left_out() -> None:
    assert session._numbers({"a": 1, "b": np.float32(0.5), "c": [1, 2], "d": None}) == {
        "a": 1.0,
        "b": 0.5,
    }
    assert session._numbers(None) == {}


# ---- what is left behind


@KERAS_AND_NUMPY_2
def test_a_saved_model_knows_nothing_of_it(tmp_path: Path) -> None:
    model, path = compiled(net()), tmp_path / "model.keras"
    saving = keras.callbacks.ModelCheckpoint(path)
    fit(model, DiceDiagnostics(tmp_path), saving, epochs=2)
    again = keras.saving.load_model(path)
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
    assert "dice" not in model.to_json()


def test_an_exception_in_the_middle_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    class Boom(keras.callbacks.Callback):
        when = "end"

        def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
            if self.when == "begin":
                raise RuntimeError("boom")

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.when == "end" and batch == 1:
                raise RuntimeError("boom")

    model, boom, diagnostics = compiled(net()), Boom(), DiceDiagnostics(tmp_path)
    for when in ("end", "begin"):
        boom.when = when
        with pytest.raises(RuntimeError, match="boom"):
            fit(model, diagnostics, boom)
    fit(model, diagnostics)
    assert_clean(model)
    assert steps(tmp_path) == {"dice": [0]}
    assert tb_dice.read(tmp_path)["dice"][0].total == N


@on_one_backend
def test_a_copy_starts_afresh(model: Any, tmp_path: Path) -> None:
    diagnostics = DiceDiagnostics(tmp_path, images=1)
    fit(model, diagnostics)
    fit(model, copy.deepcopy(diagnostics))
    assert steps(tmp_path) == {"dice": [0], "dice-2": [0]}


def test_on_test_batch_end_stays_with_keras() -> None:
    assert DiceDiagnostics.on_test_batch_end is keras.callbacks.Callback.on_test_batch_end


def test_two_callbacks_share_a_pass(tmp_path: Path) -> None:
    traced = []

    class Counting(keras.Model):
        def test_step(self, *args: Any) -> Any:
            traced.append(1)
            return super().test_step(*args)

    model = compiled(net(outputs=list, kind=Counting), ["mse"] * 3, metrics=None)
    y = [ONE_HOT, ONE_HOT[..., :1], np.zeros((N, 2))]
    both = [DiceDiagnostics(tmp_path / name, output=name) for name in ("seg", "edge")]
    model.fit(X, y, batch_size=BATCH, epochs=2, verbose=0, validation_data=(X, y), callbacks=both)
    assert_clean(model)
    assert len(traced) <= (6 if BACKEND == "torch" else 2)  # torch runs the step of each batch
    predicted = model.predict(X, batch_size=BATCH, verbose=0)
    for name, target, p, exclusive in zip(
        ("seg", "edge"), y[:2], predicted[:2], (True, False), strict=True
    ):
        record = tb_dice.read(tmp_path / name)["dice"][-1]
        assert_sums(record, sums(target, p, exclusive=exclusive))


def test_a_loop_of_the_users_own(model: Any, tmp_path: Path) -> None:
    callbacks = keras.callbacks.CallbackList([DiceDiagnostics(tmp_path)], model=model)
    callbacks.on_train_begin()
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0, callbacks=callbacks)
    callbacks.on_train_end()
    assert steps(tmp_path) == {"dice": [0]}


# ---- faults


def _fail(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("injected")


FAULTS = {
    "hook": (backends.current(), "test_function"),
    "watch": (capture.Watch, "watched"),
    "seen": (capture, "seen"),
    "capture": (heads, "choose"),
    "replicas": (backends.current(), "alone"),
    "sums": (meter.Meter, "measure"),
    "transfer": (validation, "fetch"),
    "encode": (runlog, "encode"),
    "commit": (runlog.RunLog, "commit"),
    "make": (runlog.RunLog, "__init__"),
    "open": (runlog, "EventLog"),
    "place": (runlog, "place"),
}
if BACKEND == "jax":
    import jax

    FAULTS["aside"] = (jax, "make_jaxpr")


def assert_same(model: Any, other: Any) -> None:
    for ours, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("where", FAULTS)
def test_a_fault_of_ours_warns_once_and_changes_nothing(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, expected = trained_alone()
    monkeypatch.setattr(*FAULTS[where], _fail)
    model = compiled(net())
    with pytest.warns(UserWarning, match="DiceDiagnostics.*RuntimeError: injected") as caught:
        history = fit(model, DiceDiagnostics(tmp_path), epochs=2).history
    assert len(said(caught)) == 1
    assert history == expected
    assert_same(model, bare)
    assert_clean(model)
    assert tb_dice.read(tmp_path) == {}


@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}, {"steps_per_execution": 2}])
def test_what_a_step_cannot_give_back_is_a_fault_of_ours(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if BACKEND == "torch" and "steps_per_execution" in options:
        pytest.skip("Keras on torch refuses steps_per_execution; TensorFlow and JAX run this")
    bare, expected = trained_alone(**options)
    monkeypatch.setattr(meter.Reader, "take", lambda *_: {"p": object()})
    model = compiled(net(), **options)
    with pytest.warns(UserWarning, match="The rest of this training is not recorded") as caught:
        history = fit(model, DiceDiagnostics(tmp_path), epochs=2).history
    assert len(said(caught)) == 1
    assert history == expected
    assert_same(model, bare)
    assert_clean(model)


@pytest.mark.parametrize("eager", [False, True])
def test_an_exception_of_the_models_step_is_the_users(eager: bool, tmp_path: Path) -> None:
    runs = []

    class Mine(keras.Model):
        def test_step(self, *args: Any) -> Any:
            runs.append(1)
            raise KeyError("mine")

    counts = []
    for callbacks in ([], [DiceDiagnostics(tmp_path)]):
        runs.clear()
        model = compiled(net(kind=Mine), run_eagerly=eager)
        with pytest.raises(KeyError, match="mine"):
            model.evaluate(X, ONE_HOT, verbose=0, callbacks=callbacks)
        counts.append(len(runs))
        assert_clean(model)
    assert counts == [1, 1]


@on_one_backend
def test_a_full_disk_warns_once_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    _, expected = trained_alone()
    monkeypatch.setattr(eventfile.EventFile, "_append", full)
    model = compiled(net())
    with pytest.warns(UserWarning, match="No space left on device") as caught:
        history = fit(model, DiceDiagnostics(tmp_path), epochs=2).history
    assert len([w for w in caught if "No space left" in str(w.message)]) == 1
    assert history == expected
    assert_clean(model)


def test_without_pictures_the_sums_go_on(
    model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter.Meter, "pixels", _fail)
    with pytest.warns(UserWarning, match="No pictures are written.*injected") as caught:
        fit(model, DiceDiagnostics(tmp_path), epochs=2)
    assert len(said(caught)) == 1
    assert steps(tmp_path) == {"dice": [0, 1]}


def _bad(value: float) -> np.ndarray:
    targets = ONE_HOT.copy()
    targets[-1, 0, 0, 0] = value
    return targets


@pytest.mark.parametrize(
    ("loss", "targets", "message"),
    [
        (
            "categorical_crossentropy",
            _bad(7),
            r"targets in \[0, 1\].*Received: targets from 0 to 7",
        ),
        ("categorical_crossentropy", _bad(np.nan), "Expected finite targets"),
        ("categorical_crossentropy", _bad(np.inf), "Expected finite targets"),
        (lambda y, p: ops.mean(p), LABELS + 1, "numbers from 0 to 2.*Received: labels from 1 to 3"),
        (lambda y, p: ops.mean(p), LABELS - 1, "Received: labels from -1 to 1"),
        (
            lambda y, p: ops.mean(p),
            ONE_HOT[:, :8],
            r"Received: \[(\?|10), 8, 16, 3\]",
        ),
        (
            lambda y, p: ops.mean(p),
            ONE_HOT[..., :2],
            r"Received: \[(\?|10), 16, 16, 2\]",
        ),
    ],
)
def test_wrong_targets_warn_and_the_training_ends(
    loss: Any, targets: np.ndarray, message: str, tmp_path: Path
) -> None:
    model = compiled(net(), loss, metrics=None)
    with pytest.warns(UserWarning, match="DiceDiagnostics: The rest.*" + message) as caught:
        history = model.fit(
            X[:4],
            ONE_HOT[:4],
            epochs=2,
            verbose=0,
            validation_data=(X, targets),
            callbacks=[DiceDiagnostics(tmp_path)],
        ).history
    assert len(said(caught)) == 1
    assert len(history["val_loss"]) == 2
    assert tb_dice.read(tmp_path) == {}


def test_a_log_dir_that_cannot_be_written_is_refused_before_training(
    model: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    before = int(model.optimizer.iterations)
    for bad in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match="file"):
            fit(model, DiceDiagnostics(bad))
        with pytest.raises(OSError, match="file"):
            model.evaluate(X, ONE_HOT, verbose=0, callbacks=[DiceDiagnostics(bad)])
    assert int(model.optimizer.iterations) == before


@pytest.mark.parametrize(
    ("last", "targets", "message"),
    [
        ("tanh", ONE_HOT, r"not all in \[0, 1\]"),
        (lambda v: 0.2 * ops.sigmoid(v), LABELS, "channel sums of the predictions differ from 1"),
    ],
)
def test_odd_predictions_warn_and_name_the_argument(
    last: Any, targets: Any, message: str, tmp_path: Path
) -> None:
    inputs = keras.Input((SIDE, SIDE, 1))
    p = layers.Activation(last)(layers.Conv2D(CLASSES, 1, name="before")(inputs))
    model = compiled(keras.Model(inputs, p), lambda y, p: ops.mean(p), metrics=None)
    with pytest.warns(UserWarning, match=f"{message}.*activation=") as caught:
        fit(model, DiceDiagnostics(tmp_path, activation="none"), data=(X, targets), epochs=2)
    assert len(said(caught)) == 1
    (records,) = tb_dice.read(tmp_path).values()
    assert len(records) == 2
    assert re.search(message, records[0].notices[0])


def test_predictions_that_are_not_finite_are_recorded_as_such(tmp_path: Path) -> None:
    inputs = keras.Input((SIDE, SIDE, 1))
    p = layers.Conv2D(CLASSES, 1, activation="softmax")(inputs)
    model = compiled(keras.Model(inputs, p))
    x = X.copy()
    x[2] = np.nan
    with pytest.warns(UserWarning, match="1 of 10 samples are NaN or infinite"):
        fit(model, DiceDiagnostics(tmp_path), data=(x, ONE_HOT))
    (record,) = tb_dice.read(tmp_path)["dice"]
    bad = np.isnan(record.sums["pred_sum"]).all(axis=1)
    assert np.flatnonzero(bad).tolist() == [2]
    assert "1 of 10 samples are NaN" in record.notices[0]


def test_an_inner_network_is_not_heard_and_it_says_so(tmp_path: Path) -> None:
    class Wrapped(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.inner = net()

        def call(self, x: Any, training: bool = False) -> Any:
            return self.inner(x, training=training)

        def test_step(self, *args: Any) -> Any:
            if BACKEND == "jax":
                state, (x, _) = args
                return {"mine": ops.mean(self.inner.stateless_call(*state[:2], x)[0])}, state
            return {"mine": ops.mean(self.inner(args[0][0], training=False))}

    model = compiled(Wrapped())
    with pytest.warns(UserWarning, match="Use DiceRecorder") as caught:
        fit(model, DiceDiagnostics(tmp_path), epochs=2)
    assert len(said(caught)) == 1


def test_a_test_function_of_the_models_own_is_left_alone(tmp_path: Path) -> None:
    class Own(keras.Model):
        def make_test_function(self, force: bool = False) -> Any:
            return super().make_test_function(force)

    with pytest.warns(UserWarning, match="make_test_function.*Use DiceRecorder") as caught:
        fit(compiled(net(kind=Own)), DiceDiagnostics(tmp_path), epochs=2)
    assert len(said(caught)) == 1


# ---- arguments


def test_names_regions_scalars_losses(model: Any, tmp_path: Path) -> None:
    names = ["ground", "small", "large"]
    fit(
        model,
        DiceDiagnostics(
            tmp_path,
            class_names=names,
            regions={"both": [1, 2]},
            variants=["recipe.dice_loss"],
            losses={"mae": keras.losses.MeanAbsoluteError(), "top": lambda y, p: ops.max(p)},
            sample_ids=[f"image {i}" for i in range(N)],
        ),
    )
    (record,) = tb_dice.read(tmp_path)["dice"]
    assert record.classes == (*names, "both")
    assert record.regions == {"both": (1, 2)}
    assert record.background == 0
    assert record.sample_ids.tolist() == [f"image {i}" for i in range(N)]
    p = model.predict(X, batch_size=BATCH, verbose=0)
    assert record.losses["mae"] == pytest.approx(np.abs(p - ONE_HOT).mean(), rel=1e-5)
    tops = [p[i : i + BATCH].max() for i in range(0, N, BATCH)]
    assert record.losses["top"] == pytest.approx(np.average(tops, weights=[4, 4, 2]), rel=1e-6)


@on_one_backend
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"class_names": ["a", "b"]}, "class_names has 2 names.*3 channels"),
        ({"sample_ids": ["a", "b"]}, "sample_ids has 2 names.*10 samples"),
    ],
)
def test_names_that_do_not_fit_warn(
    model: Any, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.warns(UserWarning, match=message):
        fit(model, DiceDiagnostics(tmp_path, **options))
    (record,) = tb_dice.read(tmp_path)["dice"]
    assert record.classes == ("class 0", "class 1", "class 2")
    assert len(set(record.sample_ids)) == N


def test_max_samples_keeps_the_first_and_pools_all(model: Any, tmp_path: Path) -> None:
    fit(model, DiceDiagnostics(tmp_path, max_samples=5))
    (record,) = tb_dice.read(tmp_path)["dice"]
    expected = sums(ONE_HOT, model.predict(X, batch_size=BATCH, verbose=0))
    assert_sums(record, {name: values[:5] for name, values in expected.items()})
    assert (record.total, len(record.fingerprints)) == (N, 5)
    for name, values in expected.items():
        np.testing.assert_allclose(record.pooled[name], values.sum(0), 1e-5)
    there, drawn = expected["hard_true_sum"] > 0, expected["hard_pred_sum"] > 0
    states = [~there & ~drawn, there & ~drawn, ~there & drawn, there & drawn]
    np.testing.assert_array_equal(record.cases, [state.sum(0) for state in states])


def test_of_several_outputs_the_first_is_taken_and_it_says_so(tmp_path: Path) -> None:
    heads = compiled(net(outputs=list), ["mse"] * 3, metrics=None)
    y = [ONE_HOT, ONE_HOT[..., :1], np.zeros((N, 2))]
    data = {"validation_data": (X, y), "verbose": 0}
    heads.fit(X, y, callbacks=[DiceDiagnostics(tmp_path)], **data)
    (record,) = tb_dice.read(tmp_path)["dice"]
    assert record.output == "seg"
    assert "seg, edge" in record.notices[0]
    with pytest.warns(UserWarning, match="`output`.*'seg', 'edge', 'kind'.*Received: 'nose'"):
        heads.fit(X, y, callbacks=[DiceDiagnostics(tmp_path, output="nose")], **data)


@on_one_backend
def test_a_single_output_may_be_named(tmp_path: Path) -> None:
    model = net()
    data = {"validation_data": (X, ONE_HOT), "verbose": 0}
    diagnostics = DiceDiagnostics(tmp_path, output=model.output_names[0])
    compiled(model, "mse", metrics=None).fit(X, ONE_HOT, callbacks=[diagnostics], **data)
    (record,) = tb_dice.read(tmp_path)["dice"]
    assert record.output is None


def test_a_guess_warns_and_is_noted(tmp_path: Path) -> None:
    model = compiled(net(activation=None), "mse", metrics=None)
    with pytest.warns(UserWarning, match='activation="softmax".*Set activation=') as caught:
        fit(model, DiceDiagnostics(tmp_path), epochs=2)
    assert len(said(caught)) == 1
    records = tb_dice.read(tmp_path)["dice"]
    assert records[1].activation == "softmax"
    assert "logits" in records[1].notices[0]
    assert [notice.kind for notice in records[1].notices] == ["activation"]
    assert records[1].notices[0].facts == {"how": "linear", "activation": "softmax"}
    expected = sums(ONE_HOT, model.predict(X, verbose=0, batch_size=BATCH), activation="softmax")
    assert_sums(records[1], expected)


def test_channels_first_is_told(tmp_path: Path) -> None:
    y = np.moveaxis(ONE_HOT, -1, 1)
    inputs = keras.Input(y.shape[1:])
    model = compiled(
        keras.Model(
            inputs,
            layers.Activation("sigmoid")(layers.EinsumDense("nchw,cd->ndhw", y.shape[1:])(inputs)),
        ),
        "binary_crossentropy",
        metrics=None,
    )
    with pytest.warns(UserWarning, match="3 x 16 voxels and 16 classes.*channels-last") as caught:
        model.evaluate(y, y, verbose=0, batch_size=BATCH, callbacks=[DiceDiagnostics(tmp_path)])
    assert len(said(caught)) == 1
    (found,) = tb_dice.read(tmp_path)["dice-evaluate"]
    assert (found.total, "channels-last" in found.notices[0]) == (N, True)


def test_a_forgotten_sigmoid_is_told_once_and_no_finding_blames_the_model(tmp_path: Path) -> None:
    inputs = keras.Input((SIDE, SIDE, 1))
    model = compiled(keras.Model(inputs, layers.Conv2D(1, 1)(inputs)), "binary_crossentropy")
    model.set_weights([np.full((1, 1, 1, 1), 1.003), np.full(1, -0.0015)])
    y = (LABELS[..., None] > 0).astype("float32")
    with pytest.warns(UserWarning, match=r"from_logits=False.*sigmoid is missing") as caught:
        model.evaluate(y, y, verbose=0, callbacks=[DiceDiagnostics(tmp_path)])
    assert len(said(caught)) == 1
    records = tb_dice.read(tmp_path)["dice-evaluate"]
    assert records[0].activation == "sigmoid"
    assert activation_twice([View("a", stack(records), Definition())]) == []
    unsaid = [replace(record, notices=()) for record in records]
    assert len(activation_twice([View("a", stack(unsaid), Definition())])) == 1


def test_warnings_are_ours_alone(model: Any, tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(model, DiceDiagnostics(tmp_path))
    assert [str(w.message) for w in caught if "tb_dice" in w.filename] == []

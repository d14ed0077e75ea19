"""What a disk does while a model trains: it warns once, trains on, and what was written stays."""

import shutil
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
from serving import run

import tb_dice
from tb_dice import DiceDiagnostics
from tb_dice.log import eventfile

from .conftest import BATCH, ONE_HOT, X, compiled, net, on_one_backend

EPOCHS = 3

pytestmark = on_one_backend


class After(keras.callbacks.Callback):
    """Does something once, after the first epoch."""

    def __init__(self, action: Callable[[], object]) -> None:
        super().__init__()
        self.action = action

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch == 0:
            self.action()


def fit(*callbacks: Any) -> Any:
    """The history of a short training."""
    return compiled(net()).fit(
        X[:BATCH],
        ONE_HOT[:BATCH],
        validation_data=(X, ONE_HOT),
        batch_size=BATCH,
        epochs=EPOCHS,
        verbose=0,
        callbacks=list(callbacks),
    )


@pytest.fixture(scope="module")
def bare() -> dict[str, list[float]]:
    """The history without a callback."""
    history: dict[str, list[float]] = fit().history
    return history


def trained(expected: object, folder: Path, action: Callable[[], object]) -> list[str]:
    """What is said of the log while a model trains; its history must be that of a bare one."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = fit(DiceDiagnostics(folder, images=2), After(action)).history
    assert history == expected
    said = [str(warning.message) for warning in caught]
    return [text for text in said if "Dice" in text or "log" in text]


def steps(folder: Path) -> list[int]:
    return [record.step for record in tb_dice.read(folder).get("dice", [])]


def test_a_full_disk(bare: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    (said,) = trained(
        bare, tmp_path, lambda: monkeypatch.setattr(eventfile.EventFile, "_write", full)
    )
    assert "No space left on device. Training continues" in said
    assert steps(tmp_path) == [0]


def test_a_directory_that_vanishes(bare: object, tmp_path: Path) -> None:
    (said,) = trained(bare, tmp_path, lambda: shutil.rmtree(tmp_path / "dice"))
    assert "removed while it was written, so a new one was started" in said
    assert steps(tmp_path) == [1, 2]


def test_a_place_that_becomes_a_file(bare: object, tmp_path: Path) -> None:
    def replace() -> None:
        (tmp_path / "dice").rename(tmp_path / "kept")
        (tmp_path / "dice").touch()

    (said,) = trained(bare, tmp_path, replace)
    assert "missing from the log" in said
    assert [record.step for record in tb_dice.read(tmp_path / "kept")["."]] == [0]


def test_a_run_that_may_not_be_made(
    bare: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log directory may be written, a directory in it may not."""
    make = Path.mkdir

    def refused(self: Path, *args: Any, **kwargs: Any) -> None:
        if self.name == "dice":
            raise PermissionError(13, "Permission denied")
        make(self, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", refused)
    (said,) = trained(bare, tmp_path, lambda: None)
    assert "The rest of this training is not recorded: PermissionError" in said
    assert "Permission denied" in said


def test_what_was_validated_before_kill_9_is_read(tmp_path: Path) -> None:
    code = """
import os, signal, sys
import keras, numpy as np
from tb_dice import DiceDiagnostics

class Kill(keras.callbacks.Callback):
    epoch = 0
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
    def on_test_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == (2, 1):
            os.kill(os.getpid(), signal.SIGKILL)

model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 1, activation="sigmoid")])
model.compile("sgd", "binary_crossentropy", run_eagerly=True)
x = np.ones((4, 8, 8, 1), "float32")
model.fit(x, x, validation_data=(x, x), batch_size=2, epochs=4, verbose=0,
          callbacks=[DiceDiagnostics(sys.argv[1]), Kill()])
"""
    done = run(sys.executable, "-c", code, str(tmp_path))
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert steps(tmp_path) == [0, 1]

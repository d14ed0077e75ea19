"""The callback and the recorder lead to the same findings about the same predictions."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

import tb_dice
from tb_dice import DiceDiagnostics, DiceRecorder
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.findings import findings
from tb_dice.analysis.table import stack
from tb_dice.masks.notice import Notice

from .conftest import CLASSES, LABELS, ONE_HOT, SIDE, X, compiled

NAN = np.where(np.arange(len(X))[:, None, None, None] == 2, np.nan, X).astype("float32")


def logs(folder: Path, activation: str, x: Any, y: Any) -> tuple[Path, Path]:
    """Records a model's predictions by either way."""
    inputs = keras.Input((SIDE, SIDE, 1))
    outputs = layers.Conv2D(CLASSES, 3, padding="same", activation=activation)(inputs)
    model = compiled(keras.Model(inputs, outputs), lambda y, p: ops.mean(p), metrics=None)
    diagnostics = DiceDiagnostics(folder / "a", images=0, activation="none")
    model.fit(X, ONE_HOT, validation_data=(x, y), verbose=0, callbacks=[diagnostics])
    with DiceRecorder(folder / "b" / "dice", images=0) as recorder:
        recorder.update(y, model.predict(x, verbose=0))
        recorder.commit(0)
    return folder / "a", folder / "b"


def found(log: Path, change: Callable[[Notice], Notice]) -> tuple[list[str], list[Any]]:
    """The kinds of a log's notices, and its findings without their words."""
    ((run, (record,)),) = tb_dice.read(log).items()
    notices = tuple(map(change, record.notices))
    said = findings({run: stack([dataclasses.replace(record, notices=notices)])}, Definition())
    kinds = [notice.kind for notice in notices]
    return kinds, sorted((each.id, each.level, str(each.column)) for each in said)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("activation", "x", "y", "kinds"),
    [
        ("sigmoid", X, LABELS, ["channels"]),
        ("tanh", X, LABELS, ["range"]),
        ("softmax", NAN, ONE_HOT, ["non-finite"]),
        ("softmax", X, ONE_HOT, []),
    ],
)
def test_callback_and_recorder_lead_to_the_same_findings(
    activation: str, x: np.ndarray, y: np.ndarray, kinds: list[str], tmp_path: Path
) -> None:
    def shouted(notice: Notice) -> Notice:
        return Notice(notice.upper(), notice.kind, **notice.facts)

    heard, recorded = logs(tmp_path, activation, x, y)
    first = found(heard, lambda notice: notice)
    assert first[0] == kinds
    assert found(recorded, lambda notice: notice) == first
    assert found(heard, shouted) == found(recorded, shouted) == first

"""The table and the figure, from a log whose numbers are known by hand."""

import numpy as np
import pytest
import report
from data import Dataset

from tb_dice import DiceRecorder

CLASSES = ("background", "left", "right", "rare")
RARE_IN_0, DRAWN_IN_1 = (0, slice(0, 2), 0), (1, slice(0, 4), 0)


def masks():
    """Two images of 8 x 8: "left" is perfect, "right" half found, "rare" missed and invented."""
    target = np.zeros((2, 8, 8), int)
    predicted = target.copy()
    target[:, :, 2], predicted[:, :, 2] = 1, 1
    target[0, :, 5], predicted[0, :4, 5] = 2, 2
    target[RARE_IN_0], predicted[DRAWN_IN_1] = 3, 3
    return target, predicted


@pytest.fixture
def log_dir(tmp_path):
    target, predicted = masks()
    with DiceRecorder(tmp_path / "run" / "dice", class_names=CLASSES, images=0) as recorder:
        for step in range(7):
            drawn = predicted if step > 1 else np.ones_like(predicted)
            recorder.update(target, np.eye(4)[drawn])
            recorder.commit(step)
    return tmp_path


def test_table(log_dir):
    lines = report.table(log_dir, ["run"]).splitlines()
    rows = {line[:40].strip(): line[40:].split() for line in lines}
    assert rows["mean of the last 5 epochs"] == ["left", "right", "rare"]
    assert rows["Dice, pooled"] == ["1.00", "0.67", "0.00"]
    assert rows["Dice, mean without both-empty"] == ["1.00", "0.67", "0.00"]
    assert rows["Dice, mean with both-empty = 1"] == ["1.00", "0.83", "0.00"]
    drawn, missed = (
        next(line for line in lines if text in line) for text in ("is drawn", "is missed")
    )
    assert drawn.split("drawn")[1].split() == ["0.0", "of", "0", "0.0", "of", "1", "1.0", "of", "1"]
    assert missed.split("missed")[1].split() == [
        "0.0",
        "of",
        "2",
        "0.0",
        "of",
        "1",
        "1.0",
        "of",
        "1",
    ]
    assert rows["drawn nowhere: both-empty = 1"] == ["0.00", "0.50", "0.50"]
    assert rows["drawn everywhere: Dice, pooled"] == ["0.22", "0.12", "0.03"]


def test_table_says_how_many_epochs_there_were(log_dir, monkeypatch):
    monkeypatch.setattr(report, "LAST", 20)
    assert report.table(log_dir, ["run"]).startswith("mean of the last 7 epochs")


def test_figure_shows_curves_and_the_worst_images(log_dir):
    target, predicted = masks()
    images = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    data = Dataset(CLASSES, images, target, images, target, ("a", "b"))
    drawing = report.draw(log_dir, {"run": predicted}, data)
    curves, *worst = drawing.axes
    pooled = curves.lines[2].get_ydata()
    assert pooled[[0, -1]].tolist() == pytest.approx([0, 2 / 3])
    assert [axis.get_title() for axis in worst] == [
        "worst left: 0\nDice 1.00",
        "worst right: 0\nDice 0.67",
        "worst rare: 0\nDice 0.00",
    ]
    path = report.figure(log_dir, {"run": predicted}, data, "summary.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.parent == log_dir

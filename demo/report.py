"""The results of a training for each class, from its log: a table and a figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from data import Dataset
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

import tb_dice
from tb_dice.definition.spec import DEFAULT
from tb_dice.log.record import ALARM, MISSED, Record
from tb_dice.log.scores import cells, class_values, states, worst_first

LAST = 5
"""The table is the mean over this many last epochs."""

ONE = DEFAULT.replace(empty="one")
CLASS_COLOURS = ("#E69F00", "#56B4E9", "#009E73")
ERROR_COLOURS = {"hit": "#0072B2", "too much": "#D55E00", "missing": "#F0E442"}


def table(log_dir: Path, runs: Sequence[str]) -> str:
    """Returns the numbers of each run and class, the mean over the last epochs, as text."""
    logs = {run: tb_dice.read(log_dir / run)["dice"][-LAST:] for run in runs}
    record = next(iter(logs.values()))[-1]
    shown = _shown(record)
    epochs = min(map(len, logs.values()))
    lines = [_line(f"mean of the last {epochs} epochs", [record.classes[c] for c in shown])]
    for run, records in logs.items():
        lines += ["", run, *_run_lines(records, shown)]
    lines += ["", "predictions that ignore the image", *_constant_lines(record, shown)]
    return "\n".join(lines)


def figure(log_dir: Path, runs: Mapping[str, np.ndarray], dataset: Dataset, name: str) -> Path:
    """Saves what ``draw`` draws under this name in the folder of the runs, and returns its path."""
    path = log_dir / name
    draw(log_dir, runs, dataset).savefig(path, dpi=110)
    return path


def draw(log_dir: Path, runs: Mapping[str, np.ndarray], dataset: Dataset) -> Figure:
    """Draws, for each run, curves and each class's worst image of the last epoch.

    Args:
        log_dir: where the runs lie.
        runs: name of the run to the classes it predicts in the end, ``[N, H, W]``.
        dataset: whose validation images were predicted.
    """
    classes = len(dataset.class_names)
    drawing = Figure(figsize=(5 + 2.6 * (classes - 1), 3 * len(runs) + 0.6), layout="constrained")
    widths = [1.8] + [1] * (classes - 1)
    axes = drawing.subplots(len(runs), classes, squeeze=False, width_ratios=widths)
    for row, (run, predicted) in zip(axes, runs.items(), strict=True):
        records = tb_dice.read(log_dir / run)["dice"]
        _draw_curves(row[0], run, records)
        for axis, c in zip(row[1:], _shown(records[-1]), strict=True):
            _draw_worst(axis, c, records[-1], dataset, predicted)
    marks = [Patch(color=colour, label=name) for name, colour in ERROR_COLOURS.items()]
    styles = (("pooled", "-"), ("mean, both empty = 1", ":"))
    marks += [Line2D([], [], color="grey", linestyle=s, label=name) for name, s in styles]
    drawing.legend(handles=marks, loc="outside lower center", ncols=len(marks), frameon=False)
    return drawing


def _shown(record: Record) -> list[int]:
    """The columns of all classes except the background."""
    return [c for c in range(len(record.classes)) if c != record.background]


def _run_lines(records: Sequence[Record], shown: Sequence[int]) -> list[str]:
    """The lines of one run: three ways to average, and what happens on empty masks."""

    def mean(rows: Sequence[np.ndarray]) -> np.ndarray:
        return np.mean(rows, axis=0)[shown]

    def tiles(state: int, without: bool) -> list[str]:
        counts = mean([(states(record) == state).sum(axis=0) for record in records])
        empty = (states(records[-1]) % 2 == 0).sum(axis=0)[shown]
        of = empty if without else len(records[-1].batch) - empty
        return [f"{count:.1f} of {total}" for count, total in zip(counts, of, strict=True)]

    dice = {
        "Dice, pooled": mean([class_values(r, DEFAULT, pooled=True)[0] for r in records]),
        "Dice, mean without both-empty": mean([class_values(r, DEFAULT)[0] for r in records]),
        "Dice, mean with both-empty = 1": mean([class_values(r, ONE)[0] for r in records]),
    }
    return [
        *(_line(f"  {name}", [f"{value:.2f}" for value in row]) for name, row in dice.items()),
        _line("  images without it where it is drawn", tiles(ALARM, without=True)),
        _line("  images with it where it is missed", tiles(MISSED, without=False)),
    ]


def _constant_lines(record: Record, shown: Sequence[int]) -> list[str]:
    """The score of a class that is drawn nowhere, or everywhere."""
    true = np.asarray(record.sums["hard_true_sum"])
    everywhere = 2 * true.sum(axis=0) / (true.sum(axis=0) + record.voxels.sum())
    nowhere = (true == 0).mean(axis=0)
    return [
        _line("  drawn nowhere: Dice, pooled", ["0.00"] * len(shown)),
        _line("  drawn nowhere: both-empty = 1", [f"{nowhere[c]:.2f}" for c in shown]),
        _line("  drawn everywhere: Dice, pooled", [f"{everywhere[c]:.2f}" for c in shown]),
    ]


def _line(name: str, values: Sequence[str]) -> str:
    return f"{name:<40}" + "".join(f"{value:>14}" for value in values)


def _draw_curves(axis: Axes, run: str, records: Sequence[Record]) -> None:
    """Draws pooled Dice, and the mean with both-empty = 1, of each class over the epochs."""
    steps = [record.step for record in records]
    pooled = np.array([class_values(record, DEFAULT, pooled=True)[0] for record in records])
    carried = np.array([class_values(record, ONE)[0] for record in records])
    for colour, c in zip(CLASS_COLOURS, _shown(records[-1]), strict=True):
        axis.plot(steps, pooled[:, c], color=colour, label=records[-1].classes[c])
        axis.plot(steps, carried[:, c], color=colour, linestyle=":")
    axis.set(title=run, xlabel="epoch", ylabel="Dice", ylim=(-0.03, 1.03))
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend(loc="upper left", fontsize="small", framealpha=0.6)
    axis.spines[["top", "right"]].set_visible(False)


def _draw_worst(
    axis: Axes, c: int, record: Record, dataset: Dataset, predicted: np.ndarray
) -> None:
    """Draws the image with the lowest Dice of a class, its hits and errors laid over it."""
    true, pred = (record.sums[f"hard_{side}_sum"][:, c] for side in ("true", "pred"))
    dice = cells(record, DEFAULT)[:, c]
    worst = worst_first(dice, true, pred)[0]
    target, drawn = dataset.labels[worst] == c, predicted[worst] == c
    low, high = np.percentile(dataset.images[worst], [0.5, 99.5])
    grey = np.clip((dataset.images[worst, ..., :1] - low) / max(high - low, 1e-6), 0, 1)
    picture = np.repeat(grey, 3, axis=-1)
    areas = (target & drawn, drawn & ~target, target & ~drawn)
    for colour, area in zip(ERROR_COLOURS.values(), areas, strict=True):
        picture[area] = 0.35 * picture[area] + 0.65 * np.array(to_rgb(colour))
    axis.imshow(picture, interpolation="nearest")
    score = "no image has it or draws it" if np.isnan(dice[worst]) else f"Dice {dice[worst]:.2f}"
    axis.set_title(f"worst {record.classes[c]}: {record.sample_ids[worst]}\n{score}", fontsize=9)
    axis.set_axis_off()

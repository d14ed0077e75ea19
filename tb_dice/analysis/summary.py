"""What the page lists of a run: its classes in the order to show them, and how it was recorded."""

import math
from typing import Any

import numpy as np

from tb_dice.analysis.table import Table
from tb_dice.log import scores

MISSED, PRESENT = 1, 3


def order(table: Table) -> list[int]:
    """The columns in the order to show them: regions, classes, the background last."""
    count = len(table.classes)
    channels = scores.record_channels(table.last)
    columns = [*range(channels, count), *range(channels)]
    return sorted(columns, key=lambda column: column == table.last.background)


def classes(table: Table) -> list[dict[str, Any]]:
    """Each class with its share of target voxels and the samples without it, at the last step."""
    voxels = voxels_seen(table)
    true = table.pooled["hard_true_sum"][-1]
    with_target = table.cases[-1, MISSED] + table.cases[-1, PRESENT]
    channels = scores.record_channels(table.last)
    return [
        {
            "name": table.classes[column],
            "index": column,
            "background": column == table.last.background,
            "region": column >= channels,
            "frequency": _share(float(true[column]), voxels),
            "empty": int(table.total[-1] - with_target[column]),
        }
        for column in order(table)
    ]


def _share(part: float, whole: float) -> float | None:
    """A share; None of nothing, or if a damaged log does not give one."""
    share = part / whole if whole else math.nan
    return share if math.isfinite(share) else None


def voxels_seen(table: Table) -> float:
    """The valid voxels of the last step, estimated from the kept samples where some were cut."""
    last = table.last
    kept = float(np.sum(last.voxels))
    return kept * last.total / len(last.voxels) if len(last.voxels) else 0.0


def reading(table: Table) -> str:
    """How predictions were read, such as ``softmax, argmax``."""
    last = table.last
    activation = "probabilities" if last.activation == "none" else last.activation
    rule = "argmax" if last.exclusive and len(table.classes) > 1 else f"p > {last.threshold:g}"
    void = "" if last.ignore_index is None else f", label {last.ignore_index} ignored"
    return f"{activation}, {rule}{void}"


def notices(table: Table) -> list[str]:
    """What to say about a run: the notices it was recorded with, and what is left out."""
    said: list[str] = list(table.notices)
    if int(table.total[-1]) > len(table.last.batch):
        said.append(
            f"{len(table.last.batch)} of {table.total[-1]} samples were kept one by one; "
            "pooled values and the counts of empty masks cover all samples."
        )
    if table.other_classes:
        said.append(
            f"{len(table.other_classes)} steps are left out because their classes differ from "
            "those of the last step."
        )
    return said

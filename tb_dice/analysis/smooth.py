"""The score of a class over ``smooth``, and what an object of median size scores when missed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.series import class_values
from tb_dice.analysis.table import Table, stack
from tb_dice.definition.arrays import Floats
from tb_dice.definition.spec import SUMS, DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import Record

SMOOTH = (0.0, *(float(f"1e{k // 4}") * 10 ** (k % 4 / 4) for k in range(-24, 17)))

_OF_TARGET = ("true_sum", "true_sq_sum", "abs_diff_sum", "hard_true_sum")


@dataclass(frozen=True, eq=False)
class Smoothness:
    """A class at one step under a definition with each smooth of ``SMOOTH``; NaN is undefined.

    Attributes:
        refused: why the definition cannot be computed, or None.
        values: [K], the score of the class.
        missed: [K], the score of a median object, summed with nothing else, that is not drawn.
        median: the median target voxels over the samples that have the class; NaN without one.
    """

    refused: str | None
    values: Floats
    missed: Floats
    median: float


def smoothness(table: Table, index: int, column: int, definition: Definition) -> Smoothness:
    """The class in ``column`` at step ``index``, over ``smooth``."""
    record = table.record(index)
    sizes = record.sums["hard_true_sum"][:, column]
    median = float(np.median(sizes[sizes > 0])) if (sizes > 0).any() else math.nan
    nothing = np.full(len(SMOOTH), math.nan)
    spec = definition.spec.replace(smooth_num=0.0, smooth_den=0.0)
    refused = scores.refusal(record, spec)
    if refused is not None:
        return Smoothness(refused, nothing, nothing, median)
    spec = spec.replace(smooth_num=SMOOTH, smooth_den=SMOOTH, background=True, classes=None)
    copies = _copies(record, column)
    found = class_values(copies, spec, pooled=definition.pooled)[0][0]
    missed = nothing if math.isnan(median) else _missed(copies, spec, median)
    return Smoothness(None, found, missed, median)


def _copies(record: Record, column: int) -> Table:
    """A pass that holds the same class once for each smooth, to compute all of them at once.

    This works because a definition may have one smooth per class.
    """
    count = len(SMOOTH)

    def copied(held: Mapping[str, Floats]) -> dict[str, Floats]:
        return {name: np.repeat(held[name][..., [column]], count, -1) for name in SUMS}

    copies = replace(
        record,
        classes=tuple(map(str, range(count))),
        regions={},
        background=None,
        sums=copied(record.sums),
        pooled=copied(record.pooled),
        cases=np.repeat(record.cases[:, [column]], count, -1),
    )
    return stack([copies])


def _missed(copies: Table, spec: DiceSpec, median: float) -> Floats:
    """The score where the target has ``median`` voxels and the prediction none."""
    size = {name: median if name in _OF_TARGET else 0.0 for name in SUMS}
    sums = {name: np.full((1, len(SMOOTH)), voxels) for name, voxels in size.items()}
    missed: Floats = scores.from_sums(copies.last, sums, spec)[0]
    return missed

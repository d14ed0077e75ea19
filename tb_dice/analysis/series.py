"""What the heatmap and the empties panel draw: every class at every step of a run."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.table import Table
from tb_dice.definition.arrays import Floats, Ints
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores

CELLS_AT_ONCE = 2**16  # this many numbers of an array fit the processor's cache


ClassValues = Callable[[Table, DiceSpec, bool], tuple[Floats, Ints]]


@dataclass(frozen=True, eq=False)
class Series:
    """Numbers of all S steps and C classes of a run; NaN is undefined.

    Attributes:
        refused: why the definition cannot be computed from what was recorded, or None.
        value: [S, C], the score of a class.
        scored: [S, C], how many samples (batches, with "batch" in ``over``) it is a mean of.
        samples: [S], samples seen.
        cases: [S, 4, C], samples in each state.
        miss_rate: [S, C], q: missed among the samples with the class.
        false_alarm_rate: [S, C], r0: false alarms among the samples without the class.
        mean: [S], mean of ``value`` over the classes.
    """

    refused: str | None
    value: Floats
    scored: Ints
    samples: Ints
    cases: Ints
    miss_rate: Floats
    false_alarm_rate: Floats
    mean: Floats


def series(table: Table, definition: Definition, compute: ClassValues | None = None) -> Series:
    """Computes all steps of a run under a definition.

    ``compute`` is ``class_values``, or remembers what that has computed before.
    """
    refused, where = refusals(table, definition.spec)
    if refused is None:
        value, scored = (compute or class_values)(table, definition.spec, definition.pooled)
        value = np.where(where[:, None], math.nan, value)
        scored = np.where(where[:, None], 0, scored)
    else:
        value = np.full((len(table.steps), len(table.classes)), math.nan)
        scored = np.zeros(value.shape, np.int64)
    empty, missed, alarm, present = np.moveaxis(table.cases, 1, 0).astype(np.float64)
    return Series(
        refused=refused,
        value=value,
        scored=scored,
        samples=table.total,
        cases=table.cases,
        miss_rate=ratio(missed, missed + present),
        false_alarm_rate=ratio(alarm, alarm + empty),
        mean=mean_of_classes(value, table, background=definition.background),
    )


def refusals(table: Table, spec: DiceSpec) -> tuple[str | None, NDArray[np.bool_]]:
    """Why a definition cannot be computed at any step, or None; and [S], where it cannot.

    That is mostly the same at all steps; it depends on the masks only if values are clipped or
    errors squared.
    """
    count = len(table.steps)
    last = scores.refusal(table.last, spec)
    if not spec.compared.clip and spec.ratio.error_power == 1:
        return last, np.full(count, last is not None)
    found = [scores.refusal(table.record(index), spec) for index in range(count)]
    where = np.array([reason is not None for reason in found], bool)
    return (found[-1] if where.all() else None), where


def class_values(table: Table, spec: DiceSpec, pooled: bool = False) -> tuple[Floats, Ints]:
    """The score of every class at every step, and how many samples or batches it is a mean of.

    The rule is that of ``scores.class_values``, for all steps at once.
    """
    if pooled:
        value = scores.from_sums(table.last, table.pooled, spec)
        return value, np.where(np.isnan(value), 0, table.total[:, None])
    steps = len(table.steps)
    if "batch" in spec.summed.over:
        groups = table.groups
        of_batch = scores.from_sums(table.last, table.batches(), spec)
        return _mean_by(of_batch, groups.step, steps, groups.sizes)
    value = np.empty((steps, len(table.classes)))
    scored = np.empty(value.shape, np.int64)
    for first, end in blocks(table):
        cells = scores.from_sums(table.last, table.values(table.between(first, end)), spec)
        step = np.repeat(np.arange(end - first), np.diff(table.offsets[first : end + 1]))
        value[first:end], scored[first:end] = _mean_by(cells, step, end - first)
    return value, scored


def ratio(above: Floats, below: Floats) -> Floats:
    """A quotient that is undefined where ``below`` is 0."""
    quotient = np.full(below.shape, math.nan)
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient


def mean_of_classes(value: Floats, table: Table, *, background: bool) -> Floats:
    """The mean over the channels of [S, C] where defined; regions would count voxels twice."""
    part = value[:, averaged(table, background=background)]
    defined = ~np.isnan(part)
    return ratio(np.where(defined, part, 0.0).sum(axis=1), defined.sum(axis=1).astype(np.float64))


def averaged(table: Table, *, background: bool) -> list[int]:
    """The columns that a mean over classes is of."""
    channels = len(table.classes) - len(table.last.regions)
    return [c for c in range(channels) if background or c != table.last.background]


def blocks(table: Table) -> Iterator[tuple[int, int]]:
    """Runs of steps whose rows are computed at once."""
    limit = max(1, CELLS_AT_ONCE // max(1, len(table.classes)))
    first, steps = 0, len(table.steps)
    while first < steps:
        fits = np.searchsorted(table.offsets, table.offsets[first] + limit, side="right") - 1
        end = min(max(int(fits), first + 1), steps)
        yield first, end
        first = end


def _mean_by(
    rows: Floats, step: Ints, steps: int, weights: Ints | None = None
) -> tuple[Floats, Ints]:
    """The mean over the rows of each step where they are defined, and of how many.

    Args:
        rows: [R, C].
        step: [R], rising: the step of a row.
        steps: how many steps there are; one may have no rows.
        weights: [R], of the rows; equal when left out.
    """
    mean = np.full((steps, rows.shape[1]), math.nan)
    count = np.zeros(mean.shape, np.int64)
    there, starts = np.unique(step, return_index=True)
    if not len(there):
        return mean, count
    defined = ~np.isnan(rows)
    kept = np.where(defined, rows, 0.0)
    count[there] = np.add.reduceat(defined, starts, axis=0, dtype=np.int64)
    weight = count[there]
    if weights is not None:
        kept *= weights[:, None]
        weight = np.add.reduceat(defined * weights[:, None], starts, axis=0)
    mean[there] = ratio(np.add.reduceat(kept, starts, axis=0), weight.astype(np.float64))
    return mean, count

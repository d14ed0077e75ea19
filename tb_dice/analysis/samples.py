"""What the sample grid and the overlay show: every sample at a step, one sample at every step."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_dice import values
from tb_dice.analysis.definition import Definition
from tb_dice.analysis.series import refusals
from tb_dice.analysis.table import Floats, Ints, Sums, Table

NOT_THERE = 255


@dataclass(frozen=True, eq=False)
class Samples:
    """All N kept samples of a step, in recorded order.

    Attributes:
        refused: why the definition cannot be computed, or None.
        ids: str [N].
        order: [N], rows, worst first for the chosen class, undefined last.
        value: [N, C], the score of a sample and class.
        state: uint8 [N, C], see ``values.states``.
        true: [N, C], target voxels.
        pred: [N, C], drawn voxels.
        hit: [N, C], voxels in both.
        batch: [N], the validation batch.
    """

    refused: str | None
    ids: NDArray[Any]
    order: Ints
    value: Floats
    state: NDArray[np.uint8]
    true: Ints
    pred: Ints
    hit: Ints
    batch: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class History:
    """One sample at all S steps: value [S, C], state [S, C] with 255 where it was not seen."""

    refused: str | None
    value: Floats
    state: NDArray[np.uint8]


def samples(table: Table, index: int, column: int, definition: Definition) -> Samples:
    """The samples of step ``index``, ordered by the class in ``column``."""
    rows = table.rows(index)
    sums = table.values(rows)
    refused = values.refusal(table.record(index), definition.spec)
    value = _cells(table, sums, refused, definition)
    true, pred = sums["hard_true_sum"], sums["hard_pred_sum"]
    return Samples(
        refused=refused,
        ids=table.sample_ids[index],
        order=values.worst_first(value[:, column], true[:, column], pred[:, column]),
        value=value,
        state=_states(sums),
        true=_counts(true),
        pred=_counts(pred),
        hit=_counts(sums["hard_intersection"]),
        batch=table.batch[rows],
    )


def history(table: Table, sample: str, definition: Definition) -> History:
    """One sample through training. Of a name that occurs twice in a pass the first one counts."""
    at, rows = find(table, sample)
    sums = table.values(rows)
    refused, where = refusals(table, definition.spec)
    shape = (len(table.steps), len(table.classes))
    value = np.full(shape, math.nan)
    state = np.full(shape, NOT_THERE, np.uint8)
    value[at] = _cells(table, sums, refused, definition)
    value[where] = math.nan
    state[at] = _states(sums)
    return History(refused, value, state)


def find(table: Table, sample: str) -> tuple[Ints, Ints]:
    """The indices of the steps that hold a sample, and its row in each."""
    at: list[int] = []
    rows: list[int] = []
    names: NDArray[Any] | None = None
    found = None
    for index, ids in enumerate(table.sample_ids):
        if ids is not names:  # mostly the same array at every step
            names = ids
            places = np.flatnonzero(ids == sample)
            found = int(places[0]) if len(places) else None
        if found is not None:
            at.append(index)
            rows.append(int(table.offsets[index]) + found)
    return np.array(at, np.int64), np.array(rows, np.int64)


def _cells(table: Table, sums: Sums, refused: str | None, definition: Definition) -> Floats:
    if refused is not None:
        return np.full(sums["hard_true_sum"].shape, math.nan)
    return values.scores(table.last, sums, definition.spec)


def _counts(values: Floats) -> Ints:
    """Counts as integers; a damaged log may hold any number."""
    return np.clip(np.nan_to_num(values), 0, 2**53).astype(np.int64)


def _states(sums: Sums) -> NDArray[np.uint8]:
    true, pred = sums["hard_true_sum"] > 0, sums["hard_pred_sum"] > 0
    return (true + 2 * pred).astype(np.uint8)

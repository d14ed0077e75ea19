"""What the sample grid and the overlay show: every sample at a step, one sample at every step."""

import math
from dataclasses import dataclass

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.series import blocks, ratio, refusals
from tb_dice.analysis.table import Sums, Table
from tb_dice.definition.arrays import Array, Floats, Ints, States
from tb_dice.log import scores
from tb_dice.log.record import state_of

NOT_THERE = 255
MOST = 2000  # samples of a grid; a page cannot draw more


@dataclass(frozen=True, eq=False)
class Samples:
    """All N kept samples of a step, in recorded order.

    Attributes:
        refused: why the definition cannot be computed, or None.
        ids: str [N].
        order: [N], rows, worst first for the chosen class, undefined last.
        value: [N, C], the score of a sample and class.
        state: uint8 [N, C], see ``tb_dice.log.record``.
        true: [N, C], target voxels.
        pred: [N, C], drawn voxels.
        hit: [N, C], voxels in both.
        batch: [N], the validation batch.
    """

    refused: str | None
    ids: Array
    order: Ints
    value: Floats
    state: States
    true: Ints
    pred: Ints
    hit: Ints
    batch: Array


@dataclass(frozen=True, eq=False)
class History:
    """One sample at all S steps: value [S, C], state [S, C] with 255 where it was not seen."""

    refused: str | None
    value: Floats
    state: States


@dataclass(frozen=True, eq=False)
class Grid:
    """One class of N samples at all S steps.

    Attributes:
        refused: why the definition cannot be computed, or None.
        total: how many samples there are; more than N if there are very many.
        ids: str [N], the worst on average first.
        value: [S, N].
        state: uint8 [S, N], 255 where the sample was not seen.
    """

    refused: str | None
    total: int
    ids: Array
    value: Floats
    state: States


def samples(table: Table, index: int, column: int, definition: Definition) -> Samples:
    """The samples of step ``index``, ordered by the class in ``column``."""
    rows = table.rows(index)
    sums = table.values(rows)
    refused = scores.refusal(table.record(index), definition.spec)
    value = _cells(table, sums, refused, definition)
    true, pred = sums["hard_true_sum"], sums["hard_pred_sum"]
    return Samples(
        refused=refused,
        ids=table.sample_ids[index],
        order=scores.worst_first(value[:, column], true[:, column], pred[:, column]),
        value=value,
        state=state_of(true, pred),
        true=_counts(true),
        pred=_counts(pred),
        hit=_counts(sums["hard_intersection"]),
        batch=table.batch[rows],
    )


def history(table: Table, sample: str, definition: Definition) -> History:
    """One sample through training. If its name occurs twice in a pass, the first row counts."""
    at, rows = find(table, sample)
    sums = table.values(rows)
    refused, where = refusals(table, definition.spec)
    shape = (len(table.steps), len(table.classes))
    value = np.full(shape, math.nan)
    state = np.full(shape, NOT_THERE, np.uint8)
    value[at] = _cells(table, sums, refused, definition)
    value[where] = math.nan
    state[at] = state_of(sums["hard_true_sum"], sums["hard_pred_sum"])
    return History(refused, value, state)


def grid(table: Table, column: int, definition: Definition) -> Grid:
    """One class of all samples at all steps, the worst on average first, at most ``MOST``."""
    ids, places = _places(table)
    shape = (len(table.steps), len(ids))
    value, state = np.full(shape, math.nan), np.full(shape, NOT_THERE, np.uint8)
    voxels = np.zeros((2, len(ids)))
    refused, where = refusals(table, definition.spec)
    for first, end in blocks(table):
        sums = table.values(table.between(first, end))
        cells = _cells(table, sums, refused, definition)
        sides = np.stack([sums[f"hard_{side}_sum"][:, column] for side in ("true", "pred")])
        found = state_of(*sides)
        for index in range(first, end):
            at = places[id(table.sample_ids[index])]
            start = int(table.offsets[index] - table.offsets[first])
            # backwards, so the first row of a repeated name counts
            rows = np.arange(start, start + len(at))[::-1]
            value[index, at[::-1]] = cells[rows, column]
            state[index, at[::-1]] = found[rows]
            voxels[:, at[::-1]] += sides[:, rows]
    value[where] = math.nan
    order = scores.worst_first(_mean(value), *voxels)[:MOST]
    return Grid(refused, len(ids), ids[order], value[:, order], state[:, order])


def find(table: Table, sample: str) -> tuple[Ints, Ints]:
    """The indices of the steps that hold a sample, and its row in each."""
    at: list[int] = []
    rows: list[int] = []
    names: Array | None = None
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


def _places(table: Table) -> tuple[Array, dict[int, Ints]]:
    """All sample ids, and for each list of ids of the table where its names are among them."""
    kept = {id(names): names.tolist() for names in table.sample_ids}
    known: dict[str, int] = {}
    for names in kept.values():
        for name in names:
            known.setdefault(name, len(known))
    places = {
        key: np.array([known[name] for name in names], np.int64) for key, names in kept.items()
    }
    return np.array(list(known), np.str_), places


def _mean(value: Floats) -> Floats:
    """The mean over the steps where it is defined."""
    defined = ~np.isnan(value)
    count = defined.sum(axis=0).astype(np.float64)
    return ratio(np.where(defined, value, 0.0).sum(axis=0), count)


def _cells(table: Table, sums: Sums, refused: str | None, definition: Definition) -> Floats:
    if refused is not None:
        return np.full(sums["hard_true_sum"].shape, math.nan)
    return scores.from_sums(table.last, sums, definition.spec)


def _counts(values: Floats) -> Ints:
    """Counts as integers; a damaged log may hold any number."""
    return np.clip(np.nan_to_num(values), 0, 2**53).astype(np.int64)

"""Two runs on the same samples: the paired difference of a class, with a bootstrap interval."""

import math
from dataclasses import dataclass

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.samples import samples
from tb_dice.analysis.table import Table
from tb_dice.definition.arrays import Array, Floats, Ints, States

LEVEL = 0.95
RESAMPLES = 2000
DRAWS_AT_MOST = 2 * 10**7  # with very many samples, fewer resamples
DRAWS_AT_ONCE = 2**20
SEED = 0  # the same question has the same answer


@dataclass(frozen=True)
class Side:
    """One class of one run at one step."""

    table: Table
    index: int
    column: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """The samples that both passes hold, in the order of the first.

    Attributes:
        refused: why the definition cannot be computed, or None.
        ids: str [N].
        a, b: [N], the scores.
        state_a, state_b: uint8 [N], see ``tb_dice.log.record``.
        paired: how many samples have both scores.
        mean: the mean of a - b over them; NaN without any.
        low, high: percentiles of that mean over resampled samples; NaN below two.
        draws: how many times they were resampled for them.
        better: how many of them score higher in a.
        worse: how many score lower.
    """

    refused: str | None
    ids: Array
    a: Floats
    b: Floats
    state_a: States
    state_b: States
    paired: int
    mean: float
    low: float
    high: float
    draws: int
    better: int
    worse: int


def compare(first: Side, second: Side, definition: Definition) -> Comparison:
    """Compares two passes sample by sample. If a name occurs twice, its first row counts."""
    one, other = (
        samples(side.table, side.index, side.column, definition) for side in (first, second)
    )
    rows, others = _matched(one.ids, other.ids)
    a, b = one.value[rows, first.column], other.value[others, second.column]
    difference = a - b
    difference = difference[~np.isnan(difference)]
    low, high = bootstrap(difference)
    return Comparison(
        refused=one.refused or other.refused,
        ids=one.ids[rows],
        a=a,
        b=b,
        state_a=one.state[rows, first.column],
        state_b=other.state[others, second.column],
        paired=len(difference),
        mean=float(difference.mean()) if len(difference) else math.nan,
        low=low,
        high=high,
        draws=draws(len(difference)),
        better=int((difference > 0).sum()),
        worse=int((difference < 0).sum()),
    )


def bootstrap(values: Floats) -> tuple[float, float]:
    """The interval that holds ``LEVEL`` of the means of ``values`` drawn with replacement."""
    count = len(values)
    if count < 2:
        return math.nan, math.nan
    rng = np.random.default_rng(SEED)
    means: list[Floats] = []
    left = draws(count)
    while left > 0:
        block = min(left, max(1, DRAWS_AT_ONCE // count))
        means.append(values[rng.integers(0, count, (block, count))].mean(axis=1))
        left -= block
    tail = 50 * (1 - LEVEL)
    low, high = np.percentile(np.concatenate(means), [tail, 100 - tail])
    return float(low), float(high)


def draws(count: int) -> int:
    """How often ``count`` values are resampled: fewer times if there are very many."""
    return max(100, min(RESAMPLES, DRAWS_AT_MOST // max(count, 1)))


def _matched(ids: Array, others: Array) -> tuple[Ints, Ints]:
    """The rows of both passes that hold the same sample, in the order of the first."""
    where: dict[str, int] = {}
    for row, name in enumerate(others.tolist()):
        where.setdefault(name, row)
    seen = dict.fromkeys(ids.tolist())
    first = {name: row for row, name in reversed(list(enumerate(ids.tolist())))}
    names = [name for name in seen if name in where]
    rows = np.array([first[name] for name in names], np.int64)
    return rows, np.array([where[name] for name in names], np.int64)

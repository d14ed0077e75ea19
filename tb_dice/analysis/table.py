"""The records of a run as one table, to compute a new definition for all steps at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_dice.definition.arrays import Array, Floats, Ints
from tb_dice.log.record import Record
from tb_dice.masks.notice import Notice

_BY_STEP = ("steps", "wall_times", "total", "sample_ids", "pooled", "cases", "losses", "logged")
_BY_ROW = ("batch", "voxels", "sums")


class Sums(Mapping[str, Floats]):
    """Sums by name, computed when asked for, since a definition reads few of them."""

    def __init__(self, stored: Mapping[str, Array], make: Callable[[Array], Floats]) -> None:
        self._stored = stored
        self._make = make

    def __getitem__(self, name: str) -> Floats:
        return self._make(self._stored[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


@dataclass(frozen=True, eq=False)
class Groups:
    """The rows of each batch: from each of ``starts``, in ``order`` (None: as they are)."""

    order: Ints | None
    starts: Ints
    step: Ints
    sizes: Ints

    def rows(self, group: Ints, size: int) -> Ints:
        """The rows of some batches of equal size: [..., size]."""
        places = self.starts[group][:, None] + np.arange(size)
        return places if self.order is None else self.order[places]

    def add(self, array: Array) -> Floats:
        """The sum over each batch of rows: [R, C] to [G, C]."""
        ordered = array if self.order is None else array[self.order]
        return np.add.reduceat(ordered, self.starts, axis=0, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Table:
    """All passes of one run, one behind the other.

    Shapes: S steps, R rows (the kept samples of all steps), C columns (classes, then regions).

    Attributes:
        last: The last record: its classes and regions, and how it was recorded.
        steps: int64 [S], rising.
        wall_times: float64 [S].
        offsets: int64 [S + 1]; step i has the rows ``offsets[i]`` to ``offsets[i + 1]``.
        total: int64 [S], samples seen; more than the rows if ``max_samples`` cut a pass.
        batch: int32 [R].
        voxels: int64 [R].
        sample_ids: one str array for each step.
        sums: name to [R, C], float32 where that loses nothing, else float64.
        pooled: name to float64 [S, C], over all samples seen.
        cases: int64 [S, 4, C], samples seen in each state.
        losses: extra losses of each step.
        logged: what Keras logged at each step.
        notices: what to say about the run, without repeats.
        other_classes: steps that are left out because their classes are not those of the last step.
    """

    last: Record
    steps: Ints
    wall_times: Floats
    offsets: Ints
    total: Ints
    batch: NDArray[np.int32]
    voxels: Ints
    sample_ids: tuple[Array, ...]
    sums: Mapping[str, Array]
    pooled: Mapping[str, Floats]
    cases: Ints
    losses: tuple[Mapping[str, float], ...]
    logged: tuple[Mapping[str, float], ...]
    notices: tuple[Notice, ...]
    other_classes: tuple[int, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.last.classes

    @cached_property
    def nbytes(self) -> int:
        """Roughly the memory held."""
        arrays: list[Array] = [
            self.batch,
            self.cases,
            *self.sums.values(),
            *self.pooled.values(),
        ]
        ids = {id(names): names.nbytes for names in self.sample_ids}
        return sum(array.nbytes for array in arrays) + sum(ids.values())

    @cached_property
    def groups(self) -> "Groups":
        """The recorded validation batches of all steps."""
        step = np.repeat(np.arange(len(self.steps)), np.diff(self.offsets))
        order = np.lexsort((self.batch, step))
        batch, step = self.batch[order], step[order]
        new = np.ones(len(order), bool)
        new[1:] = (np.diff(batch) != 0) | (np.diff(step) != 0)
        starts = np.flatnonzero(new)
        sorted_already = bool(np.all(np.diff(order) == 1))
        sizes = np.diff(np.append(starts, len(order)))
        return Groups(None if sorted_already else order, starts, step[starts], sizes)

    def index(self, step: int) -> int | None:
        """Where a step lies, None when it was not recorded."""
        at = int(np.searchsorted(self.steps, step))
        return at if at < len(self.steps) and self.steps[at] == step else None

    def rows(self, index: int) -> slice:
        """The rows of a step."""
        return slice(int(self.offsets[index]), int(self.offsets[index + 1]))

    def between(self, first: int, end: int) -> slice:
        """The rows of the steps from ``first`` up to ``end``."""
        return slice(int(self.offsets[first]), int(self.offsets[end]))

    def record(self, index: int) -> Record:
        """The record of a step again, as far as numbers are computed from it."""
        rows = self.rows(index)
        return replace(
            self.last,
            step=int(self.steps[index]),
            wall_time=float(self.wall_times[index]),
            batch=self.batch[rows],
            sample_ids=self.sample_ids[index],
            voxels=self.voxels[rows],
            sums=self.values(rows),
            fingerprints=None,
            total=int(self.total[index]),
            pooled={name: array[index] for name, array in self.pooled.items()},
            cases=self.cases[index],
            losses=self.losses[index],
            logged=self.logged[index],
        )

    def values(self, rows: slice | Ints, columns: int | None = None) -> Sums:
        """The sums of some rows and the first columns in float64: [..., C] for rows [...]."""
        return Sums(self.sums, lambda stored: stored[rows][..., :columns].astype(np.float64))

    def batches(self) -> Sums:
        """The sums over each recorded batch: [G, C]."""
        return Sums(self.sums, self.groups.add)

    def first(self, count: int) -> "Table":
        """The table of the first ``count`` steps."""
        end = int(self.offsets[count])
        of_steps = {name: _cut(getattr(self, name), count) for name in _BY_STEP}
        of_rows = {name: _cut(getattr(self, name), end) for name in _BY_ROW}
        return replace(self, offsets=self.offsets[: count + 1], **of_steps, **of_rows)

    def extended(self, records: Sequence[Record]) -> "Table":
        """The table with later records added; ``self`` when there are none."""
        if not records:
            return self
        if records[-1].classes != self.classes:
            return stack(records, left_out=(*self.other_classes, *map(int, self.steps)))
        added = stack(records, left_out=self.other_classes)
        joined = {
            name: _join(getattr(self, name), getattr(added, name)) for name in (*_BY_STEP, *_BY_ROW)
        }
        joined["sample_ids"] = _shared(joined["sample_ids"])
        return replace(
            added,
            offsets=_join(self.offsets, self.offsets[-1] + added.offsets[1:]),
            notices=tuple(dict.fromkeys(self.notices + added.notices)),
            **joined,
        )


def stack(records: Sequence[Record], *, left_out: Sequence[int] = ()) -> Table:
    """One table of at least one record, in order of their steps.

    Records whose classes are not those of the last one are left out.
    """
    last = records[-1]
    kept = [record for record in records if record.classes == last.classes]
    other = [record.step for record in records if record.classes != last.classes]
    names = [name for name in last.sums if all(name in record.sums for record in kept)]
    pooled = [name for name in last.pooled if all(name in record.pooled for record in kept)]
    return Table(
        last=last,
        steps=np.array([record.step for record in kept], np.int64),
        wall_times=np.array([record.wall_time for record in kept], np.float64),
        offsets=np.cumsum([0, *(len(record.batch) for record in kept)], dtype=np.int64),
        total=np.array([record.total for record in kept], np.int64),
        batch=np.concatenate([record.batch for record in kept]),
        voxels=np.concatenate([record.voxels for record in kept]),
        sample_ids=_shared(tuple(record.sample_ids for record in kept)),
        sums={name: _compact([record.sums[name] for record in kept]) for name in names},
        pooled={name: np.stack([record.pooled[name] for record in kept]) for name in pooled},
        cases=np.stack([record.cases for record in kept]).astype(np.int64),
        losses=tuple(record.losses for record in kept),
        logged=tuple(record.logged for record in kept),
        notices=tuple(dict.fromkeys(each for record in kept for each in record.notices)),
        other_classes=(*left_out, *other),
    )


def _compact(arrays: Sequence[Floats]) -> Array:
    """The arrays, one after the other, in float32 if that loses nothing."""
    joined = np.concatenate(arrays)
    with np.errstate(over="ignore"):
        small = joined.astype(np.float32)
    return small if np.array_equal(small, joined, equal_nan=True) else joined


def _cut(held: Any, count: int) -> Any:
    """The first of an array or a tuple, or of each array of a mapping."""
    if isinstance(held, Mapping):
        return {name: array[:count] for name, array in held.items()}
    return held[:count]


def _join(one: Any, other: Any) -> Any:
    """Two arrays or tuples as one, or those of two mappings by name."""
    if isinstance(one, Mapping):
        return {name: _join(array, other[name]) for name, array in one.items() if name in other}
    return one + other if isinstance(one, tuple) else np.concatenate([one, other])


def _shared(ids: tuple[Array, ...]) -> tuple[Array, ...]:
    """The same names held once, since validation sets seldom change from step to step."""
    shared: list[Array] = []
    for names in ids:
        same = shared and (names is shared[-1] or np.array_equal(names, shared[-1]))
        shared.append(shared[-1] if same else names)
    return tuple(shared)

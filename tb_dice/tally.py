"""The batches of one pass, added up into a record."""

import time
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tb_dice.record import Record
from tb_dice.spec import HARD_SUMS, SOFT_SUMS, SUMS
from tb_dice.sums import Layout

Array: TypeAlias = npt.NDArray[Any]


class Tally:
    """The sums of a pass: one by one for the first samples, pooled for all."""

    def __init__(self, layout: Layout, classes: Sequence[str], max_samples: int) -> None:
        self._layout = layout
        self._classes = tuple(classes)
        self._max_samples = max_samples
        self._kept: list[tuple[Array, ...]] = []  # soft, counts, voxels of each batch
        self._batch: list[int] = []
        self._names: list[str] = []
        self._batches = 0
        self._pooled = np.zeros((len(classes), len(SUMS)))
        self._cases = np.zeros((4, len(classes)), np.int64)
        self.total = 0

    @property
    def room(self) -> int:
        """How many more samples are kept one by one."""
        return max(0, self._max_samples - self.total)

    def add(self, soft: Array, counts: Array, voxels: Array, names: Sequence[str]) -> None:
        """Adds a batch: what ``sums.soft_and_hard`` returns, and the names of the samples."""
        kept = slice(0, self.room)
        if self.room:  # of a batch that is cut, a copy: a view would hold all of it
            parts = soft, counts, voxels
            whole = self.room >= len(names)
            self._kept.append(parts if whole else tuple(part[kept].copy() for part in parts))
        self._names += names[kept]
        self._batch += [self._batches] * len(names[kept])
        self._batches += 1
        with np.errstate(invalid="ignore"):  # infinite predictions have undefined sums
            columns = [part.sum(axis=0, dtype=np.float64) for part in (soft, counts)]
            self._pooled += np.concatenate(columns, axis=-1)
        true, pred = (counts[..., HARD_SUMS.index(name)] > 0 for name in HARD_SUMS[1:])
        self._cases += [((true + 2 * pred) == state).sum(axis=0) for state in range(4)]
        self.total += len(names)

    def record(self, step: int, notices: Sequence[str]) -> Record:
        """Returns the record of the pass."""
        columns = {name: (0, i) for i, name in enumerate(SOFT_SUMS)}
        columns |= {name: (1, i) for i, name in enumerate(HARD_SUMS)}
        return Record(
            step=step,
            wall_time=time.time(),
            classes=self._classes,
            batch=np.array(self._batch, np.int32),
            sample_ids=np.array(self._names, np.str_),
            voxels=self._joined(2),
            sums={name: self._joined(part, i) for name, (part, i) in columns.items()},
            background=0 if self._layout.exclusive else None,
            regions=dict(self._layout.regions),
            exclusive=self._layout.exclusive,
            activation=self._layout.activation,
            threshold=self._layout.threshold,
            ignore_index=self._layout.ignore_index,
            fingerprints=None,
            total=self.total,
            pooled={name: self._pooled[:, i] for i, name in enumerate(SUMS)},
            cases=self._cases,
            notices=tuple(notices),
        )

    def _joined(self, part: int, column: int | slice = slice(None)) -> Array:
        """One column of what was kept: nothing else is copied."""
        return np.concatenate([kept[part][..., column] for kept in self._kept])

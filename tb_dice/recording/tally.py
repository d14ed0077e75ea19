"""The batches of one pass, added up into a record."""

import time
from collections.abc import Sequence

import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.definition.spec import HARD_SUMS, SOFT_SUMS, SUMS
from tb_dice.log.record import Record, state_of
from tb_dice.masks.layouts import Layout
from tb_dice.masks.notice import Notice

BLOCK = 4096  # samples that are put together, to make small batches as cheap as large ones


class Tally:
    """The sums of a pass: one by one for the first samples, pooled for all.

    Each sum is kept apart, to let ``record`` free it as it joins it: memory never holds much more
    than the record will.
    """

    def __init__(self, layout: Layout, classes: Sequence[str], max_samples: int) -> None:
        self._layout = layout
        self._classes = tuple(classes)
        self._max_samples = max_samples
        self._recent: list[tuple[Array, ...]] = []  # soft, counts, voxels, names of a batch
        self._loose = 0  # samples in these
        self._blocks: dict[str, list[Array]] = {name: [] for name in (*SUMS, "voxels", "names")}
        self._sizes: list[int] = []  # samples that were kept of each batch
        self._pooled = np.zeros((len(classes), len(SUMS)))
        self._cases = np.zeros((4, len(classes)), np.int64)
        self.total = 0

    @property
    def room(self) -> int:
        """How many more samples are kept one by one."""
        return max(0, self._max_samples - self.total)

    def add(self, soft: Array, counts: Array, voxels: Array, names: Sequence[str]) -> None:
        """Adds a batch: what ``sums.soft_and_hard`` returns, and the names of the samples."""
        if self.room:
            self._keep(soft, counts, voxels, np.array(names[: self.room], np.str_))
        with np.errstate(invalid="ignore"):  # infinite predictions have undefined sums
            columns = [part.sum(axis=0, dtype=np.float64) for part in (soft, counts)]
            self._pooled += np.concatenate(columns, axis=-1)
        found = state_of(*(counts[..., HARD_SUMS.index(name)] for name in HARD_SUMS[1:]))
        self._cases += [(found == each).sum(axis=0) for each in range(4)]
        self.total += len(names)

    def record(self, step: int, notices: Sequence[Notice]) -> Record:
        """Ends the tally and returns the record of the pass."""
        self._put_together()
        batches = np.arange(len(self._sizes), dtype=np.int32)
        return Record(
            step=step,
            wall_time=time.time(),
            classes=self._classes,
            batch=np.repeat(batches, self._sizes),
            sample_ids=np.concatenate(self._blocks.pop("names")),
            voxels=np.concatenate(self._blocks.pop("voxels")),
            sums={name: self._column(name) for name in SUMS},
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

    def _keep(self, *parts: Array) -> None:
        names = parts[-1]
        whole = len(parts[0]) == len(names)  # a batch that is cut is copied: a view would hold it
        self._recent.append(parts if whole else tuple(part[: len(names)].copy() for part in parts))
        self._sizes.append(len(names))
        self._loose += len(names)
        if self._loose >= BLOCK:
            self._put_together()

    def _put_together(self) -> None:
        """Turns the recent batches into one block of each column."""
        if not self._recent:
            return
        soft, counts, voxels, names = (list(parts) for parts in zip(*self._recent, strict=True))
        self._recent.clear()
        self._loose = 0
        sums = [[a[..., i] for a in soft] for i in range(len(SOFT_SUMS))]
        sums += [[a[..., i] for a in counts] for i in range(len(HARD_SUMS))]
        for name, parts in zip(self._blocks, (*sums, voxels, names), strict=True):
            self._blocks[name].append(np.concatenate(parts))

    def _column(self, name: str) -> Array:
        """All of a column; its blocks are freed."""
        return np.concatenate(self._blocks.pop(name), dtype=np.float64)

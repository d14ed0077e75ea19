"""One pass of a run as a table of its own, its samples grouped into different batches."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tb_dice.analysis.series import CELLS_AT_ONCE
from tb_dice.analysis.summary import voxels_seen
from tb_dice.analysis.table import Table, stack
from tb_dice.definition.arrays import Ints


def one_pass(table: Table, index: int) -> Table:
    """The table of step ``index`` alone."""
    return stack([table.record(index)])


def regrouped(one: Table, size: int) -> Table:
    """A pass with its samples, in recorded order, in batches of ``size``, the last one smaller."""
    batch = np.arange(len(one.batch), dtype=np.int32) // size
    return replace(one, batch=batch)


def equal_batches(table: Table, channels: int) -> Iterator[tuple[Ints, Ints]]:
    """Batches of equal size, as many at once as fit: which [G], and their rows [G, n]."""
    groups = table.groups
    for size in np.unique(groups.sizes):
        same = np.flatnonzero(groups.sizes == size)
        at_once = max(1, CELLS_AT_ONCE // max(1, int(size) * channels))
        for first in range(0, len(same), at_once):
            some = same[first : first + at_once]
            yield some, groups.rows(some, int(size))


def pooled_pass(one: Table) -> Table:
    """A pass with one sample: the sums of all samples seen."""
    record = one.last
    whole = replace(
        record,
        batch=np.zeros(1, np.int32),
        sample_ids=np.array(["all"], np.str_),
        voxels=np.array([np.clip(voxels_seen(one), 0, 2.0**62)]).round().astype(np.int64),
        sums={name: np.asarray(total)[None, :] for name, total in record.pooled.items()},
        fingerprints=None,
        total=max(record.total, 1),
    )
    return stack([whole])

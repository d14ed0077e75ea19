"""All that is kept of a batch as one int32 matrix with a row a sample: a pass needs one transfer.

Floats travel as their bits. A row: soft sums, counts, voxels, fingerprint, extremes, extra losses.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_dice.callback.backends import Backend
from tb_dice.callback.fingerprint import fingerprints
from tb_dice.definition.arrays import Array, Tensor
from tb_dice.definition.spec import HARD_SUMS, SOFT_SUMS
from tb_dice.masks import layouts, sums

EXTREMES = 6


@dataclass(frozen=True)
class Rows:
    """Rows back on the host.

    Attributes:
        soft: float32 [n, C, 8] in the order of ``SOFT_SUMS``.
        counts: int32 [n, C, 3] in the order of ``HARD_SUMS``.
        voxels: int32 [n].
        fingerprints: uint64 [n].
        extremes: float32 [n, 6]: lowest and highest prediction, largest distance of the sum of the
            channels from 1, lowest and highest target (infinite where one is not finite), largest
            distance of a label above a whole number.
        losses: float32 [n, L], the batch's value of each extra loss.
    """

    soft: Array
    counts: Array
    voxels: Array
    fingerprints: Array
    extremes: Array
    losses: Array


def packer(
    layout: layouts.Layout, backend: Backend, losses: Sequence[Callable[..., Tensor]], *, draw: bool
) -> Callable[..., tuple[Tensor, ...]]:
    """Returns the function (x, y, p, weight) -> int32 [n, columns] and, to `draw`, the hard map.

    Voxels of weight 0 do not count; without weights (None) all do.
    """

    def pack(x: Tensor, y: Tensor, p: Tensor, weight: Tensor | None = None) -> tuple[Tensor, ...]:
        ops = backend.ops(p)
        x, y, p = (ops.convert_to_tensor(each) for each in (x, y, p))
        mask = None if weight is None else ops.not_equal(layouts.mask_of(weight, p.shape), 0)
        labels = sums.hard_labels(p, layout, xp=ops)
        soft, counts, voxels = sums.soft_and_hard(y, p, layout, mask, xp=ops, labels=labels)
        n = ops.shape(p)[0]
        found = extremes(y, p, layout, mask, ops)
        floats = [ops.reshape(soft, (n, -1)), *found, *_losses(losses, y, p, n, ops)]
        words = [backend.words(ops.cast(part, "float32")) for part in floats]
        words[1:1] = [_integers(each, n, ops) for each in (counts, voxels)]
        words.insert(3, fingerprints(x, backend))
        packed = ops.concatenate(words, axis=1)
        return (packed, labels) if draw else (packed,)

    return pack


def unpack(rows: Array, columns: int) -> Rows:
    """Returns host rows by their names.

    Args:
        rows: int32 [n, columns] as packed.
        columns: C, the channels and regions.
    """
    n, soft, counts = len(rows), columns * len(SOFT_SUMS), columns * len(HARD_SUMS)
    bounds = np.cumsum([soft, counts, 1, 2, EXTREMES])
    parts = [np.ascontiguousarray(part) for part in np.split(rows, bounds, axis=1)]
    return Rows(
        soft=parts[0].view(np.float32).reshape(n, columns, len(SOFT_SUMS)),
        counts=parts[1].reshape(n, columns, len(HARD_SUMS)),
        voxels=parts[2][:, 0],
        fingerprints=parts[3].view(np.uint64)[:, 0],
        extremes=parts[4].view(np.float32),
        losses=parts[5].view(np.float32),
    )


def extremes(
    y: Tensor, p: Tensor, layout: layouts.Layout, mask: Tensor | None, ops: Any
) -> list[Tensor]:
    """Returns what tells wrong targets and odd predictions, six columns [n, 1]."""
    p = ops.cast(p, "float32")
    if layout.ignore_index is not None:
        y = ops.where(ops.equal(y, layout.ignore_index), ops.zeros_like(y), y)
    if mask is not None:
        valid = mask if len(y.shape) == len(mask.shape) else mask[..., None]
        y = ops.where(valid, y, ops.zeros_like(y))
    y = ops.cast(y, "float32")
    finite = ops.isfinite(_flat(ops.sum, y))
    off = ops.abs(ops.sum(p, axis=-1) - 1)
    between = y - ops.floor(y) if layout.targets == "labels" else ops.zeros_like(y[:, :1])
    found = [
        _flat(ops.min, p),
        _flat(ops.max, p),
        _flat(ops.max, off),
        ops.where(finite, _flat(ops.min, y), math.inf),
        ops.where(finite, _flat(ops.max, y), math.inf),
        _flat(ops.max, between),
    ]
    return [ops.expand_dims(column, -1) for column in found]


def _losses(
    losses: Sequence[Callable[..., Tensor]], y: Tensor, p: Tensor, n: Tensor, ops: Any
) -> list[Tensor]:
    means = [ops.mean(ops.cast(loss(y, p), "float32")) for loss in losses]
    return [ops.broadcast_to(mean, (n, 1)) for mean in means]


def _integers(values: Tensor, n: Tensor, ops: Any) -> Tensor:
    return ops.reshape(ops.cast(values, "int32"), (n, -1))


def _flat(reduce: Callable[..., Tensor], values: Tensor) -> Tensor:
    return reduce(values, axis=tuple(range(1, len(values.shape))))

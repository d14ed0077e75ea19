"""All that is kept of a batch as one int32 matrix, one row per sample: a pass needs one transfer.

Floats travel as their bits. A row holds soft sums, counts, voxels, fingerprint, the summary of the
values, and extra losses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from tb_dice.callback.backends import Backend
from tb_dice.callback.fingerprint import fingerprints
from tb_dice.definition.arrays import Array, Tensor
from tb_dice.definition.spec import HARD_SUMS, SOFT_SUMS
from tb_dice.masks import layouts, sane, sums
from tb_dice.masks.device import device


@dataclass(frozen=True)
class Rows:
    """Rows back on the host.

    Attributes:
        soft: float32 [n, C, 8] in the order of ``SOFT_SUMS``.
        counts: int32 [n, C, 3] in the order of ``HARD_SUMS``.
        voxels: int32 [n].
        fingerprints: uint64 [n].
        seen: float32 [n, 6], the summary of the values: ``sane.seen_of``.
        losses: float32 [n, L], each extra loss of the batch.
    """

    soft: Array
    counts: Array
    voxels: Array
    fingerprints: Array
    seen: Array
    losses: Array


def packer(
    layout: layouts.Layout, backend: Backend, losses: Sequence[Callable[..., Tensor]], *, draw: bool
) -> Callable[..., tuple[Tensor, ...]]:
    """Returns the function (x, y, p, weight) -> int32 [n, columns] and, with `draw`, the hard map.

    Voxels with weight 0 do not count; without weights (None) all do.
    """

    def pack(x: Tensor, y: Tensor, p: Tensor, weight: Tensor | None = None) -> tuple[Tensor, ...]:
        p = p if keras.ops.is_tensor(p) else keras.ops.convert_to_tensor(p)
        ops = device(p).xp
        x, y, p = (ops.convert_to_tensor(each) for each in (x, y, p))
        mask = None if weight is None else ops.not_equal(layouts.mask_of(weight, p.shape), 0)
        labels = sums.hard_labels(p, layout, xp=ops)
        measured = sums.soft_and_hard(y, p, mask, layout, ops, labels=labels)
        soft, counts, voxels, seen = measured
        n = ops.shape(p)[0]
        floats = [ops.reshape(soft, (n, -1)), seen, *_losses(losses, y, p, n, ops)]
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
    bounds = np.cumsum([soft, counts, 1, 2, sane.COLUMNS])
    parts = [np.ascontiguousarray(part) for part in np.split(rows, bounds, axis=1)]
    return Rows(
        soft=parts[0].view(np.float32).reshape(n, columns, len(SOFT_SUMS)),
        counts=parts[1].reshape(n, columns, len(HARD_SUMS)),
        voxels=parts[2][:, 0],
        fingerprints=parts[3].view(np.uint64)[:, 0],
        seen=parts[4].view(np.float32),
        losses=parts[5].view(np.float32),
    )


def _losses(
    losses: Sequence[Callable[..., Tensor]], y: Tensor, p: Tensor, n: Tensor, ops: Any
) -> list[Tensor]:
    means = [ops.mean(ops.cast(loss(y, p), "float32")) for loss in losses]
    return [ops.broadcast_to(mean, (n, 1)) for mean in means]


def _integers(values: Tensor, n: Tensor, ops: Any) -> Tensor:
    return ops.reshape(ops.cast(values, "int32"), (n, -1))

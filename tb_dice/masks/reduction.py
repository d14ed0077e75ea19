"""Sums over space that stay precise, and casts, the same in numpy and on tensors (``xp``)."""

import math
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Tensor

ROW = 64  # voxels
BESIDE = 16  # rows


def masked(values: Tensor, valid: Tensor | None, xp: Any) -> Tensor:
    """Values [N, *S, C] with 0 where ``valid`` [N, *S, 1 or C] says that they do not count."""
    if valid is None:
        return values
    return xp.where(valid, values, xp.zeros_like(values))


def space_sum(values: Tensor, xp: Any) -> Tensor:
    """[N, *S, C] -> [N, C] in the dtype of the values, with a relative error under 1e-6.

    Float32 sums of a whole mask are wrong by up to 1e-2, and XLA folds a sum of sums into one, so
    rows of at most 64 voxels are summed, and the rows in float64 (or, on JAX, behind barriers).
    """
    if xp is np:
        return values.sum(axis=tuple(range(1, values.ndim - 1)))
    rows = _rows(values, xp)
    if _has_float64(xp):
        return xp.cast(xp.sum(xp.cast(rows, "float64"), axis=1), values.dtype)
    while rows.shape[1] > 1:
        rows = _rows(_barrier(rows, xp), xp)
    return rows[:, 0]


def space_count(flags: Tensor, xp: Any) -> Tensor:
    """Flags [N, *S, C] -> exact integers [N, C]."""
    if xp is np:
        return flags.sum(axis=tuple(range(1, flags.ndim - 1)), dtype=np.int64)
    rows = _rows(xp.cast(flags, "float32"), xp)
    exact = "float64" if _has_float64(xp) else "int32"
    return xp.cast(xp.sum(xp.cast(rows, exact), axis=1), "int32")


def voxels(values: Tensor, valid: Tensor | None, xp: Any) -> Tensor:
    """How many voxels of [N, *S, C] count in any channel, [N]."""
    if valid is None:
        counted = xp.ones_like(values[..., :1], dtype="bool")
    else:
        counted = xp.any(valid, axis=-1, keepdims=True)
    return space_count(counted, xp)[:, 0]


def wide(values: Tensor, xp: Any) -> Tensor:
    """At least float32; float64 in numpy."""
    if xp is np:
        return np.asarray(values, dtype=np.float64)
    values = xp.convert_to_tensor(values)
    return values if "float64" in str(values.dtype) else xp.cast(values, "float32")


def cast(values: Tensor, dtype: Any, xp: Any) -> Tensor:
    """To a dtype, in numpy or on tensors."""
    return np.asarray(values).astype(dtype) if xp is np else xp.cast(values, dtype)


def _rows(values: Tensor, xp: Any) -> Tensor:
    """[N, *S, C] -> sums [N, B, C] of rows of equal length, at most 64 voxels where S allows.

    A row takes every n-th voxel of its stretch. So n rows and their channels lie side by side in
    memory and are added at once: with few channels that is three times as fast.
    """
    size = math.prod(n or 0 for n in values.shape[1:-1])
    last = values.shape[-1]
    if not size:
        return xp.reshape(values, (xp.shape(values)[0], -1, last))
    row = max(n for n in range(1, ROW + 1) if size % n == 0)
    if row < min(size, 8):
        values = xp.reshape(values, (-1, size, last))
        values = xp.pad(values, ((0, 0), (0, -size % ROW), (0, 0)))
        size, row = size + -size % ROW, ROW
    beside = math.gcd(size // row, BESIDE)
    sums = xp.sum(xp.reshape(values, (-1, size // row // beside, row, beside * last)), axis=2)
    return xp.reshape(sums, (-1, size // row, last))


def _has_float64(xp: Any) -> bool:
    """Whether ``xp`` says so (``device``); for ``keras.ops`` the backend decides."""
    if hasattr(xp, "has_float64"):
        return bool(xp.has_float64)
    import keras

    return str(keras.backend.backend()) != "jax"


def _barrier(values: Tensor, xp: Any) -> Tensor:
    if hasattr(xp, "barrier"):
        return xp.barrier(values)
    import jax

    return jax.lax.optimization_barrier(values)

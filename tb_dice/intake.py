"""A batch as the user's loop has it -> checked arrays of the host, and how to read them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tb_dice import sums
from tb_dice.images import IGNORED

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True)
class Reading:
    """How the user says that the arrays are to be read: see ``sums.layout``."""

    activation: str
    threshold: float
    ignore_index: int | None
    regions: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Batch:
    """One batch; the arrays as ``layout`` says, ``mask`` bool [N, *S] or None."""

    y_true: Array
    y_pred: Array
    mask: Array | None
    layout: sums.Layout

    def __len__(self) -> int:
        return len(self.y_pred)

    def valid(self) -> tuple[Array, Array]:
        """Returns targets and predictions where the mask counts."""
        if self.mask is None:
            return self.y_true, self.y_pred
        return self.y_true[self.mask], self.y_pred[self.mask]

    def maps(self, row: int) -> tuple[Array, Array, Array]:
        """Returns target, prediction, probabilities of a sample for ``images.sample_images``."""
        part = slice(row, row + 1)
        mask = None if self.mask is None else self.mask[part]
        true, prob, valid = sums.prepared(
            self.y_true[part], self.y_pred[part], self.layout, mask, np
        )
        drawn = np.asarray(sums.hard_channels(prob, self.layout, np), bool)
        counts = np.ones(1, bool) if valid is None else valid
        seen = np.where(counts, prob, 0)[0]
        if not self.layout.exclusive:
            return ((true > 0.5) & counts)[0], (drawn & counts)[0], seen
        both = [np.argmax(channels, axis=-1).astype(np.int32) for channels in (true, drawn)]
        both = [np.where(counts.any(axis=-1), labels, np.int32(IGNORED)) for labels in both]
        return both[0][0], both[1][0], seen


def read_batch(
    y_true: Any, y_pred: Any, mask: Any, reading: Reading, before: sums.Layout | None
) -> Batch:
    """Returns a checked batch.

    Args:
        y_true: Targets, of any framework.
        y_pred: Predictions.
        mask: [N, *S] or [N, *S, 1], True = valid, or None.
        reading: What the user says of them.
        before: How the batches before were read: this one must have as many channels.

    Raises:
        ValueError: Shapes do not belong together, or targets are wrong.
    """
    true, pred = host("y_true", y_true), host("y_pred", y_pred)
    layout = sums.layout(
        true.shape,
        pred.shape,
        activation=reading.activation,
        threshold=reading.threshold,
        ignore_index=reading.ignore_index,
        regions=reading.regions,
        integer_targets=true.dtype.kind in "iu",
    )
    if before is not None and layout.channels != before.channels:
        raise ValueError(
            f"`y_pred` must have {before.channels} channels as in the batches before. "
            f"Received: {layout.channels}"
        )
    if len(true) != len(pred):
        raise ValueError(f"`y_true` must have {len(pred)} samples. Received: {len(true)}")
    batch = Batch(true, pred, _mask(mask, pred.shape), layout)
    exclusive = _exclusive(batch, reading.activation) if before is None else before.exclusive
    batch = replace(batch, layout=replace(layout, exclusive=exclusive))
    sums.check_targets(batch.valid()[0], batch.layout)
    return batch


def host(name: str, value: Any) -> Array:
    """Returns an array of any framework as numpy, moved from its device.

    Raises:
        ValueError: It is no array of numbers.
    """
    if hasattr(value, "detach"):  # torch
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
    elif hasattr(value, "__cuda_array_interface__") and hasattr(value, "get"):  # CuPy
        value = value.get()
    try:
        dlpack = hasattr(value, "__dlpack__") and not hasattr(value, "__array__")
        array = np.from_dlpack(value) if dlpack else np.asarray(value)
    except Exception as error:
        raise ValueError(
            f"`{name}` must be an array. Received: {type(value).__name__} ({error})"
        ) from error
    if array.dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        return array.astype(np.float32)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"`{name}` must be an array of numbers. Received: dtype {array.dtype}")
    return array


def _mask(mask: Any, shape: tuple[int, ...]) -> Array | None:
    if mask is None:
        return None
    array = host("mask", mask)
    if array.shape == (*shape[:-1], 1):
        array = array[..., 0]
    if array.shape != shape[:-1]:
        raise ValueError(
            f"`mask` must have the shape {list(shape[:-1])} of the predictions without their "
            f"channels. Received: {list(array.shape)}"
        )
    return array.astype(bool)


def _exclusive(batch: Batch, activation: str) -> bool:
    """Whether a voxel has one class: told by the values where the targets have channels."""
    if activation != "none" or batch.layout.targets == "labels" or batch.layout.channels == 1:
        return batch.layout.exclusive
    return any(_sum_to_one(values) for values in batch.valid())


def _sum_to_one(values: Array) -> bool:
    total = values.astype(np.float64).sum(axis=-1)
    return bool(total.size and (np.abs(total - 1) <= 1e-2).mean() > 0.99)

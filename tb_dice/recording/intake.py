"""A batch as the user's loop has it -> its sums, checked, and the pixels of a few samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.definition.questions import Activation
from tb_dice.log.images import IGNORED
from tb_dice.masks import device, layouts, sums


@dataclass(frozen=True)
class Reading:
    """How the user says that the arrays are to be read: see ``layouts.layout``."""

    activation: Activation
    threshold: float
    ignore_index: int | None
    regions: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Batch:
    """One batch, measured; the arrays, of numpy or tensors, as ``layout`` says.

    Attributes:
        y_true: Targets.
        y_pred: Predictions.
        mask: bool [N, *S], or None.
        layout: How they are read.
        soft: [N, C, 8] in the order of ``SOFT_SUMS``.
        counts: Integers [N, C, 3] in the order of ``HARD_SUMS``.
        voxels: [N], how many counted.
        oddities: What is odd about the predictions.
    """

    y_true: Any
    y_pred: Any
    mask: Any
    layout: layouts.Layout
    soft: Array
    counts: Array
    voxels: Array
    oddities: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.voxels)

    def maps(self, rows: Sequence[int]) -> list[tuple[Array, Array, Array]]:
        """Returns target, prediction, probabilities of samples for ``images.sample_images``."""
        if not rows:
            return []
        true, pred = pick("y_true", self.y_true, rows), pick("y_pred", self.y_pred, rows)
        mask = None if self.mask is None else pick("mask", self.mask, rows)
        with np.errstate(all="ignore"):  # predictions may be any number
            return [
                _maps(true[i : i + 1], pred[i : i + 1], _part(mask, i), self.layout)
                for i in range(len(rows))
            ]


def read_batch(
    y_true: Any, y_pred: Any, mask: Any, reading: Reading, before: layouts.Layout | None
) -> Batch:
    """Returns a checked batch.

    Tensors of torch, JAX and TensorFlow are measured where they are. Only where something may be
    wrong with them, so that it is to be said, are they moved and looked at closely.

    Args:
        y_true: Targets, of any framework.
        y_pred: Predictions.
        mask: [N, *S] or [N, *S, 1], True = valid, or None.
        reading: What the user says of them.
        before: How the batches before were read: this one must have as many channels.

    Raises:
        ValueError: Shapes do not belong together, or targets are wrong.
    """
    at = device.device(y_pred)
    if at is not None and len(y_pred):
        tensors = [_tensor(name, each, at) for name, each in (("y_true", y_true), ("mask", mask))]
        found = _read(tensors[0], at.tensor(y_pred), tensors[1], reading, before, at)
        if found is not None:
            return found
    true, pred = host("y_true", y_true), host("y_pred", y_pred)
    mask = None if mask is None else host("mask", mask)
    found = _read(true, pred, mask, reading, before, None)
    assert found is not None
    return found


def _read(
    true: Any,
    pred: Any,
    mask: Any,
    reading: Reading,
    before: layouts.Layout | None,
    at: device.Device | None,
) -> Batch | None:
    """The batch; None where the device leaves a doubt."""
    layout = _layout(true, pred, reading, before)
    mask = _mask(mask, pred.shape)
    exclusive = _exclusive(true, pred, mask, layout, at) if before is None else before.exclusive
    layout = replace(layout, exclusive=exclusive)
    odd = _odd_axes(true, pred, exclusive)
    if at is not None:
        soft, counts, voxels, doubt = (
            np.asarray(host("sums", each))
            for each in at.run(device.measure, true, pred, mask, layout)
        )
        oddities = odd
        if doubt:
            return None
    else:
        valid = (true, pred) if mask is None else (true[mask], pred[mask])
        _check_targets(valid[0], layout, odd)
        with np.errstate(all="ignore"):  # predictions may be any number
            soft, counts, voxels = sums.soft_and_hard(true, pred, layout, mask=mask)
            oddities = (*odd, *sums.check_predictions(valid[1], layout))
    return Batch(true, pred, mask, layout, soft, counts, voxels, oddities)


def _layout(
    true: Any, pred: Any, reading: Reading, before: layouts.Layout | None
) -> layouts.Layout:
    layout = layouts.layout(
        tuple(true.shape),
        tuple(pred.shape),
        activation=reading.activation,
        threshold=reading.threshold,
        ignore_index=reading.ignore_index,
        regions=reading.regions,
        integer_targets="int" in str(true.dtype),
    )
    if before is not None and layout.channels != before.channels:
        raise ValueError(
            f"`y_pred` must have {before.channels} channels as in the batches before. "
            f"Received: {layout.channels}"
        )
    if len(true) != len(pred):
        raise ValueError(f"`y_true` must have {len(pred)} samples. Received: {len(true)}")
    return layout


def pick(name: str, value: Any, rows: Sequence[int]) -> Array:
    """Returns a few rows of an array of any framework, and moves nothing else of it."""
    at = device.device(value)
    return host(name, value)[list(rows)] if at is None else host(name, at.pick(value, rows))


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


def _tensor(name: str, value: Any, at: device.Device) -> Any:
    """An array of any framework on a device."""
    if value is None:
        return None
    return at.tensor(value if device.device(value) is not None else host(name, value))


def _odd_axes(true: Any, pred: Any, exclusive: bool) -> tuple[str, ...]:
    integers = "int" in str(pred.dtype)
    found = layouts.doubt(true.shape, pred.shape, exclusive=exclusive, integers=integers)
    return () if found is None else (found.rstrip("."),)


def _check_targets(true: Array, layout: layouts.Layout, odd: tuple[str, ...]) -> None:
    try:
        sums.check_targets(true, layout)
    except ValueError as error:
        raise ValueError(" ".join([str(error), *(f"{text}." for text in odd)])) from None


def _mask(mask: Any, shape: Sequence[int]) -> Any:
    if mask is None:
        return None
    space = tuple(shape[:-1])
    if tuple(mask.shape) == (*space, 1):
        mask = mask[..., 0]
    if tuple(mask.shape) != space:
        raise ValueError(
            f"`mask` must have the shape {list(space)} of the predictions without their "
            f"channels. Received: {list(mask.shape)}"
        )
    return mask if not isinstance(mask, np.ndarray) else mask.astype(bool)


def _exclusive(
    true: Any, pred: Any, mask: Any, layout: layouts.Layout, at: device.Device | None
) -> bool:
    """Whether a voxel has one class: told by the values where the targets have channels."""
    if layout.activation != "none" or layout.targets == "labels" or layout.channels == 1:
        return layout.exclusive
    return any(_sum_to_one(values, mask, at) for values in (true, pred))


def _sum_to_one(values: Any, mask: Any, at: device.Device | None) -> bool:
    if at is None:
        near, there = device.sums_to_one(values, mask, np)[0]
    else:
        near, there = host("sums", at.run(device.sums_to_one, values, mask)[0])
    return bool(near > 0.99 * there)


def _part(mask: Array | None, row: int) -> Array | None:
    return None if mask is None else mask[row : row + 1].astype(bool)


def _maps(
    y_true: Array, y_pred: Array, mask: Array | None, layout: layouts.Layout
) -> tuple[Array, Array, Array]:
    true, prob, valid = sums.prepared(y_true, y_pred, layout, mask, np)
    drawn = np.asarray(sums.hard_channels(prob, layout, np), bool)
    counts = np.ones(1, bool) if valid is None else valid
    seen = np.where(counts, prob, 0)[0]
    if not layout.exclusive:
        return ((true > 0.5) & counts)[0], (drawn & counts)[0], seen
    both = [np.argmax(channels, axis=-1).astype(np.int32) for channels in (true, drawn)]
    both = [np.where(counts.any(axis=-1), labels, np.int32(IGNORED)) for labels in both]
    return both[0][0], both[1][0], seen

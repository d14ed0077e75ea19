"""What targets, predictions and masks may be: one set of tolerances, one verdict, one wording.

``dice``, the losses, the metric, the recorder and the callback all ask here. Input that makes a
number meaningless is an error; input that may be meant differently is a notice, and they all warn:

====================  ========================================================  ==================
what                  when                                                      verdict
====================  ========================================================  ==================
dtype                 an array does not hold numbers                            TypeError
shape                 shapes do not belong together (``layouts``)               ValueError
targets               NaN, infinite, outside [0, 1], or not a class label       ValueError
notice ``axes``       shapes fit, but more likely mean something else           UserWarning
notice ``non-finite`` predictions are NaN or infinite                           UserWarning
notice ``range``      predictions are not all in [0, 1]                         UserWarning
notice ``channels``   classes exclude each other, and channels do not add to 1  UserWarning
====================  ========================================================  ==================

Shapes and dtypes are checked everywhere, values wherever they can be seen. They cannot inside a
traced loss, which returns NaN for wrong targets instead.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Tensor
from tb_dice.masks.device import device, host
from tb_dice.masks.layouts import Layout, Shape, text
from tb_dice.masks.notice import Notice
from tb_dice.masks.reduction import cast, masked

TARGETS_OFF = 1e-5  # how far resized masks may be outside [0, 1]
RANGE_OFF = 1e-3  # how far probabilities may be outside [0, 1]
SUM_OFF = 1e-2  # how much the sum of a voxel's channels may differ from 1
MOST = 0.99  # classes exclude each other if the channels of more than this share add to 1
COLUMNS = 6  # of ``seen_of``
# An axis is a picture's side rather than classes from MANY on; axis 1 may be classes up to FEW.
MANY, FEW = 16, 10


class Seen:
    """A summary of the values in the batches of a pass, and the verdict on them."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._low = np.full(COLUMNS, np.inf)
        self._high = np.full(COLUMNS, -np.inf)
        self._undefined = self._samples = 0

    def add(self, seen: Tensor) -> None:
        """Adds a batch: what ``seen_of`` returns, on the host."""
        seen = np.asarray(seen, np.float64).reshape(-1, COLUMNS)
        self._low = np.fmin(self._low, np.fmin.reduce(seen, initial=np.inf))
        self._high = np.fmax(self._high, np.fmax.reduce(seen, initial=-np.inf))
        self._undefined += int(np.isnan(seen[:, 0]).sum())
        self._samples += len(seen)

    def verdict(self, doubted: Notice | None = None) -> list[Notice]:
        """All that is odd, including what ``doubt`` says about the axes.

        Raises:
            ValueError: for targets that are meaningless.
        """
        more = [] if doubted is None else [doubted]
        if fault := self._fault():
            raise ValueError(" ".join([fault, *more]))
        return [*more, *self._oddities()]

    def _fault(self) -> str | None:
        """What makes the targets meaningless, or None."""
        low, high, between = self._low[3], self._high[4], self._high[5]
        if not self._samples or not senseless(low, high, between, self._layout):
            return None
        if not np.isfinite([low, high]).all():
            return "Expected finite targets. Received: targets that are NaN or infinite."
        return _wrong(low, high, between, self._layout)

    def _oddities(self) -> list[Notice]:
        """What is odd about the predictions; they may be any numbers."""
        found = []
        if self._undefined:
            found.append(
                Notice(
                    f"The predictions of {self._undefined} of {self._samples} samples are NaN or"
                    " infinite.",
                    "non-finite",
                    samples=self._undefined,
                    of=self._samples,
                )
            )
        low, high, off = self._low[0], self._high[1], self._high[2]
        if low < -RANGE_OFF or high > 1 + RANGE_OFF:
            found.append(_range(low, high))
        elif self._layout.exclusive and off > SUM_OFF:
            found.append(_channels(off, self._layout.activation))
        return found


def verdict(seen: Tensor, layout: Layout, y_true: Tensor, y_pred: Tensor) -> list[Notice]:
    """All that is odd about one batch.

    Args:
        seen: what ``seen_of`` returns, on the host.
        layout: how the arrays are read.
        y_true: targets, for their shape.
        y_pred: predictions, for their shape and dtype.

    Raises:
        ValueError: for targets that are meaningless.
    """
    found = Seen(layout)
    found.add(seen)
    return found.verdict(axes(y_true, y_pred, exclusive=layout.exclusive))


def axes(y_true: Tensor, y_pred: Tensor, *, exclusive: bool) -> Notice | None:
    """``doubt`` of arrays or tensors."""
    integers = "int" in str(y_pred.dtype)
    return doubt(y_true.shape, y_pred.shape, exclusive=exclusive, integers=integers)


def seen_of(
    y_true: Tensor, prob: Tensor, valid: Tensor | None, layout: Layout, xp: Any = np
) -> Tensor:
    """A summary of the values of each sample, float32 [N, 6].

    Lowest and highest prediction (NaN where one is NaN or infinite), largest distance of the sum of
    the channels from 1; lowest and highest target (infinite where one is NaN or infinite), largest
    distance of a label above a whole number. Voxels that do not count are left out.

    Args:
        y_true: targets as ``layout`` says.
        prob: probabilities [N, *S, C].
        valid: [N, *S, 1 or C], what counts, or None for all.
        layout: how to read them.
        xp: ``numpy`` or the functions of ``keras.ops``.
    """
    columns = (*predictions_of(prob, valid, xp), *targets_of(y_true, valid, layout, xp))
    return xp.stack([cast(column, "float32", xp) for column in columns], axis=-1)


def predictions_of(prob: Tensor, valid: Tensor | None, xp: Any) -> tuple[Tensor, Tensor, Tensor]:
    """The first three columns of ``seen_of``."""
    prob = masked(prob, valid, xp)
    off = xp.abs(xp.sum(prob, axis=-1, keepdims=True) - 1)
    if valid is not None:
        off = masked(off, xp.all(valid, axis=-1, keepdims=True), xp)
    finite = xp.isfinite(_flat(xp.sum, prob))
    low, high = (xp.where(finite, _flat(reduce, prob), np.nan) for reduce in (xp.min, xp.max))
    return low, high, xp.where(finite, _flat(xp.max, off), 0.0)


def targets_of(
    y_true: Tensor, valid: Tensor | None, layout: Layout, xp: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """The last three columns of ``seen_of``."""
    values = y_true if layout.trailing else xp.expand_dims(y_true, -1)
    values = masked(cast(values, "float32", xp), valid, xp)
    finite = xp.isfinite(_flat(xp.sum, values))
    low, high = (_flat(reduce, values) for reduce in (xp.min, xp.max))
    between = _flat(xp.max, values - xp.floor(values)) if layout.targets == "labels" else 0 * low
    return (
        xp.where(finite, low, np.inf),
        xp.where(finite, high, np.inf),
        xp.where(finite, between, 0.0),
    )


def senseless(low: Tensor, high: Tensor, between: Tensor, layout: Layout) -> Tensor:
    """Whether targets from ``low`` to ``high`` are wrong: numbers or tensors."""
    least, most = -TARGETS_OFF, 1 + TARGETS_OFF
    if layout.targets == "labels":
        least, most = 0, layout.channels - 1
    return (low < least) | (high > most) | (between > 0)


def exclusive(layout: Layout, y_true: Tensor, y_pred: Tensor, mask: Tensor | None) -> bool:
    """Whether a voxel has one class: decided from the values if the reading leaves it open.

    Args:
        layout: how the arrays are read.
        y_true: targets, on the device of the predictions.
        y_pred: predictions.
        mask: [N, *S], or None.
    """
    known = known_exclusive(layout)
    return any(adds_up(each, mask) for each in (y_true, y_pred)) if known is None else known


def known_exclusive(layout: Layout) -> bool | None:
    """Whether a voxel has one class as far as targets and activation tell; None if they do not."""
    if layout.channels == 1:
        return False
    if layout.targets == "labels" or layout.activation == "softmax":
        return True
    return False if layout.activation == "sigmoid" else None


def adds_up(values: Tensor, mask: Tensor | None = None) -> bool:
    """Whether the channels of nearly all voxels of [N, *S, C] add to 1."""
    near, there = host("sums", device(values).run(_adding_up, values, mask)[0])
    return bool(near > MOST * there)


def doubt(
    y_true_shape: Shape, y_pred_shape: Shape, *, exclusive: bool = False, integers: bool = False
) -> Notice | None:
    """Why shapes that fit each other may still mean something different, and what to do; or None.

    Args:
        y_true_shape: Shape of the targets.
        y_pred_shape: Shape of the predictions, [N, *S, C]; sizes that are not known are None.
        exclusive: Whether the channels of a voxel are known to add to 1 and so must be classes.
        integers: Whether the predictions are integers.
    """
    n, *space, channels = (size or 0 for size in y_pred_shape)
    flat = len(space) == 1
    alike = tuple(y_true_shape)[1:] == tuple(y_pred_shape)[1:] and not exclusive
    if flat and alike and channels >= MANY and _alike(channels, space[0], 4):
        scores = " Predictions must be scores or one-hot, not labels (no argmax)."
        cure = f"{scores if integers else ''} A binary mask needs a last axis: p[..., None]."
        return _axes(("N", *y_pred_shape[1:]), cure)
    if flat and channels <= FEW and min(n, space[0]) >= MANY and _alike(n, space[0], 2):
        return _axes(y_pred_shape, " A single image needs a first axis: p[None].")
    few = not flat and 0 < space[0] <= FEW and space[0] < min(space[1:])
    if few and channels >= MANY and (space[-1] == channels or not exclusive):
        cure = (
            " Predictions must be channels-last: move the classes to the last axis, in the targets"
            " too."
        )
        return _axes(("N", *y_pred_shape[1:]), cure)
    return None


def _axes(shape: Sequence[Any], cure: str) -> Notice:
    n, *space, channels = ("?" if size is None else size for size in shape)
    axes = "one spatial axis" if len(space) == 1 else f"{len(space)} spatial axes"
    samples = "" if n == "N" else f"{n} samples with "
    read = f"{samples}{axes} of {' x '.join(map(str, space))} voxels and {channels} class"
    sentence = f"Predictions of shape {text(shape)} are read as {read}"
    return Notice(f"{sentence}{'' if channels == 1 else 'es'}.{cure}", "axes")


def _adding_up(values: Tensor, mask: Tensor | None, xp: Any) -> tuple[Tensor, ...]:
    """How many voxels have channels that add to 1, and how many there are: [2]."""
    near = xp.abs(xp.sum(cast(values, "float32", xp), axis=-1) - 1) <= SUM_OFF
    valid = xp.ones_like(near) if mask is None else cast(mask, "bool", xp)
    both = cast(xp.stack([xp.logical_and(near, valid), valid], axis=0), "float32", xp)
    return (xp.sum(both, axis=tuple(range(1, len(both.shape)))),)


def _alike(one: int, other: int, times: int) -> bool:
    return one <= times * other and other <= times * one


def _wrong(low: float, high: float, between: float, layout: Layout) -> str:
    divide = " If these are masks of 0 and 255, divide by 255." if (low, high) == (0, 255) else ""
    received = f"from {low:g} to {high:g}."
    if layout.targets == "channels":
        return (
            "Expected targets in [0, 1], or a label map [N, *spatial] or [N, *spatial, 1] with"
            f" predictions that have one channel per class. Received: targets {received}{divide}"
        )
    top = layout.channels - 1
    if between > 0 and 0 <= low <= high <= top:
        return (
            "Expected labels that are whole numbers (resize label maps with nearest-neighbour)."
            f" Received: labels up to {between:g} above a whole number."
        )
    return (
        f"Expected labels that are whole numbers from 0 to {top}, one per channel of the"
        " predictions (set ignore_index for void voxels). Received: labels"
        f" {received}{divide if top == 1 else ''}"
    )


def _channels(off: float, activation: str) -> Notice:
    cure = 'If they are logits, set activation="softmax".'
    if activation != "none":
        cure = f'After a {activation} they need not; activation="softmax" makes them.'
    return Notice(
        "Each voxel has one class, but the channel sums of the predictions differ from"
        f" 1 by up to {off:.2g}. {cure}",
        "channels",
        off=float(off),
    )


def _range(low: float, high: float) -> Notice:
    cure = 'If they are logits, set activation="softmax" or activation="sigmoid".'
    if low >= 0 and 2 < high <= 255:
        cure = f"If they are bytes, divide by 255. {cure}"
    return Notice(
        f"The predictions are not all in [0, 1] (from {low:g} to {high:g}). {cure}",
        "range",
        low=float(low),
        high=float(high),
    )


def _flat(reduce: Any, values: Tensor) -> Tensor:
    return reduce(values, axis=tuple(range(1, len(values.shape))))

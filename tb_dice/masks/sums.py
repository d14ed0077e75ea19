"""Masks and predictions -> the sums per sample and class from which every Dice is computed.

The same code runs in numpy (float64) and, with ``xp=keras.ops``, on tensors of any Keras backend,
eager or traced (float32 at least, whatever the predictions are). Arrays are channels-last [N, *S,
C].
"""

from typing import Any

import numpy as np

from tb_dice.definition.arrays import Tensor
from tb_dice.definition.questions import Activation
from tb_dice.masks import sane
from tb_dice.masks.layouts import Layout
from tb_dice.masks.reduction import cast, masked, space_count, space_sum, voxels, wide

LOG_CLIP = 1e-7
LEAST_LOG = -1e6  # keeps sums finite if a logit is infinite


def soft_and_hard(
    y_true: Tensor,
    y_pred: Tensor,
    mask: Tensor | None,
    layout: Layout,
    xp: Any = np,
    *,
    labels: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The sums of a batch, and a summary of its values.

    Args:
        y_true: targets as ``layout`` says.
        y_pred: predictions [N, *S, C], before the layout's activation.
        mask: [N, *S], true where a voxel counts, or None.
        layout: how to read them.
        xp: ``numpy`` or ``keras.ops``.
        labels: what ``hard_labels`` returns, if it is at hand.

    Returns:
        soft [N, C', 8] in the order of ``SOFT_SUMS``; counts [N, C', 3] in the order of
        ``HARD_SUMS``, exact integers; voxels [N], how many counted; a summary of the values
        (``sane.seen_of``). C' is the channels, then the regions.
    """
    true, prob, valid = prepared(y_true, y_pred, layout, mask, xp)
    values = sane.seen_of(y_true, prob, valid, layout, xp)
    if labels is None:
        hard = hard_channels(prob, layout, xp)
    else:
        hard = _flags(labels, layout, xp) if layout.exclusive else labels
    hard = masked(hard, valid, xp)
    true, prob = masked(true, valid, xp), masked(prob, valid, xp)
    if layout.regions:
        hard = _merged(hard, layout, xp)
        true, prob = _merged(true, layout, xp), _merged(prob, layout, xp)
    logs = masked(_logs(y_pred, prob, layout, xp), valid, xp)
    soft, counts = _sums(true, prob, logs, hard, layout.targets == "labels", xp)
    counted = voxels(prob, valid, xp)
    return xp.stack(soft, axis=-1), xp.stack(counts, axis=-1), counted, values


def seen(
    y_true: Tensor, y_pred: Tensor, mask: Tensor | None, layout: Layout, xp: Any
) -> tuple[Tensor, ...]:
    """A summary of the values of a batch, as ``sane.seen_of``, without the sums."""
    _, prob, valid = prepared(y_true, y_pred, layout, mask, xp)
    return (sane.seen_of(y_true, prob, valid, layout, xp),)


def seen_targets(
    y_true: Tensor, mask: Tensor | None, layout: Layout, xp: Any
) -> tuple[Tensor, ...]:
    """``seen`` of the targets alone, with predictions of 0."""
    columns = sane.targets_of(y_true, counting(y_true, layout, mask, xp), layout, xp)
    nothing = xp.zeros_like(columns[0])
    return (xp.stack([nothing, nothing, nothing, *columns], axis=-1),)


def hard_labels(y_pred: Tensor, layout: Layout, xp: Any = np) -> Tensor:
    """The hard prediction: classes [N, *S] (uint8, int32 above 255), or bool [N, *S, C].

    A voxel with a NaN channel gets the class C, which does not exist.
    """
    if layout.exclusive:
        return _largest(y_pred, layout.channels, xp)
    return activated(wide(y_pred, xp), layout.activation, xp) > layout.threshold


def prepared(
    y_true: Tensor, y_pred: Tensor, layout: Layout, mask: Tensor | None, xp: Any
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Targets and probabilities [N, *S, C]; what counts, [N, *S, 1 or C], or None for all."""
    prob = activated(wide(y_pred, xp), layout.activation, xp)
    true = _true_channels(y_true, layout, prob.dtype, xp)
    return true, prob, counting(y_true, layout, mask, xp)


def counting(y_true: Tensor, layout: Layout, mask: Tensor | None, xp: Any) -> Tensor | None:
    """What counts, [N, *S, 1 or C]; None for all."""
    found = None if mask is None else xp.expand_dims(cast(mask, "bool", xp), -1)
    if layout.ignore_index is None:
        return found
    there = kept(y_true, layout, xp)
    return there if found is None else xp.logical_and(found, there)


def kept(y_true: Tensor, layout: Layout, xp: Any = np) -> Tensor:
    """The voxels that the layout's ``ignore_index`` keeps: bool [N, *S, 1 or C].

    The index is a value of the target, in a label map or in a channel. If it is the index of one of
    several channels, the voxels of that class do not count, as in the label map of the same masks.
    """
    ignored = layout.ignore_index
    if ignored is None:
        return xp.ones_like(y_true if layout.trailing else xp.expand_dims(y_true, -1), dtype="bool")
    if layout.targets == "channels" and layout.channels > 1 and 0 <= ignored < layout.channels:
        return y_true[..., ignored : ignored + 1] <= 0.5
    found = xp.not_equal(y_true, ignored)
    return found if layout.trailing else xp.expand_dims(found, -1)


def hard_channels(prob: Tensor, layout: Layout, xp: Any) -> Tensor:
    """The hard prediction as bool [N, *S, C]."""
    if not layout.exclusive:
        return prob > layout.threshold
    return _flags(_largest(prob, layout.channels, xp), layout, xp)


def activated(y_pred: Tensor, activation: Activation, xp: Any) -> Tensor:
    """Predictions to probabilities."""
    if activation == "sigmoid":
        if xp is not np:
            return xp.sigmoid(y_pred)
        small = np.exp(-np.abs(y_pred))
        return np.where(y_pred >= 0, 1.0, small) / (1.0 + small)
    if activation == "softmax":
        if xp is not np:
            return xp.softmax(y_pred, axis=-1)
        power = np.exp(y_pred - y_pred.max(axis=-1, keepdims=True))
        return power / power.sum(axis=-1, keepdims=True)
    return y_pred


def log_softmax(y_pred: Tensor, xp: Any) -> Tensor:
    """The logarithm of the softmax, finite even where the softmax itself would be 0."""
    shifted = y_pred - xp.max(y_pred, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


def _true_channels(y_true: Tensor, layout: Layout, dtype: Any, xp: Any) -> Tensor:
    if layout.targets == "labels":
        labels = y_true[..., 0] if layout.trailing else y_true
        labels = xp.expand_dims(cast(labels, "int32", xp), -1)
        return cast(labels == xp.arange(layout.channels), dtype, xp)
    return cast(y_true if layout.trailing else xp.expand_dims(y_true, -1), dtype, xp)


def _sums(
    true: Tensor, prob: Tensor, logs: Tensor, hard: Tensor, flags: bool, xp: Any
) -> tuple[list[Tensor], list[Tensor]]:
    """The sums, in order; ``flags``: targets are 0 or 1, so T is also the sum of squares."""
    squared = prob * prob
    hard_true = true > 0.5
    support = space_sum(true, xp)
    soft = [
        space_sum(true * prob, xp),
        support,
        space_sum(prob, xp),
        support if flags else space_sum(true * true, xp),
        space_sum(squared, xp),
        space_sum(xp.abs(true - prob), xp),
        space_sum(true * squared, xp),
        space_sum(true * logs, xp),
    ]
    both = xp.logical_and(hard_true, hard)
    return soft, [space_count(a, xp) for a in (both, hard_true, hard)]


def _logs(y_pred: Tensor, prob: Tensor, layout: Layout, xp: Any) -> Tensor:
    """Log p of all columns: of a softmax from its logits, as a loss does it, else of clipped p."""
    if layout.activation != "softmax":
        return xp.log(xp.maximum(prob, LOG_CLIP))
    logs = xp.maximum(log_softmax(wide(y_pred, xp), xp), LEAST_LOG)
    if not layout.regions:
        return logs
    merged = xp.log(xp.maximum(prob[..., layout.channels :], LOG_CLIP))
    return xp.concatenate([logs, merged], axis=-1)


def _merged(values: Tensor, layout: Layout, xp: Any) -> Tensor:
    """The channels, then the regions: their sum where classes are exclusive, else the largest."""
    flags = "bool" in str(values.dtype)
    merge = xp.any if flags else xp.sum if layout.exclusive else xp.max
    more = [
        merge(xp.stack([values[..., m] for m in members], axis=-1), axis=-1, keepdims=True)
        for _, members in layout.regions
    ]
    return xp.concatenate([values, *more], axis=-1)


def _largest(values: Tensor, channels: int, xp: Any) -> Tensor:
    """The first of the largest channels, [N, *S]; ``channels`` where one is NaN."""
    if hasattr(xp, "largest"):
        labels = xp.largest(values)
    else:
        undefined = xp.any(xp.isnan(values), axis=-1)
        labels = xp.where(undefined, channels, cast(xp.argmax(values, axis=-1), "int32", xp))
    return cast(labels, "uint8" if channels <= 255 else "int32", xp)


def _flags(labels: Tensor, layout: Layout, xp: Any) -> Tensor:
    """Classes [N, *S] as bool [N, *S, C]."""
    if hasattr(xp, "one_hot_flags"):
        return xp.one_hot_flags(labels, layout.channels)
    return cast(labels, "int32", xp)[..., None] == xp.arange(layout.channels, dtype="int32")

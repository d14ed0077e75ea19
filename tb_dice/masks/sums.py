"""Masks and predictions -> the sums per sample and class from which every Dice is computed.

The same code runs in numpy (float64) and, with ``xp=keras.ops``, on tensors of any Keras backend,
eager or traced (float32 at least, whatever the predictions are). Arrays are channels-last [N, *S,
C].
"""

from typing import Any

import numpy as np

from tb_dice.definition.arrays import Tensor
from tb_dice.definition.questions import Activation
from tb_dice.masks.layouts import Layout
from tb_dice.masks.reduction import cast, masked, space_count, space_sum, voxels, wide

LOG_CLIP = 1e-7
LEAST_LOG = -1e6  # so that an infinite logit leaves a finite sum
ROUNDING = 1e-5  # by which resized masks may leave [0, 1]
OFF_RANGE = 1e-6  # by which probabilities may leave [0, 1]
OFF_ONE = 1e-2  # by which their channels may miss a sum of 1
DIVIDE = "Masks of 0 and 255: divide by 255."


def soft_and_hard(
    y_true: Tensor,
    y_pred: Tensor,
    layout: Layout,
    mask: Tensor | None = None,
    xp: Any = np,
    *,
    labels: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """The sums of a batch.

    Args:
        y_true: targets as ``layout`` says.
        y_pred: predictions [N, *S, C], before the layout's activation.
        layout: how to read them.
        mask: [N, *S], true where a voxel counts.
        xp: ``numpy`` or ``keras.ops``.
        labels: what ``hard_labels`` returns, where it is at hand.

    Returns:
        soft [N, C', 8] in the order of ``SOFT_SUMS``; counts [N, C', 3] in the order of
        ``HARD_SUMS``, exact integers; voxels [N], how many counted. C' is the channels, then the
        regions.
    """
    true, prob, valid = prepared(y_true, y_pred, layout, mask, xp)
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
    return xp.stack(soft, axis=-1), xp.stack(counts, axis=-1), counted


def hard_labels(y_pred: Tensor, layout: Layout, xp: Any = np) -> Tensor:
    """The hard prediction: classes [N, *S] (uint8, int32 above 255), or bool [N, *S, C].

    A voxel of which a channel is NaN has the class C, which does not exist.
    """
    if layout.exclusive:
        return _largest(y_pred, layout.channels, xp)
    return activated(wide(y_pred, xp), layout.activation, xp) > layout.threshold


def prepared(
    y_true: Tensor, y_pred: Tensor, layout: Layout, mask: Tensor | None, xp: Any
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Targets and probabilities [N, *S, C]; what counts, [N, *S, 1 or C], or None for all."""
    prob = activated(wide(y_pred, xp), layout.activation, xp)
    valid = None if mask is None else xp.expand_dims(cast(mask, "bool", xp), -1)
    if layout.ignore_index is not None:
        there = kept(y_true, layout, xp)
        valid = there if valid is None else xp.logical_and(valid, there)
    return _true_channels(y_true, layout, prob.dtype, xp), prob, valid


def kept(y_true: Tensor, layout: Layout, xp: Any = np) -> Tensor:
    """What the layout's ``ignore_index`` leaves of targets: bool [N, *S, 1 or C].

    It is a value of the target, in a label map or in a channel. Where it is the index of one of
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
    """The logarithm of the softmax, where that itself would be 0 too."""
    shifted = y_pred - xp.max(y_pred, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


def check_targets(y_true: Any, layout: Layout) -> None:
    """Refuse targets that no reading makes sense of (host arrays only).

    Raises:
        ValueError: for non-finite values, labels outside the classes, and channels outside [0, 1].
    """
    values = np.asarray(y_true)
    if layout.ignore_index is not None:
        values = values[values != layout.ignore_index]
    if values.dtype.kind not in "biu" and not np.isfinite(values).all():
        wrong = values[~np.isfinite(values)]
        raise ValueError(f"Expected finite targets. Received: {_some(wrong)}.")
    if layout.targets == "labels":
        wrong = values[(values < 0) | (values >= layout.channels) | (values != np.floor(values))]
        if wrong.size:
            raise ValueError(
                f"Expected labels that are whole numbers from 0 to {layout.channels - 1}, one per"
                f" channel of the predictions (set ignore_index for void voxels). Received:"
                f" {_some(wrong)}.{_bytes(values)}"
            )
        return
    wrong = values[(values < -ROUNDING) | (values > 1 + ROUNDING)]
    if wrong.size:
        raise ValueError(
            "Expected targets in [0, 1], or a label map [N, *spatial] or [N, *spatial, 1] beside"
            f" predictions with one channel per class. Received: {_some(wrong)}.{_bytes(values)}"
        )


def check_predictions(y_pred: Any, layout: Layout) -> list[str]:
    """What is odd about predictions (host arrays): warnings, since any number may be recorded."""
    values = activated(wide(y_pred, np), layout.activation, np)
    finite = np.isfinite(values)
    found = []
    if not finite.all():
        found.append(f"{np.count_nonzero(~finite)} predictions are NaN or infinite")
    outside = values[finite & ((values < -OFF_RANGE) | (values > 1 + OFF_RANGE))]
    if outside.size:
        found.append(
            f"predictions leave [0, 1] ({_some(outside)}): if they are logits, make the"
            ' DiceRecorder with activation="sigmoid" or "softmax"'
        )
    elif layout.exclusive and _sums_off(values):
        found.append(
            "the channels of the predictions do not sum to 1: if they are logits, make the"
            ' DiceRecorder with activation="softmax"; if classes may overlap, activation="sigmoid"'
        )
    return found


def _sums_off(values: Any) -> bool:
    off = np.abs(values.sum(axis=-1) - 1)
    return bool((off[np.isfinite(off)] > OFF_ONE).any())


def _bytes(values: Any) -> str:
    """What to do with masks as pictures have them."""
    return f" {DIVIDE}" if ((values == 0) | (values == 255)).all() else ""


def _some(values: Any) -> str:
    return ", ".join(f"{v:g}" for v in np.unique(values)[:3]) + f" ({values.size} values)"


def _true_channels(y_true: Tensor, layout: Layout, dtype: Any, xp: Any) -> Tensor:
    if layout.targets == "labels":
        labels = y_true[..., 0] if layout.trailing else y_true
        labels = xp.expand_dims(cast(labels, "int32", xp), -1)
        return cast(labels == xp.arange(layout.channels), dtype, xp)
    return cast(y_true if layout.trailing else xp.expand_dims(y_true, -1), dtype, xp)


def _sums(
    true: Tensor, prob: Tensor, logs: Tensor, hard: Tensor, flags: bool, xp: Any
) -> tuple[list[Tensor], list[Tensor]]:
    """The sums, in order; ``flags``: targets are 0 or 1, so that T is also the sum of squares."""
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
    """Log p of all columns: of a softmax from its logits, as a loss has it, else of p clipped."""
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

"""Rows of a batch that are shown -> target and prediction as maps, on the host."""

import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.log.images import IGNORED
from tb_dice.masks import sums
from tb_dice.masks.layouts import Layout
from tb_dice.masks.reduction import wide


def maps(
    y_true: Array, drawn: Array, mask: Array | None, layout: Layout
) -> tuple[Array, Array, Array]:
    """Returns target and prediction, int [n, *S] with -1 where ignored or bool [n, *S, C].

    The third array, bool [n, *S, 1 or C], says what counts.

    Args:
        y_true: Targets as `layout` says.
        drawn: The hard prediction, as ``sums.hard_labels`` returns it.
        mask: [n, *S], not 0 where a voxel counts, or None.
        layout: How they are read.
    """
    values = y_true if layout.trailing else y_true[..., None]
    valid = sums.kept(y_true, layout)
    if mask is not None:
        valid = valid & (mask.reshape(*valid.shape[:-1], 1) != 0)
    if not layout.exclusive:
        return (values > 0.5) & valid, drawn & valid, valid
    labels = values[..., 0] if layout.targets == "labels" else values.argmax(axis=-1)
    target = np.where(valid.any(axis=-1), labels.astype(np.int32), np.int32(IGNORED))
    return target, over(target, drawn, layout), valid


def over(target: Array, drawn: Array, layout: Layout) -> Array:
    """Returns a prediction of exclusive classes, void where the target is.

    A voxel that is NaN has a class that does not exist: it is shown as class 0.
    """
    return np.where(target == IGNORED, target, (drawn % layout.channels).astype(np.int32))


def probabilities(y_pred: Array, valid: Array, layout: Layout) -> Array:
    """Returns the probabilities [n, *S, C], 0 where ignored."""
    with np.errstate(all="ignore"):  # predictions may be any number
        prob = sums.activated(wide(y_pred, np), layout.activation, np)
    return np.where(valid, prob, 0)

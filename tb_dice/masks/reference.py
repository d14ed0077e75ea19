"""``dice``: any definition of Dice on numpy arrays, in float64."""

from typing import Any

import numpy as np

from tb_dice.definition.catalogue import resolved
from tb_dice.definition.questions import Activation
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.masks import layouts, sums
from tb_dice.masks.evaluate import evaluate, layout_for


def dice(
    y_true: Any,
    y_pred: Any,
    variant: str | DiceSpec = DEFAULT,
    *,
    mask: Any = None,
    activation: Activation | None = None,
    ignore_index: int | None = None,
    **params: Any,
) -> Any:
    """The value of a definition of Dice.

    Args:
        y_true: targets [N, *spatial, C] in [0, 1], or labels [N, *spatial] or [N, *spatial, 1].
        y_pred: predictions [N, *spatial, C], channels last; binary is C = 1.
        variant: a name of ``tb_dice.variants()``, or a ``DiceSpec``; by default hard Dice per
            sample and class, undefined where both masks are empty, averaged over the defined ones.
        mask: [N, *spatial], true where a voxel counts; None: everywhere.
        activation: "softmax" or "sigmoid" for logits; None: the definition's own.
        ignore_index: target value of voxels that do not count.
        **params: the variant's own parameters, or for a ``DiceSpec`` axes to change.

    Returns:
        A float64 number, or an array where the definition keeps axes. NaN is undefined (0/0).

    Raises:
        ValueError: for shapes that do not belong together, targets that are not finite, outside the
            classes or outside [0, 1], and unknown names.
    """
    spec = resolved(variant, activation, params, ignore_index)
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    layout = layout_for(spec, y_true.shape, y_pred.shape, exclusive=_exclusive(spec, y_pred))
    if mask is not None:
        mask = layouts.mask_of(np.asarray(mask, bool), y_pred.shape)
    sums.check_targets(y_true if mask is None else y_true[mask], layout)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(evaluate(y_true, y_pred, spec, layout, mask, np))[()]


def _exclusive(spec: DiceSpec, y_pred: Any) -> bool | None:
    """Predictions of 0 and 1 are hard already: as they are, not their argmax."""
    hard = spec.compared.compare == "hard" and spec.compared.activation == "none"
    return False if hard and np.isin(y_pred, (0, 1)).all() else None

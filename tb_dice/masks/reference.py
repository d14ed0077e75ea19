"""``dice``: any definition of Dice on numpy arrays, in float64."""

import warnings
from typing import Any

import numpy as np

from tb_dice.definition.catalogue import resolved
from tb_dice.definition.questions import Activation
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.masks import layouts
from tb_dice.masks.device import host
from tb_dice.masks.evaluate import evaluate, layout_for, oddities


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
    """Computes a definition of Dice on one batch, in float64.

    Args:
        y_true: targets [N, *spatial, C] in [0, 1], or labels [N, *spatial] or [N, *spatial, 1].
        y_pred: predictions [N, *spatial, C], channels last; C = 1 is binary.
        variant: a name from ``tb_dice.variants()``, or a ``DiceSpec``. The default is hard Dice per
            sample and class, averaged over those where not both masks are empty.
        mask: [N, *spatial] or [N, *spatial, 1], true where a voxel counts; None: all count.
        activation: "softmax" or "sigmoid" if predictions are logits; None: the definition's own.
        ignore_index: target value of voxels that do not count.
        **params: the variant's own parameters or, for a ``DiceSpec``, axes to change.

    Returns:
        A float64 number, or an array if the definition keeps axes. NaN means undefined (0/0).

    Raises:
        TypeError: for arrays that do not hold numbers.
        ValueError: for shapes that do not belong together, for targets that are not finite, not in
            [0, 1] or not a class, and for unknown names.

    Warns:
        UserWarning: for predictions that are not probabilities, and shapes that may be meant
            differently.
    """
    spec = resolved(variant, activation, params, ignore_index)
    y_true, y_pred = host("y_true", y_true), host("y_pred", y_pred)
    layout = layout_for(spec, y_true.shape, y_pred.shape, exclusive=_exclusive(spec, y_pred))
    if mask is not None:
        mask = layouts.mask_of(host("mask", mask), y_pred.shape)
    for notice in oddities(y_true, y_pred, spec, layout, mask):
        warnings.warn(notice, stacklevel=2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(evaluate(y_true, y_pred, spec, layout, mask, np))[()]


def _exclusive(spec: DiceSpec, y_pred: Any) -> bool | None:
    """Predictions of 0 and 1 are hard already: they are used as they are, without argmax."""
    hard = spec.compared.compare == "hard" and spec.compared.activation == "none"
    return False if hard and np.isin(y_pred, (0, 1)).all() else None

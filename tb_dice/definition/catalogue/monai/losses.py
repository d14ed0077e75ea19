"""MONAI's losses. They take probabilities unless ``sigmoid`` or ``softmax`` is set."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from tb_dice.definition.catalogue import registry
from tb_dice.definition.catalogue.registry import one_of, same_parameters
from tb_dice.definition.spec import DiceSpec

ORIGIN = "MONAI 1.6.1"
_REDUCE = {"mean": "mean", "sum": "sum", "none": "none"}
_COMPOUND_REDUCE = {"mean": "mean", "sum": "sum"}
_ACTIVATION = {"other_act": (None, "apply it to the predictions before they come here")}
_SMOOTHING = {"label_smoothing": (0.0, "smooth the targets before they come here")}
GENERALIZED = {"square": "inverse_square", "simple": "inverse", "uniform": "none"}

entry = partial(
    registry.entry,
    origin=ORIGIN,
    empty="loss 0",
    idle=("to_onehot_y",),  # label maps are told by their shape
    refused=_ACTIVATION,
)


def _activation(sigmoid: bool, softmax: bool) -> str:
    if sigmoid and softmax:
        raise ValueError("Expected one of `sigmoid` and `softmax`. Received: both.")
    return "sigmoid" if sigmoid else "softmax" if softmax else "none"


def _row(weight: float | Sequence[float] | None) -> tuple[float, ...] | None:
    """A weight, or one per class, of any framework, as numbers."""
    return None if weight is None else tuple(np.ravel(np.asarray(weight, float)).tolist())


def over(batch: bool, *more: str) -> set[str]:
    """What is summed together."""
    return {"space", *more} | ({"batch"} if batch else set())


@entry(
    "monai.DiceLoss",
    fault="One false voxel on an empty mask costs a full 1. `weight` multiplies the losses and is"
    " not normalised. With one-hot targets and an `ignore_index` that is not a class, the original"
    " leaves out voxels without any class; here, pass these as `mask`.",
)
def _dice_loss(
    include_background: bool = True,
    sigmoid: bool = False,
    softmax: bool = False,
    squared_pred: bool = False,
    jaccard: bool = False,
    reduction: str = "mean",
    smooth_nr: float = 1e-5,
    smooth_dr: float = 1e-5,
    batch: bool = False,
    weight: float | Sequence[float] | None = None,
    soft_label: bool = False,
    ignore_index: int | None = None,
) -> DiceSpec:
    """Soft Dice loss per sample and class, averaged."""
    errors = 1.0 if jaccard else 0.5
    return DiceSpec.of(
        activation=_activation(sigmoid, softmax),
        compare="soft",
        background=include_background,
        over=over(batch),
        alpha=errors,
        beta=errors,
        power=2 if squared_pred else 1,
        overlap="difference" if soft_label and not squared_pred else "product",
        smooth_num=smooth_nr,
        smooth_den=smooth_dr,
        weights="none" if weight is None else "given",
        given=_row(weight),
        weigh_one=False,
        form="one_minus",
        reduce=one_of("reduction", reduction, _REDUCE),
        ignore_index=ignore_index,
    )


@entry("monai.MaskedDiceLoss", fault="The faults of monai.DiceLoss.")
@same_parameters(_dice_loss)
def _masked_dice_loss(**params: Any) -> DiceSpec:
    """monai.DiceLoss with voxels outside a mask set to 0 on both sides."""
    return _dice_loss(**params)


@entry(
    "monai.GeneralizedDiceLoss",
    fault="A class without target voxels gets the largest weight of the others. If no class is"
    " present, all weights are 0 and any prediction has loss 0.",
)
def _generalized_dice_loss(
    include_background: bool = True,
    sigmoid: bool = False,
    softmax: bool = False,
    w_type: str = "square",
    reduction: str = "mean",
    smooth_nr: float = 1e-5,
    smooth_dr: float = 1e-5,
    batch: bool = False,
    soft_label: bool = False,
) -> DiceSpec:
    """Generalised Dice loss: classes summed with weights of 1 / T^2."""
    return DiceSpec.of(
        activation=_activation(sigmoid, softmax),
        compare="soft",
        background=include_background,
        over=over(batch, "class"),
        overlap="difference" if soft_label else "product",
        smooth_num=smooth_nr,
        smooth_den=smooth_dr,
        weights=one_of("w_type", w_type, GENERALIZED),
        weights_on="ratio",
        form="one_minus",
        reduce=one_of("reduction", reduction, _REDUCE),
    )


@entry(
    "monai.TverskyLoss",
    fault="The constants are added to TP, not to 2 TP: 1e-5 here is 2e-5 in the form of Dice.",
)
def _tversky_loss(
    include_background: bool = True,
    sigmoid: bool = False,
    softmax: bool = False,
    alpha: float = 0.5,
    beta: float = 0.5,
    reduction: str = "mean",
    smooth_nr: float = 1e-5,
    smooth_dr: float = 1e-5,
    batch: bool = False,
    soft_label: bool = False,
    ignore_index: int | None = None,
) -> DiceSpec:
    """Soft Tversky loss per sample and class, averaged."""
    return DiceSpec.of(
        activation=_activation(sigmoid, softmax),
        compare="soft",
        background=include_background,
        ignore_index=ignore_index,
        over=over(batch),
        overlap="difference" if soft_label else "product",
        alpha=alpha,
        beta=beta,
        smooth_num=2 * smooth_nr,
        smooth_den=2 * smooth_dr,
        form="one_minus",
        reduce=one_of("reduction", reduction, _REDUCE),
    )


@entry(
    "monai.AsymmetricFocalTverskyLoss",
    origin=f"{ORIGIN}, after Yeung et al., Unified Focal loss (2022)",
    empty="a loss that grows with the size of the image: the clip draws 1e-7 in each voxel",
    fault="Reads channels 0 and 1 only. The clip and the power 0.25 make the loss of two empty"
    " masks 0.49 on 8 x 8 voxels, and that of a perfect mask 0.01.",
    refused={},
)
def _asymmetric_focal_tversky_loss(
    delta: float = 0.7,
    gamma: float = 0.75,
    epsilon: float = 1e-7,
    reduction: str = "mean",
    ignore_index: int | None = None,
) -> DiceSpec:
    """Tversky loss of background and foreground, the foreground's to the power 1 - gamma."""
    return DiceSpec.of(
        compare="soft",
        ignore_index=ignore_index,
        clip=epsilon,
        classes=(0, 1),
        alpha=1 - delta,
        beta=delta,
        smooth_num=2 * epsilon,
        smooth_den=2 * epsilon,
        form="one_minus",
        focal=(1, 1 - gamma),
        reduce=one_of("reduction", reduction, _REDUCE),
    )


@entry(
    "monai.DiceCELoss",
    empty="loss 0 plus the cross-entropy",
    fault="With several channels the cross-entropy uses a softmax even if sigmoid=True; with one"
    " channel it is binary. Without an activation, Dice takes the predictions as probabilities and"
    " the cross-entropy takes them as logits. With `weight` and to_onehot_y=True the cross-entropy"
    " is divided by the weights of the voxels, with one-hot targets by their number.",
    idle=(),
    refused={**_ACTIVATION, **_SMOOTHING},
)
def _dice_ce_loss(
    *,
    include_background: bool = True,
    to_onehot_y: bool = False,
    sigmoid: bool = False,
    softmax: bool = False,
    squared_pred: bool = False,
    jaccard: bool = False,
    reduction: str = "mean",
    smooth_nr: float = 1e-5,
    smooth_dr: float = 1e-5,
    batch: bool = False,
    weight: Sequence[float] | None = None,
    lambda_dice: float = 1.0,
    lambda_ce: float = 1.0,
) -> DiceSpec:
    """monai.DiceLoss plus the cross-entropy of the logits."""
    how = one_of("reduction", reduction, _COMPOUND_REDUCE)
    given = _row(weight)
    kept = given if include_background or given is None else given[1:] or None
    shared = sigmoid, softmax, squared_pred, jaccard
    dice = _dice_loss(include_background, *shared, how, smooth_nr, smooth_dr, batch, kept)
    return dice.replace(
        extra="logit_cross_entropy",
        dice_weight=lambda_dice,
        extra_weight=lambda_ce,
        extra_given=given,
        extra_normalise="weights" if to_onehot_y and given else "count",
    )


@entry(
    "monai.DiceFocalLoss",
    empty="loss 0 plus the focal loss",
    fault="The focal loss uses a sigmoid per channel even if softmax=True.",
)
def _dice_focal_loss(
    *,
    include_background: bool = True,
    sigmoid: bool = False,
    softmax: bool = False,
    squared_pred: bool = False,
    jaccard: bool = False,
    reduction: str = "mean",
    smooth_nr: float = 1e-5,
    smooth_dr: float = 1e-5,
    batch: bool = False,
    gamma: float = 2.0,
    weight: float | Sequence[float] | None = None,
    lambda_dice: float = 1.0,
    lambda_focal: float = 1.0,
    alpha: float | None = None,
) -> DiceSpec:
    """monai.DiceLoss plus the sigmoid focal loss of the logits."""
    how = one_of("reduction", reduction, _COMPOUND_REDUCE)
    shared = sigmoid, softmax, squared_pred, jaccard
    dice = _dice_loss(include_background, *shared, how, smooth_nr, smooth_dr, batch, weight)
    return dice.replace(
        extra="logit_focal",
        gamma=gamma,
        dice_weight=lambda_dice,
        extra_weight=lambda_focal,
        extra_given=_row(weight),
        focal_alpha=alpha,
    )

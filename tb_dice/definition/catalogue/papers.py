"""Losses published with papers, by the name of their repository."""

from functools import partial
from typing import Any

from tb_dice.definition.catalogue.registry import entry
from tb_dice.definition.spec import DiceSpec

_ALL = {"space", "class", "batch"}
_SPACE = {"space"}

focal_tversky_unet = partial(
    entry,
    origin="Abraham, Khan, A novel focal Tversky loss (2019), focal-tversky-unet/losses.py",
    empty="loss 0",
)
unified_focal = partial(
    entry,
    origin="Yeung et al., Unified Focal loss (2022), unified-focal-loss/loss_functions.py",
    empty="loss 0",
    fault="The constant is beside TP, not 2 TP.",
)


def _loss(over: set[str], smooth: float, delta: float = 0.5, **axes: Any) -> DiceSpec:
    """A loss whose ``delta`` is the weight of false negatives."""
    return DiceSpec.of(
        compare="soft",
        over=over,
        smooth_num=smooth,
        smooth_den=smooth,
        alpha=1 - delta,
        beta=delta,
        form="one_minus",
        **axes,
    )


@focal_tversky_unet(
    "focal_tversky_unet.dice_loss", fault="Its mean over batches depends on the batch size."
)
def _focal_unet_dice() -> DiceSpec:
    """Soft Dice loss over the flattened batch, smooth 1."""
    return _loss(_ALL, 1.0)


@focal_tversky_unet(
    "focal_tversky_unet.tversky_loss",
    fault="The constant 1 is added to TP, not to 2 TP: it is 2 in the form of Dice.",
)
def _focal_unet_tversky() -> DiceSpec:
    """Soft Tversky loss over the flattened batch, false negatives weigh 0.7."""
    return _loss(_ALL, 2.0, 0.7)


@focal_tversky_unet(
    "focal_tversky_unet.focal_tversky",
    fault="The power below 1 has an infinite gradient at a perfect prediction.",
)
def _focal_unet_focal() -> DiceSpec:
    """focal_tversky_unet.tversky_loss to the power 0.75."""
    return _loss(_ALL, 2.0, 0.7, focal=0.75)


@unified_focal("unified_focal.dice_loss")
def _unified_dice(delta: float = 0.5, smooth: float = 1e-6) -> DiceSpec:
    """Soft Dice loss per sample and class, averaged."""
    return _loss(_SPACE, 2 * smooth, delta)


@unified_focal("unified_focal.tversky_loss")
def _unified_tversky(delta: float = 0.7, smooth: float = 1e-6) -> DiceSpec:
    """Soft Tversky loss per sample and class, false negatives weigh delta."""
    return _loss(_SPACE, 2 * smooth, delta)


@unified_focal(
    "unified_focal.focal_tversky_loss",
    empty="a loss that grows with the size of the image: the clip draws 1e-7 in each voxel",
    fault="On empty masks the clipped predictions outweigh smooth: 8 x 8 voxels of 0 have a"
    " positive loss.",
)
def _unified_focal(delta: float = 0.7, gamma: float = 0.75, smooth: float = 1e-6) -> DiceSpec:
    """unified_focal.tversky_loss to the power gamma, p kept in [1e-7, 1 - 1e-7]."""
    return _loss(_SPACE, 2 * smooth, delta, focal=gamma, clip=1e-7)


@entry(
    "dice_plus_plus.dice_plus_loss",
    origin="Yeung et al., Calibrating the Dice loss (2023), DicePlusPlus",
    empty="about 0",
    fault="p and t are kept in [1e-7, 1 - 1e-7], so an empty mask is never quite empty.",
)
def _dice_plus(gamma: float = 2.0) -> DiceSpec:
    """Dice++ loss: false positives and false negatives of each voxel to the power gamma."""
    return _loss(_SPACE, 1e-7, error_power=gamma, clip=1e-7, clip_target=True)


@entry(
    "jadon.log_cosh_dice_loss",
    origin="Jadon, A survey of loss functions for semantic segmentation (2020)",
    empty="loss 0",
    fault="At most log cosh 1 = 0.43: a complete miss costs less than half of its Dice loss.",
)
def _log_cosh() -> DiceSpec:
    """log cosh of the soft Dice loss over the flattened batch, smooth 1."""  # noqa: D403
    return _loss(_ALL, 1.0).replace(form="log_cosh")

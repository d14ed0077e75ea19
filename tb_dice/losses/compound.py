"""Dice plus another loss, by name."""

from typing import Any

from tb_dice.definition.questions import Numbers
from tb_dice.losses.named import PerClass, Weights, register


@register
class DiceCrossEntropy(PerClass):
    """``SoftDice`` plus cross-entropy, the mean over voxels of ``-sum t log p``.

    With one channel, or ``activation="sigmoid"``, the cross-entropy is binary: the mean over voxels
    and channels.

    Args:
        smooth: as ``SoftDice``.
        dice_weight: weight of the Dice loss.
        cross_entropy_weight: weight of the cross-entropy.
        background: False leaves class 0 out of the Dice loss.
        class_weights: as ``SoftDice``; of the Dice loss.
        **options: as ``DiceLoss``.
    """

    def __init__(
        self,
        smooth: Numbers = 1.0,
        *,
        dice_weight: float = 1.0,
        cross_entropy_weight: float = 1.0,
        background: bool = True,
        class_weights: Weights = None,
        **options: Any,
    ) -> None:
        own = {"dice_weight": dice_weight, "cross_entropy_weight": cross_entropy_weight}
        axes = {"dice_weight": dice_weight, "extra_weight": cross_entropy_weight}
        shared = (smooth, background, class_weights)
        super().__init__(shared, options, own, extra="cross_entropy", **axes)


@register
class DiceFocal(PerClass):
    """``SoftDice`` plus the binary focal loss, ``-(1 - p)^gamma log p`` of what is there.

    The focal loss is the mean over voxels and channels, each channel by itself.

    Reference: Lin et al., Focal loss for dense object detection (2017).

    Args:
        smooth: as ``SoftDice``.
        gamma: the power of the focal loss.
        dice_weight: weight of the Dice loss.
        focal_weight: weight of the focal loss.
        background: False leaves class 0 out.
        class_weights: as ``SoftDice``; of the Dice loss.
        **options: as ``DiceLoss``.
    """

    def __init__(
        self,
        smooth: Numbers = 1.0,
        *,
        gamma: float = 2.0,
        dice_weight: float = 1.0,
        focal_weight: float = 1.0,
        background: bool = True,
        class_weights: Weights = None,
        **options: Any,
    ) -> None:
        own = {"gamma": gamma, "dice_weight": dice_weight, "focal_weight": focal_weight}
        axes = {"gamma": gamma, "dice_weight": dice_weight, "extra_weight": focal_weight}
        super().__init__((smooth, background, class_weights), options, own, extra="focal", **axes)

"""``nnunet.*``: the Dice losses of nnU-Net v2, and the Dice that it reports."""

from functools import partial
from typing import Any

from tb_dice.definition.catalogue import registry
from tb_dice.definition.catalogue.registry import one_of, same_parameters
from tb_dice.definition.spec import DiceSpec

_AVERAGE = {"per_class": "per_class", "foreground_mean": "batch_then_class"}

entry = partial(
    registry.entry,
    origin="nnU-Net v2, nnunetv2/training/loss/dice.py",
    empty="loss -1; with smooth 0 loss 0",
    idle=("ddp",),
    refused={
        "apply_nonlin": (None, 'take activation="softmax" or "sigmoid"'),
        "clip_tp": (None, "the overlap is not clipped here"),
    },
)


@entry(
    "nnunet.MemoryEfficientSoftDiceLoss",
    fault="With smooth 1, the default, missing an object of a few voxels costs little. The loss is"
    " between 0 and -1.",
)
def _memory_efficient(
    batch_dice: bool = False, do_bg: bool = True, smooth: float = 1.0
) -> DiceSpec:
    """The negative soft Dice per sample and class, or with batch_dice per class."""
    return DiceSpec.of(
        compare="soft",
        background=do_bg,
        over={"space", "batch"} if batch_dice else {"space"},
        smooth_num=smooth,
        smooth_den=smooth,
        floor=1e-8,
        form="minus",
    )


@entry("nnunet.SoftDiceLoss", fault="The faults of nnunet.MemoryEfficientSoftDiceLoss.")
@same_parameters(_memory_efficient)
def _soft(**params: Any) -> DiceSpec:
    """The same number as nnunet.MemoryEfficientSoftDiceLoss, computed otherwise."""
    return _memory_efficient(**params)


@registry.entry(
    "nnunet.evaluation",
    origin="nnU-Net v2, nnunetv2/evaluation/evaluate_predictions.py",
    empty="undefined, left out of the mean",
    fault="A class that is never present and never drawn is undefined. In the original that makes"
    ' average="foreground_mean" undefined; here the class is left out.',
)
def _evaluation(average: str = "per_class") -> DiceSpec:
    """Hard Dice per sample and class, its mean over samples for each class."""
    return DiceSpec.of(
        compare="hard",
        background=average == "per_class",
        empty="nan",
        reduce=one_of("average", average, _AVERAGE),
        skip_nan=True,
    )

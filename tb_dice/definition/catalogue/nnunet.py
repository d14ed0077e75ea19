"""``nnunet.*``: the Dice losses of nnU-Net v2, and the Dice that it reports."""

from tb_dice.definition.catalogue.registry import entry, one_of
from tb_dice.definition.spec import DiceSpec

_ORIGIN = "nnU-Net v2, nnunetv2/training/loss/dice.py"
_REFUSED = {
    "apply_nonlin": (None, 'pass activation="softmax" or "sigmoid"'),
    "clip_tp": (None, "the overlap is not clipped here"),
}


@entry(
    "nnunet.MemoryEfficientSoftDiceLoss",
    summary="The negative soft Dice per sample and class, or with batch_dice per class",
    origin=_ORIGIN,
    empty="loss -1; with smooth 0 loss 0",
    fault="With smooth 1, the default, missing an object of a few voxels costs little. The loss is"
    " between 0 and -1.",
    idle=("ddp",),
    refused=_REFUSED,
)
def _memory_efficient(
    batch_dice: bool = False, do_bg: bool = True, smooth: float = 1.0
) -> DiceSpec:
    return DiceSpec.of(
        compare="soft",
        background=do_bg,
        over={"space", "batch"} if batch_dice else {"space"},
        smooth_num=smooth,
        smooth_den=smooth,
        floor=1e-8,
        form="minus",
    )


@entry(
    "nnunet.SoftDiceLoss",
    summary="The same number as nnunet.MemoryEfficientSoftDiceLoss, computed differently",
    origin=_ORIGIN,
    empty="loss -1; with smooth 0 loss 0",
    fault="The faults of nnunet.MemoryEfficientSoftDiceLoss.",
    idle=("ddp",),
    refused=_REFUSED,
)
def _soft(batch_dice: bool = False, do_bg: bool = True, smooth: float = 1.0) -> DiceSpec:
    return _memory_efficient(batch_dice, do_bg, smooth)


@entry(
    "nnunet.evaluation",
    summary="Hard Dice per sample and class, its mean over samples for each class",
    origin="nnU-Net v2, nnunetv2/evaluation/evaluate_predictions.py",
    empty="undefined, left out of the mean",
    fault="A class that is never present and never drawn is undefined. In the original that makes"
    ' average="foreground_mean" undefined; here the class is left out.',
)
def _evaluation(average: str = "per_class") -> DiceSpec:
    reduce = one_of(
        "average", average, {"per_class": "per_class", "foreground_mean": "batch_then_class"}
    )
    return DiceSpec.of(
        compare="hard",
        background=average == "per_class",
        empty="nan",
        reduce=reduce,
        skip_nan=True,
    )

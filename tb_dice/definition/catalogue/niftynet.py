"""``niftynet.*``: the Dice losses of NiftyNet 0.6.0, per sample, averaged over the batch."""

from tb_dice.definition.catalogue.registry import entry, one_of
from tb_dice.definition.spec import DiceSpec

_ORIGIN = "NiftyNet 0.6.0, niftynet/layer/loss_segmentation.py"
_WEIGHTS = {"Square": "inverse_square", "Simple": "inverse", "Uniform": "none"}


@entry(
    "niftynet.dice",
    origin=f"{_ORIGIN}, after Milletari et al., V-Net (2016)",
    empty="loss 0",
    fault="The targets are not squared; with hard targets that makes no difference. NiftyNet"
    " applies a softmax first by default: pass softmax=True for that.",
)
def _dice(softmax: bool = False) -> DiceSpec:
    """Soft Dice loss per sample and class with squared predictions, averaged."""
    return DiceSpec.of(
        activation="softmax" if softmax else "none",
        compare="soft",
        power=2,
        smooth_num=1e-5,
        smooth_den=1e-5,
        form="one_minus",
    )


@entry(
    "niftynet.generalised_dice",
    origin=f"{_ORIGIN}, after Sudre et al. (2017)",
    empty="loss 0, whatever is predicted, where no class has a target",
    fault="Instead of a constant, the denominator of a class is at least 1. A class without target"
    " gets the largest weight of the others. NiftyNet applies a softmax first by default: pass"
    " softmax=True for that.",
)
def _generalised_dice(type_weight: str = "Square", softmax: bool = False) -> DiceSpec:
    """Generalised Dice loss per sample: classes summed with weights of 1 / T^2."""
    return DiceSpec.of(
        activation="softmax" if softmax else "none",
        compare="soft",
        over={"space", "class"},
        weights=one_of("type_weight", type_weight, _WEIGHTS),
        weights_on="ratio",
        class_floor=1.0,
        empty="one",
        empty_when="target",
        form="one_minus",
    )

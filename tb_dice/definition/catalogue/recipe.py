"""``recipe.*``: implementations that people paste from question-and-answer pages.

All compare the values as they are. The default constant is 1e-6 above and below.
"""

from functools import partial
from typing import Any

from tb_dice.definition.catalogue import registry
from tb_dice.definition.questions import Numbers
from tb_dice.definition.spec import DiceSpec

_SLICED = "In the original a volume (5-D) is silently taken slice by slice; here it is one volume."
_SPACE = {"space"}
_ALL = {"space", "class", "batch"}

entry = partial(
    registry.entry, origin="question-and-answer pages on Dice losses in Keras and TensorFlow"
)


def _soft(over: set[str], smooth: Numbers = 1e-6, **axes: Any) -> DiceSpec:
    return DiceSpec.of(compare="soft", over=over, smooth_num=smooth, smooth_den=smooth, **axes)


@entry(
    "recipe.dice_loss",
    empty="loss 0",
    fault="The text adds the constant to the denominator only, the code to both. Integer and bool"
    f" masks raise an error. {_SLICED}",
)
def _dice_loss() -> DiceSpec:
    """Soft Dice loss per sample, all classes summed."""
    return _soft({"space", "class"}, form="one_minus")


@entry(
    "recipe.weighted_dice_loss",
    empty="loss 0",
    fault="The weights are not normalised, so the loss goes up to their sum, not to 1.",
    example={"weights": (1.0,)},
)
def _weighted_dice_loss(weights: Any) -> DiceSpec:
    """Soft Dice loss per sample and class, times a weight per class, summed over classes."""
    return _soft(_SPACE, form="one_minus", weights="given", given=weights, reduce="sum_classes")


@entry("recipe.multiclass_dice_loss", empty="loss 0", fault=_SLICED)
def _multiclass_dice_loss() -> DiceSpec:
    """Soft Dice loss per sample and class, averaged."""
    return _soft(_SPACE, form="one_minus")


@entry(
    "recipe.dice_loss1",
    empty="loss 0",
    fault="The original always raises an error, because it multiplies two vectors as matrices."
    " Here that is corrected to the sum of t p.",
)
def _dice_loss1() -> DiceSpec:
    """Soft Dice loss over the flattened batch."""
    return _soft(_ALL, form="one_minus")


@entry(
    "recipe.dice_loss2",
    empty="loss 0 at a voxel that is empty in both",
    fault="It sums the class axis only, so it returns one value per voxel.",
)
def _dice_loss2() -> DiceSpec:
    """Soft Dice loss of the channels at each voxel, with squared sums: a map, not a number."""
    return _soft({"class"}, power=2, form="one_minus", reduce="none")


@entry(
    "recipe.dice_loss3",
    empty="loss 1",
    fault="It takes the sigmoid even of probabilities: perfect 3-class masks then have loss 0.4646."
    " An empty target gives 1 with zero gradient, and 0/0 once the sigmoid underflows.",
)
def _dice_loss3() -> DiceSpec:
    """Soft Dice loss of logits over the flattened batch, without smoothing."""
    return _soft(_ALL, 0.0, activation="sigmoid", form="one_minus")


@entry(
    "recipe.dice_loss4",
    empty="loss 0",
    fault="gamma changes the scale: one input has 0.3660 with 1, 0.1203 with 2. On logits, gamma"
    " 1.5 gives NaN.",
)
def _dice_loss4(gamma: float = 1) -> DiceSpec:
    """Soft Dice loss over the flattened batch, sums of t^gamma and p^gamma."""
    return _soft(_ALL, power=gamma, form="one_minus")


@entry(
    "recipe.dice_coef",
    empty="score 1",
    fault="smooth 100 outweighs small objects: missing the only object, of 18 voxels, costs 0.15."
    " Its mean over batches depends on the batch size.",
)
def _dice_coef(smooth: float = 100) -> DiceSpec:
    """Soft Dice over the flattened batch: all samples and classes in one sum."""
    return _soft(_ALL, smooth)


@entry("recipe.dice_coef_loss", empty="loss 0", fault="The faults of recipe.dice_coef.")
def _dice_coef_loss(smooth: float = 100) -> DiceSpec:
    """1 - recipe.dice_coef."""
    return _soft(_ALL, smooth, form="one_minus")


@entry(
    "recipe.neg_dice_coef",
    empty="loss -1",
    fault="The faults of recipe.dice_coef. The loss is negative: it goes from 0 to -1.",
)
def _neg_dice_coef(smooth: float = 100) -> DiceSpec:
    """The negative of recipe.dice_coef."""
    return _soft(_ALL, smooth, form="minus")


@entry(
    "recipe.neg_log_dice_coef",
    empty="loss 0",
    fault="The faults of recipe.dice_coef. Without smoothing, a score of 0 gives an infinite loss.",
)
def _neg_log_dice_coef(smooth: float = 100) -> DiceSpec:
    """The negative logarithm of recipe.dice_coef."""
    return _soft(_ALL, smooth, form="minus_log")


@entry(
    "recipe.dice_coef_multilabel",
    empty="score 1 for each class",
    fault="It is a sum over classes, so the score goes up to the number of classes.",
)
def _dice_coef_multilabel(smooth: Numbers = 1e-6) -> DiceSpec:
    """Soft Dice per class over the batch, summed over classes; smooth may be one per class."""
    return _soft({"space", "batch"}, smooth, reduce="sum")


@entry(
    "recipe.dice_coef_multilabel_loss",
    empty="loss 1 - number of classes",
    fault="It is 1 minus a sum over M classes, so the loss is between 1 - M and 1. mean=True gives"
    " the corrected form, 1 minus the mean.",
)
def _dice_coef_multilabel_loss(smooth: Numbers = 1e-6, mean: bool = False) -> DiceSpec:
    """1 - recipe.dice_coef_multilabel."""
    how = "mean" if mean else "sum"
    return _soft({"space", "batch"}, smooth, form="one_minus", form_when="after", reduce=how)

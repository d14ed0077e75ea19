"""How to recognise an implementation in code, and the name it has here."""

import ast
from dataclasses import dataclass
from typing import Any

from tb_dice.definition import catalogue
from tb_dice.definition.spec import DiceSpec


@dataclass(frozen=True)
class Seen:
    """A row: what the code looks like, the call that returns the same, what to beware of."""

    seen: str
    call: str
    beware: str

    @property
    def name(self) -> str:
        """The variant."""
        return self.call.split("(")[0]

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the call."""
        tree = ast.parse(self.call, mode="eval").body
        if not isinstance(tree, ast.Call):
            raise ValueError(f"Expected a call. Received: {self.call!r}.")
        return {str(key.arg): ast.literal_eval(key.value) for key in tree.keywords}

    @property
    def spec(self) -> DiceSpec:
        """What the call stands for."""
        return catalogue.variant(self.name, **self.params)


FUNCTIONS = (
    Seen(
        "`dice_coef`: flattens both tensors; twice the overlap plus 1, over both sums plus 1",
        "recipe.dice_coef(smooth=1)",
        "All samples and classes in one ratio, so the mean over batches depends on the batch size.",
    ),
    Seen(
        "the same with `smooth=100`",
        "recipe.dice_coef()",
        "An object smaller than the constant hardly counts.",
    ),
    Seen("`1 - dice_coef`", "recipe.dice_coef_loss(smooth=1)", "As `dice_coef`."),
    Seen("`-dice_coef`", "recipe.neg_dice_coef(smooth=1)", "Negative; -1 is perfect."),
    Seen("`-log(dice_coef)`", "recipe.neg_log_dice_coef(smooth=1)", "Infinite at 0 if unsmoothed."),
    Seen(
        "flattens, and multiplies the two vectors with a matrix or dot product",
        "recipe.dice_loss1()",
        "May raise an error, or work only because of a shape; the sum of t p is meant.",
    ),
    Seen(
        "sums over all axes but the first (`axis=[1, 2, 3]`), then the mean",
        "recipe.dice_loss()",
        "Classes are summed, so with a background channel it is close to pixel accuracy.",
    ),
    Seen(
        "sums over height and width (`axis=(1, 2)`), then the mean over all",
        "recipe.multiclass_dice_loss()",
        "An absent class costs nearly 1 as soon as one voxel of it is drawn.",
    ),
    Seen(
        "the same, with each class multiplied by a weight and summed over classes",
        "recipe.weighted_dice_loss(weights=[0.2, 0.8])",
        "The loss can be as large as the sum of the weights.",
    ),
    Seen(
        "sums over the last axis only (`axis=-1`) of squares",
        "recipe.dice_loss2()",
        "A map of one value per voxel, of which Keras then takes the mean.",
    ),
    Seen(
        "a sigmoid first, everything summed, no constant",
        "recipe.dice_loss3()",
        "Wrong on probabilities; an empty target has no gradient.",
    ),
    Seen(
        "flattened, with squares in the denominator",
        "recipe.dice_loss4(gamma=2)",
        "Not comparable with the plain sums unless all values are 0 or 1.",
    ),
    Seen(
        "a loop over channels that adds their `dice_coef`; the loss is 1 (or the number of "
        "classes) minus the sum",
        "recipe.dice_coef_multilabel_loss()",
        "1 minus a sum can be below 0. Set mean=True.",
    ),
    Seen(
        "`(TP + smooth) / (TP + alpha * FN + (1 - alpha) * FP + smooth)`, flattened, alpha 0.7",
        "focal_tversky_unet.tversky_loss()",
        "There, alpha is the weight of misses, and smooth 1 is 2 in the form of Dice.",
    ),
    Seen(
        "the same, `pow(1 - tversky, 0.75)`",
        "focal_tversky_unet.focal_tversky()",
        "The gradient is unbounded at a perfect mask.",
    ),
    Seen(
        "`delta * FN` and `(1 - delta) * FP`, axes found from the rank, 1e-6 above and below",
        "unified_focal.tversky_loss()",
        "There, 1e-6 is 2e-6 in the form of Dice.",
    ),
    Seen(
        "the same, clipped at 1e-7 and raised to the power `gamma`",
        "unified_focal.focal_tversky_loss()",
        "Two empty masks have a large loss.",
    ),
    Seen(
        "`((1 - y_true) * y_pred) ** gamma`",
        "dice_plus_plus.dice_plus_loss()",
        "It is small only if the errors in each voxel are small.",
    ),
    Seen(
        "`log((exp(x) + exp(-x)) / 2)` of a Dice loss x",
        "jadon.log_cosh_dice_loss()",
        "A complete miss costs less than half of what the Dice loss says.",
    ),
    Seen(
        "1e-5 above and below, squared predictions, targets made one-hot inside",
        "niftynet.dice()",
        "NiftyNet applies a softmax inside by default: then set softmax=True.",
    ),
    Seen(
        "class weights 1 / (volume squared), infinite ones replaced by the largest",
        "niftynet.generalised_dice()",
        "A sample without any class has loss 0, whatever is drawn.",
    ),
    Seen(
        "numpy: `2 * (a & b).sum() / (a.sum() + b.sum())`, one mask at a time",
        "surface_distance.compute_dice_coefficient()",
        "It is 0/0 where both are empty. What does your mean do with that?",
    ),
    Seen(
        "the same, with 0 where both are empty",
        "empty_mask.c0()",
        "A correct empty mask scores like a miss.",
    ),
    Seen(
        "the same, with 1 where both are empty",
        "empty_mask.c1()",
        "A model that never draws scores well where targets are often empty.",
    ),
    Seen(
        "the same, samples without target skipped",
        "empty_mask.positive()",
        "False alarms do not count.",
    ),
)

LIBRARIES = (
    Seen(
        "`keras.losses.Dice()`",
        "keras.Dice()",
        "Everything in one ratio; if both masks are empty, the loss is 1.",
    ),
    Seen(
        "`keras.losses.Tversky(alpha=0.3, beta=0.7)`",
        "keras.Tversky(alpha=0.3, beta=0.7)",
        "Keras 3.15.1 swaps the two; for later versions add swapped=False.",
    ),
    Seen(
        "`sm.losses.DiceLoss()`, `sm.losses.dice_loss`",
        "segmentation_models.DiceLoss()",
        "The batch is summed first.",
    ),
    Seen(
        "`sm.losses.JaccardLoss()`, `sm.losses.jaccard_loss`",
        "segmentation_models.JaccardLoss()",
        "In the form of Dice, its smooth is twice that of `sm.losses.DiceLoss`.",
    ),
    Seen(
        "`monai.losses.DiceLoss(softmax=True)`",
        "monai.DiceLoss(softmax=True)",
        "The background counts unless include_background=False.",
    ),
    Seen(
        "`monai.losses.GeneralizedDiceLoss()`",
        "monai.GeneralizedDiceLoss()",
        "A sample without any class has no gradient.",
    ),
    Seen(
        "`monai.losses.DiceCELoss(softmax=True)`",
        "monai.DiceCELoss(softmax=True)",
        "Without softmax=True, Dice uses the logits as they are.",
    ),
    Seen(
        "`monai.metrics.DiceMetric()`",
        "monai.DiceMetric()",
        "Samples without the class are left out, and with them false alarms.",
    ),
    Seen(
        "nnU-Net's `MemoryEfficientSoftDiceLoss` as its trainer makes it",
        "nnunet.MemoryEfficientSoftDiceLoss(smooth=1e-5, do_bg=False)",
        "batch_dice depends on the plan.",
    ),
    Seen(
        'the `"Dice"` of nnU-Net\'s `summary.json`',
        "nnunet.evaluation()",
        "Undefined samples are left out of the mean.",
    ),
    Seen(
        '`smp.losses.DiceLoss("binary")`',
        'smp.DiceLoss(mode="binary")',
        "It takes logits. False alarms on an absent class cost nothing.",
    ),
    Seen(
        '`smp.losses.DiceLoss("multiclass")`',
        'smp.DiceLoss(mode="multiclass")',
        "As above; the targets are labels.",
    ),
    Seen(
        "`torchmetrics.segmentation.DiceScore(num_classes)`",
        "torchmetrics.DiceScore()",
        "Undefined classes are left out of the mean over classes.",
    ),
    Seen(
        '`DiceScore(num_classes, average="micro")`',
        'torchmetrics.DiceScore(average="micro")',
        "With the background it is pixel accuracy.",
    ),
)

"""What the pages say of a family and when to use each variant: the part that is not computed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A page: the modules of the catalogue are its families.

    Attributes:
        title: of the page.
        short: a few words, for the index and the README.
        text: what holds for all its variants, in Markdown.
    """

    title: str
    short: str
    text: str


FAMILIES = {
    "recipe": Family(
        "Recipes that people paste",
        "functions from question-and-answer pages for Keras and TensorFlow",
        "Thirteen functions that circulate under names such as `dice_coef` and `dice_loss`. They "
        "differ in what they sum before dividing, in the constant, and in what they do with "
        "logits, so that they give different numbers for the same masks. All are soft: they take "
        "predictions as they are.\n\n"
        "The parameters have the names of the originals, with two exceptions: `gamma` is spelled "
        "`gama` there, and `mean` of `recipe.dice_coef_multilabel_loss` is an addition.",
    ),
    "keras": Family(
        "Keras",
        "the losses that come with Keras 3",
        "Both take probabilities. `over` is Keras' `axis`, given as the set of what is summed: "
        '`axis=None` is `{"space", "class", "batch"}`, `axis=(1, 2, 3)` is `{"space", "class"}`, '
        '`axis=(1, 2)` is `{"space"}`. `swapped` of `keras.Tversky` is an addition.',
    ),
    "segmentation_models": Family(
        "segmentation_models",
        "the Keras package of encoders and losses",
        "Soft, summed over the batch for each class unless `per_image` is true. The score is "
        "averaged before it becomes a loss.",
    ),
    "monai": Family(
        "MONAI",
        "losses and metrics of MONAI",
        "The losses take probabilities unless `sigmoid` or `softmax` is true; the metrics take "
        "hard masks. Masks are channels-first in MONAI and channels-last here.",
    ),
    "nnunet": Family(
        "nnU-Net",
        "the Dice losses of nnU-Net v2 and the Dice that it reports",
        "The losses take probabilities here: nnU-Net applies its softmax (or sigmoid) before. Its "
        "trainer takes `batch_dice` from its plan and passes `smooth=1e-5`, and for labels "
        "`do_bg=False`; these are not the defaults of the classes. `average` of "
        "`nnunet.evaluation` is an addition.",
    ),
    "smp": Family(
        "segmentation_models.pytorch",
        "the losses of segmentation_models.pytorch",
        "All sum over the batch for each class and multiply the loss of a class by whether its "
        "target is present. The overlap comes from the difference of the masks; with targets of "
        "0 and 1 that is the sum of t p.",
    ),
    "torchmetrics": Family(
        "TorchMetrics",
        "the segmentation metrics of TorchMetrics",
        "On hard masks. With `average` and `aggregation_level` one name stands for eight "
        "definitions.",
    ),
    "papers": Family(
        "Losses beside papers",
        "focal Tversky, Unified Focal, Dice++, log-cosh, as published with the papers",
        "Implementations from the repositories of papers, by the name of the repository.",
    ),
    "niftynet": Family(
        "NiftyNet",
        "the losses that V-Net and generalised Dice are often cited by",
        "Soft, per sample, averaged over the batch. `softmax` is an addition: NiftyNet applies "
        "the softmax in the loss.",
    ),
    "evaluation": Family(
        "Dice as studies report it",
        "surface-distance, and four rules for empty masks",
        "Hard masks, each sample and class by itself, no constant. They differ only in what they "
        "do with empty masks: see [empty masks](../empties.md).",
    ),
}

WHEN = {
    "recipe.dice_loss": "Training on masks in which all classes are of similar size. Where one "
    "class is much larger, it decides the loss.",
    "recipe.weighted_dice_loss": "When classes must count differently and you know the weights. "
    "Choose weights that add up to 1, or scale the learning rate.",
    "recipe.multiclass_dice_loss": "A sound start for several classes: each counts the same, and "
    "the value does not depend on the batch size. Watch classes that are often absent.",
    "recipe.dice_loss1": "Only to read old code; it is recipe.dice_coef_loss with smooth=1e-6.",
    "recipe.dice_loss2": "Not as a loss: it compares the channels of each voxel, not regions.",
    "recipe.dice_loss3": "Only on logits, and only where no batch has an empty target.",
    "recipe.dice_loss4": "gamma=2 as a squared loss for binary masks; gamma=1 is "
    "recipe.dice_coef_loss with smooth=1e-6.",
    "recipe.dice_coef": "To read a training log that has it. As a report it hides small objects "
    "and depends on the batch size.",
    "recipe.dice_coef_loss": "Binary masks with few voxels in each image, where a loss per sample "
    "is too rough. Choose smooth well below the size of the smallest object.",
    "recipe.neg_dice_coef": "The same gradient as recipe.dice_coef_loss; choose that if a loss "
    "should not be negative.",
    "recipe.neg_log_dice_coef": "When the gradient should grow as the score falls. It needs a "
    "smooth above 0.",
    "recipe.dice_coef_multilabel": "To read a training log that has it; divide by the number of "
    "classes.",
    "recipe.dice_coef_multilabel_loss": "With mean=True: every class counts the same, and a class "
    "that is absent from one sample does no harm if another sample of the batch has it.",
    "keras.Dice": "Binary masks that are rarely empty. For several classes give "
    'over={"space", "batch"} or {"space"}.',
    "keras.Tversky": "To weigh false positives against false negatives; write swapped=False or "
    "check which Keras you run.",
    "segmentation_models.DiceLoss": "Several classes, of which some are absent from many images: "
    "the batch is summed first. Keep the batch size fixed when you compare runs.",
    "segmentation_models.JaccardLoss": "As the Dice loss beside it. It falls more steeply near "
    "a perfect mask.",
    "monai.DiceLoss": "A sound start: per sample and class. batch=True where many samples lack a "
    "class.",
    "monai.MaskedDiceLoss": "Where part of an image is not annotated: give it as mask.",
    "monai.GeneralizedDiceLoss": "Classes of very different size that are all present in nearly "
    "every sample.",
    "monai.TverskyLoss": "When misses are worse than false alarms: beta above alpha. Both 0.5 is "
    "Dice.",
    "monai.AsymmetricFocalTverskyLoss": "Two channels, background and one rare object.",
    "monai.DiceCELoss": "The usual choice for several classes: cross-entropy gives a gradient "
    "where Dice has none. Set softmax=True, so that both read logits.",
    "monai.DiceFocalLoss": "As monai.DiceCELoss, with less weight on voxels that are right.",
    "monai.DiceMetric": "To report per-class results on samples that have the class. Report false "
    "alarms beside it.",
    "monai.compute_generalized_dice": "sum_over_classes=True, to report one number for classes of "
    "different size.",
    "nnunet.MemoryEfficientSoftDiceLoss": "With cross-entropy added, as nnU-Net does. "
    "batch_dice=True where patches often lack a class.",
    "nnunet.SoftDiceLoss": "As nnunet.MemoryEfficientSoftDiceLoss.",
    "nnunet.evaluation": "To report results as nnU-Net does; say how many samples were undefined.",
    "smp.DiceLoss": "Several classes in batches large enough to hold each. Another term must "
    "punish false alarms on absent classes.",
    "smp.JaccardLoss": "As smp.DiceLoss; it falls more steeply near a perfect mask.",
    "smp.TverskyLoss": "As smp.DiceLoss, with misses and false alarms weighed.",
    "torchmetrics.dice_score": "To report a number for each sample.",
    "torchmetrics.DiceScore": 'To report one number; average="macro" and include_background=False '
    "unless you mean otherwise.",
    "torchmetrics.generalized_dice_score": "To compare with a published number only: "
    "monai.DiceMetric says what happened to empty masks.",
    "focal_tversky_unet.dice_loss": "It is recipe.dice_coef_loss with smooth=1.",
    "focal_tversky_unet.tversky_loss": "Small binary lesions, where a miss is worse than a false "
    "alarm.",
    "focal_tversky_unet.focal_tversky": "As its Tversky loss, when training stalls at a low loss: "
    "the power makes small losses count more.",
    "unified_focal.dice_loss": "A Dice loss per sample and class, with delta as the weight of "
    "misses.",
    "unified_focal.tversky_loss": "The same with delta=0.7.",
    "unified_focal.focal_tversky_loss": "Several classes of which each is present in every sample.",
    "dice_plus_plus.dice_plus_loss": "When probabilities should be calibrated: small errors cost "
    "less, so that the model need not be overconfident.",
    "jadon.log_cosh_dice_loss": "When the Dice loss is unstable: the gradient fades as the loss "
    "falls.",
    "niftynet.dice": "V-Net's loss: with squared predictions the gradient of a false voxel fades "
    "as its probability falls.",
    "niftynet.generalised_dice": "As monai.GeneralizedDiceLoss; every sample must have at least "
    "one class.",
    "surface_distance.compute_dice_coefficient": "To compare with numbers of that package.",
    "empty_mask.c0": "Where every sample is known to have the class: then it changes nothing.",
    "empty_mask.c1": "Where recognising that there is nothing is part of the task.",
    "empty_mask.positive": "To report how well objects are drawn; report false alarms beside it.",
    "empty_mask.deletion": "To report the quality of outlines alone; report misses and false "
    "alarms beside it.",
}

AXES = {
    "activation": "applied to the predictions first",
    "compare": "the values as they are, or hard masks: argmax where classes exclude each other, "
    "else p > threshold; or one of the two in any case",
    "threshold": "of hard masks",
    "clip": "keeps p in [clip, 1 - clip]",
    "clip_target": "keeps t there too",
    "background": "whether class 0 is kept",
    "classes": "keeps these classes only",
    "ignore_index": "voxels with this target do not count; of several channels also that class",
    "over": "any of space, class, batch",
    "alpha": "weight of false positives",
    "beta": "weight of false negatives",
    "power": "T and P are sums of t and p to this power",
    "error_power": "the errors of each voxel to this power (Dice++)",
    "overlap": "TP is the sum of t p, or (T + P - sum of abs(t - p)) / 2",
    "smooth_num": "added above; a number, or one per class",
    "smooth_den": "added below; a number, or one per class",
    "floor": "the least denominator",
    "weights": "of the classes: given numbers, or T, 1 / T, 1 / T^2",
    "given": "the given weights",
    "weights_on": "on the value of each class, or on numerator and denominator (generalised Dice)",
    "class_floor": "the least denominator of a class, where weights are on the ratio",
    "absent": "the weight of a class without target",
    "normalise": "a mean divides by the number of classes, or by the sum of their weights",
    "weigh_one": "whether a single class is weighted too",
    "empty": "the score where masks are empty",
    "empty_when": "where both masks are, the target is, or either is",
    "form": "d, 1 - d, -d, -log d, log cosh(1 - d)",
    "form_when": "before or after the average",
    "focal": "the power of the loss; a number, or one per class",
    "focal_when": "before or after the average",
    "log_floor": "the least d inside the logarithm",
    "reduce": "over samples and classes: mean, sum, or one after the other; or what is kept",
    "skip_nan": "whether undefined values are left out",
    "all_nan": "the mean of none; None is undefined",
    "extra": "cross-entropy or focal loss, of what Dice reads or of logits",
    "extra_weight": "its weight",
    "dice_weight": "the weight of Dice beside it",
    "gamma": "the power of the focal loss",
    "focal_alpha": "weighs what is there in it, and 1 - alpha what is not",
    "extra_given": "weights of its classes; of a binary cross-entropy, of what is there",
    "extra_normalise": "its mean divides by the number of voxels, or by the weights of their "
    "classes",
}

"""What the pages say of a family and when to use each variant: the part that is not computed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A page: the modules of the catalogue are its families.

    Attributes:
        title: of the page.
        short: a few words, for the index.
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
        "logits, so they give different numbers for the same masks. All are soft: they take "
        "predictions as they are.\n\n"
        "The parameters have the names of the originals, with two exceptions: the originals spell "
        "`gamma` as `gama`, and `mean` of `recipe.dice_coef_multilabel_loss` is an addition.",
    ),
    "keras": Family(
        "Keras",
        "the losses that come with Keras 3",
        "Both take probabilities. `over` is Keras' `axis`, written as the set of what is summed: "
        '`axis=None` is `{"space", "class", "batch"}`, `axis=(1, 2, 3)` is `{"space", "class"}`, '
        '`axis=(1, 2)` is `{"space"}`. `swapped` of `keras.Tversky` is an addition.',
    ),
    "segmentation_models": Family(
        "segmentation_models",
        "the Keras package of encoders and losses",
        "Both are soft, and sum each class over the batch unless `per_image` is true. The score is "
        "averaged before it becomes a loss.",
    ),
    "monai": Family(
        "MONAI",
        "losses and metrics of MONAI",
        "The losses take probabilities unless `sigmoid` or `softmax` is true; the metrics take "
        "hard masks. MONAI's masks are channels-first; here they are channels-last.",
    ),
    "nnunet": Family(
        "nnU-Net",
        "the Dice losses of nnU-Net v2 and the Dice that it reports",
        "The losses take probabilities here: nnU-Net applies its softmax (or sigmoid) first. Its "
        "trainer takes `batch_dice` from its plan, and passes `smooth=1e-5` and, for labels, "
        "`do_bg=False`. The classes have different defaults. `average` of "
        "`nnunet.evaluation` is an addition.",
    ),
    "smp": Family(
        "segmentation_models.pytorch",
        "the losses of segmentation_models.pytorch",
        "All sum over the batch for each class and multiply the loss of a class by whether its "
        "target is present. They compute the overlap from the difference of the masks; for targets "
        "of 0 and 1 that is the sum of t p.",
    ),
    "torchmetrics": Family(
        "TorchMetrics",
        "the segmentation metrics of TorchMetrics",
        "They take hard masks. With `average` and `aggregation_level`, one name stands for eight "
        "definitions.",
    ),
    "papers": Family(
        "Losses published with papers",
        "focal Tversky, Unified Focal, Dice++ and log-cosh, from the repositories of the papers",
        "Implementations from the repositories of papers, named by the repository.",
    ),
    "niftynet": Family(
        "NiftyNet",
        "the losses often cited for V-Net and generalised Dice",
        "Both are soft, computed per sample and averaged over the batch. `softmax` is an addition: "
        "NiftyNet always applies a softmax in the loss.",
    ),
    "evaluation": Family(
        "Dice as studies report it",
        "surface-distance, and four rules for empty masks",
        "They take hard masks and score each sample and class by itself, without a constant. They "
        "differ only in what they do with empty masks: see [empty masks](../empties.md).",
    ),
}

WHEN = {
    "recipe.dice_loss": "Training on masks in which all classes are of similar size. Where one "
    "class is much larger, it decides the loss.",
    "recipe.weighted_dice_loss": "When classes must count differently and you know the weights. "
    "Choose weights that add up to 1, or scale the learning rate.",
    "recipe.multiclass_dice_loss": "A good first choice for several classes: each counts the "
    "same, and the value does not depend on the batch size. Watch classes that are often absent.",
    "recipe.dice_loss1": "Only to understand old code; it is recipe.dice_coef_loss with "
    "smooth=1e-6.",
    "recipe.dice_loss2": "Do not use it as a loss: it compares the channels of each voxel, not "
    "regions.",
    "recipe.dice_loss3": "Only on logits, and only where no batch has an empty target.",
    "recipe.dice_loss4": "With gamma=2, as a squared loss for binary masks; with gamma=1 it is "
    "recipe.dice_coef_loss with smooth=1e-6.",
    "recipe.dice_coef": "To understand a training log that has it. In a report it hides small "
    "objects and depends on the batch size.",
    "recipe.dice_coef_loss": "Binary masks with few voxels in each image, where a loss per sample "
    "is too noisy. Choose smooth well below the size of the smallest object.",
    "recipe.neg_dice_coef": "It has the same gradient as recipe.dice_coef_loss; choose that one if "
    "the loss should not be negative.",
    "recipe.neg_log_dice_coef": "When the gradient should grow as the score falls. It needs a "
    "smooth above 0.",
    "recipe.dice_coef_multilabel": "To understand a training log that has it; divide by the number "
    "of classes.",
    "recipe.dice_coef_multilabel_loss": "With mean=True: every class counts the same, and a class "
    "that is absent from one sample does no harm if another sample of the batch has it.",
    "keras.Dice": "Binary masks that are rarely empty. For several classes, pass "
    'over={"space", "batch"} or {"space"}.',
    "keras.Tversky": "To weigh false positives against false negatives. Write swapped=False, or "
    "check which Keras you run.",
    "segmentation_models.DiceLoss": "Several classes, of which some are absent from many images: "
    "the batch is summed first. Keep the batch size fixed when you compare runs.",
    "segmentation_models.JaccardLoss": "As segmentation_models.DiceLoss; it falls more steeply "
    "near a perfect mask.",
    "monai.DiceLoss": "A good first choice: it scores each sample and class. Set batch=True if "
    "many samples lack a class.",
    "monai.MaskedDiceLoss": "When part of an image is not annotated: pass the annotated part as "
    "mask.",
    "monai.GeneralizedDiceLoss": "Classes of very different size that are all present in nearly "
    "every sample.",
    "monai.TverskyLoss": "When misses are worse than false alarms: set beta above alpha. With both "
    "0.5 it is Dice.",
    "monai.AsymmetricFocalTverskyLoss": "Two channels, background and one rare object.",
    "monai.DiceCELoss": "The usual choice for several classes: cross-entropy gives a gradient "
    "where Dice has none. Set softmax=True: then both parts take logits.",
    "monai.DiceFocalLoss": "As monai.DiceCELoss, with less weight on voxels that are right.",
    "monai.DiceMetric": "To report per-class results on samples that have the class. Report false "
    "alarms as well.",
    "monai.compute_generalized_dice": "With sum_over_classes=True, to report one number for "
    "classes of different size.",
    "nnunet.MemoryEfficientSoftDiceLoss": "With cross-entropy added, as nnU-Net does. "
    "batch_dice=True where patches often lack a class.",
    "nnunet.SoftDiceLoss": "As nnunet.MemoryEfficientSoftDiceLoss.",
    "nnunet.evaluation": "To report results as nnU-Net does; say how many samples were undefined.",
    "smp.DiceLoss": "Several classes, in batches large enough to hold each of them. Add a term "
    "that penalises false alarms on absent classes.",
    "smp.JaccardLoss": "As smp.DiceLoss; it falls more steeply near a perfect mask.",
    "smp.TverskyLoss": "As smp.DiceLoss, with separate weights for misses and false alarms.",
    "torchmetrics.dice_score": "To report one number per sample.",
    "torchmetrics.DiceScore": "To report one number. Unless you have a reason not to, set "
    'average="macro" and include_background=False.',
    "torchmetrics.generalized_dice_score": "Only to compare with a published number. For a new "
    "report use monai.DiceMetric, which leaves empty targets out.",
    "focal_tversky_unet.dice_loss": "It is recipe.dice_coef_loss with smooth=1.",
    "focal_tversky_unet.tversky_loss": "Small binary lesions, where a miss is worse than a false "
    "alarm.",
    "focal_tversky_unet.focal_tversky": "As its Tversky loss, when training stalls at a low loss: "
    "the power makes small losses count more.",
    "unified_focal.dice_loss": "As a Dice loss per sample and class, with delta as the weight of "
    "misses.",
    "unified_focal.tversky_loss": "As unified_focal.dice_loss, with delta=0.7.",
    "unified_focal.focal_tversky_loss": "Several classes, each present in every sample.",
    "dice_plus_plus.dice_plus_loss": "When probabilities should be calibrated: small errors cost "
    "less, so the model has no reason to be overconfident.",
    "jadon.log_cosh_dice_loss": "When the Dice loss is unstable: the gradient fades as the loss "
    "falls.",
    "niftynet.dice": "V-Net's loss: with squared predictions the gradient of a false voxel fades "
    "as its probability falls.",
    "niftynet.generalised_dice": "As monai.GeneralizedDiceLoss; every sample must have at least "
    "one class.",
    "surface_distance.compute_dice_coefficient": "To compare with numbers of that package.",
    "empty_mask.c0": "Only when every sample is known to have the class; then it changes nothing.",
    "empty_mask.c1": "When recognising that there is nothing is part of the task.",
    "empty_mask.positive": "To report how well objects are drawn; report false alarms as well.",
    "empty_mask.deletion": "To report the quality of outlines alone; report misses and false "
    "alarms as well.",
}

AXES = {
    "activation": "is applied to the predictions first",
    "compare": "soft: the values as they are; hard: argmax where classes exclude each other, and "
    "p > threshold where they may overlap; threshold, argmax: that one always",
    "threshold": "a class is drawn where p is above it",
    "clip": "keeps p in [clip, 1 - clip]",
    "clip_target": "whether t is clipped as well",
    "background": "whether class 0 is kept",
    "classes": "the classes that are kept; None keeps all",
    "ignore_index": "voxels with this target do not count; if there are several channels, neither "
    "does that class",
    "over": "the axes that are summed: any of space, class, batch",
    "alpha": "the weight of false positives",
    "beta": "the weight of false negatives",
    "power": "T and P are sums of t and p to this power",
    "error_power": "the errors of each voxel are taken to this power (Dice++)",
    "overlap": "TP is the sum of t p, or (T + P - sum of abs(t - p)) / 2",
    "smooth_num": "added above; a number, or one per class",
    "smooth_den": "added below; a number, or one per class",
    "floor": "the smallest denominator",
    "weights": "the weights of the classes: given numbers, or T, 1 / T, 1 / T^2",
    "given": "the given weights",
    "weights_on": "they multiply the value of each class, or its numerator and denominator "
    "(generalised Dice)",
    "class_floor": "the smallest denominator of a class, if weights are on the ratio",
    "absent": "the weight of a class without target",
    "normalise": "a mean divides by the number of classes, or by the sum of their weights",
    "weigh_one": "whether a single class is weighted too",
    "empty": "the score where masks are empty",
    "empty_when": "when they count as empty: if both are, if the target is, or if either is",
    "form": "d, 1 - d, -d, -log d, log cosh(1 - d)",
    "form_when": "whether that is applied before or after the average",
    "focal": "the power of the loss; a number, or one per class",
    "focal_when": "whether that is applied before or after the average",
    "log_floor": "the smallest d inside the logarithm",
    "reduce": "mean or sum over samples and classes, together or one after the other; or what is "
    "kept",
    "skip_nan": "whether undefined values are left out",
    "all_nan": "the mean where all values are undefined; None leaves it undefined",
    "extra": "a cross-entropy or focal loss, of the values that Dice uses or of logits",
    "extra_weight": "the weight of that loss",
    "dice_weight": "the weight of the Dice loss",
    "gamma": "the power of the focal loss",
    "focal_alpha": "the weight, in the focal loss, of what is there; what is not has 1 - alpha",
    "extra_given": "the weights of the classes in that loss; in a binary cross-entropy, the weight "
    "of what is there",
    "extra_normalise": "the mean of that loss divides by the number of voxels, or by the sum of "
    "the weights of their classes",
}

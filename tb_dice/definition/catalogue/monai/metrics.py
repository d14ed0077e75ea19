"""MONAI's metrics. They take hard masks."""

from functools import partial

from tb_dice.definition.catalogue import registry
from tb_dice.definition.catalogue.monai.losses import GENERALIZED, ORIGIN, over
from tb_dice.definition.catalogue.registry import one_of
from tb_dice.definition.spec import DiceSpec

_REDUCE = {
    "none": "none",
    "mean": "class_then_batch",
    "sum": "sum",
    "mean_batch": "per_class",
    "sum_batch": "sum_per_class",
    "mean_channel": "per_sample",
    "sum_channel": "sum_per_sample",
}

entry = partial(registry.entry, origin=ORIGIN)


@entry(
    "monai.DiceMetric",
    empty="undefined, left out of the mean; with ignore_empty=False score 1",
    fault="ignore_empty drops every sample whose *target* lacks the class, so false alarms on it"
    " do not count. If nothing is left, the mean is 0.",
    idle=("num_classes", "get_not_nans"),
    refused={
        "return_with_label": (False, "the values come as an array, in the order of the classes"),
        "per_component": (False, "single objects are not scored here"),
    },
)
def _dice_metric(
    include_background: bool = True,
    reduction: str = "mean",
    ignore_empty: bool = True,
    ignore_index: int | None = None,
) -> DiceSpec:
    """Hard Dice per sample and class, averaged over classes, then over samples."""
    return DiceSpec.of(
        compare="hard",
        ignore_index=ignore_index,
        background=include_background,
        empty="nan" if ignore_empty else "one",
        empty_when="target" if ignore_empty else "both",
        reduce=one_of("reduction", reduction, _REDUCE),
        skip_nan=True,
        all_nan=0,
    )


@entry(
    "monai.compute_generalized_dice",
    empty="score 1",
    fault="Without sum_over_classes the weights cancel, which leaves plain Dice per class.",
    idle=("epsilon",),
    refused={"ignore_index": (None, "leave the voxels out with `mask`")},
)
def _compute_generalized_dice(
    include_background: bool = True, weight_type: str = "square", sum_over_classes: bool = False
) -> DiceSpec:
    """Generalised Dice score of hard masks, per sample (and class)."""
    return DiceSpec.of(
        compare="hard",
        background=include_background,
        over=over(False, "class") if sum_over_classes else over(False),
        weights=one_of("weight_type", weight_type, GENERALIZED) if sum_over_classes else "none",
        weights_on="ratio",
        absent="max_or_one",
        empty="one",
        reduce="none",
    )

"""``torchmetrics.*``: the segmentation metrics of TorchMetrics 1.9.0, on hard masks."""

from functools import partial
from typing import Any

from tb_dice.definition.catalogue import registry
from tb_dice.definition.catalogue.registry import one_of, same_parameters
from tb_dice.definition.spec import DiceSpec

_AVERAGES = ("micro", "macro", "weighted", "none", None)
_LEVELS = {"samplewise": {"space"}, "global": {"space", "batch"}}

entry = partial(
    registry.entry,
    origin="TorchMetrics 1.9.0",
    idle=("num_classes", "input_format"),  # both are told by the shapes
)


@entry(
    "torchmetrics.dice_score",
    empty="undefined; macro leaves it out",
    fault='micro on one-hot masks with the background is pixel accuracy. "weighted" gives absent'
    " classes no weight, so that false alarms on them do not count.",
)
def _dice_score(
    include_background: bool = True,
    average: str | None = "macro",
    aggregation_level: str = "samplewise",
) -> DiceSpec:
    """Hard Dice per sample; averaged over classes as `average` says."""
    over = one_of("aggregation_level", aggregation_level, _LEVELS)
    one_of("average", average, dict.fromkeys(_AVERAGES))
    return DiceSpec.of(
        compare="hard",
        background=include_background,
        over=over | {"class"} if average == "micro" else over,
        weights="support" if average == "weighted" else "none",
        normalise="weights",
        reduce="none" if average in ("none", None) else "per_sample",
        skip_nan=True,
    )


@entry(
    "torchmetrics.DiceScore",
    empty="undefined, left out of the mean",
    fault="The faults of torchmetrics.dice_score.",
)
@same_parameters(_dice_score)
def _dice_score_metric(average: str | None = "macro", **params: Any) -> DiceSpec:
    """torchmetrics.dice_score of all samples, averaged over those where it is defined."""
    reduce = "per_class" if average in ("none", None) else "class_then_batch"
    return _dice_score(average=average, **params).replace(reduce=reduce)


@entry(
    "torchmetrics.generalized_dice_score",
    empty="score 0",
    fault="Empty masks score 0. With per_class=False, its default, an absent class gets the weight"
    " of a different class (a transposed table), so only per_class=True is offered here.",
)
def _generalized_dice_score(
    include_background: bool = True, per_class: bool = True, weight_type: str = "square"
) -> DiceSpec:
    """Hard Dice per sample and class: with per_class=True its weights cancel."""
    one_of("weight_type", weight_type, {name: name for name in ("square", "simple", "linear")})
    if not per_class:
        raise ValueError(
            "Expected `per_class` to be true, since without it the original weighs absent classes"
            " by a transposed table. Received: False."
        )
    return DiceSpec.of(compare="hard", background=include_background, empty="zero", reduce="none")

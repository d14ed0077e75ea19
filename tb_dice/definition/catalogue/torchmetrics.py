"""``torchmetrics.*``: the segmentation metrics of TorchMetrics 1.9.0, on hard masks."""

from tb_dice.definition.catalogue.registry import entry, one_of
from tb_dice.definition.spec import DiceSpec

_ORIGIN = "TorchMetrics 1.9.0"
_IDLE = ("num_classes", "input_format")  # the shapes show both
_AVERAGES = ("micro", "macro", "weighted", "none", None)
_LEVELS = {"samplewise": {"space"}, "global": {"space", "batch"}}


def _spec(include_background: bool, average: str | None, aggregation_level: str) -> DiceSpec:
    over = one_of("aggregation_level", aggregation_level, _LEVELS)
    one_of("average", average, dict.fromkeys(_AVERAGES))
    return DiceSpec.of(
        compare="hard",
        background=include_background,
        over=over | {"class"} if average == "micro" else over,
        weights="support" if average == "weighted" else "none",
        normalise="weights",
        skip_nan=True,
    )


@entry(
    "torchmetrics.dice_score",
    summary="Hard Dice per sample; averaged over classes as `average` says",
    origin=_ORIGIN,
    empty="undefined; macro leaves it out",
    fault='"micro" on one-hot masks with the background is pixel accuracy. "weighted" gives absent'
    " classes no weight, so false alarms on them do not count.",
    idle=_IDLE,
)
def _dice_score(
    include_background: bool = True,
    average: str | None = "macro",
    aggregation_level: str = "samplewise",
) -> DiceSpec:
    spec = _spec(include_background, average, aggregation_level)
    return spec.replace(reduce="none" if average in ("none", None) else "per_sample")


@entry(
    "torchmetrics.DiceScore",
    summary="torchmetrics.dice_score of all samples, averaged over those where it is defined",
    origin=_ORIGIN,
    empty="undefined, left out of the mean",
    fault="The faults of torchmetrics.dice_score.",
    idle=_IDLE,
)
def _dice_score_metric(
    include_background: bool = True,
    average: str | None = "macro",
    aggregation_level: str = "samplewise",
) -> DiceSpec:
    spec = _spec(include_background, average, aggregation_level)
    return spec.replace(reduce="per_class" if average in ("none", None) else "class_then_batch")


@entry(
    "torchmetrics.generalized_dice_score",
    summary="Hard Dice per sample and class: with per_class=True its weights cancel",
    origin=_ORIGIN,
    empty="score 0",
    fault="Empty masks score 0. With per_class=False, its default, an absent class gets the weight"
    " of a different class (a transposed table), so only per_class=True is offered here.",
    idle=_IDLE,
)
def _generalized_dice_score(
    include_background: bool = True, per_class: bool = True, weight_type: str = "square"
) -> DiceSpec:
    one_of("weight_type", weight_type, {name: name for name in ("square", "simple", "linear")})
    if not per_class:
        raise ValueError(
            "Expected `per_class` to be true, since without it the original weighs absent classes"
            " by a transposed table. Received: False."
        )
    return DiceSpec.of(compare="hard", background=include_background, empty="zero", reduce="none")

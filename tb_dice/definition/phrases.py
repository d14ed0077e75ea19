"""One phrase for each answer, used to describe a definition and to compare two."""

from tb_dice.definition.questions import Answers, Numbers

FORMS = {
    "score": "{}",
    "one_minus": "1 - {}",
    "minus": "-{}",
    "minus_log": "-log({})",
    "log_cosh": "log cosh(1 - {})",
}
_REDUCE = {
    "mean": "mean",
    "sum": "sum",
    "sum_classes": "sum over classes, mean over samples",
    "class_then_batch": "mean over classes, then over samples",
    "batch_then_class": "mean over samples, then over classes",
    "per_class": "mean over samples, per class",
    "per_sample": "mean over classes, per sample",
    "sum_per_class": "sum over samples, per class",
    "sum_per_sample": "sum over classes, per sample",
    "none": "not averaged",
}
_WEIGHTS = {"support": "w = T", "inverse": "w = 1 / T", "inverse_square": "w = 1 / T^2"}
_ABSENT = {
    "max": "the largest",
    "zero": "0",
    "one": "1",
    "max_or_one": "the largest, or by 1 if all are absent",
}
_EMPTY = {"nan": "undefined", "zero": "0", "one": "1"}
_EMPTY_WHEN = {"both": "both masks are", "target": "the target is", "either": "either mask is"}
_EXTRA = {
    "cross_entropy": "cross-entropy",
    "focal": "focal loss",
    "logit_cross_entropy": "cross-entropy of the logits",
    "logit_focal": "focal loss of the logits",
}


def number(number: Numbers, each: str = "") -> str:
    """One number, or one per class in brackets, followed by ``each``."""
    if isinstance(number, tuple):
        return f"({', '.join(f'{one:g}' for one in number)}{each})"
    return f"{number:g}"


def compare(spec: Answers) -> str:
    """Soft or hard, and how masks become hard."""
    threshold = spec.compared.threshold
    return f"p > {threshold:g}" if spec.compared.compare == "threshold" else spec.compared.compare


def activation(spec: Answers) -> str:
    """What is applied to the predictions first."""
    return spec.compared.activation


def clip(spec: Answers) -> str:
    """What keeps p, and t, away from 0 and 1."""
    clip = spec.compared.clip
    both = "p and t" if spec.compared.clip_target else "p"
    return f"{both} kept in [{clip:g}, 1 - {clip:g}]" if clip else "none"


def classes(spec: Answers) -> str:
    """Which classes count."""
    if spec.compared.classes is not None:
        return f"classes {', '.join(map(str, spec.compared.classes))}"
    return "all" if spec.compared.background else "without class 0"


def ignored(spec: Answers) -> str:
    """Which voxels count."""
    ignored = spec.compared.ignore_index
    return "all" if ignored is None else f"without voxels whose target is {ignored}"


def power(spec: Answers) -> str:
    """What T and P are."""
    exponent = "" if spec.ratio.power == 1 else f"^{spec.ratio.power:g}"
    return f"sums of t{exponent} and p{exponent}"


def error_power(spec: Answers) -> str:
    """What becomes of the errors before they are summed."""
    return f"to the power {spec.ratio.error_power:g}"


def overlap(spec: Answers) -> str:
    """What TP is of soft masks."""
    if spec.ratio.overlap == "difference":
        return "TP = (T + P - sum |t - p|) / 2"
    return "TP = sum t p"


def smooth(spec: Answers) -> str:
    """What is added above and below."""
    above, below = number(spec.ratio.smooth_num), number(spec.ratio.smooth_den)
    return above if above == below else f"{above} above, {below} below"


def weights(spec: Answers) -> str:
    """What weighs the classes, on which side of the ratio, and what an absent class weighs."""
    weighting = spec.weighting
    on_ratio = weighting.weights_on == "ratio"
    least = weighting.class_floor if on_ratio else 0
    floor = f"the denominator of a class at least {least:g}" if least else ""
    if weighting.weights == "none":
        return floor or "none"
    by = _WEIGHTS.get(weighting.weights) or (
        "given numbers" if weighting.given is None else f"w = {number(weighting.given)}"
    )
    parts = [f"{'numerator and denominator' if on_ratio else 'classes'} weighted by {by}"]
    if weighting.weights.startswith("inverse"):
        parts.append(f"an absent class by {_ABSENT[weighting.absent]}")
    if weighting.normalise == "weights" and not on_ratio:
        parts.append("the mean divided by the sum of the weights")
    return ", ".join([*parts, floor] if floor else parts)


def empty(spec: Answers) -> str:
    """The score where masks are empty."""
    if spec.empties.empty == "formula":
        return "the formula"
    return f"{_EMPTY[spec.empties.empty]} where {_EMPTY_WHEN[spec.empties.empty_when]} empty"


def form(spec: Answers) -> str:
    """Score or loss."""
    outcome = spec.outcome
    after = outcome.form_when == "after" and outcome.form != "score"
    floor = f", score at least {outcome.log_floor:g}" if outcome.log_floor else ""
    return f"{FORMS[outcome.form].format('score')}{floor}{' after averaging' if after else ''}"


def focal(spec: Answers) -> str:
    """The power of the loss."""
    if spec.outcome.focal == 1:
        return "1"
    after = " after averaging" if spec.outcome.focal_when == "after" else ""
    return f"{number(spec.outcome.focal)}{after}"


def reduce(spec: Answers) -> str:
    """What is averaged or summed, in which order."""
    return _REDUCE[spec.averaged.reduce]


def undefined(spec: Answers) -> str:
    """What undefined scores do to a mean."""
    if not spec.averaged.skip_nan:
        return "make the mean undefined"
    none = spec.averaged.all_nan
    return "skipped" if none is None else f"skipped, {none:g} if all are"


def extra(spec: Answers) -> str:
    """The name of the added loss."""
    return _EXTRA.get(spec.compound.extra, "none")


def compound(spec: Answers) -> str:
    """The added loss with its weights and its own parameters."""
    compound = spec.compound
    if compound.extra == "none":
        return "none"
    parts = [f"{compound.dice_weight:g} Dice + {compound.extra_weight:g} {extra(spec)}"]
    if compound.extra.endswith("focal"):
        parts.append(f"gamma {compound.gamma:g}")
        if compound.focal_alpha is not None:
            parts.append(f"alpha {compound.focal_alpha:g}")
    if compound.extra_given is not None:
        parts.append(f"its classes weighted by {number(compound.extra_given)}")
        if compound.extra_normalise == "weights":
            parts.append("their mean divided by the sum of the weights")
    return ", ".join(parts)

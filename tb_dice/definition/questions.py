"""The questions on which implementations of Dice differ, and the answers that each one allows.

One small frozen dataclass per question. The names of their fields, the *axes*, are unique over all
questions, and where an axis has closed choices, its type lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, get_args, get_origin, get_type_hints

Numbers = float | tuple[float, ...]
Activation = Literal["none", "sigmoid", "softmax"]
ActivationOrAuto = Literal["auto"] | Activation
Dimension = Literal["space", "class", "batch"]
Normalise = Literal["count", "weights"]
When = Literal["before", "after"]
Reduce = Literal[
    "mean",
    "sum",
    "sum_classes",
    "class_then_batch",
    "batch_then_class",
    "per_class",
    "per_sample",
    "sum_per_class",
    "sum_per_sample",
    "none",
]

SUM_OF_CLASSES: tuple[Reduce, ...] = ("sum", "sum_classes")
PER_SAMPLE: tuple[Reduce, ...] = ("per_sample", "sum_per_sample")
SEVERAL: tuple[Reduce, ...] = (*PER_SAMPLE, "per_class", "sum_per_class", "none")
NOT_A_MEAN_OF_SAMPLES: tuple[Reduce, ...] = (*PER_SAMPLE, "sum", "sum_per_class", "none")


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared?

    ``compare``: "soft" takes the values as they are; "threshold" ``p > threshold``; "argmax" the
    largest channel; "hard" argmax where classes exclude each other, else the threshold. ``clip``
    keeps p (and t, with ``clip_target``) in [clip, 1 - clip]. ``background=False`` leaves class 0
    out; ``classes`` keeps these only. ``ignore_index`` is a target value whose voxels do not count;
    with one channel per class, so is the class of that index.
    """

    activation: Activation = "none"
    compare: Literal["soft", "hard", "threshold", "argmax"] = "hard"
    threshold: float = 0.5
    clip: float = 0.0
    clip_target: bool = False
    background: bool = True
    classes: tuple[int, ...] | None = None
    ignore_index: int | None = None


@dataclass(frozen=True, slots=True)
class Summed:
    """What is summed together before dividing? Any of "space", "class", "batch"."""

    over: frozenset[Dimension] = frozenset({"space"})


@dataclass(frozen=True, slots=True)
class Ratio:
    """Which ratio? ``smooth_num`` and ``smooth_den`` are numbers, or one per class."""

    alpha: float = 0.5
    beta: float = 0.5
    power: float = 1.0
    error_power: float = 1.0
    overlap: Literal["product", "difference"] = "product"
    smooth_num: Numbers = 0.0
    smooth_den: Numbers = 0.0
    floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Weighting:
    """Are classes weighted?

    ``weights_on``: the losses, or numerator and denominator (generalised Dice; there
    ``class_floor`` is the least denominator of a class). ``absent`` is the weight of a class
    without target voxels; "max_or_one" is 1 where no class is present. ``normalise``: a mean
    divides by the number of classes, or by the sum of their weights. ``weigh_one=False`` leaves the
    weight out where a single class is kept.
    """

    weights: Literal["none", "given", "support", "inverse", "inverse_square"] = "none"
    given: tuple[float, ...] | None = None
    weights_on: Literal["loss", "ratio"] = "loss"
    class_floor: float = 0.0
    absent: Literal["max", "zero", "one", "max_or_one"] = "max"
    normalise: Normalise = "count"
    weigh_one: bool = True


@dataclass(frozen=True, slots=True)
class Empties:
    """And if it is empty? The score where both masks, the target's, or either one are empty."""

    empty: Literal["formula", "nan", "zero", "one"] = "formula"
    empty_when: Literal["both", "target", "either"] = "both"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Score or loss? ``focal`` is the power of the loss, a number or one per class."""

    form: Literal["score", "one_minus", "minus", "minus_log", "log_cosh"] = "score"
    form_when: When = "before"
    focal: Numbers = 1.0
    focal_when: When = "before"
    log_floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Averaged:
    """Averaged how? ``skip_nan`` leaves undefined values out; ``all_nan`` is the mean of none.

    None means undefined, since with NaN a spec would not equal itself.
    """

    reduce: Reduce = "mean"
    skip_nan: bool = False
    all_nan: float | None = None


@dataclass(frozen=True, slots=True)
class Compound:
    """Is another loss added to the average? ``dice_weight * dice + extra_weight * extra``.

    "cross_entropy" and "focal" read the predictions as Dice does: binary per channel if classes may
    overlap, else over the channels. The "logit_" forms always take them as logits: cross-entropy
    uses a softmax over several channels, else a sigmoid; focal uses a sigmoid.

    ``extra_given`` are weights of its classes (of a binary cross-entropy: of the positives);
    ``extra_normalise``: a mean divides by the number of voxels, or by the weights of their classes.
    ``focal_alpha`` weighs what is there in the focal loss, and 1 - alpha what is not.
    """

    extra: Literal["none", "cross_entropy", "focal", "logit_cross_entropy", "logit_focal"] = "none"
    extra_weight: float = 1.0
    dice_weight: float = 1.0
    gamma: float = 2.0
    focal_alpha: float | None = None
    extra_given: tuple[float, ...] | None = None
    extra_normalise: Normalise = "count"


@dataclass(frozen=True, slots=True)
class Answers:
    """An answer to each question."""

    compared: Compared = field(default_factory=Compared)
    summed: Summed = field(default_factory=Summed)
    ratio: Ratio = field(default_factory=Ratio)
    weighting: Weighting = field(default_factory=Weighting)
    empties: Empties = field(default_factory=Empties)
    outcome: Outcome = field(default_factory=Outcome)
    averaged: Averaged = field(default_factory=Averaged)
    compound: Compound = field(default_factory=Compound)


_AXES = [(home, axis) for home, part in get_type_hints(Answers).items() for axis in fields(part)]
HOME: Mapping[str, str] = {axis.name: home for home, axis in _AXES}
CHOICES: Mapping[str, tuple[str, ...]] = {
    axis.name: get_args(axis.type) for _, axis in _AXES if get_origin(axis.type) is Literal
}

"""The one definition of Dice: the questions on which implementations differ, and an answer to each.

    score = (2 TP + smooth_num) / (2 TP + 2 alpha FP + 2 beta FN + smooth_den)

``DiceSpec`` holds one small frozen dataclass per question. The names of their fields, the *axes*,
are unique over all questions, so that a spec is made, changed and shown by flat names:
``DiceSpec.of(smooth_num=1.0)``, ``spec.replace(over={"space", "batch"})``, ``spec.axes()``.
The arithmetic is in ``tb_dice.definition.stages``.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from tb_dice.definition.expected import flag, refusal, whole

SOFT_SUMS = (
    "intersection",
    "true_sum",
    "pred_sum",
    "true_sq_sum",
    "pred_sq_sum",
    "abs_diff_sum",
    "true_pred_sq_sum",
    "true_log_pred_sum",
)
HARD_SUMS = ("hard_intersection", "hard_true_sum", "hard_pred_sum")
SUMS = SOFT_SUMS + HARD_SUMS

CHOICES: Mapping[str, tuple[str, ...]] = {
    "activation": ("none", "sigmoid", "softmax"),
    "compare": ("soft", "hard", "threshold", "argmax"),
    "overlap": ("product", "difference"),
    "weights": ("none", "given", "support", "inverse", "inverse_square"),
    "weights_on": ("loss", "ratio"),
    "absent": ("max", "zero", "one", "max_or_one"),
    "normalise": ("count", "weights"),
    "extra_normalise": ("count", "weights"),
    "empty": ("formula", "nan", "zero", "one"),
    "empty_when": ("both", "target", "either"),
    "form": ("score", "one_minus", "minus", "minus_log", "log_cosh"),
    "form_when": ("before", "after"),
    "focal_when": ("before", "after"),
    "reduce": (
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
    ),
    "extra": ("none", "cross_entropy", "focal", "logit_cross_entropy", "logit_focal"),
}

Numbers = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared?

    ``compare``: "soft" takes the values as they are; "threshold" ``p > threshold``; "argmax" the
    largest channel; "hard" argmax where classes exclude each other, else the threshold. ``clip``
    keeps p (and t, with ``clip_target``) in [clip, 1 - clip]. ``background=False`` leaves class 0
    out; ``classes`` keeps these only. ``ignore_index`` is a target value whose voxels do not count;
    beside one channel per class also the class of that index.
    """

    activation: str = "none"
    compare: str = "hard"
    threshold: float = 0.5
    clip: float = 0.0
    clip_target: bool = False
    background: bool = True
    classes: tuple[int, ...] | None = None
    ignore_index: int | None = None


@dataclass(frozen=True, slots=True)
class Summed:
    """What is summed together before dividing? Any of "space", "class", "batch"."""

    over: frozenset[str] = frozenset({"space"})


@dataclass(frozen=True, slots=True)
class Ratio:
    """Which ratio? ``smooth_num`` and ``smooth_den`` are numbers, or one per class."""

    alpha: float = 0.5
    beta: float = 0.5
    power: float = 1.0
    error_power: float = 1.0
    overlap: str = "product"
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

    weights: str = "none"
    given: tuple[float, ...] | None = None
    weights_on: str = "loss"
    class_floor: float = 0.0
    absent: str = "max"
    normalise: str = "count"
    weigh_one: bool = True


@dataclass(frozen=True, slots=True)
class Empties:
    """And if it is empty? The score where both masks, the target's, or either one are empty."""

    empty: str = "formula"
    empty_when: str = "both"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Score or loss? ``focal`` is the power of the loss, a number or one per class."""

    form: str = "score"
    form_when: str = "before"
    focal: Numbers = 1.0
    focal_when: str = "before"
    log_floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Averaged:
    """Averaged how? ``skip_nan`` leaves undefined values out; ``all_nan`` is the mean of none."""

    reduce: str = "mean"
    skip_nan: bool = False
    all_nan: float = math.nan


@dataclass(frozen=True, slots=True)
class Compound:
    """Is another loss added to the average? ``dice_weight * dice + extra_weight * extra``.

    "cross_entropy" and "focal" read the predictions as Dice does: binary per channel where classes
    may overlap, else over the channels. The "logit_" forms take them for logits whatever Dice does:
    cross-entropy the softmax over several channels, else the sigmoid; focal the sigmoid.

    ``extra_given`` are weights of its classes (of a binary cross-entropy: of the positives);
    ``extra_normalise``: a mean divides by the number of voxels, or by the weights of their classes.
    ``focal_alpha`` weighs what is there in the focal loss, and 1 - alpha what is not.
    """

    extra: str = "none"
    extra_weight: float = 1.0
    dice_weight: float = 1.0
    gamma: float = 2.0
    focal_alpha: float | None = None
    extra_given: tuple[float, ...] | None = None
    extra_normalise: str = "count"


@dataclass(frozen=True, slots=True)
class DiceSpec:
    """A definition of Dice, hashable; equal specs give equal numbers."""

    compared: Compared = field(default_factory=Compared)
    summed: Summed = field(default_factory=Summed)
    ratio: Ratio = field(default_factory=Ratio)
    weighting: Weighting = field(default_factory=Weighting)
    empties: Empties = field(default_factory=Empties)
    outcome: Outcome = field(default_factory=Outcome)
    averaged: Averaged = field(default_factory=Averaged)
    compound: Compound = field(default_factory=Compound)

    @classmethod
    def of(cls, **axes: Any) -> "DiceSpec":
        """Make a spec from axes by their flat names; the rest keeps its default.

        Raises:
            ValueError: for an unknown axis or a value outside its choices or range.
        """
        return cls().replace(**axes)

    def replace(self, **axes: Any) -> "DiceSpec":
        """The same definition with some axes changed. Raises as ``of``."""
        changed: dict[str, dict[str, Any]] = {}
        for name, value in axes.items():
            if name not in _HOME:
                raise ValueError(
                    f"Expected an axis of Dice{nearest(name, _HOME)} Received: {name!r}."
                )
            changed.setdefault(_HOME[name], {})[name] = axis_value(name, value)
        parts = {home: replace(getattr(self, home), **values) for home, values in changed.items()}
        return replace(self, **parts)

    def axes(self) -> dict[str, Any]:
        """All axes as a flat dict of JSON values; ``DiceSpec.of(**spec.axes()) == spec``."""
        return {name: _plain(getattr(getattr(self, home), name)) for name, home in _HOME.items()}

    def formula(self) -> str:
        """The ratio in short, such as ``2 TP / (2 TP + FP + FN)``."""
        from tb_dice.definition import wording

        return wording.formula(self)

    def words(self) -> str:
        """One line on how it is summed and averaged."""
        from tb_dice.definition import wording

        return wording.words(self)


def axis_value(name: str, value: Any) -> Any:
    """The value of an axis as a spec holds it.

    Raises:
        ValueError: saying what was expected.
    """
    read = _READ.get(name) or _numbers
    try:
        return read(name, value)
    except TypeError as error:
        raise refusal(name, _KIND.get(name, "a number"), value) from error


def nearest(name: str, names: Iterable[str]) -> str:
    """The end of a sentence in an error: ``; did you mean 'a' or 'b'?``, or a full stop."""
    close = get_close_matches(name, list(names), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else "."


_QUESTIONS: Mapping[str, type] = {
    "compared": Compared,
    "summed": Summed,
    "ratio": Ratio,
    "weighting": Weighting,
    "empties": Empties,
    "outcome": Outcome,
    "averaged": Averaged,
    "compound": Compound,
}
_HOME = {axis.name: home for home, part in _QUESTIONS.items() for axis in fields(part)}
_PER_CLASS = ("smooth_num", "smooth_den", "focal")
_BELOW = {"clip": 0.5, "threshold": 1.0}
_KIND = {
    **dict.fromkeys(("given", "extra_given"), "numbers, one per class"),
    "classes": "a tuple of class indices, such as (1,)",
    "over": "a set of 'space', 'class', 'batch'",
}


def _choice(name: str, value: Any) -> str:
    if value not in CHOICES[name]:
        raise refusal(name, f"one of {CHOICES[name]}", value)
    return str(value)


def _over(name: str, value: Any) -> frozenset[str]:
    over = frozenset([value] if isinstance(value, str) else value)
    if not over or not over <= {"space", "class", "batch"}:
        raise refusal(name, _KIND[name], value)
    return over


def _classes(name: str, value: Any) -> tuple[int, ...] | None:
    classes = None if value is None else tuple(operator.index(v) for v in value)
    if classes is not None and (not classes or min(classes) < 0):
        raise refusal(name, _KIND[name], value)
    return classes


def _index(name: str, value: Any) -> int | None:
    return None if value is None else whole(name, value)


def _given(name: str, value: Any) -> Numbers | None:
    return None if value is None else _numbers(name, value)


def _all_nan(name: str, value: Any) -> float:
    number = math.nan if value is None else float(value)
    return math.nan if math.isnan(number) else number


def _numbers(name: str, value: Any) -> Numbers:
    """One number, or for the axes that allow it one per class; within its range."""
    if isinstance(value, str | Mapping | Set):
        raise TypeError(value)
    many = name in ("given", "extra_given") or (name in _PER_CLASS and _is_row(value))
    numbers = tuple(float(v) for v in value) if many else (float(value),)
    top = _BELOW.get(name, math.inf)
    if not all(0.0 <= v < top for v in numbers):
        limits = f"at least 0 and below {top:g}" if name in _BELOW else ">= 0 and finite"
        cure = "It is a probability: write 0.5 for 50 %." if name == "threshold" else ""
        raise refusal(name, limits, value, cure)
    return numbers if many else numbers[0]


def _is_row(value: Any) -> bool:
    return getattr(value, "ndim", 1) > 0 and hasattr(value, "__len__")


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


_READ: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(("clip_target", "background", "weigh_one", "skip_nan"), flag),
    "over": _over,
    "classes": _classes,
    "ignore_index": _index,
    **dict.fromkeys(("given", "extra_given", "focal_alpha"), _given),
    "all_nan": _all_nan,
}

DEFAULT = DiceSpec.of(empty="nan", skip_nan=True)

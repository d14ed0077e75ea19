"""The one definition of Dice: the questions on which implementations differ, and an answer to each.

    score = (2 TP + smooth_num) / (2 TP + 2 alpha FP + 2 beta FN + smooth_den)

A spec is made, changed and shown by the names of its axes (``tb_dice.definition.questions``):
``DiceSpec.of(smooth_num=1.0)``, ``spec.replace(over={"space", "batch"})``, ``spec.axes()``.
The arithmetic is in ``tb_dice.definition.stages``.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, get_args

from tb_dice.definition import wording
from tb_dice.definition.expected import flag, refusal, whole
from tb_dice.definition.questions import CHOICES, HOME, Answers, Dimension, Numbers

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


@dataclass(frozen=True, slots=True)
class DiceSpec(Answers):
    """A definition of Dice, hashable; equal specs give equal numbers."""

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
            if name not in HOME:
                raise ValueError(
                    f"Expected an axis of Dice{nearest(name, HOME)} Received: {name!r}."
                )
            changed.setdefault(HOME[name], {})[name] = axis_value(name, value)
        parts = {home: replace(getattr(self, home), **values) for home, values in changed.items()}
        return replace(self, **parts)

    def axes(self) -> dict[str, Any]:
        """All axes as a flat dict of JSON values; ``DiceSpec.of(**spec.axes()) == spec``."""
        return {name: _plain(getattr(getattr(self, home), name)) for name, home in HOME.items()}

    def formula(self) -> str:
        """The ratio in short, such as ``2 TP / (2 TP + FP + FN)``."""
        return wording.formula(self)

    def words(self) -> str:
        """One line on how it is summed and averaged."""
        return wording.words(self)


def axis_value(name: str, value: Any) -> Any:
    """The value of an axis as a spec holds it.

    Raises:
        ValueError: for a value that the axis does not allow.
    """
    read = _READ.get(name) or _numbers
    try:
        return read(name, value)
    except TypeError as error:
        raise refusal(name, _KIND.get(name, "a number"), value) from error


def nearest(name: str, names: Iterable[str]) -> str:
    """The end of a sentence in an error: what to write instead of a name, or a full stop."""
    if name in _INSTEAD:
        return f"; {_INSTEAD[name]}."
    close = get_close_matches(name, list(names), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else "."


_INSTEAD = {"from_logits": 'for logits, pass activation="sigmoid" or "softmax"'}
_PER_CLASS = ("smooth_num", "smooth_den", "focal")
_BELOW = {"clip": 0.5, "threshold": 1.0}
_KIND = {
    **dict.fromkeys(("given", "extra_given"), "numbers, one per class"),
    "classes": "a tuple of class indices, such as (1,)",
    "over": "a set of 'space', 'class', 'batch'",
}


def _choice(name: str, value: Any) -> str:
    if not isinstance(value, str) or value not in CHOICES[name]:
        raise refusal(name, f"one of {CHOICES[name]}", value)
    return str(value)


def _over(name: str, value: Any) -> frozenset[str]:
    over = frozenset([value] if isinstance(value, str) else value)
    if not over or not over <= set(get_args(Dimension)):
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


def _all_nan(name: str, value: Any) -> float | None:
    number = math.nan if value is None else float(value)
    return None if math.isnan(number) else number


def _numbers(name: str, value: Any) -> Numbers:
    """One number or, for the axes that allow it, one per class; within its range."""
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
    return list(value) if isinstance(value, tuple) else value


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

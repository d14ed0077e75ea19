"""The axes on which two definitions can differ, in the order of the questions, each in words.

Axes that only make sense together are one here (a rule for empties and when it applies); what makes
no difference is not told apart (the threshold of a soft definition).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from tb_dice.analysis.choice import Definition
from tb_dice.definition.spec import DiceSpec, Numbers


@dataclass(frozen=True)
class Axis:
    """One axis: its name, what it is, what a definition says on it, and the axes of the spec.

    An axis with ``place`` is whether that place is among ``over``.
    """

    key: str
    label: str
    says: Callable[[DiceSpec], str]
    names: tuple[str, ...] = ()
    place: str | None = None

    def said(self, definition: Definition) -> str:
        """What a definition says on this axis; two that say the same do not differ."""
        if self.key == "pooled":
            return "all summed" if definition.pooled else "as recorded"
        if self.key == "background":
            return "in the mean" if definition.background else "left out of the mean"
        return self.says(definition.spec)

    def moved(self, definition: Definition, target: Definition) -> Definition:
        """A definition with this axis as ``target`` has it."""
        if self.key == "pooled":
            return replace(definition, pooled=target.pooled)
        if self.key == "background":
            return replace(definition, background=target.background)
        if self.place is not None:
            there = target.spec.summed.over & {self.place}
            over = (definition.spec.summed.over - {self.place}) | there
            return replace(definition, spec=definition.spec.replace(over=over))
        wanted = target.spec.axes()
        changed = definition.spec.replace(**{name: wanted[name] for name in self.names})
        return replace(definition, spec=changed)


def _number(number: Numbers) -> str:
    if isinstance(number, tuple):
        return f"({', '.join(f'{one:g}' for one in number)})"
    return f"{number:g}"


def _compare(spec: DiceSpec) -> str:
    threshold = spec.compared.threshold
    return f"p > {threshold:g}" if spec.compared.compare == "threshold" else spec.compared.compare


def _clip(spec: DiceSpec) -> str:
    clip = spec.compared.clip
    both = "p and t" if spec.compared.clip_target else "p"
    return f"{both} in [{clip:g}, 1 - {clip:g}]" if clip else "none"


def _classes(spec: DiceSpec) -> str:
    if spec.compared.classes is not None:
        return f"classes {', '.join(map(str, spec.compared.classes))}"
    return "all" if spec.compared.background else "without class 0"


def _ignored(spec: DiceSpec) -> str:
    ignored = spec.compared.ignore_index
    return "none" if ignored is None else f"those whose target is {ignored}"


def _over(place: str, together: str, apart: str) -> Axis:
    def says(spec: DiceSpec) -> str:
        return together if place in spec.summed.over else apart

    labels = {"space": "voxels", "class": "classes", "batch": "samples of a batch"}
    return Axis(f"over.{place}", labels[place], says, place=place)


def _smooth(spec: DiceSpec) -> str:
    above, below = _number(spec.ratio.smooth_num), _number(spec.ratio.smooth_den)
    return above if above == below else f"{above} above, {below} below"


def _weights(spec: DiceSpec) -> str:
    weighting = spec.weighting
    least = weighting.class_floor if weighting.weights_on == "ratio" else 0
    floor = f"denominator of a class at least {least:g}" if least else ""
    if weighting.weights == "none":
        return floor or "none"
    what = weighting.weights.replace("_", " ")
    if weighting.given is not None and what == "given":
        what = _number(weighting.given)
    on = "of numerator and denominator" if weighting.weights_on == "ratio" else "of the losses"
    absent = "" if weighting.weights == "given" else f", absent class {weighting.absent}"
    by = ", divided by their sum" if weighting.normalise == "weights" else ""
    return f"{what}, {on}{absent}{by}{', ' if floor else ''}{floor}"


def _empty(spec: DiceSpec) -> str:
    rule = {"nan": "undefined", "zero": "0", "one": "1"}.get(spec.empties.empty)
    when = {"both": "both masks are", "target": "the target is", "either": "either mask is"}
    return f"{rule} where {when[spec.empties.empty_when]} empty" if rule else "the formula"


def _form(spec: DiceSpec) -> str:
    outcome = spec.outcome
    forms = {
        "score": "score",
        "one_minus": "1 - score",
        "minus": "-score",
        "minus_log": "-log score",
        "log_cosh": "log cosh(1 - score)",
    }
    after = outcome.form_when == "after" and outcome.form != "score"
    floor = f", score at least {outcome.log_floor:g}" if outcome.log_floor else ""
    return f"{forms[outcome.form]}{floor}{' after averaging' if after else ''}"


def _focal(spec: DiceSpec) -> str:
    if spec.outcome.focal == 1:
        return "1"
    after = " after averaging" if spec.outcome.focal_when == "after" else ""
    return f"{_number(spec.outcome.focal)}{after}"


def _undefined(spec: DiceSpec) -> str:
    averaged = spec.averaged
    if not averaged.skip_nan:
        return "make the mean undefined"
    none = "" if math.isnan(averaged.all_nan) else f", {averaged.all_nan:g} if all are"
    return f"skipped{none}"


def _extra(spec: DiceSpec) -> str:
    compound = spec.compound
    if compound.extra == "none":
        return "none"
    added = compound.extra.replace("_", "-")
    if "focal" in added:
        added += f", gamma {compound.gamma:g}"
        added += "" if compound.focal_alpha is None else f", alpha {compound.focal_alpha:g}"
    if compound.extra_given is not None:
        by = ", divided by their sum" if compound.extra_normalise == "weights" else ""
        added += f", classes weighted by {_number(compound.extra_given)}{by}"
    return f"{compound.dice_weight:g} Dice + {compound.extra_weight:g} {added}"


AXES = (
    Axis("activation", "activation", lambda spec: spec.compared.activation, ("activation",)),
    Axis("compare", "soft or hard", _compare, ("compare", "threshold")),
    Axis("clip", "clipping", _clip, ("clip", "clip_target")),
    Axis("classes", "classes kept", _classes, ("background", "classes")),
    Axis("ignore_index", "voxels that do not count", _ignored, ("ignore_index",)),
    _over("space", "summed", "each alone"),
    _over("class", "summed before dividing", "each divided, then averaged"),
    _over("batch", "summed before dividing", "each divided, then averaged"),
    Axis("pooled", "samples of the pass", str),
    Axis("alpha", "weight of false positives", lambda s: _number(s.ratio.alpha), ("alpha",)),
    Axis("beta", "weight of false negatives", lambda s: _number(s.ratio.beta), ("beta",)),
    Axis("power", "power of t and p in their sums", lambda s: _number(s.ratio.power), ("power",)),
    Axis(
        "error_power",
        "power of the errors",
        lambda s: _number(s.ratio.error_power),
        ("error_power",),
    ),
    Axis("overlap", "overlap of soft masks", lambda s: s.ratio.overlap, ("overlap",)),
    Axis("smooth", "smooth", _smooth, ("smooth_num", "smooth_den")),
    Axis("floor", "floor of the denominator", lambda s: _number(s.ratio.floor), ("floor",)),
    Axis(
        "weights",
        "class weights",
        _weights,
        ("weights", "given", "weights_on", "class_floor", "absent", "normalise", "weigh_one"),
    ),
    Axis("empty", "empty masks", _empty, ("empty", "empty_when")),
    Axis("form", "score or loss", _form, ("form", "form_when", "log_floor")),
    Axis("focal", "focal power", _focal, ("focal", "focal_when")),
    Axis("reduce", "averaged", lambda s: s.averaged.reduce.replace("_", " "), ("reduce",)),
    Axis("undefined", "undefined scores", _undefined, ("skip_nan", "all_nan")),
    Axis(
        "extra",
        "added loss",
        _extra,
        (
            "extra",
            "extra_weight",
            "dice_weight",
            "gamma",
            "focal_alpha",
            "extra_given",
            "extra_normalise",
        ),
    ),
)

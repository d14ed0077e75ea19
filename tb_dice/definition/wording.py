"""A definition in words: the short formula and one line on how it is summed and averaged."""

from collections.abc import Callable

from tb_dice.definition import phrases
from tb_dice.definition.questions import Answers, Numbers

_PLAIN = Answers()


def formula(spec: Answers) -> str:
    """The ratio in short, such as ``2 TP / (2 TP + FP + FN)``.

    T and P are the sums of t and p, TP that of t p. Squared sums, an overlap from the difference
    and weights w of classes are written out.
    """
    text = _ratio(spec)
    if spec.outcome.form_when == "after" and spec.outcome.form != "score":
        text = f"{_joined(spec)}({text})"
    text = phrases.FORMS[spec.outcome.form].format(text)
    if spec.outcome.focal != 1:
        averaged = _joined(spec) if spec.outcome.focal_when == "after" else ""
        text = f"{averaged}({text})^{phrases.number(spec.outcome.focal, ' per class')}"
    return _compound(text, spec)


def words(spec: Answers) -> str:
    """One line: what is compared, what is summed, how it is averaged, what an empty mask scores."""
    parts = [_compared(spec), _summed(spec), *_details(spec), _averaged(spec)]
    return "; ".join(part for part in [*parts, *_unusual(spec, phrases.empty)] if part)


def _ratio(spec: Answers) -> str:
    """The ratio without what makes it a loss."""
    ratio, weighting = spec.ratio, spec.weighting
    soft = spec.compared.compare == "soft"
    overlap = _by_difference(spec) if soft and ratio.overlap == "difference" else None
    top, bottom = overlap or ("2 TP", _errors(spec))
    if weighting.weights_on == "ratio" and weighting.weights != "none":
        weight = "sum w" if "class" in spec.summed.over else "w"
        top = f"2 {weight} TP" if top == "2 TP" else f"{weight} ({top})"
        bottom = f"{weight} ({bottom})"
    top += _plus(ratio.smooth_num)
    bottom += _plus(ratio.smooth_den)
    top = f"({top})" if " + " in top or " - " in top else top
    return f"{top} / " + (f"max({bottom}, {ratio.floor:g})" if ratio.floor else f"({bottom})")


def _errors(spec: Answers) -> str:
    """The denominator: what counts as false positives and false negatives, and how much."""
    ratio = spec.ratio
    soft = spec.compared.compare == "soft"
    alpha, beta = 2 * ratio.alpha, 2 * ratio.beta
    positives, negatives = "FP", "FN"
    if soft and ratio.error_power != 1:
        power = f"^{ratio.error_power:g}"
        positives, negatives = f"sum ((1 - t) p){power}", f"sum (t (1 - p)){power}"
    elif soft and ratio.power != 1:
        power = f"^{ratio.power:g}"
        if alpha == beta == 1:
            return f"sum t{power} + sum p{power}"
        positives, negatives = f"(sum p{power} - TP)", f"(sum t{power} - TP)"
    return "2 TP" + _weighted(alpha, positives) + _weighted(beta, negatives)


def _by_difference(spec: Answers) -> tuple[str, str] | None:
    """Twice the overlap, and the denominator, in T and P; None if that is not easier to read."""
    ratio = spec.ratio
    if ratio.power != 1 or ratio.error_power != 1 or ratio.alpha != ratio.beta:
        return None
    bottom = {0.5: "T + P", 1.0: "T + P + sum |t - p|"}.get(ratio.alpha)
    return ("T + P - sum |t - p|", bottom) if bottom else None


def _joined(spec: Answers) -> str:
    """The average of the values, if it comes before the form."""
    return "sum" if spec.averaged.reduce.startswith("sum") else "mean"


def _compound(text: str, spec: Answers) -> str:
    compound = spec.compound
    if compound.extra == "none":
        return text
    if compound.dice_weight != 1:
        text = f"{compound.dice_weight:g} ({text})"
    return text + _weighted(compound.extra_weight, phrases.extra(spec))


def _plus(number: Numbers) -> str:
    if isinstance(number, tuple):
        return " + smooth per class"
    return f" + {number:g}" if number else ""


def _weighted(weight: float, name: str) -> str:
    if not weight:
        return ""
    return f" + {name}" if weight == 1 else f" + {weight:g} {name}"


def _compared(spec: Answers) -> str:
    text = phrases.compare(spec)
    after = [f"{text} after {of}" for of in _unusual(spec, phrases.activation)]
    details = _unusual(spec, phrases.classes, phrases.ignored, phrases.clip)
    return ", ".join([*(after or [text]), *details])


def _summed(spec: Answers) -> str:
    over = spec.summed.over
    if "space" not in over:
        names = {"class": "classes", "batch": "batch"}
        return f"per voxel, {' and '.join(names[axis] for axis in sorted(over))} summed"
    return {
        frozenset({"space"}): "per sample and class",
        frozenset({"space", "class"}): "per sample, classes summed",
        frozenset({"space", "batch"}): "per class, batch summed",
        frozenset({"space", "class", "batch"}): "all voxels of the batch summed",
    }[over]


def _details(spec: Answers) -> list[str]:
    return [
        *(f"T and P are {power}" for power in _unusual(spec, phrases.power)),
        *(f"the error of each voxel {power}" for power in _unusual(spec, phrases.error_power)),
        *_unusual(spec, phrases.overlap, phrases.weights),
    ]


def _averaged(spec: Answers) -> str:
    if spec.averaged.reduce in ("mean", "sum") and len(spec.summed.over) == 3:
        return ""
    undefined = [f"undefined ones {said}" for said in _unusual(spec, phrases.undefined)]
    return ", ".join([phrases.reduce(spec), *undefined])


def _unusual(spec: Answers, *axes: Callable[[Answers], str]) -> list[str]:
    """What a definition says on axes, if that differs from the default answer."""
    return [said for says in axes if (said := says(spec)) != says(_PLAIN)]

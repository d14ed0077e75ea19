"""A definition in words: the short formula and one line on how it is summed and averaged."""

from tb_dice.definition.spec import DiceSpec, Numbers

_WEIGHTS = {
    "given": "given numbers",
    "support": "w = T",
    "inverse": "w = 1 / T",
    "inverse_square": "w = 1 / T^2",
}


def formula(spec: DiceSpec) -> str:
    """The ratio in short, such as ``2 TP / (2 TP + FP + FN)``.

    T and P are the sums of t and p, TP that of t p. Squared sums, an overlap from the difference
    and weights w of classes are written out.
    """
    text = _ratio(spec)
    if spec.outcome.form_when == "after" and spec.outcome.form != "score":
        text = f"{_joined(spec)}({text})"
    text = {
        "score": text,
        "one_minus": f"1 - {text}",
        "minus": f"-{text}",
        "minus_log": f"-log({text})",
        "log_cosh": f"log cosh(1 - {text})",
    }[spec.outcome.form]
    if spec.outcome.focal != 1:
        averaged = _joined(spec) if spec.outcome.focal_when == "after" else ""
        text = f"{averaged}({text})^{_power(spec.outcome.focal)}"
    return _compound(text, spec)


def words(spec: DiceSpec) -> str:
    """One line: what is compared, what is summed, how it is averaged, what an empty mask scores."""
    parts = [_compared(spec), _summed(spec), *_details(spec), _averaged(spec), _empty(spec)]
    return "; ".join(part for part in parts if part)


def _ratio(spec: DiceSpec) -> str:
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


def _errors(spec: DiceSpec) -> str:
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


def _by_difference(spec: DiceSpec) -> tuple[str, str] | None:
    """Twice the overlap, and the denominator, in T and P; None where that reads no better."""
    ratio = spec.ratio
    if ratio.power != 1 or ratio.error_power != 1 or ratio.alpha != ratio.beta:
        return None
    bottom = {0.5: "T + P", 1.0: "T + P + sum |t - p|"}.get(ratio.alpha)
    return ("T + P - sum |t - p|", bottom) if bottom else None


def _joined(spec: DiceSpec) -> str:
    """The average of the values, where it comes before the form."""
    return "sum" if spec.averaged.reduce.startswith("sum") else "mean"


def _power(power: Numbers) -> str:
    if isinstance(power, tuple):
        return f"({', '.join(f'{each:g}' for each in power)} per class)"
    return f"{power:g}"


def _compound(text: str, spec: DiceSpec) -> str:
    compound = spec.compound
    if compound.extra == "none":
        return text
    extra = "cross-entropy" if compound.extra.endswith("cross_entropy") else "focal loss"
    if compound.dice_weight != 1:
        text = f"{compound.dice_weight:g} ({text})"
    return text + _weighted(compound.extra_weight, extra)


def _plus(number: Numbers) -> str:
    if isinstance(number, tuple):
        return " + smooth per class"
    return f" + {number:g}" if number else ""


def _weighted(weight: float, name: str) -> str:
    if not weight:
        return ""
    return f" + {name}" if weight == 1 else f" + {weight:g} {name}"


def _compared(spec: DiceSpec) -> str:
    compared = spec.compared
    text = {
        "soft": "soft",
        "hard": "hard",
        "threshold": f"p > {compared.threshold:g}",
        "argmax": "argmax",
    }[compared.compare]
    if compared.activation != "none":
        text += f" after {compared.activation}"
    if not compared.background:
        text += ", without class 0"
    if compared.classes is not None:
        text += f", classes {', '.join(map(str, compared.classes))}"
    if compared.ignore_index is not None:
        text += f", voxels with target {compared.ignore_index} left out"
    if compared.clip:
        clipped = "p and t" if compared.clip_target else "p"
        text += f", {clipped} kept in [{compared.clip:g}, 1 - {compared.clip:g}]"
    return text


def _summed(spec: DiceSpec) -> str:
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


def _details(spec: DiceSpec) -> list[str]:
    ratio, weighting = spec.ratio, spec.weighting
    found = []
    if ratio.power != 1:
        found.append(f"T and P are sums of t^{ratio.power:g} and p^{ratio.power:g}")
    if ratio.error_power != 1:
        found.append(f"the error of each voxel to the power {ratio.error_power:g}")
    if ratio.overlap == "difference":
        found.append("TP = (T + P - sum |t - p|) / 2")
    if weighting.weights != "none":
        where = "numerator and denominator" if weighting.weights_on == "ratio" else "classes"
        found.append(f"{where} weighted by {_WEIGHTS[weighting.weights]}")
    if weighting.weights_on == "ratio" and weighting.class_floor:
        found.append(f"the denominator of a class at least {weighting.class_floor:g}")
    return found


def _averaged(spec: DiceSpec) -> str:
    if spec.averaged.reduce in ("mean", "sum") and len(spec.summed.over) == 3:
        return ""
    text = {
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
    }[spec.averaged.reduce]
    if spec.weighting.normalise == "weights" and spec.weighting.weights != "none":
        text += ", divided by the sum of the weights"
    return text + (", undefined ones skipped" if spec.averaged.skip_nan else "")


def _empty(spec: DiceSpec) -> str:
    if spec.empties.empty == "formula":
        return ""
    value = {"nan": "undefined", "zero": "0", "one": "1"}[spec.empties.empty]
    masks = {"both": "both masks are", "target": "the target is", "either": "one mask is"}
    when = masks[spec.empties.empty_when]
    return f"{value} where {when} empty"

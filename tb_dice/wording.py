"""A definition in words: the short formula and one line on how it is summed and averaged."""

from tb_dice.spec import DiceSpec, Numbers


def formula(spec: DiceSpec) -> str:
    """The ratio in short, such as ``2 TP / (2 TP + FP + FN)``."""
    ratio = spec.ratio
    top = "2 TP" + _plus(ratio.smooth_num)
    bottom = "2 TP" + _weighted(2 * ratio.alpha, "FP") + _weighted(2 * ratio.beta, "FN")
    bottom += _plus(ratio.smooth_den)
    text = f"{top} / ({bottom})" if top == "2 TP" else f"({top}) / ({bottom})"
    if ratio.floor:
        text = f"{top if top == '2 TP' else f'({top})'} / max({bottom}, {ratio.floor:g})"
    wrapped = {
        "score": text,
        "one_minus": f"1 - {text}",
        "minus": f"-{text}",
        "minus_log": f"-log({text})",
        "log_cosh": f"log cosh(1 - {text})",
    }[spec.outcome.form]
    power = spec.outcome.focal
    if power != 1:
        wrapped = f"({wrapped})^{f'{power:g}' if isinstance(power, float) else 'power per class'}"
    extra = spec.compound.extra.removeprefix("logit_")
    return wrapped + {"none": "", "cross_entropy": " + cross-entropy"}.get(extra, " + focal loss")


def words(spec: DiceSpec) -> str:
    """One line: what is compared, what is summed, how it is averaged, what an empty mask scores."""
    parts = [_compared(spec), _summed(spec), *_details(spec), _averaged(spec), _empty(spec)]
    return "; ".join(part for part in parts if part)


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
        found.append(f"errors to the power {ratio.error_power:g}")
    if ratio.overlap == "difference":
        found.append("TP = (T + P - sum |t - p|) / 2")
    if weighting.weights != "none":
        where = "numerator and denominator" if weighting.weights_on == "ratio" else "classes"
        found.append(f"{where} weighted: {weighting.weights.replace('_', ' ')}")
    return found


def _averaged(spec: DiceSpec) -> str:
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
    return text + (", undefined ones skipped" if spec.averaged.skip_nan else "")


def _empty(spec: DiceSpec) -> str:
    if spec.empties.empty == "formula":
        return ""
    value = {"nan": "undefined", "zero": "0", "one": "1"}[spec.empties.empty]
    masks = {"both": "both masks are", "target": "the target is", "either": "one mask is"}
    when = masks[spec.empties.empty_when]
    return f"{value} where {when} empty"

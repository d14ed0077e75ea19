"""A record and a definition -> numbers, as the tab, the scalars and the report show them.

One rule for all: a *cell* (sample, class) is the definition's score with class and batch taken out
of what is summed, without class weights; a *class value* takes only the class out; a *line* is the
definition unchanged, per recorded batch, weighted by batch size.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tb_dice.definition import stages
from tb_dice.definition.arrays import Floats, Ints, States
from tb_dice.definition.questions import PER_SAMPLE, Numbers
from tb_dice.definition.spec import HARD_SUMS, SOFT_SUMS, SUMS, DiceSpec
from tb_dice.log.record import Record, state_of
from tb_dice.masks import compounds

AT_ONCE = 8192  # samples that are computed at once, to save memory


def cells(record: Record, spec: DiceSpec) -> Floats:
    """The score of every sample and class, [N, C]; NaN where undefined or refused."""
    found = np.full((len(record.batch), len(record.classes)), math.nan)
    if refusal(record, spec) is None:
        for start in range(0, len(found), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            sums = {name: total[rows] for name, total in record.sums.items()}
            found[rows] = from_sums(record, sums, spec)
    return found


def class_values(record: Record, spec: DiceSpec, *, pooled: bool = False) -> tuple[Floats, Ints]:
    """The score of every class, [C], and how many samples or batches it is a mean of.

    Args:
        record: a validation pass.
        spec: the definition.
        pooled: sum all samples seen before dividing, instead of averaging.
    """
    count = len(record.classes)
    if refusal(record, spec) is not None:
        return np.full(count, math.nan), np.zeros(count, np.int64)
    if pooled:
        sums = {name: np.asarray(total)[None, :] for name, total in record.pooled.items()}
        values = _scores(record, sums, _plain(spec, frozenset()))[0]
        return values, np.where(np.isnan(values), 0, record.total)
    if "batch" not in spec.summed.over:
        return _mean(cells(record, spec), np.ones(len(record.batch)))
    plain = _plain(spec, frozenset({"batch"}))
    rows, sizes = [], []
    for index in batches(record):
        sums = {name: np.asarray(total)[index] for name, total in record.sums.items()}
        rows.append(_scores(record, sums, plain)[:, 0])
        sizes += [index.shape[1]] * len(index)
    return _mean(np.concatenate(rows), np.array(sizes, float))


def value(record: Record, spec: DiceSpec) -> Any:
    """The definition unchanged, per recorded batch, weighted by batch size: what Keras logs for it.

    Regions are left out: the definition is over the channels.

    Returns:
        A float; NaN if refused; the mean of the batches' arrays if the definition keeps classes;
        the rows of all samples, one below the other, if it keeps samples.
    """
    if refusal(record, spec) is not None or not len(record.batch):
        return math.nan
    groups = batches(record)
    results = [_of_rows(record, rows, spec) for rows in groups]
    if spec.averaged.reduce in PER_SAMPLE:
        first = np.concatenate([record.batch[rows[:, 0]] for rows in groups])
        found = [of_batch for several in results for of_batch in several]
        return np.concatenate([found[i] for i in np.argsort(first)])
    sizes = np.concatenate([np.full(len(rows), rows.shape[1]) for rows in groups])
    mean = np.average(np.concatenate(results), axis=0, weights=sizes)
    return float(mean) if mean.ndim == 0 else mean


def whole(sums: Mapping[str, Any], spec: DiceSpec, voxels: Any) -> Any:
    """The definition unchanged on the sums of one batch, or of equal ones.

    Args:
        sums: name to [..., N, C], the channels without regions.
        spec: the definition.
        voxels: [..., N], valid voxels.

    Returns:
        [...] if the definition averages to one number.
    """
    kept = columns(spec, np.shape(sums["true_sum"])[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        part = stages.parts({name: sums[name][..., kept] for name in _read(spec)}, spec)
        result = stages.evaluate(part, spec, np)
    if not spec.compound.extra.endswith("cross_entropy"):
        return result
    extra = _cross_entropy(sums, spec, voxels)
    return spec.compound.dice_weight * result + spec.compound.extra_weight * extra


def from_sums(record: Record, sums: Mapping[str, Any], spec: DiceSpec) -> Floats:
    """The score of every row of sums [R, C] and every class, [R, C].

    Nothing is summed over rows or classes, and classes are not weighted. If the definition has one
    smooth per class, the columns of other classes are NaN.

    Args:
        record: how the rows were recorded; they may come from several such records.
        sums: name to float64 [R, C].
        spec: the definition, not refused.
    """
    return _scores(record, sums, _plain(spec, frozenset()))


def refusal(record: Record, spec: DiceSpec) -> str | None:
    """Why the definition cannot be computed from the record's sums; None if it can."""
    reason = _refused_comparison(record, spec) or _refused_sums(record, spec)
    if reason is None and spec.compared.clip and _clip_matters(record, spec):
        return f"keeps p at {spec.compared.clip:g} or more, which changes the value on these masks"
    return reason


def columns(spec: DiceSpec, channels: int) -> Ints:
    """The channels that the definition itself keeps."""
    if spec.compared.classes is not None:
        return np.asarray(spec.compared.classes, np.int64)
    return np.arange(0 if spec.compared.background or channels == 1 else 1, channels)


def record_channels(record: Record) -> int:
    """The number of classes without the regions, which come after them."""
    return max(len(record.classes) - len(record.regions), 0)


def hard_targets(record: Record) -> bool:
    """Whether the targets of all kept samples are 0 or 1."""
    plain, squared = (np.asarray(record.sums[name]) for name in ("true_sum", "true_sq_sum"))
    return bool(np.allclose(plain, squared, rtol=1e-6, atol=0))


def states(record: Record) -> States:
    """The states of the samples, [N, C]."""
    return state_of(record.sums["hard_true_sum"], record.sums["hard_pred_sum"])


def batches(record: Record) -> list[Ints]:
    """The rows [B, n] of recorded batches of the same size n, to compute them at once."""
    batch = np.asarray(record.batch)
    rows = np.argsort(batch, kind="stable")
    starts, sizes = np.unique(batch[rows], return_index=True, return_counts=True)[1:]
    return [
        rows[some[:, None] + np.arange(size)]
        for size in np.unique(sizes)
        for some in _few(starts[sizes == size], size)
    ]


def worst_first(values: Any, true: Any, pred: Any) -> Ints:
    """The order of samples, worst first: by value, more target, more prediction; NaN last."""
    values = np.asarray(values, float)
    index = np.arange(len(values))
    return np.lexsort((index, -np.asarray(pred, float), -np.asarray(true, float), values))


def _refused_comparison(record: Record, spec: DiceSpec) -> str | None:
    ignored = spec.compared.ignore_index
    if ignored not in (None, record.ignore_index):
        held = "all" if record.ignore_index is None else f"all but {record.ignore_index}"
        return f"leaves out voxels whose target is {ignored}, but the log holds {held}"
    missing = [name for name in SUMS if name not in record.sums]
    if missing:
        return f"needs sums that this log lacks: {', '.join(missing)}"
    compared = spec.compared
    if compared.activation not in ("none", record.activation):
        return (
            f"applies a {compared.activation} itself, but the recorded predictions had"
            f" {'none' if record.activation == 'none' else 'a ' + record.activation}"
        )
    wanted = max(compared.classes or (0,))
    if wanted >= record_channels(record):
        return f"takes class {wanted}, but the log has {record_channels(record)} classes"
    return _refused_hard(record, compared.compare, compared.threshold)


def _refused_hard(record: Record, compare: str, threshold: float) -> str | None:
    held = "the argmax" if record.exclusive else f"p > {record.threshold:g}"
    if compare == "threshold" and (record.exclusive or threshold != record.threshold):
        return f"compares p > {threshold:g}, but the log holds {held}"
    if compare == "argmax" and not record.exclusive:
        return f"takes the argmax, but the log holds {held}"
    return None


def _refused_sums(record: Record, spec: DiceSpec) -> str | None:
    ratio, extra = spec.ratio, spec.compound.extra
    power = max(ratio.power, ratio.error_power, key=lambda n: n not in (1, 2))
    kept = len(columns(spec, record_channels(record)))
    smooths = _several(ratio.smooth_num, ratio.smooth_den)
    weights = _several(spec.weighting.given, spec.outcome.focal)
    entropy = _several(spec.compound.extra_given)
    channels = record_channels(record)
    reasons = {
        "gives a value per voxel, but the log holds sums over space": "space"
        not in spec.summed.over,
        f"needs sums to the power {power:g}, but the log holds the powers 1 and 2": (
            spec.compared.compare == "soft" and power not in (1, 2)
        ),
        "squares the errors, which the log holds for targets of 0 and 1 only": (
            ratio.error_power == 2 and not hard_targets(record)
        ),
        "adds a focal loss, but the log holds no sum for it": "focal" in extra,
        "adds a binary cross-entropy, but the log holds only the half on the target": (
            extra.endswith("cross_entropy") and not record.exclusive
        ),
        "adds the cross-entropy of logits, but the log holds probabilities without a softmax": (
            extra == "logit_cross_entropy" and record.activation != "softmax"
        ),
        f"has a smooth for each of its classes, but the log has {kept} classes": any(
            len(smooth) not in (1, kept) for smooth in smooths
        ),
        f"has a weight or power for each of its classes, but the log has {kept} classes": any(
            len(weight) not in (1, kept) for weight in weights
        ),
        f"weighs each class in the cross-entropy, but the log has {channels} classes": any(
            len(weight) not in (1, channels) for weight in entropy
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _several(*numbers: Numbers | None) -> list[tuple[float, ...]]:
    """Those with one number per class."""
    return [number for number in numbers if isinstance(number, tuple)]


def _clip_matters(record: Record, spec: DiceSpec) -> bool:
    """Whether p leaves [0, 1], or moving every voxel by the clip could change the value."""
    held = {name: np.asarray(record.sums[name], float) for name in SOFT_SUMS}
    apart = held["true_sum"] + held["pred_sum"] - 2 * held["intersection"]
    inside = np.allclose(held["abs_diff_sum"], apart, rtol=1e-5, atol=1e-5)
    if hard_targets(record) and not inside:
        return True
    if (held["pred_sq_sum"] > held["pred_sum"] * (1 + 1e-5)).any():
        return True
    channels = record_channels(record)
    sums = {name: np.asarray(t, float)[:, :channels] for name, t in record.sums.items()}
    shift = spec.compared.clip * np.asarray(record.voxels, float)[:, None]
    exact = whole(sums, spec, record.voxels)
    for a, b in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        moved = {
            "intersection": sums["intersection"] + a * shift,
            "pred_sum": sums["pred_sum"] + b * shift,
            "pred_sq_sum": sums["pred_sq_sum"] + b * shift,
        }
        if not np.allclose(whole(sums | moved, spec, record.voxels), exact, 3e-5, 3e-6, True):
            return True
    return False


def _cross_entropy(sums: Mapping[str, Any], spec: DiceSpec, voxels: Any) -> Any:
    """The cross-entropy of exclusive classes, from the sums of t log p."""
    weights = np.asarray(spec.compound.extra_given or (1.0,))
    total = -(sums["true_log_pred_sum"] * weights).sum(axis=-1)
    count = np.asarray(voxels, float)
    if spec.compound.extra_normalise == "weights":
        count = (sums["true_sum"] * weights).sum(axis=-1)
    return compounds.averaged(total, count, spec, np)


def _plain(spec: DiceSpec, keep: frozenset[str]) -> DiceSpec:
    """The definition's score with class (and batch, unless kept) taken out, and no weights."""
    over = frozenset({"space"}) | (spec.summed.over & keep)
    return spec.replace(over=over, weights="none")


def _scores(record: Record, sums: Mapping[str, Any], spec: DiceSpec) -> Floats:
    """Scores of all columns; only of the definition's own ones if smooth is given per class."""
    per_class = any(isinstance(n, tuple) for n in (spec.ratio.smooth_num, spec.ratio.smooth_den))
    if per_class:
        kept = columns(spec, record_channels(record))
        sums = {name: np.asarray(sums[name], float)[:, kept] for name in _read(spec)}
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(stages.score(stages.parts(sums, spec), spec, np), np.float64)
    if not per_class:
        return found
    result = np.full((len(found), len(record.classes)), math.nan)
    result[:, kept] = found
    return result


def _read(spec: DiceSpec) -> tuple[str, ...]:
    """The sums that a definition reads."""
    return SOFT_SUMS if spec.compared.compare == "soft" else HARD_SUMS


def _of_rows(record: Record, rows: Ints, spec: DiceSpec) -> Floats:
    """The definition on batches [B, n] of samples of a record."""
    channels = record_channels(record)
    sums = {name: np.asarray(t, float)[rows, :channels] for name, t in record.sums.items()}
    return np.asarray(whole(sums, spec, np.asarray(record.voxels)[rows]), np.float64)


def _few(starts: Ints, size: int) -> list[Ints]:
    """The starts of batches of one size, in parts that are computed at once."""
    most = max(1, AT_ONCE // size)
    return [starts[i : i + most] for i in range(0, len(starts), most)]


def _mean(rows: Floats, weights: Floats) -> tuple[Floats, Ints]:
    """Mean over rows where defined, and over how many rows."""
    defined = ~np.isnan(rows)
    weight = (defined * weights[:, None]).sum(axis=0)
    total = np.where(defined, rows * weights[:, None], 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / weight, defined.sum(axis=0)

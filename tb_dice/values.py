"""A record and a definition -> numbers, as the tab, the scalars and the report show them.

One rule for all: a *cell* (sample, class) is the definition's score with class and batch taken out
of what is summed, without class weights; a *class value* takes only the class out; a *line* is the
definition unchanged, per recorded batch, weighted by batch size.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_dice import stages
from tb_dice.record import Record
from tb_dice.spec import DiceSpec

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def cells(record: Record, spec: DiceSpec) -> Floats:
    """The score of every sample and class, [N, C]; NaN where undefined or refused."""
    if refusal(record, spec) is not None:
        return np.full((len(record.batch), len(record.classes)), math.nan)
    return _scores(record.sums, _plain(spec, frozenset()))


def class_values(
    record: Record, spec: DiceSpec, *, pooled: bool = False
) -> tuple[Floats, NDArray[np.int64]]:
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
        values = _scores(sums, _plain(spec, frozenset()))[0]
        return values, np.where(np.isnan(values), 0, record.total)
    if "batch" not in spec.summed.over:
        return _mean(cells(record, spec), np.ones(len(record.batch)))
    rows, sizes = [], []
    for _, sums, size in _batches(record, record.sums):
        rows.append(_scores(sums, _plain(spec, frozenset({"batch"})))[0])
        sizes.append(size)
    values, scored = _mean(np.reshape(rows, (-1, count)), np.asarray(sizes, float))
    return values, scored


def value(record: Record, spec: DiceSpec) -> Any:
    """The definition unchanged, per recorded batch, weighted by batch size: what Keras logs for it.

    Returns:
        A float; NaN if refused; the mean of the batches' arrays where the definition keeps classes;
        the rows of all samples one below the other where it keeps samples.
    """
    if refusal(record, spec) is not None:
        return math.nan
    channels = record_channels(record)
    results, sizes = [], []
    for _, sums, size in _batches(record, record.sums):
        kept = {name: columns[:, :channels] for name, columns in sums.items()}
        results.append(np.asarray(whole(kept, spec)))
        sizes.append(size)
    if not results:
        return math.nan
    if spec.averaged.reduce in ("none", "per_sample") and "batch" not in spec.summed.over:
        return np.concatenate(results)
    with np.errstate(invalid="ignore"):
        mean = np.average(np.stack(results), axis=0, weights=sizes)
    return float(mean) if mean.ndim == 0 else mean


def whole(sums: Mapping[str, Any], spec: DiceSpec) -> Any:
    """The definition unchanged on the sums of one batch, or of equal ones: [..., N, C]."""
    kept = sums
    if not spec.compared.background:
        kept = {name: columns[..., 1:] for name, columns in sums.items()}
    with np.errstate(divide="ignore", invalid="ignore"):
        return stages.evaluate(stages.parts(kept, spec), spec, np)


def refusal(record: Record, spec: DiceSpec) -> str | None:
    """Why the definition cannot be computed from the record's sums; None if it can."""
    if spec.ratio.power not in (1, 2):
        return f"needs sums of the power {spec.ratio.power:g}; the log holds the powers 1 and 2"
    if spec.compared.activation not in ("none", record.activation):
        return (
            f"applies a {spec.compared.activation} itself; this log was recorded with"
            f" activation {record.activation!r}"
        )
    return None


def record_channels(record: Record) -> int:
    """The number of classes without the regions, which come after them."""
    return len(record.classes) - len(record.regions)


def states(record: Record) -> NDArray[np.uint8]:
    """The states [N, C]: 0 both empty, 1 missed, 2 false alarm, 3 both present."""
    true = np.asarray(record.sums["hard_true_sum"]) > 0
    pred = np.asarray(record.sums["hard_pred_sum"]) > 0
    return (true + 2 * pred).astype(np.uint8)


def worst_first(values: Any, true: Any, pred: Any) -> Ints:
    """The order of samples, worst first: by value, more target, more prediction; NaN last."""
    values = np.asarray(values, float)
    index = np.arange(len(values))
    return np.lexsort((index, -np.asarray(pred, float), -np.asarray(true, float), values))


def _plain(spec: DiceSpec, keep: frozenset[str]) -> DiceSpec:
    """The definition's score with class (and batch, unless kept) taken out, and no weights."""
    over = frozenset({"space"}) | (spec.summed.over & keep)
    return spec.replace(over=over, weights="none")


def _scores(sums: Mapping[str, Any], spec: DiceSpec) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = stages.score(stages.parts(sums, spec), spec, np)
    return np.asarray(result, np.float64)


def _batches(record: Record, sums: Mapping[str, Any]) -> list[tuple[int, dict[str, Any], int]]:
    batch = np.asarray(record.batch)
    found = []
    for number in np.unique(batch):
        rows = batch == number
        found.append(
            (int(number), {k: np.asarray(v)[rows] for k, v in sums.items()}, int(rows.sum()))
        )
    return found


def _mean(rows: Floats, weights: Floats) -> tuple[Floats, Ints]:
    """Mean over rows where defined, and over how many rows."""
    defined = ~np.isnan(rows)
    weight = (defined * weights[:, None]).sum(axis=0)
    total = np.where(defined, rows * weights[:, None], 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / weight, defined.sum(axis=0)

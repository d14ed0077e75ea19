"""Sums -> score -> loss: the stages of ``DiceSpec`` as pure functions.

Every function takes numpy arrays or tensors of a Keras backend; ``xp`` is the module that computes
(``numpy`` or ``keras.ops``). Arrays are [..., N, C], samples x classes; a summed axis has size 1.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Tensor
from tb_dice.definition.questions import PER_SAMPLE, Numbers, When
from tb_dice.definition.spec import DiceSpec

_ABSENT = 1e-12
"""A class with less target than this is absent: the square of less would overflow float32."""

_EMPTY = {"nan": math.nan, "zero": 0.0, "one": 1.0}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the ratio is made of: overlap, errors, and the plain sums that say what is empty."""

    tp: Tensor
    fp: Tensor
    fn: Tensor
    true: Tensor
    pred: Tensor

    def arrays(self) -> tuple[Tensor, ...]:
        """The five arrays in the order of the fields."""
        return self.tp, self.fp, self.fn, self.true, self.pred


def parts(sums: Mapping[str, Tensor], spec: DiceSpec) -> Parts:
    """The parts of the ratio from recorded sums (powers 1 and 2 only), every class kept."""
    if spec.compared.compare != "soft":
        tp, true, pred = (sums["hard_intersection"], sums["hard_true_sum"], sums["hard_pred_sum"])
        return Parts(tp, pred - tp, true - tp, true, pred)
    true, pred = sums["true_sum"], sums["pred_sum"]
    squared = spec.ratio.power == 2
    top = sums["true_sq_sum"] if squared else true
    bottom = sums["pred_sq_sum"] if squared else pred
    tp = sums["intersection"]
    if spec.ratio.overlap == "difference":
        tp = (true + pred - sums["abs_diff_sum"]) / 2
    if spec.ratio.error_power == 2:
        both = sums["true_pred_sq_sum"]
        return Parts(tp, sums["pred_sq_sum"] - both, true - 2 * tp + both, true, pred)
    return Parts(tp, bottom - tp, top - tp, true, pred)


def score(part: Parts, spec: DiceSpec, xp: Any) -> Tensor:
    """The ratio after summing over batch and class as ``over`` says: [N or 1, C or 1]."""
    num, errors, true, pred = _joined(part, spec, xp)
    den = num + errors + constant(spec.ratio.smooth_den, num, xp)
    if spec.ratio.floor:
        den = xp.maximum(den, spec.ratio.floor)
    num = num + constant(spec.ratio.smooth_num, num, xp)
    return _emptied(_quotient(num, den, num, xp), true, pred, _EMPTY, spec, xp)


def shortfall(part: Parts, spec: DiceSpec, xp: Any) -> Tensor:
    """``1 - score`` as errors over the denominator, free of rounding near 1: [N or 1, C or 1].

    A focal power of 1/4 would turn a rounding error of 1e-7 into 0.02.
    """
    num, errors, true, pred = _joined(part, spec, xp)
    above, below = (constant(n, num, xp) for n in (spec.ratio.smooth_num, spec.ratio.smooth_den))
    den = num + errors + below
    num, errors = num + above, errors + (below - above)
    if spec.ratio.floor:
        least = spec.ratio.floor * xp.ones_like(den)
        errors = xp.where(den < least, least - num, errors)
        den = xp.maximum(den, least)
    given = {rule: 1 - value for rule, value in _EMPTY.items()}
    return _emptied(_quotient(errors, den, num, xp), true, pred, given, spec, xp)


def losses(part: Parts, spec: DiceSpec, xp: Any) -> Tensor:
    """The losses [N or 1, C or 1] before averaging."""
    outcome = spec.outcome
    if outcome.form_when != "before" or outcome.form not in ("one_minus", "log_cosh"):
        return loss(score(part, spec, xp), spec, xp)
    value = shortfall(part, spec, xp)
    if outcome.form == "log_cosh":
        value = xp.log(xp.cosh(value))
    return _focal(value, spec, xp) if outcome.focal_when == "before" else value


def loss(value: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    """Score to loss, as far as it happens before averaging."""
    return _outcome(value, "before", spec, xp)


def average(value: Tensor, true: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    """Average the losses [N', C'] as the spec says; ``true`` [N, C] gives weights by support."""
    how = spec.averaged.reduce
    if how in (*PER_SAMPLE, "none"):
        value, weights = _class_weighted(value, true, spec, xp)
        if how != "none":
            total, count = _along(value, weights, -1, spec, xp)
            value = total if how == "sum_per_sample" else _divided(total, count, xp)
            value = _filled(value, spec, xp)
        return _outcome(value, "after", spec, xp)
    return finish(*collect(value, true, spec, xp), spec, xp)


def collect(
    value: Tensor, true: Tensor, spec: DiceSpec, xp: Any, sample_weight: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Totals and counts [C'] or [1] of some samples' losses, to add to those of more samples.

    Args:
        value: losses [N', C'].
        true: target sums [N, C], for weights by support.
        spec: the definition.
        xp: ``numpy`` or ``keras.ops``.
        sample_weight: [N, 1]; how much each sample counts.
    """
    value, weights = _class_weighted(value, true, spec, xp)
    if spec.averaged.reduce in ("class_then_batch", "sum_classes"):
        total, count = _along(value, weights, -1, spec, xp)
        value = total if spec.averaged.reduce == "sum_classes" else _divided(total, count, xp)
        value = value[..., None]
        weights = xp.ones_like(value)
    return _along(value, weights, -2, spec, xp, sample_weight)


def finish(total: Tensor, count: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    """The average from the totals and counts of all samples."""
    how = spec.averaged.reduce
    if how in ("mean", "class_then_batch", "sum_classes"):
        value = _divided(xp.sum(total, axis=-1), xp.sum(count, axis=-1), xp)
    elif how == "sum":
        value = xp.sum(total, axis=-1)
    elif how == "sum_per_class":
        value = total
    else:
        value = _divided(total, count, xp)
        if how == "batch_then_class":
            total, count = _along(value, xp.ones_like(value), -1, spec, xp)
            value = _divided(total, count, xp)
    return _outcome(_filled(value, spec, xp), "after", spec, xp)


def evaluate(part: Parts, spec: DiceSpec, xp: Any) -> Tensor:
    """All stages: the number of a definition, or its array if the reduction keeps axes."""
    return average(losses(part, spec, xp), part.true, spec, xp)


def class_weights(true: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    """Weights [N, C] or [1, C]; by support, a class without target gets the ``absent`` weight."""
    weighting = spec.weighting
    if weighting.weights == "given":
        return constant(weighting.given or (), true, xp)[None, :]
    if weighting.weights == "support":
        return true
    present = true > _ABSENT
    safe = xp.where(present, true, xp.ones_like(true))
    power = 2 if weighting.weights == "inverse_square" else 1
    weights = xp.where(present, 1 / safe**power, xp.zeros_like(true))
    absent: Tensor = xp.zeros_like(true)
    if weighting.absent in ("max", "max_or_one"):
        absent = xp.max(weights, axis=-1, keepdims=True)
        if weighting.absent == "max_or_one":
            absent = xp.where(absent == 0, xp.ones_like(absent), absent)
    elif weighting.absent == "one":
        absent = xp.ones_like(true)
    return xp.where(present, weights, absent)


def constant(values: Numbers, like: Tensor, xp: Any) -> Tensor:
    """Numbers of the spec as an array with the dtype and the device of ``like``."""
    if xp is np:
        return np.asarray(values, dtype=like.dtype)
    return xp.convert_to_tensor(values, dtype=like.dtype)


def _pooled(part: Parts, axis: int, xp: Any) -> Parts:
    return Parts(*(xp.sum(a, axis=axis, keepdims=True) for a in part.arrays()))


def _joined(part: Parts, spec: DiceSpec, xp: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Twice the overlap, the errors, T and P, summed and weighted as the spec says."""
    over, ratio = spec.summed.over, spec.ratio
    if "batch" in over:
        part = _pooled(part, -2, xp)
    num = 2 * part.tp
    errors = 2 * ratio.alpha * part.fp + 2 * ratio.beta * part.fn
    found = num, errors, part.true, part.pred
    if spec.weighting.weights_on == "ratio":
        found = (*_weighted(num, errors, part.true, spec, xp), part.true, part.pred)
    if "class" not in over:
        return found
    num, errors, true, pred = (xp.sum(a, axis=-1, keepdims=True) for a in found)
    return num, errors, true, pred


def _weighted(
    num: Tensor, errors: Tensor, true: Tensor, spec: DiceSpec, xp: Any
) -> tuple[Tensor, Tensor]:
    """Overlap and errors of each class times its weight."""
    if spec.weighting.class_floor:
        errors = xp.maximum(errors, spec.weighting.class_floor - num)
    if spec.weighting.weights == "none":
        return num, errors
    weights = class_weights(true, spec, xp)
    return num * weights, errors * weights


def _quotient(above: Tensor, den: Tensor, num: Tensor, xp: Any) -> Tensor:
    """``above / den``; if ``den`` is 0, NaN if ``num`` is 0 too, else infinite as ``above`` is."""
    zero = den == 0
    value = above / xp.where(zero, xp.ones_like(den), den)
    infinite = xp.where(above > 0, math.inf * xp.ones_like(above), -math.inf * xp.ones_like(above))
    return xp.where(zero, xp.where(num == 0, math.nan, infinite), value)


def _emptied(
    value: Tensor,
    true: Tensor,
    pred: Tensor,
    given: Mapping[str, float],
    spec: DiceSpec,
    xp: Any,
) -> Tensor:
    """The value, or what ``given`` says of empty masks."""
    rule = spec.empties.empty
    if rule == "formula":
        return value
    empty = true == 0
    if spec.empties.empty_when == "both":
        empty = xp.logical_and(empty, pred == 0)
    elif spec.empties.empty_when == "either":
        empty = xp.logical_or(empty, pred == 0)
    return xp.where(empty, given[rule] * xp.ones_like(value), value)


def _form(value: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    form = spec.outcome.form
    if form == "one_minus":
        return 1 - value
    if form == "minus":
        return -value
    if form == "minus_log":
        floor = spec.outcome.log_floor
        return -xp.log(xp.maximum(value, floor) if floor else value)
    if form == "log_cosh":
        return xp.log(xp.cosh(1 - value))
    return value


def _focal(value: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    if spec.outcome.focal == 1:
        return value
    power = constant(spec.outcome.focal, value, xp)
    positive = value > 0
    raised = xp.where(positive, value, xp.ones_like(value)) ** power
    rounding = xp.logical_and(value > -1e-6, xp.logical_not(positive))
    below = xp.where(rounding, 0.0 * value, math.nan * xp.ones_like(value))
    return xp.where(positive, raised, below)


def _class_weighted(value: Tensor, true: Tensor, spec: DiceSpec, xp: Any) -> tuple[Tensor, Tensor]:
    """The weighted losses, and the weights that a normalisation divides by (1 where unweighted)."""
    weighting = spec.weighting
    alone = not weighting.weigh_one and value.shape[-1] == 1
    if weighting.weights == "none" or weighting.weights_on == "ratio" or alone:
        return value, xp.ones_like(value)
    if "batch" in spec.summed.over:
        true = xp.sum(true, axis=-2, keepdims=True)
    weights = class_weights(true, spec, xp) * xp.ones_like(value)
    return value * weights, weights


def _along(
    value: Tensor,
    weights: Tensor,
    axis: int,
    spec: DiceSpec,
    xp: Any,
    sample_weight: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The sum along an axis and what a mean divides it by."""
    by = xp.ones_like(value)
    if spec.weighting.normalise == "weights":
        none = xp.sum(weights, axis=axis, keepdims=True) == 0
        by = xp.where(none, by, weights)
    if spec.averaged.skip_nan:
        undefined = xp.isnan(value)
        by = xp.where(undefined, xp.zeros_like(by), by)
        value = xp.where(undefined, xp.zeros_like(value), value)
    if sample_weight is not None:
        value, by = value * sample_weight, by * sample_weight
    return xp.sum(value, axis=axis), xp.sum(by, axis=axis)


def _divided(total: Tensor, count: Tensor, xp: Any) -> Tensor:
    """The mean; NaN of nothing."""
    none = count == 0
    mean = total / xp.where(none, xp.ones_like(count), count)
    return xp.where(none, math.nan * xp.ones_like(mean), mean)


def _filled(value: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    if not spec.averaged.skip_nan or spec.averaged.all_nan is None:
        return value
    return xp.where(xp.isnan(value), spec.averaged.all_nan * xp.ones_like(value), value)


def _outcome(value: Tensor, when: When, spec: DiceSpec, xp: Any) -> Tensor:
    """The form and the focal power, as far as they come before or after averaging."""
    if spec.outcome.form_when == when:
        value = _form(value, spec, xp)
    if spec.outcome.focal_when == when:
        value = _focal(value, spec, xp)
    return value

"""How a definition changes with the parts of its ratios: derivatives of the stages.

The stages are analytic, so a derivative is the imaginary part of the stage itself at a point moved
by a tiny imaginary step: exact to rounding, and no second copy of a formula. Averages are linear,
so only their weights are written out.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tb_dice.definition import stages
from tb_dice.definition.arrays import Floats, Tensor
from tb_dice.definition.spec import DiceSpec
from tb_dice.definition.stages import Parts

_STEP = 1e-100


def by_parts(part: Parts, spec: DiceSpec) -> tuple[Floats, Floats, Floats]:
    """The derivatives of a definition by TP, FP and FN of every sample and class.

    Args:
        part: arrays [..., N, C], one batch each.
        spec: a definition that gives one number per batch.

    Returns:
        Three arrays [..., N, C]; NaN or infinite where the definition is.
    """
    pooled = Parts(*(_over_batch(sums, spec) for sums in part.arrays()))
    ratio = spec.replace(over=spec.summed.over - {"batch"})
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = by_score(stages.score(pooled, ratio, np), part.true, spec)
        found = [_times(slope, _of_score(pooled, name, ratio)) for name in ("tp", "fp", "fn")]
    tp, fp, fn = (np.broadcast_to(slopes, part.tp.shape) for slopes in found)
    return tp, fp, fn


def by_score(score: Floats, true: Floats, spec: DiceSpec) -> Floats:
    """The derivatives of a definition by its scores [..., N', C']: the loss, its average, and more.

    Args:
        score: the scores; undefined ones that the average skips have a derivative of 0.
        true: target sums [..., N, C], for weights by support.
        spec: the definition.
    """
    value = stages.loss(score, spec, np)
    share = _shares(value, true, spec)
    before = spec.replace(form_when="before", focal_when="before")
    mean = stages.finish(*stages.collect(value, true, before, np), before, np)
    whole = spec.replace(reduce="mean", skip_nan=False)

    def after(at: Tensor) -> Tensor:
        return stages.finish(at[..., None], np.ones((*at.shape, 1)), whole, np)

    outer = derivative(after, mean)[..., None, None]
    return _times(outer * share, derivative(lambda at: stages.loss(at, spec, np), score))


def derivative(function: Callable[[Tensor], Tensor], at: Floats) -> Floats:
    """The derivative of an analytic function that takes each number by itself."""
    slope: Floats = np.imag(function(at + 1j * _STEP)) / _STEP
    return slope


def _of_score(part: Parts, name: str, spec: DiceSpec) -> Floats:
    """The derivatives of the score by one part of each class: [..., N, C], or 1 for all classes."""

    def along(direction: Floats) -> Floats:
        moved = replace(part, **{name: getattr(part, name) + 1j * _STEP * direction})
        slope: Floats = np.imag(stages.score(moved, spec, np)) / _STEP
        return slope

    classes = np.eye(part.tp.shape[-1])
    if "class" not in spec.summed.over:
        return along(classes.sum(axis=0))
    alike = spec.weighting.weights_on != "ratio"
    return np.concatenate([along(one) for one in (classes[:1] if alike else classes)], axis=-1)


def _shares(value: Floats, true: Floats, spec: DiceSpec) -> Floats:
    """How much each loss [..., N', C'] counts in the average."""
    weights = np.ones_like(value)
    if spec.weighting.weights != "none" and spec.weighting.weights_on == "loss":
        weights = weights * stages.class_weights(_over_batch(true, spec), spec, np)
    how = spec.averaged.reduce
    first = -1 if how == "class_then_batch" else -2
    counts = np.ones_like(value)
    if spec.weighting.normalise == "weights":
        nothing = weights.sum(axis=first, keepdims=True) == 0
        counts = np.where(nothing, counts, weights)
    if spec.averaged.skip_nan:
        counts, weights = (np.where(np.isnan(value), 0.0, by) for by in (counts, weights))
    if how == "sum":
        return weights
    if how == "sum_classes":
        return _divided(weights, np.full(weights.shape, value.shape[-2]))
    if how == "class_then_batch":
        return _parted(weights, counts, -1, -2)
    if how == "batch_then_class":
        return _parted(weights, counts, -2, -1)
    return _divided(weights, counts.sum(axis=(-2, -1), keepdims=True))


def _parted(weights: Floats, counts: Floats, first: int, then: int) -> Floats:
    """Shares in a mean along one axis and then along the other, each of what is defined."""
    count = counts.sum(axis=first, keepdims=True)
    defined = (count > 0).sum(axis=then, keepdims=True)
    return _divided(weights, count * defined)


def _over_batch(sums: Floats, spec: DiceSpec) -> Floats:
    return np.sum(sums, axis=-2, keepdims=True) if "batch" in spec.summed.over else sums


def _times(slope: Floats, inner: Floats) -> Floats:
    """The chain rule, where a slope of 0 hides what is undefined behind it."""
    return np.where(slope == 0, 0.0, slope * inner)


def _divided(weights: Floats, count: Floats) -> Floats:
    return np.where(count > 0, weights / np.where(count > 0, count, 1.0), 0.0)

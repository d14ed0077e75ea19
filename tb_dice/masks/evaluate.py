"""Arrays and a definition -> its value: what ``dice``, the losses and the metric share."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from tb_dice.definition import stages
from tb_dice.definition.arrays import Tensor
from tb_dice.definition.spec import DiceSpec
from tb_dice.definition.stages import Parts
from tb_dice.masks import compounds, device, layouts, reduction, sane, sums
from tb_dice.masks.layouts import Layout
from tb_dice.masks.notice import Notice


def layout_for(spec: DiceSpec, true_shape: Any, pred_shape: Any, **options: Any) -> Layout:
    """How a definition reads arrays of these shapes; options as ``layouts.layout``."""
    compared = spec.compared
    if options.get("exclusive") is None:
        options["exclusive"] = {"threshold": False, "argmax": True}.get(compared.compare)
    layout = layouts.layout(
        true_shape,
        pred_shape,
        activation=compared.activation,
        threshold=compared.threshold,
        ignore_index=compared.ignore_index,
        **options,
    )
    _check_classes(spec, layout.channels)
    return layout


def evaluate(
    y_true: Tensor, y_pred: Tensor, spec: DiceSpec, layout: Layout, mask: Tensor | None, xp: Any
) -> Tensor:
    """The value of a definition: what the implementation of that name returns."""
    true, prob, valid = sums.prepared(y_true, y_pred, layout, mask, xp)
    value = _dice(true, prob, valid, spec, layout, xp)
    compound = spec.compound
    if compound.extra == "none":
        return value
    extra = compounds.value(true, y_pred, valid, spec, layout, xp)
    return compound.dice_weight * value + compound.extra_weight * extra


def oddities(
    y_true: Tensor,
    y_pred: Tensor,
    spec: DiceSpec,
    layout: Layout,
    mask: Tensor | None,
    *,
    looked: bool = False,
) -> list[Notice]:
    """What is odd about arrays: about their shapes and, where they can be seen, their values.

    Args:
        y_true: targets as ``layout`` says.
        y_pred: predictions [N, *S, C].
        spec: the definition; a compound of logits takes any number.
        layout: how they are read.
        mask: [N, *S], or None.
        looked: whether a batch of this training was looked at already: of tensors only the targets
            are then, since each look at their values waits for the device.

    Raises:
        TypeError: for an array that is not of numbers.
        ValueError: for targets that are wrong (``sane``).
    """
    for name, array in (("y_true", y_true), ("y_pred", y_pred)):
        device.numbers(name, array)
    if not (device.visible(y_true) and device.visible(y_pred)):
        axes = sane.axes(y_true, y_pred, exclusive=bool(sane.known_exclusive(layout)))
        return [] if axes is None else [axes]
    at = device.device(y_pred)
    true, pred = at.tensor("y_true", y_true), at.tensor("y_pred", y_pred)
    mask = None if mask is None else at.tensor("mask", mask)
    if looked and not isinstance(y_pred, np.ndarray):
        targets = sane.Seen(replace(layout, exclusive=False))
        targets.add(device.host("values", at.run(sums.seen_targets, true, mask, layout)[0]))
        return targets.verdict()
    judged = replace(layout, exclusive=sane.exclusive(layout, true, pred, mask))
    (seen,) = at.run(sums.seen, true, pred, mask, judged)
    found = sane.verdict(device.host("values", seen), judged, true, pred)
    logits = spec.compound.extra.startswith("logit_")
    return [notice for notice in found if not (logits and notice.kind in ("range", "channels"))]


def nan_if_senseless(
    value: Tensor, y_true: Tensor, layout: Layout, mask: Tensor | None, xp: Any
) -> Tensor:
    """A value, or NaN if a target that counts is wrong: inside a trace nothing can be raised."""
    valid = sums.counting(y_true, layout, mask, xp)
    columns = sane.targets_of(y_true, valid, layout, xp)
    wrong = xp.any(sane.senseless(*columns, layout))
    return xp.where(wrong, xp.full_like(value, float("nan")), value)


def warn_once(
    y_true: Tensor,
    y_pred: Tensor,
    spec: DiceSpec,
    layout: Layout,
    mask: Tensor | None,
    said: set[str],
) -> None:
    """Warns the caller's caller of ``oddities``, of each kind once.

    ``said`` remembers the kinds, and by ``""`` that the values of a batch were looked at.
    """
    for notice in oddities(y_true, y_pred, spec, layout, mask, looked="" in said):
        if notice.kind not in said:
            warnings.warn(notice, stacklevel=3)
        said.add(notice.kind)
    if device.visible(y_true) and device.visible(y_pred):
        said.add("")


def check_weight(sample_weight: Tensor | None, spec: DiceSpec, has_samples: bool) -> None:
    """Refuses weights that are not one per sample, or of a definition without a value for each."""
    if sample_weight is None:
        return
    shape = tuple(np.shape(sample_weight))
    if not has_samples:
        raise ValueError(
            "Expected no sample_weight: this definition has no value per sample"
            f" ({spec.words()}). Received shape: {shape}."
        )
    if any(size != 1 for size in shape[1:]):
        raise ValueError(
            "Expected sample_weight with one weight per sample, [N] or [N, 1]; to leave voxels"
            f" out, use ignore_index or mask. Received shape: {shape}."
        )


def parts(
    y_true: Tensor, y_pred: Tensor, spec: DiceSpec, layout: Layout, mask: Tensor | None, xp: Any
) -> Parts:
    """What the ratio is made of, [N, C], for definitions that sum over space."""
    true, prob, valid = sums.prepared(y_true, y_pred, layout, mask, xp)
    return _parts(*_compared(true, prob, valid, spec, layout, xp), spec, xp)


def _check_classes(spec: DiceSpec, channels: int) -> None:
    """Refuse a definition that names classes, or gives numbers for classes, that do not exist."""
    compared = spec.compared
    if compared.classes is not None and max(compared.classes) >= channels:
        raise ValueError(
            f"Expected predictions with a channel for each class. Received: a definition that takes"
            f" class {max(compared.classes)}, and the predictions have {channels} channels."
        )
    dropped = 1 if not compared.background and channels > 1 else 0
    kept = len(compared.classes) if compared.classes is not None else channels - dropped
    given = {
        "smooth_num": spec.ratio.smooth_num,
        "smooth_den": spec.ratio.smooth_den,
        "given": spec.weighting.given,
        "focal": spec.outcome.focal,
        "extra_given": spec.compound.extra_given,
    }
    if kept == 1 and not spec.weighting.weigh_one:
        del given["given"]
    for name, numbers in given.items():
        entropy = name == "extra_given" and spec.compound.extra.endswith("cross_entropy")
        wanted = channels if entropy else kept
        if isinstance(numbers, tuple) and len(numbers) not in (1, wanted):
            raise ValueError(
                f"Expected `{name}` to be one number, or one for each of {wanted} classes."
                f" Received: {len(numbers)} numbers."
            )


def _dice(
    true: Tensor, prob: Tensor, valid: Tensor | None, spec: DiceSpec, layout: Layout, xp: Any
) -> Tensor:
    true, prob, left = _compared(true, prob, valid, spec, layout, xp)
    if "space" in spec.summed.over:
        return stages.evaluate(_parts(true, prob, left, spec, xp), spec, xp)
    return _per_voxel(true, prob, left, spec, xp)


def _per_voxel(true: Tensor, prob: Tensor, left: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    """The value of a definition that does not sum over space: [N, *S, C] without what it sums."""
    n, *space = xp.shape(prob)[:-1]
    channels = prob.shape[-1]
    true, prob, left = (xp.reshape(a, (-1, 1, channels)) for a in (true, prob, left))
    part = _parts(true, prob, left, spec, xp)
    rows = (xp.reshape(a, (n, -1, channels)) for a in part.arrays())
    value = stages.evaluate(Parts(*(xp.moveaxis(a, 0, 1) for a in rows)), spec, xp)
    if spec.averaged.reduce != "none":
        return (xp.sum if spec.averaged.reduce == "sum" else xp.mean)(value, axis=0)
    samples = () if "batch" in spec.summed.over else (n,)
    classes = () if "class" in spec.summed.over else (channels,)
    return xp.reshape(xp.moveaxis(value, 0, 1), (*samples, *space, *classes))


def _compared(
    true: Tensor, prob: Tensor, valid: Tensor | None, spec: DiceSpec, layout: Layout, xp: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """What is compared, t, p and 1 - p: hard or soft, clipped, the voxels and classes that count.

    1 - p has its own clip, since float32 cannot hold 1 - 1e-7.
    """
    compared = spec.compared
    if compared.compare != "soft":
        hard = sums.hard_channels(prob, layout, xp)
        true, prob = (reduction.cast(a, prob.dtype, xp) for a in (true > 0.5, hard))
    found = [true, prob, 1 - prob]
    if compared.clip:
        first = 0 if compared.clip_target else 1
        clipped = [xp.clip(a, compared.clip, 1 - compared.clip) for a in found[first:]]
        found = [*found[:first], *clipped]
    found = [reduction.masked(a, valid, xp) for a in found]
    if compared.classes is not None:
        index = list(compared.classes)
        found = [xp.stack([a[..., i] for i in index], axis=-1) for a in found]
    elif not compared.background and layout.channels > 1:
        found = [a[..., 1:] for a in found]
    true, prob, left = found
    return true, prob, left


def _parts(true: Tensor, prob: Tensor, left: Tensor, spec: DiceSpec, xp: Any) -> Parts:
    """The parts of the ratio [N, C] for any power; errors are summed, not what sums leave over."""
    ratio = spec.ratio

    def total(values: Tensor) -> Tensor:
        return reduction.space_sum(values, xp)

    if ratio.overlap == "product" and ratio.power == ratio.error_power == 1:
        tp, fp, fn = total(true * prob), total((1 - true) * prob), total(true * left)
        return Parts(tp, fp, fn, tp + fn, tp + fp)
    tp, t, p = total(true * prob), total(true), total(prob)
    t_power, p_power = t, p
    if ratio.overlap == "difference":
        tp = (t + p - total(xp.abs(true - prob))) / 2
    if ratio.error_power != 1:
        fp = total(((1 - true) * prob) ** ratio.error_power)
        fn = total((true * left) ** ratio.error_power)
        return Parts(tp, fp, fn, t, p)
    if ratio.power != 1:
        t_power, p_power = total(true**ratio.power), total(prob**ratio.power)
    return Parts(tp, p_power - tp, t_power - tp, t, p)

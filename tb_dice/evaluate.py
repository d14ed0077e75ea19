"""Arrays and a definition -> its value: what ``dice``, the losses and the metric share."""

from typing import Any

from tb_dice import compounds, reduction, stages, sums
from tb_dice.spec import DiceSpec
from tb_dice.stages import Parts
from tb_dice.sums import Layout

Array = Any


def layout_for(spec: DiceSpec, true_shape: Any, pred_shape: Any, **options: Any) -> Layout:
    """How a definition reads arrays of these shapes; options as ``sums.layout``."""
    compared = spec.compared
    if options.get("exclusive") is None:
        options["exclusive"] = {"threshold": False, "argmax": True}.get(compared.compare)
    layout = sums.layout(
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
    y_true: Array, y_pred: Array, spec: DiceSpec, layout: Layout, mask: Array | None, xp: Any
) -> Array:
    """The value of a definition: what the implementation of that name returns."""
    true, prob, valid = sums.prepared(y_true, y_pred, layout, mask, xp)
    value = _dice(true, prob, valid, spec, layout, xp)
    compound = spec.compound
    if compound.extra == "none":
        return value
    extra = compounds.value(true, y_pred, valid, spec, layout, xp)
    return compound.dice_weight * value + compound.extra_weight * extra


def parts(
    y_true: Array, y_pred: Array, spec: DiceSpec, layout: Layout, mask: Array | None, xp: Any
) -> Parts:
    """What the ratio is made of, [N, C], for definitions that sum over space."""
    true, prob, valid = sums.prepared(y_true, y_pred, layout, mask, xp)
    return _parts(*_compared(true, prob, valid, spec, layout, xp), spec, xp)


def _check_classes(spec: DiceSpec, channels: int) -> None:
    """Refuse a definition that names classes, or gives numbers for them, that are not there."""
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
    true: Array, prob: Array, valid: Array | None, spec: DiceSpec, layout: Layout, xp: Any
) -> Array:
    true, prob = _compared(true, prob, valid, spec, layout, xp)
    if "space" in spec.summed.over:
        return stages.evaluate(_parts(true, prob, spec, xp), spec, xp)
    flat = (-1, 1, prob.shape[-1])
    part = _parts(xp.reshape(true, flat), xp.reshape(prob, flat), spec, xp)
    return xp.reshape(stages.evaluate(part, spec, xp), xp.shape(prob)[:-1])


def _compared(
    true: Array, prob: Array, valid: Array | None, spec: DiceSpec, layout: Layout, xp: Any
) -> tuple[Array, Array]:
    """What is compared: hard or soft, clipped, the voxels and the classes that count."""
    compared = spec.compared
    if compared.compare != "soft":
        hard = sums.hard_channels(prob, layout, xp)
        true, prob = (
            reduction.cast(true > 0.5, prob.dtype, xp),
            reduction.cast(hard, prob.dtype, xp),
        )
    if compared.clip:
        prob = xp.clip(prob, compared.clip, 1 - compared.clip)
        if compared.clip_target:
            true = xp.clip(true, compared.clip, 1 - compared.clip)
    true, prob = (reduction.masked(a, valid, xp) for a in (true, prob))
    if compared.classes is not None:
        index = list(compared.classes)
        return tuple(xp.stack([a[..., i] for i in index], axis=-1) for a in (true, prob))
    if not compared.background and layout.channels > 1:
        return true[..., 1:], prob[..., 1:]
    return true, prob


def _parts(true: Array, prob: Array, spec: DiceSpec, xp: Any) -> Parts:
    """The parts of the ratio [N, C] for any power."""
    ratio = spec.ratio
    tp, t, p = (reduction.space_sum(a, xp) for a in (true * prob, true, prob))
    if ratio.overlap == "difference":
        tp = (t + p - reduction.space_sum(xp.abs(true - prob), xp)) / 2
    if ratio.error_power != 1:
        fp = reduction.space_sum(((1 - true) * prob) ** ratio.error_power, xp)
        fn = reduction.space_sum((true * (1 - prob)) ** ratio.error_power, xp)
        return Parts(tp, fp, fn, t, p)
    if ratio.power == 1:
        return Parts(tp, p - tp, t - tp, t, p)
    t_power = reduction.space_sum(true**ratio.power, xp)
    p_power = reduction.space_sum(prob**ratio.power, xp)
    return Parts(tp, p_power - tp, t_power - tp, t, p)

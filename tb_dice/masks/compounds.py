"""The losses that compounds add to Dice: cross-entropy and focal.

Binary where classes may overlap or there is one channel, else over the channels of a voxel. ``xp``
is ``numpy`` or ``keras.ops``. Probabilities are kept at 1e-7 or more inside logarithms.
"""

from typing import Any

from tb_dice.definition import stages
from tb_dice.definition.arrays import Tensor
from tb_dice.definition.questions import Activation
from tb_dice.definition.spec import DiceSpec
from tb_dice.masks import reduction, sums
from tb_dice.masks.layouts import Layout
from tb_dice.masks.sums import LOG_CLIP


def value(
    true: Tensor, y_pred: Tensor, valid: Tensor | None, spec: DiceSpec, layout: Layout, xp: Any
) -> Tensor:
    """The extra loss of ``spec``: [N] where the spec keeps samples, else one number.

    Args:
        true: targets [N, *S, C].
        y_pred: predictions [N, *S, C], before the activation.
        valid: [N, *S, 1 or C], what counts, or None.
        spec: defines which loss.
        layout: defines the activation and whether classes exclude each other.
        xp: ``numpy`` or ``keras.ops``.
    """
    values = reduction.wide(y_pred, xp)
    if "focal" in spec.compound.extra and not spec.compared.background and layout.channels > 1:
        true, values = true[..., 1:], values[..., 1:]
        valid = valid if valid is None or valid.shape[-1] == 1 else valid[..., 1:]
    binary, activation = _reading(spec, layout)
    losses = (_binary if binary else _over_channels)(true, values, activation, spec, xp)
    total = xp.sum(reduction.space_sum(reduction.masked(losses, valid, xp), xp), axis=1)
    return averaged(total, _counted(true, losses, valid, binary, spec, xp), spec, xp)


def averaged(total: Tensor, count: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    """The average as the spec says of totals [..., N] and what a mean divides them by."""
    safe = xp.where(count > 0, count, xp.ones_like(count))
    if spec.averaged.reduce == "per_sample":
        return total / safe
    if spec.averaged.reduce == "sum":
        return xp.sum(total / safe if "focal" in spec.compound.extra else total, axis=-1)
    if spec.compound.extra_normalise == "weights":
        counts = xp.sum(count, axis=-1)
        return xp.sum(total, axis=-1) / xp.where(counts > 0, counts, xp.ones_like(counts))
    return xp.mean(total / safe, axis=-1)


def _reading(spec: DiceSpec, layout: Layout) -> tuple[bool, Activation]:
    """Whether each channel is a binary loss, and the activation."""
    focal = "focal" in spec.compound.extra
    if spec.compound.extra.startswith("logit_"):
        binary = focal or layout.channels == 1
        return binary, "sigmoid" if binary else "softmax"
    if focal and layout.activation == "softmax":
        return True, "softmax"
    return focal or not layout.exclusive, layout.activation


def _over_channels(
    true: Tensor, values: Tensor, activation: Activation, spec: DiceSpec, xp: Any
) -> Tensor:
    """Cross-entropy of exclusive channels, each times its weight."""
    return -_weighted(true, spec, xp) * _logs(values, activation, xp)


def _binary(
    true: Tensor, values: Tensor, activation: Activation, spec: DiceSpec, xp: Any
) -> Tensor:
    """Binary losses of each channel; in a cross-entropy, weights apply to the positives."""
    yes, no = _binary_logs(values, activation, xp)
    if "focal" not in spec.compound.extra:
        return -_weighted(true, spec, xp) * yes - (1 - true) * no
    gamma, alpha = spec.compound.gamma, spec.compound.focal_alpha
    there, absent = true, 1 - true
    if alpha is not None:
        there, absent = alpha * there, (1 - alpha) * absent
    losses = -there * xp.exp(gamma * no) * yes - absent * xp.exp(gamma * yes) * no
    return _weighted(losses, spec, xp)


def _weighted(values: Tensor, spec: DiceSpec, xp: Any) -> Tensor:
    given = spec.compound.extra_given
    return values if given is None else values * stages.constant(given, values, xp)


def _counted(
    true: Tensor, losses: Tensor, valid: Tensor | None, binary: bool, spec: DiceSpec, xp: Any
) -> Tensor:
    """What a mean divides by, [N]: voxels, voxels times channels, or the weights of voxels."""
    if spec.compound.extra_normalise == "weights" and not binary:
        held = reduction.masked(_weighted(true, spec, xp), valid, xp)
        return xp.sum(reduction.space_sum(held, xp), axis=1)
    voxels = reduction.voxels(true, valid, xp)
    per_channel = binary and spec.averaged.reduce != "sum"
    if per_channel and valid is not None and valid.shape[-1] != 1:
        voxels = xp.sum(reduction.space_count(valid, xp), axis=1)
    elif per_channel:
        voxels = voxels * losses.shape[-1]
    return reduction.cast(voxels, losses.dtype, xp)


def _logs(values: Tensor, activation: Activation, xp: Any) -> Tensor:
    """Log p over exclusive channels."""
    if activation == "softmax":
        return sums.log_softmax(values, xp)
    return xp.log(xp.maximum(sums.activated(values, activation, xp), LOG_CLIP))


def _binary_logs(values: Tensor, activation: Activation, xp: Any) -> tuple[Tensor, Tensor]:
    """Log p and log (1 - p) of each channel."""
    if activation != "sigmoid":
        prob = sums.activated(values, activation, xp)
        return xp.log(xp.maximum(prob, LOG_CLIP)), xp.log(xp.maximum(1 - prob, LOG_CLIP))
    soft = xp.log1p(xp.exp(-xp.abs(values)))
    return xp.minimum(values, 0) - soft, xp.minimum(-values, 0) - soft

"""The losses that compounds add to Dice: cross-entropy and focal, one number per sample.

Binary where classes may overlap or there is one channel, else over the channels of a voxel. ``xp``
is ``numpy`` or ``keras.ops``. Probabilities are kept at 1e-7 or more inside logarithms.
"""

from typing import Any

from tb_dice import reduction, sums
from tb_dice.spec import DiceSpec
from tb_dice.sums import LOG_CLIP, Layout

Array = Any


def per_sample(
    true: Array, y_pred: Array, valid: Array | None, spec: DiceSpec, layout: Layout, xp: Any
) -> Array:
    """The extra loss of ``spec``, the mean over the voxels of each sample: [N].

    Args:
        true: targets [N, *S, C].
        y_pred: predictions [N, *S, C], before the activation.
        valid: voxels [N, *S] that count, or None.
        spec: says which loss.
        layout: says the activation and whether classes exclude each other.
        xp: ``numpy`` or ``keras.ops``.
    """
    values = reduction.wide(y_pred, xp)
    binary, activation = _reading(spec, layout)
    if "focal" in spec.compound.extra and not spec.compared.background and layout.channels > 1:
        true, values = true[..., 1:], values[..., 1:]
    if not binary:
        losses = -true * _logs(values, activation, xp)
    else:
        yes, no = _binary_logs(values, activation, xp)
        if "focal" in spec.compound.extra:
            gamma = spec.compound.gamma
            losses = -true * xp.exp(gamma * no) * yes - (1 - true) * xp.exp(gamma * yes) * no
        else:
            losses = -true * yes - (1 - true) * no
    total = xp.sum(reduction.space_sum(reduction.masked(losses, valid, xp), xp), axis=1)
    voxels = reduction.cast(reduction.voxels(true, valid, xp), total.dtype, xp)
    if binary:
        voxels = voxels * losses.shape[-1]
    return total / xp.maximum(voxels, 1)


def _reading(spec: DiceSpec, layout: Layout) -> tuple[bool, str]:
    """Whether each channel is a binary loss, and the activation."""
    focal = "focal" in spec.compound.extra
    if spec.compound.extra.startswith("logit_"):
        binary = focal or layout.channels == 1
        return binary, "sigmoid" if binary else "softmax"
    if focal and layout.activation == "softmax":
        return True, "softmax"
    return focal or not layout.exclusive, layout.activation


def _logs(values: Array, activation: str, xp: Any) -> Array:
    """Log p over exclusive channels."""
    if activation == "softmax":
        shifted = values - xp.max(values, axis=-1, keepdims=True)
        return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
    return xp.log(xp.maximum(sums.activated(values, activation, xp), LOG_CLIP))


def _binary_logs(values: Array, activation: str, xp: Any) -> tuple[Array, Array]:
    """Log p and log (1 - p) of each channel."""
    if activation != "sigmoid":
        prob = sums.activated(values, activation, xp)
        return xp.log(xp.maximum(prob, LOG_CLIP)), xp.log(xp.maximum(1 - prob, LOG_CLIP))
    soft = xp.log1p(xp.exp(-xp.abs(values)))
    return xp.minimum(values, 0) - soft, xp.minimum(-values, 0) - soft

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
    logits = reduction.wide(y_pred, xp)
    binary = not layout.exclusive or spec.compound.extra == "focal"
    if binary:
        yes, no = _binary_logs(logits, layout.activation, xp)
        if spec.compound.extra == "focal":
            values = -true * xp.exp(2 * no) * yes - (1 - true) * xp.exp(2 * yes) * no
        else:
            values = -true * yes - (1 - true) * no
    else:
        values = -true * _logs(logits, layout.activation, xp)
    total = xp.sum(reduction.space_sum(reduction.masked(values, valid, xp), xp), axis=1)
    voxels = reduction.cast(reduction.voxels(true, valid, xp), total.dtype, xp)
    if binary:
        voxels = voxels * layout.channels
    return total / xp.maximum(voxels, 1)


def _logs(values: Array, activation: str, xp: Any) -> Array:
    """Log p over exclusive channels."""
    if activation == "softmax":
        shifted = values - xp.max(values, axis=-1, keepdims=True)
        return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
    return xp.log(xp.maximum(sums.activated(values, activation, xp), LOG_CLIP))


def _binary_logs(values: Array, activation: str, xp: Any) -> tuple[Array, Array]:
    """Log p and log (1 - p) of each channel."""
    if activation == "none":
        return xp.log(xp.maximum(values, LOG_CLIP)), xp.log(xp.maximum(1 - values, LOG_CLIP))
    soft = xp.log1p(xp.exp(-xp.abs(values)))
    return xp.minimum(values, 0) - soft, xp.minimum(-values, 0) - soft

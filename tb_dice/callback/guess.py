"""What the predictions are: probabilities or logits, of classes that exclude each other or not.

Three sources are tried in this order: the loss (``from_logits``), the activation that made the
output, the values of the first batch. A certain answer is silent; a guess comes with a sentence
that names the argument to set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tb_dice.callback.heads import Head
from tb_dice.definition.arrays import Array, Tensor
from tb_dice.definition.questions import Activation
from tb_dice.definition.spec import DiceSpec
from tb_dice.masks import sane
from tb_dice.masks.notice import Notice

# Operations that keep the range of their input, by how their names begin.
_SHAPING = ("Reshape", "Permute", "Transpose", "Squeeze", "ExpandDims", "GetItem", "Cropping")
TRANSPARENT = (*_SHAPING, "Cast", "Identity", "Dropout", "SpatialDropout", "Resiz", "UpSampling")


@dataclass(frozen=True)
class Guess:
    """What is known of an output; None for what is unknown.

    Attributes:
        activation: What turns the predictions into probabilities: none, sigmoid or softmax.
        exclusive: Whether a voxel has exactly one class.
        notice: What is in doubt.
        clash: How the last layer contradicts a loss of probabilities, and whether that loss has a
            ``from_logits`` to set; None if it does not.
        kind: The activation that belongs to that loss, None if it is unknown.
    """

    activation: Activation | None
    exclusive: bool | None = None
    notice: Notice | None = None
    clash: Notice | None = None
    kind: Activation | None = None


UNKNOWN = Guess(None)


def from_model(model: Any, head: Head, channels: int, labels: bool) -> Guess:
    """Returns what the loss and the last activation say, without a look at the values."""
    loss = loss_of(model, head)
    logits, kind = from_logits(loss), loss_kind(loss)
    last = last_activation(model, head)
    known = last if last in ("softmax", "sigmoid") else kind
    exclusive = True if labels or known == "softmax" else False if known else None
    if logits or (last == "linear" and logits is None):
        activation = _activation_for(channels, labels, kind)
        notice = None if logits or kind else _doubt("linear", activation, _LINEAR)
        return Guess(activation, labels or activation == "softmax", notice)
    if last in ("softmax", "sigmoid") or (last is None and logits is False):
        return Guess("none", exclusive)
    if logits is None:
        return Guess(None, exclusive)
    option = not _is_ours(loss)
    said = " (from_logits=False)" if option else ""
    clash = f"The loss expects probabilities{said}, but the last layer is {last}"
    return Guess(None, exclusive, clash=Notice(clash, "clash", from_logits=option), kind=kind)


def from_values(
    y: Array, p: Array, labels: bool, model: Guess = UNKNOWN, mask: Array | None = None
) -> Guess:
    """Returns what the values of a batch look like; always in doubt.

    Args:
        y: Targets.
        p: Predictions.
        labels: Whether the targets are a label map.
        model: What the model says.
        mask: bool [N, *S], true where a voxel counts, or None.
    """
    p = np.asarray(p, np.float64)
    channels, clash = p.shape[-1], model.clash or _NEITHER
    finite = p[np.isfinite(p)]
    low, high = -sane.RANGE_OFF, 1 + sane.RANGE_OFF
    if not finite.size or (finite.min() >= low and finite.max() <= high):
        exclusive = labels or (channels > 1 and (sane.adds_up(p, mask) or sane.adds_up(y, mask)))
        kind = "probabilities of classes that exclude each other" if exclusive else "probabilities"
        return Guess("none", exclusive, _doubt("values", "none", _VALUES, clash, kind))
    if model.clash and (channels == 1 or labels or model.kind):
        activation = _activation_for(channels, labels, model.kind)
    else:
        activation = "softmax" if channels > 1 and (labels or sane.adds_up(y, mask)) else "sigmoid"
    exclusive = labels or activation == "softmax"
    if model.clash is None:
        return Guess(activation, exclusive, _doubt("values", activation, _VALUES, clash, "logits"))
    option = model.clash.facts["from_logits"]
    cure = "from_logits=True" if option else f'activation="{activation}"'
    hard = "" if exclusive else ", so hard Dice differs from predictions > 0.5"
    return Guess(activation, exclusive, _doubt("values", activation, _MISSING, clash, cure, hard))


def loss_of(model: Any, head: Head) -> Any:
    """Returns the loss of an output, or None."""
    loss = getattr(model, "loss", None)
    if isinstance(loss, Mapping):
        return loss.get(head.name)
    if isinstance(loss, list | tuple):
        return loss[head.place] if head.place < len(loss) else None
    return loss


def from_logits(loss: Any) -> bool | None:
    """Returns whether a loss takes logits, None if it does not say."""
    if _is_ours(loss):
        return bool(loss.spec.compared.activation != "none")
    stated = getattr(loss, "from_logits", None)
    if stated is None:
        stated = getattr(loss, "keywords", {}).get("from_logits")
    if stated is None and loss_kind(loss) is not None:
        return False  # Keras' cross-entropies take probabilities by default
    return None if stated is None else bool(stated)


def loss_kind(loss: Any) -> Activation | None:
    """Returns the activation that belongs to a loss, None if its name does not say."""
    if _is_ours(loss):
        found: Activation = loss.spec.compared.activation
        return None if found == "none" else found
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or _name(loss)
    name = str(name).lower()
    if "crossentropy" not in name and "cross_entropy" not in name:
        return None
    if "binary" in name:
        return "sigmoid"
    return "softmax" if "categorical" in name else None


def last_activation(model: Any, head: Head) -> str | None:
    """Returns the name of the activation that made an output, None if it is unknown."""
    try:
        tensor = model.outputs[head.place]
        for _ in range(50):
            name, tensor = _made_by(tensor)
            if name is not None:
                return name
    except Exception:  # a subclassed model has no graph to walk
        return None
    return None


def _made_by(tensor: Tensor) -> tuple[str | None, Tensor]:
    """Returns the activation of the operation that made a tensor, or else its input tensor."""
    operation, node, place = tensor._keras_history
    kind = type(operation).__name__
    if kind in ("Softmax", "Sigmoid"):
        return kind.lower(), None
    if getattr(operation, "outputs", None):  # a model within the model
        return None, operation.outputs[place]
    activation = getattr(operation, "activation", None)
    name = "linear" if activation is None else _name(activation)
    if kind.startswith(TRANSPARENT) or (kind == "Activation" and name == "linear"):
        return None, operation._inbound_nodes[node].input_tensors[0]
    if hasattr(operation, "activation"):
        return name, None
    raise LookupError(kind)


def _doubt(how: Literal["linear", "values"], activation: str, template: str, *parts: str) -> Notice:
    text = f"{template.format(activation, *parts)} Set activation= to be sure."
    return Notice(text, "activation", how=how, activation=activation)


def _activation_for(channels: int, labels: bool, kind: Activation | None) -> Activation:
    if channels == 1:
        return "sigmoid"
    return "softmax" if labels else kind or "softmax"


def _is_ours(loss: Any) -> bool:
    return isinstance(getattr(loss, "spec", None), DiceSpec)


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


_LINEAR = (
    'The last layer has no activation, so the predictions are read as logits (activation="{}").'
)
_NEITHER = "Neither the loss nor the last layer says what the predictions are"
_VALUES = '{1}; the first batch looks like {2}, so activation="{0}" is used.'
_MISSING = (
    "{1}, and the first batch looks like logits. Probably a {0} is missing in the model, or {2} in"
    ' the loss. Predictions are recorded with activation="{0}"{3}.'
)

"""Which output of the model is recorded, which target belongs to it, which input is its picture."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keras import tree

from tb_dice.callback.capture import Seen
from tb_dice.definition.arrays import Tensor
from tb_dice.definition.expected import refusal
from tb_dice.masks import layouts
from tb_dice.masks.notice import Notice


@dataclass(frozen=True)
class Head:
    """One output of the model with its target; the tensors may be symbolic.

    Attributes:
        name: Name of the output, None if it has none.
        place: Its place among the model's outputs.
        y: Its target.
        p: Its prediction.
        weight: Its sample weights, None if it has none.
    """

    name: str | None
    place: int
    y: Tensor
    p: Tensor
    weight: Tensor | None = None


def heads(model: Any, seen: Seen) -> list[Head]:
    """Returns the outputs that have a target."""
    names = list(getattr(model, "output_names", None) or [])
    predictions = _named(seen.y_pred, names)
    targets = _beside(predictions, seen.y)
    weights = _beside(predictions, seen.weight)
    weights += weights[:1] * (len(predictions) - len(weights))  # as Keras, which takes one for all
    return [
        Head(name or None, place, y, p, weight)
        for place, ((name, p), y, weight) in enumerate(
            zip(predictions.items(), targets, weights, strict=False)
        )
        if y is not None and p is not None
    ]


def choose(found: Sequence[Head], output: str | int | None) -> tuple[Head, Notice | None]:
    """Returns the head to record, and a notice if there was a choice.

    Of several it is the one with most voxels; of equal ones, the first.

    Raises:
        ValueError: `output` names none of them, or none looks like a segmentation.
    """
    if output is not None and found:
        for head in found:
            if output in (head.name, head.place):
                return head, None
        one = "left out, since the model has one output with a target"
        several = f"one of {[head.name for head in found]} or one of their places"
        raise refusal("output", several if len(found) > 1 else one, output)
    fitting = [head for head in found if is_segmentation(head)]
    if not fitting and len(found) == 1 and len(found[0].p.shape) > 2:
        layouts.layout(found[0].y.shape, found[0].p.shape)  # says what does not fit
    if not fitting:
        raise ValueError(
            "Expected an output [N, *spatial, C] with a target [N, *spatial, C] or a label map"
            f" [N, *spatial]. Received: {_shapes(found)}."
        )
    if len(fitting) == 1:
        return fitting[0], None
    names = ", ".join(str(head.name) for head in fitting)
    chosen = max(fitting, key=_voxels)  # auxiliary heads of deep supervision are coarser
    text = (
        f"The model has several segmentation outputs ({names}); {chosen.name} is recorded."
        " Set output= to record a different one."
    )
    return chosen, Notice(text, "output", chosen=chosen.name)


def is_segmentation(head: Head) -> bool:
    """Returns whether prediction and target have the shapes of a segmentation."""
    if len(head.p.shape) < 3:
        return False
    try:
        layouts.layout(head.y.shape, head.p.shape)
    except ValueError:
        return False
    return True


def _voxels(head: Head) -> int:
    """The voxels of a prediction; 0 if a size is not known."""
    return math.prod(size or 0 for size in head.p.shape[1:-1])


def is_voxelwise(weight: Tensor, p: Tensor) -> bool:
    """Returns whether sample weights are [N, *spatial] or [N, *spatial, 1]."""
    shape, rank = tuple(weight.shape), len(p.shape)
    if len(shape) == rank and shape[-1] == 1:
        shape = shape[:-1]
    sizes = zip(shape[1:], tuple(p.shape)[1:-1], strict=False)
    return len(shape) == rank - 1 and all(a == b or a is None or b is None for a, b in sizes)


def picture(x: Any, rank: int) -> Tensor | None:
    """Returns the input that can be shown with predictions of `rank` axes, else the first."""
    leaves = [leaf for leaf in tree.flatten(x) if getattr(leaf, "shape", None) is not None]
    leaves = [leaf for leaf in leaves if "string" not in str(leaf.dtype)]
    for wanted in (rank, rank - 1):
        for leaf in leaves:
            if len(leaf.shape) == wanted:
                return leaf
    return leaves[0] if leaves else None


def _beside(predictions: Mapping[str, Tensor], values: Any) -> list[Tensor]:
    """Targets or weights in the order of the predictions."""
    if isinstance(values, Mapping) and any(name in values for name in predictions):
        return [values.get(name) for name in predictions]
    if len(predictions) == 1:
        return list(tree.flatten(values)[:1]) or [None]
    return list(values) if isinstance(values, list | tuple) else [values]


def _named(y_pred: Any, names: Sequence[str]) -> dict[str, Tensor]:
    """Predictions by name, in the order of the model's outputs."""
    if isinstance(y_pred, Mapping):
        order = names if set(names) == set(y_pred) else list(y_pred)
        return {name: y_pred[name] for name in order}
    if isinstance(y_pred, list | tuple):
        fitting = len(names) == len(y_pred)
        return dict(zip(names if fitting else map(str, range(len(y_pred))), y_pred, strict=True))
    return {names[0] if len(names) == 1 else "": y_pred}


def _shapes(found: Sequence[Head]) -> str:
    shown = [
        f"{head.name or 'output'} {_shape(head.p)} with target {_shape(head.y)}" for head in found
    ]
    return "; ".join(shown) or "no output with a target"


def _shape(tensor: Tensor) -> str:
    return "[" + ", ".join("?" if size is None else str(size) for size in tensor.shape) + "]"

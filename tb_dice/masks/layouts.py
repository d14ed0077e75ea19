"""How to read targets and predictions, from their shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tb_dice.definition.arrays import Tensor
from tb_dice.definition.expected import refusal
from tb_dice.definition.questions import Activation

Shape = Sequence[int | None]
Targets = Literal["labels", "channels"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read targets and predictions.

    ``targets``: "labels" [N, *S] or [N, *S, 1] of class indices, or "channels" [N, *S, C] (or [N,
    *S] when C = 1); ``trailing`` says whether they have the last axis. ``exclusive``: a voxel has
    one class, and the hard prediction is the argmax; else it is ``p > threshold``.
    """

    targets: Targets
    trailing: bool
    exclusive: bool
    channels: int
    activation: Activation = "none"
    threshold: float = 0.5
    ignore_index: int | None = None
    regions: tuple[tuple[str, tuple[int, ...]], ...] = ()


def layout(
    y_true_shape: Shape,
    y_pred_shape: Shape,
    *,
    activation: Activation = "none",
    exclusive: bool | None = None,
    threshold: float = 0.5,
    ignore_index: int | None = None,
    regions: Mapping[str, Sequence[int]] | None = None,
) -> Layout:
    """Read the shapes. The rank shows a label map; unknown (None) sizes are taken as matching.

    Args:
        y_true_shape: [N, *S, C], [N, *S] or [N, *S, 1].
        y_pred_shape: [N, *S, C]; C = 1 is one binary class.
        activation: what turns predictions into probabilities: "none", "sigmoid" or "softmax".
        exclusive: whether a voxel has one class; None: yes for label maps and softmax, and for more
            than one channel unless the activation is "sigmoid".
        threshold: of the hard prediction where classes do not exclude each other.
        ignore_index: target value of voxels that do not count, see ``kept``.
        regions: merged classes by name; they become further columns.

    Raises:
        ValueError: if the shapes do not belong together or an argument is out of range.
    """
    channels = _channels(y_pred_shape)
    if channels == 1 and activation == "softmax":
        raise ValueError(
            "Expected activation 'sigmoid' or 'none' for one channel, whose softmax is always 1."
            " Received: 'softmax'."
        )
    targets, trailing = _targets(y_true_shape, y_pred_shape, channels)
    if exclusive is None:
        exclusive = targets == "labels" or activation != "sigmoid"
    return Layout(
        targets=targets,
        trailing=trailing,
        exclusive=exclusive and channels > 1,
        channels=channels,
        activation=activation,
        threshold=float(threshold),
        ignore_index=ignore_index,
        regions=_regions(regions or {}, channels),
    )


def mask_of(mask: Tensor, y_pred_shape: Shape) -> Tensor:
    """A mask as [N, *S].

    Raises:
        ValueError: for a mask that is neither [N, *S] nor [N, *S, 1].
    """
    shape, wanted = mask.shape, y_pred_shape[:-1]
    if len(shape) == len(y_pred_shape) and shape[-1] == 1:
        mask, shape = mask[..., 0], shape[:-1]
    if len(shape) != len(wanted) or not _match(shape, wanted):
        raise ValueError(
            f"Expected `mask` to have shape {text(wanted)} or {text((*wanted, 1))}, that of the"
            f" predictions without their channels. Received: {text(mask.shape)}."
        )
    return mask


def text(shape: Shape) -> str:
    """A shape as errors show it."""
    return "[" + ", ".join("?" if n is None else str(n) for n in shape) + "]"


def _channels(y_pred_shape: Shape) -> int:
    if len(y_pred_shape) < 3 or not y_pred_shape[-1] or 0 in y_pred_shape[1:]:
        raise ValueError(
            "Expected predictions [N, *spatial, C] with a known C and at least one voxel."
            f" Received shape: {text(y_pred_shape)}."
        )
    return y_pred_shape[-1]


def _targets(y_true_shape: Shape, y_pred_shape: Shape, c: int) -> tuple[Targets, bool]:
    """Whether the targets are labels or channels, and whether they have the last axis."""
    rank = len(y_pred_shape)
    if len(y_true_shape) == rank - 1 and _match(y_true_shape, y_pred_shape[:-1]):
        return ("labels" if c > 1 else "channels"), False
    if len(y_true_shape) == rank and _match(y_true_shape[:-1], y_pred_shape[:-1]):
        if y_true_shape[-1] in (c, None):
            return "channels", True
        if y_true_shape[-1] == 1:
            return "labels", True
    labels = f", or integer labels {text(y_pred_shape[:-1])}" if c > 1 else ""
    raise ValueError(
        f"Expected targets of shape {text(y_pred_shape)}{labels}, since the predictions are"
        f" {text(y_pred_shape)}. Received: {text(y_true_shape)}."
    )


def _match(a: Shape, b: Shape) -> bool:
    return all(x == y or x is None or y is None for x, y in zip(a, b, strict=True))


def _regions(regions: Mapping[str, Sequence[int]], c: int) -> tuple[Any, ...]:
    for name, members in regions.items():
        if not all(0 <= m < c for m in members):
            raise refusal("regions", f"made of channels from 0 to {c - 1}", {name: list(members)})
    return tuple((name, tuple(int(m) for m in members)) for name, members in regions.items())

"""How targets and predictions are to be read, from their shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tb_dice.definition.arrays import Tensor
from tb_dice.definition.questions import CHOICES, Activation

Shape = Sequence[int | None]

# An axis is a picture's side rather than classes from MANY on; axis 1 may be classes up to FEW.
MANY, FEW = 16, 10


@dataclass(frozen=True, slots=True)
class Layout:
    """How targets and predictions are to be read.

    ``targets``: "labels" [N, *S] or [N, *S, 1] of class indices, or "channels" [N, *S, C] (or [N,
    *S] when C = 1); ``trailing`` says whether they have the last axis. ``exclusive``: a voxel has
    one class, so that the hard prediction is the argmax; else it is ``p > threshold``.
    """

    targets: str
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
    integer_targets: bool = False,
) -> Layout:
    """Read the shapes. A label map is told by its rank; unknown (None) sizes are taken as matching.

    Args:
        y_true_shape: [N, *S, C], [N, *S] or [N, *S, 1].
        y_pred_shape: [N, *S, C]; C = 1 is one binary class.
        activation: what turns predictions into probabilities: "none", "sigmoid" or "softmax".
        exclusive: whether a voxel has one class; None: yes for label maps and softmax, and for more
            than one channel unless the activation is "sigmoid".
        threshold: of the hard prediction where classes do not exclude each other.
        ignore_index: target value of voxels that do not count, see ``kept``.
        regions: merged classes by name; they become further columns.
        integer_targets: whether the targets are integers; used to word errors.

    Raises:
        ValueError: when the shapes do not belong together or an argument is out of range.
    """
    if activation not in CHOICES["activation"]:
        raise ValueError(
            f"Expected `activation` to be one of {CHOICES['activation']}. Received: {activation!r}."
        )
    channels = _channels(y_pred_shape)
    if channels == 1 and activation == "softmax":
        raise ValueError(
            "Expected activation 'sigmoid' or 'none' for one channel: its softmax is 1 everywhere."
            " Received: 'softmax'."
        )
    targets, trailing = _targets(y_true_shape, y_pred_shape, channels, integer_targets)
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


def doubt(
    y_true_shape: Sequence[int], y_pred_shape: Sequence[int], *, exclusive: bool, integers: bool
) -> str | None:
    """Why shapes that belong together may still mean something else, and what to do; or None.

    Args:
        y_true_shape: Shape of the targets.
        y_pred_shape: Shape of the predictions, [N, *S, C].
        exclusive: Whether the values of a voxel are known to add up to 1: then they are classes.
        integers: Whether the predictions are integers.
    """
    shape = tuple(y_pred_shape)
    *space, channels = shape[1:]
    axes = "one spatial axis" if len(space) == 1 else f"{len(space)} spatial axes"
    sizes = " x ".join(str(size) for size in space)
    read = (
        f"Predictions of shape [N, {_text(shape[1:])[1:]} are read as {axes} of {sizes} voxels"
        f" and {channels} classes"
    )
    flat = len(space) == 1 and tuple(y_true_shape) == shape
    alike = channels >= MANY and channels <= 4 * space[0] and space[0] <= 4 * channels
    if flat and alike and not exclusive:
        scores = "; predictions are scores or one-hot, not labels (no argmax)" if integers else ""
        return f"{read}{scores}: a binary mask needs a last axis: p[..., None]."
    if len(space) > 1 and space[0] <= FEW and channels >= MANY and space[-1] == channels:
        return (
            f"{read}: predictions are channels-last, so move the classes to the"
            " last axis, of the targets too."
        )
    return None


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
            f"Expected a mask of shape {_text(wanted)}. Received: {_text(mask.shape)}."
        )
    return mask


def _channels(y_pred_shape: Shape) -> int:
    if len(y_pred_shape) < 3 or not y_pred_shape[-1]:
        raise ValueError(
            "Expected predictions [N, *spatial, C] with a known C."
            f" Received shape: {_text(y_pred_shape)}."
        )
    return y_pred_shape[-1]


def _targets(y_true_shape: Shape, y_pred_shape: Shape, c: int, integers: bool) -> tuple[str, bool]:
    """Whether the targets are labels or channels, and whether they have the last axis."""
    rank = len(y_pred_shape)
    if len(y_true_shape) == rank - 1 and _match(y_true_shape, y_pred_shape[:-1]):
        return ("labels" if c > 1 else "channels"), False
    if len(y_true_shape) == rank and _match(y_true_shape[:-1], y_pred_shape[:-1]):
        if y_true_shape[-1] in (c, None):
            return "channels", True
        if y_true_shape[-1] == 1:
            return "labels", True
    labels = f", or integer labels {_text(y_pred_shape[:-1])}" if c > 1 else ""
    kind = "integers of shape" if integers else "shape"
    raise ValueError(
        f"Expected targets of shape {_text(y_pred_shape)}{labels}, since the predictions are"
        f" {_text(y_pred_shape)}. Received: {kind} {_text(y_true_shape)}."
    )


def _match(a: Shape, b: Shape) -> bool:
    return all(x == y or x is None or y is None for x, y in zip(a, b, strict=True))


def _text(shape: Shape) -> str:
    return "[" + ", ".join("?" if n is None else str(n) for n in shape) + "]"


def _regions(regions: Mapping[str, Sequence[int]], c: int) -> tuple[Any, ...]:
    for name, members in regions.items():
        if not members or not all(0 <= m < c for m in members) or len(set(members)) < len(members):
            raise ValueError(
                f"Expected the region {name!r} to name different classes from 0 to {c - 1}."
                f" Received: {list(members)}."
            )
    return tuple((name, tuple(int(m) for m in members)) for name, members in regions.items())

"""Images and label maps as PNG bytes, with a window that shows them sensibly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class SampleImage:
    """One picture of one sample in one pass.

    Attributes:
        key: Identity of the pixels; image and target are written once a run for each key.
        sample_id: The sample, as in ``Record.sample_ids``.
        index: Place of the sample in the pass.
        reasons: Why it is shown: "fixed", "worst <class>".
        image: [H, W] or [H, W, channels], any dtype.
        target: Label map, int [H, W] with -1 = ignored, or bool [H, W, C].
        prediction: The same of the prediction.
        slice: Which slice of a volume, or None.
        depth: Number of slices of the volume, or None.
    """

    key: str
    sample_id: str
    index: int
    reasons: tuple[str, ...]
    image: Array
    target: Array
    prediction: Array
    slice: int | None = None
    depth: int | None = None


def window(image: Array) -> tuple[Array, tuple[float, float]]:
    """Returns a uint8 view [H, W] or [H, W, 3] of `image`, and the (low, high) that became 0 and 255."""
    raise NotImplementedError


def sample_images(
    key: str, sample_id: str, index: int, image: Array, target: Array, prediction: Array
) -> list[SampleImage]:
    """Returns the pictures of one sample: one in 2-D; in 3-D the slice with most error and the target's largest.

    Args:
        key: Identity of the sample's pixels; slices of a volume add their number.
        sample_id: The sample's name.
        index: Place in the pass.
        image: [*S] or [*S, channels].
        target: int [*S] with -1 = ignored, or bool [*S, C].
        prediction: The same.
    """
    raise NotImplementedError


def image_blobs(
    samples: Sequence[SampleImage],
    written: dict[str, tuple[list[int], list[int], list[float]]],
    *,
    step: int,
    classes: Sequence[str],
) -> list[bytes]:
    """Returns the blobs of a step: a JSON header, then PNGs.

    Args:
        samples: What to show at this step.
        written: Where image and target of a key lie (and the window); is added to.
        step: The step.
        classes: Names of the channels.
    """
    raise NotImplementedError

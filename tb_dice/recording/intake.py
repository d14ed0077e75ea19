"""A batch as the user's loop has it -> its sums, checked, and the pixels of a few samples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.masks import device, layouts, sane, sums
from tb_dice.masks.device import host, pick
from tb_dice.masks.notice import Notice
from tb_dice.recording.arguments import Arguments
from tb_dice.recording.maps import maps, probabilities


@dataclass(frozen=True, eq=False)
class Batch:
    """One batch, measured; the arrays, of numpy or tensors, as ``layout`` says.

    Attributes:
        y_true: Targets.
        y_pred: Predictions.
        mask: bool [N, *S], or None.
        layout: How they are read.
        soft: [N, C, 8] in the order of ``SOFT_SUMS``.
        counts: Integers [N, C, 3] in the order of ``HARD_SUMS``.
        voxels: [N], how many counted.
        oddities: What is odd about the predictions.
    """

    y_true: Any
    y_pred: Any
    mask: Any
    layout: layouts.Layout
    soft: Array
    counts: Array
    voxels: Array
    oddities: Sequence[Notice]

    def __len__(self) -> int:
        return len(self.voxels)

    def maps(self, rows: Sequence[int]) -> list[tuple[Array, Array, Array]]:
        """Returns target, prediction, probabilities of samples for ``images.sample_images``."""
        if not rows:
            return []
        true, pred = pick("y_true", self.y_true, rows), pick("y_pred", self.y_pred, rows)
        mask = None if self.mask is None else pick("mask", self.mask, rows)
        with np.errstate(all="ignore"):  # predictions may be any number
            drawn = sums.hard_labels(pred, self.layout)
        target, prediction, valid = maps(true, drawn, mask, self.layout)
        seen = probabilities(pred, valid, self.layout)
        return list(zip(target, prediction, seen, strict=True))


def read_batch(
    y_true: Any, y_pred: Any, mask: Any, asked: Arguments, before: layouts.Layout | None
) -> Batch:
    """Returns a checked batch; tensors of torch, JAX and TensorFlow are measured where they are.

    Args:
        y_true: Targets, of any framework.
        y_pred: Predictions.
        mask: [N, *S] or [N, *S, 1], True = valid, or None.
        asked: What the user says about how to read them.
        before: How the batches before were read: this one must have as many channels.

    Raises:
        TypeError: An array does not hold numbers.
        ValueError: Shapes do not belong together, or targets are wrong.
    """
    at = device.device(y_pred)
    true, pred = at.tensor("y_true", y_true), at.tensor("y_pred", y_pred)
    layout = _layout(true, pred, asked, before)
    mask = None if mask is None else layouts.mask_of(at.tensor("mask", mask), pred.shape)
    told = sane.exclusive(layout, true, pred, mask) if before is None else before.exclusive
    layout = replace(layout, exclusive=told)
    measured = at.run(sums.soft_and_hard, true, pred, mask, layout)
    soft, counts, voxels, values = (host("sums", each) for each in measured)
    oddities = sane.verdict(values, layout, true, pred)
    return Batch(true, pred, mask, layout, soft, counts, voxels, oddities)


def _layout(
    true: Any, pred: Any, asked: Arguments, before: layouts.Layout | None
) -> layouts.Layout:
    layout = layouts.layout(
        tuple(true.shape),
        tuple(pred.shape),
        activation="none" if asked.activation == "auto" else asked.activation,
        threshold=asked.threshold,
        ignore_index=asked.ignore_index,
        regions=asked.regions,
    )
    if before is not None and layout.channels != before.channels:
        raise ValueError(
            f"Expected `y_pred` to have {before.channels} channels, as in the batches before."
            f" Received: {layout.channels}."
        )
    return layout

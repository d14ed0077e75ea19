"""What the extremes of a pass say: targets that are wrong, predictions that are odd."""

import numpy as np

from tb_dice.callback.rows import Rows
from tb_dice.definition.spec import SOFT_SUMS
from tb_dice.masks.layouts import Layout
from tb_dice.masks.sums import DIVIDE, OFF_ONE, ROUNDING

OFF_RANGE = 1e-3  # by which predictions may
LOWEST = np.array([True, False, False, True, False, False])  # which of the extremes are minima
PREDICTED = [SOFT_SUMS.index("pred_sum"), SOFT_SUMS.index("pred_sq_sum")]


class Checks:
    """Looks at the rows of a pass.

    Args:
        layout: How targets and predictions are read.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._extremes = np.where(LOWEST, np.inf, -np.inf)
        self._non_finite = 0

    def add(self, rows: Rows) -> None:
        """Takes rows; NaN is passed over in the extremes, the sums tell of it."""
        low, high = np.fmin.reduce(rows.extremes), np.fmax.reduce(rows.extremes)
        low, high = np.fmin(self._extremes, low), np.fmax(self._extremes, high)
        self._extremes = np.where(LOWEST, low, high)
        finite = np.isfinite(rows.soft[..., PREDICTED])
        self._non_finite += int((~finite.all(axis=(1, 2))).sum())

    def fault(self) -> str | None:
        """Returns what makes the targets useless, or None."""
        low, high, between = self._extremes[3:]
        if not np.isfinite([low, high]).all():
            return "expected finite targets. Received: targets that are NaN or infinite"
        layout = self._layout
        if layout.targets == "labels" and (low < 0 or high > layout.channels - 1):
            return (
                f"expected labels from 0 to {layout.channels - 1}, one per channel of the"
                " predictions (set ignore_index for void voxels)."
                f" Received: labels from {low:g} to {high:g}"
            )
        if between > 0:
            return (
                "expected labels that are whole numbers (a resized label map is not: take the"
                f" nearest). Received: labels up to {between:g} between them"
            )
        if layout.targets == "channels" and (low < -ROUNDING or high > 1 + ROUNDING):
            divide = f". {DIVIDE}" if (low, high) == (0, 255) else ""
            return (
                "expected targets in [0, 1], or a label map beside predictions with one channel"
                f" per class. Received: targets from {low:g} to {high:g}{divide}"
            )
        return None

    def oddities(self) -> dict[str, str]:
        """Returns what is odd about the predictions: its kind to a sentence."""
        found = {}
        if self._non_finite:
            sentence = f"The predictions of {self._non_finite} samples are NaN or infinite."
            found["non-finite"] = sentence
        low, high, off = self._extremes[:3]
        if self._layout.activation != "none":
            return found
        if low < -OFF_RANGE or high > 1 + OFF_RANGE:
            found["range"] = (
                f"The predictions leave [0, 1] (from {low:g} to {high:g}): if they are logits,"
                ' set activation="softmax" or activation="sigmoid".'
            )
        elif self._layout.exclusive and off > OFF_ONE:
            found["channels"] = (
                f"The channels of the predictions miss a sum of 1 by up to {off:.2g}: if they are"
                ' logits, set activation="softmax", or "sigmoid" where classes may overlap.'
            )
        return found

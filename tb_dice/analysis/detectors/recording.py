"""Findings about the recording: predictions that are no probabilities, and notices."""

from collections.abc import Sequence

import numpy as np

from tb_dice.analysis.detectors.common import about
from tb_dice.analysis.finding import Finding, listed
from tb_dice.analysis.view import View


def out_of_range(views: Sequence[View]) -> list[Finding]:
    """Predictions that cannot be probabilities, seen from their sums."""
    found = []
    for view in views:
        why = _not_probabilities(view)
        if why and not any("[0, 1]" in text or "sum to 1" in text for text in view.table.notices):
            found.append(
                about(
                    view,
                    None,
                    id="not-probabilities",
                    level="bad",
                    claim=f"The predictions of {view.label} are no probabilities:",
                    evidence=f"{why}. Soft Dice of them means nothing; are they logits?",
                    weight=1.0,
                )
            )
    return found


def notices(views: Sequence[View]) -> list[Finding]:
    """What the recording itself noticed: shuffled, augmented, outside [0, 1] ..."""
    said: dict[str, list[View]] = {}
    for view in views:
        for text in view.table.notices:
            said.setdefault(text, []).append(view)
    return [
        about(
            telling[0],
            None,
            id="notice",
            level="warn",
            claim=f"{listed([view.label for view in telling])}:",
            evidence=text.rstrip("."),
            weight=0.3,
        )
        for text, telling in said.items()
    ]


def _not_probabilities(view: View) -> str | None:
    """Why the predictions of the last pass cannot be probabilities; None when they can be.

    For p in [0, 1] sum p * p is at most sum p; exclusive classes add up to the voxels.
    """
    record = view.record
    channels = len(record.classes) - len(record.regions)
    pred, square = (record.sums[name][:, :channels] for name in ("pred_sum", "pred_sq_sum"))
    if np.any(pred < 0) or np.any(square > pred * (1 + 1e-4) + 1e-4):
        return "Some lie outside [0, 1]"
    if record.exclusive and channels > 1:
        added = pred.sum(axis=1) / np.maximum(record.voxels, 1)
        worst = added[np.argmax(np.abs(added - 1))] if len(added) else 1.0
        if abs(worst - 1) > 0.01:
            return f"The classes of a voxel add up to {worst:.2f}, not to 1"
    return None

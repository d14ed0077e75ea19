"""Findings about the gradients of recorded losses: what they learn from empty masks."""

from collections.abc import Sequence

import numpy as np

from tb_dice.analysis.detectors.common import about
from tb_dice.analysis.finding import Finding, of
from tb_dice.analysis.view import View
from tb_dice.log.record import ALARM, EMPTY


def alarms_without_gradient(views: Sequence[View]) -> list[Finding]:
    """A recorded loss that hardly sees the false alarms it should unlearn.

    A class is drawn on a fifth of the samples that lack it (two or more), and all samples without
    it get less than .01 of its gradient. Reports the class and run with most such false alarms.
    """
    found = []
    for view in views:
        for name, shares in view.gradients:
            for column in view.foreground:
                lacking, alarms = view.without_target[column], view.cases[ALARM, column]
                if lacking < 2 or alarms < 0.2 * lacking or not shares.share[column] > 0:
                    continue
                part = float(shares.cases[[EMPTY, ALARM], column].sum() / shares.share[column])
                if part < 0.01:
                    found.append((float(alarms / lacking), view, column, name, part))
    if not found:
        return []
    return [_unseen(*max(found, key=lambda one: one[0]))]


def gradient_of_empties(views: Sequence[View]) -> list[Finding]:
    """A recorded loss with at least half of its gradient where target and prediction are empty.

    Reports the loss and run with the largest such share.
    """
    found = [
        (float(shares.cases[EMPTY].sum()), view, name, shares)
        for view in views
        for name, shares in view.gradients
    ]
    part, view, name, most = max(found, key=lambda one: one[0], default=(0.0, None, "", None))
    if part < 0.5 or view is None or most is None:
        return []
    column = int(np.argmax(most.cases[EMPTY]))
    smooth = view.recorded[name].ratio.smooth_den
    constant = f"; here smooth is {smooth:g}" if isinstance(smooth, float) else ""
    return [
        about(
            view,
            column,
            id="gradient-of-empties",
            analysis="gradient",
            level="warn",
            claim=f"{part:.0%} of the gradient of {name} comes from empty masks in {view.label}:",
            evidence="samples where a class is neither in the target nor drawn, above all "
            f"{view.table.classes[column]}. The gradient of one of their voxels can reach "
            f"1 / smooth{constant}",
            weight=part,
        )
    ]


def _unseen(rate: float, view: View, column: int, name: str, part: float) -> Finding:
    drawn, lacking = int(view.cases[ALARM, column]), int(view.without_target[column])
    shown = "less than 0.01 %" if part < 1e-4 else f"{100 * part:.2f} %"
    return about(
        view,
        column,
        id="alarms-without-gradient",
        analysis="gradient",
        level="warn",
        claim=f"{name} does not see the false alarms of {view.table.classes[column]} in "
        f"{view.label}:",
        evidence=f"the model draws it on {of(drawn, lacking)} samples that lack it, but these "
        f"{lacking} samples get {shown} of its gradient",
        sample=view.example(column, ALARM),
        weight=rate,
    )

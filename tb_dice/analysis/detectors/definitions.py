"""Findings about definitions: what the ones that are recorded, or chosen, do on these masks."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from tb_dice import values
from tb_dice.analysis.detectors.common import about
from tb_dice.analysis.empties import RULES
from tb_dice.analysis.finding import Finding, score
from tb_dice.analysis.lines import variant_line
from tb_dice.analysis.passes import one_pass
from tb_dice.analysis.view import View
from tb_dice.spec import DEFAULT

FORMS = ("score", "one_minus")
RANKED = tuple(rule for rule in RULES if rule.key in ("skip", "zero", "one"))


def accuracy_in_disguise(views: Sequence[View]) -> list[Finding]:
    """Recorded variants that sum all classes of a label map: near the share of right voxels.

    Said of the run in which that share is farthest above the mean over classes, from .2 on.
    """
    gaps = []
    for view in views:
        gap = _right(view)[0] - view.mean(view.hard)
        if gap >= 0.2 and _over_all(view):
            gaps.append((gap, view))
    if not gaps:
        return []
    gap, view = max(gaps, key=lambda one: one[0])
    (first, *more), (right, background) = _over_all(view), _right(view)
    plural = "s" if len(more) > 1 else ""
    others = f" and {len(more)} more recorded variant{plural} sum" if more else " sums"
    return [
        about(
            view,
            None,
            id="accuracy-in-disguise",
            level="warn",
            claim=f"{first}{others} over all classes, so that Dice is near the pixel accuracy:",
            evidence=f"in {view.label} {score(right)} of the voxels are right and "
            f"{score(background)} are background, while the mean over classes is "
            f"{score(view.mean(view.hard))}",
            weight=min(gap, 1.0),
        )
    ]


def beyond_one(views: Sequence[View]) -> list[Finding]:
    """A recorded score or 1 - score outside [0, 1]: a sum over classes that looks like a mean."""
    found = []
    for view in views:
        one = one_pass(view.table, len(view.table.steps) - 1)
        channels = values.record_channels(view.record)
        for name, spec in view.recorded.items():
            if spec.averaged.reduce not in ("sum", "sum_classes") or spec.outcome.form not in FORMS:
                continue
            value = float(variant_line(one, name, spec).values[0])
            if 0 <= value <= 1 or not np.isfinite(value):
                continue
            found.append(
                about(
                    view,
                    None,
                    id="beyond-one",
                    level="note",
                    claim=f"{name} is {score(value)} in {view.label}:",
                    evidence=f"a sum over {len(values.columns(spec, channels))} classes, no mean",
                    weight=0.2,
                )
            )
    return found


def rank_flips(views: Sequence[View]) -> list[Finding]:
    """Two runs of which the better one depends on the rule for empty masks, by .005 or more each.

    Of several such pairs the one that is farthest apart.
    """
    means = [(view, _means(view)) for view in views]
    flips = []
    for (a, of_a), (b, of_b) in combinations(means, 2):
        leads = np.subtract(of_a, of_b)
        by = min(leads.max(), -leads.min())  # NaN compares as false
        if by >= 0.005 and a.table.classes == b.table.classes:
            flips.append((float(by), a, b, of_a, of_b))
    if not flips:
        return []
    by, a, b, of_a, of_b = max(flips, key=lambda flip: flip[0])
    leads = np.subtract(of_a, of_b)
    ahead, behind = int(np.argmax(leads)), int(np.argmin(leads))
    return [
        about(
            a,
            None,
            id="rank-flips",
            level="warn",
            claim="Which run is best depends on the rule for empty masks:",
            evidence=f"{a.label} leads {b.label} by {score(of_a[ahead])} to {score(of_b[ahead])} "
            f"with “{RANKED[ahead].label}”, {b.label} leads by {score(of_b[behind])} to "
            f"{score(of_a[behind])} with “{RANKED[behind].label}”. The predictions are the same",
            weight=min(10 * by, 1.0),
        )
    ]


def _over_all(view: View) -> list[str]:
    """The recorded variants that sum over all classes, the background too."""
    return [
        name
        for name, spec in view.recorded.items()
        if "class" in spec.summed.over and spec.compared.background
    ]


def _right(view: View) -> tuple[float, float]:
    """The share of right voxels of a label map, and that of the background; NaN if it is none."""
    last = view.table.last
    channels = values.record_channels(view.record)
    if not last.exclusive or last.background not in range(channels) or channels < 2:
        return float("nan"), float("nan")
    hit, true = (
        np.asarray(view.record.pooled[name])[:channels]
        for name in ("hard_intersection", "hard_true_sum")
    )
    if not true.sum():
        return float("nan"), float("nan")
    return float(hit.sum() / true.sum()), float(true[last.background or 0] / true.sum())


def _means(view: View) -> list[float]:
    """The mean over classes under each rule of ``RANKED``."""
    return [view.mean(view.under(DEFAULT.replace(**rule.axes))) for rule in RANKED]

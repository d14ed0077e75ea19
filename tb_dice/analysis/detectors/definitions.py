"""Findings about definitions: what the recorded or chosen ones do on these masks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from tb_dice.analysis.detectors.common import about, listing
from tb_dice.analysis.empty_rules import ONE, SKIP, ZERO
from tb_dice.analysis.finding import Finding, score
from tb_dice.analysis.lines import variant_line
from tb_dice.analysis.passes import one_pass
from tb_dice.analysis.view import View
from tb_dice.definition.arrays import Floats
from tb_dice.definition.questions import SUM_OF_CLASSES
from tb_dice.definition.spec import DEFAULT
from tb_dice.log import scores

FORMS = ("score", "one_minus")
RANKED = (SKIP, ZERO, ONE)

Ranked = tuple[View, Floats]


@dataclass(frozen=True)
class _Flip:
    """Run a leads b under one rule, b leads a under another.

    Attributes:
        a, b: the runs, with their means under each rule of ``RANKED``.
        ahead: the rule under which a leads.
        behind: the rule under which b leads.
        by: the smaller of the two leads.
        best: a and b lead all runs there.
        leader: the run that leads all runs under both rules, if one does.
    """

    a: Ranked
    b: Ranked
    ahead: int
    behind: int
    by: float
    best: bool
    leader: str | None


def accuracy_in_disguise(views: Sequence[View]) -> list[Finding]:
    """Recorded variants that sum all classes of a label map: close to pixel accuracy.

    Reports the run whose pixel accuracy is farthest above the mean over classes, by .2 or more.
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
            analysis="why_they_differ",
            level="warn",
            claim=f"{first}{others} over all classes, so Dice is close to pixel accuracy:",
            evidence=f"in {view.label}, {score(right)} of the voxels have the right class and "
            f"{score(background)} are background, while the mean Dice of the other classes is "
            f"{score(view.mean(view.hard))}",
            weight=min(gap, 1.0),
        )
    ]


@listing
def beyond_one(views: Sequence[View]) -> Iterator[Finding]:
    """A recorded score or 1 - score outside [0, 1]: a sum over classes that looks like a mean."""
    for view in views:
        one = one_pass(view.table, len(view.table.steps) - 1)
        channels = scores.record_channels(view.record)
        for name, spec in view.recorded.items():
            if spec.averaged.reduce not in SUM_OF_CLASSES or spec.outcome.form not in FORMS:
                continue
            value = float(variant_line(one, name, spec).values[0])
            if 0 <= value <= 1 or not np.isfinite(value):
                continue
            yield about(
                view,
                None,
                id="beyond-one",
                analysis="all_variants",
                level="note",
                claim=f"{name} is {score(value)} in {view.label}:",
                evidence=f"the sum over {len(scores.columns(spec, channels))} classes, not "
                "their mean",
                weight=0.2,
            )


def rank_flips(views: Sequence[View]) -> list[Finding]:
    """Two runs whose order depends on the rule for empty masks, each leading by .005 or more.

    Reports the pair that is farthest apart, preferring runs that are each best under one rule. A
    run whose mean under a rule covers fewer classes than another's is not compared under it.
    """
    found = [flip for group in _comparable(views) for flip in _flips(group)]
    if not found:
        return []
    flip = max(found, key=lambda flip: (flip.best, flip.by))
    a, b, ahead, behind = flip.a, flip.b, flip.ahead, flip.behind
    claim = "Which run is best" if flip.best else f"The order of {a[0].label} and {b[0].label}"
    leader = f". {flip.leader} leads under both" if flip.leader else ""
    return [
        about(
            a[0],
            None,
            id="rank-flips",
            analysis="empty_rules",
            level="warn" if flip.best else "note",
            claim=f"{claim} depends on the rule for empty masks:",
            evidence=f"{a[0].label} leads {b[0].label} by {score(a[1][ahead])} to "
            f"{score(b[1][ahead])} with “{RANKED[ahead].label}”, but {b[0].label} leads by "
            f"{score(b[1][behind])} to {score(a[1][behind])} with “{RANKED[behind].label}”"
            f"{leader}. Both rules score the same predictions",
            weight=min(10 * flip.by, 1.0),
        )
    ]


def _over_all(view: View) -> list[str]:
    """The recorded variants that sum over all classes, including the background."""
    return [
        name
        for name, spec in view.recorded.items()
        if "class" in spec.summed.over and spec.compared.background
    ]


def _right(view: View) -> tuple[float, float]:
    """The shares of right voxels and of background in a label map; NaN for other targets."""
    last = view.table.last
    channels = scores.record_channels(view.record)
    if not last.exclusive or last.background not in range(channels) or channels < 2:
        return float("nan"), float("nan")
    hit, true = (
        np.asarray(view.record.pooled[name])[:channels]
        for name in ("hard_intersection", "hard_true_sum")
    )
    if not true.sum():
        return float("nan"), float("nan")
    return float(hit.sum() / true.sum()), float(true[last.background or 0] / true.sum())


def _comparable(views: Sequence[View]) -> list[list[Ranked]]:
    """Runs with the same classes, each with its means; NaN if a mean covers fewer classes."""
    groups: dict[tuple[str, ...], list[View]] = {}
    for view in views:
        groups.setdefault(tuple(view.table.classes), []).append(view)
    found = []
    for group in groups.values():
        values = np.array([_by_rule(view) for view in group])  # [runs, rules, classes]
        counts = (~np.isnan(values)).sum(axis=2)
        means = np.array(
            [[view.mean(row) for row in of] for view, of in zip(group, values, strict=True)]
        )
        means[counts < counts.max(axis=0)] = np.nan
        found.append(list(zip(group, means, strict=True)))
    return found


def _flips(group: Sequence[Ranked]) -> list[_Flip]:
    """Every pair of runs whose order differs between two rules."""
    means = np.array([of for _, of in group])
    best = np.nanmax(means, axis=0, initial=-np.inf)
    found = []
    for a, b in permutations(range(len(group)), 2):
        leads = means[a] - means[b]
        for ahead, behind in combinations(range(len(RANKED)), 2):
            by = min(leads[ahead], -leads[behind])
            if not by >= 0.005:  # NaN compares as false
                continue
            tops = means[a, ahead] == best[ahead] and means[b, behind] == best[behind]
            above = [
                view.label
                for (view, _), of in zip(group, means, strict=True)
                if of[ahead] == best[ahead] and of[behind] == best[behind]
            ]
            leader = above[0] if above else None
            found.append(_Flip(group[a], group[b], ahead, behind, float(by), bool(tops), leader))
    return found


def _by_rule(view: View) -> list[Floats]:
    """The scores of the foreground under each rule of ``RANKED``, NaN elsewhere."""
    found = []
    for rule in RANKED:
        scores = np.full(len(view.table.classes), np.nan)
        scores[view.foreground] = view.under(DEFAULT.replace(**rule.axes))[view.foreground]
        found.append(scores)
    return found

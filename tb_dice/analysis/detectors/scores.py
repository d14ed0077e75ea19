"""Findings about scores: what carries them, and where two of them disagree."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tb_dice.analysis.detectors.common import about, listing
from tb_dice.analysis.finding import Analysis, Finding, of, score
from tb_dice.analysis.lines import variant_line
from tb_dice.analysis.passes import one_pass, regrouped
from tb_dice.analysis.view import View
from tb_dice.definition.arrays import Floats
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import EMPTY


@listing
def carried_by_empties(views: Sequence[View]) -> Iterator[Finding]:
    """A class whose mean rises by at least .15 when samples empty in both masks count as 1.

    Reports the class with the largest rise per run, as a warning if the page counts them as 1.
    """
    for view in views:
        rise = {
            c: float(view.empty_is_one[c] - view.hard[c])
            for c in view.columns
            if view.with_target[c] and view.drawn[c]
        }
        column = max(rise, key=lambda c: (np.nan_to_num(rise[c]), -c), default=None)
        if column is None or not rise[column] >= 0.15:
            continue
        counted = view.under(view.definition.spec)[column] - view.hard[column] >= 0.15
        verb = "raise" if counted else "would raise"
        name, empty = view.table.classes[column], int(view.cases[EMPTY, column])
        yield about(
            view,
            column,
            id="carried-by-empties",
            analysis="empty_rules",
            level="warn" if counted else "note",
            claim=f"Empty masks {verb} the Dice of {name} in {view.label}:",
            evidence=f"{of(empty, view.record.total)} samples have both masks empty. It is "
            f"{score(view.empty_is_one[column])} if they count as 1, "
            f"{score(view.hard[column])} if they are left out",
            weight=min(rise[column], 1.0),
        )


@listing
def smooth_outweighs(views: Sequence[View]) -> Iterator[Finding]:
    """A smoothing constant, shown or recorded, above the median size of an object."""
    worst: dict[float, tuple[float, View, int, str]] = {}
    for view in views:
        for smooth, where in _smooths(view).items():
            for column in view.columns:
                sizes = view.sizes(column)
                median = float(np.median(sizes)) if len(sizes) else np.inf
                if smooth > median and smooth / median > worst.get(smooth, (1.0,))[0]:
                    worst[smooth] = (smooth / median, view, column, where)
    for smooth, (times, view, column, where) in worst.items():
        median = smooth / times
        name = view.table.classes[column]
        yield about(
            view,
            column,
            id="smooth",
            analysis="smooth",
            level="warn",
            claim=f"smooth {smooth:g} exceeds the median {name} object",
            evidence=f"of {median:.0f} voxels. Where such an object is all that is summed, missing "
            f"it completely still scores {score(smooth / (median + smooth))} ({where})",
            weight=min(times / 10, 1.0),
        )


def pooled_apart(views: Sequence[View]) -> list[Finding]:
    """A class whose pooled Dice is .2 or more away from the mean over samples, one per run."""
    return _apart(
        views,
        kind="pooled",
        analysis="object_size",
        other=lambda view: view.pooled,
        say=lambda name, label: f"Pooled and per-sample Dice of {name} differ in {label}:",
        tell=lambda pooled, hard: (
            f"{pooled} pooled (one sum over all samples), {hard} as a mean over samples. In the "
            "pooled sum, large objects outweigh small ones and false alarms"
        ),
    )


def soft_apart(views: Sequence[View]) -> list[Finding]:
    """A class whose soft Dice is .2 or more away from the hard one, one per run."""
    return _apart(
        views,
        kind="soft-hard",
        analysis="why_they_differ",
        other=lambda view: view.soft,
        say=lambda name, label: f"Soft and hard Dice of {name} are far apart in {label}:",
        tell=lambda soft, hard: (
            f"{soft} on probabilities, {hard} on masks, so a soft Dice loss says little about "
            "the masks"
        ),
    )


@listing
def batch_dependent(views: Sequence[View]) -> Iterator[Finding]:
    """A recorded variant that sums over the batch and moves by .05 or more with its size."""
    for view in views:
        for name, spec in view.recorded.items():
            if spec.outcome.form != "score" or "batch" not in spec.summed.over:
                continue
            numbers = _by_batch_size(view, spec)
            if numbers is None or max(numbers) - min(numbers) < 0.05:
                continue
            logged, one, whole = map(score, numbers)
            yield about(
                view,
                None,
                id="batch-size",
                analysis="batch_size",
                level="note",
                claim=f"{name} depends on the batch size in {view.label}:",
                evidence=f"{logged} in the recorded batches, {one} one sample at a time, "
                f"{whole} over all samples at once",
                weight=max(numbers) - min(numbers),
            )


@listing
def pixel_accuracy(views: Sequence[View]) -> Iterator[Finding]:
    """Summed over all classes of a label map, hard Dice is the share of correct voxels."""
    for view in views[:1]:
        spec = view.definition.spec
        last = view.table.last
        summed = "class" in spec.summed.over and spec.compared.background
        if not (summed and last.exclusive and last.background is not None):
            continue
        channels = scores.record_channels(last)
        hit, true = (
            float(view.record.pooled[name][:channels].sum())
            for name in ("hard_intersection", "hard_true_sum")
        )
        if true:
            yield about(
                view,
                None,
                id="pixel-accuracy",
                analysis="why_they_differ",
                level="warn",
                claim="Summed over all classes, Dice is pixel accuracy:",
                evidence=f"{score(hit / true)} in {view.label}, most of it background",
                weight=0.4,
            )


def _smooths(view: View) -> dict[float, str]:
    """The constants in the numerator that are shown or recorded, and where each is used."""
    specs = [("shown here", view.definition.spec)]
    specs += list(view.recorded.items())
    found: dict[float, str] = {}
    for where, spec in specs:
        smooth = spec.ratio.smooth_num
        if isinstance(smooth, float) and smooth > 0:
            found.setdefault(smooth, where)
    return found


def _apart(
    views: Sequence[View],
    *,
    other: Callable[[View], Floats],
    say: Callable[[str, str], str],
    tell: Callable[[str, str], str],
    kind: str,
    analysis: Analysis,
) -> list[Finding]:
    """For each run the class whose hard Dice differs most from another one, by .2 or more."""
    found = []
    for view in views:
        gaps = np.abs(other(view) - view.hard)
        column = max(view.columns, key=lambda c: float(np.nan_to_num(gaps[c])), default=None)
        if column is None or not gaps[column] >= 0.2:
            continue
        found.append(
            about(
                view,
                column,
                id=kind,
                analysis=analysis,
                level="note",
                claim=say(view.table.classes[column], view.label),
                evidence=tell(score(other(view)[column]), score(view.hard[column])),
                weight=float(gaps[column]),
            )
        )
    return found


def _by_batch_size(view: View, spec: DiceSpec) -> tuple[float, float, float] | None:
    """A definition over the recorded batches, over single samples, and over one batch of all."""
    one = one_pass(view.table, len(view.table.steps) - 1)
    count = len(one.batch)
    passes = (one, regrouped(one, 1), regrouped(one, max(count, 1)))
    logged, single, whole = (float(variant_line(some, "", spec).values[0]) for some in passes)
    return (logged, single, whole) if np.isfinite([logged, single, whole]).all() else None

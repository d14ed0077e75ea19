"""Findings about masks: classes that are not drawn, not there, or drawn where they are not."""

from collections.abc import Sequence

import numpy as np

from tb_dice import values
from tb_dice.analysis.detectors.common import about, by_class
from tb_dice.analysis.finding import Finding, listed, of, score
from tb_dice.analysis.table import Ints
from tb_dice.analysis.view import ALARM, MISSED, PRESENT, View
from tb_dice.spec import DEFAULT

MOST_OTHERS = 2  # other runs that a finding names


def never_drawn(views: Sequence[View]) -> list[Finding]:
    """A class that the targets have and the prediction never has, in any sample or step."""
    found = []
    for view in views:
        lost = [c for c in view.columns if _lost(view, c) and not _was_drawn(view, c)]
        if lost:
            found.append(_never(view, lost))
    return found


def collapsed(views: Sequence[View]) -> list[Finding]:
    """A class that was drawn at an earlier step and is drawn on no sample since."""
    return [
        _collapse(view, column)
        for view in views
        for column in view.columns
        if _lost(view, column) and _was_drawn(view, column)
    ]


def misses(views: Sequence[View]) -> list[Finding]:
    """A class that is missed whole on at least a fifth of the samples that have it."""

    def rate(view: View, column: int) -> float:
        return 0.0 if _lost(view, column) else _share(view, MISSED, view.with_target, column)

    found = []
    for name, runs in by_class(views, rate, least=0.2):
        view, column, worst = runs[0]
        others = [f"; {v.label} on {_says(v, MISSED, v.with_target, c)}" for v, c, _ in runs[1:]]
        found.append(
            about(
                view,
                column,
                id="missed",
                level="bad" if worst >= 0.5 else "warn",
                claim=f"{view.label} misses {name} whole",
                evidence=f"on {_says(view, MISSED, view.with_target, column)} samples that have it"
                f"{''.join(others[:MOST_OTHERS])}. Where both are there, Dice is "
                f"{score(_of_present(view, column))}",
                sample=view.example(column, MISSED),
                weight=worst,
            )
        )
    return found


def false_alarms(views: Sequence[View]) -> list[Finding]:
    """A class that is drawn on at least a fifth of the samples that lack it (two or more)."""

    def rate(view: View, column: int) -> float:
        if view.without_target[column] < 2:
            return 0.0
        return _share(view, ALARM, view.without_target, column)

    found = []
    for name, runs in by_class(views, rate, least=0.2):
        view, column, worst = runs[0]
        others = [f"; {v.label} on {_says(v, ALARM, v.without_target, c)}" for v, c, _ in runs[1:]]
        pooled = " against ".join(score(v.pooled[c]) for v, c, _ in runs[:1] + runs[1:][-1:])
        found.append(
            about(
                view,
                column,
                id="false-alarm",
                level="bad" if worst >= 0.5 else "warn",
                claim=f"{view.label} draws {name} where there is none,",
                evidence=f"on {_says(view, ALARM, view.without_target, column)} samples"
                f"{''.join(others[:MOST_OTHERS])}. Pooled Dice hides it: {pooled}",
                sample=view.example(column, ALARM),
                weight=worst,
            )
        )
    return found


def never_present(views: Sequence[View]) -> list[Finding]:
    """Classes that no target of the validation set has; said once for runs that agree."""
    said: dict[tuple[str, ...], View] = {}
    for view in views:
        absent = tuple(view.table.classes[c] for c in view.columns if not view.with_target[c])
        if absent:
            said.setdefault(absent, view)
    return [
        about(
            view,
            view.table.classes.index(absent[0]),
            id="never-present",
            level="warn",
            claim=f"No validation sample has {listed(absent, 'or')}.",
            evidence=f"0 of {view.record.total} targets; such a Dice can only count false alarms. "
            f"{_with_absent(view, absent)}",
            weight=0.5,
        )
        for absent, view in said.items()
    ]


def _with_absent(view: View, absent: Sequence[str]) -> str:
    """What the mean over classes is with the absent ones as 0, as 1 and left out."""
    classes = np.isin(view.table.classes, absent)
    worths = (0.0, 1.0, float("nan"))
    as_0, as_1, without = (
        score(view.mean(np.where(classes, worth, view.hard))) for worth in worths
    )
    return (
        f"Counted as 0 it makes the mean over classes {as_0}, as 1 {as_1}; without it is {without}"
    )


def _never(view: View, lost: list[int]) -> Finding:
    names = [view.table.classes[column] for column in lost]
    counts = [of(int(view.cases[MISSED, c]), int(view.with_target[c])) for c in lost]
    flattered = [score(view.empty_is_one[c]) for c in lost if view.without_target[c]]
    yet = f", yet “both empty = 1” reports {listed(flattered)}" if flattered else ""
    return about(
        view,
        lost[0],
        id="never-drawn",
        level="bad",
        claim=f"{view.label} never draws {listed(names, 'or')}.",
        evidence=f"Missed on {listed(counts)} samples{yet}",
        sample=view.example(lost[0], MISSED),
        weight=1.0,
    )


def _lost(view: View, column: int) -> bool:
    """The targets have the class, the prediction has it on no sample."""
    return bool(view.with_target[column] and not view.drawn[column])


def _was_drawn(view: View, column: int) -> bool:
    """At an earlier step the class was found at all: its Dice was .1 or more."""
    present = view.table.cases[:, PRESENT, column]
    best = int(np.argmax(present))
    if not present[best]:
        return False
    return bool(values.class_values(view.table.record(best), DEFAULT)[0][column] >= 0.1)


def _collapse(view: View, column: int) -> Finding:
    cases = view.table.cases
    drawn = cases[:, ALARM, column] + cases[:, PRESENT, column]
    last = int(np.flatnonzero(drawn)[-1])
    step = int(view.table.steps[last + 1])
    before = values.class_values(view.table.record(last), DEFAULT)[0][column]
    return about(
        view,
        column,
        id="collapsed",
        level="bad",
        claim=f"{view.table.classes[column]} collapsed at step {step} in {view.label}.",
        evidence=f"Its Dice was {score(before)} before; since then it is drawn on none of "
        f"{view.record.total} samples",
        step=step,
        weight=0.95,
    )


def _share(view: View, state: int, among: Ints, column: int) -> float:
    return float(view.cases[state, column] / among[column]) if among[column] else 0.0


def _says(view: View, state: int, among: Ints, column: int) -> str:
    return of(int(view.cases[state, column]), int(among[column]))


def _of_present(view: View, column: int) -> float:
    """The mean Dice over the samples that have a class in both masks."""
    cells = values.cells(view.record, DEFAULT)[:, column]
    both = values.states(view.record)[:, column] == PRESENT
    return float(cells[both].mean()) if both.any() else float("nan")

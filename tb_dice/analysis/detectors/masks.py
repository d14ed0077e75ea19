"""Findings about masks: classes that are not drawn, are absent, or are drawn where absent."""

from collections.abc import Iterator, Sequence

import numpy as np

from tb_dice.analysis.detectors.common import Ranked, about, by_class, listing
from tb_dice.analysis.empty_rules import ONE
from tb_dice.analysis.finding import Finding, listed, of, score
from tb_dice.analysis.view import View
from tb_dice.definition.arrays import Ints
from tb_dice.definition.spec import DEFAULT
from tb_dice.log import scores
from tb_dice.log.record import ALARM, MISSED, PRESENT

MOST_OTHERS = 2  # other runs that a finding names
CLEAR = 0.1  # a class with at least this Dice is clearly found


@listing
def never_drawn(views: Sequence[View]) -> Iterator[Finding]:
    """A class that the targets have and the prediction never has, in any sample or step."""
    for view in views:
        lost = [c for c in view.columns if _lost(view, c) and not _was_drawn(view, c)]
        if lost:
            yield _never(view, lost)


def collapsed(views: Sequence[View]) -> list[Finding]:
    """A class that was clearly found at an earlier step and is drawn on no sample at the last."""
    return [
        _collapse(view, column)
        for view in views
        for column in view.columns
        if _lost(view, column) and _was_drawn(view, column)
    ]


@listing
def misses(views: Sequence[View]) -> Iterator[Finding]:
    """A class that is missed completely on at least a fifth of the samples that have it."""

    def rate(view: View, column: int) -> float:
        return 0.0 if _lost(view, column) else _share(view, MISSED, view.with_target, column)

    for name, runs in by_class(views, rate, least=0.2):
        view, column, worst = runs[0]
        others = [f"; {v.label} on {_says(v, MISSED, v.with_target, c)}" for v, c, _ in runs[1:]]
        yield about(
            view,
            column,
            id="missed",
            analysis="samples",
            level="bad" if worst >= 0.5 else "warn",
            claim=f"{view.label} misses {name} completely",
            evidence=f"on {_says(view, MISSED, view.with_target, column)} samples that have it"
            f"{''.join(others[:MOST_OTHERS])}. On samples where both masks have it, Dice is "
            f"{score(_of_present(view, column))}",
            sample=view.example(column, MISSED),
            weight=worst,
        )


@listing
def false_alarms(views: Sequence[View]) -> Iterator[Finding]:
    """A class that is drawn on at least a fifth of the samples that lack it (two or more)."""

    def rate(view: View, column: int) -> float:
        if view.without_target[column] < 2:
            return 0.0
        return _share(view, ALARM, view.without_target, column)

    for name, runs in by_class(views, rate, least=0.2):
        view, column, worst = runs[0]
        others = [f"; {v.label} on {_says(v, ALARM, v.without_target, c)}" for v, c, _ in runs[1:]]
        ends = runs[:1] + runs[1:][-1:]
        pooled = [f"{score(v.pooled[c])}{f' in {v.label}' * (len(ends) > 1)}" for v, c, _ in ends]
        yield about(
            view,
            column,
            id="false-alarm",
            analysis="samples",
            level="bad" if worst >= 0.5 else "warn",
            claim=f"{view.label} draws {name} where there is none,",
            evidence=f"on {_says(view, ALARM, view.without_target, column)} samples that lack "
            f"it{''.join(others[:MOST_OTHERS])}. Pooled Dice, one sum over all samples, hides "
            f"this: {listed(pooled)}",
            sample=view.example(column, ALARM),
            weight=_weight(views, runs),
        )


def never_present(views: Sequence[View]) -> list[Finding]:
    """Classes that no target of the validation set has; reported once for runs that agree."""
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
            analysis="samples",
            level="warn",
            claim=f"No validation sample has {listed(absent, 'or')}.",
            evidence=f"0 of {view.record.total} targets do, so Dice for an absent class measures "
            f"only false alarms. {_with_absent(view, absent)}",
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
        f"The mean over classes is {as_0} if absent classes count as 0, {as_1} if they count as 1 "
        f"and {without} if they are left out"
    )


def _never(view: View, lost: list[int]) -> Finding:
    names = [view.table.classes[column] for column in lost]
    counts = [of(int(view.cases[MISSED, c]), int(view.with_target[c])) for c in lost]
    flattered = [score(view.empty_is_one[c]) for c in lost if view.without_target[c]]
    yet = f", yet the rule “{ONE.label}” reports {listed(flattered)}" if flattered else ""
    return about(
        view,
        lost[0],
        id="never-drawn",
        analysis="samples",
        level="bad",
        claim=f"{view.label} never draws {listed(names, 'or')}.",
        evidence=f"Every target is missed ({listed(counts)} samples){yet}",
        sample=view.example(lost[0], MISSED),
        weight=1.0,
    )


def _lost(view: View, column: int) -> bool:
    """The targets have the class, but it is drawn on no sample."""
    return bool(view.with_target[column] and not view.drawn[column])


def _was_drawn(view: View, column: int) -> bool:
    """At an earlier step the class was clearly found."""
    present = view.table.cases[:, PRESENT, column]
    best = int(np.argmax(present))
    return bool(present[best] and _dice(view, best, column) >= CLEAR)


def _collapse(view: View, column: int) -> Finding:
    """A class that is lost and ``_was_drawn``: its Dice where it was last clearly found."""
    steps, cases = view.table.steps, view.table.cases
    drawn = np.flatnonzero(cases[:, ALARM, column] + cases[:, PRESENT, column])
    last = next(int(at) for at in drawn[::-1] if _dice(view, int(at), column) >= CLEAR)
    before, after = (score(_dice(view, at, column)) for at in (last, last + 1))
    return about(
        view,
        column,
        id="collapsed",
        analysis="samples",
        level="bad",
        claim=f"{view.table.classes[column]} collapsed at step {steps[last + 1]} in {view.label}.",
        evidence=f"Its Dice was {before} at step {steps[last]} and {after} at step "
        f"{steps[last + 1]}; since step {steps[drawn[-1] + 1]} it has been drawn on none of the "
        f"{view.record.total} samples",
        step=int(steps[last + 1]),
        weight=0.95,
    )


def _dice(view: View, index: int, column: int) -> float:
    """The default Dice of a class at a step."""
    return float(scores.class_values(view.table.record(index), DEFAULT)[0][column])


def _weight(views: Sequence[View], runs: Ranked) -> float:
    """How much false alarms weigh: less on few samples, and less if all runs have as many."""
    view, column, worst = runs[0]
    count = int(view.without_target[column])
    least = runs[-1][2] if len(runs) == len(views) else 0.0
    apart = worst - least if len(views) > 1 else worst
    return worst * count / (count + 2) * (1 + apart) / 2


def _share(view: View, state: int, among: Ints, column: int) -> float:
    return float(view.cases[state, column] / among[column]) if among[column] else 0.0


def _says(view: View, state: int, among: Ints, column: int) -> str:
    return of(int(view.cases[state, column]), int(among[column]))


def _of_present(view: View, column: int) -> float:
    """The mean Dice over the samples that have a class in both masks."""
    cells = scores.cells(view.record, DEFAULT)[:, column]
    both = scores.states(view.record)[:, column] == PRESENT
    return float(cells[both].mean()) if both.any() else float("nan")

"""Findings about the numbers that the training itself logged: which Dice each one is."""

import re
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from tb_dice.analysis.detectors.common import about
from tb_dice.analysis.finding import Finding, listed, score
from tb_dice.analysis.identify import Logged, Match, holds, identify, logged
from tb_dice.analysis.table import Table
from tb_dice.analysis.view import View
from tb_dice.definition import catalogue

JACCARD = re.compile(r"iou|jaccard", re.IGNORECASE)
DICE = re.compile(rf"dice|dsc|f1|overlap|{JACCARD.pattern}", re.IGNORECASE)
HOW = {
    "batches": "",
    "equal batches": "; each batch counts the same, whatever its size",
    "pass": "; over all samples of the validation pass at once",
}

Named = dict[tuple[str, Match | None], list[View]]

_found: WeakKeyDictionary[Table, dict[str, Match | None]] = WeakKeyDictionary()


def named(views: Sequence[View]) -> list[Finding]:
    """A number that was logged and the definition that reproduces it, or that no known one does.

    Reports every number, except losses, that a known definition reproduces. A number that none
    reproduces is reported if its name says that it is a Dice or a Jaccard index.
    """
    runs: Named = {}
    for view in views:
        for name in view.table.logged[-1]:
            if name.endswith("loss"):  # it is known what was trained with
                continue
            passes = logged(view.table, name)
            if passes is None or not (passes.moves or DICE.search(name)):
                continue
            others = [match for other, match in runs if other == name]
            match = _match(view.table, name, passes, others)
            if match is not None or (DICE.search(name) and passes.moves):
                runs.setdefault((name, match), []).append(view)
    return [_finding(name, match, of) for (name, match), of in runs.items()]


def _match(table: Table, name: str, passes: Logged, others: Sequence[Match | None]) -> Match | None:
    """The definition of a number, looked for once per table.

    Runs mostly log the same numbers. So the definitions found for other runs are tried first, and
    if a wide search failed for one run, it is not repeated for the next.
    """
    known = _found.setdefault(table, {})
    if name not in known:
        same = next((match for match in others if match and holds(passes, match)), None)
        widely = DICE.search(name) is not None and None not in others
        overlap = 1.0 if JACCARD.search(name) else 0.5
        known[name] = same or identify(passes, widely=widely, overlap=overlap)
    return known[name]


def _finding(name: str, match: Match | None, views: Sequence[View]) -> Finding:
    view = views[0]
    more = f" (and {len(views) - 1} more)" if len(views) > 1 else ""
    where = (
        f"{score(view.table.logged[-1][name])} in {view.label}{more}, "
        f"where this tab's default definition gives {score(view.mean(view.hard))}"
    )
    if match is None:
        return about(
            view,
            None,
            id="logged-unknown",
            analysis="all_variants",
            level="note",
            claim=f"No known definition reproduces the logged {name}:",
            evidence=f"{where}. No variant in the catalogue and no common way to write a Dice "
            "gives this number, so it may treat masks differently from the record",
            weight=0.4,
        )
    choice, classes = _choice(match), match.spec.compared.classes
    return about(
        view,
        classes[0] if classes else None,
        id="logged",
        level="note",
        claim=f"The logged {name} is {match.sign}{match.name or _unnamed(match, view)}:",
        evidence=f"{match.spec.formula()}; {match.spec.replace(classes=None).words()}"
        f"{HOW[match.how]}{_alike(match)}. {where}",
        weight=0.6,
        definition=choice,
        label=f"{view.label}, with this definition" if choice else view.label,
    )


def _choice(match: Match) -> dict[str, Any] | None:
    """The definition as a person would choose it in the tab; None if the tab cannot show it."""
    if match.name is not None:
        example = catalogue.plain(catalogue.entry(match.name).example)
        return {"variant": match.name, **({"params": example} if example else {})}
    axes = match.spec.axes()
    if axes["smooth_num"] != axes["smooth_den"] or axes["power"] != 1:
        return None
    return {
        **{name: axes[name] for name in ("compare", "over", "empty", "alpha", "beta")},
        "smooth": axes["smooth_num"],
        "background": axes["background"] and axes["classes"] is None,
        "pooled": match.how == "pass" and "batch" in axes["over"],
    }


def _unnamed(match: Match, view: View) -> str:
    kind = "Jaccard index" if match.spec.ratio.alpha == 1 else "Dice"
    classes = match.spec.compared.classes
    return f"the {kind} of {view.table.classes[classes[0]]} alone" if classes else f"this {kind}"


def _alike(match: Match) -> str:
    return f"; here it gives the same value as {listed(match.alike)}" if match.alike else ""

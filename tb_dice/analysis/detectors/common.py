"""What several detectors need: a finding about a class, and runs ranked by how bad they are."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, ParamSpec

from tb_dice.analysis.finding import Finding
from tb_dice.analysis.view import View

P = ParamSpec("P")
Ranked = list[tuple[View, int, float]]


def listing(detect: Callable[P, Iterator[Finding]]) -> Callable[P, list[Finding]]:
    """Makes a detector that yields findings return them as a list."""

    @wraps(detect)
    def listed(*args: P.args, **kwargs: P.kwargs) -> list[Finding]:
        return list(detect(*args, **kwargs))

    return listed


def about(view: View, column: int | None, **said: Any) -> Finding:
    """A finding about a class of a run (None: the whole run), by default at its last step."""
    name = None if column is None else view.table.classes[column]
    return Finding(
        **{
            "run": view.run,
            "column": name,
            "step": view.step,
            "sample": None,
            "label": f"{name}, {view.label}" if name else view.label,
            **said,
        }
    )


def by_class(
    views: Sequence[View], rate: Callable[[View, int], float], *, least: float
) -> Iterator[tuple[str, Ranked]]:
    """Each class whose worst run has a rate of at least ``least``, with its runs, worst first.

    Runs with a rate of 0 are left out.
    """
    ranked: dict[str, Ranked] = {}
    for view in views:
        for column in view.columns:
            found = rate(view, column)
            if found > 0:
                ranked.setdefault(view.table.classes[column], []).append((view, column, found))
    for name, runs in ranked.items():
        runs.sort(key=lambda run: -run[2])
        if runs[0][2] >= least:
            yield name, runs

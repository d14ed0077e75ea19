"""Why two definitions differ: the axes changed one after the other, and each one alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tb_dice.analysis.axes import AXES, Axis
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.lines import variant_line
from tb_dice.analysis.passes import one_pass, pooled_pass
from tb_dice.analysis.series import class_values, mean_of_classes, refusals
from tb_dice.analysis.table import Table
from tb_dice.definition.questions import SEVERAL

BACKGROUND = Axis("background", "background", str)
AT_ONCE = Axis("at_once", "samples and classes", str)
APART, TOGETHER = "a mean for each class, then over classes", "all averaged at once"


@dataclass(frozen=True)
class Step:
    """One axis changed: what it said, what it says, the value now, and by how much that moved.

    A value that cannot be computed is NaN, and so is its ``delta``; the next step starts from the
    last value that could be.
    """

    axis: Axis
    before: str
    after: str
    value: float
    delta: float


@dataclass(frozen=True)
class Difference:
    """Two definitions on one pass.

    Attributes:
        values: of a and of b, as they are compared.
        own: of a and of b, unchanged; NaN if that is not one number.
        path: from a to b; the value of the last step is that of b.
        alone: each of these axes changed alone in a.
        note: what was done to make the two comparable, or None.
        refused: why one of them cannot be computed, or None.
    """

    values: tuple[float, float]
    own: tuple[float, float]
    path: list[Step]
    alone: list[Step]
    note: str | None
    refused: str | None


def difference(
    table: Table,
    index: int,
    a: Definition,
    b: Definition,
    shown: tuple[bool, bool] = (False, False),
) -> Difference:
    """Compares two definitions at step ``index``, regions left out.

    Args:
        table: the records.
        index: the step.
        a: where to start.
        b: where to end.
        shown: for a and b, whether its value is the mean over classes that the page shows. If not,
            it is that of ``variant_line``, over all channels and samples at once. If only one is
            the mean, what lies between the two becomes steps of the path.
    """
    one = one_pass(table, index)
    measure = _Measure(one, pooled_pass(one), shown=all(shown))
    if all(shown) or not any(shown):
        return _difference(measure, a, b)
    first, leaving = _at_once(measure, a, b) if shown[0] else (a, [])
    second, entering = _at_once(measure, b, a) if shown[1] else (b, [])
    found = _difference(measure, first, second)
    if found.refused is not None:
        return found
    place, value = (0, measure.mean(a)) if shown[0] else (1, measure.mean(b))
    values, own = (
        (value, pair[1]) if place == 0 else (pair[0], value) for pair in (found.values, found.own)
    )
    path = [*leaving, *found.path, *(_back(step) for step in reversed(entering))]
    return replace(found, values=values, own=own, path=path)


def _difference(measure: "_Measure", a: Definition, b: Definition) -> Difference:
    own = (measure.value(a), measure.value(b))
    (a, b), note = _comparable(a, b)
    values = (measure.value(a), measure.value(b))
    refused = measure.refused(a, "The first") or measure.refused(b, "The second")
    if refused is not None:
        return Difference(values, own, [], [], note, refused)
    possible = (*AXES, BACKGROUND) if measure.shown else AXES
    axes = [axis for axis in possible if axis.said(a) != axis.said(b)]
    path = _steps(measure, axes, a, b, values[0])
    alone = [step for axis in axes for step in _steps(measure, [axis], a, b, values[0])]
    return Difference(values, own, path, alone, note, None)


@dataclass(frozen=True)
class _Measure:
    """Evaluates definitions on a pass, ``shown`` as the page does."""

    one: Table
    pooled: Table
    shown: bool = False

    def value(self, definition: Definition) -> float:
        """The value, per recorded batch or over all samples in one sum; NaN if there is none."""
        if self.shown:
            return self.mean(definition)
        return float(variant_line(self._table(definition), "", definition.spec).values[0])

    def mean(self, definition: Definition) -> float:
        """The mean over classes of the scores of the page; NaN if there is none."""
        if refusals(self.one, definition.spec)[0] is not None:
            return math.nan
        of_class = class_values(self.one, definition.spec, definition.pooled)[0]
        return float(mean_of_classes(of_class, self.one, background=definition.background)[0])

    def refused(self, definition: Definition, which: str) -> str | None:
        """Why there is no value."""
        refused = variant_line(self._table(definition), "", definition.spec).refused
        return refused and f"{which} {refused}"

    def _table(self, definition: Definition) -> Table:
        return self.pooled if definition.pooled else self.one


def _at_once(
    measure: _Measure, shown: Definition, other: Definition
) -> tuple[Definition, list[Step]]:
    """A definition whose mean is shown as one over all at once, and the steps between the two."""
    background = measure.one.last.background
    now = measure.mean(shown)
    steps = []
    if background is not None and not shown.background:
        kept = other.spec.compared
        if background == 0 and not kept.background and kept.classes is None:
            shown = replace(shown, spec=shown.spec.replace(background=False))
        else:
            moved = replace(shown, background=True)
            value = measure.mean(moved)
            said = BACKGROUND.said(shown), BACKGROUND.said(moved)
            steps.append(Step(BACKGROUND, *said, value, value - now))
            shown, now = moved, value
    value = measure.value(shown)
    return shown, [*steps, Step(AT_ONCE, APART, TOGETHER, value, value - now)]


def _back(step: Step) -> Step:
    """A step in the other direction."""
    return Step(step.axis, step.after, step.before, step.value - step.delta, -step.delta)


def _steps(
    measure: _Measure, axes: Sequence[Axis], a: Definition, b: Definition, before: float
) -> list[Step]:
    """Axes of ``a``, whose value is ``before``, changed to those of ``b``, one after the other."""
    now = a
    path = []
    for axis in axes:
        moved = axis.moved(now, b)
        value = measure.value(moved)
        path.append(Step(axis, axis.said(now), axis.said(moved), value, value - before))
        now, before = moved, before if math.isnan(value) else value
    return path


def _comparable(a: Definition, b: Definition) -> tuple[tuple[Definition, Definition], str | None]:
    """The two as definitions of the same kind of number, and what was done to them."""
    notes = []
    if a.spec.outcome.form != b.spec.outcome.form:
        forms = [next(axis for axis in AXES if axis.key == "form").said(of) for of in (a, b)]
        notes.append(f"Compared as scores: the first gives {forms[0]}, the second {forms[1]}.")
        a, b = _score(a), _score(b)
    for which, of in (("first", a), ("second", b)):
        if of.spec.averaged.reduce in SEVERAL:
            notes.append(f"The {which} gives several numbers; their mean is compared.")
    return (_mean(a), _mean(b)), " ".join(notes) or None


def _score(definition: Definition) -> Definition:
    spec = definition.spec.replace(
        form="score",
        form_when="before",
        log_floor=0.0,
        focal=1.0,
        focal_when="before",
        extra="none",
        extra_weight=1.0,
        dice_weight=1.0,
    )
    return replace(definition, spec=spec)


def _mean(definition: Definition) -> Definition:
    if definition.spec.averaged.reduce not in SEVERAL:
        return definition
    return replace(definition, spec=definition.spec.replace(reduce="mean"))

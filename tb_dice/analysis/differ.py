"""Why two definitions differ: the axes changed one after the other, and each one alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tb_dice.analysis.axes import AXES, Axis
from tb_dice.analysis.definition import Definition
from tb_dice.analysis.lines import variant_line
from tb_dice.analysis.passes import one_pass, pooled_pass
from tb_dice.analysis.table import Table

SEVERAL = ("per_class", "per_sample", "sum_per_class", "sum_per_sample", "none")


@dataclass(frozen=True)
class Step:
    """One axis changed: what it said, what it says, the value now, and by how much that moved.

    A value that cannot be computed is NaN, and so is its ``delta``; the next one starts at the last
    value that could.
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
        own: of a and of b, unchanged; NaN where that is not one number.
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


def difference(table: Table, index: int, a: Definition, b: Definition) -> Difference:
    """Compares two definitions at step ``index``, over all channels, regions left out."""
    one = one_pass(table, index)
    measure = _Measure(one, pooled_pass(one))
    own = (measure.value(a), measure.value(b))
    (a, b), note = _comparable(a, b)
    values = (measure.value(a), measure.value(b))
    refused = measure.refused(a, "The first") or measure.refused(b, "The second")
    if refused is not None:
        return Difference(values, own, [], [], note, refused)
    axes = [axis for axis in AXES if axis.said(a) != axis.said(b)]
    path, alone = _path(measure, axes, a, b), _alone(measure, axes, a, b)
    return Difference(values, own, path, alone, note, None)


@dataclass(frozen=True)
class _Measure:
    """Evaluates definitions on a pass."""

    one: Table
    pooled: Table

    def value(self, definition: Definition) -> float:
        """The value, per recorded batch or over all samples in one sum; NaN where there is none."""
        return float(variant_line(self._table(definition), "", definition.spec).values[0])

    def refused(self, definition: Definition, which: str) -> str | None:
        """Why there is no value."""
        refused = variant_line(self._table(definition), "", definition.spec).refused
        return refused and f"{which} {refused}"

    def _table(self, definition: Definition) -> Table:
        return self.pooled if definition.pooled else self.one


def _path(measure: _Measure, axes: Sequence[Axis], a: Definition, b: Definition) -> list[Step]:
    now, before = a, measure.value(a)
    path = []
    for axis in axes:
        moved = axis.moved(now, b)
        value = measure.value(moved)
        path.append(Step(axis, axis.said(now), axis.said(moved), value, value - before))
        now, before = moved, before if math.isnan(value) else value
    return path


def _alone(measure: _Measure, axes: Sequence[Axis], a: Definition, b: Definition) -> list[Step]:
    start = measure.value(a)
    found = []
    for axis in axes:
        moved = axis.moved(a, b)
        value = measure.value(moved)
        found.append(Step(axis, axis.said(a), axis.said(moved), value, value - start))
    return found


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

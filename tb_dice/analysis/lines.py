"""The line charts: one class under three rules for empty masks, and named variants beside them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tb_dice import values
from tb_dice.analysis.definition import Definition
from tb_dice.analysis.series import class_values, refusal
from tb_dice.analysis.table import Floats, Table
from tb_dice.spec import DiceSpec

NOT_ONE_NUMBER = "gives several numbers a step, not one"


@dataclass(frozen=True, eq=False)
class Line:
    """One line: its values at the steps of a run, NaN where undefined."""

    key: str
    label: str
    form: str
    values: Floats
    refused: str | None = None


def rule_lines(table: Table, column: int, definition: Definition) -> list[Line]:
    """The chosen definition for one class: empties skipped, empties counted as 1, and pooled."""
    spec = definition.spec
    rules = (
        ("skipped", "empty skipped", spec.replace(empty="nan", empty_when="both"), False),
        ("one", "both empty = 1", spec.replace(empty="one", empty_when="both"), False),
        ("pooled", "pooled", spec, True),
    )
    refused = refusal(table, spec)
    if refused is not None:
        nothing = np.full(len(table.steps), math.nan)
        return [Line(key, label, "score", nothing, refused) for key, label, _, _ in rules]
    return [
        Line(key, label, "score", class_values(table, rule, pooled=pooled)[0][:, column])
        for key, label, rule, pooled in rules
    ]


def variant_line(table: Table, name: str, spec: DiceSpec) -> Line:
    """A named variant unchanged: per recorded batch, weighted by batch size, as Keras logs it."""
    nothing = np.full(len(table.steps), math.nan)
    form = "score" if spec.outcome.form == "score" else "loss"
    refused = refusal(table, spec)
    if refused is not None:
        return Line(name, name, form, nothing, refused)
    found = [values.value(table.record(index), spec) for index in range(len(table.steps))]
    if any(np.ndim(value) for value in found):
        return Line(name, name, form, nothing, NOT_ONE_NUMBER)
    return Line(name, name, form, np.array(found, np.float64))


def loss_lines(table: Table) -> list[Line]:
    """The extra losses that were recorded (``losses=``)."""
    names = dict.fromkeys(name for losses in table.losses for name in losses)
    return [
        Line(
            f"loss:{name}",
            name,
            "loss",
            np.array([losses.get(name, math.nan) for losses in table.losses], np.float64),
        )
        for name in names
    ]


def lines(
    table: Table, column: int, definition: Definition, variants: Sequence[tuple[str, DiceSpec]]
) -> list[Line]:
    """All lines of a run and class."""
    named = [variant_line(table, name, spec) for name, spec in variants]
    return [*rule_lines(table, column, definition), *named, *loss_lines(table)]

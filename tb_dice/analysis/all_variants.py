"""The table of all variants: every definition of the catalogue on one pass of a run."""

import math
from dataclasses import dataclass
from typing import Any

from tb_dice.analysis.lines import variant_line
from tb_dice.analysis.passes import one_pass
from tb_dice.analysis.series import class_values, refusals
from tb_dice.analysis.table import Table
from tb_dice.definition import catalogue
from tb_dice.definition.catalogue.registry import Entry
from tb_dice.definition.questions import SUM_OF_CLASSES


@dataclass(frozen=True)
class Row:
    """A variant and what it says.

    Attributes:
        entry: the variant.
        params: its parameters; where one has no default, that of the example.
        summed: the value is a sum over classes, not a mean, and may be above 1.
        value: the definition unchanged, per recorded batch, weighted by batch size; NaN undefined.
        class_value: its score of the class asked for; NaN without one.
        refused: why there is no value, or None.
    """

    entry: Entry
    params: dict[str, Any]
    summed: bool
    value: float
    class_value: float
    refused: str | None


def rows(table: Table, index: int, column: int | None = None) -> list[Row]:
    """Every variant of the catalogue at step ``index``, and its score of a class."""
    one = one_pass(table, index)
    return [_row(one, entry, column) for entry in catalogue.entries()]


def _row(one: Table, entry: Entry, column: int | None) -> Row:
    spec = entry.spec(**entry.example)
    line = variant_line(one, entry.name, spec)
    score = math.nan
    if column is not None and refusals(one, spec)[0] is None:
        score = float(class_values(one, spec)[0][0, column])
    summed = spec.averaged.reduce in SUM_OF_CLASSES
    return Row(
        entry, entry.params | entry.example, summed, float(line.values[0]), score, line.refused
    )

"""The line charts: one class under three rules for empty masks, and named variants."""

import math
from dataclasses import dataclass, replace

import numpy as np

from tb_dice.analysis.empty_rules import ONE, SKIP
from tb_dice.analysis.passes import equal_batches
from tb_dice.analysis.series import ClassValues, class_values, refusals
from tb_dice.analysis.table import Table
from tb_dice.definition.arrays import Floats
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores

NOT_ONE_NUMBER = "gives several numbers per step, not one"


@dataclass(frozen=True, eq=False)
class Line:
    """One line: its values at the S steps of a run, [S], or by class, [S, C]; NaN is undefined."""

    key: str
    label: str
    form: str
    values: Floats
    refused: str | None = None

    def of_class(self, column: int) -> "Line":
        """The line of one class of several."""
        return replace(self, values=self.values[:, column])


def rule_lines(table: Table, spec: DiceSpec, compute: ClassValues = class_values) -> list[Line]:
    """A definition for each class: empties skipped, empties counted as 1, and pooled.

    ``compute`` may remember what it has computed before.
    """
    rules = (
        ("skipped", SKIP.label, spec.replace(**SKIP.axes), False),
        ("one", ONE.label, spec.replace(**ONE.axes), False),
        ("pooled", "pooled", spec, True),
    )
    refused, where = refusals(table, spec)
    if refused is not None:
        nothing = np.full((len(table.steps), len(table.classes)), math.nan)
        return [Line(key, label, "score", nothing, refused) for key, label, _, _ in rules]
    left_out = where[:, None]
    return [
        Line(key, label, "score", np.where(left_out, math.nan, compute(table, rule, pooled)[0]))
        for key, label, rule, pooled in rules
    ]


def variant_line(table: Table, name: str, spec: DiceSpec) -> Line:
    """A named variant unchanged: per recorded batch, weighted by batch size, as Keras logs it."""
    nothing = np.full(len(table.steps), math.nan)
    form = spec.outcome.form
    refused, where = refusals(table, spec)
    if refused is not None:
        return Line(name, name, form, nothing, refused)
    found = _logged(table, spec)
    if found is None:
        return Line(name, name, form, nothing, NOT_ONE_NUMBER)
    found[where] = math.nan
    return Line(name, name, form, found)


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


def _logged(table: Table, spec: DiceSpec) -> Floats | None:
    """As ``scores.value`` for every step: [S]; None if that is not one number.

    Batches of equal size are computed at once.
    """
    of_batch = np.empty(len(table.groups.sizes))
    channels = scores.record_channels(table.last)
    for some, rows in equal_batches(table, channels):
        sums = table.values(rows, channels)
        found = np.asarray(scores.whole(sums, spec, table.voxels[rows]))
        if found.ndim != 1:
            return None
        of_batch[some] = found
    return _weighted(table, of_batch)


def _weighted(table: Table, of_batch: Floats) -> Floats:
    """The mean over the batches of each step, weighted by their size; undefined if one is."""
    groups = table.groups
    mean = np.full(len(table.steps), math.nan)
    there, starts = np.unique(groups.step, return_index=True)
    if len(there):
        with np.errstate(invalid="ignore"):
            total = np.add.reduceat(of_batch * groups.sizes, starts)
        mean[there] = total / np.add.reduceat(groups.sizes, starts)
    return mean

"""The same predictions in batches of different sizes: what changes does not describe the model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.lines import Line, variant_line
from tb_dice.analysis.passes import one_pass, regrouped
from tb_dice.analysis.series import class_values, refusals
from tb_dice.analysis.table import Table
from tb_dice.definition.spec import DiceSpec


@dataclass(frozen=True, eq=False)
class BatchSizes:
    """Definitions at one step over the batch size.

    Attributes:
        sizes: 1, 2, 4 and so on up to all samples in one batch.
        recorded: the batch size of most recorded batches; None of an empty pass.
        lines: the chosen definition for the class, then the variants; values at each size.
    """

    sizes: list[int]
    recorded: int | None
    lines: list[Line]


def batch_sizes(
    table: Table,
    index: int,
    column: int,
    definition: Definition,
    variants: Mapping[str, DiceSpec],
) -> BatchSizes:
    """A class and named variants at step ``index``, the samples grouped in recorded order."""
    one = one_pass(table, index)
    sizes = _sizes(len(one.batch))
    passes = [regrouped(one, size) for size in sizes]
    found = [_chosen(passes, column, definition)]
    found += [_variant(passes, name, spec) for name, spec in variants.items()]
    recorded, times = np.unique(one.groups.sizes, return_counts=True)
    most = int(recorded[np.argmax(times)]) if len(times) else None
    return BatchSizes(sizes, most, found)


def _sizes(count: int) -> list[int]:
    """The powers of two below ``count``, and ``count``."""
    powers = [2**k for k in range(count.bit_length()) if 2**k < count]
    return [*powers, count] if count else []


def _chosen(passes: list[Table], column: int, definition: Definition) -> Line:
    label = "chosen definition"
    refused = refusals(passes[0], definition.spec)[0] if passes else None
    if refused is not None:
        return Line("chosen", label, "score", np.full(len(passes), math.nan), refused)
    pooled = definition.pooled
    found = [class_values(one, definition.spec, pooled=pooled)[0][0, column] for one in passes]
    return Line("chosen", label, "score", np.array(found, np.float64))


def _variant(passes: list[Table], name: str, spec: DiceSpec) -> Line:
    lines = [variant_line(one, name, spec) for one in passes]
    values = np.array([line.values[0] for line in lines], np.float64)
    refused = next((line.refused for line in lines if line.refused), None)
    return Line(name, name, spec.outcome.form, values, refused)

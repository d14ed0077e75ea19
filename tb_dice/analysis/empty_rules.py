"""The score of every class under each rule for empty masks: what the rule alone does to a mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.passes import one_pass
from tb_dice.analysis.series import averaged, class_values, mean_of_classes, refusals
from tb_dice.analysis.table import Table
from tb_dice.definition.arrays import Floats, Ints


@dataclass(frozen=True)
class Rule:
    """A rule for empty masks: the axes that make it, and what it says in words."""

    key: str
    label: str
    words: str
    axes: Mapping[str, Any]


SKIP = Rule(
    "skip",
    "undefined, skipped",
    "Where both masks are empty, there is no score; the mean is over the rest.",
    {"empty": "nan", "empty_when": "both"},
)
ZERO = Rule(
    "zero",
    "both empty = 0",
    "Where both masks are empty, the score is 0, as if the class were missed.",
    {"empty": "zero", "empty_when": "both"},
)
ONE = Rule(
    "one",
    "both empty = 1",
    "Where both masks are empty, the score is 1, since drawing nothing is right.",
    {"empty": "one", "empty_when": "both"},
)
FORMULA = Rule(
    "formula",
    "what the formula gives",
    "Where both masks are empty, the formula's constants decide; without them there is no score.",
    {"empty": "formula"},
)
POSITIVE = Rule(
    "positive",
    "non-empty targets only",
    "Samples whose target lacks the class are left out, and with them their false alarms.",
    {"empty": "nan", "empty_when": "target"},
)
DELETION = Rule(
    "deletion",
    "both masks non-empty only",
    "Samples with an empty mask are left out, and with them all misses and false alarms.",
    {"empty": "nan", "empty_when": "either"},
)
RULES = (SKIP, ZERO, ONE, FORMULA, POSITIVE, DELETION)


@dataclass(frozen=True, eq=False)
class Ruled:
    """Each of ``RULES``, with C classes; NaN is undefined.

    Attributes:
        refused: why the definition cannot be computed, or None.
        values: [rules, C], the score of a class.
        scored: [rules, C], how many samples (batches, with "batch" in ``over``) it is a mean of.
        mean: [rules], the mean over the classes that have a score.
        mean_of: [rules], how many these are.
        mean_classes: how many they are where all have one.
    """

    refused: str | None
    values: Floats
    scored: Ints
    mean: Floats
    mean_of: Ints
    mean_classes: int


def ruled(table: Table, index: int, definition: Definition) -> Ruled:
    """A definition at step ``index`` under each rule for empty masks."""
    one = one_pass(table, index)
    values = np.full((len(RULES), len(one.classes)), math.nan)
    scored = np.zeros(values.shape, np.int64)
    refused = refusals(one, definition.spec)[0]
    if refused is None:
        for row, rule in enumerate(RULES):
            spec = definition.spec.replace(**rule.axes)
            found, count = class_values(one, spec, pooled=definition.pooled)
            values[row], scored[row] = found[0], count[0]
    mean = mean_of_classes(values, one, background=definition.background)
    columns = averaged(one, background=definition.background)
    mean_of = (~np.isnan(values[:, columns])).sum(axis=1)
    return Ruled(refused, values, scored, mean, mean_of, len(columns))

"""What stands out in the last step of some runs, said in sentences with numbers.

A finding is made by one small function of ``detectors``; here they are asked, merged and sorted.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tb_dice.analysis import detectors
from tb_dice.analysis.definition import Definition
from tb_dice.analysis.finding import LEVELS, Finding
from tb_dice.analysis.table import Table
from tb_dice.analysis.view import View

MOST = 12


def findings(
    tables: Mapping[str, Table],
    definition: Definition,
    variants: Mapping[str, Sequence[str]] | None = None,
) -> list[Finding]:
    """The findings about some runs, worst first, at most 12.

    Args:
        tables: run to its records; a run without steps is left out.
        definition: what the page shows.
        variants: run to the named variants that were recorded as scalars.
    """
    recorded = variants or {}
    views = [
        View(run, table, definition, tuple(recorded.get(run, ())))
        for run, table in tables.items()
        if len(table.steps) and len(table.classes)
    ]
    with np.errstate(all="ignore"):  # recorded predictions may be any numbers
        found = [finding for detect in detectors.DETECTORS for finding in detect(views)]
    return sorted(found, key=lambda finding: (LEVELS.index(finding.level), -finding.weight))[:MOST]

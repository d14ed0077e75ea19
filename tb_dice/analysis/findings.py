"""What stands out in the last step of some runs, in sentences with numbers.

Each finding is made by one small function of ``detectors``; this module merges and sorts them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.detectors import DETECTORS, recording
from tb_dice.analysis.finding import LEVELS, Finding
from tb_dice.analysis.table import Table
from tb_dice.analysis.view import View

MOST = 12


def findings(
    tables: Mapping[str, Table],
    definition: Definition,
    variants: Mapping[str, Sequence[str]] | None = None,
) -> list[Finding]:
    """The findings about some runs, worst first, at most 12, of as many kinds as possible.

    A run that predicts NaN on most samples gets no other finding, since all else follows from it.

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
        found = recording.not_finite(views)
        sound = [view for view in views if 2 * view.not_finite <= len(view.record.batch)]
        found += [finding for detect in DETECTORS for finding in detect(sound)]
    return _spread(sorted(found, key=lambda found: (LEVELS.index(found.level), -found.weight)))


def _spread(found: Sequence[Finding]) -> list[Finding]:
    """At most 12 in their order: the worst of each kind goes before the second worst of another."""
    seen: Counter[str] = Counter()
    place = []  # of each finding among those of its kind
    for each in found:
        place.append(seen[each.id])
        seen[each.id] += 1
    kept = sorted(range(len(found)), key=lambda index: (place[index], index))[:MOST]
    return [found[index] for index in sorted(kept)]

"""The last pass of a run, with the numbers that several findings compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.gradient import Gradients, gradients
from tb_dice.analysis.series import ratio
from tb_dice.analysis.summary import order
from tb_dice.analysis.table import Table
from tb_dice.definition import catalogue
from tb_dice.definition.arrays import Floats, Ints
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import ALARM, EMPTY, MISSED, PRESENT, Record


@dataclass(frozen=True, eq=False)
class View:
    """One run at its last step.

    Attributes:
        run: its name.
        table: its records.
        definition: what the page shows.
        variants: the named variants that were recorded as scalars.
    """

    run: str
    table: Table
    definition: Definition
    variants: Sequence[str] = ()

    @property
    def label(self) -> str:
        """The name as the page shows it."""
        return self.run.removesuffix("/dice")

    @property
    def step(self) -> int:
        """The last step."""
        return int(self.table.steps[-1])

    @cached_property
    def record(self) -> Record:
        """The last record."""
        return self.table.record(len(self.table.steps) - 1)

    @cached_property
    def noted(self) -> set[str]:
        """The kinds of the notices that the run was recorded with."""
        return {notice.kind for notice in self.table.notices}

    @cached_property
    def not_finite(self) -> int:
        """How many samples have predictions that are NaN or infinite."""
        return int((~np.isfinite(self.record.sums["pred_sum"])).any(axis=1).sum())

    @cached_property
    def columns(self) -> list[int]:
        """The classes and regions without the background."""
        return [column for column in order(self.table) if column != self.table.last.background]

    @cached_property
    def recorded(self) -> dict[str, DiceSpec]:
        """The named variants that were recorded, and their definitions."""
        entries = [catalogue.entry(name) for name in self.variants]
        return {entry.name: entry.spec(**entry.example) for entry in entries}

    @cached_property
    def gradients(self) -> list[tuple[str, Gradients]]:
        """The recorded losses and where their gradients go, as far as the sums can tell."""
        index = len(self.table.steps) - 1
        found = [
            (name, gradients(self.table, index, spec))
            for name, spec in self.recorded.items()
            if spec.outcome.form != "score"
        ]
        return [(name, shares) for name, shares in found if not np.isnan(shares.share.sum())]

    @cached_property
    def cases(self) -> Ints:
        """[4, C], samples in each state."""
        cases: Ints = self.table.cases[-1]
        return cases

    @cached_property
    def with_target(self) -> Ints:
        """[C], N+: samples that have the class."""
        count: Ints = self.cases[MISSED] + self.cases[PRESENT]
        return count

    @cached_property
    def without_target(self) -> Ints:
        """[C], N0: samples that lack the class."""
        count: Ints = self.cases[EMPTY] + self.cases[ALARM]
        return count

    @cached_property
    def drawn(self) -> Ints:
        """[C], samples on which the class is drawn."""
        count: Ints = self.cases[ALARM] + self.cases[PRESENT]
        return count

    @cached_property
    def hard(self) -> Floats:
        """[C], the default definition: per sample, undefined ones skipped."""
        return self.under(DEFAULT)

    @cached_property
    def soft(self) -> Floats:
        """[C], the default definition on probabilities, over the same samples as ``hard``."""
        cells = scores.cells(self.record, DEFAULT.replace(compare="soft"))
        kept = scores.states(self.record) > EMPTY
        count = kept.sum(axis=0)
        total = np.where(kept & ~np.isnan(cells), cells, 0.0).sum(axis=0)
        return ratio(total, count.astype(np.float64))

    @cached_property
    def empty_is_one(self) -> Floats:
        """[C], the default definition with 1 where both masks are empty."""
        return self.under(DEFAULT.replace(empty="one"))

    @cached_property
    def pooled(self) -> Floats:
        """[C], the default definition of all samples in one sum."""
        return scores.class_values(self.record, DEFAULT, pooled=True)[0]

    @cached_property
    def foreground(self) -> list[int]:
        """The classes without regions and background."""
        channels = scores.record_channels(self.record)
        return [column for column in self.columns if column < channels]

    def mean(self, scores: Floats) -> float:
        """The mean of [C] over the foreground where defined; NaN if it is defined nowhere."""
        kept = scores[self.foreground]
        kept = kept[~np.isnan(kept)]
        return float(kept.mean()) if len(kept) else float("nan")

    def under(self, spec: DiceSpec) -> Floats:
        """[C], the score of each class under a definition."""
        return scores.class_values(self.record, spec)[0]

    def sizes(self, column: int) -> Floats:
        """The target voxels of the samples that have the class."""
        true = self.record.sums["hard_true_sum"][:, column]
        return np.asarray(true[true > 0], np.float64)

    def example(self, column: int, state: int) -> str | None:
        """The sample in a state with the largest target, or else the largest prediction."""
        rows = np.flatnonzero(scores.states(self.record)[:, column] == state)
        if not len(rows):
            return None
        name = "hard_pred_sum" if state == ALARM else "hard_true_sum"
        most = rows[int(np.argmax(self.record.sums[name][rows, column]))]
        return str(self.record.sample_ids[most])

"""What a request asks for, and what was computed about its run."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from tensorboard import errors
from werkzeug.wrappers import Request

from tb_dice.analysis import findings, lines, samples, series
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.finding import Finding
from tb_dice.analysis.samples import Grid, History, Samples
from tb_dice.analysis.table import Table
from tb_dice.definition.arrays import Floats, Ints
from tb_dice.definition.spec import DiceSpec
from tb_dice.plugin import params
from tb_dice.plugin.cache import Cache
from tb_dice.plugin.data import DiceData
from tb_dice.plugin.pictures import Pictures
from tb_dice.plugin.source import Source

Result = TypeVar("Result")


@dataclass(frozen=True)
class Ask:
    """A request, and where its answer is read from."""

    request: Request
    source: Source
    data: DiceData

    def run(self, key: str = "run") -> "Asked":
        """The run asked for, of which a record can be read."""
        name = params.name(self.request, key)
        run = self.data.run(self.source, name)
        if run.table is None:
            why = next(iter(run.unreadable.values()), "there is none yet")
            raise errors.NotFoundError(f"no record of run {name[:80]!r} can be read: {why}.")
        return Asked(self.request, name, run.table, run.answers)

    def findings(self) -> list[Finding]:
        """What stands out in the last step of the runs asked for."""
        names = params.names(self.request, "run", most=params.MAX_RUNS)
        choice = params.definition(self.request)
        runs = {name: self.data.run(self.source, name) for name in names}
        tables = {name: run.table for name, run in runs.items() if run.table is not None}
        return findings.findings(tables, choice, self.source.variants(list(tables)))

    def pictures(self, run: str) -> Pictures:
        """Where the pictures of a run lie."""
        return self.data.pictures(self.source, run)


@dataclass(frozen=True)
class Asked:
    """The run that a request asks for."""

    request: Request
    name: str
    table: Table
    answers: Cache[Any]

    def once(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Computes something about the run once."""
        return cast(Result, self.answers.get_or(key, make))

    def series(self, choice: Definition) -> series.Series:
        """All classes at all steps under a definition."""
        return self.once(
            ("series", choice), lambda: series.series(self.table, choice, self._class_values)
        )

    def rules(self, choice: Definition) -> list[lines.Line]:
        """A definition under three rules for empties, for all classes."""
        spec = choice.spec
        return self.once(
            ("rules", spec), lambda: lines.rule_lines(self.table, spec, self._class_values)
        )

    def line(self, name: str) -> lines.Line:
        """The line of a named variant."""
        spec = params.variant(name)
        return self.once(("line", name), lambda: lines.variant_line(self.table, name, spec))

    def samples(self, index: int, column: int, choice: Definition) -> Samples:
        """All samples of a step, ordered by a class."""
        return samples.samples(self.table, index, column, choice)

    def history(self, sample: str, choice: Definition) -> History:
        """One sample at all steps."""
        return samples.history(self.table, sample, choice)

    def grid(self, column: int, choice: Definition) -> Grid:
        """One class of all samples at all steps."""
        return self.once(("grid", column, choice), lambda: samples.grid(self.table, column, choice))

    def column(self) -> int:
        """The column of the class asked for."""
        name = params.name(self.request, "class")
        return self.table.classes.index(params.known(name, self.table.classes, "class"))

    def index(self, key: str = "step") -> int:
        """The place of the step asked for."""
        step = params.step(self.request, key)
        index = self.table.index(step)
        if index is None:
            steps = self.table.steps
            raise errors.NotFoundError(
                f"no step {step} in run {self.name[:80]!r}; there are {len(steps)} from {steps[0]} "
                f"to {steps[-1]}."
            )
        return index

    def sample(self) -> str:
        """The sample asked for, which is in at least one pass."""
        name = params.name(self.request, "sample")
        if not len(samples.find(self.table, name)[0]):
            raise errors.NotFoundError(f"no sample {name[:80]!r} in run {self.name[:80]!r}.")
        return name

    def where(self, index: int | None = None, column: int | None = None) -> dict[str, Any]:
        """What an answer is about: the run, all its steps or the one at ``index``, and a class."""
        steps = self.table.steps.tolist()
        about = {"steps": steps} if index is None else {"step": steps[index]}
        if column is not None:
            about["class"] = self.table.classes[column]
        return {"run": self.name, **about}

    def _class_values(self, table: Table, spec: DiceSpec, pooled: bool) -> tuple[Floats, Ints]:
        key = ("classes", spec, pooled)
        return self.once(key, lambda: series.class_values(table, spec, pooled))

"""The run that a request asks for, and what was computed for it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from tensorboard import errors
from werkzeug.wrappers import Request

from tb_dice.analysis import lines, samples, series
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.table import Table
from tb_dice.definition.arrays import Floats, Ints
from tb_dice.definition.spec import DiceSpec
from tb_dice.plugin import params
from tb_dice.plugin.cache import Cache

Result = TypeVar("Result")


@dataclass(frozen=True)
class Asked:
    """The run that a request asks for."""

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

    def grid(self, column: int, choice: Definition) -> samples.Grid:
        """One class of all samples at all steps."""
        return self.once(("grid", column, choice), lambda: samples.grid(self.table, column, choice))

    def column(self, request: Request) -> int:
        """The column of the class asked for."""
        name = params.name(request, "class")
        return self.table.classes.index(params.known(name, self.table.classes, "class"))

    def index(self, request: Request, key: str = "step") -> int:
        """The place of the step asked for."""
        step = params.step(request, key)
        index = self.table.index(step)
        if index is None:
            steps = self.table.steps
            raise errors.NotFoundError(
                f"no step {step} in run {self.name[:80]!r}; there are {len(steps)} from {steps[0]} "
                f"to {steps[-1]}."
            )
        return index

    def sample(self, request: Request) -> str:
        """The sample asked for, which is in at least one pass."""
        name = params.name(request, "sample")
        if not len(samples.find(self.table, name)[0]):
            raise errors.NotFoundError(f"no sample {name[:80]!r} in run {self.name[:80]!r}.")
        return name

    def _class_values(self, table: Table, spec: DiceSpec, pooled: bool) -> tuple[Floats, Ints]:
        key = ("classes", spec, pooled)
        return self.once(key, lambda: series.class_values(table, spec, pooled))

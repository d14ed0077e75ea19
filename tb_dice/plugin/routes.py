"""The routes of ``http_api.md``: parse, read, analyse, encode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tensorboard import errors
from werkzeug.wrappers import Request

from tb_dice.analysis import findings, lines, samples, summary
from tb_dice.analysis.a_against_b import Place, compare
from tb_dice.analysis.choice import describe
from tb_dice.analysis.table import Table
from tb_dice.definition import catalogue
from tb_dice.definition.arrays import Array
from tb_dice.log import shards
from tb_dice.plugin import params
from tb_dice.plugin.analyses import HANDLERS, Handler, comparison_of, line_of
from tb_dice.plugin.asked import Asked
from tb_dice.plugin.colors import colors
from tb_dice.plugin.data import DiceData
from tb_dice.plugin.grid import GRID_TYPE, JSON_TYPE, grid, plain, to_json
from tb_dice.plugin.source import Source

PNG_TYPE = "image/png"

Answer = tuple[bytes, str]


@dataclass(frozen=True)
class Routes:
    """Answers requests: a method takes a request and its source and gives bytes and their type."""

    data: DiceData = field(default_factory=DiceData)

    def named(self) -> dict[str, Callable[[Request, Source], Answer]]:
        """The routes by path."""
        own = (
            self.runs,
            self.variants,
            self.definition,
            self.series,
            self.lines,
            self.samples,
            self.history,
            self.sample_steps,
            self.images,
            self.image,
            self.findings,
            self.a_against_b,
        )
        return {
            **{f"/{route.__name__}": route for route in own},
            **{f"/{one.__name__}": partial(self._of_one_pass, one) for one in HANDLERS},
        }

    def runs(self, request: Request, source: Source) -> Answer:
        """The runs with Dice data, and the names of the others."""
        ranked = source.all_runs()
        names = self.data.names(source)
        palette = colors(ranked, names)
        listed = [self._listed(source, name, palette[name]) for name in names]
        others = sorted({run for run in ranked if shards.whole(run) not in names})
        return to_json({"runs": listed, "others": others}), JSON_TYPE

    def variants(self, request: Request, source: Source) -> Answer:
        """The catalogue."""
        entries = [
            {
                "name": entry.name,
                "family": entry.family,
                "form": entry.form,
                "summary": entry.summary,
                "formula": entry.formula,
                "params": {key: plain(value) for key, value in entry.params.items()},
                "empty": entry.empty,
                "fault": entry.fault,
            }
            for entry in catalogue.entries()
        ]
        return to_json({"variants": entries}), JSON_TYPE

    def definition(self, request: Request, source: Source) -> Answer:
        """What a definition means."""
        return to_json(describe(params.definition(request))), JSON_TYPE

    def series(self, request: Request, source: Source) -> Answer:
        """All classes at all steps of a run."""
        asked = self._run(request, source)
        choice = params.definition(request)
        found = asked.series(choice)
        header = {"run": asked.name, "steps": asked.table.steps.tolist(), "refused": found.refused}
        arrays = {
            "value": found.value,
            "scored": found.scored,
            "samples": asked.table.total,
            "cases": found.cases,
            "miss_rate": found.miss_rate,
            "false_alarm_rate": found.false_alarm_rate,
            "mean": found.mean,
        }
        return grid(header, arrays), GRID_TYPE

    def lines(self, request: Request, source: Source) -> Answer:
        """One class under three rules for empties, and named variants."""
        asked = self._run(request, source)
        column = asked.column(request)
        found = [line.of_class(column) for line in asked.rules(params.definition(request))]
        for name in params.names(request, "variant", most=params.MAX_VARIANTS):
            found.append(asked.line(name))
        found += lines.loss_lines(asked.table)
        answer = {
            "run": asked.name,
            "class": asked.table.classes[column],
            "steps": asked.table.steps.tolist(),
            "lines": [line_of(line) for line in found],
        }
        return to_json(answer), JSON_TYPE

    def samples(self, request: Request, source: Source) -> Answer:
        """All samples of a step, worst first for a class."""
        asked = self._run(request, source)
        index = asked.index(request)
        column = asked.column(request)
        found = samples.samples(asked.table, index, column, params.definition(request))
        pictures = self.data.pictures(source, asked.name)
        ids = found.ids.tolist()
        header = {
            "run": asked.name,
            "step": int(asked.table.steps[index]),
            "ids": ids,
            "thumbnails": [pictures.thumbnail(name) for name in ids],
            "refused": found.refused,
        }
        arrays: dict[str, Array] = {
            "order": found.order,
            "value": found.value,
            "state": found.state,
            "true": found.true,
            "pred": found.pred,
            "hit": found.hit,
            "imaged": pictures.imaged(ids, int(asked.table.steps[index])),
            "batch": found.batch,
        }
        return grid(header, arrays), GRID_TYPE

    def history(self, request: Request, source: Source) -> Answer:
        """One sample at all steps."""
        asked = self._run(request, source)
        sample = asked.sample(request)
        found = samples.history(asked.table, sample, params.definition(request))
        header = {
            "run": asked.name,
            "sample": sample,
            "steps": asked.table.steps.tolist(),
            "refused": found.refused,
        }
        return grid(header, {"value": found.value, "state": found.state}), GRID_TYPE

    def sample_steps(self, request: Request, source: Source) -> Answer:
        """One class of all samples at all steps."""
        asked = self._run(request, source)
        column = asked.column(request)
        found = asked.grid(column, params.definition(request))
        header = {
            "run": asked.name,
            "class": asked.table.classes[column],
            "steps": asked.table.steps.tolist(),
            "ids": found.ids.tolist(),
            "total": found.total,
            "refused": found.refused,
        }
        return grid(header, {"value": found.value, "state": found.state}), GRID_TYPE

    def images(self, request: Request, source: Source) -> Answer:
        """Where the pictures of a sample lie."""
        asked = self._run(request, source)
        sample = asked.sample(request)
        pictures = self.data.pictures(source, asked.name)
        answer = {
            "run": asked.name,
            "sample": sample,
            "encoding": pictures.encoding,
            "classes": list(pictures.classes),
            "regions": {name: list(merged) for name, merged in asked.table.last.regions.items()},
            "slices": pictures.slices(sample),
        }
        return to_json(answer), JSON_TYPE

    def image(self, request: Request, source: Source) -> Answer:
        """One recorded PNG."""
        run = params.name(request, "run")
        step = params.step(request)
        element = params.integer(request, "element", high=params.MAX_PLACE)
        return self.data.png(source, run, step, element), PNG_TYPE

    def findings(self, request: Request, source: Source) -> Answer:
        """What stands out in the last step of some runs."""
        names = params.names(request, "run", most=params.MAX_RUNS)
        choice = params.definition(request)
        runs = {name: self.data.run(source, name) for name in names}
        tables = {name: run.table for name, run in runs.items() if run.table is not None}
        found = findings.findings(tables, choice, source.variants(list(tables)))
        return to_json({"findings": [finding.plain() for finding in found]}), JSON_TYPE

    def a_against_b(self, request: Request, source: Source) -> Answer:
        """Two runs on the same samples."""
        a = self._run(request, source)
        b = self._asked(params.name(request, "runB"), source)
        key = "stepB" if "stepB" in request.args else "step"
        indices = a.index(request), b.index(request, key)
        choice = params.definition(request)
        found = compare(
            Place(a.table, indices[0], a.column(request)),
            Place(b.table, indices[1], b.column(request)),
            choice,
        )
        answer = {
            "run": a.name,
            "step": int(a.table.steps[indices[0]]),
            "runB": b.name,
            "stepB": int(b.table.steps[indices[1]]),
            "class": params.name(request, "class"),
            **comparison_of(found),
        }
        return to_json(answer), JSON_TYPE

    def _of_one_pass(self, handler: Handler, request: Request, source: Source) -> Answer:
        return to_json(handler(self._run(request, source), request)), JSON_TYPE

    def _listed(self, source: Source, name: str, color: int) -> dict[str, Any]:
        run = self.data.run(source, name)
        shown = _about(run.table) if run.table else _NOTHING
        complaints = [f"Run {name}: {why}." for why in run.unreadable.values()]
        complaints += shards.lacking(run.missing)
        return {
            "name": name,
            "label": name.removesuffix("/dice"),
            "color": color,
            "image_steps": self.data.image_steps(source, name),
            **shown,
            "notices": [*shown["notices"], *complaints],
        }

    def _run(self, request: Request, source: Source) -> Asked:
        name = params.name(request, "run")
        return self._asked(name, source)

    def _asked(self, name: str, source: Source) -> Asked:
        run = self.data.run(source, name)
        if run.table is None:
            why = next(iter(run.unreadable.values()), "there is none yet")
            raise errors.NotFoundError(f"no record of run {name[:80]!r} can be read: {why}.")
        return Asked(name, run.table, run.answers)


def _about(table: Table) -> dict[str, Any]:
    """What `runs` says of a run, from its records."""
    return {
        "steps": table.steps.tolist(),
        "wall_times": table.wall_times.tolist(),
        "classes": summary.classes(table),
        "samples": len(table.last.batch),
        "total": table.last.total,
        "reading": summary.reading(table),
        "notices": summary.notices(table),
    }


_NOTHING: Mapping[str, Any] = {
    "steps": [],
    "wall_times": [],
    "classes": [],
    "samples": 0,
    "total": 0,
    "reading": "",
    "notices": [],
}

"""The routes of ``http_api.md``: parse, read, analyse, encode."""

from collections.abc import Callable, Mapping
from typing import Any

from tb_dice.analysis import summary
from tb_dice.analysis.choice import describe
from tb_dice.analysis.lines import loss_lines
from tb_dice.analysis.table import Table
from tb_dice.definition import catalogue
from tb_dice.log import shards
from tb_dice.plugin import analyses, params
from tb_dice.plugin.asked import Ask
from tb_dice.plugin.colors import colors
from tb_dice.plugin.grid import Answer, answer, packed, parts

PNG_TYPE = "image/png"


def runs(ask: Ask) -> Answer:
    """The runs with Dice data, and the names of the others."""
    ranked = ask.source.all_runs()
    names = ask.data.names(ask.source)
    palette = colors(ranked, names)
    listed = [_listed(ask, name, palette[name]) for name in names]
    others = sorted({run for run in ranked if shards.whole(run) not in names})
    return answer({"runs": listed, "others": others})


def variants(ask: Ask) -> Answer:
    """The catalogue."""
    said = ("name", "family", "form", "summary", "formula", "params", "empty", "fault")
    return answer({"variants": [parts(entry, *said) for entry in catalogue.entries()]})


def definition(ask: Ask) -> Answer:
    """What a definition means."""
    return answer(describe(params.definition(ask.request)))


def series(ask: Ask) -> Answer:
    """All classes at all steps of a run."""
    asked = ask.run()
    return packed(asked.series(params.definition(ask.request)), asked.where())


def lines(ask: Ask) -> Answer:
    """One class under three rules for empties, and named variants."""
    asked = ask.run()
    column = asked.column()
    found = [line.of_class(column) for line in asked.rules(params.definition(ask.request))]
    for name in params.names(ask.request, "variant", most=params.MAX_VARIANTS):
        found.append(asked.line(name))
    found += loss_lines(asked.table)
    return answer({**asked.where(column=column), "lines": found})


def samples(ask: Ask) -> Answer:
    """All samples of a step, worst first for a class."""
    asked = ask.run()
    index, column = asked.index(), asked.column()
    found = asked.samples(index, column, params.definition(ask.request))
    pictures = ask.pictures(asked.name)
    ids = found.ids.tolist()
    header = asked.where(index)
    thumbnails = [pictures.thumbnail(name) for name in ids]
    imaged = pictures.imaged(ids, header["step"])
    return packed(found, {**header, "thumbnails": thumbnails}, imaged=imaged)


def history(ask: Ask) -> Answer:
    """One sample at all steps."""
    asked = ask.run()
    sample = asked.sample()
    found = asked.history(sample, params.definition(ask.request))
    return packed(found, {**asked.where(), "sample": sample})


def sample_steps(ask: Ask) -> Answer:
    """One class of all samples at all steps."""
    asked = ask.run()
    column = asked.column()
    found = asked.grid(column, params.definition(ask.request))
    return packed(found, asked.where(column=column))


def images(ask: Ask) -> Answer:
    """Where the pictures of a sample lie."""
    asked = ask.run()
    sample = asked.sample()
    pictures = ask.pictures(asked.name)
    found = {
        "run": asked.name,
        "sample": sample,
        **parts(pictures, "encoding", "classes"),
        "regions": asked.table.last.regions,
        "slices": pictures.slices(sample),
    }
    return answer(found)


def image(ask: Ask) -> Answer:
    """One recorded PNG."""
    run = params.name(ask.request, "run")
    step = params.step(ask.request)
    element = params.integer(ask.request, "element", high=params.MAX_PLACE)
    return ask.data.png(ask.source, run, step, element), PNG_TYPE


def findings(ask: Ask) -> Answer:
    """What stands out in the last step of some runs."""
    return answer({"findings": [finding.plain() for finding in ask.findings()]})


ROUTES: tuple[Callable[[Ask], Answer], ...] = (
    runs,
    variants,
    definition,
    series,
    lines,
    samples,
    history,
    sample_steps,
    images,
    image,
    findings,
    analyses.a_against_b,
    *analyses.HANDLERS,
)


def _listed(ask: Ask, name: str, color: int) -> dict[str, Any]:
    run = ask.data.run(ask.source, name)
    shown = _about(run.table) if run.table else _NOTHING
    complaints = [f"Run {name}: {why}." for why in run.unreadable.values()]
    complaints += shards.lacking(run.missing)
    return {
        "name": name,
        "label": name.removesuffix("/dice"),
        "color": color,
        "image_steps": ask.data.image_steps(ask.source, name),
        **shown,
        "notices": [*shown["notices"], *complaints],
    }


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

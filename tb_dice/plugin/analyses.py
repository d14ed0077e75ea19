"""The analyses of one pass of a run, as in ``http_api.md``: each answers its own route."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Request

from tb_dice.analysis.a_against_b import LEVEL, Comparison
from tb_dice.analysis.all_variants import rows
from tb_dice.analysis.batch_size import batch_sizes
from tb_dice.analysis.choice import describe
from tb_dice.analysis.empty_rules import RULES, ruled
from tb_dice.analysis.gradient import gradients
from tb_dice.analysis.lines import Line
from tb_dice.analysis.smooth import SMOOTH, smoothness
from tb_dice.analysis.why_they_differ import Step, difference
from tb_dice.definition.arrays import Floats
from tb_dice.plugin import params
from tb_dice.plugin.asked import Asked
from tb_dice.plugin.grid import number, numbers, plain

Handler = Callable[[Asked, Request], Mapping[str, Any]]


def all_variants(asked: Asked, request: Request) -> Mapping[str, Any]:
    """Every variant of the catalogue."""
    index = asked.index(request)
    column = asked.column(request) if "class" in request.args else None
    key = ("all_variants", index, column)
    listed = asked.once(key, lambda: rows(asked.table, index, column))
    return {
        **_where(asked, index, column),
        "rows": [
            {
                "name": row.entry.name,
                "family": row.entry.family,
                "form": row.entry.form,
                "value": number(row.value),
                "summed": row.summed,
                "class_value": number(row.class_value),
                "refused": row.refused,
                "formula": row.entry.formula,
                "empty": row.entry.empty,
                "params": {key: plain(value) for key, value in row.params.items()},
            }
            for row in listed
        ],
    }


def smooth(asked: Asked, request: Request) -> Mapping[str, Any]:
    """One class over smooth."""
    index, column = asked.index(request), asked.column(request)
    choice = params.definition(request)
    key = ("smooth", index, column, choice)
    found = asked.once(key, lambda: smoothness(asked.table, index, column, choice))
    return {
        **_where(asked, index, column),
        "smooth": list(SMOOTH),
        "values": numbers(found.values),
        "missed": numbers(found.missed),
        "median": number(found.median),
        "at": describe(choice)["axes"]["smooth"],
        "refused": found.refused,
    }


def batch_size(asked: Asked, request: Request) -> Mapping[str, Any]:
    """One class and named variants over the batch size."""
    index, column = asked.index(request), asked.column(request)
    choice = params.definition(request)
    names = params.names(request, "variant", most=params.MAX_VARIANTS)
    specs = {name: params.variant(name) for name in names}
    key = ("batch_size", index, column, choice, tuple(names))
    found = asked.once(key, lambda: batch_sizes(asked.table, index, column, choice, specs))
    return {
        **_where(asked, index, column),
        "sizes": found.sizes,
        "recorded": found.recorded,
        "lines": [line_of(line) for line in found.lines],
    }


def empty_rules(asked: Asked, request: Request) -> Mapping[str, Any]:
    """All classes under each rule for empty masks."""
    index, choice = asked.index(request), params.definition(request)
    key = ("empty_rules", index, choice)
    found = asked.once(key, lambda: ruled(asked.table, index, choice))
    return {
        **_where(asked, index),
        "classes": list(asked.table.classes),
        "rules": [{"key": rule.key, "label": rule.label, "words": rule.words} for rule in RULES],
        "values": _rows(found.values),
        "scored": found.scored.tolist(),
        "mean": numbers(found.mean),
        "mean_of": found.mean_of.tolist(),
        "mean_classes": found.classes,
        "refused": found.refused,
    }


def why_they_differ(asked: Asked, request: Request) -> Mapping[str, Any]:
    """Why two definitions differ."""
    index = asked.index(request)
    a, b = (params.definition(request, key) for key in "ab")
    labels = [params.label(request, key) for key in "ab"]
    shown = (not params.named(request, "a"), not params.named(request, "b"))
    found = asked.once(
        ("why_they_differ", index, a, b, shown),
        lambda: difference(asked.table, index, a, b, shown),
    )
    sides = [
        {"label": label, "value": number(value), "own": number(own)}
        for label, value, own in zip(labels, found.values, found.own, strict=True)
    ]
    return {
        **_where(asked, index),
        "a": sides[0],
        "b": sides[1],
        "path": [_step(step) for step in found.path],
        "alone": [{"axis": step.axis.key, "delta": number(step.delta)} for step in found.alone],
        "first": found.path[0].axis.key if found.path else None,
        "note": found.note,
        "refused": found.refused,
    }


def gradient(asked: Asked, request: Request) -> Mapping[str, Any]:
    """Where the gradient of a variant or definition goes."""
    index = asked.index(request)
    name = params.name(request, "variant") if "variant" in request.args else None
    spec = params.variant(name) if name else params.definition(request).spec
    found = asked.once(("gradient", index, spec), lambda: gradients(asked.table, index, spec))
    return {
        **_where(asked, index),
        "variant": name or params.label(request, "definition"),
        "classes": list(found.classes),
        "share": numbers(found.share),
        "cases": _rows(found.cases),
        "words": found.words,
        "refused": found.refused,
    }


HANDLERS: tuple[Handler, ...] = (
    all_variants,
    smooth,
    batch_size,
    empty_rules,
    why_they_differ,
    gradient,
)


def line_of(line: Line) -> dict[str, Any]:
    """A line as JSON."""
    return {
        "key": line.key,
        "label": line.label,
        "form": line.form,
        "values": numbers(line.values),
        "refused": line.refused,
    }


def comparison_of(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON."""
    return {
        "ids": found.ids.tolist(),
        "a": numbers(found.a),
        "b": numbers(found.b),
        "stateA": found.state_a.tolist(),
        "stateB": found.state_b.tolist(),
        "paired": found.paired,
        "mean": number(found.mean),
        "low": number(found.interval[0]),
        "high": number(found.interval[1]),
        "level": LEVEL,
        "draws": found.draws,
        "better": found.better,
        "worse": found.worse,
        "refused": found.refused,
    }


def _where(asked: Asked, index: int, column: int | None = None) -> dict[str, Any]:
    """What the answer is about."""
    where = {"run": asked.name, "step": int(asked.table.steps[index])}
    return where if column is None else {**where, "class": asked.table.classes[column]}


def _step(step: Step) -> dict[str, Any]:
    return {
        "axis": step.axis.key,
        "label": step.axis.label,
        "from": step.before,
        "to": step.after,
        "value": number(step.value),
        "delta": number(step.delta),
    }


def _rows(array: Floats) -> list[list[float | None]]:
    return [numbers(row) for row in array]

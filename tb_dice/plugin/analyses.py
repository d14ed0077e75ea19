"""The analyses of one pass of a run, as in ``http_api.md``: each answers its own route."""

from tb_dice.analysis.a_against_b import LEVEL, Side, compare
from tb_dice.analysis.all_variants import rows
from tb_dice.analysis.batch_size import batch_sizes
from tb_dice.analysis.choice import describe
from tb_dice.analysis.empty_rules import RULES, ruled
from tb_dice.analysis.gradient import gradients
from tb_dice.analysis.smooth import SMOOTH, smoothness
from tb_dice.analysis.why_they_differ import difference
from tb_dice.plugin import params
from tb_dice.plugin.asked import Ask
from tb_dice.plugin.grid import Answer, answer, parts, plain


def a_against_b(ask: Ask) -> Answer:
    """Two runs on the same samples."""
    a, b = ask.run(), ask.run("runB")
    index_a = a.index()
    index_b = b.index("stepB" if "stepB" in ask.request.args else "step")
    column = a.column()
    first, second = Side(a.table, index_a, column), Side(b.table, index_b, b.column())
    found = plain(compare(first, second, params.definition(ask.request)))
    found |= {"stateA": found.pop("state_a"), "stateB": found.pop("state_b"), "level": LEVEL}
    other = {"runB": b.name, "stepB": b.table.steps[index_b]}
    return answer({**a.where(index_a, column), **other, **found})


def all_variants(ask: Ask) -> Answer:
    """Every variant of the catalogue."""
    asked = ask.run()
    index = asked.index()
    column = asked.column() if "class" in ask.request.args else None
    key = ("all_variants", index, column)
    listed = [
        {
            **parts(row.entry, "name", "family", "form", "formula", "empty"),
            **parts(row, "value", "summed", "class_value", "refused", "params"),
        }
        for row in asked.once(key, lambda: rows(asked.table, index, column))
    ]
    return answer({**asked.where(index, column), "rows": listed})


def smooth(ask: Ask) -> Answer:
    """One class over smooth."""
    asked = ask.run()
    index, column = asked.index(), asked.column()
    choice = params.definition(ask.request)
    key = ("smooth", index, column, choice)
    found = asked.once(key, lambda: smoothness(asked.table, index, column, choice))
    at = describe(choice)["axes"]["smooth"]
    return answer({**asked.where(index, column), "smooth": SMOOTH, "at": at, **plain(found)})


def batch_size(ask: Ask) -> Answer:
    """One class and named variants over the batch size."""
    asked = ask.run()
    index, column = asked.index(), asked.column()
    choice = params.definition(ask.request)
    names = params.names(ask.request, "variant", most=params.MAX_VARIANTS)
    specs = {name: params.variant(name) for name in names}
    key = ("batch_size", index, column, choice, tuple(names))
    found = asked.once(key, lambda: batch_sizes(asked.table, index, column, choice, specs))
    return answer({**asked.where(index, column), **plain(found)})


def empty_rules(ask: Ask) -> Answer:
    """All classes under each rule for empty masks."""
    asked = ask.run()
    index, choice = asked.index(), params.definition(ask.request)
    key = ("empty_rules", index, choice)
    found = asked.once(key, lambda: ruled(asked.table, index, choice))
    rules = [parts(rule, "key", "label", "words") for rule in RULES]
    classes = {"classes": asked.table.classes, "rules": rules}
    return answer({**asked.where(index), **classes, **plain(found)})


def why_they_differ(ask: Ask) -> Answer:
    """Why two definitions differ."""
    asked = ask.run()
    index = asked.index()
    a, b = (params.definition(ask.request, key) for key in "ab")
    labels = [params.label(ask.request, key) for key in "ab"]
    shown = (not params.named(ask.request, "a"), not params.named(ask.request, "b"))
    found = asked.once(
        ("why_they_differ", index, a, b, shown),
        lambda: difference(asked.table, index, a, b, shown),
    )
    sides = [
        {"label": label, "value": value, "own": own}
        for label, value, own in zip(labels, found.values, found.own, strict=True)
    ]
    path = [
        {
            **parts(step.axis, "label"),
            **parts(step, "value", "delta"),
            "axis": step.axis.key,
            "from": step.before,
            "to": step.after,
        }
        for step in found.path
    ]
    found_by = {
        "a": sides[0],
        "b": sides[1],
        "path": path,
        "alone": [{"axis": step.axis.key, "delta": step.delta} for step in found.alone],
        "first": found.path[0].axis.key if found.path else None,
    }
    return answer({**asked.where(index), **found_by, **parts(found, "note", "refused")})


def gradient(ask: Ask) -> Answer:
    """Where the gradient of a variant or definition goes."""
    asked = ask.run()
    index = asked.index()
    name = params.name(ask.request, "variant") if "variant" in ask.request.args else None
    spec = params.variant(name) if name else params.definition(ask.request).spec
    found = asked.once(("gradient", index, spec), lambda: gradients(asked.table, index, spec))
    variant = name or params.label(ask.request, "definition")
    shared = {"variant": variant, "share": found.share}
    return answer({**asked.where(index), **shared, **plain(found)})


HANDLERS = (all_variants, smooth, batch_size, empty_rules, why_they_differ, gradient)

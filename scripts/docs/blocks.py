"""The generated parts of pages that are written by hand elsewhere, by page and name of the block.

A block stands between ``<!-- name -->`` and ``<!-- /name -->``.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path

import numpy as np

import tb_dice
from scripts.docs import measured
from scripts.docs.families import anchor, families, table, value
from scripts.docs.known import AXES, FAMILIES
from scripts.docs.pasted import FUNCTIONS, LIBRARIES, Seen
from tb_dice.analysis.empty_rules import RULES
from tb_dice.definition.questions import CHOICES
from tb_dice.definition.spec import DEFAULT, DiceSpec

ROOT = Path(__file__).parents[2]


def variants() -> str:
    """The families with all their names."""
    rows = [
        [
            f"[{FAMILIES[name].title}](variants/{name}.md)",
            ", ".join(_link(entry.name, name, entry.name) for entry in entries),
            FAMILIES[name].short,
        ]
        for name, entries in families().items()
    ]
    return table(["family", "names", "what they are"], rows)


def questions() -> str:
    """The axes by the question that they answer, with their defaults."""
    rows = []
    for question in fields(DiceSpec):
        part = getattr(DEFAULT, question.name)
        asked = (type(part).__doc__ or "").split("?")[0].strip() + "?"
        for axis in fields(part):
            rows.append([asked, f"`{axis.name}`", _values(axis.name), AXES[axis.name]])
            asked = ""
    return table(["question", "axis", "values, the default in bold", "meaning"], rows)


def rules() -> str:
    """The rules for empty masks."""
    rows = [
        [rule.label, rule.words, ", ".join(f"`{k}={value(v)}`" for k, v in rule.axes.items())]
        for rule in RULES
    ]
    return table(["rule", "what it says", "axes"], rows)


def models() -> str:
    """The models of the example."""
    rows = []
    for name in measured.MODELS:
        missed, alarms = measured.rates(name)
        rows.append([name, f"{missed:.3g}", f"{alarms:.3g}"])
    return table(["model", "q, objects missed completely", "r0, false alarms"], rows)


def rankings() -> str:
    """The models' means under each rule, the best in bold."""
    rows = []
    for label, means in measured.rankings():
        best = np.nanmax(means)
        shown = ["undefined" if np.isnan(mean) else f"{mean:.3f}" for mean in means]
        bold = [f"**{s}**" if m == best else s for s, m in zip(shown, means, strict=True)]
        rows.append([label, *bold])
    return table(["rule", *measured.MODELS], rows)


def gradients() -> str:
    """The derivative of each loss by one voxel of an empty target."""
    head = ["loss", "alone, p = 0.1", "with another sample that has an object", "alone, p = 0"]
    rows = [
        [f"`{name}`", *(measured.number(g, 2) for g in measured.gradients(spec))]
        for name, spec in measured.GRADIENTS.items()
    ]
    return table(head, rows)


def losses() -> str:
    """The named losses with their arguments."""
    rows = []
    for name, loss in named_losses().items():
        summary = (inspect.getdoc(loss) or "").split("\n\n")[0].replace("\n", " ")
        arguments = inspect.signature(loss).parameters.values()
        shown = [_argument(a) for a in arguments if a.kind is not a.VAR_KEYWORD]
        rows.append([f"`{name}`", ", ".join(shown), summary.replace("``", "`")])
    return table(["loss", "arguments", "what it is"], rows)


def named_losses() -> dict[str, type]:
    """The losses of ``tb_dice.losses`` except ``DiceLoss``, which takes any definition."""
    return {
        name: getattr(tb_dice.losses, name) for name in tb_dice.losses.__all__ if name != "DiceLoss"
    }


def functions() -> str:
    """Code that people paste."""
    return _seen(FUNCTIONS)


def libraries() -> str:
    """Calls of libraries."""
    return _seen(LIBRARIES)


def _seen(rows: Iterable[Seen]) -> str:
    names = {entry.name: family for family, held in families().items() for entry in held}
    return table(
        ["you pasted", "it is", "which computes", "beware"],
        [
            [
                row.seen,
                _link(row.name, names[row.name], row.call),
                f"`{row.spec.formula()}`",
                row.beware,
            ]
            for row in rows
        ],
    )


def _link(name: str, family: str, text: str) -> str:
    """A link to the entry of a variant."""
    return f"[`{text}`](variants/{family}.md#{anchor(name)})"


def _values(name: str) -> str:
    """The choices of an axis with its default in bold."""
    default = DEFAULT.axes()[name]
    if name not in CHOICES:
        return f"**`{default[0] if name == 'over' else default}`**"
    return ", ".join(f"**`{c}`**" if c == default else f"`{c}`" for c in CHOICES[name])


def _argument(argument: inspect.Parameter) -> str:
    name, default = argument.name, argument.default
    return f"`{name}`" if default is argument.empty else f"`{name}={value(default)}`"


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "docs/README.md": {"variants": variants},
    "docs/definitions.md": {"questions": questions},
    "docs/empties.md": {"rules": rules, "models": models, "rankings": rankings},
    "docs/losses.md": {"losses": losses, "gradients": gradients},
    "docs/you-pasted-this.md": {"functions": functions, "libraries": libraries},
}

"""One page per family of the catalogue: what is known of each variant, and its numbers."""

import html
from collections.abc import Iterable
from typing import Any

from scripts.docs import measured
from scripts.docs.known import FAMILIES, WHEN
from scripts.docs.pictures import PICTURES
from tb_dice.definition import catalogue
from tb_dice.definition.catalogue.registry import Entry

NOTE = (
    "<!-- Written by `python -m scripts.docs` from tb_dice/definition/catalogue and"
    " scripts/docs. -->"
)
SCORE = {
    "score": "score, 1 is perfect",
    "one_minus": "loss, 0 is perfect",
    "minus": "loss, -1 is perfect",
    "minus_log": "loss, 0 is perfect",
    "log_cosh": "loss, 0 is perfect",
}


def families() -> dict[str, list[Entry]]:
    """The entries by module of the catalogue, in its order."""
    found: dict[str, list[Entry]] = {}
    for entry in catalogue.entries():
        found.setdefault(entry.module, []).append(entry)
    return found


def page(name: str, entries: list[Entry]) -> str:
    """The page of a family, in Markdown."""
    family = FAMILIES[name]
    parts = [NOTE, f"# {family.title}", family.text]
    origins = list(dict.fromkeys(entry.origin for entry in entries))
    if len(origins) == 1:
        parts.append(f"Origin: {origins[0]}.")
    parts += [_numbers(entries), *_picture(name)]
    for entry in entries:
        parts.append(_section(entry, origin=len(origins) > 1))
    parts.append("[All families](../README.md) · [the one definition](../definitions.md)")
    return "\n\n".join(parts) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cell(c) for c in line) + " |" for line in lines)


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return text.replace("|", "\\|")


def anchor(name: str) -> str:
    """The anchor of a heading that is a name."""
    return "".join(c for c in name.lower() if c.isalnum() or c in "-_")


def _numbers(entries: list[Entry]) -> str:
    """What each variant returns for the four cases, and how to read it."""
    head = ["", *measured.CASES]
    rows = [
        [f"[{entry.name}](#{anchor(entry.name)})", *measured.outcomes(entry).values()]
        for entry in entries
    ]
    text = (
        "What each returns for one sample of 8 x 8 voxels with one class: an object of 16 voxels "
        "found exactly, the same object missed completely, one false voxel where there is no "
        "object, and nothing drawn where there is nothing. To four digits, with default parameters"
    )
    specs = [entry.spec(**measured.parameters(entry)) for entry in entries]
    if any(spec.compared.activation != "none" for spec in specs):
        text += "; variants that take logits get -30 and 30"
    if any(spec.compared.classes is not None for spec in specs):
        text += "; variants that take two channels get the background too"
    if any(spec.compound.extra != "none" for spec in specs):
        text += "; variants that add a loss of logits have sigmoid=True"
    return f"{text}.\n\n{table(head, rows)}"


def _picture(name: str) -> list[str]:
    if name not in PICTURES:
        return []
    return [
        "## What smooth does",
        "The score when one mask is empty, for one sample and one class. A complete miss or a "
        "false alarm should score 0. One as large as the constant that is added to 2 TP still "
        "scores one half.",
        f"![Score over the size of a missed object and of a false alarm]"
        f"(../pictures/smooth-{name}.svg)",
    ]


def _section(entry: Entry, *, origin: bool) -> str:
    spec = entry.spec(**entry.example)
    rows = [
        ("formula", f"`{spec.formula()}`"),
        ("in words", spec.words()),
        ("value", SCORE[spec.outcome.form]),
        ("parameters", _parameters(entry)),
        *([("accepted, without effect", _names(entry.idle))] if entry.idle else []),
        *([("not accepted", _refused(entry))] if entry.refused else []),
        *([("origin", entry.origin)] if origin else []),
        ("both masks empty", entry.empty),
        ("from a log", _from_log(entry)),
        *[
            ("same definition as", ", ".join(f"`{name}`" for name in same))
            for same in [_same(entry)]
            if same
        ],
    ]
    parts = [f"## {entry.name}", f"{entry.summary}.", table(["", ""], rows)]
    parts.append(f"**When to use it.** {WHEN[entry.name]}")
    if entry.fault:
        parts.append(f"**Known faults.** {html.escape(entry.fault, quote=False)}")
    return "\n\n".join(parts)


def _parameters(entry: Entry) -> str:
    shown = [
        f"`{name}`" if name in entry.required else f"`{name}={value(default)}`"
        for name, default in entry.params.items()
    ]
    return ", ".join(shown) or "none"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _refused(entry: Entry) -> str:
    return "; ".join(f"`{name}`: {instead}" for name, (_, instead) in entry.refused.items())


def value(default: Any) -> str:
    """A default as it is written in code."""
    if isinstance(default, frozenset | set | tuple):
        return "{" + ", ".join(f'"{each}"' for each in default) + "}"
    if isinstance(default, str):
        return f'"{default}"'
    return f"{default:g}" if isinstance(default, float) else repr(default)


def _from_log(entry: Entry) -> str:
    reason = measured.refusal(entry)
    if reason is not None:
        return f"not from a log of plain probabilities: it {reason}"
    clip = entry.spec(**entry.example).compared.clip
    return f"yes, unless the clip at {clip:g} matters, as on empty masks" if clip else "yes"


def _same(entry: Entry) -> list[str]:
    """The other variants that are the same definition with default parameters."""
    spec = entry.spec(**entry.example)
    others = (other for other in catalogue.entries() if other.name != entry.name)
    return [other.name for other in others if other.spec(**other.example) == spec]

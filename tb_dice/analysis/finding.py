"""One finding, and the words it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Analysis = Literal[
    "samples",
    "a_against_b",
    "object_size",
    "smooth",
    "batch_size",
    "empty_rules",
    "all_variants",
    "why_they_differ",
    "gradient",
]
LEVELS = ("bad", "warn", "note")


@dataclass(frozen=True)
class Finding:
    """A claim with its evidence and the selection that shows it.

    Attributes:
        id: which trap it is.
        level: "bad", "warn" or "note".
        claim: the first words, which the page sets in bold.
        evidence: the numbers.
        run: the run to select; None if the finding is about all runs.
        column: the class to select; None likewise.
        step: the step to select; None likewise.
        sample: the sample to select; None likewise.
        label: what the link says.
        weight: from 0 to 1, orders the findings of a level.
        definition: the definition to choose, as ``choice.parse`` reads it; None leaves it.
        analysis: the analysis that shows it; None where none does.
    """

    id: str
    level: str
    claim: str
    evidence: str
    run: str
    column: str | None
    step: int
    sample: str | None
    label: str
    weight: float
    definition: dict[str, Any] | None = None
    analysis: Analysis | None = None

    def plain(self) -> dict[str, Any]:
        """As ``http_api.md`` has it."""
        said = ("id", "level", "claim", "evidence", "label", "analysis")
        link = {
            "run": self.run,
            "class": self.column,
            "step": self.step,
            "sample": self.sample,
            "definition": self.definition,
        }
        return {**{name: getattr(self, name) for name in said}, "link": link}


def score(value: float) -> str:
    """A score with two digits: ``.57``, ``1.00``."""
    text = f"{value:.2f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; of more than four, the rest is counted."""
    words = list(words)
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def of(part: int, whole: int) -> str:
    """``3 of 9``."""
    return f"{part} of {whole}"

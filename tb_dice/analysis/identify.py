"""Which definition a logged number is: tries the known ones, then a grid of their axes."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

import numpy as np

from tb_dice.analysis.table import Table
from tb_dice.definition import catalogue
from tb_dice.definition.arrays import Floats
from tb_dice.definition.spec import SUMS, DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import Record

TOLERANCE = 2e-5  # Keras adds up in float32
INFORMATIVE = 1e-3  # numbers this close to 0 or 1, or to each other, fit many definitions
MOST_PASSES = 3
MOST_CLASSES = 32
SMOOTHS = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 1.0, 10.0, 100.0)
How = Literal["batches", "equal batches", "pass"]
RULES: tuple[dict[str, Any], ...] = (
    {"empty": "nan", "skip_nan": True},
    {"empty": "nan", "skip_nan": True, "reduce": "class_then_batch"},
    {"empty": "nan", "skip_nan": True, "reduce": "batch_then_class"},
    {"empty": "zero"},
    {"empty": "one"},
)


@dataclass(frozen=True)
class Match:
    """A definition that gives the logged number in every pass that was looked at.

    Attributes:
        name: its name in the catalogue, None where it has none.
        spec: the definition.
        sign: what turns its value into the logged one: "", "1 - " or "-".
        how: how Keras made one number of the pass: "batches", their mean weighted by size,
            "equal batches", their plain mean, or "pass", from all samples at once.
        alike: more variants of the catalogue that give the same number in these passes.
    """

    name: str | None
    spec: DiceSpec
    sign: str
    how: How
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Logged:
    """A logged number with the records of the passes it was logged for, the last one first."""

    records: tuple[Record, ...]
    numbers: tuple[float, ...]

    @property
    def moves(self) -> bool:
        """Whether the passes differ, which rules out that a definition fits them all by chance."""
        return max(self.numbers) - min(self.numbers) > INFORMATIVE


def logged(table: Table, name: str) -> Logged | None:
    """The passes to judge a logged number by; None if they fit many definitions.

    These are the last one, the one that differs most from it, and one more. Passes of which not all
    samples were kept are left out.
    """
    at = [
        index
        for index, found in enumerate(table.logged)
        if math.isfinite(found.get(name, math.nan))
        and table.total[index] == table.offsets[index + 1] - table.offsets[index] > 0
    ]
    if not at or at[-1] != len(table.steps) - 1:
        return None
    number = {index: table.logged[index][name] for index in at}
    far = max(at, key=lambda index: abs(number[index] - number[at[-1]]))
    chosen = list(dict.fromkeys([at[-1], far, at[len(at) // 2], at[0]]))[:MOST_PASSES]
    if not any(_tells(number[index]) for index in chosen):
        return None
    return Logged(tuple(map(table.record, chosen)), tuple(number[index] for index in chosen))


def identify(found: Logged, *, widely: bool, overlap: float = 0.5) -> Match | None:
    """The definition that a logged number is; named ones are tried first.

    Args:
        found: the number and its passes.
        widely: whether definitions without a name are tried too. There are so many of them that
            one would fit by chance if the number does not move.
        overlap: their alpha and beta: 1/2 is Dice, 1 is Jaccard.
    """
    passes = [_Pass(record) for record in found.records]
    matches = list(_matching(passes, found.numbers, _known(passes[0])))
    if not matches and widely and found.moves:
        matches = list(_matching(passes, found.numbers, _unnamed(passes[0], overlap)))
    if not matches:
        return None
    best = min(matches, key=lambda match: (len(match.sign), match.how != "batches"))
    names = [match.name for match in matches if match.sign == best.sign and match.name]
    alike = tuple(name for name in dict.fromkeys(names) if name != best.name)
    return replace(best, alike=alike)


def holds(found: Logged, match: Match) -> bool:
    """Whether a definition that was found for a different run gives these numbers too."""
    candidate = _Candidate(match.name, match.spec)
    passes = [_Pass(record) for record in found.records]
    if scores.refusal(passes[0].record, match.spec) is not None:
        return False
    again = _matching(passes, found.numbers, [candidate])
    return any((other.sign, other.how) == (match.sign, match.how) for other in again)


@dataclass(frozen=True)
class _Candidate:
    """A definition to try. ``plain``: its sums may be added over classes and samples beforehand."""

    name: str | None
    spec: DiceSpec
    plain: bool = False


class _Pass:
    """A record, and its sums in the batches that Keras saw."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.channels = scores.record_channels(record)
        self._groups = [*scores.batches(record), np.arange(len(record.batch))[None]]
        self._sums = {name: np.asarray(record.sums[name], float) for name in SUMS}
        self._added: dict[Any, dict[str, Floats]] = {}

    def numbers(self, candidate: _Candidate) -> dict[How, float]:
        """What Keras may log for a definition over this pass, by ``Match.how``."""
        groups = range(len(self._groups) - 1)
        shapes = [rows.shape for rows in self._groups[:-1]]
        sizes = [size for count, size in shapes for _ in range(count)]
        found = np.concatenate([self._of(candidate, group) for group in groups])
        numbers: dict[How, float] = {"batches": float(np.average(found, weights=sizes))}
        if len(set(sizes)) > 1:
            numbers["equal batches"] = float(found.mean())
        spec = candidate.spec
        if len(found) > 1 and ("batch" in spec.summed.over or spec.averaged.skip_nan):
            numbers["pass"] = float(self._of(candidate, len(groups))[0])
        return numbers

    def _of(self, candidate: _Candidate, group: int) -> Floats:
        """The values [B] of batches of one size; for an array its mean, as Keras takes it."""
        rows, spec = self._groups[group], candidate.spec
        if candidate.plain:
            columns = tuple(scores.columns(spec, self.channels).tolist())
            sums = self._of_columns(group, columns, spec.summed.over)
            spec = spec.replace(background=True, classes=None)
        else:
            sums = self._of_columns(group, tuple(range(self.channels)), frozenset())
        found = np.asarray(scores.whole(sums, spec, np.asarray(self.record.voxels)[rows]), float)
        of_batches: Floats = found.reshape(len(rows), -1).mean(axis=1)
        return of_batches

    def _of_columns(
        self, group: int, columns: tuple[int, ...], over: frozenset[str]
    ) -> dict[str, Floats]:
        """Sums [B, n, C], where n or C is 1 if they are added up over it; kept for later."""
        key = group, columns, over
        if key not in self._added:
            axes = tuple(axis for name, axis in (("batch", 1), ("class", 2)) if name in over)
            kept = {
                name: total[self._groups[group]][..., list(columns)]
                for name, total in self._sums.items()
            }
            self._added[key] = {
                name: total.sum(axis=axes, keepdims=True) for name, total in kept.items()
            }
        return self._added[key]


def _tells(number: float) -> bool:
    """Whether a number is not 0, 1 or -1, which many definitions give."""
    return min(abs(number), abs(abs(number) - 1)) > INFORMATIVE


def _matching(
    passes: Sequence[_Pass], numbers: Sequence[float], candidates: Iterable[_Candidate]
) -> Iterator[Match]:
    """The candidates that give the numbers of all passes."""
    for candidate in candidates:
        left: set[tuple[str, How]] | None = None
        for one, number in zip(passes, numbers, strict=True):
            with np.errstate(all="ignore"):  # recorded predictions may be any numbers
                given = one.numbers(candidate)
            fits = {
                (sign, how)
                for how, value in given.items()
                for sign, turned in (("", value), ("1 - ", 1 - value), ("-", -value))
                if abs(turned - number) <= TOLERANCE * max(1, abs(number))
            }
            left = fits if left is None else left & fits
            if not left:
                break
        for sign, how in sorted(left or ()):
            yield Match(candidate.name, candidate.spec, sign, how)


def _known(one: _Pass) -> Iterator[_Candidate]:
    """The variants of the catalogue that the record's sums give."""
    for entry in catalogue.entries():
        spec = entry.spec(**entry.example)
        if scores.refusal(one.record, spec) is None:
            yield _Candidate(entry.name, spec)


def _unnamed(one: _Pass, overlap: float) -> Iterator[_Candidate]:
    """What people write themselves: hard or soft, over any axes, with any usual constant."""
    several = one.channels > 1
    parts: list[dict[str, Any]] = [{}, *([{"background": False}] if several else [])]
    if several and one.channels <= MOST_CLASSES:
        parts += [{"classes": (index,)} for index in range(one.channels)]
    ways = [{"compare": "hard"}, {"compare": "soft"}, {"compare": "soft", "power": 2}]
    constants = [*RULES, *({"smooth_num": s, "smooth_den": s} for s in SMOOTHS)]
    constants += [{"smooth_den": s} for s in SMOOTHS]
    for part, way, over, constant in product(parts, ways, _overs(), constants):
        if "classes" in part and "class" in over:
            continue  # one class is not a sum
        axes = {"alpha": overlap, "beta": overlap, "over": over, **part, **way, **constant}
        spec = DiceSpec.of(**axes)
        if scores.refusal(one.record, spec) is None:
            yield _Candidate(None, spec, plain=True)


def _overs() -> list[frozenset[str]]:
    space = {"space"}
    more: tuple[set[str], ...] = (set(), {"class"}, {"batch"}, {"batch", "class"})
    return [frozenset(space | each) for each in more]

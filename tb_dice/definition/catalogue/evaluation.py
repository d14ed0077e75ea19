"""``surface_distance.*`` and ``empty_mask.*``: Dice as studies report it, on hard masks."""

from functools import partial
from typing import Any

from tb_dice.definition.catalogue.registry import entry
from tb_dice.definition.spec import DiceSpec

empty_mask = partial(
    entry,
    origin="Song, Chen, Wu, When empty predictions win (2026), empty-mask-conventions 1.3.0",
)


def _hard(**axes: Any) -> DiceSpec:
    return DiceSpec.of(compare="hard", skip_nan=True, **axes)


@entry(
    "surface_distance.compute_dice_coefficient",
    origin="surface-distance 0.1",
    empty="undefined",
    fault="Takes one mask at a time, so the caller decides what undefined scores count as.",
)
def _surface_distance() -> DiceSpec:
    """Hard Dice of a mask; here per sample and class, the mean of the defined ones."""
    return _hard(empty="nan")


@empty_mask(
    "empty_mask.c0",
    empty="score 0",
    fault="A correctly empty prediction scores as badly as a miss.",
)
def _c0() -> DiceSpec:
    """Hard Dice per sample and class, averaged over all; both empty scores 0."""
    return _hard(empty="zero")


@empty_mask(
    "empty_mask.c1",
    empty="score 1",
    fault="A model that never draws a class scores the share of samples without it.",
)
def _c1() -> DiceSpec:
    """Hard Dice per sample and class, averaged over all; both empty scores 1."""
    return _hard(empty="one")


@empty_mask(
    "empty_mask.positive",
    empty="left out",
    fault="False alarms on samples without the class do not count.",
)
def _positive() -> DiceSpec:
    """Hard Dice per sample and class, averaged over samples whose target has the class."""
    return _hard(empty="nan", empty_when="target")


@empty_mask(
    "empty_mask.deletion", empty="left out", fault="Neither false alarms nor complete misses count."
)
def _deletion() -> DiceSpec:
    """Hard Dice per sample and class, averaged over samples where neither mask is empty."""
    return _hard(empty="nan", empty_when="either")

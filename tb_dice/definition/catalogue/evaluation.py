"""``surface_distance.*`` and ``empty_mask.*``: Dice as studies report it, on hard masks."""

from typing import Any

from tb_dice.definition.catalogue.registry import entry
from tb_dice.definition.spec import DiceSpec

_STUDY = "Song, Chen, Wu, When empty predictions win (2026), empty-mask-conventions 1.3.0"


def _hard(**axes: Any) -> DiceSpec:
    return DiceSpec.of(compare="hard", skip_nan=True, **axes)


@entry(
    "surface_distance.compute_dice_coefficient",
    summary="Hard Dice of a mask; here per sample and class, the mean of the defined ones",
    origin="surface-distance 0.1",
    empty="undefined",
    fault="Takes one mask at a time, so the caller decides what undefined scores count as.",
)
def _surface_distance() -> DiceSpec:
    return _hard(empty="nan")


@entry(
    "empty_mask.c0",
    summary="Hard Dice per sample and class, averaged over all; both empty scores 0",
    origin=_STUDY,
    empty="score 0",
    fault="A correctly empty prediction scores as badly as a miss.",
)
def _c0() -> DiceSpec:
    return _hard(empty="zero")


@entry(
    "empty_mask.c1",
    summary="Hard Dice per sample and class, averaged over all; both empty scores 1",
    origin=_STUDY,
    empty="score 1",
    fault="A model that never draws a class scores the share of samples without it.",
)
def _c1() -> DiceSpec:
    return _hard(empty="one")


@entry(
    "empty_mask.positive",
    summary="Hard Dice per sample and class, averaged over samples whose target has the class",
    origin=_STUDY,
    empty="left out",
    fault="False alarms on samples without the class do not count.",
)
def _positive() -> DiceSpec:
    return _hard(empty="nan", empty_when="target")


@entry(
    "empty_mask.deletion",
    summary="Hard Dice per sample and class, averaged over samples where neither mask is empty",
    origin=_STUDY,
    empty="left out",
    fault="Neither false alarms nor complete misses count.",
)
def _deletion() -> DiceSpec:
    return _hard(empty="nan", empty_when="either")

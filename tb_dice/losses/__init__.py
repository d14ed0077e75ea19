"""Dice losses for Keras 3: any definition of the catalogue, and the usual ones by name.

Targets are one-hot [N, *spatial, C] or labels [N, *spatial] or [N, *spatial, 1]; predictions
[N, *spatial, C], channels last, probabilities unless ``activation`` says that they are logits.
"""

from tb_dice.losses.base import DiceLoss
from tb_dice.losses.compound import DiceCrossEntropy, DiceFocal
from tb_dice.losses.named import (
    DiceCoef,
    FocalTversky,
    GeneralizedDice,
    LogCoshDice,
    LogDice,
    SampleDice,
    SoftDice,
    SquaredDice,
    Tversky,
    WeightedDice,
)

__all__ = [
    "DiceCoef",
    "DiceCrossEntropy",
    "DiceFocal",
    "DiceLoss",
    "FocalTversky",
    "GeneralizedDice",
    "LogCoshDice",
    "LogDice",
    "SampleDice",
    "SoftDice",
    "SquaredDice",
    "Tversky",
    "WeightedDice",
]

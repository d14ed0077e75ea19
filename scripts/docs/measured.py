"""The numbers of the pages, computed with ``tb_dice``."""

import math
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import tb_dice
from tb_dice.analysis.empty_rules import RULES
from tb_dice.definition.catalogue.registry import Entry
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import Record

Masks = NDArray[np.float64]

CASES = {
    "perfect": (16, 16),
    "missed": (16, 0),
    "false alarm": (0, 1),
    "both empty": (0, 0),
}
MODELS = {
    "A, draws with care": ([0.9, 0.9, 0.9, 0.9, 0.9, 0.0], [False] * 4),
    "B, draws freely": ([0.8, 0.8, 0.8, 0.8, 0.8, 0.8], [True, True, True, False]),
    "C, never draws": ([0.0] * 6, [False] * 4),
}
SOFT = DiceSpec.of(compare="soft", form="one_minus")
GRADIENTS = {
    "SoftDice()": SOFT.replace(smooth_num=1e-6, smooth_den=1e-6),
    "SoftDice(smooth=1)": SOFT.replace(smooth_num=1, smooth_den=1),
    "SoftDice(smooth=100)": SOFT.replace(smooth_num=100, smooth_den=100),
    "SquaredDice(smooth=1)": SOFT.replace(smooth_num=1, smooth_den=1, power=2),
    "LogDice(smooth=1)": SOFT.replace(smooth_num=1, smooth_den=1, form="minus_log"),
    "DiceCoef(smooth=1)": tb_dice.variant("recipe.dice_coef_loss", smooth=1),
    "GeneralizedDice()": tb_dice.variant("monai.GeneralizedDiceLoss"),
    'DiceLoss("keras.Dice")': tb_dice.variant("keras.Dice"),
    'DiceLoss("smp.DiceLoss", mode="binary", from_logits=False)': tb_dice.variant(
        "smp.DiceLoss", mode="binary", from_logits=False
    ),
}


def number(value: float, digits: int = 4) -> str:
    """A number for a table; undefined instead of NaN."""
    if math.isnan(value):
        return "undefined"
    return "0" if abs(value) < 1e-9 else f"{value:.{digits}g}"


def mask(count: int, side: int = 8) -> Masks:
    """One sample [1, side, side, 1] whose first voxels are drawn."""
    found = np.zeros((1, side, side, 1))
    found.reshape(-1)[:count] = 1
    return found


def outcomes(entry: Entry) -> dict[str, str]:
    """What an implementation returns for each of ``CASES``."""
    return {case: _outcome(entry, *drawn) for case, drawn in CASES.items()}


def refusal(entry: Entry) -> str | None:
    """Why a log of probabilities cannot give the variant, or None."""
    return scores.refusal(_record(), entry.spec(**parameters(entry, 3)))


def rankings() -> list[tuple[str, list[float]]]:
    """The mean Dice of each of ``MODELS`` under each rule for empty masks."""
    return [
        (rule.label, [dice(name, DEFAULT.replace(**rule.axes)) for name in MODELS])
        for rule in RULES
    ]


def dice(model: str, spec: DiceSpec) -> float:
    """The value of a definition on the ten samples of a model of ``MODELS``."""
    return float(tb_dice.dice(*samples(model), spec))


def samples(model: str) -> tuple[Masks, Masks]:
    """Six samples with an object of 50 voxels and four without: targets and predictions."""
    hits, alarms = MODELS[model]
    y_true = np.concatenate([mask(50, 16)] * len(hits) + [mask(0, 16)] * len(alarms))
    drawn = [_with_dice(score) for score in hits] + [mask(25 * alarm, 16) for alarm in alarms]
    return y_true, np.concatenate(drawn)


def rates(model: str) -> tuple[float, float]:
    """The share of objects missed completely, and of empty targets with a false alarm."""
    y_true, y_pred = (a.any(axis=(1, 2, 3)) for a in samples(model))
    return float((~y_pred)[y_true].mean()), float(y_pred[~y_true].mean())


def gradients(spec: DiceSpec) -> tuple[float, float, float]:
    """The derivative of a loss by one voxel of an empty target on 8 x 8 voxels.

    With p = 0.1 everywhere, alone; in a batch with a sample whose object of 16 voxels is found at
    p = 0.9; alone with p = 0 everywhere.
    """
    empty, faint = mask(0), mask(64) * 0.1
    both = np.concatenate([empty, mask(16)]), np.concatenate([faint, mask(16) * 0.9])
    return _gradient(empty, faint, spec), _gradient(*both, spec), _gradient(empty, empty, spec)


def _gradient(y_true: Masks, y_pred: Masks, spec: DiceSpec) -> float:
    """The derivative of the loss by the first voxel, from a central difference."""
    size = 1e-3 * (float(y_pred.flat[0]) or float(np.max(spec.ratio.smooth_den)) or 1.0)
    ends = [y_pred.copy(), y_pred.copy()]
    ends[0].flat[0] += size
    ends[1].flat[0] -= size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a step down from p = 0 leaves [0, 1] on purpose
        above, below = (float(tb_dice.dice(y_true, end, spec)) for end in ends)
    return (above - below) / (2 * size)


def _outcome(entry: Entry, true: int, pred: int) -> str:
    spec = entry.spec(**parameters(entry))
    y_true, y_pred = mask(true), mask(pred)
    if spec.compared.activation != "none":
        y_pred = 60 * y_pred - 30
    if spec.compared.classes is not None:
        y_true, y_pred = (np.concatenate([1 - a, a], axis=-1) for a in (y_true, y_pred))
    found = np.ravel(tb_dice.dice(y_true, y_pred, spec))
    return number(found[0]) if len(found) == 1 else "a map"


def parameters(entry: Entry, classes: int = 1) -> dict[str, Any]:
    """Its example parameters; the activation where the extra loss wants logits."""
    found = {k: v * classes if isinstance(v, tuple) else v for k, v in entry.example.items()}
    if classes == 1 and entry.spec(**found).compound.extra.startswith("logit"):
        found["sigmoid"] = True
    return found


def _with_dice(score: float) -> Masks:
    """A prediction of the object of 50 voxels, without a false voxel, that has this Dice."""
    return mask(round(50 * score / (2 - score)), 16)


@cache
def _record() -> Record:
    """Two samples of three exclusive classes, recorded as probabilities."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        with tb_dice.DiceRecorder(Path(folder) / "dice", images=0) as recorder:
            recorder.update(rng.integers(0, 3, (2, 8, 8)), rng.dirichlet([1.0] * 3, (2, 8, 8)))
            recorder.commit(0)
        return tb_dice.read(folder)["dice"][0]

"""What ``smooth`` does: the score of a complete miss and of a false alarm, by their size.

Each picture carries the numbers it draws in its description: a check compares these, not how a
version of matplotlib writes a path.
"""

import io
import json
from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

import tb_dice
from tb_dice.definition.spec import DiceSpec

Curves = dict[str, list[float]]
SIZES = sorted({round(10 ** (k / 5)) for k in range(21)})
TICKS = [1, 10, 100, 1000, 10_000]
SIDES = (
    ("missed", "voxels of an object that is missed"),
    ("false", "false voxels on an empty target"),
)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
DASHES = ("-", "--", ":", "-.")
STYLE = {"svg.fonttype": "none", "font.size": 9, "font.sans-serif": ["DejaVu Sans", "Arial"]}

PICTURES: Mapping[str, Mapping[str, tuple[str, dict[str, Any]]]] = {
    "recipe": {
        f"smooth {smooth:g}": ("recipe.dice_coef", {"smooth": smooth}) for smooth in (1e-6, 1, 100)
    },
    "segmentation_models": {
        f"smooth {smooth:g}": ("segmentation_models.DiceLoss", {"smooth": smooth})
        for smooth in (1e-5, 1, 100)
    },
    "monai": {
        "DiceLoss, 1e-05": ("monai.DiceLoss", {}),
        "DiceLoss, 1": ("monai.DiceLoss", {"smooth_nr": 1, "smooth_dr": 1}),
        "TverskyLoss, 1": ("monai.TverskyLoss", {"smooth_nr": 1, "smooth_dr": 1}),
    },
    "nnunet": {
        f"smooth {smooth:g}": ("nnunet.SoftDiceLoss", {"smooth": smooth}) for smooth in (1e-5, 1)
    },
    "smp": {
        f"smooth {smooth:g}": ("smp.DiceLoss", {"smooth": smooth, "from_logits": False})
        for smooth in (0, 1, 100)
    },
    "papers": {
        "focal_tversky_unet.dice_loss": ("focal_tversky_unet.dice_loss", {}),
        "focal_tversky_unet.tversky_loss": ("focal_tversky_unet.tversky_loss", {}),
        "unified_focal.dice_loss": ("unified_focal.dice_loss", {}),
    },
}


def description(family: str) -> str:
    """The numbers of a family's picture."""
    curves = {
        f"{label}, {side}": _scores(tb_dice.variant(name, **params), side)
        for label, (name, params) in PICTURES[family].items()
        for side, _ in SIDES
    }
    return json.dumps({"voxels": SIZES, **curves})


def svg(family: str) -> str:
    """The picture of a family."""
    text = description(family)
    curves: Curves = json.loads(text)
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": family}):
        figure = Figure(figsize=(7, 2.6), layout="constrained")
        axes = figure.subplots(1, 2, sharey=True)
        for axis, (side, label) in zip(axes, SIDES, strict=True):
            _draw(axis, curves, list(PICTURES[family]), side)
            axis.set_xlabel(label)
        axes[0].set_ylabel("score (1 is perfect)")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
        held = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(held, format="svg", metadata={**nothing, "Description": text})
    return "\n".join(line.rstrip() for line in held.getvalue().splitlines()) + "\n"


def _scores(spec: DiceSpec, side: str) -> list[float]:
    """The score of one sample with one empty mask, by the size of the mask that is not."""
    spec = spec.replace(form="score", focal=1)
    found = []
    for size in SIZES:
        full, empty = np.ones((1, size, 1)), np.zeros((1, size, 1))
        pair = (full, empty) if side == "missed" else (empty, full)
        found.append(float(f"{float(tb_dice.dice(*pair, spec)):.4g}"))
    return found


def _draw(axis: Any, curves: Curves, labels: list[str], side: str) -> None:
    for label, colour, dash in zip(labels, COLOURS, DASHES, strict=False):
        axis.plot(SIZES, curves[f"{label}, {side}"], dash, color=colour, label=label)
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(FixedLocator(TICKS))
    axis.xaxis.set_major_formatter("{x:.0f}")
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_ylim(-0.03, 1.03)
    axis.grid(alpha=0.3)
    for edge in ("top", "right"):
        axis.spines[edge].set_visible(False)

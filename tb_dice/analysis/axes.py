"""The axes on which two definitions can differ, in the order of the questions, each in words.

Axes that only make sense together are one here (a rule for empties and when it applies). An answer
that changes nothing, such as the threshold of a soft definition, is not a difference.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from tb_dice.analysis.choice import Definition
from tb_dice.definition import phrases
from tb_dice.definition.phrases import number
from tb_dice.definition.questions import Compound, Dimension, Empties, Weighting
from tb_dice.definition.spec import DiceSpec


@dataclass(frozen=True)
class Axis:
    """One axis: its name, what it is, what a definition says on it, and the axes of the spec.

    An axis with ``dimension`` is whether that one is among ``over``.
    """

    key: str
    label: str
    says: Callable[[DiceSpec], str]
    names: tuple[str, ...] = ()
    dimension: Dimension | None = None

    def said(self, definition: Definition) -> str:
        """What a definition says on this axis; two that say the same do not differ."""
        if self.key == "pooled":
            return "all summed" if definition.pooled else "as recorded"
        if self.key == "background":
            return "in the mean" if definition.background else "left out of the mean"
        return self.says(definition.spec)

    def moved(self, definition: Definition, target: Definition) -> Definition:
        """A definition with this axis as ``target`` has it."""
        if self.key == "pooled":
            return replace(definition, pooled=target.pooled)
        if self.key == "background":
            return replace(definition, background=target.background)
        if self.dimension is not None:
            there = target.spec.summed.over & {self.dimension}
            over = (definition.spec.summed.over - {self.dimension}) | there
            return replace(definition, spec=definition.spec.replace(over=over))
        wanted = target.spec.axes()
        changed = definition.spec.replace(**{name: wanted[name] for name in self.names})
        return replace(definition, spec=changed)


def _names(question: Any) -> tuple[str, ...]:
    return tuple(axis.name for axis in fields(question))


def _over(dimension: Dimension, together: str, apart: str) -> Axis:
    def says(spec: DiceSpec) -> str:
        return together if dimension in spec.summed.over else apart

    labels = {"space": "voxels", "class": "classes", "batch": "samples of a batch"}
    return Axis(f"over.{dimension}", labels[dimension], says, dimension=dimension)


AXES = (
    Axis("activation", "activation", phrases.activation, ("activation",)),
    Axis("compare", "soft or hard", phrases.compare, ("compare", "threshold")),
    Axis("clip", "clipping", phrases.clip, ("clip", "clip_target")),
    Axis("classes", "classes kept", phrases.classes, ("background", "classes")),
    Axis("ignore_index", "voxels that count", phrases.ignored, ("ignore_index",)),
    _over("space", "summed", "each alone"),
    _over("class", "summed before dividing", "each divided, then averaged"),
    _over("batch", "summed before dividing", "each divided, then averaged"),
    Axis("pooled", "samples of the pass", str),
    Axis("alpha", "weight of false positives", lambda s: number(s.ratio.alpha), ("alpha",)),
    Axis("beta", "weight of false negatives", lambda s: number(s.ratio.beta), ("beta",)),
    Axis("power", "T and P", phrases.power, ("power",)),
    Axis("error_power", "error of each voxel", phrases.error_power, ("error_power",)),
    Axis("overlap", "overlap of soft masks", phrases.overlap, ("overlap",)),
    Axis("smooth", "smooth", phrases.smooth, ("smooth_num", "smooth_den")),
    Axis("floor", "floor of the denominator", lambda s: number(s.ratio.floor), ("floor",)),
    Axis("weights", "class weights", phrases.weights, _names(Weighting)),
    Axis("empty", "empty masks", phrases.empty, _names(Empties)),
    Axis("form", "score or loss", phrases.form, ("form", "form_when", "log_floor")),
    Axis("focal", "focal power", phrases.focal, ("focal", "focal_when")),
    Axis("reduce", "averaged", phrases.reduce, ("reduce",)),
    Axis("undefined", "undefined scores", phrases.undefined, ("skip_nan", "all_nan")),
    Axis("extra", "added loss", phrases.compound, _names(Compound)),
)

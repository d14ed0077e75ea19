"""From the tensors of a batch to its rows, on the device."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from tb_dice.callback import guess, heads, rows
from tb_dice.callback.backends import Backend, Function, Heard
from tb_dice.callback.capture import Seen
from tb_dice.callback.options import Options
from tb_dice.definition.arrays import Array, Tensor
from tb_dice.definition.questions import ActivationOrAuto
from tb_dice.masks import layouts, sane
from tb_dice.masks.device import host, pick
from tb_dice.masks.notice import Notice
from tb_dice.recording.maps import maps, over, probabilities

Pixels = tuple[Any, Array, Array, Any]  # image or None, target, prediction, probabilities or None

MASKS = Notice(
    "Voxels with sample weight 0 do not count; all others count once, whatever their weight.",
    "weights",
    per="voxel",
)
WEIGHTS = Notice(
    "The sample weights are one per sample, and the sums do not use them.", "weights", per="sample"
)
PROGRAMS = 4  # shapes that are compiled for; later ones use the plain form


@dataclass(frozen=True)
class Found:
    """What the model's structure says about the output that is recorded.

    Attributes:
        name: Name of the output, None if the model has only one.
        guess: What its values are.
        notices: What was chosen.
    """

    name: str | None
    guess: guess.Guess
    notices: tuple[Notice, ...]


class Reader:
    """Picks input, target and prediction inside the model's step; may run while it is traced."""

    def __init__(self, model: Any, options: Options) -> None:
        self._model = model
        self._options = options
        self.found: Found | None = None

    def take(self, seen: Seen) -> Heard:
        """Returns the tensors to be kept.

        Raises:
            ValueError: No output has the shapes of a segmentation.
        """
        head, notice = heads.choose(heads.heads(self._model, seen), self._options.output)
        layout = layouts.layout(head.y.shape, head.p.shape)
        guessed = guess.from_model(self._model, head, layout.channels, layout.targets == "labels")
        name = head.name if len(keras.tree.flatten(seen.y_pred)) > 1 else None
        masks = head.weight is not None and heads.is_voxelwise(head.weight, head.p)
        weights = () if head.weight is None else (MASKS,) if masks else (WEIGHTS,)
        self.found = Found(name, guessed, (*weights, *(() if notice is None else (notice,))))
        x = heads.picture(seen.x, len(head.p.shape))
        heard = {"x": x, "y": head.y, "p": head.p, "weight": head.weight if masks else None}
        return {name: tensor for name, tensor in heard.items() if tensor is not None}


@dataclass
class Meter:
    """Measures batches of one layout.

    Attributes:
        layout: How targets and predictions are read.
        output: Name of the output, None if the model has only one.
        classes: Names of the columns: the channels, then the regions.
        losses: Names of the extra losses.
        notices: What was chosen.
        doubts: What was guessed, and which argument settles it.
        axes: What the shapes may mean instead.
    """

    layout: layouts.Layout
    output: str | None
    classes: tuple[str, ...]
    losses: tuple[str, ...]
    notices: tuple[Notice, ...]
    doubts: tuple[Notice, ...]
    axes: Notice | None
    _backend: Backend
    _pack: Function
    _probabilities: bool
    _compiled: Function | None = None
    _plain: Function | None = None
    _shapes: set[Any] = field(default_factory=set)

    def measure(self, heard: Heard) -> Heard:
        """Returns what is kept of a batch, on its device: "rows" and, for pictures, its pixels."""
        y, p = heard["y"], heard["p"]
        x = heard.get("x", y)  # without an input the target identifies samples
        with self._backend.beside(p):
            rows, *drawn = self._packed(x, y, p, heard.get("weight"))
        if not drawn:
            return {"rows": rows}
        more: Heard = {name: heard[name] for name in ("x", "weight") if name in heard}
        more |= {"p": p} if self._probabilities else {}
        return {"rows": rows, "y": y, "drawn": drawn[0], **more}

    def pixels(self, kept: Heard, picked: Sequence[int]) -> list[Pixels]:
        """Moves picked rows of a batch to the host."""
        if not picked:
            return []
        host = {name: pick(name, kept[name], picked) for name in kept if name != "rows"}
        targets, drawn, valid = maps(host["y"], host["drawn"], host.get("weight"), self.layout)
        none = [None] * len(picked)
        seen = probabilities(host["p"], valid, self.layout) if "p" in host else none
        return list(zip(host.get("x", none), targets, drawn, seen, strict=True))

    def redrawn(
        self, kept: Heard, picked: Sequence[int], before: Sequence[Pixels | None]
    ) -> list[Pixels]:
        """Like ``pixels``, but moves only the prediction of rows whose pixels are known.

        Args:
            kept: The batch.
            picked: Rows of it.
            before: For each row its pixels in an earlier pass, or None.
        """
        if "p" in kept or not self.layout.exclusive:
            before = [None] * len(picked)
        new = [row for row, known in zip(picked, before, strict=True) if known is None]
        old = [row for row, known in zip(picked, before, strict=True) if known is not None]
        fresh = iter(self.pixels(kept, new))
        drawn = iter(pick("drawn", kept["drawn"], old) if old else ())
        return [
            (*known[:2], over(known[1], next(drawn), self.layout), None) if known else next(fresh)
            for known in before
        ]

    def _packed(self, x: Tensor, y: Tensor, p: Tensor, weight: Any) -> tuple[Tensor, ...]:
        if self._compiled is not None and self._few(
            (tuple(x.shape), tuple(y.shape), tuple(p.shape))
        ):
            try:
                return tuple(self._compiled(x, y, p, weight))
            except Exception:  # XLA cannot take everything, a user's loss least of all
                self._compiled = None
        if self._plain is None:
            self._plain = self._backend.plain(self._pack)
        return tuple(self._plain(x, y, p, weight))

    def _few(self, shapes: Any) -> bool:
        """Returns whether these are among the first shapes seen."""
        if len(self._shapes) < PROGRAMS:
            self._shapes.add(shapes)
        return shapes in self._shapes


def meter(heard: Heard, found: Found, options: Options, backend: Backend) -> Meter:
    """Returns the meter for batches like `heard`.

    Raises:
        ValueError: The regions name classes that do not exist.
    """
    layout = layouts.layout(heard["y"].shape, heard["p"].shape)
    guessed = _complete(heard, found.guess, options.activation, layout)
    layout = layouts.layout(
        heard["y"].shape,
        heard["p"].shape,
        activation=guessed.activation or "none",
        exclusive=guessed.exclusive,
        threshold=options.threshold,
        ignore_index=options.ignore_index,
        regions=options.regions,
    )
    names, doubt = _class_names(options.class_names, layout.channels)
    pack = rows.packer(layout, backend, tuple(options.losses.values()), draw=options.images > 0)
    return Meter(
        layout=layout,
        output=found.name,
        classes=(*names, *options.regions),
        losses=tuple(options.losses),
        notices=found.notices,
        doubts=tuple(each for each in (guessed.notice, doubt) if each),
        axes=sane.axes(heard["y"], heard["p"], exclusive=layout.exclusive),
        _backend=backend,
        _pack=pack,
        _probabilities=options.probabilities,
        _compiled=backend.compiled(pack),
    )


def _complete(
    heard: Heard, guessed: guess.Guess, activation: ActivationOrAuto, layout: layouts.Layout
) -> guess.Guess:
    """Fills in what the user said, else what the values say; only this batch is waited for."""
    labels = layout.targets == "labels"
    if activation != "auto":
        exclusive = guessed.exclusive if activation == "none" else labels or activation == "softmax"
        guessed = guess.Guess(activation, exclusive)
    if guessed.activation and (guessed.exclusive is not None or layout.channels == 1):
        return guessed
    y, p = (host(name, heard[name]) for name in ("y", "p"))
    weight = host("weight", heard["weight"]) if "weight" in heard else None
    mask = None if weight is None else weight.reshape(p.shape[:-1]) != 0
    values = guess.from_values(y, p, labels, guessed, mask)
    exclusive = values.exclusive if guessed.exclusive is None else guessed.exclusive
    if guessed.activation:
        return guess.Guess(guessed.activation, exclusive)
    return guess.Guess(values.activation, exclusive, values.notice)


def _class_names(
    names: tuple[str, ...] | None, channels: int
) -> tuple[tuple[str, ...], Notice | None]:
    if names is not None and len(names) == channels:
        return names, None
    numbered = tuple(f"class {i}" for i in range(channels))
    if names is None:
        return numbered, None
    text = (
        f"class_names has {len(names)} names, but the predictions have {channels} channels."
        " The classes are numbered instead; give one name per channel."
    )
    return numbered, Notice(text, "class_names", given=len(names), channels=channels)

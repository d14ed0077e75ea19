"""What the user asked for, checked once."""

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tb_dice.definition import catalogue
from tb_dice.definition.questions import ActivationOrAuto
from tb_dice.log.record import MAX_ID
from tb_dice.recording.process import process
from tb_dice.recording.recorder import ACTIVATIONS


@dataclass(frozen=True)
class Options:
    """The arguments of ``DiceDiagnostics`` in plain types."""

    log_dir: str | None
    class_names: tuple[str, ...] | None
    regions: Mapping[str, tuple[int, ...]]
    activation: ActivationOrAuto
    threshold: float
    ignore_index: int | None
    variants: tuple[str, ...]
    losses: Mapping[str, Callable[..., Any]]
    images: int
    probabilities: bool
    max_samples: int
    output: str | int | None
    every: int
    sample_ids: tuple[str, ...] | None
    process: tuple[int, int] | None


def checked(
    *,
    log_dir: str | os.PathLike[str] | None,
    class_names: Sequence[str] | None,
    regions: Mapping[str, Sequence[int]] | None,
    activation: ActivationOrAuto,
    threshold: float,
    ignore_index: int | None,
    variants: Iterable[str] | None,
    losses: Mapping[str, Callable[..., Any]] | Sequence[Callable[..., Any]] | None,
    images: int,
    probabilities: bool,
    max_samples: int,
    output: str | int | None,
    every: int,
    sample_ids: Iterable[Any] | None,
    rank: int | None,
    world_size: int | None,
) -> Options:
    """Returns the arguments in plain types.

    Raises:
        ValueError: An argument is out of its range.
        TypeError: A loss cannot be called.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"Expected `activation` to be one of {ACTIVATIONS}. Received: {activation!r}"
        )
    names = _names(class_names)
    return Options(
        log_dir=None if log_dir is None else os.fspath(log_dir),
        class_names=names,
        regions=_regions(regions or {}, names or ()),
        activation=activation,
        threshold=_number("threshold", threshold),
        ignore_index=None if ignore_index is None else _whole("ignore_index", ignore_index),
        variants=catalogue.names(variants),
        losses=_losses(losses),
        images=_at_least("images", images, 0),
        probabilities=bool(probabilities),
        max_samples=_at_least("max_samples", max_samples, 1),
        output=output,
        every=_at_least("every", every, 1),
        sample_ids=_ids(sample_ids),
        process=None if rank is None and world_size is None else process(rank, world_size),
    )


def _at_least(name: str, value: int, lowest: int) -> int:
    if int(value) != value or value < lowest:
        raise ValueError(f"Expected `{name}` to be a whole number >= {lowest}. Received: {value!r}")
    return int(value)


def _whole(name: str, value: int) -> int:
    if not math.isfinite(value) or int(value) != value:
        raise ValueError(f"Expected `{name}` to be a whole number. Received: {value!r}")
    return int(value)


def _number(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"Expected `{name}` to be a number. Received: {value!r}")
    return float(value)


def _names(names: Sequence[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    plain = () if isinstance(names, str) else tuple(str(name) for name in names)
    if not plain or len(set(plain)) < len(plain):
        raise ValueError(
            f"Expected `class_names` to be different names in a list. Received: {names!r}"
        )
    return plain


def _regions(
    regions: Mapping[str, Sequence[int]], classes: Sequence[str]
) -> Mapping[str, tuple[int, ...]]:
    plain = {str(name): tuple(int(channel) for channel in of) for name, of in regions.items()}
    for name, channels in plain.items():
        if name in classes or not channels:
            raise ValueError(
                "Expected `regions` to give names of their own to one or more channels."
                f" Received: {name!r}: {list(channels)}"
            )
    return plain


def _ids(names: Iterable[Any] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    plain = tuple(str(name) for name in names)
    if len(set(plain)) < len(plain) or any(len(name) > MAX_ID for name in plain):
        raise ValueError(
            f"Expected `sample_ids` to be different names of at most {MAX_ID} characters."
            f" Received: {len(plain)} names, {len(set(plain))} of them different"
        )
    return plain


def _losses(losses: Any) -> Mapping[str, Callable[..., Any]]:
    if not isinstance(losses, Mapping):
        names = [_loss_name(loss) for loss in losses or ()]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(
                f"Expected `losses` of different names. Received: {min(twice)!r} twice"
            )
        losses = dict(zip(names, losses or (), strict=True))
    for name, loss in losses.items():
        if not callable(loss):
            raise TypeError(f"Expected a loss f(y_true, y_pred) as {name!r}. Received: {loss!r}")
    return {str(name): loss for name, loss in losses.items()}


def _loss_name(loss: Any) -> str:
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))

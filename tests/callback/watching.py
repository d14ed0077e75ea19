"""Sees every move of a tensor to the host that our code makes, however it is made."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest

from tb_dice.callback import backends, meter, validation

BACKEND = keras.backend.backend()
READING = ("__array__", "__bool__", "__float__", "__int__", "__index__", "item", "numpy", "tolist")


@dataclass
class Moves:
    """What was moved.

    Attributes:
        fetched: For each transfer by ``fetch``: the batch that ran, and those that were read.
        picked: For each by ``pick``: the batch that ran, the one that was read, how many rows.
        numbers: Numbers that were read of variables.
        strays: Moves that bypass the adapter of the backend.
    """

    fetched: list[tuple[int, list[int]]] = field(default_factory=list)
    picked: list[tuple[int, int, int]] = field(default_factory=list)
    numbers: int = 0
    strays: list[str] = field(default_factory=list)


def watch(monkeypatch: pytest.MonkeyPatch) -> Moves:
    """Counts from now on."""
    moves, batch_of, alive, inside = Moves(), {}, [], []
    backend = backends.current()
    measure = meter.Meter.measure
    homes = {"fetch": validation, "pick": meter, "whole": backend}
    adapter = {name: getattr(home, name) for name, home in homes.items()}

    def measured(self: Any, heard: Any) -> Any:
        kept = measure(self, heard)
        batch_of.update({id(t): len(alive) for t in kept.values()})
        alive.append((heard, kept))  # so that no identity is given twice
        return kept

    def entered(name: str, note: Callable[..., None]) -> None:
        def call(*args: Any) -> Any:
            if not inside:
                note(*args)
            inside.append(name)
            try:
                return adapter[name](*args)
            finally:
                inside.pop()

        monkeypatch.setattr(homes[name], name, call)

    def noted_whole(_: Any) -> None:
        moves.numbers += 1

    entered(
        "fetch",
        lambda _, tensors: moves.fetched.append(
            (len(alive) - 1, [batch_of[id(t)] for t in tensors])
        ),
    )
    entered(
        "pick",
        lambda _, t, rows: moves.picked.append((len(alive) - 1, batch_of[id(t)], len(rows))),
    )
    entered("whole", noted_whole)
    monkeypatch.setattr(meter.Meter, "measure", measured)

    def seen(what: str) -> None:
        if not inside and _ours():
            moves.strays.append(what)

    _patch_tensors(monkeypatch, seen)
    return moves


def _ours() -> bool:
    frame: Any = sys._getframe(3)
    for _ in range(12):
        if frame is None:
            return False
        if frame.f_globals.get("__name__", "").startswith("tb_dice."):
            return True
        frame = frame.f_back
    return False


def _patch_tensors(monkeypatch: pytest.MonkeyPatch, seen: Callable[[str], None]) -> None:
    kind = type(keras.ops.zeros(()))
    for name in READING:
        if hasattr(kind, name):
            monkeypatch.setattr(kind, name, _noting(getattr(kind, name), name, seen))
    if BACKEND == "jax":
        value = kind._value
        monkeypatch.setattr(kind, "_value", property(_noting(value.fget, "_value", seen)))
    if BACKEND == "torch":
        monkeypatch.setattr(kind, "cpu", _noting(kind.cpu, "cpu", seen))
    for name in ("asarray", "array", "concatenate", "stack"):  # these also read buffers
        monkeypatch.setattr(np, name, _noting(getattr(np, name), f"np.{name}", seen, kind))


def _noting(
    function: Callable[..., Any], name: str, seen: Callable[[str], None], kind: type | None = None
) -> Callable[..., Any]:
    def noting(*args: Any, **kwargs: Any) -> Any:
        given = args[0] if args else None
        given = given[0] if isinstance(given, list | tuple) and given else given
        if kind is None or isinstance(given, kind):
            seen(name)
        return function(*args, **kwargs)

    return noting

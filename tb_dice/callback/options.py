"""The arguments that only the Keras callback has, checked with those that it shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tb_dice.definition.expected import refusal, whole
from tb_dice.recording import arguments
from tb_dice.recording.arguments import Arguments, Check


@dataclass(frozen=True)
class Options(Arguments):
    """The arguments of ``DiceDiagnostics`` in plain types."""

    log_dir: Path | None
    losses: Mapping[str, Callable[..., Any]]
    output: str | int | None
    every: int
    sample_ids: tuple[str, ...] | None


def options(given: Mapping[str, Any]) -> Options:
    """Returns the arguments of the callback, which are given by name, in plain types.

    Raises:
        ValueError: An argument has the wrong type, or is out of range.
        TypeError: A loss cannot be called.
    """
    return Options(**arguments.checked(given, **_CHECKS))


def _log_dir(name: str, value: Any) -> Path | None:
    return None if value in (None, "") else arguments.path(name, value)


def _output(name: str, value: Any) -> str | int | None:
    return value if value is None or isinstance(value, str) else whole(name, value, 0)


def _sample_ids(name: str, value: Any) -> tuple[str, ...] | None:
    return None if value is None else arguments.sample_ids(name, value)


def _losses(name: str, value: Any) -> Mapping[str, Callable[..., Any]]:
    if isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        wanted = "a list of functions (y_true, y_pred), or a dict of them by name"
        pairs = [(_loss_name(loss), loss) for loss in arguments.listed(name, wanted, value or ())]
    losses: dict[str, Callable[..., Any]] = {}
    for key, loss in pairs:
        if not callable(loss):
            raise TypeError(f"Expected a loss f(y_true, y_pred) as {key!r}. Received: {loss!r}.")
        if str(key) in losses:
            raise refusal(name, "losses of different names", value, f"It has {key!r} twice.")
        losses[str(key)] = loss
    return losses


def _loss_name(loss: Any) -> str:
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


_CHECKS: Mapping[str, Check] = {
    "log_dir": _log_dir,
    "losses": _losses,
    "output": _output,
    "every": arguments.at_least(1),
    "sample_ids": _sample_ids,
}

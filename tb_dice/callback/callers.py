"""Who calls a callback: Keras shows it neither its siblings nor whose pass it hears."""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import keras


def lists(callback: Any) -> Iterator[Any]:
    """Yields the lists of callbacks that are calling `callback`, the innermost first."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        found = frame.f_locals.get("self")
        if isinstance(found, keras.callbacks.CallbackList) and any(
            sibling is callback for sibling in found.callbacks
        ):
            yield found
        frame = frame.f_back


def tensorboard_dir(callback: Any) -> str | None:
    """Returns the directory of the TensorBoard callback in the same list, None without one."""
    siblings = getattr(next(lists(callback), None), "callbacks", ())
    boards = (s for s in siblings if isinstance(s, keras.callbacks.TensorBoard))
    return next((str(board.log_dir) for board in boards), None)

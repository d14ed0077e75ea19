"""Records to and from TensorBoard event files, without TensorFlow."""

import os
from collections.abc import Sequence

from tb_dice.record import Record

PLUGIN = "dice"
RECORDS = "dice/records"
IMAGES = "dice/images"


class EventLog:
    """Writes one event file of a run, in a thread of its own.

    A directory that cannot be written raises OSError here; a write that fails later warns once.
    """

    def __init__(self, run_dir: str | os.PathLike[str]) -> None:
        raise NotImplementedError

    def blobs(self, tag: str, step: int, wall_time: float, blobs: Sequence[bytes]) -> None:
        """Queues a blob sequence of the Dice plugin."""
        raise NotImplementedError

    def scalar(self, tag: str, step: int, wall_time: float, value: float) -> None:
        """Queues a plain scalar."""
        raise NotImplementedError

    def flush(self, timeout: float = 10.0) -> bool:
        """Waits until what was queued is in the file; False when that takes longer or failed."""
        raise NotImplementedError

    def close(self) -> None:
        """Flushes and closes the file."""
        raise NotImplementedError


def read(log_dir: str | os.PathLike[str]) -> dict[str, list[Record]]:
    """Returns the records of all runs below `log_dir`, by step; of a step written twice the last."""
    raise NotImplementedError


def steps(run_dir: str | os.PathLike[str]) -> set[int]:
    """Returns the steps that the event files of a run directory hold records of."""
    raise NotImplementedError

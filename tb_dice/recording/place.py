"""Where a run is written: a directory that is writable and belongs to no other training."""

import os
from pathlib import Path

from tb_dice.log import shards
from tb_dice.log.eventfile import unwritable
from tb_dice.log.eventlog import has_log, steps
from tb_dice.recording.arguments import path


def place(
    log_dir: Path,
    *,
    name: str = "dice",
    first_step: int = 0,
    resume: bool = False,
    process: tuple[int, int] = (0, 1),
) -> Path:
    """Returns the directory of a run: ``<log_dir>/<name>``, ``<name>-2``, ``<name>-3``, ...

    A new training takes the first one without a log. A resumed one continues the run that ends
    right before `first_step` (of several, the last). If there is none, it continues the last run,
    as a repeated evaluation does. But if that run holds a step >= `first_step`, it takes a new one,
    since TensorBoard would hide the earlier steps. This function makes nothing: call it when the
    log is opened, and a training that ends before its first pass leaves no empty run.

    Each of several processes chooses by itself. A run that others have signed for the same step
    (``shards.sign``) belongs to the same training as this process. If there is none, no process has
    written yet, and all choose by the same rule.

    Args:
        log_dir: The log directory.
        name: Name of the run in it.
        first_step: The first step that will be written.
        resume: Whether to continue an existing run.
        process: Rank of this process and number of processes.
    """
    there: list[Path] = []
    while True:
        free = log_dir / (f"{name}-{len(there) + 1}" if there else name)
        if shards.awaits(free, first_step, *process):
            return free
        if not any(map(has_log, shards.folders(free))):
            break
        there.append(free)
    if not resume or not there:
        return free
    ends = {run: _end(run) for run in reversed(there)}
    before = next((run for run, end in ends.items() if end == first_step - 1), there[-1])
    return before if ends[before] < first_step else free


def writable(log_dir: str | os.PathLike[str]) -> Path:
    """Returns a log directory as a path, and makes it if it is missing.

    Raises:
        ValueError: It is not a local path.
        OSError: It cannot be made or written.
    """
    folder = path("log_dir", log_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".tb_dice.{os.getpid()}"
        probe.touch()
        probe.unlink(missing_ok=True)  # a process elsewhere may have the same number
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder


def _end(run_dir: Path) -> int:
    """The last step of a run, -1 if it has none."""
    return max((step for each in shards.folders(run_dir) for step in steps(each)), default=-1)

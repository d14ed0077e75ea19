"""Where a run is written, and what is written of a pass: the record, images, plain scalars."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tb_dice.definition import catalogue
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores, shards
from tb_dice.log.eventfile import unwritable
from tb_dice.log.eventlog import IMAGES, RECORDS, EventLog, has_log, steps
from tb_dice.log.images import SampleImage, Written, image_blobs
from tb_dice.log.record import Record, encode
from tb_dice.masks.notice import Notice

VARIANTS = (
    "recipe.dice_loss",
    "recipe.multiclass_dice_loss",
    "recipe.dice_coef",
    "recipe.dice_coef_loss",
    "recipe.neg_log_dice_coef",
)
PATIENCE = 10.0  # seconds that a commit waits for the disk


class RunLog:
    """Writes the records, images and scalars of one run.

    Scalars are ``dice/<variant>``, what Keras logs for it, ``dice/<variant>/<class>``, the score of
    a class, and ``dice/loss:<name>`` for the losses in a record. A variant that cannot be computed
    from the record has none, and a notice in the record says why.
    """

    def __init__(
        self,
        run_dir: str | os.PathLike[str],
        *,
        variants: Sequence[str] = VARIANTS,
        process: tuple[int, int] = (0, 1),
    ) -> None:
        """Opens the log.

        Args:
            run_dir: Directory of the run, the same in all processes.
            variants: Names of the definitions that are also written as scalars.
            process: Rank of this process and number of processes. Each writes its shard of a pass,
                with the scalars of its own samples.

        Raises:
            ValueError: A variant is unknown or needs parameters.
            OSError: The directory cannot be made or written.
        """
        self._specs = {name: catalogue.variant(name) for name in catalogue.names(variants)}
        self._process = process
        self.folder = shards.folder(local_path(run_dir), *process)
        self._log = EventLog(self.folder)
        self._written: dict[str, Written] = {}

    def commit(self, record: Record, images: Sequence[SampleImage] = ()) -> None:
        """Writes one pass; when it returns, the pass outlives the process.

        Steps must rise within a run, or TensorBoard hides what was written before. What the disk
        does not take is said as a warning; a commit waits for it for 10 seconds at most.

        Raises:
            RecordError: The record is too large: keep fewer samples.
        """
        rank, world_size = self._process
        notices = (*record.notices, *self._refusals(record))
        record = replace(record, notices=notices, rank=rank, world_size=world_size)
        step, time = record.step, record.wall_time
        self._log.blobs(RECORDS, step, time, map(encode, [record]))  # so that none is held
        if images:
            channels = record.classes[: scores.record_channels(record)]
            blobs = image_blobs(images, self._written, step=step, classes=channels)
            self._log.blobs(IMAGES, step, time, blobs)
        for tag, value in self._scalars(record):
            self._log.scalar(tag, step, time, value)
        if not self._log.flush(PATIENCE):
            self._written.clear()  # images that may be lost are written again

    def close(self) -> None:
        """Ends the log. A second call does nothing."""
        self._log.close()

    def _refusals(self, record: Record) -> Iterator[Notice]:
        for name, spec in self._specs.items():
            reason = scores.refusal(record, spec)
            if reason is not None:
                yield Notice(f"No scalars of {name}: it {reason}.", "variant", variant=name)

    def _scalars(self, record: Record) -> Iterator[tuple[str, float]]:
        for name, spec in self._specs.items():
            if scores.refusal(record, spec) is None:
                yield from _of_variant(name, spec, record)
        for name, loss in record.losses.items():
            yield f"dice/loss:{name}", loss


def place(
    log_dir: str | os.PathLike[str],
    *,
    name: str = "dice",
    first_step: int = 0,
    resume: bool = False,
    process: tuple[int, int] = (0, 1),
) -> Path:
    """Returns the directory of a run: ``<log_dir>/<name>``, ``<name>-2``, ``<name>-3``, ...

    A new training takes the first that holds no log. A resumed one continues the run that ends
    right before `first_step`, the last of several; where there is none, it continues the last run,
    as a repeated evaluation does. Only if that holds a step >= `first_step` does it take a new one
    as well, since TensorBoard would hide what was written before. Nothing is made yet: call this
    when the log is to be opened, so that a training that ends before its first pass leaves no empty
    run.

    Of several processes each chooses by itself. A run that others have signed for the same step
    (``shards.sign``) is that of the training that this one belongs to. Where none is, none of them
    has written yet, and all choose by the same rule.

    Args:
        log_dir: The log directory.
        name: Name of the run in it.
        first_step: The first step that will be written.
        resume: Whether what is there is to be continued.
        process: Rank of this process and number of processes.
    """
    root = local_path(log_dir)
    there: list[Path] = []
    while True:
        free = root / (f"{name}-{len(there) + 1}" if there else name)
        if shards.awaits(free, first_step, *process):
            return free
        if not any(map(has_log, shards.folders(free))):
            break
        there.append(free)
    if not resume or not there:
        return free
    ends = {path: _end(path) for path in reversed(there)}
    before = next((path for path, end in ends.items() if end == first_step - 1), there[-1])
    return before if ends[before] < first_step else free


def _end(run_dir: Path) -> int:
    """The last step of a run, -1 where there is none."""
    return max((step for each in shards.folders(run_dir) for step in steps(each)), default=-1)


def writable(log_dir: str | os.PathLike[str]) -> Path:
    """Returns a log directory as a path, made where it was missing.

    Raises:
        ValueError: It is no local path.
        OSError: It cannot be made or written.
    """
    path = local_path(log_dir)
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".tb_dice.{os.getpid()}"
        probe.touch()
        probe.unlink(missing_ok=True)  # a process elsewhere may have the same number
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def local_path(log_dir: str | os.PathLike[str]) -> Path:
    """Returns a log directory as a path.

    Raises:
        ValueError: It is an address such as gs://bucket.
    """
    if "://" in str(log_dir):
        raise ValueError(
            f"`log_dir` must be a path of this machine. Received: {str(log_dir)!r}. "
            "Write to a local directory and copy it, or mount the bucket."
        )
    return Path(log_dir)


def _of_variant(name: str, spec: DiceSpec, record: Record) -> Iterator[tuple[str, float]]:
    whole = np.asarray(scores.value(record, spec))
    if whole.ndim == 0:  # a variant that keeps classes or samples apart is no line
        yield f"dice/{name}", float(whole)
    for label, score in zip(record.classes, scores.class_values(record, spec)[0], strict=True):
        yield f"dice/{name}/{label}", float(score)

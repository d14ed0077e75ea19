"""What is written of a pass, and where: the record, images and plain scalars of one run."""

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tb_dice.definition import catalogue
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores, shards
from tb_dice.log.eventlog import IMAGES, RECORDS, EventLog, steps
from tb_dice.log.images import SampleImage, Written, image_blobs
from tb_dice.log.record import Record, encode
from tb_dice.masks.notice import Notice
from tb_dice.recording.place import place

logger = logging.getLogger(__name__)

VARIANTS = (
    "recipe.dice_loss",
    "recipe.multiclass_dice_loss",
    "recipe.dice_coef",
    "recipe.dice_coef_loss",
    "recipe.neg_log_dice_coef",
)
PATIENCE = 10.0  # seconds that a commit waits for the disk


class RunLog:
    """Writes the records, images and scalars of one run, in a directory that it may choose.

    Scalars are ``dice/<variant>``, what Keras logs for it, ``dice/<variant>/<class>``, the score of
    a class, and ``dice/loss:<name>`` for the losses in a record. A variant that cannot be computed
    from the record gets no scalars, and a notice in the record says why.

    Args:
        log_dir: Directory of the run, the same in all processes; with `name`, the directory of all
            runs. Nothing is made before ``open``, ``join`` or the first ``commit``.
        variants: Names of the definitions that are also written as scalars.
        process: Rank of this process and number of processes. Each writes its shard of a pass, with
            the scalars of its own samples.
        name: Name of the run in `log_dir`; if it is taken, a number is added (``place``).
        resume: Whether to continue an existing run.

    Raises:
        ValueError: A variant is unknown or needs parameters.
    """

    def __init__(
        self,
        log_dir: Path,
        *,
        variants: Iterable[str] = VARIANTS,
        process: tuple[int, int] = (0, 1),
        name: str | None = None,
        resume: bool = False,
    ) -> None:
        self.log_dir = log_dir
        self.wanted = name
        self._specs = {each: catalogue.variant(each) for each in variants}
        self._process = process
        self._resume = resume
        self._dir: Path | None = None
        self._log: EventLog | None = None
        self._written: dict[str, Written] = {}

    @property
    def name(self) -> str | None:
        """Name of the run, as far as it is known."""
        return self.wanted if self._dir is None else self._dir.name

    def folder(self, first_step: int = sys.maxsize) -> Path:
        """Returns where this process writes records from `first_step` on; chosen once."""
        return shards.folder(self._run(first_step), *self._process)

    def last_step(self) -> int:
        """Returns the last step that this process has written to the run, -1 for none."""
        return max(steps(self.folder()), default=-1)

    def join(self, first_step: int) -> None:
        """Chooses the directory before any process writes, and signs it for the other processes."""
        shards.sign(self._run(first_step), first_step, *self._process)

    def open(self, first_step: int = sys.maxsize) -> EventLog:
        """Returns the log, and opens it if it is not open.

        Raises:
            OSError: The directory cannot be made or written.
        """
        if self._log is None:
            self._log = EventLog(self.folder(first_step))
        return self._log

    def commit(self, record: Record, images: Sequence[SampleImage] = ()) -> None:
        """Writes one pass; once it returns, the pass is safe even if the process ends.

        Steps must rise within a run, or TensorBoard hides what was written before. A commit waits
        at most 10 seconds for the disk, and warns of what could not be written.

        Raises:
            RecordError: The record is too large: keep fewer samples.
            OSError: The directory cannot be made or written.
        """
        log = self.open(record.step)
        rank, world_size = self._process
        notices = (*record.notices, *self._refusals(record))
        record = replace(record, notices=notices, rank=rank, world_size=world_size)
        step, time = record.step, record.wall_time
        log.blobs(RECORDS, step, time, map(encode, [record]))  # encoded one by one, none held
        if images:
            channels = record.classes[: scores.record_channels(record)]
            blobs = image_blobs(images, self._written, step=step, classes=channels)
            log.blobs(IMAGES, step, time, blobs)
        for tag, value in self._scalars(record):
            log.scalar(tag, step, time, value)
        if not log.flush(PATIENCE):
            self._written.clear()  # images that may be lost are written again

    def close(self) -> None:
        """Ends the log; a later commit goes on in another file of the same run."""
        log, self._log = self._log, None
        self._written.clear()
        if log is not None:
            log.close()

    def _run(self, first_step: int) -> Path:
        if self.wanted is None:
            return self.log_dir
        if self._dir is None:
            self._dir = place(
                self.log_dir,
                name=self.wanted,
                first_step=first_step,
                resume=self._resume,
                process=self._process,
            )
            if self._dir.name != self.wanted and not self._resume:
                logger.warning(
                    "This training writes to %s: %s holds an earlier one.", self._dir, self.wanted
                )
        return self._dir

    def _refusals(self, record: Record) -> Iterator[Notice]:
        for name, spec in self._specs.items():
            reason = scores.refusal(record, spec)
            if reason is not None:
                text = f"No scalars are written for {name}: it {reason}."
                yield Notice(text, "variant", variant=name)

    def _scalars(self, record: Record) -> Iterator[tuple[str, float]]:
        for name, spec in self._specs.items():
            if scores.refusal(record, spec) is None:
                yield from _of_variant(name, spec, record)
        for name, loss in record.losses.items():
            yield f"dice/loss:{name}", loss


def _of_variant(name: str, spec: DiceSpec, record: Record) -> Iterator[tuple[str, float]]:
    whole = np.asarray(scores.value(record, spec))
    if whole.ndim == 0:  # a variant that keeps classes or samples apart does not give one number
        yield f"dice/{name}", float(whole)
    for label, score in zip(record.classes, scores.class_values(record, spec)[0], strict=True):
        yield f"dice/{name}/{label}", float(score)

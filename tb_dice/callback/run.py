"""Where the records of a training, or of its evaluations, go."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from tb_dice.callback.validation import Memory
from tb_dice.log import eventlog, shards
from tb_dice.log.images import SampleImage
from tb_dice.log.record import Record
from tb_dice.recording.recorder import RunLog, place

logger = logging.getLogger(__name__)

NAME = "dice"


class Run:
    """A run directory, chosen when the first record is at hand, and its log.

    Args:
        log_dir: The directory that TensorBoard shows.
        memory: What is remembered from pass to pass.
        variants: Names of the definitions to be written as plain scalars.
        name: Name of the run; a number is added where it is taken.
        resume: Whether to go on in a run that is there.
        process: Rank of this process and number of processes.
    """

    def __init__(
        self,
        log_dir: Path,
        memory: Memory,
        variants: Sequence[str],
        *,
        name: str = NAME,
        resume: bool = False,
        process: tuple[int, int] = (0, 1),
    ) -> None:
        self.log_dir = log_dir
        self.memory = memory
        self.wanted = self.name = name
        self._variants = variants
        self._resume = resume
        self._process = process
        self._dir: Path | None = None
        self._log: RunLog | None = None

    def open(self, first_step: int) -> None:
        """Chooses the directory for records from `first_step` on, once."""
        if self._dir is not None:
            return
        self._dir = place(
            self.log_dir,
            name=self.wanted,
            first_step=first_step,
            resume=self._resume,
            process=self._process,
        )
        self.name = self._dir.name
        if self.name != self.wanted and not self._resume:
            logger.warning("DiceDiagnostics writes to %s: %s is taken.", self._dir, self.wanted)

    def join(self, first_step: int) -> None:
        """Chooses the directory before any process writes, and leaves word for those to come."""
        self.open(first_step)
        assert self._dir is not None
        shards.sign(self._dir, first_step, *self._process)

    def free_step(self, step: int) -> int:
        """Opens the run and returns `step`, or the next one that no record has."""
        self.open(sys.maxsize)
        assert self._dir is not None
        own = shards.folder(self._dir, *self._process)
        return max([step, *(taken + 1 for taken in eventlog.steps(own))])

    def commit(self, record: Record, shown: Sequence[SampleImage]) -> None:
        """Writes a pass."""
        self.open(record.step)
        if self._log is None:
            assert self._dir is not None
            self._log = RunLog(self._dir, variants=self._variants, process=self._process)
        self._log.commit(record, shown)

    def close(self) -> None:
        """Ends the log; a later commit goes on in another file of the same run."""
        log, self._log = self._log, None
        if log is not None:
            log.close()

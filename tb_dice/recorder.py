"""Any array, any framework, any loop: records and images of a validation pass, written to a log."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tb_dice.images import SampleImage
from tb_dice.record import Record

Array: TypeAlias = npt.NDArray[Any]

VARIANTS = (
    "recipe.dice_loss",
    "recipe.multiclass_dice_loss",
    "recipe.dice_coef",
    "recipe.dice_coef_loss",
    "recipe.neg_log_dice_coef",
)


def writable(log_dir: str | os.PathLike[str]) -> Path:
    """Returns `log_dir` as a path, made where it was missing.

    Raises:
        OSError: It cannot be made or written.
    """
    raise NotImplementedError


def place(
    log_dir: str | os.PathLike[str], *, name: str = "dice", first_step: int = 0, resume: bool = False
) -> Path:
    """Returns the directory to write a run to: ``<log_dir>/<name>``, or ``<name>-2``, ``<name>-3``, ...

    A new training (`resume` False) gets a directory without a log; a resumed one, and a repeated evaluation,
    continues the last of the series, unless it holds a step >= `first_step`: TensorBoard would drop what
    was written before. Call it when the first record is at hand, not before.
    """
    raise NotImplementedError


class RunLog:
    """Writes the records, images and scalars of one run."""

    def __init__(
        self, run_dir: str | os.PathLike[str], *, variants: Sequence[str] = VARIANTS
    ) -> None:
        raise NotImplementedError

    def commit(self, record: Record, images: Sequence[SampleImage] = ()) -> None:
        """Writes one pass; when it returns, the pass survives the end of the process."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends the log."""
        raise NotImplementedError


class Chooser:
    """Which samples of a pass are shown: a fixed set followed through training, and the worst of each class.

    For each batch: ``rows = chooser.offer(keys, counts)``, then ``chooser.hold(pictures of these rows)``.
    At the end of the pass ``chooser.finish()`` gives what is to be shown, and makes ready for the next one.
    The same object is kept for all passes of a run.
    """

    def __init__(self, images: int, classes: Sequence[str], *, background: int | None = None) -> None:
        raise NotImplementedError

    def offer(self, keys: Sequence[str], counts: Array) -> list[int]:
        """Returns the rows of this batch whose pixels are needed.

        Args:
            keys: Names that find a sample again in the next pass.
            counts: Integers [n, C, 3]: hard_intersection, hard_true_sum, hard_pred_sum.
        """
        raise NotImplementedError

    def hold(self, pictures: Sequence[Sequence[SampleImage]]) -> None:
        """Keeps the pictures (``images.sample_images``) of the rows that the last ``offer`` asked for."""
        raise NotImplementedError

    def finish(self) -> list[SampleImage]:
        """Returns the pictures of the pass in order of the samples, with their reasons."""
        raise NotImplementedError


class DiceRecorder:
    """Records validation passes of any loop into exactly `log_dir`."""

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        class_names: Sequence[str] | None = None,
        regions: Mapping[str, Sequence[int]] | None = None,
        activation: str = "auto",
        threshold: float = 0.5,
        ignore_index: int | None = None,
        variants: Sequence[str] = VARIANTS,
        images: int = 8,
        max_samples: int = 10_000,
    ) -> None:
        raise NotImplementedError

    def update(
        self,
        y_true: Any,
        y_pred: Any,
        images: Any = None,
        sample_ids: Sequence[str] | None = None,
        mask: Any = None,
    ) -> None:
        """Adds one batch."""
        raise NotImplementedError

    def commit(self, step: int) -> None:
        """Writes what was added since the last commit as the pass of `step`."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends the log."""
        raise NotImplementedError

    def __enter__(self) -> "DiceRecorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

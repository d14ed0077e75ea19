"""Records validation passes from any loop, with arrays of any framework, into a log."""

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

import google_crc32c
import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.definition.expected import refusal, whole
from tb_dice.definition.questions import ActivationOrAuto
from tb_dice.log.images import SampleImage, sample_images
from tb_dice.masks import layouts
from tb_dice.masks.device import host, pick
from tb_dice.masks.notice import Notice
from tb_dice.recording import arguments
from tb_dice.recording.arguments import Arguments, checked, hinting
from tb_dice.recording.chooser import Chooser
from tb_dice.recording.intake import Batch, read_batch
from tb_dice.recording.process import process
from tb_dice.recording.runlog import VARIANTS, RunLog
from tb_dice.recording.tally import Tally

LAST_STEP = 2**63 - 1  # that an event file holds


class DiceRecorder:
    """Records validation passes of any loop, for the Dice tab of TensorBoard.

    Call ``update`` for each validation batch and ``commit(step)`` after the last::

        with DiceRecorder("logs/run/dice", class_names=["background", "tumour"]) as recorder:
            for epoch in range(epochs):
                ...
                for x, y in validation:
                    recorder.update(y, model(x), images=x)
                recorder.commit(epoch)

    Arrays may come from numpy, TensorFlow, JAX, torch or anything else that numpy can read, on any
    device. Tensors of TensorFlow, JAX and torch are summed where they are; only the sums and the
    pixels that may be shown are moved to the host, with one wait per ``update``. Predictions are
    [N, *spatial, C]; C = 1 is binary. Targets have the same shape or are label maps [N, *spatial]
    or [N, *spatial, 1]. There are one, two or three spatial axes (or more, without images).
    """

    @hinting
    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        class_names: Sequence[str] | None = None,
        regions: Mapping[str, Sequence[int]] | None = None,
        activation: ActivationOrAuto = "auto",
        threshold: float = 0.5,
        ignore_index: int | None = None,
        variants: Iterable[str] | None = VARIANTS,
        images: int = 8,
        probabilities: bool = False,
        max_samples: int = 10_000,
        rank: int | None = None,
        world_size: int | None = None,
    ) -> None:
        """Opens the log.

        Args:
            log_dir: Directory of this run; records are written to exactly this directory. Pass the
                same one in all processes of a training; ranks above 0 write to folders below it.
            class_names: One name per channel; "class 0", "class 1", ... by default.
            regions: Merged classes by name: ``{"whole tumour": [1, 2, 3]}``. Their probabilities
                are summed or, if classes may overlap, the highest one counts.
            activation: What turns the predictions into probabilities: "none", "sigmoid" or
                "softmax". "auto" means "none" too, since arrays do not say what they are; a warning
                follows if the predictions do not look like probabilities.
            threshold: A class is drawn where its probability is above this, if classes may overlap
                or there is one channel; if not, the largest channel is drawn.
            ignore_index: Target value of voxels that do not count.
            variants: Names from ``tb_dice.variants()`` that are also written as plain scalars.
            images: How many samples are shown with their images at every step, in addition to the
                two worst of each class; 0 shows no images.
            probabilities: Whether the probabilities of these samples are written too, with 8 bits
                per pixel and class, to let you move the threshold in the tab.
            max_samples: How many samples are kept one by one; the pooled sums cover all samples.
            rank: This process among `world_size`. If several validate, each records its own
                samples, and the tab joins them. None: taken from ``torch.distributed`` or
                ``jax.distributed``, then from ``TF_CONFIG``, then from the environment variables
                ``RANK`` and ``WORLD_SIZE``.
            world_size: Number of processes that record; given together with `rank`.

        Raises:
            ValueError: An argument has the wrong type, or is out of range.
            TypeError: There is no argument of this name.
            OSError: The directory cannot be made or written.
        """
        self._asked = asked = Arguments(**checked(locals()))
        self._process = asked.process or process()
        folder = arguments.path("log_dir", log_dir)
        self._log = RunLog(folder, variants=asked.variants, process=self._process)
        self._log.open()
        self._log_dir = str(self._log.folder())
        self._last_step = self._log.last_step()
        self._layout: layouts.Layout | None = None
        self._chooser: Chooser | None = None
        self._tally: Tally | None = None
        self._ids: set[str] = set()
        self._notices: dict[str, Notice] = {}  # the first of each kind
        self._open = True

    def update(
        self,
        y_true: Any,
        y_pred: Any,
        images: Any = None,
        sample_ids: Sequence[Any] | None = None,
        mask: Any = None,
    ) -> None:
        """Adds one batch of the current pass.

        Args:
            y_true: Targets in [0, 1], or labels.
            y_pred: Predictions. Values that are not probabilities are recorded with a warning.
            images: [N, *spatial] or [N, *spatial, channels], to be shown; black if left out.
            sample_ids: N names, unique within a pass, that stay the same from pass to pass. By
                default the position in the pass: "0", "1", ..., with the rank in front if there are
                several processes: "0:0", "0:1", ...
            mask: [N, *spatial] or [N, *spatial, 1], True = valid. Other voxels count neither in
                targets nor in predictions.

        Raises:
            TypeError: An array does not hold numbers. Nothing is added then.
            ValueError: Shapes do not belong together, or targets are wrong. Nothing is added then.

        Warns:
            UserWarning: once for each kind of notice: predictions that are not probabilities, and
                shapes that may be meant differently.
        """
        self._check_open()
        batch = read_batch(y_true, y_pred, mask, self._asked, self._layout)
        _check_images(images, batch.y_pred.shape)
        classes = self._columns(batch.layout)
        tally = self._tally or Tally(batch.layout, classes, self._asked.max_samples)
        ids = self._new_ids(sample_ids, len(batch), tally.total)
        if not len(batch):
            return
        kept = ids[: tally.room]
        self._show(batch, images, kept)
        tally.add(batch.soft, batch.counts, batch.voxels, ids)
        self._ids.update(kept)
        self._layout, self._tally = batch.layout, tally
        for oddity in batch.oddities:
            self._say(oddity)

    def commit(self, step: int, *, logged: Mapping[str, float] | None = None) -> None:
        """Writes what was added since the last commit as the pass of one step.

        Once it returns, the pass is safe even if the process ends. Steps of a run must rise, since
        TensorBoard hides everything written before a lower step. So a step that is not above the
        last one in this directory is stored as the next free step, with a warning.

        Args:
            step: Whole number >= 0, such as the epoch.
            logged: What the loop itself reports for this pass, such as ``{"dice": 0.63}``. The tab
                says which definition gives each number.

        Raises:
            ValueError: Nothing was added, the step is not such a number, or `logged` is not a dict
                of numbers.
        """
        self._check_open()
        step = whole("step", step, 0, LAST_STEP)
        numbers = arguments.numbers("logged", logged)
        if self._tally is None:
            raise ValueError("Expected an `update` before `commit`. Received: no samples.")
        if step <= self._last_step:
            free = self._last_step + 1
            text = (
                f"The log in {self._log_dir} already holds step {self._last_step}. TensorBoard "
                f"would hide it behind a lower step, so step {step} is stored as {free}. "
                "Give each training its own directory."
            )
            self._say(Notice(text, "step", given=step, written=free))
            step = free
        record = self._tally.record(step, list(self._notices.values()))
        images = self._chooser.finish() if self._chooser else []
        self._last_step, self._tally = step, None
        self._ids.clear()
        self._log.commit(replace(record, logged=numbers), images)

    def close(self) -> None:
        """Ends the log. Samples that were added but not committed are lost, with a warning."""
        if not self._open:
            return
        self._open = False
        self._log.close()
        if self._tally is not None:
            warnings.warn(
                f"{self._tally.total} samples were added but not committed, so they are not in "
                "the log. Call `commit(step)` before `close`.",
                stacklevel=2,
            )

    def __enter__(self) -> "DiceRecorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._tally = None  # the error tells why the pass is not whole
        self.close()

    def _check_open(self) -> None:
        if not self._open:
            raise ValueError(f"Expected an open recorder for {self._log_dir!r}. Received: closed.")

    def _columns(self, layout: layouts.Layout) -> tuple[str, ...]:
        names = self._asked.class_names or tuple(f"class {i}" for i in range(layout.channels))
        if len(names) != layout.channels:
            raise refusal("class_names", f"{layout.channels} names, one per channel", names)
        return (*names, *(name for name, _ in layout.regions))

    def _new_ids(self, given: Iterable[Any] | None, count: int, first: int) -> Sequence[str]:
        if given is None:
            rank, world_size = self._process
            before = f"{rank}:" if world_size > 1 else ""
            given = [f"{before}{i}" for i in range(first, first + count)]
        ids = arguments.sample_ids("sample_ids", given, self._ids)
        if len(ids) != count:
            raise refusal("sample_ids", f"{count} names, one per sample", ids)
        return ids

    def _show(self, batch: Batch, images: Any, ids: Sequence[str]) -> None:
        """Holds the pictures of the samples that are to be shown so far."""
        if self._chooser is None:
            background = 0 if batch.layout.exclusive else None
            classes = self._columns(batch.layout)
            self._chooser = Chooser(self._asked.images, classes, background=background)
        rows = self._chooser.offer(ids, batch.counts[: len(ids)])
        shown = [None] * len(rows) if images is None or not rows else pick("images", images, rows)
        of_rows = zip(rows, shown, batch.maps(rows), strict=True)
        self._chooser.hold([self._pictures(ids[row], row, *of) for row, *of in of_rows])

    def _pictures(
        self, name: str, row: int, image: Array | None, maps: tuple[Array, Array, Array]
    ) -> list[SampleImage]:
        target, prediction, seen = maps
        content = google_crc32c.value(np.ascontiguousarray(target).tobytes())
        if image is not None:
            content = google_crc32c.extend(content, np.ascontiguousarray(image).tobytes())
        key = f"{name}:{content:08x}"
        probabilities = seen if self._asked.probabilities else None
        return sample_images(key, name, row, image, target, prediction, probabilities)

    def _say(self, notice: Notice) -> None:
        """Warns of the first notice of a kind, and shows it with the run in the tab."""
        if notice.kind not in self._notices:
            self._notices[notice.kind] = notice
            warnings.warn(notice, stacklevel=3)


def _check_images(images: Any, shape: Sequence[int]) -> None:
    if images is None:
        return
    found = tuple(images.shape) if hasattr(images, "shape") else host("images", images).shape
    if len(found) not in (len(shape) - 1, len(shape)) or found[0] != shape[0]:
        raise ValueError(
            f"Expected `images` to be [N, *spatial] or [N, *spatial, channels] with N = {shape[0]} "
            f"and {len(shape) - 2} spatial axes. Received: shape {list(found)}."
        )

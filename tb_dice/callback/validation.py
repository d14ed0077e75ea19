"""One validation pass: batches in, a record and its pictures out."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tb_dice.callback import rows
from tb_dice.callback.backends import Heard
from tb_dice.callback.identity import Identity
from tb_dice.callback.meter import Meter, Pixels
from tb_dice.definition.arrays import Array, Tensor
from tb_dice.log.images import SampleImage, sample_images
from tb_dice.log.record import Record
from tb_dice.masks import sane
from tb_dice.masks.device import fetch
from tb_dice.masks.notice import Notice
from tb_dice.recording.chooser import Chooser
from tb_dice.recording.tally import Tally

LAG = 2  # batches in flight: only the work of batch i - 2 and older is waited for


@dataclass(frozen=True)
class Batch:
    """Device handles of one batch (``Meter.measure``), one entry per replica."""

    kept: tuple[Heard, ...]

    def rows(self) -> list[Tensor]:
        """The rows of each replica."""
        return [kept["rows"] for kept in self.kept]

    def sizes(self) -> list[int]:
        """Samples of each replica."""
        return [int(tensor.shape[0]) for tensor in self.rows()]


@dataclass
class Memory:
    """What a run remembers from pass to pass."""

    identity: Identity
    chooser: Chooser | None = None
    shown: dict[str, SampleImage] = field(default_factory=dict)  # in 2-D, by key


class Validation:
    """Collects the batches of a pass.

    Without pictures everything stays on the device until ``finish``, which moves it in one
    transfer. With them the rows of a batch are read two batches later, and then the pixels of the
    few samples that are shown.

    Args:
        memory: What the run remembers of its earlier passes.
        pictures: How many samples are followed; 0 for none.
        max_samples: Samples to be kept one by one.
        picture_fault: Called with the exception if pictures cannot be made; the sums go on.
    """

    def __init__(
        self,
        memory: Memory,
        *,
        pictures: int,
        max_samples: int,
        picture_fault: Callable[[Exception], None],
    ) -> None:
        self._memory = memory
        self._pictures = pictures
        self._max_samples = max_samples
        self._picture_fault = picture_fault
        self._waiting: deque[Batch] = deque()
        self._meter: Meter | None = None
        if memory.chooser is not None:
            memory.chooser.finish()  # drops what a pass that was broken off left

    def add(self, heard: Sequence[Heard], meter: Meter) -> None:
        """Takes one batch, one entry per replica; returns without waiting for it.

        Raises:
            ValueError: Its classes differ from those of the batches before.
        """
        heard = [each for each in heard if each["p"].shape[0] != 0]
        if not heard:
            return
        if self._meter is None:
            self._meter = meter
            self._tally = Tally(meter.layout, meter.classes, self._max_samples)
            self._seen = sane.Seen(meter.layout)
            self._fingerprints: list[Array] = []
            self._losses = np.zeros(len(meter.losses))
        elif meter.layout != self._meter.layout:
            raise ValueError(
                f"Expected a batch like those before, {self._meter.layout}."
                f" Received: {meter.layout}."
            )
        self._waiting.append(Batch(tuple(meter.measure(each) for each in heard)))
        if self._pictures and len(self._waiting) > LAG:
            self._settle([self._waiting.popleft()])

    def finish(
        self, step: int, iteration: int | None, logged: Mapping[str, float]
    ) -> tuple[Record, list[Notice]]:
        """Reads what is still on the device, in one transfer.

        Returns:
            The record, and which of its notices are odd.

        Raises:
            ValueError: No batch was heard, or the targets are wrong.
        """
        if self._meter is None:
            raise ValueError("Expected predictions in the validation pass. Received: none.")
        if self._waiting:
            self._settle(list(self._waiting))
            self._waiting.clear()
        oddities = self._seen.verdict(self._meter.axes)
        if order := self._memory.identity.finish():
            oddities.append(order)
        notices = dict.fromkeys([*self._meter.notices, *self._meter.doubts, *oddities])
        losses = (self._losses / self._tally.total).tolist()
        record = replace(
            self._tally.record(step, list(notices)),
            fingerprints=np.concatenate(self._fingerprints),
            iteration=iteration,
            output=self._meter.output,
            losses=dict(zip(self._meter.losses, losses, strict=True)),
            logged=logged,
        )
        return record, [*oddities, *self._meter.doubts]

    def shown(self) -> list[SampleImage]:
        """Returns the pictures of the finished pass."""
        chooser = self._memory.chooser
        if chooser is None or not self._pictures:
            return []
        shown = chooser.finish()
        self._memory.shown = {each.key: each for each in shown if each.slice is None}
        return shown

    def _settle(self, batches: Sequence[Batch]) -> None:
        """Waits for batches and adds them up: one transfer."""
        assert self._meter is not None
        tensors = [tensor for batch in batches for tensor in batch.rows()]
        fetched = fetch("rows", tensors)
        ends = np.cumsum([sum(batch.sizes()) for batch in batches])
        for batch, part in zip(batches, np.split(fetched, ends[:-1]), strict=True):
            self._add_up(batch, rows.unpack(part, len(self._meter.classes)))

    def _add_up(self, batch: Batch, found: rows.Rows) -> None:
        names = self._memory.identity.name(found.fingerprints)
        first, room = self._tally.total, self._tally.room
        self._tally.add(found.soft, found.counts, found.voxels, names)
        self._seen.add(found.seen)
        self._fingerprints.append(found.fingerprints[:room].copy())
        self._losses += found.losses.sum(axis=0, dtype=np.float64)
        if self._pictures:
            try:
                self._look(batch, names[:room], found, first)
            except Exception as error:
                self._pictures = 0
                self._picture_fault(error)

    def _look(self, batch: Batch, names: Sequence[str], found: rows.Rows, first: int) -> None:
        """Fetches the pixels of the samples that are to be shown."""
        assert self._meter is not None
        chooser = self._memory.chooser
        if chooser is None:
            background = 0 if self._meter.layout.exclusive else None
            chooser = Chooser(self._pictures, self._meter.classes, background=background)
            self._memory.chooser = chooser
        wanted = chooser.offer(names, found.counts[: len(names)])
        keys = {row: _key(names[row], found.fingerprints[row]) for row in wanted}
        pixels, begin = [], 0
        for kept, size in zip(batch.kept, batch.sizes(), strict=True):
            own = [row for row in wanted if begin <= row < begin + size]
            before = [self._before(keys[row]) for row in own]
            pixels += self._meter.redrawn(kept, [row - begin for row in own], before)
            begin += size
        chooser.hold(
            [
                sample_images(keys[row], names[row], first + row, *of)
                for row, of in zip(wanted, pixels, strict=True)
            ]
        )

    def _before(self, key: str) -> Pixels | None:
        """What the pass before showed of a sample with exactly this image."""
        shown = self._memory.shown.get(key)
        return None if shown is None else (shown.image, shown.target, shown.prediction, None)


def _key(name: str, fingerprint: int) -> str:
    """Identity of a sample's pixels: each augmented image has its own key."""
    return f"{name}:{fingerprint:016x}"

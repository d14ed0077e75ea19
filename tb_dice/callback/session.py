"""Listening to one model: the hook on it, the meters of its batches, the pass that is running."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from tb_dice.callback import backends
from tb_dice.callback.backends import Heard
from tb_dice.callback.capture import Hook
from tb_dice.callback.meter import Meter, Reader, meter
from tb_dice.callback.options import Options
from tb_dice.callback.validation import Memory, Validation
from tb_dice.log.images import SampleImage
from tb_dice.log.record import Record
from tb_dice.masks.notice import Notice


class Session:
    """Turns the validation passes of a model into records.

    Args:
        model: The Keras model.
        options: The user's arguments.
        fault: Called with an exception raised by our own code.
        warn: Called with a sentence about each odd thing, once each.
    """

    def __init__(
        self,
        model: Any,
        options: Options,
        fault: Callable[[Exception], None],
        warn: Callable[[str], None],
    ) -> None:
        self.model = model
        self._options = options
        self._fault = fault
        self._warn = warn
        self._warned: set[str] = set()
        self._odd: list[Notice] = []
        self._backend = backends.current()
        self._reader = Reader(model, options)
        self._hook = Hook(model, self._backend, self._reader.take, self._deliver, fault)
        self._meters: dict[Any, Meter] = {}
        self._step = 0
        self._pass: Validation | None = None

    def begin(self, step: int, memory: Memory) -> None:
        """Starts a pass."""
        self._step = step
        memory.identity.begin(step)
        self._pass = Validation(
            memory,
            pictures=self._options.images,
            max_samples=self._options.max_samples,
            picture_fault=self._without_pictures,
        )

    def arm(self) -> None:
        """Listens to the next batch of the pass."""
        if self._pass is not None:
            self._hook.arm()

    def stop(self) -> None:
        """Ends the pass without a record."""
        self._hook.disarm()
        self._pass = None

    def finish(self, logs: Any) -> tuple[Record, list[SampleImage]] | None:
        """Ends the pass, for which Keras logs `logs`.

        Returns its record and pictures, or None if none was running.

        Once the record is safe, ``speak`` warns of what was odd.

        Raises:
            ValueError: Nothing was heard, or the targets are wrong.
        """
        running = self._pass
        self.stop()
        if running is None:
            return None
        record, oddities = running.finish(self._step, iteration(self.model), _numbers(logs))
        self._odd = oddities
        return record, running.shown()

    def speak(self) -> None:
        """Warns of what was odd about the last pass."""
        for notice in self._odd:
            if notice.kind != "order":  # the tab shows that
                self.once(notice)

    def once(self, notice: Notice) -> None:
        """Warns of the first notice of a kind."""
        if notice.kind not in self._warned:
            self._warned.add(notice.kind)
            self._warn(notice)

    def _deliver(self, heard: Sequence[Heard]) -> None:
        """Takes what was heard of one batch; runs inside the validation, so it must not raise."""
        if self._pass is None or not heard:
            return
        try:
            self._pass.add(heard, self._meter(heard[0]))
        except Exception as error:
            self._fault(error)

    def _meter(self, heard: Heard) -> Meter:
        found = self._reader.found
        if found is None:
            raise RuntimeError("a batch was heard before its output was chosen")
        y, p = heard["y"], heard["p"]
        key = found, str(y.dtype), len(y.shape), y.shape[-1] == p.shape[-1], tuple(p.shape)[-1:]
        if key not in self._meters:
            self._meters[key] = meter(heard, found, self._options, self._backend)
        return self._meters[key]

    def _without_pictures(self, error: Exception) -> None:
        text = f"No pictures are written: {type(error).__name__}: {error}"
        self.once(Notice(text, "pictures"))


def _numbers(logs: Any) -> dict[str, float]:
    """The entries of Keras' logs that are one number."""
    found = {}
    for name, value in dict(logs or {}).items():
        with suppress(TypeError, ValueError):  # a metric of the user's own may be anything
            found[str(name)] = float(value)
    return found


def iteration(model: Any) -> int | None:
    """Returns how many steps the optimizer has made, None for a model without one."""
    count = getattr(getattr(model, "optimizer", None), "iterations", None)
    return None if count is None else backends.current().whole(count)

"""From TensorBoard's data provider to tables and pictures: read once, kept within bounds.

A record is decoded once. When TensorBoard has read more of a run, only the new steps are read; a
step that a restarted training wrote anew is noticed by its wall time and read again.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np
from tensorboard import errors

from tb_dice.analysis.table import Table, stack
from tb_dice.definition.spec import SUMS
from tb_dice.log import shards
from tb_dice.log.eventlog import IMAGES, RECORDS
from tb_dice.log.record import Record, RecordError, decode
from tb_dice.plugin import pictures
from tb_dice.plugin.cache import Cache
from tb_dice.plugin.params import MAX_ELEMENT
from tb_dice.plugin.pictures import Header, Pictures
from tb_dice.plugin.source import Point, Source

Step = tuple[Point, ...]  # of all shards, by rank

TABLE_BYTES = 768 * 2**20
MAX_ANSWERS = 64
MAX_HEADERS = 5000
MAX_PICTURE_RUNS = 100
MAX_PNG = 64 * 2**20
ELEMENTS = MAX_ELEMENT + 1  # of a step and shard: those of rank r are numbered from r times this
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, eq=False)
class Run:
    """A run as far as it has been read.

    Attributes:
        signature: changes when TensorBoard has read more.
        points: where the records lie, for each step those of all shards.
        table: the records, None when none can be read.
        unreadable: why records cannot be read, by step.
        missing: the ranks whose shards a step lacks, by step.
        answers: what was computed from the table.
    """

    signature: tuple[Any, ...]
    points: tuple[Step, ...]
    table: Table | None
    unreadable: Mapping[int, str]
    missing: Mapping[int, str]
    answers: Cache[Any] = field(default_factory=lambda: Cache(MAX_ANSWERS))

    @property
    def size(self) -> int:
        """Roughly the memory held."""
        return 1024 + (self.table.nbytes if self.table else 0)


class DiceData:
    """Tables and pictures of runs, for all requests and threads."""

    def __init__(self) -> None:
        self._runs: Cache[Run] = Cache(TABLE_BYTES, size=lambda run: run.size)
        self._points: Cache[tuple[Any, tuple[Step, ...]]] = Cache(4 * MAX_PICTURE_RUNS)
        self._headers: Cache[Header] = Cache(MAX_HEADERS)
        self._pictures: Cache[tuple[Any, Pictures]] = Cache(MAX_PICTURE_RUNS)
        self._locks: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def names(self, source: Source) -> list[str]:
        """The runs with Dice data, sorted."""
        return sorted(run for run, tags in source.signatures.items() if RECORDS in tags)

    def run(self, source: Source, name: str) -> Run:
        """A run as far as TensorBoard has read it.

        Raises:
            NotFoundError: no run of this name has Dice data.
        """
        signature = source.signatures.get(name, {}).get(RECORDS)
        if signature is None:
            raise errors.NotFoundError(f"no run {name[:80]!r} with Dice data.")
        key = (source.experiment, name)
        with self._lock_of(key):
            held = self._runs.get(key)
            if held is not None and held.signature == signature:
                return held
            return self._runs.put(key, _read(source, name, signature, held))

    def image_steps(self, source: Source, name: str) -> list[int]:
        """The steps at which pictures were written."""
        return [step[0].step for step in self._image_points(source, name)[1]]

    def pictures(self, source: Source, name: str) -> Pictures:
        """Where the pictures of a run lie."""
        key = (source.experiment, name)
        with self._lock_of((*key, IMAGES)):
            signature, points = self._image_points(source, name)
            held = self._pictures.get(key)
            if held is not None and held[0] == signature:
                return held[1]
            found = self._read_headers(source, name, points)
            return self._pictures.put(key, (signature, found))[1]

    def png(self, source: Source, name: str, step: int, element: int) -> bytes:
        """One recorded PNG, as it was written.

        Raises:
            NotFoundError: nothing lies there, or it is not a PNG.
        """
        points = self._image_points(source, name)[1]
        where = f"step {step} of run {name[:80]!r}"
        rank, place = divmod(element, ELEMENTS)
        at = [point for of_step in points for point in of_step if point.step == step]
        keys = next((point.keys for point in at if point.rank == rank), ())
        if not 0 < place < len(keys):
            there = max(len(keys) - 1, 0)
            raise errors.NotFoundError(f"no image {element} at {where}; there are {there}.")
        blob = source.blob(keys[place])
        if not blob.startswith(PNG_MAGIC) or len(blob) > MAX_PNG:
            raise errors.NotFoundError(
                f"image {element} at {where} is damaged: expected a PNG of at most {MAX_PNG} bytes."
            )
        return blob

    def _image_points(self, source: Source, name: str) -> tuple[Any, tuple[Step, ...]]:
        signature = source.signatures.get(name, {}).get(IMAGES)
        if signature is None:
            return None, ()
        key = (source.experiment, name)
        held = self._points.get(key)
        if held is not None and held[0] == signature:
            return held
        return self._points.put(key, (signature, source.points(name, IMAGES)))

    def _read_headers(self, source: Source, name: str, steps: Sequence[Step]) -> Pictures:
        headers: dict[Point, Header] = {}
        unreadable: list[str] = []
        new: list[Point] = []
        for point in (point for step in steps for point in step):
            header = self._headers.get((source.experiment, name, point))
            if header is None:
                new.append(point)
            else:
                headers[point] = header
        for point, found in source.read_all(new, pictures.parse):
            if isinstance(found, ValueError):
                unreadable.append(f"The images of step {point.step} cannot be read: {found}.")
            else:
                headers[point] = self._headers.put((source.experiment, name, point), found)
        by_place = {(at.step, at.rank * ELEMENTS): header for at, header in headers.items()}
        return pictures.collect(by_place, unreadable)

    def _lock_of(self, key: Hashable) -> Lock:
        with self._lock:
            return self._locks.setdefault(key, Lock())


def _read(source: Source, name: str, signature: Any, held: Run | None) -> Run:
    """The run with its new steps read; steps that have not changed since ``held`` are kept."""
    points = source.points(name, RECORDS)
    same = _common(held.points, points) if held else 0
    table, unreadable, missing = None, dict[int, str](), dict[int, str]()
    if held is not None and same:
        before = points[same - 1][0].step
        table = _until(held.table, before)
        unreadable = {step: why for step, why in held.unreadable.items() if step <= before}
        missing = {step: ranks for step, ranks in held.missing.items() if step <= before}
    new = [point for step in points[same:] for point in step]
    by_step: dict[int, list[Record]] = {}
    for point, found in source.read_all(new, _decoded):
        if isinstance(found, ValueError):
            unreadable[point.step] = f"step {point.step} cannot be read: {found}"
        else:  # the step is what TensorBoard says, whatever the record says
            read = replace(found, step=point.step, wall_time=point.wall_time)
            by_step.setdefault(point.step, []).append(read)
    for step, found_of_step in by_step.items():
        if ranks := shards.missing(found_of_step):
            missing[step] = ranks
    records = [shards.join(found_of_step) for found_of_step in by_step.values()]
    if table is not None:
        table = table.extended(records)
    elif records:
        table = stack(records)
    return Run(signature, points, table, unreadable, missing)


def _until(table: Table | None, step: int) -> Table | None:
    """The table up to a step."""
    if table is None:
        return None
    count = int(np.searchsorted(table.steps, step, side="right"))
    return table.first(count) if count else None


def _decoded(blob: bytes) -> Record:
    record = decode(blob)
    missing = [name for name in SUMS if name not in record.sums or name not in record.pooled]
    if missing:
        raise RecordError(f"it lacks the sums {', '.join(missing)}")
    return record


def _common(one: Sequence[Step], other: Sequence[Step]) -> int:
    """How many points at the start are the same."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count

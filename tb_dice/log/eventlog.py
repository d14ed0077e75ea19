"""Records to and from TensorBoard event files, without TensorFlow."""

import os
import struct
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import google_crc32c
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from tensorboard.compat.proto import event_pb2, summary_pb2, types_pb2

from tb_dice.log import shards
from tb_dice.log.eventfile import EventFile
from tb_dice.log.record import Record, RecordError, decode

PLUGIN = "dice"
RECORDS = "dice/records"
IMAGES = "dice/images"

_LENGTH = struct.Struct("<QI")
_CRC = struct.Struct("<I")


class EventLog:
    """Writes the event file of one run, in a thread of its own.

    A directory that cannot be written raises OSError here. A write that fails later (a full disk,
    a lost mount) warns once, and the log goes on when it can again. For use from one thread.
    """

    def __init__(self, run_dir: str | os.PathLike[str]) -> None:
        version = event_pb2.Event(file_version="brain.Event:2")
        self._file = EventFile(Path(run_dir), _frame(version.SerializeToString()))

    def blobs(self, tag: str, step: int, wall_time: float, blobs: Iterable[bytes]) -> None:
        """Queues a blob sequence of the Dice plugin."""
        # Parts of the message are built in place: adding a separate part would copy a large blob.
        event = event_pb2.Event(step=step, wall_time=wall_time)
        value = event.summary.value.add(tag=tag)
        # On every value: a first value without metadata hides the tag from TensorBoard.
        value.metadata.plugin_data.plugin_name = PLUGIN
        value.metadata.data_class = summary_pb2.DATA_CLASS_BLOB_SEQUENCE
        value.tensor.dtype = types_pb2.DT_STRING
        value.tensor.string_val.extend(blobs)
        value.tensor.tensor_shape.dim.add(size=len(value.tensor.string_val))
        self._put(event)

    def scalar(self, tag: str, step: int, wall_time: float, value: float) -> None:
        """Queues a plain scalar."""
        event = event_pb2.Event(step=step, wall_time=wall_time)
        event.summary.value.add(tag=tag, simple_value=value)
        self._put(event)

    def flush(self, timeout: float = 10.0) -> bool:
        """Waits until all queued values are in the file; False if that fails or takes longer."""
        return self._file.flush(timeout)

    def close(self) -> None:
        """Flushes and closes the file. A second call does nothing."""
        self._file.close()

    def _put(self, event: event_pb2.Event) -> None:
        self._file.put(_frame(event.SerializeToString()))


def read(log_dir: str | os.PathLike[str]) -> dict[str, list[Record]]:
    """Returns the recorded passes of all runs below a directory.

    Args:
        log_dir: A log directory, as given to TensorBoard, or a run in it.

    Returns:
        The records of each run, ordered by step. A run's name is its path below `log_dir`, as in
        TensorBoard. If a step was written twice, the last record counts. The shards of several
        processes are joined into one record; if one is missing, a notice in the record says so. A
        file that is still being written is read up to its end; damaged parts are left out with a
        warning.

    Raises:
        FileNotFoundError: `log_dir` is not a directory.
    """
    root = Path(log_dir)
    if not root.is_dir():
        raise FileNotFoundError(f"Expected `log_dir` to be a directory. Received: {str(log_dir)!r}")
    runs: dict[str, dict[int, list[Record]]] = {}
    for folder in _folders(root):
        run = shards.whole(folder.relative_to(root).as_posix())
        for path in _event_files(folder):
            for record in _records(path):
                runs.setdefault(run, {}).setdefault(record.step, []).append(record)
    return {
        run: [_joined(by_step[step]) for step in sorted(by_step)] for run, by_step in runs.items()
    }


def steps(run_dir: str | os.PathLike[str]) -> set[int]:
    """Returns the steps that have records in the event files of a run directory."""
    files = _event_files(Path(run_dir))
    return {event.step for path in files for event, _ in _values(path)}


def has_log(run_dir: str | os.PathLike[str]) -> bool:
    """Returns whether a directory holds an event file, even one without records."""
    return bool(_event_files(Path(run_dir)))


def _joined(records: Sequence[Record]) -> Record:
    """The records of a step as one."""
    record, missing = shards.join(records), shards.missing(records)
    if missing is None:
        return record
    notices = (*record.notices, *shards.lacking({record.step: missing}))
    return replace(record, notices=notices)


def _folders(root: Path) -> Iterator[Path]:
    """All folders below `root` by name; links are followed, but no folder is visited twice."""
    seen = set()
    for name, below, _ in os.walk(root, followlinks=True):
        real = os.path.realpath(name)
        if real in seen:
            below.clear()
            continue
        seen.add(real)
        below.sort()
        yield Path(name)


def _event_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if "tfevents" in path.name and path.is_file())


def _records(path: Path) -> Iterator[Record]:
    for _, blob in _values(path):
        try:
            yield decode(blob)
        except RecordError as error:
            warnings.warn(f"A record in {path} was left out. {error}", stacklevel=4)


def _values(path: Path) -> Iterator[tuple[event_pb2.Event, bytes]]:
    """The events of a file that hold a record, and its bytes."""
    for data in _frames(path):
        try:
            event = event_pb2.Event.FromString(data)
        except DecodeError:
            warnings.warn(f"An event in {path} is damaged and was left out.", stacklevel=4)
            continue
        for value in event.summary.value:
            if value.tag == RECORDS and value.tensor.string_val:
                yield event, value.tensor.string_val[0]


def _frames(path: Path) -> Iterator[bytes]:
    """The frames of an event file that name our tag; the first incomplete one ends it."""
    left = path.stat().st_size
    with path.open("rb") as file:
        while left >= _LENGTH.size + _CRC.size:
            head = file.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                return
            length, crc = _LENGTH.unpack(head)
            left -= _LENGTH.size + length + _CRC.size
            if left < 0 or crc != _checksum(head[:8]):
                return
            data, tail = file.read(length), file.read(_CRC.size)
            if RECORDS.encode() not in data:
                continue
            if tail != _CRC.pack(_checksum(data)):
                warnings.warn(f"An event in {path} is damaged and was left out.", stacklevel=4)
                continue
            yield data


def _frame(data: bytes) -> bytes:
    """An event as a TFRecord: length, its checksum, the data, their checksum."""
    length = struct.pack("<Q", len(data))
    return b"".join((length, _CRC.pack(_checksum(length)), data, _CRC.pack(_checksum(data))))


def _checksum(data: bytes) -> int:
    """The masked CRC-32C of TFRecord."""
    crc: int = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF

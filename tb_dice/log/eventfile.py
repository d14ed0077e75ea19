"""A file that is written in the background and never stops the training."""

import atexit
import io
import os
import queue
import re
import socket
import threading
import time
import warnings
from itertools import count
from pathlib import Path

MAX_QUEUED = 1 << 28  # bytes that wait for a disk that hangs; further frames are dropped

_NUMBERS = count()


class EventFile:
    """Appends frames to a new event file of a folder, in a thread of its own.

    Frames reach the file whole and at once, so they are safe if the process ends. After a failed
    write the file is cut back to its last whole frame, and the next frame is tried again; if the
    file vanishes, a new one is started. The next ``flush`` or ``close`` warns of the first such
    failure.
    """

    def __init__(self, folder: Path, header: bytes) -> None:
        """Makes the folder and the file, which begins with `header`.

        Raises:
            OSError: The folder cannot be made or written.
        """
        self._folder = folder
        self._header = header
        self._queue: queue.SimpleQueue[bytes | threading.Event | None] = queue.SimpleQueue()
        self._queued = 0
        self._lock = threading.Lock()
        self._fault: str | None = None
        self._failed = self._warned = self._late = self._closed = False
        try:
            self._begin()
        except OSError as error:
            raise unwritable(folder, error) from error
        self._thread = threading.Thread(target=self._work, name="tb_dice log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def put(self, frame: bytes) -> None:
        """Queues a frame."""
        if self._closed:
            raise ValueError(f"The log in {self._folder} must be open. Received: a closed one.")
        with self._lock:
            fits = not self._queued or self._queued + len(frame) <= MAX_QUEUED
            self._queued += len(frame) if fits else 0
        if fits:
            self._queue.put(frame)
        else:
            self._fail("the disk does not answer")

    def flush(self, timeout: float) -> bool:
        """Waits until all queued frames are in the file; False if one of them is not."""
        done = threading.Event()
        self._queue.put(done)
        # A disk that hung is not waited for again until it has caught up.
        self._late = not done.wait(0.01 if self._late else timeout)
        if self._late:
            self._fail(f"writing takes longer than {timeout:g} s")
        failed, self._failed = self._failed, False
        self._warn()
        return not failed

    def close(self, timeout: float = 10.0) -> None:
        """Writes what is queued and ends the thread. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        self._queue.put(None)
        self._thread.join(0.01 if self._late else timeout)
        self._warn()

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            try:
                self._append(item)
            except Exception as error:  # the thread must not end, whatever a file system does
                self._fail(getattr(error, "strerror", None) or str(error))
            with self._lock:
                self._queued -= len(item)
        self._file.close()

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / _name(self._folder)
        self._file = io.FileIO(self._path, "x")
        self._good = 0
        self._write(b"")

    def _append(self, frame: bytes) -> None:
        if self._file.closed or not self._path.exists():
            self._fail("the file was removed while it was written, so a new one was started")
            self._file.close()
            self._begin()
        self._write(frame)

    def _write(self, frame: bytes) -> None:
        if self._file.tell() != self._good:  # the rest of a write that failed
            self._file.truncate(self._good)
            self._file.seek(self._good)
        data = frame if self._good else self._header + frame
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._good += len(data)

    def _fail(self, reason: str) -> None:
        self._failed = True
        self._fault = self._fault or reason

    def _warn(self) -> None:
        if self._fault and not self._warned:
            self._warned = True
            warnings.warn(
                f"Dice records are missing from the log in {self._folder}: {self._fault}. "
                "Training continues, and writing resumes when the disk recovers.",
                stacklevel=5,
            )


def unwritable(folder: Path, error: OSError) -> OSError:
    """Returns the error to raise where a log directory cannot be written."""
    return type(error)(
        "Expected `log_dir` to be a directory that can be made and written."
        f" Received: {str(folder)!r} ({error.strerror or error})."
        " Choose a different directory, or change who may write there."
    )


def _name(folder: Path) -> str:
    """A name that no other process takes and that sorts after older files, as readers need."""
    now = int(time.time())
    older = (re.search(r"tfevents\.(\d{10})\.", path.name) for path in folder.iterdir())
    times = [int(found[1]) + 1 for found in older if found]
    # A name from the far future (a wrong clock) is not followed.
    seconds = max([now, *(t for t in times if t < now + 86400)])
    host = re.sub(r"[^\w.-]", "_", socket.gethostname())
    return f"events.out.tfevents.{seconds:010d}.{host}.{os.getpid()}.{next(_NUMBERS)}.dice"

import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
import serving

from tb_dice.log import eventfile
from tb_dice.log.eventfile import EventFile

PATIENCE = 5.0


@pytest.fixture
def file(tmp_path):
    file = EventFile(tmp_path, b"head")
    yield file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.close()


def content(folder):
    return [path.read_bytes() for path in sorted(Path(folder).iterdir())]


class FullDisk:
    """A file on a disk that takes `room` more bytes."""

    def __init__(self, file, room):
        self._file, self.room = file, room

    def write(self, data):
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        written = self._file.write(data[: self.room])
        self.room -= written
        return written

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_what_is_flushed_is_in_the_file(file, tmp_path):
    file.put(b"one")
    file.put(b"two")
    assert file.flush(PATIENCE)
    assert content(tmp_path) == [b"headonetwo"]


def test_closing_writes_what_is_queued_and_may_be_done_twice(file, tmp_path):
    for _ in range(1000):
        file.put(b"x")
    file.close()
    file.close()
    assert content(tmp_path) == [b"head" + b"x" * 1000]
    with pytest.raises(ValueError, match="must be open"):
        file.put(b"late")


def test_names_are_event_files_that_sort_in_the_order_of_their_making(tmp_path):
    before = set()
    for _ in range(12):
        EventFile(tmp_path, b"").close()
        (made,) = set(tmp_path.iterdir()) - before
        before.add(made)
        assert made == max(before)
        assert made.name.startswith("events.out.tfevents.")


def test_a_name_from_the_far_future_is_not_followed(tmp_path):
    (tmp_path / "events.out.tfevents.9999999999.x").touch()
    EventFile(tmp_path, b"").close()
    names = [path.name for path in tmp_path.iterdir() if path.name.endswith(".dice")]
    assert abs(int(names[0].split(".")[3]) - time.time()) < 60


def test_a_folder_below_a_file_says_what_was_expected_and_received(tmp_path):
    (tmp_path / "file").touch()
    for wrong in ("file", "file/run"):
        with pytest.raises(
            OSError, match=r"Expected `log_dir` .* Received: .*file.*Choose"
        ) as info:
            EventFile(tmp_path / wrong, b"")
        assert str(tmp_path / wrong) in str(info.value)


def test_a_folder_without_permission_stays_that_error(tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(eventfile.io, "FileIO", refuse)
    with pytest.raises(PermissionError, match=r"Expected `log_dir` to be .*Permission denied"):
        EventFile(tmp_path, b"")


def test_a_full_disk_warns_once_and_leaves_whole_frames(file, tmp_path):
    disk = file._file = FullDisk(file._file, room=5)
    file.put(b"one")
    file.put(b"second")  # two bytes of it still fit
    with pytest.warns(UserWarning, match=r"missing.*No space left on device") as caught:
        assert not file.flush(PATIENCE)
    assert len(caught) == 1
    assert caught[0].filename == __file__ or "eventfile" not in caught[0].filename
    file.put(b"third")
    assert not file.flush(PATIENCE)  # no second warning: warnings are errors here
    disk.room = 100
    file.put(b"fourth")
    assert file.flush(PATIENCE)
    file.close()
    assert content(tmp_path) == [b"headonefourth"]


def test_a_file_that_vanishes_is_begun_anew(file, tmp_path):
    file.put(b"one")
    assert file.flush(PATIENCE)
    for path in tmp_path.iterdir():
        path.unlink()
    tmp_path.rmdir()
    file.put(b"two")
    with pytest.warns(UserWarning, match="removed while it was written"):
        assert not file.flush(PATIENCE)
    file.put(b"three")
    assert file.flush(PATIENCE)
    assert content(tmp_path) == [b"headtwothree"]


def test_a_place_that_is_lost_and_comes_back(file, tmp_path):
    away = tmp_path.with_name(tmp_path.name + " away")
    tmp_path.rename(away)
    tmp_path.touch()  # where the folder was is a file: nothing can be written
    file.put(b"lost")
    with pytest.warns(UserWarning, match="missing from the log"):
        assert not file.flush(PATIENCE)
    file.put(b"lost too")
    assert not file.flush(PATIENCE)
    tmp_path.unlink()
    file.put(b"back")
    file.flush(PATIENCE)
    assert content(tmp_path) == [b"headback"]


def test_a_mount_that_comes_back_with_the_file(file, tmp_path):
    file.put(b"one")
    assert file.flush(PATIENCE)
    away = tmp_path.with_name(tmp_path.name + " away")
    tmp_path.rename(away)
    tmp_path.touch()
    file.put(b"lost")
    with pytest.warns(UserWarning, match="missing from the log"):
        assert not file.flush(PATIENCE)
    tmp_path.unlink()
    away.rename(tmp_path)
    for frame in (b"two", b"three"):
        file.put(frame)
        file.flush(PATIENCE)
    assert content(tmp_path) == [b"headone", b"headtwothree"]


def test_a_disk_that_is_full_when_the_file_is_begun_anew(file, tmp_path, monkeypatch):
    real = eventfile.io.FileIO
    monkeypatch.setattr(eventfile.io, "FileIO", lambda *args: FullDisk(real(*args), room=2))
    for path in tmp_path.iterdir():
        path.unlink()
    file.put(b"lost")
    with pytest.warns(UserWarning, match="removed"):
        assert not file.flush(PATIENCE)
    file._file.room = 100
    file.put(b"two")
    assert file.flush(PATIENCE)
    assert content(tmp_path) == [b"headtwo"]


def test_a_disk_that_hangs_is_waited_for_once(file, tmp_path):
    release = threading.Event()
    write = file._write
    file._write = lambda frame: (release.wait(60), write(frame))
    file.put(b"slow")
    began = time.monotonic()
    with pytest.warns(UserWarning, match=r"writing takes longer than 0.2 s"):
        assert not file.flush(0.2)
    assert not file.flush(60)
    assert time.monotonic() - began < 5
    release.set()
    while not file.flush(PATIENCE):
        pass
    assert content(tmp_path) == [b"headslow"]


def test_what_waits_for_a_hanging_disk_is_bounded(file, tmp_path, monkeypatch):
    monkeypatch.setattr(eventfile, "MAX_QUEUED", 10)
    release = threading.Event()
    write = file._write
    file._write = lambda frame: (release.wait(60), write(frame))
    for _ in range(5):
        file.put(b"1234")
    release.set()
    with pytest.warns(UserWarning, match="does not answer"):
        file.close()
    assert content(tmp_path) == [b"head12341234"]


def test_a_frame_that_waits_for_nothing_may_have_any_size(file, tmp_path, monkeypatch):
    monkeypatch.setattr(eventfile, "MAX_QUEUED", 3)
    file.put(b"12345678")
    assert file.flush(PATIENCE)
    assert content(tmp_path) == [b"head12345678"]


def run(code, folder):
    code = f"from pathlib import Path\nfrom tb_dice.log.eventfile import EventFile\n{code}"
    return serving.run(sys.executable, "-c", code, str(folder)).returncode


def test_what_was_flushed_survives_kill_9(tmp_path):
    code = """
import os, signal, sys
file = EventFile(Path(sys.argv[1]), b"head")
file.put(b"committed")
file.flush(60)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert run(code, tmp_path) == -9
    assert content(tmp_path) == [b"headcommitted"]


def test_a_program_that_ends_without_closing_loses_nothing(tmp_path):
    code = """
import sys
file = EventFile(Path(sys.argv[1]), b"head")
for _ in range(1000):
    file.put(b"x")
"""
    assert run(code, tmp_path) == 0
    assert content(tmp_path) == [b"head" + b"x" * 1000]

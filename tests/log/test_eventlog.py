import dataclasses
import tempfile
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_records import make_record
from serving import python
from tensorboard.backend.event_processing import event_file_loader, plugin_event_multiplexer
from tensorboard.compat.proto import summary_pb2
from tensorboard.compat.tensorflow_stub import pywrap_tensorflow

from tb_dice.log import eventlog, shards
from tb_dice.log.eventlog import IMAGES, PLUGIN, RECORDS, EventLog, has_log, read, steps
from tb_dice.log.record import encode


def write(folder, *records):
    log = EventLog(folder)
    for record in records:
        log.blobs(RECORDS, record.step, record.wall_time, [encode(record)])
    log.close()
    (path,) = [path for path in folder.iterdir() if path.name.endswith(".dice")]
    return path


def multiplexer(folder):
    guidance = {PLUGIN: 0}
    loaded = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance=guidance)
    return loaded.AddRunsFromDirectory(str(folder)).Reload()


# Writing, as TensorBoard reads it


@given(st.binary(max_size=200))
def test_the_checksum_is_the_one_of_tensorboard(data):
    assert eventlog._checksum(data) == pywrap_tensorflow.masked_crc32c(data)


def test_tensorboard_reads_what_was_written(tmp_path):
    log = EventLog(tmp_path / "run")
    for step in (0, 1, 2):
        log.blobs(RECORDS, step, 100.0 + step, [b"\x00rec", b"%d" % step])
        log.blobs(IMAGES, step, 100.0 + step, [b"header"])
        log.scalar("dice/recipe.dice_coef", step, 100.0 + step, step / 4)
    log.close()
    run = multiplexer(tmp_path).GetAccumulator("run")
    events = run.Tensors(RECORDS)
    assert [(event.step, event.wall_time) for event in events] == [(0, 100), (1, 101), (2, 102)]
    assert list(events[2].tensor_proto.string_val) == [b"\x00rec", b"2"]
    assert [size.size for size in events[2].tensor_proto.tensor_shape.dim] == [2]
    for tag in (RECORDS, IMAGES):
        metadata = run.SummaryMetadata(tag)
        assert metadata.plugin_data.plugin_name == "dice"
        assert metadata.data_class == summary_pb2.DATA_CLASS_BLOB_SEQUENCE
    scalars = run.Tensors("dice/recipe.dice_coef")
    assert [event.tensor_proto.float_val[0] for event in scalars] == [0, 0.25, 0.5]
    metadata = run.SummaryMetadata("dice/recipe.dice_coef")
    assert metadata.plugin_data.plugin_name == "scalars"
    assert metadata.data_class == summary_pb2.DATA_CLASS_SCALAR


def test_every_value_names_its_plugin(tmp_path):
    path = write(tmp_path, make_record(0), make_record(1))
    loader = event_file_loader.LegacyEventFileLoader(str(path))
    version, *events = list(loader.Load())
    assert version.file_version == "brain.Event:2"
    values = [value for event in events for value in event.summary.value]
    assert [value.metadata.plugin_data.plugin_name for value in values] == ["dice", "dice"]


def test_any_number_is_a_scalar(tmp_path):
    numbers = [float("nan"), float("inf"), 1e300, -1e300, 1e-300]
    log = EventLog(tmp_path)
    for step, number in enumerate(numbers):
        log.scalar("dice/x", step, 1.0, number)
    log.close()
    events = multiplexer(tmp_path).GetAccumulator(".").Tensors("dice/x")
    found = [event.tensor_proto.float_val[0] for event in events]
    np.testing.assert_array_equal(found, [np.nan, np.inf, np.inf, -np.inf, 0])


def test_writing_and_reading_load_no_tensorflow():
    code = "import tb_dice.log.eventlog, sys; sys.exit('tensorflow' in sys.modules)"
    python("-c", code)


# Reading


@cache
def whole():
    """The bytes of a file with two records."""
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder), make_record(0), make_record(1)).read_bytes()


def test_read_finds_all_runs_by_step(tmp_path):
    a, b, c = (make_record(step) for step in (0, 1, 7))
    write(tmp_path / "one" / "dice", a, b)
    write(tmp_path / "two", c)
    (tmp_path / "empty").mkdir()
    (tmp_path / "events.out.tfevents.1.txt.swp").write_bytes(b"no event file at all")
    EventLog(tmp_path / "no records").close()
    assert read(tmp_path) == {"one/dice": [a, b], "two": [c]}
    assert read(str(tmp_path / "two")) == {".": [c]}


def test_a_directory_without_records_is_empty_and_a_missing_one_is_an_error(tmp_path):
    assert read(tmp_path) == {}
    with pytest.raises(FileNotFoundError, match=r"`log_dir` to be a dir.*Received: .*nowhere"):
        read(tmp_path / "nowhere")


def test_the_last_written_of_a_step_wins_also_across_files(tmp_path):
    first = [make_record(step, wall_time=1.0) for step in range(4)]
    again = [make_record(step, wall_time=2.0) for step in (1, 2)]
    once_more = make_record(2, wall_time=3.0)
    write(tmp_path, *first)
    log = EventLog(tmp_path)  # a second process, in the same second
    for record in (*again, once_more):
        log.blobs(RECORDS, record.step, record.wall_time, [encode(record)])
    log.close()
    assert read(tmp_path)["."] == [first[0], again[0], once_more, first[3]]
    assert steps(tmp_path) == {0, 1, 2, 3}


def test_shards_of_a_step_are_one_record(tmp_path):
    for rank in (0, 1):
        names = [f"{rank}:{i}" for i in range(6)]
        made = [
            make_record(step, rank=rank, world_size=2, sample_ids=names) for step in range(3 - rank)
        ]
        write(shards.folder(tmp_path / "dice", rank, 2), *made)
    found = read(tmp_path)["dice"]
    assert list(read(tmp_path)) == ["dice"]
    assert [(record.step, record.total) for record in found] == [(0, 12), (1, 12), (2, 6)]
    assert found[0].notices == ()
    assert found[2].notices[0].startswith("Step 2 has no shard of rank 1 of 2")
    assert list(read(tmp_path / "dice")) == ["."]


def test_links_are_followed_once(tmp_path):
    write(tmp_path / "a", make_record(0))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "linked").symlink_to(tmp_path / "a")
    (tmp_path / "logs" / "loop").symlink_to(tmp_path / "logs")
    assert list(read(tmp_path / "logs")) == ["linked"]


def test_a_torn_tail_is_left_out_in_silence(tmp_path):
    first, second = make_record(0), make_record(1)
    cut = write(tmp_path / "shorter", first).stat().st_size
    path = write(tmp_path / "run", first, second)
    whole = path.read_bytes()
    for size in (cut, cut + 5, cut + 12, cut + 20, len(whole) - 5, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert read(tmp_path / "run")["."] == [first]
        assert steps(tmp_path / "run") == {0}
    path.write_bytes(whole)
    assert read(tmp_path / "run")["."] == [first, second]
    path.write_bytes(whole[:3])
    assert read(tmp_path / "run") == {}
    assert has_log(tmp_path / "run")


def test_a_forged_length_is_not_allocated(tmp_path):
    path = write(tmp_path, make_record(0))
    length = eventlog.struct.pack("<Q", 1 << 60)
    crc = eventlog._CRC.pack(eventlog._checksum(length))
    path.write_bytes(path.read_bytes() + length + crc + b"data")
    assert len(read(tmp_path)["."]) == 1


def test_a_damaged_event_is_left_out_with_a_warning(tmp_path):
    path = write(tmp_path, *(make_record(step) for step in range(3)))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1  # in the second record
    path.write_bytes(bytes(data))
    with pytest.warns(UserWarning, match="damaged and was left out"):
        found = read(tmp_path)
    assert [record.step for record in found["."]] == [0, 2]


def test_a_record_of_a_newer_version_is_left_out_with_the_reason(tmp_path):
    log = EventLog(tmp_path)
    log.blobs(RECORDS, 0, 1.0, [b"TBDICE\x09\x00\x00\x00\x00\x00"])
    log.blobs(RECORDS, 1, 1.0, [encode(make_record(1))])
    log.blobs(RECORDS, 2, 1.0, [])
    log.close()
    with pytest.warns(UserWarning, match="Upgrade tb-dice"):
        assert [record.step for record in read(tmp_path)["."]] == [1]


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(0, 60))
def test_no_bytes_end_the_reader(tmp_path_factory, junk, place, drop):
    folder = tmp_path_factory.mktemp("log")
    path = folder / "events.out.tfevents.1.x"
    data = whole()[: place % len(whole())] + junk + whole()[place % len(whole()) + drop :]
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read(folder)
        assert steps(folder) <= {0, 1}


def test_steps_and_has_log_of_what_is_not_there(tmp_path):
    assert steps(tmp_path / "nowhere") == set()
    assert not has_log(tmp_path / "nowhere")
    (tmp_path / "notes.txt").touch()
    assert not has_log(tmp_path)


def test_a_round_trip_keeps_every_field(tmp_path):
    record = make_record(
        3,
        iteration=77,
        output="mask",
        notices=("one",),
        losses={"mse": 0.5},
        fingerprints=np.arange(6, dtype=np.uint64),
        regions={"both": (1, 2)},
    )
    write(tmp_path, record)
    (back,) = read(tmp_path)["."]
    for field in dataclasses.fields(record):
        np.testing.assert_equal(getattr(back, field.name), getattr(record, field.name))

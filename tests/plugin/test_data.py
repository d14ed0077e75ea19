import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from analysis.make import random_record
from tensorboard import errors

from tb_dice.log.eventlog import IMAGES, RECORDS
from tb_dice.log.images import SampleImage, image_blobs
from tb_dice.log.record import encode
from tb_dice.plugin import data as data_module
from tb_dice.plugin.data import PNG_MAGIC, DiceData

from .fake import FakeProvider

RUN = "a/dice"


@pytest.fixture
def fake():
    """A run of three steps, and one without records."""
    fake = FakeProvider()
    for step in range(3):
        fake.write_record(RUN, random_record(step))
    fake.write("other", "other/tag", 0, [b"x"])
    return fake


@pytest.fixture
def data():
    return DiceData()


def steps(data, fake):
    return data.run(fake.source(), RUN).table.steps.tolist()


def test_the_records_of_a_run(fake, data):
    table = data.run(fake.source(), RUN).table
    assert table.steps.tolist() == [0, 1, 2]
    assert table.wall_times.tolist() == [1000.0, 1001.0, 1002.0]
    expected = random_record(1).sums
    for name, values in table.record(1).sums.items():
        np.testing.assert_array_equal(values, expected[name])


def test_runs_without_records_are_not_ours(fake, data):
    assert data.names(fake.source()) == [RUN]
    for name in ("other", "nobody", "x" * 500):
        with pytest.raises(errors.NotFoundError, match=r"no run .* with Dice data"):
            data.run(fake.source(), name)
    assert len(data._locks) == 0


def test_a_record_is_read_once(fake, data):
    first = data.run(fake.source(), RUN)
    assert data.run(fake.source(), RUN) is first
    assert fake.reads[RECORDS] == 3
    assert fake.reads["points"] == 1


def test_only_new_steps_are_read(fake, data):
    steps(data, fake)
    fake.write_record(RUN, random_record(7))
    assert steps(data, fake) == [0, 1, 2, 7]
    assert fake.reads[RECORDS] == 4


def test_a_step_that_was_written_anew_is_read_anew(fake, data):
    before = data.run(fake.source(), RUN).table
    fake.write_record(RUN, replace(random_record(99), step=1), wall_time=2000.0)
    del fake.tags[RUN][RECORDS][2]  # a restart: later steps are gone
    after = data.run(fake.source(), RUN).table
    assert after.steps.tolist() == [0, 1]
    assert after.wall_times.tolist() == [1000.0, 2000.0]
    np.testing.assert_array_equal(
        after.record(0).sums["pred_sum"], before.record(0).sums["pred_sum"]
    )
    np.testing.assert_array_equal(
        after.record(1).sums["pred_sum"], random_record(99).sums["pred_sum"]
    )
    assert fake.reads[RECORDS] == 4


def test_everything_written_anew(fake, data):
    steps(data, fake)
    fake.tags[RUN][RECORDS].clear()
    fake.write_record(RUN, random_record(0), wall_time=5000.0)
    assert steps(data, fake) == [0]
    assert data.run(fake.source(), RUN).table.wall_times.tolist() == [5000.0]


@pytest.mark.parametrize(
    ("blobs", "said"),
    [
        ([b"not a record"], "step 1 cannot be read"),
        ([encode(random_record(1))[:200]], "step 1 cannot be read"),
        ([], "it is empty"),
        ([encode(replace(random_record(1), sums={"true_sum": random_record(1).sums["true_sum"]}))],
         "it lacks the sums intersection"),
    ],
)  # fmt: skip
def test_a_damaged_record_costs_its_step(fake, data, blobs, said):
    fake.write(RUN, RECORDS, 1, blobs)
    run = data.run(fake.source(), RUN)
    assert run.table.steps.tolist() == [0, 2]
    assert said in run.unreadable[1]


def test_a_damaged_step_is_remembered_and_not_read_again(fake, data):
    fake.write(RUN, RECORDS, 1, [b"damaged"])
    steps(data, fake)
    fake.write_record(RUN, random_record(3))
    assert steps(data, fake) == [0, 2, 3]
    assert list(data.run(fake.source(), RUN).unreadable) == [1]
    assert fake.reads[RECORDS] == 4


def test_only_damaged_records(data):
    fake = FakeProvider()
    fake.write(RUN, RECORDS, 0, [b"damaged"])
    assert data.run(fake.source(), RUN).table is None
    fake.write_record(RUN, random_record(1))
    assert steps(data, fake) == [1]


def test_the_step_is_what_tensorboard_says(data):
    fake = FakeProvider()
    fake.write(RUN, RECORDS, 4, [encode(random_record(9))])
    fake.write(RUN, RECORDS, 5, [encode(random_record(2))])
    assert steps(data, fake) == [4, 5]


def test_a_blob_that_is_gone_costs_its_step(fake, data, monkeypatch):
    points = fake.source().points(RUN, RECORDS)
    monkeypatch.setattr(FakeProvider, "read_blob_sequences", lambda *a, **k: {RUN: {RECORDS: [
        type("Datum", (), {"step": p.step, "wall_time": p.wall_time, "values": [
            type("Ref", (), {"blob_key": p.keys[0]})]}) for (p,) in points]}})  # fmt: skip
    del fake.tags[RUN][RECORDS][1]
    assert steps(data, fake) == [0, 2]


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(data_module, "TABLE_BYTES", 1)
    data, fake = DiceData(), FakeProvider()
    for name in "abc":
        fake.write_record(name, random_record())
        data.run(fake.source(), name)
    assert len(data._runs) == 1
    data.run(fake.source(), "a")
    assert fake.reads[RECORDS] == 4


def test_many_threads_read_a_record_once(fake, data):
    gate = threading.Barrier(8)

    def ask(_):
        gate.wait(60)
        return data.run(fake.source(), RUN)

    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(ask, range(8)))
    assert all(run is runs[0] for run in runs)
    assert fake.reads[RECORDS] == 3


# Shards of several processes

SHARD = "a/dice/rank-1-of-2"


def shard(rank, step, world_size=2):
    names = [f"{rank}:{i}" for i in range(6)]
    made = random_record(step + 10 * rank)
    fields = {"step": step, "rank": rank, "world_size": world_size, "sample_ids": names}
    return replace(made, **fields)


@pytest.fixture
def sharded():
    fake = FakeProvider()
    for step in range(3):
        for rank, run in enumerate((RUN, SHARD)):
            fake.write_record(run, shard(rank, step))
    return fake


def test_shards_are_one_run(sharded, data):
    assert data.names(sharded.source()) == [RUN]
    run = data.run(sharded.source(), RUN)
    assert run.missing == {}
    assert run.table.steps.tolist() == [0, 1, 2]
    assert run.table.total.tolist() == [12] * 3
    assert run.table.sample_ids[1].tolist() == [f"{rank}:{i}" for rank in (0, 1) for i in range(6)]
    both = [shard(rank, 1).sums["pred_sum"] for rank in (0, 1)]
    np.testing.assert_array_equal(run.table.record(1).sums["pred_sum"], np.concatenate(both))
    with pytest.raises(errors.NotFoundError):
        data.run(sharded.source(), SHARD)


def test_a_late_shard_is_said_until_it_comes(sharded, data):
    sharded.write_record(RUN, shard(0, 3))
    run = data.run(sharded.source(), RUN)
    assert (run.missing, run.table.total.tolist()) == ({3: "rank 1 of 2"}, [12, 12, 12, 6])
    sharded.write_record(SHARD, shard(1, 3))
    run = data.run(sharded.source(), RUN)
    assert (run.missing, run.table.total.tolist()) == ({}, [12] * 4)
    assert sharded.reads[RECORDS] == 6 + 1 + 2  # only the step that changed is read again


def test_a_lost_shard_is_said_and_its_step_is_shown(sharded, data):
    del sharded.tags[SHARD][RECORDS][1]
    sharded.write_record(RUN, shard(0, 3))
    sharded.write_record(SHARD, shard(1, 3))
    run = data.run(sharded.source(), RUN)
    assert (run.missing, run.table.total.tolist()) == ({1: "rank 1 of 2"}, [12, 6, 12, 12])
    del sharded.tags[RUN]  # all of rank 0
    run = data.run(sharded.source(), RUN)
    assert data.names(sharded.source()) == [RUN]
    assert run.missing == dict.fromkeys((0, 2, 3), "rank 0 of 2")


def test_a_damaged_shard_costs_its_samples(sharded, data):
    sharded.write(SHARD, RECORDS, 1, [b"damaged"])
    run = data.run(sharded.source(), RUN)
    assert "step 1 cannot be read" in run.unreadable[1]
    assert run.missing == {1: "rank 1 of 2"}
    assert run.table.total.tolist() == [12, 6, 12]


def test_pictures_of_all_shards_are_found(sharded, data):
    blobs = [pictures(f"{rank}:3", step=0, written={}) for rank in (0, 1)]
    for run, each in zip((RUN, SHARD), blobs, strict=True):
        sharded.write(run, IMAGES, 0, each)
    found = data.pictures(sharded.source(), RUN)
    assert data.image_steps(sharded.source(), RUN) == [0]
    for rank in (0, 1):
        (entry,) = found.slices(f"{rank}:3")
        assert entry["image"] == [0, 100_000 * rank + 1]
        assert data.png(sharded.source(), RUN, *entry["image"]) == blobs[rank][1]
    with pytest.raises(errors.NotFoundError, match=r"no image 200001 at step 0 .* there are 0"):
        data.png(sharded.source(), RUN, 0, 200_001)


def pictures(*samples, step, written):
    flat = np.zeros((2, 2), np.int32)
    shown = [SampleImage(name, name, 0, ("fixed",), flat, flat, flat) for name in samples]
    return image_blobs(shown, written, step=step, classes=["a", "b"])


def test_pictures_are_found_and_headers_read_once(fake, data):
    written = {}
    for step in range(3):
        fake.write(RUN, IMAGES, step, pictures("s0", "s1", step=step, written=written))
    found = data.pictures(fake.source(), RUN)
    assert found.slices("s1")[0]["predictions"] == [[0, 6], [1, 2], [2, 2]]
    assert data.image_steps(fake.source(), RUN) == [0, 1, 2]
    fake.write(RUN, IMAGES, 3, pictures("s1", step=3, written=written))
    assert data.pictures(fake.source(), RUN).slices("s1")[0]["predictions"][-1] == [3, 1]
    assert fake.reads[IMAGES] == 4


def test_a_damaged_header_costs_its_step(fake, data):
    written = {}
    fake.write(RUN, IMAGES, 0, pictures("s0", step=0, written=written))
    fake.write(RUN, IMAGES, 1, [b"no header"])
    fake.write(RUN, IMAGES, 2, [])
    found = data.pictures(fake.source(), RUN)
    assert found.slices("s0")[0]["predictions"] == [[0, 3]]
    assert [text[:31] for text in found.unreadable] == [
        "The images of step 1 cannot be ",
        "The images of step 2 cannot be ",
    ]


def test_without_images(fake, data):
    assert data.image_steps(fake.source(), RUN) == []
    assert data.pictures(fake.source(), RUN).slices("s0") == []


def test_a_png_as_it_was_written(fake, data):
    blobs = pictures("s0", step=0, written={})
    fake.write(RUN, IMAGES, 0, blobs)
    assert data.png(fake.source(), RUN, 0, 1) == blobs[1]


@pytest.mark.parametrize(
    ("step", "element", "said"),
    [
        (0, 0, "no image 0 at step 0 .* there are 2"),  # the header
        (0, 3, "no image 3"),
        (1, 1, "no image 1 at step 1 .* there are 0"),
        (0, 2, "is damaged: expected a PNG"),
    ],
)
def test_no_png(fake, data, step, element, said):
    fake.write(RUN, IMAGES, 0, [b"{}", PNG_MAGIC + b"...", b"<svg onload=alert(1)>"])
    with pytest.raises(errors.NotFoundError, match=said):
        data.png(fake.source(), RUN, step, element)


def test_a_giant_png_is_refused(fake, data, monkeypatch):
    monkeypatch.setattr(data_module, "MAX_PNG", 20)
    fake.write(RUN, IMAGES, 0, [b"{}", PNG_MAGIC + bytes(20)])
    with pytest.raises(errors.NotFoundError, match="at most 20 bytes"):
        data.png(fake.source(), RUN, 0, 1)


def test_without_a_data_provider(data):
    from tensorboard import context

    from tb_dice.plugin.source import Source

    source = Source(None, context.RequestContext(), "")
    assert data.names(source) == []
    assert source.all_runs() == []
    assert source.variants([]) == {}

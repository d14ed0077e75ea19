from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from make_records import make_record

from tb_dice.definition.spec import SUMS
from tb_dice.log import shards
from tb_dice.log.record import decode, encode


def shard(rank, world_size=2, *, step=4, **fields):
    """One shard of a step; the seed is the rank."""
    names = [f"{rank}:{i}" for i in range(6 - rank)]
    fields = {"sample_ids": names, "samples": len(names)} | fields
    return replace(make_record(rank, **fields), step=step, rank=rank, world_size=world_size)


def test_each_rank_has_a_folder_and_rank_0_the_run_itself(tmp_path):
    assert shards.folder(tmp_path, 0, 2) == tmp_path
    below = [shards.folder(tmp_path, rank, 12) for rank in (1, 11)]
    for path in (*below, tmp_path / "train", tmp_path / "rank-1"):
        path.mkdir()
    assert shards.folders(tmp_path) == [tmp_path, *sorted(below)]
    assert shards.folders(tmp_path / "missing") == [tmp_path / "missing"]


def test_a_process_that_has_not_signed_is_awaited_by_those_that_have(tmp_path):
    run_dir = tmp_path / "dice"
    assert not shards.awaits(run_dir, 0, 0, 2)
    shards.sign(run_dir, 0, 0, 2)
    assert shards.awaits(run_dir, 0, 1, 2)
    assert not shards.awaits(run_dir, 0, 0, 2)
    assert not shards.awaits(run_dir, 1, 1, 2)
    assert not shards.awaits(run_dir, 0, 1, 3)
    shards.sign(run_dir, 0, 1, 2)
    assert not shards.awaits(run_dir, 0, 1, 2)
    assert shards.folders(run_dir) == [run_dir]  # it is no shard


@pytest.mark.parametrize(
    ("run", "whole", "rank"),
    [
        ("a/dice", "a/dice", 0),
        ("a/dice/rank-3-of-4", "a/dice", 3),
        ("rank-1-of-2", ".", 1),
        ("a\\dice\\rank-1-of-2", "a\\dice", 1),
        ("a/rank-1", "a/rank-1", 0),
        ("a/rank-1-of-2/validation", "a/rank-1-of-2/validation", 0),
        ("a/my-rank-1-of-2", "a/my-rank-1-of-2", 0),
    ],
)
def test_the_name_of_a_run_tells_whose_shard_it_is(run, whole, rank):
    assert (shards.whole(run), shards.rank(run)) == (whole, rank)
    path = Path("a/dice")
    assert shards.whole(shards.folder(path, 3, 4).as_posix()) == "a/dice"


def test_a_record_of_one_process_is_itself():
    record = make_record(3)
    assert shards.join([record]) is record
    assert shards.missing([record]) is None


def test_shards_are_joined_in_the_order_of_their_ranks():
    parts = [shard(rank, 3, wall_time=9.0 - rank) for rank in range(3)]
    found = shards.join([parts[2], parts[0], parts[1]])
    assert (found.step, found.world_size, found.wall_time) == (4, 3, 9.0)
    assert found.sample_ids.tolist() == [name for part in parts for name in part.sample_ids]
    assert found.batch.tolist() == [0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 4, 4, 4]
    assert found.total == 15
    for name in SUMS:
        together = np.concatenate([part.sums[name] for part in parts])
        np.testing.assert_array_equal(found.sums[name], together)
        np.testing.assert_allclose(found.pooled[name], together.sum(0), rtol=1e-12)
    np.testing.assert_array_equal(found.cases, sum(part.cases for part in parts))
    assert found.cases.sum() == 15 * 3
    assert found.notices == ()
    assert decode(encode(found)) == found


def test_fingerprints_are_joined_where_all_have_them():
    prints = [np.arange(6 - rank, dtype=np.uint64) for rank in range(2)]
    parts = [shard(rank, fingerprints=prints[rank]) for rank in range(2)]
    assert shards.join(parts).fingerprints.tolist() == [*range(6), *range(5)]
    assert shards.join([parts[0], shard(1)]).fingerprints is None


def test_what_one_process_logged_is_not_of_all():
    parts = [shard(0, logged={"dice": 0.5}), shard(1, logged={"dice": 0.5})]
    assert shards.join(parts).logged == {}
    assert shards.join(parts[:1]).logged == {"dice": 0.5}


def test_losses_are_means_over_all_samples():
    parts = [shard(0, losses={"a": 1.0, "b": 3.0}), shard(1, losses={"a": 4.0})]
    assert shards.join(parts).losses == {"a": pytest.approx((6 * 1 + 5 * 4) / 11)}


def test_a_shard_that_was_written_again_counts_once():
    old, new = shard(1), shard(1, samples=2, sample_ids=["a", "b"])
    assert shards.join([shard(0), old, new]).sample_ids.tolist()[6:] == ["a", "b"]


def test_a_sample_in_two_shards_has_two_names():
    names = ["p", "q", "r", "s", "t"]
    parts = [shard(0, 3), shard(1, 3, sample_ids=names), shard(2, 3, sample_ids=list("qutw"))]
    found = shards.join(parts)
    assert found.sample_ids.tolist()[6:] == [*names, "2:q", "u", "2:t", "w"]
    assert found.notices == ("2 samples are in the shards of several processes and count in each.",)
    assert [(n.kind, n.facts) for n in found.notices] == [("repeated-samples", {"count": 2})]


def test_a_shard_with_other_classes_is_left_out_and_said():
    other = shard(1, classes=("background", "x", "y"))
    found = shards.join([shard(0, notices=("first",)), other])
    assert found.total == 6
    assert found.notices[0] == "first"
    assert found.notices[1].startswith("The shard of rank 1 is left out: it has different classes")
    assert (found.notices[1].kind, found.notices[1].facts) == ("odd-shards", {"ranks": (1,)})
    assert shards.missing([shard(0), other]) is None


def test_shards_of_another_training_are_left_out():
    """A step that was written by two processes, and again by a training of three."""
    old = [shard(rank, 2, wall_time=1.0) for rank in range(2)]
    new = [shard(rank, 3, wall_time=2.0) for rank in (0, 2)]
    assert shards.join([*old, *new]).total == 6 + 4
    assert shards.missing([*old, *new]) == "rank 1 of 3"


def test_what_is_missing_is_said():
    assert shards.missing([shard(0), shard(1)]) is None
    assert shards.missing([shard(1)]) == "rank 0 of 2"
    assert shards.missing([shard(0, 4), shard(2, 4)]) == "ranks 1, 3 of 4"
    many = shards.missing([shard(0, 2**40)])
    assert many == "ranks 1, 2, 3, 4, 5, 6, 7, 8 and others of 1099511627776"


def test_sentences_name_the_steps():
    missed = {3: "rank 1 of 2"}
    assert shards.lacking({}) == []
    assert shards.lacking(missed)[0].startswith("Step 3 has no shard of rank 1 of 2. What is late")
    missed |= dict.fromkeys(range(20, 0, -2), "rank 0 of 2")
    one, other = shards.lacking(missed)
    assert (one.kind, one.facts) == ("missing-shards", {"steps": [3]})
    assert one.startswith("Step 3 ")
    assert other.startswith("10 steps (6, 8, 10, 12, 14, 16, 18, 20) have no shard of rank 0 of 2")
    assert "world_size=1" in other

"""Which directory a run gets."""

import pytest

from tb_dice.log import shards
from tb_dice.log.eventlog import EventLog, read
from tb_dice.recording.place import place, writable
from tb_dice.recording.runlog import RunLog
from tests.make_records import make_record


def write(folder, *steps):
    log = RunLog(folder, variants=())
    for step in steps:
        log.commit(make_record(step))
    log.close()


def test_a_new_training_never_shares_a_run(tmp_path):
    for expected in ("dice", "dice-2", "dice-3"):
        path = place(tmp_path)
        assert path == tmp_path / expected
        assert place(tmp_path) == path  # nothing is made by asking
        write(path, 0, 1)
    assert len(read(tmp_path)) == 3


def test_a_run_without_records_may_belong_to_another_process(tmp_path):
    EventLog(tmp_path / "dice").close()
    assert place(tmp_path, first_step=0) == tmp_path / "dice-2"


def test_an_empty_directory_is_free(tmp_path):
    (tmp_path / "dice").mkdir()
    assert place(tmp_path / "missing") == tmp_path / "missing" / "dice"
    assert place(tmp_path) == tmp_path / "dice"


def test_a_resumed_training_continues_the_last_run(tmp_path):
    assert place(tmp_path, first_step=3, resume=True) == tmp_path / "dice"
    write(tmp_path / "dice", 0, 1, 2)
    assert place(tmp_path, first_step=3, resume=True) == tmp_path / "dice"
    write(tmp_path / "dice-2", 0, 1)
    assert place(tmp_path, first_step=2, resume=True) == tmp_path / "dice-2"


def test_a_resumed_training_continues_the_run_that_ends_before_it(tmp_path):
    write(tmp_path / "dice", 0, 1, 2)
    write(tmp_path / "dice-2", 0, 1)
    write(tmp_path / "dice-3", *range(6))
    assert place(tmp_path, first_step=3, resume=True) == tmp_path / "dice"
    assert place(tmp_path, first_step=2, resume=True) == tmp_path / "dice-2"
    assert place(tmp_path, first_step=9, resume=True) == tmp_path / "dice-3"
    assert place(tmp_path, first_step=5, resume=True) == tmp_path / "dice-4"


def test_a_resumed_training_that_repeats_steps_hides_none(tmp_path):
    write(tmp_path / "dice", 0, 1, 2)
    assert place(tmp_path, first_step=2, resume=True) == tmp_path / "dice-2"


def shard(run_dir, rank, world_size, *steps):
    log = RunLog(run_dir, variants=(), process=(rank, world_size))
    for step in steps:
        log.commit(make_record(step))
    log.close()


def test_all_processes_of_a_training_find_the_same_run(tmp_path):
    """Be it that they share a disk, or that each has its own."""
    for rank in (0, 1):
        shard(tmp_path / "both" / "dice", rank, 2, 0, 1, 2)
        shard(tmp_path / f"own {rank}" / "dice", rank, 2, 0, 1, 2)
    for rank in (0, 1):
        for log_dir in (tmp_path / "both", tmp_path / f"own {rank}"):
            process = (rank, 2)
            assert place(log_dir, process=process) == log_dir / "dice-2"
            found = place(log_dir, first_step=3, resume=True, process=process)
            assert found == log_dir / "dice"


@pytest.mark.parametrize("early", [0, 1])
def test_a_process_that_begins_late_joins_the_others(tmp_path, early):
    write(tmp_path / "dice", 0, 1)  # an earlier training of one process
    assert place(tmp_path, process=(early, 2)) == tmp_path / "dice-2"
    shards.sign(tmp_path / "dice-2", 0, early, 2)
    shard(tmp_path / "dice-2", early, 2, 0)
    assert place(tmp_path, process=(1 - early, 2)) == tmp_path / "dice-2"
    assert place(tmp_path, process=(1, 3)) == tmp_path / "dice-3"
    assert place(tmp_path) == tmp_path / "dice-3"


# What trainings of two processes have left of a run: the step from which each signed it, and for
# both ranks the steps that they wrote before they were killed.
LEFT = {
    "both wrote all": [(0, [0, 1, 2], [0, 1, 2])],
    "one wrote the step again": [(0, [0, 1, 2, 3], [0, 1, 2])],
    "one was killed first": [(0, [0, 1, 2], [0, 1, 2, 3, 4])],
    "resumed twice from the same step": [(0, [0, 1, 2], [0, 1, 2]), (3, [3], [])],
    "one never wrote": [(0, [0, 1, 2], [])],
}


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("early", [0, 1])
@pytest.mark.parametrize("left", LEFT)
def test_the_second_process_takes_the_run_of_the_first(tmp_path, left, early, resume):
    """Be it that the first has written when the second one chooses."""
    for first, *wrote in LEFT[left]:
        for rank in (0, 1):
            shards.sign(tmp_path / "dice", first, rank, 2)
            if wrote[rank]:
                shard(tmp_path / "dice", rank, 2, *wrote[rank])
    options = {"first_step": 3 if resume else 0, "resume": resume}
    chosen = place(tmp_path, process=(early, 2), **options)
    assert place(tmp_path, process=(1 - early, 2), **options) == chosen
    shards.sign(chosen, options["first_step"], early, 2)
    shard(chosen, early, 2, options["first_step"])
    assert place(tmp_path, process=(1 - early, 2), **options) == chosen


def test_a_run_that_was_never_written_is_taken_up_again(tmp_path):
    for rank in (0, 1):
        shards.sign(tmp_path / "dice", 0, rank, 2)
    assert [place(tmp_path, process=(rank, 2)) for rank in (0, 1)] == [tmp_path / "dice"] * 2


def test_evaluations_have_a_series_of_their_own(tmp_path):
    write(tmp_path / "dice", 0)
    assert place(tmp_path, name="dice-evaluate") == tmp_path / "dice-evaluate"


def test_writable_makes_the_directory_and_leaves_nothing_in_it(tmp_path):
    assert writable(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_what_is_not_writable_is_an_error_that_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Expected `log_dir` to be .*Received: .*file"):
        writable(tmp_path / "file" / "logs")
    with pytest.raises(ValueError, match="path on this machine"):
        writable("s3://bucket")

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from serving import run
from tensorboard.backend.event_processing import plugin_event_multiplexer

from tb_dice.definition import catalogue
from tb_dice.log import scores, shards
from tb_dice.log.eventlog import IMAGES, EventLog, read
from tb_dice.log.images import sample_images
from tb_dice.log.record import RecordError
from tb_dice.recording import runlog
from tb_dice.recording.runlog import RunLog, place, writable
from tests.make_records import make_record

MAP = np.zeros((4, 4), np.int32)


def tensors(folder):
    """Tag to the list of (step, tensor)."""
    guidance = {"dice": 0, "scalars": 0}
    loaded = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance=guidance)
    run = loaded.AddRunsFromDirectory(str(folder)).Reload().GetAccumulator(".")
    return {
        tag: [(e.step, e.tensor_proto) for e in run.Tensors(tag)] for tag in run.Tags()["tensors"]
    }


def scalars(folder):
    found = tensors(folder)
    return {
        tag: [(step, tensor.float_val[0]) for step, tensor in found[tag]]
        for tag in found
        if found[tag][0][1].float_val
    }


def test_a_pass_is_a_record_and_the_scalars_of_its_variants(tmp_path):
    log = RunLog(tmp_path, variants=("recipe.dice_coef", "recipe.multiclass_dice_loss"))
    records = [make_record(step) for step in (0, 1)]
    for record in records:
        log.commit(record)
    log.close()
    assert read(tmp_path)["."] == records
    found = scalars(tmp_path)
    tags = ["recipe.dice_coef", "recipe.multiclass_dice_loss"]
    assert set(found) == {f"dice/{t}{c}" for t in tags for c in ("", "/background", "/a", "/b")}
    for name in tags:
        spec = catalogue.variant(name)
        whole = [(r.step, scores.value(r, spec)) for r in records]
        np.testing.assert_allclose(found[f"dice/{name}"], whole, rtol=1e-6)
        score = [(r.step, scores.class_values(r, spec)[0][2]) for r in records]
        np.testing.assert_allclose(found[f"dice/{name}/b"], score, rtol=1e-6)


def test_each_process_writes_its_shard(tmp_path):
    for rank in (1, 0):
        log = RunLog(tmp_path / "dice", variants=("recipe.dice_coef",), process=(rank, 2))
        names = [f"{rank}:{i}" for i in range(6)]
        log.commit(replace(make_record(rank, sample_ids=names), step=3))
        log.close()
    (found,) = read(tmp_path)["dice"]
    assert (found.total, found.world_size, found.notices) == (12, 2, ())
    for folder in (tmp_path / "dice", tmp_path / "dice" / "rank-1-of-2"):
        assert len([path for path in folder.iterdir() if path.is_file()]) == 1
        assert "dice/recipe.dice_coef" in scalars(folder)


def test_extra_losses_are_scalars(tmp_path):
    log = RunLog(tmp_path, variants=())
    log.commit(make_record(4, losses={"mse": 0.25}))
    log.close()
    assert scalars(tmp_path) == {"dice/loss:mse": [(4, 0.25)]}


def test_a_variant_that_cannot_be_computed_has_a_notice_and_no_scalars(tmp_path):
    log = RunLog(tmp_path, variants=("recipe.dice_loss3", "recipe.dice_coef"))
    log.commit(make_record(0, notices=("first",)))
    log.close()
    assert not [tag for tag in scalars(tmp_path) if "dice_loss3" in tag]
    first, refused = read(tmp_path)["."][0].notices
    assert first == "first"
    assert refused.startswith("No scalars of recipe.dice_loss3: it applies a sigmoid")


def test_images_and_targets_are_written_once(tmp_path):
    log = RunLog(tmp_path)
    record = make_record(0, classes=("background", "a", "b"), regions={"b": (1,)})
    log.commit(record, sample_images("k", "s0", 0, MAP, MAP, MAP))
    log.commit(make_record(1), sample_images("k", "s0", 0, MAP, MAP, MAP))
    log.close()
    blobs = [list(tensor.string_val) for _, tensor in tensors(tmp_path)[IMAGES]]
    assert [len(each) for each in blobs] == [4, 2]
    headers = [json.loads(each[0]) for each in blobs]
    assert headers[0]["classes"] == ["background", "a"]  # regions are no channels
    assert headers[1]["samples"][0]["image"] == [0, 1]


def test_images_that_may_be_lost_are_written_again(tmp_path, monkeypatch):
    log = RunLog(tmp_path, variants=())
    monkeypatch.setattr(log._log, "flush", lambda timeout: False)
    for step in (0, 1):
        log.commit(make_record(step), sample_images("k", "s0", 0, MAP, MAP, MAP))
    monkeypatch.undo()
    log.close()
    assert [len(tensor.string_val) for _, tensor in tensors(tmp_path)[IMAGES]] == [4, 4]


def test_no_images_leave_no_tag(tmp_path):
    log = RunLog(tmp_path)
    log.commit(make_record(0))
    log.close()
    assert IMAGES not in tensors(tmp_path)


def test_wrong_arguments_leave_no_file(tmp_path):
    with pytest.raises(ValueError, match=r"recipe\.dice_coef"):
        RunLog(tmp_path / "run", variants=("recipe.dice_coeff",))
    with pytest.raises(ValueError, match="path of this machine"):
        RunLog("gs://bucket/logs")
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_is_too_large_says_what_to_do(tmp_path):
    log = RunLog(tmp_path)
    with pytest.raises(RecordError, match="Received"):
        log.commit(make_record(0, classes=("a" * 2_000_000, "b", "c")))
    log.close()


def test_a_committed_pass_survives_kill_9(tmp_path):
    code = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from tests.make_records import make_record
from tb_dice.recording.runlog import RunLog
log = RunLog(sys.argv[1])
log.commit(make_record(5))
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    done = run(sys.executable, "-c", code, str(tmp_path), str(root))
    assert done.returncode == -9
    assert read(tmp_path)["."] == [make_record(5)]
    assert "dice/recipe.dice_coef" in scalars(tmp_path)


# place


def write(folder, *steps):
    log = RunLog(folder, variants=())
    for step in steps:
        log.commit(make_record(step))
    log.close()


def test_a_new_training_never_shares_a_run(tmp_path):
    for expected in ("dice", "dice-2", "dice-3"):
        path = place(tmp_path)
        assert path == tmp_path / expected
        assert place(str(tmp_path)) == path  # nothing is made by asking
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


# writable


def test_writable_makes_the_directory_and_leaves_nothing_in_it(tmp_path):
    assert writable(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_what_is_not_writable_is_an_error_that_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"`log_dir` must be .*Received: .*file"):
        writable(tmp_path / "file" / "logs")
    with pytest.raises(ValueError, match="path of this machine"):
        writable("s3://bucket")


def test_the_default_variants_exist():
    assert set(runlog.VARIANTS) <= set(catalogue.variants())

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from serving import run
from tensorboard.backend.event_processing import plugin_event_multiplexer

from tb_dice.definition import catalogue
from tb_dice.log import scores
from tb_dice.log.eventlog import IMAGES, read, steps
from tb_dice.log.images import sample_images
from tb_dice.log.record import RecordError
from tb_dice.recording import runlog
from tb_dice.recording.runlog import RunLog
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
    assert refused.startswith("No scalars are written for recipe.dice_loss3: it applies a sigmoid")
    assert (refused.kind, refused.facts) == ("variant", {"variant": "recipe.dice_loss3"})


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
    monkeypatch.setattr(log.open(), "flush", lambda timeout: False)
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
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_is_too_large_says_what_to_do(tmp_path):
    log = RunLog(tmp_path)
    with pytest.raises(RecordError, match="Received"):
        log.commit(make_record(0, classes=("a" * 2_000_000, "b", "c")))
    log.close()


def test_a_committed_pass_survives_kill_9(tmp_path):
    code = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.make_records import make_record
from tb_dice.recording.runlog import RunLog
log = RunLog(Path(sys.argv[1]))
log.commit(make_record(5))
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    done = run(sys.executable, "-c", code, str(tmp_path), str(root))
    assert done.returncode == -9
    assert read(tmp_path)["."] == [make_record(5)]
    assert "dice/recipe.dice_coef" in scalars(tmp_path)


def test_the_default_variants_exist():
    assert set(runlog.VARIANTS) <= set(catalogue.variants())


# A directory that the log chooses


def opened(folder, name="dice", **options):
    return RunLog(folder, variants=(), name=name, **options)


def test_the_directory_is_chosen_with_the_first_record(tmp_path, caplog):
    one, other = opened(tmp_path), opened(tmp_path)
    one.close()
    assert not list(tmp_path.iterdir())
    for step in (0, 1):
        one.commit(make_record(step=step))
    other.commit(make_record(step=0))
    assert (one.name, other.name) == ("dice", "dice-2")
    (said,) = caplog.messages
    assert said == f"This training writes to {tmp_path / 'dice-2'}: dice holds an earlier one."
    one.close()
    one.commit(make_record(step=2))
    one.close()
    other.close()
    assert steps(tmp_path / "dice") == {0, 1, 2}
    assert steps(tmp_path / "dice-2") == {0}


@pytest.mark.parametrize(("first", "name"), [(2, "dice"), (1, "dice-2")])
def test_a_resumed_run_never_goes_back(tmp_path, first, name):
    before = opened(tmp_path)
    before.commit(make_record(step=1))
    before.close()
    after = opened(tmp_path, resume=True)
    after.commit(make_record(step=first))
    after.close()
    assert after.name == name


def test_processes_that_start_together_share_a_run(tmp_path):
    before = opened(tmp_path)
    before.commit(make_record(step=0))
    before.close()
    together = [opened(tmp_path, process=(rank, 2)) for rank in (0, 1)]
    for one in together:
        one.join(0)
    for one in together:  # the second one after the first has written
        one.commit(make_record(step=0))
        one.close()
    assert [one.name for one in together] == ["dice-2", "dice-2"]
    assert steps(tmp_path / "dice-2" / "rank-1-of-2") == {0}


def test_a_process_that_resumes_late_goes_on_where_the_other_does(tmp_path):
    for first in (0, 1, 2):
        for rank in (1, 0):
            one = opened(tmp_path, resume=first > 0, process=(rank, 2))
            one.join(first)
            one.commit(make_record(step=first))
            one.close()
            assert one.name == "dice"


def test_processes_that_evaluate_one_after_the_other_agree_on_the_step(tmp_path):
    for _ in range(2):
        given = []
        for rank in (0, 1):
            evaluation = opened(tmp_path, name="dice-evaluate", resume=True, process=(rank, 2))
            given.append(max(5, evaluation.last_step() + 1))
            evaluation.commit(make_record(step=given[-1]))
            evaluation.close()
        assert given[0] == given[1]
    assert [path.name for path in tmp_path.iterdir()] == ["dice-evaluate"]


def test_free_steps(tmp_path):
    evaluation = opened(tmp_path, name="dice-evaluate", resume=True)
    for wanted, given in ((5, 5), (5, 6), (3, 7), (90, 90)):
        step = max(wanted, evaluation.last_step() + 1)
        assert step == given
        evaluation.commit(make_record(step=step))
    evaluation.close()
    assert [path.name for path in tmp_path.iterdir()] == ["dice-evaluate"]

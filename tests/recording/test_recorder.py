import gc
import io
import json
import signal
import sys
import time
import warnings
import weakref

import numpy as np
import pytest
from PIL import Image
from serving import run
from tensorboard.backend.event_processing import plugin_event_multiplexer

import tb_dice
from tb_dice.definition.spec import DEFAULT, HARD_SUMS, SOFT_SUMS
from tb_dice.log import scores
from tb_dice.log.eventlog import IMAGES
from tb_dice.masks import layouts, sums
from tb_dice.recording.recorder import DiceRecorder

RNG = np.random.default_rng(0)
N = 12
LABELS = RNG.integers(0, 3, (N, 8, 9))
LABELS[3] = 0
SOFTMAX = RNG.dirichlet([1, 1, 1], (N, 8, 9)).astype(np.float32)
PICTURES = RNG.integers(0, 4000, (N, 8, 9, 1)).astype(np.uint16)


def record(folder, y_true=LABELS, y_pred=SOFTMAX, *, batch=5, step=0, images=None, **options):
    """One pass; returns what `tb_dice.read` finds of it."""
    with DiceRecorder(folder, **options) as recorder:
        for first in range(0, len(y_pred), batch):
            part = slice(first, first + batch)
            recorder.update(y_true[part], y_pred[part], None if images is None else images[part])
        recorder.commit(step)
    return tb_dice.read(folder)["."][-1]


def headers(folder):
    """The header and the blobs of each step with images."""
    loaded = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"dice": 0})
    run = loaded.AddRunsFromDirectory(str(folder)).Reload().GetAccumulator(".")
    if IMAGES not in run.Tags()["tensors"]:
        return []
    blobs = [list(event.tensor_proto.string_val) for event in run.Tensors(IMAGES)]
    return [(json.loads(each[0]), each) for each in blobs]


def test_a_pass_is_recorded_as_numpy_computes_it(tmp_path):
    before = time.time()
    found = record(tmp_path, step=3, class_names=("bg", "a", "b"))
    layout = layouts.layout(LABELS.shape, SOFTMAX.shape)
    soft, counts, voxels, _ = sums.soft_and_hard(LABELS, SOFTMAX, None, layout)
    assert before <= found.wall_time <= time.time()
    assert (found.step, found.classes, found.background) == (3, ("bg", "a", "b"), 0)
    assert found.batch.tolist() == [0] * 5 + [1] * 5 + [2] * 2
    assert found.sample_ids.tolist() == [str(i) for i in range(N)]
    np.testing.assert_array_equal(found.voxels, voxels)
    for i, name in enumerate(SOFT_SUMS):
        np.testing.assert_array_equal(found.sums[name], soft[..., i])
    for i, name in enumerate(HARD_SUMS):
        np.testing.assert_array_equal(found.sums[name], counts[..., i])
    drawn, there = SOFTMAX.argmax(-1) == 1, LABELS == 1
    hits = (drawn & there).sum(axis=(1, 2))
    np.testing.assert_array_equal(found.sums["hard_intersection"][:, 1], hits)


def test_what_the_loop_reports_is_kept(tmp_path):
    with DiceRecorder(tmp_path) as recorder:
        recorder.update(LABELS, SOFTMAX)
        recorder.commit(0, logged={"dice": np.float32(0.5)})
        recorder.update(LABELS, SOFTMAX)
        with pytest.raises(ValueError, match=r"`logged` to be numbers by name.*Received: 0\.5"):
            recorder.commit(1, logged=0.5)
        recorder.commit(1)
    assert [found.logged for found in tb_dice.read(tmp_path)["."]] == [{"dice": 0.5}, {}]


@pytest.mark.parametrize("batch", [1, 4, N])
def test_the_batch_size_changes_the_batches_alone(tmp_path, batch):
    found, whole = record(tmp_path / "a", batch=batch), record(tmp_path / "b", batch=N)
    assert found.batch.tolist() == [i // batch for i in range(N)]
    for name, expected in whole.sums.items():
        np.testing.assert_array_equal(found.sums[name], expected)
        np.testing.assert_allclose(found.pooled[name], expected.sum(0), rtol=1e-12)
    np.testing.assert_array_equal(found.cases, whole.cases)


def test_an_empty_batch_is_no_batch(tmp_path):
    with DiceRecorder(tmp_path) as recorder:
        recorder.update(LABELS[:0], SOFTMAX[:0])
        with pytest.raises(ValueError, match="Expected an `update`"):
            recorder.commit(0)
        recorder.update(LABELS[:2], SOFTMAX[:2], images=PICTURES[:2])
        recorder.update(LABELS[:0], SOFTMAX[:0], images=PICTURES[:0])
        recorder.update(LABELS[2:3], SOFTMAX[2:3], images=PICTURES[2:3])
        recorder.commit(0)
    assert tb_dice.read(tmp_path)["."][0].batch.tolist() == [0, 0, 1]


def test_passes_follow_each_other(tmp_path):
    with DiceRecorder(tmp_path) as recorder:
        for step in (0, 1, 5):
            recorder.update(LABELS[: 4 + step], SOFTMAX[: 4 + step])
            recorder.commit(step)
    found = tb_dice.read(tmp_path)["."]
    assert [(r.step, len(r.batch)) for r in found] == [(0, 4), (1, 5), (5, 9)]
    assert found[1].batch.tolist() == [0] * 5
    assert found[2].classes == ("class 0", "class 1", "class 2")


def test_other_shapes_of_the_same_targets_give_the_same_sums(tmp_path):
    plain = record(tmp_path / "a")
    one_hot = record(tmp_path / "b", np.eye(3, dtype=bool)[LABELS])
    trailing = record(tmp_path / "c", LABELS[..., None].astype(np.float32))
    for other in (one_hot, trailing):
        for name, expected in plain.sums.items():
            np.testing.assert_allclose(other.sums[name], expected, rtol=1e-12)


def test_binary_volumes_with_a_mask_and_names(tmp_path):
    y_true = RNG.random((2, 4, 5, 6)) < 0.3
    y_pred = RNG.random((2, 4, 5, 6, 1))
    mask = RNG.random((2, 4, 5, 6)) < 0.8
    with DiceRecorder(tmp_path, threshold=0.25) as recorder:
        recorder.update(y_true, y_pred, sample_ids=["p", "q"], mask=mask)
        recorder.commit(0)
    (found,) = tb_dice.read(tmp_path)["."]
    assert (found.exclusive, found.background, found.classes) == (False, None, ("class 0",))
    assert found.sample_ids.tolist() == ["p", "q"]
    np.testing.assert_array_equal(found.voxels, mask.sum(axis=(1, 2, 3)))
    drawn = (y_pred[..., 0] > 0.25) & mask
    np.testing.assert_array_equal(found.sums["hard_pred_sum"][:, 0], drawn.sum(axis=(1, 2, 3)))
    np.testing.assert_array_equal(
        found.sums["hard_intersection"][:, 0], (drawn & y_true).sum(axis=(1, 2, 3))
    )


def test_regions_and_a_void_label(tmp_path):
    labels = LABELS.copy()
    labels[:, 0] = 255
    found = record(tmp_path, labels, ignore_index=255, regions={"whole": [1, 2]})
    assert found.classes[3:] == ("whole",)
    assert found.regions == {"whole": (1, 2)}
    assert set(found.voxels) == {7 * 9}
    drawn = SOFTMAX[:, 1:].argmax(-1) > 0
    np.testing.assert_array_equal(found.sums["hard_pred_sum"][:, 3], drawn.sum(axis=(1, 2)))


def test_logits_with_their_activation(tmp_path):
    logits = np.log(SOFTMAX.astype(np.float64))
    found = record(tmp_path / "a", y_pred=logits, activation="softmax")
    expected = record(tmp_path / "b")
    assert found.activation == "softmax"
    for name, array in expected.sums.items():
        np.testing.assert_allclose(found.sums[name], array, rtol=1e-6)


def test_of_more_samples_than_are_kept_all_are_counted(tmp_path):
    cut = record(tmp_path / "a", max_samples=7)
    whole = record(tmp_path / "b")
    assert (len(cut.batch), cut.total) == (7, N)
    np.testing.assert_array_equal(cut.cases, whole.cases)
    np.testing.assert_allclose(cut.pooled["pred_sum"], whole.sums["pred_sum"].sum(0))
    shown = {row["index"] for header, _ in headers(tmp_path / "a") for row in header["samples"]}
    assert max(shown) < 7


def test_an_array_on_the_graph_of_torch(tmp_path):
    class Tensor:
        dtype = "torch.float32"

        def __init__(self, array):
            self._array = array

        def detach(self):
            return self

        def cpu(self):
            return self._array

    with DiceRecorder(tmp_path) as recorder:
        recorder.update(Tensor(LABELS), Tensor(SOFTMAX), images=Tensor(PICTURES))
        recorder.commit(0)
    assert len(tb_dice.read(tmp_path)["."][0].batch) == N


# Images


def test_followed_samples_and_the_worst_of_each_class_are_shown(tmp_path):
    found = record(tmp_path, images=PICTURES, class_names=list("xyz"), variants=())
    ((header, blobs),) = headers(tmp_path)
    assert header["classes"] == ["x", "y", "z"]
    rows = header["samples"]
    assert [row["id"] for row in rows if "fixed" in row["reasons"]] == [str(i) for i in range(8)]
    cells = scores.cells(found, DEFAULT)
    for i, name in enumerate("xyz"):
        hard = (found.sums["hard_true_sum"][:, i], found.sums["hard_pred_sum"][:, i])
        expected = scores.worst_first(cells[:, i], *hard)[:2]
        worst = {row["index"] for row in rows if f"worst {name}" in row["reasons"]}
        assert worst == set(expected.tolist())
    assert len(blobs) == 1 + 3 * len(rows)


def test_the_same_samples_are_followed_and_their_images_written_once(tmp_path):
    with DiceRecorder(tmp_path, images=2) as recorder:
        for step in (0, 1):
            recorder.update(LABELS, np.roll(SOFTMAX, step, axis=0), PICTURES)
            recorder.commit(step)
    (first, _), (second, _) = headers(tmp_path)
    followed = [[r for r in h["samples"] if "fixed" in r["reasons"]] for h in (first, second)]
    assert [r["id"] for r in followed[0]] == [r["id"] for r in followed[1]] != []
    assert [r["image"] for r in followed[0]] == [r["image"] for r in followed[1]]
    assert all(r["prediction"][0] == 1 for r in second["samples"])


def test_other_pixels_under_the_same_name_are_written_again(tmp_path):
    with DiceRecorder(tmp_path, images=1) as recorder:
        for step in (0, 1):
            recorder.update(LABELS[:1], SOFTMAX[:1], PICTURES[:1] + step)
            recorder.commit(step)
    assert [header["samples"][0]["image"][0] for header, _ in headers(tmp_path)] == [0, 1]


def test_probabilities_are_written_where_asked_for_after_the_activation(tmp_path):
    logits = np.log(SOFTMAX)
    record(tmp_path, y_pred=logits, activation="softmax", images=PICTURES, probabilities=True)
    ((header, blobs),) = headers(tmp_path)
    assert len(blobs) == 1 + 6 * len(header["samples"])
    for row in header["samples"]:
        assert [step for step, _ in row["probabilities"]] == [0, 0, 0]
        for i, (_, place) in enumerate(row["probabilities"]):
            grey = np.asarray(Image.open(io.BytesIO(blobs[place])))
            drawn = SOFTMAX[row["index"], ..., i] > 0.5
            np.testing.assert_array_equal(grey >= 128, drawn)


def test_no_batch_is_held_but_the_pictures_that_may_be_shown(tmp_path):
    """Neither by the recorder nor by a picture that is a view of it."""
    with DiceRecorder(tmp_path, images=1) as recorder:
        for first in (0, 4, 8):
            part = slice(first, first + 4)
            arrays = [each[part].copy() for each in (LABELS, SOFTMAX, PICTURES)]
            held = [weakref.ref(array) for array in arrays]
            recorder.update(*arrays)
            arrays.clear()
            gc.collect()
            assert [ref() for ref in held] == [None] * 3
        recorder.commit(0)
    assert len(headers(tmp_path)) == 1


def test_without_pictures_the_masks_are_shown_and_without_images_nothing(tmp_path):
    record(tmp_path / "a", images=None)
    assert headers(tmp_path / "a")[0][0]["samples"][0]["window"] == [0.0, 255.0]
    with DiceRecorder(tmp_path / "b", images=0) as recorder:
        recorder.update(LABELS, SOFTMAX, PICTURES)
        recorder.commit(0)
    assert headers(tmp_path / "b") == []


# Warnings: what is odd is recorded


def test_predictions_that_are_no_probabilities_warn_once_and_are_recorded(tmp_path):
    logits = RNG.normal(size=SOFTMAX.shape) * 5
    with DiceRecorder(tmp_path) as recorder:
        with pytest.warns(
            UserWarning, match=r'not all in \[0, 1\].*activation="softmax" or activation="sig'
        ) as caught:
            recorder.update(LABELS, logits)
        assert len(caught) == 1
        assert caught[0].filename == __file__
        recorder.update(LABELS, logits * 2)
        recorder.commit(0)
    (found,) = tb_dice.read(tmp_path)["."]
    assert [(n.kind, set(n.facts)) for n in found.notices] == [("range", {"low", "high"})]
    np.testing.assert_allclose(found.sums["pred_sum"][:N], logits.sum(axis=(1, 2)))


def test_axes_that_are_likely_others_warn_once_and_are_noted(tmp_path):
    mask = RNG.integers(0, 2, (N, 32, 32))
    with DiceRecorder(tmp_path / "flat") as recorder:
        with pytest.warns(UserWarning, match="one spatial axis of 32 voxels and 32 classes"):
            recorder.update(mask, mask * 0.9)
        recorder.update(mask[:5], mask[:5] * 0.9)  # a warning would be an error here
        recorder.commit(0)
    (found,) = tb_dice.read(tmp_path / "flat")["."]
    assert found.total == N + 5
    assert found.notices[0].endswith("A binary mask needs a last axis: p[..., None].")
    assert [notice.kind for notice in found.notices] == ["axes"]
    first = np.moveaxis(np.eye(3)[RNG.integers(0, 3, (N, 32, 32))], -1, 1)
    with pytest.warns(UserWarning, match=r"2 spatial axes of 3 x 32 voxels .*channels-last"):
        assert record(tmp_path / "first", first, first).total == N


def test_many_classes_on_a_line_are_what_they_are(tmp_path):
    one_hot = np.eye(32)[RNG.integers(0, 32, (N, 40))]
    assert record(tmp_path, one_hot, one_hot).notices == ()
    assert len(record(tmp_path / "b", one_hot.argmax(-1), one_hot).classes) == 32


def test_non_finite_predictions_are_recorded_as_such(tmp_path):
    pred = SOFTMAX.copy()
    pred[2, 0, 0] = np.nan
    with DiceRecorder(tmp_path) as recorder:
        with pytest.warns(UserWarning, match="NaN or infinite"):
            recorder.update(LABELS, pred)
        recorder.commit(0)
    (found,) = tb_dice.read(tmp_path)["."]
    assert np.isnan(found.sums["pred_sum"][2]).all()
    assert np.isfinite(found.sums["pred_sum"][[0, 1, 3]]).all()


@pytest.mark.parametrize("activation", ["none", "softmax", "sigmoid"])
def test_infinite_predictions_are_recorded_as_such(tmp_path, activation):
    pred = SOFTMAX.astype(float)
    pred[2, 0, 0] = np.inf
    pred[1, 0, 0, 0] = -np.inf
    pred[0, 0, 0] = 1e200
    with DiceRecorder(tmp_path, activation=activation) as recorder:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            recorder.update(LABELS, pred, images=pred)
        assert {warning.category for warning in caught} <= {UserWarning}
        recorder.commit(0)
    (found,) = tb_dice.read(tmp_path)["."]
    finite = np.isfinite(found.sums["pred_sum"]).all(axis=1)
    assert finite[3]
    assert finite[2] == (activation == "sigmoid")


def test_each_process_records_its_own_samples(tmp_path):
    whole = record(tmp_path / "whole")
    for rank in (1, 0):
        part = slice(rank, None, 2)
        with DiceRecorder(tmp_path / "run", rank=rank, world_size=2) as recorder:
            recorder.update(LABELS[part], SOFTMAX[part], PICTURES[part])
            recorder.commit(3)
    (found,) = tb_dice.read(tmp_path / "run")["."]
    assert found.sample_ids.tolist() == [f"{r}:{i}" for r in (0, 1) for i in range(N // 2)]
    assert (found.total, found.notices) == (N, ())
    order = [*range(0, N, 2), *range(1, N, 2)]
    for name, expected in whole.sums.items():
        np.testing.assert_array_equal(found.sums[name], expected[order])
        np.testing.assert_allclose(found.pooled[name], whole.pooled[name], rtol=1e-12)
    np.testing.assert_array_equal(found.cases, whole.cases)
    ((header, _),) = headers(tmp_path / "run" / "rank-1-of-2")
    assert {row["id"] for row in header["samples"]} <= {f"1:{i}" for i in range(N // 2)}


def test_a_process_goes_on_after_its_own_last_step(tmp_path):
    for step in (0, 1):
        for rank in (0, 1):  # rank 1 begins when rank 0 has written this step already
            with DiceRecorder(tmp_path, rank=rank, world_size=2) as recorder:
                recorder.update(LABELS[:2], SOFTMAX[:2])
                recorder.commit(step)
    assert [r.total for r in tb_dice.read(tmp_path)["."]] == [4, 4]


def test_the_environment_tells_the_rank(tmp_path, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    found = record(tmp_path)
    assert (found.rank, found.world_size) == (1, 2)
    assert found.notices[0].startswith("Step 0 has no shard of rank 0 of 2")


def test_a_step_that_does_not_rise_is_written_as_the_next_free_one(tmp_path):
    with DiceRecorder(tmp_path) as recorder:
        recorder.update(LABELS[:4], SOFTMAX[:4])
        recorder.commit(6)
        recorder.update(LABELS[:3], SOFTMAX[:3])
        with pytest.warns(UserWarning, match=r"step 6 is stored as 7.*its own directory") as at:
            recorder.commit(6)
        assert at[0].filename == __file__
        recorder.update(LABELS[:2], SOFTMAX[:2])
        recorder.commit(0)  # said once
    found = tb_dice.read(tmp_path)["."]
    assert [(r.step, r.total) for r in found] == [(6, 4), (7, 3), (8, 2)]
    assert found[0].notices == ()
    assert "step 6 is stored as 7" in found[1].notices[0]
    assert [(n.kind, n.facts) for n in found[2].notices] == [("step", {"given": 6, "written": 7})]


def test_a_second_training_into_the_same_directory_loses_nothing(tmp_path):
    record(tmp_path, step=4)
    with pytest.warns(UserWarning, match="step 0 is stored as 5"):
        record(tmp_path, step=0)
    assert [r.step for r in tb_dice.read(tmp_path)["."]] == [4, 5]


def test_a_continued_training_goes_on(tmp_path):
    record(tmp_path, step=4)
    record(tmp_path, step=5)
    assert [r.step for r in tb_dice.read(tmp_path)["."]] == [4, 5]


def fail_after_an_update(folder):
    with DiceRecorder(folder) as recorder:
        recorder.update(LABELS, SOFTMAX)
        raise ZeroDivisionError


def test_samples_that_were_not_committed_are_said(tmp_path):
    recorder = DiceRecorder(tmp_path)
    recorder.update(LABELS, SOFTMAX)
    with pytest.warns(UserWarning, match=r"12 samples were added but not committed"):
        recorder.close()
    recorder.close()
    with pytest.raises(ZeroDivisionError):
        fail_after_an_update(tmp_path)


# Errors: wrong use says what was expected and received


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"class_names": ["a", "b"]},
            r"`class_names` to be 3 names, one per channel. Received: \('a', 'b'\)",
        ),
        ({"regions": {"r": [3]}}, r"channels from 0 to 2.*'r'"),
    ],
)
def test_names_that_do_not_fit_the_predictions(tmp_path, options, message):
    with DiceRecorder(tmp_path, **options) as recorder, pytest.raises(ValueError, match=message):
        recorder.update(LABELS, SOFTMAX)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y_true": LABELS[:, :4]}, "shape"),
        ({"y_true": LABELS + 7}, "labels"),
        ({"y_true": (LABELS > 0) * 255}, "Received: labels from 0 to 255"),
        ({"y_true": np.eye(3)[LABELS] * 255}, "masks of 0 and 255, divide by 255"),
        ({"y_true": np.full(SOFTMAX.shape, 1.5)}, r"targets in \[0, 1\]"),
        ({"y_true": np.full(SOFTMAX.shape, np.nan)}, "finite"),
        ({"sample_ids": ["a"]}, r"`sample_ids` to be 12 names, one per sample. Received: \('a',\)"),
        ({"sample_ids": ["a"] * 12}, r"`sample_ids` to be .*different names .*It has 'a' twice"),
        ({"sample_ids": [f"{i}" * 300 for i in range(12)]}, "at most 256 characters"),
        ({"images": PICTURES[:3]}, r"`images` to be \[N, \*spatial\].*N = 12.*Received"),
        ({"images": PICTURES[:, 0, 0]}, r"`images` to be .* 2 spatial axes"),
        ({"mask": np.ones((N, 3, 3))}, "`mask` to have shape"),
    ],
)
def test_a_wrong_batch_is_an_error_and_adds_nothing(tmp_path, arguments, message):
    with DiceRecorder(tmp_path) as recorder:
        with pytest.raises(ValueError, match=message):
            recorder.update(**({"y_true": LABELS, "y_pred": SOFTMAX} | arguments))
        recorder.update(LABELS, SOFTMAX)
        recorder.commit(0)
    assert tb_dice.read(tmp_path)["."][0].total == N


def test_a_name_may_not_come_twice_in_a_pass_but_again_in_the_next(tmp_path):
    with DiceRecorder(tmp_path) as recorder:
        for step in (0, 1):
            recorder.update(LABELS[:1], SOFTMAX[:1], sample_ids=["a"])
            with pytest.raises(ValueError, match=r"Received: 'a'\. An earlier batch"):
                recorder.update(LABELS[1:2], SOFTMAX[1:2], sample_ids=["a"])
            recorder.commit(step)


def test_a_commit_without_samples_and_a_closed_recorder(tmp_path):
    with DiceRecorder(tmp_path) as recorder:
        with pytest.raises(ValueError, match=r"Expected an `update` before `commit`"):
            recorder.commit(0)
        recorder.update(LABELS, SOFTMAX)
        recorder.commit(np.int64(2))
    for call in (lambda: recorder.update(LABELS, SOFTMAX), lambda: recorder.commit(3)):
        with pytest.raises(ValueError, match=r"Expected an open recorder.*Received: closed"):
            call()


def test_a_directory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Expected `log_dir` to be .*Received: .*file"):
        DiceRecorder(tmp_path / "file")


def test_the_log_is_written_to_exactly_the_directory(tmp_path):
    record(tmp_path / "exactly" / "here")
    assert [p.name for p in (tmp_path / "exactly").iterdir()] == ["here"]
    assert all(p.is_file() for p in (tmp_path / "exactly" / "here").iterdir())


def test_what_was_committed_survives_kill_9(tmp_path):
    code = """
import os, signal, sys
import numpy as np
import tb_dice
recorder = tb_dice.DiceRecorder(sys.argv[1])
recorder.update(np.zeros((1, 4, 4), int), np.full((1, 4, 4, 2), 0.5))
recorder.commit(5)
recorder.update(np.zeros((1, 4, 4), int), np.full((1, 4, 4, 2), 0.5))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = run(sys.executable, "-c", code, str(tmp_path))
    assert done.returncode == -signal.SIGKILL
    assert [r.step for r in tb_dice.read(tmp_path)["."]] == [5]


def test_a_full_disk_is_a_warning_and_the_loop_goes_on(tmp_path, monkeypatch):
    with DiceRecorder(tmp_path) as recorder:
        recorder.update(LABELS, SOFTMAX)
        recorder.commit(0)

        def full(frame):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(recorder._log._log._file, "_write", full)
        recorder.update(LABELS, SOFTMAX)
        with pytest.warns(UserWarning, match="No space left on device"):
            recorder.commit(1)
        recorder.update(LABELS, SOFTMAX)
        recorder.commit(2)
    assert [r.step for r in tb_dice.read(tmp_path)["."]] == [0]

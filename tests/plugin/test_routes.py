"""Every route on real event files under both loaders, against numpy on the masks themselves."""

import io
import math
from functools import cache
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from tb_dice import variants
from tb_dice.analysis.finding import Analysis

from .conftest import STEPS
from .make_log import CLASSES, MODELS, SAMPLE_IDS, predictions, tiles

RUN = "dice_1e-6/dice"
FLAT = "flat_smooth100/dice"
SEEN = "dice_ce/dice"  # with probabilities


@cache
def masks(run, step):
    """Target and predicted label maps, and probabilities, of the 16 tiles."""
    _, labels, blobs = tiles()
    (model,) = [model for model in MODELS if model.name == run]
    prob = predictions(model, step, blobs)
    return labels, prob.argmax(-1), prob.astype(np.float64)


def dice(true, pred, smooth=0.0):
    """Dice of two masks; NaN where both are empty."""
    below = true.sum() + pred.sum() + smooth
    return (2 * (true * pred).sum() + smooth) / below if below else math.nan


def cells(run, step, column, *, soft=False, smooth=0.0):
    labels, hard, prob = masks(run, step)
    pred = prob[..., column] if soft else hard == column
    pairs = zip(labels == column, pred, strict=True)
    return np.array([dice(true.astype(float), p.astype(float), smooth) for true, p in pairs])


def test_runs(tab):
    found = tab.json("runs")
    assert [run["name"] for run in found["runs"]] == [model.name for model in MODELS]
    assert [run["label"] for run in found["runs"]] == ["dice_1e-6", "dice_ce", "flat_smooth100"]
    assert found["others"] == ["dice_ce/train"]
    assert len({run["color"] for run in found["runs"]}) == 3
    run = found["runs"][0]
    assert run["steps"] == run["image_steps"] == list(range(STEPS))
    assert len(run["wall_times"]) == STEPS
    assert (run["samples"], run["total"], run["notices"]) == (16, 16, [])
    assert run["reading"] == "probabilities, argmax"
    assert [entry["name"] for entry in run["classes"]] == ["small", "medium", "large", "background"]
    labels = tiles()[1]
    for entry in run["classes"]:
        of_class = labels == entry["index"]
        assert entry["frequency"] == pytest.approx(of_class.mean())
        assert entry["empty"] == (~of_class.any((1, 2))).sum()
        assert entry["background"] == (entry["name"] == "background")
        assert not entry["region"]


def test_variants(tab):
    found = tab.json("variants")["variants"]
    assert [entry["name"] for entry in found] == variants()
    (coef,) = [entry for entry in found if entry["name"] == "recipe.dice_coef"]
    assert coef["family"] == "recipe"
    assert coef["form"] == "score"
    assert coef["params"] == {"smooth": 100}
    assert coef["formula"] == "(2 TP + 100) / (2 TP + FP + FN + 100)"
    assert set(coef) == {"name", "family", "form", "summary", "formula", "params", "empty", "fault"}


def test_definition(tab):
    found = tab.json("definition", definition={"smooth": 1, "pooled": True})
    assert found["formula"] == "(2 TP + 1) / (2 TP + FP + FN + 1)"
    assert found["axes"]["smooth"] == 1
    assert set(found) == {"formula", "words", "axes", "form"}


def test_series_of_the_default(tab):
    header, found = tab.grid("series", run=RUN)
    assert header["run"] == RUN
    assert header["steps"] == list(range(STEPS))
    assert header["refused"] is None
    names = ["value", "scored", "samples", "cases", "miss_rate", "false_alarm_rate", "mean"]
    assert [array["name"] for array in header["arrays"]] == names
    for step in range(STEPS):
        for column in range(4):
            expected = cells(RUN, step, column)
            assert found["value"][step, column] == pytest.approx(np.nanmean(expected), abs=1e-6)
            assert found["scored"][step, column] == (~np.isnan(expected)).sum()
    np.testing.assert_allclose(found["mean"], found["value"][:, 1:].mean(1), rtol=1e-6)
    assert found["samples"].tolist() == [16] * STEPS


def test_series_counts_empties(tab):
    _, found = tab.grid("series", run=FLAT)
    labels, hard, _ = masks(FLAT, STEPS - 1)
    for column in range(4):
        true, pred = (labels == column).any((1, 2)), (hard == column).any((1, 2))
        expected = [(~true & ~pred).sum(), (true & ~pred).sum(), (~true & pred).sum(), (true & pred).sum()]  # noqa: E501  # fmt: skip
        assert found["cases"][-1, :, column].tolist() == expected
    assert found["miss_rate"][-1, 1] == 1
    assert math.isnan(found["false_alarm_rate"][-1, 0])


def test_series_of_another_definition(tab):
    chosen = {"compare": "soft", "smooth": 1, "empty": "one"}
    _, found = tab.grid("series", run=RUN, definition=chosen)
    expected = cells(RUN, 3, 1, soft=True, smooth=1.0).mean()
    assert found["value"][3, 1] == pytest.approx(expected, abs=1e-5)
    assert found["scored"][3, 1] == 16


def test_series_over_the_recorded_batches(tab):
    _, found = tab.grid("series", run=RUN, definition={"over": ["batch"]})
    labels, hard, _ = masks(RUN, 4)
    of_batch = [
        dice((labels[rows] == 2).astype(float), (hard[rows] == 2).astype(float))
        for rows in (slice(0, 8), slice(8, 16))
    ]
    assert found["value"][4, 2] == pytest.approx(np.mean(of_batch), abs=1e-6)
    assert found["scored"][4, 2] == 2


def test_series_pooled(tab):
    _, found = tab.grid("series", run=RUN, definition={"pooled": True})
    labels, hard, _ = masks(RUN, 4)
    expected = dice((labels == 3).astype(float), (hard == 3).astype(float))
    assert found["value"][4, 3] == pytest.approx(expected, abs=1e-6)


def test_series_refused(tab):
    chosen = {"variant": "recipe.dice_loss4", "params": {"gamma": 1.5}}
    header, found = tab.grid("series", run=RUN, definition=chosen)
    assert "1.5" in header["refused"]
    assert np.isnan(found["value"]).all()
    assert found["cases"].sum() == STEPS * 16 * 4


def test_lines(tab):
    names = ["recipe.dice_coef", "recipe.multiclass_dice_loss"]
    found = tab.json("lines", run=RUN, **{"class": "large"}, variant=names)
    assert (found["run"], found["class"]) == (RUN, "large")
    assert found["steps"] == list(range(STEPS))
    assert [line["key"] for line in found["lines"]] == ["skipped", "one", "pooled", *names]
    skipped, one, _, coef, loss = found["lines"]
    expected = cells(RUN, 4, 3)
    assert skipped["values"][4] == pytest.approx(np.nanmean(expected))
    assert one["values"][4] == pytest.approx(np.nan_to_num(expected, nan=1.0).mean())
    labels, _, prob = masks(RUN, 4)
    one_hot = (labels[..., None] == np.arange(4)).astype(float)
    batches = [dice(one_hot[rows], prob[rows], 100.0) for rows in (slice(0, 8), slice(8, 16))]
    assert coef["values"][4] == pytest.approx(np.mean(batches), abs=1e-6)
    per_class = [cells(RUN, 4, column, soft=True, smooth=1e-6) for column in range(4)]
    assert loss["values"][4] == pytest.approx(1 - np.mean(per_class), abs=1e-5)
    assert (coef["form"], loss["form"]) == ("score", "one_minus")


def test_the_lines_are_the_scalars_of_the_log(tab):
    """What the tab draws for a variant is what Time Series shows for it."""
    found = tab.json("lines", run=RUN, **{"class": "small"}, variant="recipe.dice_loss")
    from tensorboard import context

    logged = tab.loader.provider.read_scalars(
        context.RequestContext(), experiment_id="", plugin_name="scalars", downsample=1000
    )[RUN]["dice/recipe.dice_loss"]
    np.testing.assert_allclose(
        found["lines"][3]["values"], [datum.value for datum in logged], atol=1e-6
    )


def test_undefined_is_null(tab):
    found = tab.json("lines", run=FLAT, **{"class": "small"}, variant="recipe.dice_loss2")
    assert found["lines"][3]["refused"]
    assert found["lines"][3]["values"] == [None] * STEPS


def test_samples(tab):
    header, found = tab.grid("samples", run=RUN, step=4, **{"class": "large"})
    assert header["ids"] == list(SAMPLE_IDS)
    assert (header["run"], header["step"], header["refused"]) == (RUN, 4, None)
    labels, hard, _ = masks(RUN, 4)
    for column in range(4):
        true, pred = labels == column, hard == column
        np.testing.assert_array_equal(found["true"][:, column], true.sum((1, 2)))
        np.testing.assert_array_equal(found["pred"][:, column], pred.sum((1, 2)))
        np.testing.assert_array_equal(found["hit"][:, column], (true & pred).sum((1, 2)))
        np.testing.assert_allclose(found["value"][:, column], cells(RUN, 4, column), rtol=1e-6)
        expected = true.any((1, 2)) + 2 * pred.any((1, 2))
        np.testing.assert_array_equal(found["state"][:, column], expected)
    ordered = found["value"][found["order"], 3]
    defined = ordered[~np.isnan(ordered)]
    assert (np.diff(defined) >= 0).all()
    assert np.isnan(ordered[len(defined) :]).all()
    assert found["batch"].tolist() == [0] * 8 + [1] * 8
    for row, name in enumerate(header["ids"]):
        shown = tab.json("images", run=RUN, sample=name)["slices"]
        now = [place[0] for entry in shown for place in entry["predictions"]]
        assert found["imaged"][row] == (2 if 4 in now else 1 if now else 0)
        assert header["thumbnails"][row] == (shown[0]["image"] if shown else None)


def test_history(tab):
    header, found = tab.grid("history", run=RUN, sample="r3c6")
    assert (header["run"], header["sample"], header["refused"]) == (RUN, "r3c6", None)
    row = SAMPLE_IDS.index("r3c6")
    for step in range(STEPS):
        expected = [cells(RUN, step, column)[row] for column in range(4)]
        np.testing.assert_allclose(found["value"][step], expected, rtol=1e-6)
    _, now = tab.grid("samples", run=RUN, step=2, **{"class": "small"})
    np.testing.assert_array_equal(found["state"][2], now["state"][row])


def test_sample_steps(tab):
    header, found = tab.grid("sample_steps", run=RUN, **{"class": "medium"})
    assert (header["run"], header["class"], header["total"]) == (RUN, "medium", len(SAMPLE_IDS))
    assert header["steps"] == list(range(STEPS))
    assert sorted(header["ids"]) == sorted(SAMPLE_IDS)
    rows = [SAMPLE_IDS.index(name) for name in header["ids"]]
    for step in range(STEPS):
        np.testing.assert_allclose(found["value"][step], cells(RUN, step, 2)[rows], rtol=1e-6)
    _, now = tab.grid("samples", run=RUN, step=2, **{"class": "medium"})
    np.testing.assert_array_equal(found["state"][2], now["state"][rows, 2])


def test_a_against_b(tab):
    query = {"run": RUN, "runB": FLAT, "step": 4, "class": "medium"}
    found = tab.json("a_against_b", **query)
    a, b = cells(RUN, 4, 2), cells(FLAT, 4, 2)
    assert found["ids"] == list(SAMPLE_IDS)
    for key, expected in (("a", a), ("b", b)):
        shown = [math.nan if value is None else value for value in found[key]]
        np.testing.assert_allclose(shown, expected, rtol=1e-6)
    both = (a - b)[~np.isnan(a - b)]
    assert found["paired"] == len(both)
    assert found["mean"] == pytest.approx(both.mean())
    assert found["low"] < found["mean"] < found["high"]
    assert (found["better"], found["worse"]) == ((both > 0).sum(), (both < 0).sum())
    assert (found["level"], found["draws"]) == (0.95, 2000)
    assert (found["stepB"], found["refused"]) == (4, None)
    other = tab.json("a_against_b", **query, stepB=1)
    assert (other["step"], other["stepB"]) == (4, 1)
    shown = [math.nan if value is None else value for value in other["b"]]
    np.testing.assert_allclose(shown, cells(FLAT, 1, 2), rtol=1e-6)


def test_the_pixels_of_a_sample(tab):
    found = tab.json("images", run=RUN, sample=SAMPLE_IDS[2])
    assert found["encoding"] == "labels8"
    assert found["classes"] == list(CLASSES)
    assert found["regions"] == {}
    (entry,) = found["slices"]
    assert entry["shape"] == [64, 64]
    assert (entry["slice"], entry["depth"]) == (None, None)
    assert "fixed" in entry["reasons"]
    assert [step for step, _ in entry["predictions"]] == list(range(STEPS))
    np.testing.assert_array_equal(pixels(tab, entry["target"]), tiles()[1][2])
    for place in entry["predictions"]:
        np.testing.assert_array_equal(pixels(tab, place), masks(RUN, place[0])[1][2])
    assert pixels(tab, entry["image"]).shape == (64, 64)


def test_the_probabilities_of_a_sample_are_those_of_its_prediction(tab):
    (entry,) = tab.json("images", run=SEEN, sample=SAMPLE_IDS[2])["slices"]
    for places, (step, _) in zip(entry["probabilities"], entry["predictions"], strict=True):
        seen = np.stack([pixels(tab, place, SEEN) for place in places], axis=-1)
        np.testing.assert_array_equal(seen >= 128, masks(SEEN, step)[2][2] > 0.5)
    (without,) = tab.json("images", run=FLAT, sample=SAMPLE_IDS[2])["slices"]
    assert without["probabilities"] == [None] * STEPS


def pixels(tab, place, run=RUN):
    response = tab.get("image", run=run, step=place[0], element=place[1])
    assert response.content_type == "image/png"
    return np.asarray(Image.open(io.BytesIO(response.data)))


def test_findings_tell_the_story(tab):
    names = [model.name for model in MODELS]
    found = tab.json("findings", run=names)["findings"]
    assert 3 <= len(found) <= 12
    said = [f"{entry['claim']} {entry['evidence']}" for entry in found]
    assert said[0].startswith(
        "flat_smooth100 never draws small or large. Every target is missed (7 of 7 and 8 of 8"
    )
    alarms = "dice_1e-6 draws large where there is none, on 8 of 8 samples that lack it; dice_ce on"
    assert any(text.startswith(alarms) for text in said)
    assert any(text.startswith("smooth 100 exceeds the median small object") for text in said)
    for entry in found:
        assert set(entry) == {"id", "level", "claim", "evidence", "link", "label", "analysis"}
        assert entry["analysis"] in (*get_args(Analysis), None)
        assert entry["link"]["run"] in names
        assert entry["link"]["step"] == STEPS - 1
        assert entry["link"]["class"] in (*CLASSES, None)
        assert entry["link"]["sample"] in (*SAMPLE_IDS, None)


def test_findings_of_no_run(tab):
    assert tab.json("findings") == {"findings": []}


LINES = {"route": "lines", "run": RUN, "class": "small"}
SERIES = {"route": "series", "run": RUN}
SAMPLES = {"route": "samples", "run": RUN, "step": 0, "class": "small"}
IMAGE = {"route": "image", "run": RUN, "step": 0, "element": 1}


@pytest.mark.parametrize(
    ("query", "without"),
    [({**SAMPLES, "route": "a_against_b", "runB": RUN}, "runB"),
     (SERIES, "run"), (SAMPLES, "run"), (SAMPLES, "step"), (SAMPLES, "class"), (IMAGE, "run"),
     (IMAGE, "step"), (IMAGE, "element"), (LINES, "class"),
     ({"route": "history", "run": RUN, "sample": "r3c6"}, "sample"),
     ({"route": "images", "run": RUN, "sample": "r3c6"}, "sample")],
)  # fmt: skip
def test_a_parameter_is_missing(tab, query, without):
    said = tab.error(400, **{key: value for key, value in query.items() if key != without})
    assert said == f"Invalid argument: expected one `{without}`. Received none."


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (SERIES | {"definition": "{"}, "to be JSON"),
        (SERIES | {"definition": {"smooth": -1}}, "`smooth`"),
        (SERIES | {"definition": {"variant": "recipe.dice_coeff"}}, "did you mean"),
        (SERIES | {"run": [RUN, RUN]}, "at most once"),
        (SAMPLES | {"step": "last"}, "`step` to be a whole number"),
        (SAMPLES | {"step": -1}, "`step` to be a whole number"),
        (IMAGE | {"element": 10**9}, "`element` to be a whole number from 0 to 999999999"),
        (LINES | {"variant": ["recipe.dice_loss"] * 13},
         "`variant` at most 12 times"),
        (LINES | {"variant": "nobody"}, "Received: 'nobody'"),
        ({"route": "findings", "run": ["x"] * 101}, "`run` at most 100 times"),
        ({"route": "definition", "definition": {"over": 3}}, "`over`"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_400(tab, query, said):
    assert said in tab.error(400, **query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (SERIES | {"run": "nobody"}, "no run 'nobody' with Dice data"),
        (SERIES | {"run": "dice_ce/train"}, "no run"),
        (SERIES | {"run": "../../etc/passwd"}, "no run"),
        (SERIES | {"run": "<script>\0\n"}, "no run"),
        (SAMPLES | {"step": STEPS}, f"no step {STEPS} in run"),
        (SAMPLES | {"class": "huge"}, "no class 'huge'; known: background, small, medium, large"),
        ({"route": "history", "run": RUN, "sample": "r9c9"}, "no sample 'r9c9'"),
        ({"route": "images", "run": RUN, "sample": "r9c9"}, "no sample 'r9c9'"),
        (IMAGE | {"element": 0}, "no image 0 at step 0"),
        (IMAGE | {"element": 999}, "no image 999"),
        (IMAGE | {"step": 77}, "no image 1 at step 77"),
        (IMAGE | {"run": "nobody"}, "no image"),
        ({"route": "findings", "run": [RUN, "nobody"]}, "no run 'nobody'"),
        (SAMPLES | {"route": "a_against_b", "runB": "nobody"}, "no run 'nobody'"),
        (SAMPLES | {"route": "a_against_b", "runB": RUN, "stepB": 99}, "no step 99"),
    ],
)
def test_what_is_not_there_is_404(tab, query, said):
    assert said in tab.error(404, **query)


def test_an_answer_is_kept(tab, monkeypatch):
    from tb_dice.analysis import series

    tab.grid("series", run=RUN, definition={"smooth": 17})
    monkeypatch.setattr(series, "series", None)
    tab.grid("series", run=RUN, definition={"smooth": 17})

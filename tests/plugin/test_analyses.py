"""The analyses of one pass on real event files, against numpy on the masks themselves."""

from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tb_dice import dice, variants
from tb_dice.analysis.finding import Analysis
from tb_dice.plugin.analyses import HANDLERS

from .conftest import STEPS
from .make_log import CLASSES
from .test_routes import FLAT, RUN, cells, masks

ROOT = Path(__file__).parents[2]
SMALL = {"run": RUN, "step": 4, "class": "small"}
PASS = {"run": RUN, "step": 4}


def batches(run, step):
    labels, _, prob = masks(run, step)
    one_hot = (labels[..., None] == np.arange(4)).astype(float)
    return [(one_hot[rows], prob[rows]) for rows in (slice(0, 8), slice(8, 16))]


def logged(run, step, variant, **params):
    """What Keras would log for the two batches of eight."""
    return np.mean([dice(true, prob, variant, **params) for true, prob in batches(run, step)])


def test_an_analysis_has_one_name_everywhere(tab):
    """Its folder on the page, its route, its module: what a finding names leads to each."""
    names = set(get_args(Analysis))
    folders = ROOT / "frontend/src/panels/analyses"
    assert {path.name for path in folders.iterdir() if path.is_dir()} == names
    drawn_from_samples = {"object_size"}
    assert names - drawn_from_samples <= {route.removeprefix("/") for route in tab.apps}
    assert all(find_spec(f"tb_dice.analysis.{name}") for name in names - drawn_from_samples)


def test_all_variants(tab):
    found = tab.json("all_variants", **SMALL)
    assert {key: found[key] for key in SMALL} == SMALL
    assert [row["name"] for row in found["rows"]] == variants()
    rows = {row["name"]: row for row in found["rows"]}
    coef = rows["recipe.dice_coef"]
    assert coef["value"] == pytest.approx(logged(RUN, 4, "recipe.dice_coef"), rel=1e-5)
    assert coef["params"] == {"smooth": 100}
    assert coef["formula"] == "(2 TP + 100) / (2 TP + FP + FN + 100)"
    assert (coef["family"], coef["form"], coef["refused"]) == ("recipe", "score", None)
    loss = rows["recipe.multiclass_dice_loss"]
    soft = cells(RUN, 4, 1, soft=True, smooth=1e-6).mean()
    assert loss["class_value"] == pytest.approx(soft, rel=1e-5)
    assert rows["recipe.weighted_dice_loss"]["params"] == {"weights": [1.0]}
    assert rows["recipe.dice_loss2"]["value"] is None
    assert "per voxel" in rows["recipe.dice_loss2"]["refused"]


def test_all_variants_without_a_class(tab):
    found = tab.json("all_variants", **PASS)
    assert "class" not in found
    assert {row["class_value"] for row in found["rows"]} == {None}


def test_smooth(tab):
    found = tab.json("smooth", **SMALL, definition={"smooth": 10})
    at = found["smooth"].index(10.0)
    assert (found["at"], found["smooth"][0], found["refused"]) == (10, 0, None)
    assert found["values"][at] == pytest.approx(np.nanmean(by_smooth(10.0)))
    labels, _, _ = masks(RUN, 4)
    sizes = (labels == 1).sum((1, 2))
    assert found["median"] == np.median(sizes[sizes > 0])
    assert found["missed"][at] == pytest.approx(10 / (found["median"] + 10))
    header, series = tab.grid("series", run=RUN, definition={"smooth": 10})
    assert found["values"][at] == pytest.approx(series["value"][4, 1], rel=1e-6)
    assert header["refused"] is None


def by_smooth(smooth):
    """Of small; both empty stays undefined."""
    found = cells(RUN, 4, 1, smooth=smooth)
    return np.where(np.isnan(cells(RUN, 4, 1)), np.nan, found)


def test_batch_size(tab):
    name = "recipe.dice_coef"
    found = tab.json("batch_size", **SMALL, definition={"over": ["batch"]}, variant=[name])
    assert found["sizes"] == [1, 2, 4, 8, 16]
    assert found["recorded"] == 8
    chosen, coef = found["lines"]
    assert (chosen["key"], coef["key"], coef["form"]) == ("chosen", name, "score")
    labels, hard, prob = masks(RUN, 4)
    for at, size in enumerate(found["sizes"]):
        rows = [slice(k, k + size) for k in range(0, 16, size)]
        one_hot = (labels[..., None] == np.arange(4)).astype(float)
        expected = np.mean([dice(one_hot[k], prob[k], name) for k in rows])
        assert coef["values"][at] == pytest.approx(expected, rel=1e-5)
        both = [((labels[k] == 1).sum(), (hard[k] == 1).sum()) for k in rows]
        hits = [((labels[k] == 1) & (hard[k] == 1)).sum() for k in rows]
        scored = [2 * hit / (t + p) for hit, (t, p) in zip(hits, both, strict=True) if t + p]
        assert chosen["values"][at] == pytest.approx(np.mean(scored))
    assert coef["values"][3] == pytest.approx(logged(RUN, 4, name), rel=1e-5)


def test_empty_rules(tab):
    found = tab.json("empty_rules", **PASS)
    assert found["classes"] == list(CLASSES)
    keys = ["skip", "zero", "one", "formula", "positive", "deletion"]
    assert [rule["key"] for rule in found["rules"]] == keys
    labels, hard, _ = masks(RUN, 4)
    for column in range(4):
        score = cells(RUN, 4, column)
        true, pred = (labels == column).any((1, 2)), (hard == column).any((1, 2))
        expected = {
            "skip": np.nanmean(score),
            "zero": np.nan_to_num(score).mean(),
            "one": np.nan_to_num(score, nan=1).mean(),
            "formula": np.nanmean(score),
            "positive": score[true].mean(),
            "deletion": score[true & pred].mean(),
        }
        of_class = [row[column] for row in found["values"]]
        assert dict(zip(keys, of_class, strict=True)) == pytest.approx(expected)
        assert found["scored"][keys.index("positive")][column] == true.sum()
    for row, mean in zip(found["values"], found["mean"], strict=True):
        assert mean == pytest.approx(np.mean(row[1:]))


def test_why_they_differ(tab):
    sides = {"a": {"variant": "recipe.dice_coef", "smooth": 1}, "b": {"variant": "monai.DiceLoss"}}
    found = tab.json("why_they_differ", **PASS, **sides)
    assert (found["a"]["label"], found["b"]["label"]) == (
        "recipe.dice_coef, changed",
        "monai.DiceLoss",
    )
    coef = logged(RUN, 4, "recipe.dice_coef", smooth=1)
    assert found["a"]["value"] == found["a"]["own"] == pytest.approx(coef, rel=1e-5)
    loss = logged(RUN, 4, "monai.DiceLoss")
    assert found["b"]["own"] == pytest.approx(loss, rel=1e-5)
    assert found["b"]["value"] == pytest.approx(1 - loss, rel=1e-5)
    axes = [step["axis"] for step in found["path"]]
    assert axes == [step["axis"] for step in found["alone"]]
    assert found["first"] == axes[0] == "over.class"
    assert found["path"][-1]["value"] == pytest.approx(found["b"]["value"])
    assert found["path"][0]["from"] == "summed before dividing"
    assert "Compared as scores" in found["note"]


def test_why_they_differ_from_the_default(tab):
    found = tab.json("why_they_differ", **PASS, b={"smooth": 1})
    assert (found["a"]["label"], found["b"]["label"]) == ("default definition", "chosen definition")
    assert found["first"] == "smooth"
    assert tab.json("why_they_differ", **PASS)["first"] is None
    refused = tab.json("why_they_differ", **PASS, a={"variant": "recipe.dice_loss2"})
    assert refused["refused"].startswith("The first gives a value per voxel")
    assert refused["path"] == refused["alone"] == []
    assert refused["a"]["value"] is None


def test_gradient(tab):
    found = tab.json("gradient", **PASS, variant="recipe.dice_loss")
    assert (found["variant"], found["classes"]) == ("recipe.dice_loss", list(CLASSES))
    # 1 - N / D of each sample over all classes: target voxels (2 D - N) / D^2, others N / D^2
    size = np.zeros((16, 4))
    labels, hard, prob = masks(RUN, 4)
    one_hot = labels[..., None] == np.arange(4)
    for row in range(16):
        above = 2 * (one_hot[row] * prob[row]).sum() + 1e-6
        below = one_hot[row].sum() + prob[row].sum() + 1e-6
        slopes = np.where(one_hot[row], 2 * below - above, above) / below**2
        size[row] = slopes.sum((0, 1))
    size /= size.sum()
    np.testing.assert_allclose(found["share"], size.sum(0), rtol=1e-4)
    state = one_hot.any((1, 2)) + 2 * (hard[..., None] == np.arange(4)).any((1, 2))
    for case in range(4):
        expected = np.where(state == case, size, 0).sum(0)
        np.testing.assert_allclose(found["cases"][case], expected, rtol=1e-4, atol=1e-9)
    assert found["words"]
    assert found["refused"] is None


def test_gradient_of_a_definition(tab):
    found = tab.json("gradient", **PASS, definition={"compare": "soft"})
    assert (found["variant"], found["refused"]) == ("chosen definition", None)
    refused = tab.json("gradient", **PASS)
    assert (refused["variant"], refused["share"]) == ("default definition", [None] * 4)
    assert "no gradient" in refused["refused"]


ROUTES = [handler.__name__ for handler in HANDLERS]


@pytest.mark.parametrize("route", ROUTES)
def test_wrong_parameters(tab, route):
    klass = {} if route in ("empty_rules", "why_they_differ", "gradient") else {"class": "small"}
    assert "expected one `run`" in tab.error(400, route)
    assert "expected one `step`" in tab.error(400, route, run=RUN, **klass)
    assert "whole number" in tab.error(400, route, run=RUN, step="x", **klass)
    assert "no step 99" in tab.error(404, route, run=RUN, step=99, **klass)
    assert "no run 'x'" in tab.error(404, route, run="x", step=0, **klass)
    if klass:
        assert "no class 'x'" in tab.error(404, route, run=RUN, step=0, **{"class": "x"})


@pytest.mark.parametrize(
    ("route", "params"),
    [
        ("smooth", {"class": "small", "definition": {"smooth": -1}}),
        ("batch_size", {"class": "small", "definition": {"over": "batch"}}),
        ("batch_size", {"class": "small", "variant": "nobody.dice"}),
        ("batch_size", {"class": "small", "variant": ["recipe.dice_coef"] * 13}),
        ("empty_rules", {"definition": "{"}),
        ("why_they_differ", {"a": {"variant": "nobody.dice"}}),
        ("why_they_differ", {"b": "[1]"}),
        ("why_they_differ", {"a": ["{}", "{}"]}),
        ("gradient", {"variant": "nobody.dice"}),
        ("gradient", {"definition": {"empty": 1}}),
    ],
)
def test_wrong_definitions(tab, route, params):
    assert "xpected" in tab.error(400, route, run=RUN, step=0, **params)


def test_why_they_differ_starts_at_the_mean_that_is_shown(tab):
    found = tab.json("why_they_differ", **PASS, a={}, b={"variant": "recipe.dice_coef"})
    rules = tab.json("empty_rules", **PASS)
    assert found["a"]["value"] == found["a"]["own"] == pytest.approx(rules["mean"][0])
    assert [step["axis"] for step in found["path"][:2]] == ["background", "at_once"]


def test_a_class_that_is_never_drawn(tab):
    last = {"run": FLAT, "step": STEPS - 1}
    found = tab.json("empty_rules", **last)
    deletion = [rule["key"] for rule in found["rules"]].index("deletion")
    assert found["values"][deletion][1] is None
    assert found["scored"][deletion][1] == 0
    assert found["mean_of"][deletion] < found["mean_of"][0] == found["mean_classes"] == 3

"""Findings in the browser: each is shown in the server's words, and its link sets the selection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from playwright.sync_api import expect
from serving import ask

import tb_dice

from .conftest import Dice, serving, wait_for_steps

CLASSES = ("rest", "a", "b")
STEPS = 4
SIZE = 16


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Runs of four steps over six samples; each has the fault it is named after."""
    root = tmp_path_factory.mktemp("faults")
    target = blobs()
    lone = np.where(target == 2, 0, target)
    hard = np.eye(3, dtype=np.float32)
    hazy = 0.4 * hard[target] + 0.2
    write(root, "collapsed", lambda step: (target, hard[target if step < 2 else lone]))
    write(root, "never-present", lambda step: (lone, hard[lone]))
    with pytest.warns(UserWarning, match="not all in"):
        write(root, "not-probabilities", lambda step: (target, 9 * hard[target] - 4))
    write(root, "targets-change", lambda step: (np.roll(target, step, 0), hard[target]))
    write(root, "soft", lambda step: (target, hazy), logged="recipe.dice_coef")
    write(root, "activation-twice", lambda step: (target, softmax(hard[target])))
    write_definitions(root, target, lone, hard)
    with serving(root) as url:
        wait_for_steps(url, STEPS, runs=10)
        yield url


@pytest.mark.parametrize(
    ("run", "claim", "klass", "step"),
    [
        ("collapsed", "b collapsed at step 2 in collapsed.", "b", 2),
        ("never-present", "No validation sample has b.", None, 3),
        ("not-probabilities", "predictions are not all in [0, 1]", None, 3),
        ("targets-change", "change from pass to pass", None, 3),
        ("soft", "are far apart in soft", None, 3),
        ("activation-twice", "look as if an activation was applied twice", None, 3),
    ],
)
def test_a_fault_is_found_and_linked(faults, dice: Dice, run, claim, klass, step):
    dice.open(faults, f"#dice&p.dice.runFilter=^{run}$&p.dice.step=0").settled()
    finding = dice.at("findings").get_by_role("listitem").filter(has_text=claim).first
    expect(finding).to_be_visible()
    finding.get_by_role("button").click()
    expect(dice.frame.get_by_label("Run A", exact=True)).to_have_value(f"{run}/dice")
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value(str(step))
    if klass:
        expect(dice.at("readout")).to_contain_text(f"{klass}, {run}, step {step}: ")


@pytest.mark.parametrize(
    ("id_", "runs", "definition", "analysis"),
    [
        ("beyond-one", ["summed"], {}, "all_variants"),
        ("batch-size", ["summed"], {}, "batch_size"),
        ("gradient-of-empties", ["empties"], {}, "gradient"),
        ("rank-flips", ["alarms", "careful"], {}, "empty_rules"),
        ("pixel-accuracy", ["careful"], {"over": ["space", "class"]}, "why_they_differ"),
    ],
)
def test_what_a_definition_does_is_found_and_leads_to_its_tab(
    faults, dice: Dice, id_, runs, definition, analysis
):
    found = asked(faults, [f"{run}/dice" for run in runs], definition)
    finding = next(one for one in found if one["id"] == id_)
    shown = quote(json.dumps(definition))
    dice.open(faults, f"#dice&p.dice.runFilter=^({'|'.join(runs)})$&p.dice.definition={shown}")
    dice.settled()
    panel = dice.at("findings")
    if len(found) > 3:
        panel.get_by_role("button", name=f"{len(found) - 3} more").click()
    row = panel.get_by_role("listitem").filter(has_text=finding["claim"])
    expect(row).to_contain_text(finding["evidence"])
    row.get_by_role("button").click()
    expect(dice.frame.locator(f"#tab-{analysis}")).to_have_attribute("aria-selected", "true")
    expect(dice.frame.get_by_label("Run A", exact=True)).to_have_value(finding["link"]["run"])


def test_a_finding_that_no_analysis_shows_leaves_the_open_one(faults, dice: Dice):
    dice.open(faults, "#dice&p.dice.runFilter=^targets-change$&p.dice.tab=smooth").steady()
    row = dice.at("findings").get_by_role("listitem").filter(has_text="change from pass to pass")
    row.get_by_role("button").click()
    expect(dice.frame.locator("#tab-smooth")).to_have_attribute("aria-selected", "true")


def test_the_dice_that_a_metric_is_can_be_chosen(faults, dice: Dice):
    dice.open(faults, "#dice&p.dice.runFilter=^soft$").settled()
    row = dice.at("findings").get_by_role("listitem").filter(has_text="The logged my_dice is")
    expect(row).to_contain_text("The logged my_dice is recipe.dice_coef: (2 TP + 100) /")
    row.get_by_role("button").click()
    expect(dice.at("definition")).to_contain_text("(2 TP + 100) / (2 TP + FP + FN + 100)")
    expect(dice.at("definition")).to_contain_text("soft; all voxels of the batch summed")


def test_the_notices_of_a_recording_stand_below_the_runs(faults, dice: Dice):
    dice.open(faults, "#dice&p.dice.run=not-probabilities/dice").settled()
    reading = dice.at("runs").locator(".reading")
    expect(reading).to_contain_text("Read as probabilities, argmax")
    expect(reading).to_contain_text("predictions are not all in [0, 1]")
    dice.at("runs").get_by_role("button", name="soft").click()
    expect(reading).not_to_contain_text("not all in [0, 1]")


def test_each_finding_says_what_the_server_says_and_leads_there(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    panel = dice.at("findings")
    found = asked(tensorboard, ("dice_1e-6/dice", "dice_ce/dice", "flat_smooth100/dice"))
    more = panel.get_by_role("button", name=f"{len(found) - 3} more")
    more.click()
    rows = panel.get_by_role("listitem")
    expect(rows).to_have_count(len(found))
    for row, finding in zip(rows.all(), found, strict=True):
        expect(row).to_contain_text(f"{finding['claim']} {finding['evidence']}")
        link = finding["link"]
        row.get_by_role("button").click()
        expect(dice.frame.get_by_label("Run A", exact=True)).to_have_value(link["run"])
        expect(dice.at("step").get_by_label("Step, a number")).to_have_value(str(link["step"]))
        if link["class"]:
            chosen = dice.at("classes").get_by_role("button", name=link["class"], exact=True)
            expect(chosen).to_have_attribute("aria-pressed", "true")
        if finding["analysis"]:
            tab = dice.frame.locator(f"#tab-{finding['analysis']}")
            expect(tab).to_have_attribute("aria-selected", "true")
        if link["sample"]:
            expect(dice.at("overlay")).to_contain_text(f"Sample {link['sample']}")
    panel.get_by_role("button", name="Fewer").click()
    expect(rows).to_have_count(3)


def test_findings_are_kept_as_a_table(tensorboard, dice: Dice, tmp_path: Path):
    dice.open(tensorboard).settled()
    dice.at("findings").get_by_role("button", name="Export").click()
    with dice.page.expect_download() as waiting:
        dice.at("findings").get_by_role("button", name="Numbers as CSV").click()
    waiting.value.save_as(tmp_path / "findings.csv")
    lines = (tmp_path / "findings.csv").read_text().splitlines()
    assert lines[0] == "level,claim,evidence,run,class,step,sample,definition"
    assert lines[1].startswith("bad,flat_smooth100 never draws small or large.,")


def test_nothing_stands_out_is_said(dice: Dice, serve, tmp_path: Path):
    hard = np.eye(3, dtype=np.float32)
    write(tmp_path, "fine", lambda step: (blobs(), hard[blobs()]))
    url = serve(tmp_path)
    wait_for_steps(url, STEPS)
    dice.open(url).settled()
    expect(dice.at("findings")).to_contain_text("Nothing stands out")


def asked(url: str, runs: Sequence[str], definition: dict | None = None) -> list[dict]:
    query = urlencode(
        [*(("run", run) for run in runs), ("definition", json.dumps(definition or {}))]
    )
    return json.loads(ask(f"{url}data/plugin/dice/findings?{query}"))["findings"]


def write_definitions(root: Path, target: np.ndarray, lone: np.ndarray, hard: np.ndarray) -> None:
    """Runs on which definitions mislead; in half of the samples of most there is no b."""
    half = np.where(np.arange(6)[:, None, None] < 3, target, lone)
    missed = np.where(np.arange(6)[:, None, None] < 3, np.where(target == 1, 0, target), target)
    write(root, "summed", lambda step: (target, hard[missed]), ["recipe.dice_coef_multilabel"])
    sure = np.maximum(hard[half], 1e-7)
    write(root, "empties", lambda step: (half, sure), ["recipe.multiclass_dice_loss"])
    alarm = np.where((np.arange(6)[:, None, None] >= 3) & (target == 2), 2, half)
    write(root, "alarms", lambda step: (half, hard[alarm]))
    shifted = np.where(np.roll(half, 3, 1) == 2, 2, lone)
    write(root, "careful", lambda step: (half, hard[shifted]))


def write(
    root: Path, run: str, draw, variants: Sequence[str] = (), logged: str | None = None
) -> None:
    ids = [f"s{number}" for number in range(6)]
    with tb_dice.DiceRecorder(
        root / run / "dice", class_names=CLASSES, activation="none", variants=variants
    ) as recorder:
        for step in range(STEPS):
            target, drawn = draw(step)
            recorder.update(target, drawn, sample_ids=ids)
            loop = {"my_dice": tb_dice.dice(target, drawn, logged)} if logged else None
            recorder.commit(step, logged=loop)


def blobs() -> np.ndarray:
    """Six label maps in which both classes have a square, of another size in each."""
    maps = np.zeros((6, SIZE, SIZE), int)
    for number, one in enumerate(maps):
        one[1 : 5 + number % 3, 1:6] = 1
        one[9 : 12 + number % 4, 8:14] = 2
    return maps


def softmax(x: np.ndarray) -> np.ndarray:
    power = np.exp(x)
    return power / power.sum(-1, keepdims=True)

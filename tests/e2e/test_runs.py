"""Many runs: folders, boxes, colours and the filter, with fifty of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

import tb_dice

from .conftest import Dice, serving, wait_for_steps

FOLDERS = ("baseline", "sweep/lr1", "sweep/lr2", "sweep/lr3")


@pytest.fixture(scope="module")
def fifty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Fifty runs of two steps: twelve in each of four folders, and two without a folder."""
    root = tmp_path_factory.mktemp("fifty")
    names = [f"{folder}/seed{seed:02}" for folder in FOLDERS for seed in range(12)]
    for number, name in enumerate([*names, "first", "second"]):
        write(root / name / "dice", number)
    with ExitStack() as stack:
        url = stack.enter_context(serving(root))
        wait_for_steps(url, 2, runs=50)
        yield url


def write(folder: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    target = rng.integers(0, 2, (2, 8, 8))
    with tb_dice.DiceRecorder(folder, class_names=["rest", "a"], images=0) as recorder:
        for step in range(2):
            drawn = np.where(rng.random(target.shape) < 0.2, 1 - target, target)
            recorder.update(target, np.eye(2, dtype=np.float32)[drawn], sample_ids=["s", "t"])
            recorder.commit(step)


def test_fifty_runs_are_listed_and_ten_drawn_at_first(fifty, dice: Dice):
    dice.open(fifty).settled()
    runs = dice.at("runs")
    expect(runs).to_contain_text("10 of 50")
    expect(runs.locator(".run:not(.folder)")).to_have_count(50)
    expect(runs.locator(".folder .name")).to_have_text([f"{name}/" for name in FOLDERS])
    expect(runs.locator(".inside .name").first).to_have_text("seed00")
    expect(dice.at("heatmap")).to_have_attribute("aria-label", "Dice by class and step: 2 classes, "
        "2 steps, 10 runs. Arrows move the cell, Enter opens its worst sample.")  # fmt: skip
    dice.frame.get_by_label("Rows and columns").select_option("runs")
    expect(dice.frame.locator(".heads .clip")).to_have_text([f"seed{n:02}" for n in range(10)])


def test_a_folder_is_checked_and_folded_as_one(fifty, dice: Dice):
    dice.open(fifty).settled()
    runs = dice.at("runs")
    box = runs.get_by_label("Show all of baseline")
    assert box.evaluate("e => e.indeterminate")
    box.check()
    expect(runs).to_contain_text("12 of 50")
    box.uncheck()
    expect(dice.at("empty-state")).to_contain_text("No run is checked")
    runs.get_by_label("Show all of sweep/lr2").check()
    expect(runs).to_contain_text("12 of 50")
    expect(dice.frame.get_by_label("Run A", exact=True)).to_have_value("sweep/lr2/seed00/dice")
    name = runs.get_by_role("button", name="sweep/lr1/")
    name.click()
    expect(name).to_have_attribute("aria-expanded", "false")
    expect(runs.locator(".run:not(.folder)")).to_have_count(38)
    expect(dice.page).to_have_url(re.compile("folded"))
    dice.page.reload()
    expect(runs.locator(".run:not(.folder)")).to_have_count(38)
    runs.get_by_role("button", name="sweep/lr1/").click()
    expect(runs.locator(".run:not(.folder)")).to_have_count(50)


def test_all_fifty_can_be_drawn(fifty, dice: Dice):
    dice.open(fifty).settled()
    runs = dice.at("runs")
    for folder in FOLDERS:
        runs.get_by_label(f"Show all of {folder}").check()
    for run in ("first", "second"):
        runs.get_by_label(f"Show {run}").check()
    expect(runs).to_contain_text("50 of 50")
    expect(dice.frame.locator(".time[aria-busy=false]")).to_be_visible()
    heatmap = dice.at("heatmap")
    heatmap.focus()
    for _ in range(5):
        dice.page.keyboard.press("Shift+ArrowDown")
    expect(dice.at("readout")).to_contain_text("rest, ")
    dice.frame.get_by_label("Rows and columns").select_option("runs")
    expect(heatmap).to_have_attribute("data-columns", "50")
    box = heatmap.bounding_box()
    assert box is not None
    place = {"x": 37.5 / 50 * box["width"], "y": 0.25 * box["height"]}
    heatmap.click(position=place)
    expect(dice.at("readout")).to_contain_text("a, sweep/lr2/seed11, step 1: ")


def test_the_filter_finds_runs_by_folder(fifty, dice: Dice):
    dice.open(fifty).settled()
    dice.at("runs").get_by_label("Filter runs").fill("lr3/seed0[01]")
    expect(dice.at("runs").locator(".run:not(.folder)")).to_have_count(2)
    dice.at("runs").get_by_label("Show all of sweep/lr3").check()
    expect(dice.at("heatmap")).to_be_visible()
    expect(dice.at("runs")).to_contain_text("2 of 50")

"""Every key of the help does what the help says, wherever the focus is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from serving import eventually

import tb_dice

from .conftest import STEPS, Dice, Serve, wait_for_steps
from .numbers import worst_first

A = "dice_1e-6/dice"
LAST = STEPS - 1
LISTED = [
    "← → ↑ ↓", "Enter", "[ ]", ", .", "PgUp PgDn", "1 2 3 4", "e", "o", "Space", "- =", "p",
    "Home End", "/", "?", "Esc",
]  # fmt: skip


def test_the_help_lists_the_keys_that_are_tested_here(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.page.keyboard.press("?")
    rows = dice.frame.get_by_role("dialog", name="Help").get_by_role("row")
    expect(rows).to_have_count(len(LISTED))
    listed = [row.locator("kbd").all_inner_texts() for row in rows.all()]
    assert listed == [keys.split(" ") for keys in LISTED]
    dice.page.keyboard.press("Escape")
    expect(dice.frame.get_by_role("dialog", name="Help")).to_be_hidden()
    dice.at("help").click()
    expect(dice.frame.get_by_role("dialog", name="Help")).to_be_visible()
    dice.page.keyboard.press("?")
    expect(dice.frame.get_by_role("dialog", name="Help")).to_be_hidden()


@pytest.mark.hosted
def test_arrows_and_brackets_move_class_and_step(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.frame.locator(".top").click(position={"x": 5, "y": 5})
    for key, klass, step in (
        ("ArrowLeft", "small", LAST - 1),
        ("Shift+ArrowLeft", "small", 0),
        ("ArrowRight", "small", 1),
        ("Shift+ArrowRight", "small", LAST),
        ("[", "small", LAST - 1),
        ("]", "small", LAST),
        ("ArrowDown", "medium", LAST),
        ("ArrowUp", "small", LAST),
    ):
        dice.page.keyboard.press(key)
        expect(dice.at("readout")).to_contain_text(f"{klass}, dice_1e-6, step {step}: ")


def test_home_and_end_go_to_the_ends_of_the_heatmap_and_of_the_tabs(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.at("heatmap").focus()
    for key, step in (("Home", 0), ("End", LAST)):
        dice.page.keyboard.press(key)
        expect(dice.at("readout")).to_contain_text(f"small, dice_1e-6, step {step}: ")
    dice.frame.locator("#tab-samples").focus()
    for key, tab in (("End", "gradient"), ("Home", "samples"), ("ArrowRight", "a_against_b")):
        dice.page.keyboard.press(key)
        expect(dice.frame.locator(f"#tab-{tab}")).to_be_focused()


def test_comma_and_point_move_the_sample(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    order = worst_first(records[A][LAST], "small")
    for key, at in ((".", 1), (".", 2), (",", 1), (",", 0), (",", 0)):
        dice.page.keyboard.press(key)
        expect(dice.at("overlay")).to_contain_text(f"Sample {order[at]}")


def test_enter_opens_the_worst_sample_of_the_cell(tensorboard, records, dice: Dice):
    dice.page.set_viewport_size({"width": 1000, "height": 800})
    dice.open(tensorboard).settled()
    dice.page.keyboard.press(".")
    dice.at("heatmap").focus()
    for _ in range(3):  # three runs in a class
        dice.page.keyboard.press("ArrowDown")
    expect(dice.at("overlay")).to_be_hidden()
    dice.page.keyboard.press("Enter")
    expect(dice.at("overlay")).to_be_visible()
    worst = worst_first(records[A][LAST], "medium")[0]
    expect(dice.at("overlay")).to_contain_text(f"Sample {worst}")
    dice.page.keyboard.press("Escape")
    expect(dice.at("overlay")).to_be_hidden()


def test_enter_needs_no_focus_on_the_heatmap(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    dice.page.keyboard.press("ArrowDown")
    worst = worst_first(records[A][LAST], "medium")[0]
    expect(dice.at("overlay")).to_contain_text(f"Sample {worst}")
    for _ in range(2):
        dice.page.keyboard.press(".")
    expect(dice.at("overlay")).not_to_contain_text(f"Sample {worst}")
    dice.page.keyboard.press("Enter")
    expect(dice.at("overlay")).to_contain_text(f"Sample {worst}")


def test_digits_o_minus_and_equals_change_the_overlay(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    overlay = dice.at("overlay")
    for key, count in (("2", 1), ("3", 1), ("4", 1), ("1", 4)):
        dice.page.keyboard.press(key)
        expect(overlay.locator("canvas[data-pane]")).to_have_count(count)
    outline = overlay.get_by_role("button", name="Outline")
    for pressed in ("true", "false"):
        dice.page.keyboard.press("o")
        expect(outline).to_have_attribute("aria-pressed", pressed)
    opacity = overlay.get_by_label("Opacity of the masks")
    for key, value in (("-", "45"), ("-", "35"), ("=", "45"), ("+", "55")):
        dice.page.keyboard.press(key)
        expect(opacity).to_have_value(value)


def test_space_hides_the_masks_while_it_is_held(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    pane = dice.at("overlay").locator('canvas[data-pane="target"]')
    expect(dice.at("overlay")).to_have_attribute("aria-busy", "false")
    expect(pane).to_be_visible()
    drawn = pane.evaluate("c => c.toDataURL()")
    dice.page.keyboard.down("Space")
    eventually(lambda: pane.evaluate("c => c.toDataURL()") != drawn)
    dice.page.keyboard.up("Space")
    eventually(lambda: pane.evaluate("c => c.toDataURL()") == drawn)


@pytest.mark.hosted
def test_slash_filters_and_escape_leaves_the_field(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    field = dice.at("runs").get_by_label("Filter runs")
    dice.page.keyboard.press("/")
    expect(field).to_be_focused()
    dice.page.keyboard.type("p[o-")  # keys of the page are letters in a field
    expect(field).to_have_value("p[o-")
    expect(dice.frame.get_by_role("button", name="pinned at")).to_have_count(0)
    dice.page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


def test_p_pins_and_escape_lets_go(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    pinned = dice.frame.get_by_role("button", name=f"pinned at {LAST}")
    for key, count in (("p", 1), ("p", 0), ("p", 1), ("Escape", 0)):
        dice.page.keyboard.press(key)
        expect(pinned).to_have_count(count)


def test_page_keys_move_the_slice(dice: Dice, serve: Serve, tmp_path: Path):
    target = np.zeros((1, 6, 16, 16), np.uint8)
    target[0, 2] = 1  # most target
    drawn = target.copy()
    drawn[0, 4, :8] = 1  # most error
    images = np.random.default_rng(5).random(target.shape)
    with tb_dice.DiceRecorder(tmp_path / "volume" / "dice", class_names=["rest", "a"]) as recorder:
        y_pred = np.eye(2, dtype=np.float32)[drawn]
        recorder.update(target, y_pred, images=images, sample_ids=["v"])
        recorder.commit(0)
    url = serve(tmp_path)
    wait_for_steps(url, 1)
    dice.open(url)
    slider = dice.at("overlay").get_by_label("Slice", exact=True)
    too_much = dice.at("overlay").locator('[data-error="tooMuch"] b')
    for key, at, voxels in (("PageUp", 0, 0), ("PageUp", 0, 0), ("PageDown", 1, 128)):
        expect(slider).to_be_visible()
        dice.page.keyboard.press(key)
        expect(slider).to_have_value(str(at))
        expect(too_much).to_have_text(str(voxels))


def test_keys_of_the_browser_are_left_alone(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.page.keyboard.press("Control+[")
    dice.page.keyboard.press("Alt+p")
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value(str(LAST))
    expect(dice.frame.get_by_role("button", name="pinned at")).to_have_count(0)

"""The other kinds of heatmap: samples x steps of a class, classes x runs at a step."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import Locator, expect

import tb_dice

from .conftest import LAST_RUN, STEPS, Dice, still
from .numbers import cell, counts, text, worst_first

A, B, C = "dice_1e-6/dice", "dice_ce/dice", "flat_smooth100/dice"
CLASSES = ("small", "medium", "large", "background")
LAST = STEPS - 1
SAMPLES = '#dice&p.dice.settings={"kind":"samples"}'
RUNS = '#dice&p.dice.settings={"kind":"runs"}'


def test_the_kinds_are_chosen_in_the_head_and_kept_in_the_address(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    heatmap, choice = dice.at("heatmap"), dice.frame.get_by_label("Rows and columns")
    for kind, rows, columns in (("samples", 16, STEPS), ("runs", 4, 3), ("steps", 4, STEPS)):
        choice.select_option(kind)
        expect(heatmap).to_have_attribute("data-rows", str(rows))
        expect(heatmap).to_have_attribute("data-columns", str(columns))
    choice.select_option("samples")
    dice.page.reload()
    expect(heatmap).to_have_attribute("aria-label", re.compile("^Dice of small by sample and step"))


def test_samples_by_step_have_the_recorded_scores(tensorboard, records, dice: Dice):
    dice.open(tensorboard, SAMPLES).settled()
    order = worst_on_average(records[A], "small")
    for row, column in ((0, 3), (4, LAST), (9, 0), (15, 6)):
        click(dice, row, column)
        sample, record = order[row], records[A][column]
        at = list(record.sample_ids).index(sample)
        value = cell(record, "small")[at]
        shown = "both empty" if np.isnan(value) else text(value)
        claim = f"small, {sample}, dice_1e-6, step {column}: {shown}"
        expect(dice.at("readout")).to_contain_text(claim)
        expect(dice.at("overlay")).to_contain_text(f"Sample {sample}")
        expect(dice.at("step").get_by_label("Step, a number")).to_have_value(str(column))
    names = dice.frame.locator(".time .names .class").all_inner_texts()
    assert [name.strip() for name in names] == order


def test_the_read_out_says_the_state_of_a_sample(tensorboard, records, dice: Dice):
    dice.open(tensorboard, SAMPLES).settled()
    true, pred, _ = counts(records[A][LAST], "small")
    order = worst_on_average(records[A], "small")
    ids = list(records[A][LAST].sample_ids)
    for mask, words in (
        ((true > 0) & (pred == 0), "missed: only the target has it"),
        ((true == 0) & (pred > 0), "false alarm: only the prediction has it"),
        ((true == 0) & (pred == 0), "neither target nor prediction has it"),
    ):
        sample = ids[int(np.flatnonzero(mask)[0])]
        point(dice, order.index(sample), LAST)
        expect(dice.at("readout")).to_contain_text(words)


def test_samples_by_step_of_two_runs(tensorboard, records, dice: Dice):
    dice.open(tensorboard, SAMPLES).settled()
    dice.frame.get_by_role("button", name="A − B").click()
    expect(dice.frame.get_by_role("button", name="missed q")).to_be_disabled()
    order = worst_on_average(records[A], "small")
    expect(dice.at("heatmap")).to_have_attribute("data-rows", "16")
    a, b = (cell(records[run][LAST], "small") for run in (A, B))
    at = int(np.flatnonzero(~np.isnan(a - b))[0])
    sample = str(records[A][LAST].sample_ids[at])
    click(dice, order.index(sample), LAST)
    difference = float(a[at] - b[at])
    sign = "−" if round(difference, 2) < 0 else "+" if round(difference, 2) > 0 else ""
    expect(dice.at("readout")).to_contain_text(
        f"small, {sample}, dice_1e-6 − dice_ce, step {LAST}: {sign}{text(abs(difference))}"
    )


def test_arrows_walk_through_samples_and_steps(tensorboard, records, dice: Dice):
    dice.open(tensorboard, SAMPLES).settled()
    order = worst_on_average(records[A], "small")
    click(dice, 2, 5)
    for keys, row, step in ((("Down",), 3, 5), (("Left", "Left"), 3, 3), (("Up", "Up"), 1, 3)):
        for key in keys:
            dice.page.keyboard.press(f"Arrow{key}")
        expect(dice.at("readout")).to_contain_text(f"small, {order[row]}, dice_1e-6, step {step}: ")
    dice.page.keyboard.press("Shift+ArrowDown")
    expect(dice.at("readout")).to_contain_text(f"small, {order[11]}, dice_1e-6")


def test_classes_by_run_have_the_means_of_the_step(tensorboard, records, dice: Dice):
    dice.open(tensorboard, RUNS + "&p.dice.step=4").settled()
    for row, klass in enumerate(CLASSES):
        for column, run in enumerate((A, B, C)):
            click(dice, row, column)
            value = text(np.nanmean(cell(records[run][4], klass)))
            label = run.removesuffix("/dice")
            expect(dice.at("readout")).to_contain_text(f"{klass}, {label}, step 4: {value}")
            expect(dice.frame.get_by_label("Run A")).to_have_value(run)
    expect(dice.frame.get_by_role("button", name="A − B")).to_be_disabled()
    dice.at("step").get_by_label("Step, a number").fill(str(LAST_RUN))
    dice.page.keyboard.press("Enter")
    point(dice, 0, 2)
    expect(dice.at("readout")).to_contain_text(f"step {LAST_RUN}: not logged")


def test_arrows_walk_through_classes_and_runs(tensorboard, dice: Dice):
    dice.open(tensorboard, RUNS).settled()
    click(dice, 1, 0)
    for keys, claim in (
        (("ArrowRight",), "medium, dice_ce"),
        (("ArrowDown", "Home"), "large, dice_1e-6"),
        (("End", "ArrowUp"), "medium, flat_smooth100"),
        (("ArrowRight", "Shift+ArrowDown"), "background, flat_smooth100"),
    ):
        for key in keys:
            dice.page.keyboard.press(key)
        expect(dice.at("readout")).to_contain_text(f"{claim}, step {LAST}: ")


def test_shift_click_on_a_run_makes_it_b(tensorboard, dice: Dice):
    dice.open(tensorboard, RUNS).settled()
    dice.page.keyboard.down("Shift")
    click(dice, 0, 2)
    dice.page.keyboard.up("Shift")
    expect(dice.frame.get_by_label("Run B")).to_have_value(C)
    expect(dice.frame.get_by_label("Run A")).to_have_value(A)
    expect(dice.frame.locator(".ring.pinned")).to_be_visible()


def test_all_kinds_can_be_read_as_a_table(tensorboard, records, dice: Dice):
    dice.open(tensorboard, RUNS.replace('"}', '","table":true}')).settled()
    table = dice.at("heatmap").get_by_role("table")
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert heads == ["class", "dice_1e-6", "dice_ce", "flat_smooth100"]
    shown = table.get_by_role("row").nth(1).get_by_role("cell").all_inner_texts()
    means = [text(np.nanmean(cell(records[run][LAST], "small"))) for run in (A, B)]
    assert shown == [*means, "not logged"]
    dice.frame.get_by_label("Rows and columns").select_option("samples")
    order = worst_on_average(records[A], "small")
    expect(table.get_by_role("rowheader")).to_have_text(order)


def worst_on_average(records: list[tb_dice.Record], klass: str) -> list[str]:
    """Sample ids by their mean score over the steps, worst first."""
    assert all(list(r.sample_ids) == list(records[0].sample_ids) for r in records)
    scores = np.stack([cell(record, klass) for record in records])
    defined = ~np.isnan(scores)
    total = np.where(defined, scores, 0).sum(0)
    mean = np.where(defined.any(0), total / np.maximum(1, defined.sum(0)), np.inf)
    true, pred = (sum(counts(r, klass)[side] for r in records) for side in (0, 1))
    rows = sorted(range(len(mean)), key=lambda n: (mean[n], -true[n], -pred[n], n))
    ids = [str(records[0].sample_ids[n]) for n in rows]
    assert sorted(ids) == sorted(worst_first(records[0], klass))
    return ids


def middle(heatmap: Locator, row: int, column: int) -> tuple[float, float]:
    """The middle of a cell on the page."""
    rows, columns = (int(heatmap.get_attribute(f"data-{n}") or 0) for n in ("rows", "columns"))
    box = still(heatmap)
    x = box["x"] + (column + 0.5) / columns * box["width"]
    return x, box["y"] + (row + 0.5) / rows * box["height"]


def point(dice: Dice, row: int, column: int) -> None:
    """Moves the pointer over a cell, once it and all above it have their place."""
    dice.steady()
    expect(dice.at("heatmap")).not_to_have_attribute("data-rows", "0")
    dice.page.mouse.move(*middle(dice.at("heatmap"), row, column))


def click(dice: Dice, row: int, column: int) -> None:
    point(dice, row, column)
    dice.page.mouse.down()
    dice.page.mouse.up()


def test_a_cell_opens_its_picture_on_a_narrow_page_too(tensorboard, dice: Dice):
    dice.page.set_viewport_size({"width": 1000, "height": 800})
    dice.open(tensorboard).settled()
    expect(dice.at("overlay")).to_be_hidden()
    click(dice, 0, 3)
    expect(dice.at("overlay")).to_be_visible()

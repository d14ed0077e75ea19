"""The samples panel: order, numbers, states and the linked selection."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from .conftest import STEPS, Dice
from .numbers import cell, counts, text, worst_first

A = "dice_1e-6/dice"
LAST = STEPS - 1


def test_samples_are_worst_first_with_the_recorded_numbers(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    record = records[A][LAST]
    names = dice.at("panel-samples").locator(".thumb").all_inner_texts()
    assert [name.strip() for name in names] == worst_first(record, "small")
    for klass in record.classes:
        for sample, value in zip(record.sample_ids, cell(record, klass), strict=True):
            shown = cell_of(dice, str(sample), klass)
            if np.isnan(value):
                expect(shown).to_have_attribute("data-state", "0")
            elif value > 0:
                expect(shown).to_have_text(text(value))


def test_empty_is_a_state_and_not_a_number(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    record = records[A][LAST]
    true, pred, _ = counts(record, "small")
    wanted = {
        0: (true == 0) & (pred == 0),
        1: (true > 0) & (pred == 0),
        2: (true == 0) & (pred > 0),
    }
    for state, rows in wanted.items():
        assert rows.any()
        for sample in np.asarray(record.sample_ids)[rows]:
            shown = cell_of(dice, str(sample), "small")
            expect(shown).to_have_attribute("data-state", str(state))
            expect(shown).to_have_text("")
            drawn = shown.evaluate("e => getComputedStyle(e).backgroundImage")
            assert ("repeating-linear-gradient" in drawn) == (state == 0)
            expect(shown.locator("svg")).to_have_count(0 if state == 0 else 1)


def test_counted_as_one_still_shows_the_hatch(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.at("definition").get_by_label("Score where target and prediction are empty").select_option(
        "one"
    )
    empty = dice.at("panel-samples").locator(".cell[data-state='0']").first
    expect(empty).to_have_text("1.00")
    assert "gradient" in empty.evaluate("e => getComputedStyle(e).backgroundImage")


def test_the_summary_counts_the_states(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    true, pred, _ = counts(records[A][LAST], "small")
    missed, alarms = ((true > 0) & (pred == 0)).sum(), ((true == 0) & (pred > 0)).sum()
    both, empty = ((true > 0) & (pred > 0)).sum(), ((true == 0) & (pred == 0)).sum()
    parts = f"{missed} missed, {alarms} false alarms?, {both} both present, {empty} both empty"
    summary = dice.at("panel-samples").locator(".summary")
    expect(summary).to_have_text(re.compile(f"^small: {parts}$"))


def test_a_click_selects_sample_and_class(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    sample = worst_first(records[A][LAST], "small")[4]
    cell_of(dice, sample, "medium").click()
    expect(dice.at("overlay")).to_contain_text(f"Sample {sample}")
    expect(cell_of(dice, sample, "medium")).to_have_attribute("aria-pressed", "true")
    expect(dice.at("variants")).to_contain_text("Variants, medium")
    assert f"p.dice.sample={sample}" in dice.hash()
    assert "p.dice.class=medium" in dice.hash()


def test_arrows_walk_through_the_grid(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    order = worst_first(records[A][LAST], "small")
    cell_of(dice, order[0], "small").focus()
    dice.page.keyboard.press("ArrowRight")
    expect(cell_of(dice, order[1], "small")).to_be_focused()
    dice.page.keyboard.press("ArrowDown")
    expect(cell_of(dice, order[1], "medium")).to_have_attribute("aria-pressed", "true")


def test_another_class_opens_its_worst_sample(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    dice.choose("large")
    worst = worst_first(records[A][LAST], "large")[0]
    expect(dice.at("overlay")).to_contain_text(f"Sample {worst}")


def test_a_heatmap_cell_opens_the_worst_sample_of_its_class_and_step(
    tensorboard, records, dice: Dice
):
    dice.open(tensorboard).settled()
    step, klass = 7, "medium"
    click_cell(dice, klass, step)
    record = records[A][step]
    worst = worst_first(record, klass)[0]
    expect(dice.at("overlay")).to_contain_text(f"Sample {worst}")
    row = list(record.sample_ids).index(worst)
    true, pred, hit = (int(numbers[row]) for numbers in counts(record, klass))
    value = cell(record, klass)[row]
    line = dice.at("overlay").get_by_role("row").filter(has_text=klass)
    cells = [int(n) for n in line.get_by_role("cell").all_inner_texts()[1:6]]
    assert cells == [true, pred, hit, pred - hit, true - hit]
    expect(line.get_by_role("cell").last).to_have_text(text(value))
    expect(dice.at("readout")).to_have_text(re.compile(f"^{klass}, dice_1e-6, step {step}: "))


def test_another_step_alone_shows_its_own_samples(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    for step in (2, 6):
        dice.at("step").get_by_label("Step, a number").fill(str(step))
        dice.page.keyboard.press("Enter")
        order = worst_first(records[A][step], "small")
        expect(dice.at("panel-samples").locator(".thumb")).to_have_text(order)
        values = dict(
            zip(records[A][step].sample_ids, cell(records[A][step], "small"), strict=True)
        )
        scored = next(name for name in reversed(order) if values[name] > 0)
        expect(cell_of(dice, scored, "small")).to_have_text(text(values[scored]))


def test_a_run_without_the_step_says_which_is_nearest(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.frame.get_by_label("Run A").select_option("flat_smooth100/dice")
    nearest = dice.at("panel-samples").get_by_role("button", name="Nearest logged: step 8")
    nearest.click()
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value("8")
    dice.settled()


def test_numbers_and_picture_can_be_kept(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    table = exported(dice, "Numbers as CSV").read_text().splitlines()
    assert table[0] == "sample,class,score,state,target,prediction,hit,definition"
    record = records[A][LAST]
    assert len(table) == 1 + len(record.sample_ids) * len(record.classes)
    worst = worst_first(record, "small")[0]
    row = list(record.sample_ids).index(worst)
    true, pred, hit = (int(numbers[row]) for numbers in counts(record, "small"))
    start = f'{worst},small,0,only target,{true},{pred},{hit},"default definition: 2 TP / '
    assert table[1].startswith(start)

    kept = exported(dice, "Picture as PNG")
    card = dice.frame.locator(".card:has([data-testid=panel-samples])")
    size = card.evaluate("e => [e.offsetWidth, e.offsetHeight]")
    with Image.open(kept) as picture:
        assert picture.size[0] == 2 * size[0]
        assert 2 * size[1] < picture.size[1] < 2 * size[1] + 200  # the caption is below
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 100


def test_the_grid_can_be_read_as_a_table(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    dice.at("panel-samples").get_by_role("button", name="Show as table").click()
    table = dice.at("panel-samples").get_by_role("table")
    record = records[A][LAST]
    order = worst_first(record, "small")
    assert table.get_by_role("rowheader").all_inner_texts() == order
    states = ["both empty", "only prediction", "only target", ""]
    for sample in order:
        row = list(record.sample_ids).index(sample)
        wanted = []
        for klass in ("small", "medium", "large", "background"):
            true, pred, _ = (numbers[row] for numbers in counts(record, klass))
            value = cell(record, klass)[row]
            parts = ["" if np.isnan(value) else text(value), states[2 * (true > 0) + (pred > 0)]]
            wanted.append(", ".join(filter(None, parts)))
        cells = table.get_by_role("row").filter(has_text=sample).get_by_role("cell")
        assert cells.all_inner_texts() == wanted
    expect(table.locator("tr.sel")).to_contain_text(order[0])
    dice.page.reload()
    expect(table.get_by_role("rowheader")).to_have_count(len(order))


def exported(dice: Dice, name: str) -> Path:
    """The file that an entry of the panel's export menu gives."""
    dice.at("panel-samples").get_by_role("button", name="Export").click()
    with dice.page.expect_download() as download:
        dice.at("panel-samples").get_by_role("button", name=name).click()
    return Path(download.value.path())


def cell_of(dice: Dice, sample: str, klass: str):
    """The score cell of a sample and class."""
    return dice.at("panel-samples").locator(f'.cell[aria-label^="{sample}, {klass}, "]')


def click_cell(dice: Dice, klass: str, step: int) -> None:
    """Clicks the heatmap where run A's row of a class crosses a step."""
    box = dice.at("heatmap").bounding_box()
    label = dice.frame.locator(".time .names").get_by_text(klass, exact=True)
    row = label.bounding_box()
    assert box is not None
    assert row is not None
    x = box["x"] + (step + 0.5) * box["width"] / STEPS
    dice.page.mouse.click(x, row["y"] + row["height"] / 2)

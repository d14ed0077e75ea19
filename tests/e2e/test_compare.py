"""The tab A against B: the recorded scores of both runs, their mean difference and its interval."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import Locator, expect

from .conftest import STEPS, Dice
from .numbers import cell, text

A, B = "dice_1e-6/dice", "dice_ce/dice"
LAST = STEPS - 1
TAB = "#dice&p.dice.tab=compare&p.dice.class=medium"
INSET, SIDE = (34, 10), 220  # of the square, in CSS pixels


def test_the_sentence_has_the_mean_difference_and_its_interval(tensorboard, records, dice: Dice):
    dice.open(tensorboard, TAB)
    a, b = (cell(records[run][LAST], "medium") for run in (A, B))
    apart = (a - b)[~np.isnan(a - b)]
    side = "lower" if apart.mean() < 0 else "higher"
    claim = f"dice_1e-6 scores {text(abs(apart.mean()))} {side} than dice_ce on medium,"
    says = panel(dice).locator(".summary")
    expect(says).to_contain_text(claim)
    counts = f"Higher on {(apart > 0).sum()}, lower on {(apart < 0).sum()}."
    expect(says).to_contain_text(f"in the mean of {len(apart)} samples that both score")
    expect(says).to_contain_text(counts)
    shown = re.search(r"interval ([+−]?\.\d\d) to ([+−]?\.\d\d)", says.inner_text())
    assert shown is not None
    low, high = (float(part.replace("−", "-")) for part in shown.groups())
    spread = 1.96 * apart.std() / np.sqrt(len(apart))
    assert abs(low - (apart.mean() - spread)) < 0.4 * spread + 0.01
    assert abs(high - (apart.mean() + spread)) < 0.4 * spread + 0.01


def test_a_click_on_a_dot_selects_its_sample(tensorboard, records, dice: Dice):
    dice.open(tensorboard, TAB)
    a, b = (cell(records[run][LAST], "medium") for run in (A, B))
    at = int(np.nanargmin(a))  # the lonely dot at the left
    sample = str(records[A][LAST].sample_ids[at])
    chart = panel(dice).get_by_role("slider")
    x, y = INSET[0] + a[at] * SIDE, INSET[1] + (1 - b[at]) * SIDE
    chart.hover(position={"x": x, "y": y})
    expect(panel(dice).locator(".tip")).to_contain_text(f"{sample}A {text(a[at])} B {text(b[at])}")
    chart.click(position={"x": x, "y": y})
    expect(dice.at("overlay")).to_contain_text(f"Sample {sample}")
    assert f"p.dice.sample={sample}" in dice.hash()


def test_keys_walk_from_what_a_loses_most(tensorboard, records, dice: Dice):
    dice.open(tensorboard, TAB)
    a, b = (cell(records[run][LAST], "medium") for run in (A, B))
    apart = np.where(np.isnan(a - b), np.inf, a - b)
    sample = str(records[A][LAST].sample_ids[int(np.argmin(apart))])
    chart = panel(dice).get_by_role("slider")
    chart.focus()
    dice.page.keyboard.press("Home")
    expect(dice.at("overlay")).to_contain_text(f"Sample {sample}")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(f"^{sample}, A "))


def test_the_table_has_both_scores_of_every_sample(tensorboard, records, dice: Dice):
    dice.open(tensorboard, TAB + '&p.dice.tabs={"table":true}')
    rows = panel(dice).locator("tbody tr")
    expect(rows).to_have_count(16)
    a, b = (cell(records[run][LAST], "medium") for run in (A, B))
    for row, sample, x, y in zip(
        rows.all(), records[A][LAST].sample_ids, a.tolist(), b.tolist(), strict=True
    ):
        cells = row.get_by_role("cell").all_inner_texts()
        assert cells[0] == sample
        for shown, value in zip(cells[1:4], (x, y, x - y), strict=True):
            number = float(shown.replace("−", "-")) if shown != "–" else float("nan")
            np.testing.assert_allclose(number, value, atol=5e-5)


def test_without_b_it_says_what_to_do(tensorboard, dice: Dice):
    hide = f'"{B}":false,"flat_smooth100/dice":false'
    dice.open(tensorboard, TAB + "&p.dice.runs={" + hide + "}")
    expect(panel(dice)).to_contain_text("Choose a run B at the top that has medium at this step")


def panel(dice: Dice) -> Locator:
    return dice.at("panel-compare")

"""The tab A against B: the recorded scores of both runs, their mean difference and its interval."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, expect

import tb_dice

from .conftest import STEPS, Dice, Serve, wait_for_steps
from .numbers import cell, counts, text

A, B = "dice_1e-6/dice", "dice_ce/dice"
LAST = STEPS - 1
TAB = "#dice&p.dice.tab=a_against_b&p.dice.class=medium"
INSET, SIDE = (34, 10), 220  # of the square, in CSS pixels


def test_the_sentence_has_the_mean_difference_and_its_interval(tensorboard, records, dice: Dice):
    dice.open(tensorboard, TAB)
    a, b = (cell(records[run][LAST], "medium") for run in (A, B))
    apart = (a - b)[~np.isnan(a - b)]
    side = "lower" if apart.mean() < 0 else "higher"
    claim = f"dice_1e-6 scores {text(abs(apart.mean()))} {side} than dice_ce on medium,"
    says = panel(dice).locator(".summary")
    expect(says).to_contain_text(claim)
    higher = f"Higher on {(apart > 0).sum()}, lower on {(apart < 0).sum()}."
    expect(says).to_contain_text(f"on average over {len(apart)} samples that both score")
    expect(says).to_contain_text(higher)
    expect(says).to_contain_text("(bootstrap over these images, 2\u2009000 draws;")
    shown = re.search(r"interval ([+−]?\.\d\d) to ([+−]?\.\d\d)", says.inner_text())
    assert shown is not None
    low, high = (float(part.replace("−", "-")) for part in shown.groups())
    spread = 1.96 * apart.std() / np.sqrt(len(apart))
    assert abs(low - (apart.mean() - spread)) < 0.4 * spread + 0.01
    assert abs(high - (apart.mean() + spread)) < 0.4 * spread + 0.01


def test_missed_and_false_alarms_stand_side_by_side(tensorboard, records, dice: Dice):
    dice.open(tensorboard, TAB.replace("medium", "small"))
    wanted = []
    for run in (A, B):
        one = records[run][LAST]
        true, pred, _ = counts(one, "small")
        scores = cell(one, "small")
        missed, alarms = ((true > 0) & (pred == 0)).sum(), ((true == 0) & (pred > 0)).sum()
        numbers = (np.sum(~np.isnan(scores)), missed, alarms)
        wanted.append([text(np.nanmean(scores)), *map(str, numbers)])
    rows = panel(dice).locator(".tally tbody tr")
    expect(rows).to_have_count(4)
    shown = [row.get_by_role("cell").all_inner_texts() for row in rows.all()]
    assert shown == [list(row) for row in zip(*wanted, strict=True)]


def test_false_alarms_of_one_run_are_no_reason_to_call_it_better(
    dice: Dice, serve: Serve, tmp_path: Path
):
    """A draws all of B and more, also where nothing is: worse in the mean, better in pairs."""
    for run, drawn in (("a", [9] * 4 + [8] * 5), ("b", [6] * 4 + [0] * 5)):
        with tb_dice.DiceRecorder(tmp_path / run / "dice", class_names=["rest", "lump"]) as to:
            target, pred = lumps([8] * 4 + [0] * 5), lumps(drawn)
            to.update(target, np.eye(2, dtype=np.float32)[pred])
            to.commit(0)
    url = serve(tmp_path)
    wait_for_steps(url, 1, runs=2)
    dice.open(url, "#dice&p.dice.tab=a_against_b&p.dice.class=lump")
    says = panel(dice).locator(".summary")
    expect(says.locator("b")).to_have_text(
        "On lump, a has .42 over all its samples with a score, b .86 over all of its; "
        "on the 4 samples that both score, a is .08 higher than b."
    )
    expect(says).to_contain_text("leave out 5 false alarms of a, where b rightly drew nothing.")
    expect(says).to_contain_text("too few samples to tell (4 of 4 differ).")


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
    expect(panel(dice)).to_contain_text("choose a run B at the top that has medium at this step")


def lumps(sizes: list[int]) -> np.ndarray:
    """A mask for each size, with as many voxels of class 1."""
    return (np.arange(64) < np.array(sizes)[:, None]).astype(np.uint8).reshape(-1, 8, 8)


def panel(dice: Dice) -> Locator:
    return dice.at("panel-a_against_b")

"""The tabs of the lower card: each opens, shows the numbers of the log and acts on the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

import tb_dice
from tb_dice.analysis.finding import Analysis
from tb_dice.log import scores

from .conftest import STEPS, Dice, still
from .numbers import cell, counts, text

A = "dice_1e-6/dice"
B = "dice_ce/dice"
LAST = STEPS - 1
ANALYSES = [name for name in get_args(Analysis) if name != "samples"]


@pytest.fixture
def record(records) -> tb_dice.Record:
    """The pass that the page opens at."""
    return records[A][LAST]


# ---- the strip of tabs ----


@pytest.mark.parametrize("name", ANALYSES)
def test_the_address_opens_a_tab(tensorboard, dice: Dice, name: str):
    dice.open(tensorboard, f"#dice&p.dice.tab={name}")
    expect(tab(dice, name)).to_have_attribute("aria-selected", "true")
    expect(panel(dice, name).locator(".summary b")).not_to_be_empty()
    expect(panel(dice, name).locator(".body")).to_be_visible()
    expect(dice.at("panel-samples")).to_have_count(0)


def test_an_address_of_before_opens_the_same_tab(tensorboard, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=differ&p.dice.step=3")
    expect(panel(dice, "why_they_differ").get_by_role("table")).to_be_visible()
    expect(dice.page).to_have_url(re.compile("p.dice.tab=why_they_differ"))
    assert "p.dice.step=3" in dice.hash()


def test_a_click_opens_a_tab_and_the_address_says_so(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    assert "p.dice.tab" not in dice.hash()
    tab(dice, "empty_rules").click()
    expect(panel(dice, "empty_rules").get_by_role("table")).to_be_visible()
    assert "p.dice.tab=empty_rules" in dice.hash()
    dice.page.reload()
    expect(panel(dice, "empty_rules").get_by_role("table")).to_be_visible()
    tab(dice, "samples").click()
    dice.settled()
    assert "p.dice.tab" not in dice.hash()


def test_the_tabs_stay_where_they_are_at_the_end_of_the_page(tensorboard, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=all_variants").steady()
    expect(panel(dice, "all_variants").get_by_role("table")).to_be_visible()
    dice.frame.locator(".main").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    strip = dice.frame.get_by_role("tablist", name="Panels at this step")
    place = strip.bounding_box()
    for name in ("object_size", "gradient", "empty_rules", "samples", "all_variants"):
        tab(dice, name).click()
        if name == "samples":
            dice.settled()
        else:
            expect(panel(dice, name).locator(".body")).to_be_visible()
        assert strip.bounding_box() == place


def test_keys_walk_along_the_tabs(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    tab(dice, "samples").focus()
    for key, name in (
        ("ArrowRight", "a_against_b"),
        ("End", "gradient"),
        ("ArrowRight", "samples"),
    ):
        dice.page.keyboard.press(key)
        expect(tab(dice, name)).to_be_focused()
        expect(tab(dice, name)).to_have_attribute("aria-selected", "true")
        expect(dice.frame.locator("[role=tab][tabindex='0']")).to_have_count(1)
    assert f"p.dice.step={LAST}" in dice.hash()  # the arrows did not move the step
    controlled = tab(dice, "samples").get_attribute("aria-controls")
    expect(dice.frame.locator(f"[role=tabpanel]#{controlled}")).to_be_visible()


def test_only_an_open_tab_asks_the_server_and_only_once(tensorboard, dice: Dice):
    asked: list[str] = []
    dice.page.on("request", lambda r: "/plugin/dice/smooth" in r.url and asked.append(r.url))
    dice.open(tensorboard).settled()
    assert asked == []
    for name in ("smooth", "samples", "smooth"):
        tab(dice, name).click()
        if name == "smooth":  # left sooner, the questions would be called off and asked again
            expect(panel(dice, "smooth").locator(".curves .entry")).to_have_count(3)
    assert len(asked) == 2  # of run A and of run B


def test_the_analyses_are_loaded_when_one_is_opened(tensorboard, dice: Dice):
    loaded: list[str] = []
    dice.page.on("request", lambda r: r.url.endswith("/analyses.js") and loaded.append(r.url))
    dice.open(tensorboard).settled()
    assert loaded == []
    for name in ("smooth", "empty_rules"):
        tab(dice, name).click()
        expect(panel(dice, name).locator("figure, table, .curves").first).to_be_visible()
    assert len(loaded) == 1


def test_analyses_that_cannot_be_loaded_cost_their_tab_alone(tensorboard, dice: Dice):
    dice.page.route("**/analyses.js", lambda route: route.abort())
    dice.open(tensorboard).settled()
    tab(dice, "smooth").click()
    expect(panel(dice, "smooth").get_by_role("alert")).to_contain_text("could not be read")
    tab(dice, "samples").click()
    dice.settled()
    dice.complaints.clear()


def test_a_failed_answer_says_so_and_can_be_retried(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.page.route(
        "**/empty_rules*", lambda route: route.fulfill(status=500, body="The disk sulks.")
    )
    tab(dice, "empty_rules").click()
    alert = panel(dice, "empty_rules").get_by_role("alert")
    expect(alert).to_contain_text("The disk sulks.")
    assert dice.complaints
    dice.complaints.clear()
    dice.page.unroute("**/empty_rules*")
    alert.get_by_role("button", name="Try again").click()
    expect(panel(dice, "empty_rules").get_by_role("table")).to_be_visible()
    expect(alert).to_have_count(0)


def test_a_run_without_the_step_says_which_is_nearest(tensorboard, dice: Dice):
    at = f"&p.dice.run=flat_smooth100/dice&p.dice.step={LAST}"
    dice.open(tensorboard, f"#dice&p.dice.tab=batch_size{at}")
    panel(dice, "batch_size").get_by_role("button", name="Nearest logged: step 8").click()
    expect(panel(dice, "batch_size").locator(".curves .entry").first).to_be_attached()


# ---- object size ----


def test_object_size_shows_score_and_target_of_each_sample(tensorboard, record, records, dice):
    dice.open(tensorboard, "#dice&p.dice.tab=object_size")
    rows = as_table(dice, "object_size")
    wanted = []
    for run, label in ((A, "dice_1e-6"), (B, "dice_ce")):
        one = records[run][LAST]
        true, pred, _ = counts(one, "small")
        scores = cell(one, "small")
        known = ~np.isnan(scores)
        wanted += [
            [label, str(one.sample_ids[n]), f"{true[n]:.0f}", f"{pred[n]:.0f}", fine(scores[n])]
            for n in np.flatnonzero(known)
        ]
    assert sorted(rows) == sorted(wanted)
    true, _, _ = counts(record, "small")
    scores, median = cell(record, "small"), np.median(true[true > 0])
    small = scores[(true > 0) & (true <= median)].mean()
    large = scores[true > median].mean()
    expect(panel(dice, "object_size").locator(".summary b")).to_have_text(
        f"small: objects of up to {median:.0f} voxels score {text(small)} on average, "
        f"larger ones {text(large)}."
    )


def test_keys_and_clicks_in_the_scatter_select_the_sample(tensorboard, record, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=object_size")
    scatter = panel(dice, "object_size").get_by_role("slider")
    true, _, _ = counts(record, "small")
    row = int(np.argmax(true))
    largest, score = str(record.sample_ids[row]), text(cell(record, "small")[row])
    scatter.focus()
    dice.page.keyboard.press("End")
    spoken = f"^{largest}, target {true[row]:.0f} voxels, dice_1e-6 {re.escape(score)}, dice_ce"
    expect(scatter).to_have_attribute("aria-valuetext", re.compile(spoken))
    expect(dice.at("overlay")).to_contain_text(f"Sample {largest}")
    ring = scatter.locator(".ring.selected").first.bounding_box()
    assert ring is not None
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    dice.page.keyboard.press("Home")
    expect(dice.at("overlay")).not_to_contain_text(f"Sample {largest}")
    dice.page.mouse.move(x, y)
    expect(scatter.locator(".tip")).to_contain_text(largest)
    dice.page.mouse.click(x, y)
    expect(dice.at("overlay")).to_contain_text(f"Sample {largest}")


# ---- smooth ----


def test_smooth_shows_the_class_and_the_missed_median_object(tensorboard, record, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=smooth")
    rows = as_table(dice, "smooth")
    column = record.classes.index("small")
    true, _, _ = counts(record, "small")
    median = float(np.median(true[true > 0]))
    assert len(rows) >= 40
    assert rows[0][0] == "0"
    for row in rows[::8]:
        smooth = float(row[0])
        spec = tb_dice.definition.spec.DEFAULT.replace(smooth_num=smooth, smooth_den=smooth)
        assert row[1] == fine(scores.class_values(record, spec)[0][column])
        assert float(row[3] or 0) == pytest.approx(smooth / (median + smooth), abs=2e-4)


def test_a_click_on_the_smooth_axis_sets_smooth(tensorboard, record, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=smooth")
    chart = panel(dice, "smooth").get_by_role("slider")
    chart.scroll_into_view_if_needed()
    dice.steady()
    box = still(chart)
    dice.page.mouse.click(box["x"] + box["width"] - 20, box["y"] + 60)
    field = dice.at("definition").get_by_label("Smooth, a number")
    expect(field).to_have_value("10000")
    expect(panel(dice, "smooth").locator(".summary b")).to_contain_text("smooth 10000 exceeds")
    assert "smooth%22:10000" in dice.hash()
    chart.focus()
    dice.page.keyboard.press("Home")
    expect(field).to_have_value("0")
    ends = panel(dice, "smooth").locator(".end[data-key=a] b")
    expect(ends).to_have_text(text(np.nanmean(cell(record, "small"))))


# ---- batch size ----


def test_batch_size_regroups_the_recorded_samples(tensorboard, record, dice: Dice):
    dice.open(tensorboard, '#dice&p.dice.tab=batch_size&p.dice.variants=["recipe.dice_coef"]')
    rows = as_table(dice, "batch_size")
    assert [row[0] for row in rows] == ["1", "2", "4", "8", "16"]
    own = fine(np.nanmean(cell(record, "small")))
    for row in rows:
        assert row[1:] == [own, fine(dice_coef(record, int(row[0])))]
    as_chart(dice, "batch_size")
    expect(panel(dice, "batch_size").locator(".end[data-key='recipe.dice_coef'] b")).to_have_text(
        text(dice_coef(record, 8))
    )


def test_a_variant_is_added_and_removed_in_the_batch_tab(tensorboard, dice: Dice):
    dice.open(tensorboard, '#dice&p.dice.tab=batch_size&p.dice.variants=["recipe.dice_coef"]')
    batch = panel(dice, "batch_size")
    batch.get_by_label("Add a variant").select_option("keras.Dice")
    expect(batch.locator(".end[data-key='keras.Dice']")).to_be_attached()
    batch.get_by_role("button", name="Remove recipe.dice_coef").click()
    expect(batch.locator(".end[data-key='recipe.dice_coef']")).to_have_count(0)
    assert "keras.Dice" in dice.hash()


# ---- empty rules ----


def test_empty_rules_give_the_means_under_each_rule(tensorboard, record, records, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=empty_rules")
    for key in ("skip", "zero", "one", "positive", "deletion"):
        row = panel(dice, "empty_rules").locator(f"tr[data-rule={key}]")
        expect(row).to_be_visible()
        cells = [part.split() for part in row.get_by_role("cell").all_inner_texts()]
        shown = ("small", "medium", "large", "background")
        wanted = [ruled(record, klass, key) for klass in shown]
        assert cells[:4] == [[text(np.nanmean(v)), str(np.sum(~np.isnan(v)))] for v in wanted]
        for run, mean in ((A, cells[4]), (B, cells[5])):
            found = [np.nanmean(ruled(records[run][LAST], klass, key)) for klass in shown[:3]]
            assert mean == [text(np.mean(found))]
    expect(panel(dice, "empty_rules").locator("tr.sel")).to_have_attribute("data-rule", "skip")


def test_a_click_on_a_rule_takes_it(tensorboard, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=empty_rules")
    rules = panel(dice, "empty_rules")
    rules.get_by_role("button", name="both empty = 1").click()
    expect(rules.locator("tr.sel")).to_have_attribute("data-rule", "one")
    label = "Score where target and prediction are empty"
    expect(dice.at("definition").get_by_label(label)).to_have_value("one")
    rules.get_by_role("button", name="non-empty targets only").click()
    expect(rules.locator("tr.sel")).to_have_attribute("data-rule", "positive")
    expect(dice.at("definition").get_by_label("Definition", exact=True)).to_have_value(
        "empty_mask.positive"
    )


# ---- all variants ----


def test_the_table_has_every_variant_with_its_value(tensorboard, record, records, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=all_variants")
    table = panel(dice, "all_variants")
    expect(table.locator("tr[data-variant]")).to_have_count(len(tb_dice.variants()))
    for name in ("recipe.dice_coef", "recipe.dice_loss", "monai.DiceMetric"):
        cells = table.locator(f"tr[data-variant='{name}']").get_by_role("cell").all_inner_texts()
        spec = tb_dice.variant(name)
        wanted = [scores.value(records[run][LAST], spec) for run in (A, B)]
        wanted.append(scores.class_values(record, spec)[0][record.classes.index("small")])
        assert cells[:3] == [text(value) for value in wanted]
    refused = table.locator("tr[data-variant='recipe.dice_loss2']")
    expect(refused).to_contain_text("refused")
    expect(refused.locator(".formula")).not_to_be_empty()


def test_the_table_filters_sorts_and_keeps_both_in_the_address(tensorboard, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=all_variants")
    table = panel(dice, "all_variants")
    table.get_by_label("Filter the table").fill("recipe score")
    rows = table.locator("tr[data-variant]")
    expect(rows).to_have_count(2)
    sort = table.get_by_role("button", name="dice_1e-6")
    for order in ("ascending", "descending"):
        sort.click()
        expect(table.locator("th.c-value")).to_have_attribute("aria-sort", order)
        numbers = [float(row.get_by_role("cell").first.inner_text()) for row in rows.all()]
        assert numbers == sorted(numbers, reverse=order == "descending")
    dice.page.reload()
    expect(rows).to_have_count(2)
    expect(table.locator("th.c-value")).to_have_attribute("aria-sort", "descending")


def test_a_click_takes_a_variant_as_the_definition(tensorboard, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=all_variants")
    table = panel(dice, "all_variants")
    table.get_by_role("button", name="recipe.dice_coef", exact=True).click()
    expect(table.locator("tr.sel")).to_have_attribute("data-variant", "recipe.dice_coef")
    expect(dice.at("definition").get_by_label("Definition", exact=True)).to_have_value(
        "recipe.dice_coef"
    )


# ---- why they differ ----


def test_the_steps_lead_from_one_definition_to_the_other(tensorboard, record, dice: Dice):
    dice.open(tensorboard, '#dice&p.dice.tab=why_they_differ&p.dice.tabs={"to":"recipe.dice_coef"}')
    differ = panel(dice, "why_they_differ")
    shown = scores.class_values(record, tb_dice.definition.spec.DEFAULT)[0]
    foreground = [shown[record.classes.index(name)] for name in ("small", "medium", "large")]
    first, last = np.mean(foreground), dice_coef(record, 8)
    ends = differ.locator("tr.end")
    expect(ends.first).to_contain_text(text(first))
    expect(ends.last).to_contain_text(text(last))
    expect(differ.locator("rect.bar")).to_have_count(differ.locator("tbody tr").count())
    first_axis = differ.locator("tr[data-axis]").first
    assert first_axis.get_attribute("data-axis") == "background"
    at_once = scores.value(record, tb_dice.definition.spec.DEFAULT)
    expect(differ.locator("tr[data-axis=at_once]")).to_contain_text(text(at_once))
    axis = differ.locator("tr[data-axis=compare]")
    spec = tb_dice.definition.spec.DEFAULT.replace(compare="soft")
    expect(axis).to_contain_text("hard → soft")
    expect(axis).to_contain_text(text(scores.value(record, spec)))
    name = first_axis.get_by_role("rowheader").inner_text()
    expect(differ.locator(".summary b")).to_have_text(f"They differ first in “{name}”,")


def test_a_chosen_variant_is_not_compared_with_itself(tensorboard, dice: Dice):
    chosen = 'p.dice.definition={"variant":"recipe.dice_coef"}'
    dice.open(tensorboard, f"#dice&p.dice.tab=why_they_differ&{chosen}")
    ends = panel(dice, "why_they_differ").locator("tr.end")
    expect(ends.first).to_contain_text("recipe.dice_coef")
    expect(ends.last).to_contain_text("default definition")
    expect(panel(dice, "why_they_differ").get_by_label("To", exact=True)).to_have_value("default")


def test_the_two_definitions_are_chosen_and_swapped(tensorboard, dice: Dice):
    dice.open(tensorboard, "#dice&p.dice.tab=why_they_differ")
    differ = panel(dice, "why_they_differ")
    differ.get_by_label("From").select_option("keras.Dice")
    differ.get_by_label("To", exact=True).select_option("monai.DiceLoss")
    expect(differ.locator("tr.end").first).to_contain_text("keras.Dice")
    differ.get_by_role("button", name="Swap the two").click()
    expect(differ.locator("tr.end").first).to_contain_text("monai.DiceLoss")
    dice.page.reload()
    expect(differ.locator("tr.end").last).to_contain_text("keras.Dice")


# ---- gradient ----


def test_the_gradient_is_shared_by_class_and_case(tensorboard, record, dice: Dice):
    dice.open(tensorboard, '#dice&p.dice.tab=gradient&p.dice.tabs={"loss":"recipe.dice_loss"}')
    share = gradient_of_dice_loss(record)
    for klass in record.classes:
        row = panel(dice, "gradient").locator(f".share[data-class='{klass}']")
        shown = float(row.locator(".num").inner_text().removesuffix(" %"))
        assert shown == pytest.approx(100 * share[record.classes.index(klass)], abs=0.051)
        bars = row.locator(".stack i").evaluate_all("all => all.map(e => e.style.width)")
        assert sum(float(bar.removesuffix("%")) for bar in bars) == pytest.approx(shown, abs=0.06)
    total = panel(dice, "gradient").locator(".share[data-class='']")
    expect(total.locator(".num")).to_have_text("100.0 %")


# ---- export ----


def test_what_a_tab_shows_is_saved_as_a_table(tensorboard, record, dice: Dice, tmp_path: Path):
    dice.open(tensorboard, "#dice&p.dice.tab=empty_rules")
    rules = panel(dice, "empty_rules")
    expect(rules.get_by_role("table")).to_be_visible()
    rules.get_by_role("button", name="Export").click()
    with dice.page.expect_download() as waiting:
        rules.get_by_role("button", name="Numbers as CSV").click()
    name = "empty-rules-dice_1e-6_dice-step-11-default.csv"
    assert waiting.value.suggested_filename == name
    waiting.value.save_as(tmp_path / "rules.csv")
    lines = (tmp_path / "rules.csv").read_text().splitlines()
    head, first = lines[0].split(","), lines[1].replace('"undefined, skipped"', "skip").split(",")
    mean = np.nanmean(cell(record, "small"))
    assert float(first[head.index("small")]) == pytest.approx(mean, rel=1e-5)
    assert head[-1] == "definition"
    assert lines[1].endswith('; undefined where both masks are empty"')
    assert lines[2].endswith('; 0 where both masks are empty"')
    assert lines[-1].endswith(",")  # a rule that no definition says


# ---- what the numbers must be ----


def tab(dice: Dice, name: str) -> Locator:
    return dice.frame.locator(f"#tab-{name}")


def panel(dice: Dice, name: str) -> Locator:
    return dice.at(f"panel-{name}")


def as_table(dice: Dice, name: str) -> list[list[str]]:
    """The rows of a drawing shown as a table."""
    panel(dice, name).get_by_role("button", name="Show as table").click()
    rows = panel(dice, name).locator("tbody tr")
    expect(rows.first).to_be_visible()
    return [row.get_by_role("cell").all_inner_texts() for row in rows.all()]


def as_chart(dice: Dice, name: str) -> None:
    panel(dice, name).get_by_role("button", name="Show as table").click()


def fine(value: float) -> str:
    """A score as the tables write it, with four digits."""
    return f"{value:.4f}".removeprefix("0")


def ruled(record: tb_dice.Record, klass: str, rule: str) -> np.ndarray:
    """The score of each sample under a rule for empties, NaN where it does not count."""
    true, pred, _ = counts(record, klass)
    scores = cell(record, klass)
    if rule == "positive":
        return np.where(true > 0, scores, np.nan)
    if rule == "deletion":
        return np.where((true > 0) & (pred > 0), scores, np.nan)
    both = (true == 0) & (pred == 0)
    return np.where(both, {"skip": np.nan, "zero": 0.0, "one": 1.0}[rule], scores)


def dice_coef(record: tb_dice.Record, size: int, smooth: float = 100) -> float:
    """recipe.dice_coef in batches of ``size``: all classes of a batch in one sum."""
    names = ("intersection", "true_sum", "pred_sum")
    hit, true, pred = (np.asarray(record.sums[name], float).sum(1) for name in names)
    starts = range(0, len(hit), size)
    parts = [slice(start, start + size) for start in starts]
    scores = [
        (2 * hit[part].sum() + smooth) / (true[part].sum() + pred[part].sum() + smooth)
        for part in parts
    ]
    return float(np.average(scores, weights=[len(hit[part]) for part in parts]))


def gradient_of_dice_loss(record: tb_dice.Record, smooth: float = 1e-6) -> np.ndarray:
    """Shares of sum |dL/dp| by class, L = 1 - (2 I + s) / (T + P + s) a sample, all its classes."""
    names = ("intersection", "true_sum", "pred_sum")
    hit, true, pred = (np.asarray(record.sums[name], float) for name in names)
    above = 2 * hit.sum(1, keepdims=True) + smooth
    below = true.sum(1, keepdims=True) + pred.sum(1, keepdims=True) + smooth
    inside, outside = np.abs(above / below**2 - 2 / below), above / below**2
    voxels = np.asarray(record.voxels, float)[:, None]
    size = (inside * true + outside * (voxels - true)).sum(0)
    return size / size.sum()

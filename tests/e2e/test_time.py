"""The time card: heatmap, variants and empties show the recorded numbers and lead the selection."""

from __future__ import annotations

import csv
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect
from serving import eventually

import tb_dice
from tb_dice.definition import catalogue
from tb_dice.log import scores

from .conftest import LAST_RUN, STEPS, Dice, Serve, still, wait_for_steps
from .numbers import cell, counts, text, worst_first

A, B, C = "dice_1e-6/dice", "dice_ce/dice", "flat_smooth100/dice"
CLASSES = ("small", "medium", "large", "background")
LAST = STEPS - 1
CIVIDIS_ZERO = (0, 34, 78)


def test_the_heatmap_tells_its_size(tensorboard, dice: Dice):
    dice.open(tensorboard)
    heatmap = dice.at("heatmap")
    expect(heatmap).to_have_attribute("data-rows", "4")
    expect(heatmap).to_have_attribute("data-columns", str(STEPS))
    expect(heatmap).to_have_attribute("aria-label", re.compile(r"4 classes, 12 steps, 3 runs"))


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_the_heatmap_is_divided_evenly_among_its_cells(tensorboard, records, dice: Dice, runs: int):
    others = ",".join(f'"{run}":false' for run in (B, C)[: 3 - runs])
    show(dice, tensorboard, "#dice&p.dice.runs={" + others + "}")
    heatmap = dice.at("heatmap")
    box = heatmap.bounding_box()
    assert box is not None
    for row, klass in enumerate(CLASSES):
        for column in (0, 5, LAST_RUN - 1):
            x, y = (column + 0.5) / STEPS * box["width"], (row + 0.5) / 4 * box["height"]
            heatmap.click(position={"x": x, "y": y})
            readout = dice.at("readout")
            expect(readout).to_contain_text(re.compile(f"^{klass}, \\w+(-6)?, step {column}: "))
            expect(heatmap).to_be_focused()
            run = dice.frame.get_by_label("Run A").input_value()
            assert run == A or runs > 1
            value = text(np.nanmean(cell(records[run][column], klass)))
            label = run.removesuffix("/dice")
            expect(readout).to_contain_text(f"{klass}, {label}, step {column}: {value}")


def test_the_gutter_has_the_recorded_mean_of_each_class_and_run(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    for step in (LAST, 4):
        select_cell(dice, "small", A, step)
        for run in (A, B, C):
            record = at_step(records[run], step)
            for klass in CLASSES:
                line = gutter(dice, klass, run)
                if record is None:
                    expect(line).to_have_text("")
                    continue
                scores = cell(record, klass)
                scored = int((~np.isnan(scores)).sum())
                expect(line).to_have_text(f"{text(np.nanmean(scores))}{scored} of {len(scores)}")


def test_the_read_out_announces_the_selection(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    readout = dice.at("readout")
    expect(readout).to_have_attribute("aria-live", "polite")
    scores = cell(records[A][LAST], "small")
    empty = int(np.isnan(scores).sum())
    expect(readout).to_have_text(
        re.compile(
            rf"^small, dice_1e-6, step {LAST}: {re.escape(text(np.nanmean(scores)))}\s+"
            rf"mean of {len(scores) - empty} samples, {empty} both empty"
        )
    )


def test_hover_reads_out_a_cell_and_leaves_the_selection(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    for klass, run, step in (("large", B, 3), ("medium", A, 0), ("background", C, 8)):
        dice.page.mouse.move(*place_of(dice, klass, run, step))
        value = text(np.nanmean(cell(at_step(records[run], step), klass)))
        label = run.removesuffix("/dice")
        expect(dice.at("readout")).to_contain_text(f"{klass}, {label}, step {step}: {value}")
    dice.page.mouse.move(*place_of(dice, "small", C, LAST))
    expect(dice.at("readout")).to_contain_text(f"step {LAST}: not logged")
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value(str(LAST))


def test_cells_have_the_colour_of_their_score(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    low = pixel(dice, "background", A, 0)
    high = pixel(dice, "background", A, LAST)
    assert luminance(high) > luminance(low) > 0.3
    true, pred, _ = counts(records[C][5], "small")
    assert not pred.any()
    assert true.any()
    assert pixel(dice, "small", C, 5)[:3] == CIVIDIS_ZERO


def test_marks_and_ramp_follow_the_colour_map(tensorboard, dice: Dice):
    show(dice, tensorboard)
    mark = dice.frame.locator(".time .legend .mark rect").first
    expect(mark).to_have_css("fill", "rgb(0, 34, 78)")
    dice.frame.get_by_role("button", name="Settings").click()
    dice.frame.get_by_role("button", name="viridis").click()
    expect(mark).to_have_css("fill", "rgb(68, 1, 84)")
    assert pixel(dice, "small", C, 5)[:3] == (68, 1, 84)
    ramp = dice.frame.locator(".time .legend .ramp")
    assert "rgb(68, 1, 84)" in ramp.evaluate("e => getComputedStyle(e).backgroundImage")


def test_a_step_that_is_not_logged_is_blank(tensorboard, dice: Dice):
    show(dice, tensorboard)
    assert pixel(dice, "small", C, LAST_RUN - 1)[3] == 255
    assert pixel(dice, "small", C, LAST_RUN)[3] == 0


def test_a_click_selects_run_class_and_step(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    select_cell(dice, "large", B, 6)
    expect(dice.frame.get_by_label("Run A")).to_have_value(B)
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value("6")
    worst = worst_first(records[B][6], "large")[0]
    expect(dice.at("overlay")).to_contain_text(f"Sample {worst}")
    expect(dice.at("variants")).to_contain_text("Variants, large")
    expect(dice.at("empties")).to_contain_text("Empties, large")


def test_shift_click_pins_b(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    dice.page.keyboard.down("Shift")
    dice.page.mouse.click(*place_of(dice, "small", C, 2))
    dice.page.keyboard.up("Shift")
    expect(dice.frame.get_by_label("Run B")).to_have_value(C)
    expect(dice.frame.locator(".ring.pinned")).to_be_visible()
    dice.frame.get_by_role("button", name="A − B").click()
    here = np.nanmean(cell(records[A][LAST], "medium"))
    there = np.nanmean(cell(records[C][2], "medium"))
    expect(gutter(dice, "medium", A)).to_contain_text(f"+{text(here - there)}")


def test_arrows_move_the_cell(tensorboard, dice: Dice):
    show(dice, tensorboard)
    dice.at("heatmap").focus()
    for keys, claim in (
        (("ArrowLeft",), f"small, dice_1e-6, step {LAST - 1}"),
        (("ArrowDown",), f"small, dice_ce, step {LAST - 1}"),
        (("ArrowDown", "ArrowDown"), f"medium, dice_1e-6, step {LAST - 1}"),
        (("Shift+ArrowLeft",), f"medium, dice_1e-6, step {LAST - 11}"),
        (("Home",), "medium, dice_1e-6, step 0"),
        (("ArrowLeft", "ArrowUp"), "small, flat_smooth100, step 0"),
        (("End",), f"small, flat_smooth100, step {LAST}"),
    ):
        for key in keys:
            dice.page.keyboard.press(key)
        expect(dice.at("readout")).to_contain_text(claim)
    expect(dice.at("heatmap")).to_be_focused()


def test_misses_and_false_alarms_have_their_views(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    rates = {"missed q": missed, "false alarm r₀": false_alarms}
    for view, rate in rates.items():
        dice.frame.get_by_role("button", name=view, exact=True).click()
        expect(dice.at("heatmap")).to_have_attribute("aria-label", re.compile(f"^{view} by"))
        for klass in CLASSES:
            part, whole = rate(records[A][LAST], klass)
            value = text(part / whole) if whole else "undefined"
            expect(gutter(dice, klass, A)).to_have_text(f"{value}{part} of {whole}")


def test_a_minus_b_is_the_difference_of_the_means(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    dice.frame.get_by_role("button", name="A − B").click()
    for klass in CLASSES:
        a, b = (np.nanmean(cell(records[run][LAST], klass)) for run in (A, B))
        sign = "−" if round(a - b, 2) < 0 else "+" if round(a - b, 2) > 0 else ""
        shown = sign + text(abs(a - b))
        expect(gutter(dice, klass, A)).to_have_text(f"{shown}{text(a)}, {text(b)}")


def test_the_three_rules_for_empties_are_drawn_side_by_side(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    select_cell(dice, "small", A, 7)
    for run in (A, B, C):
        record = records[run][7]
        scores = cell(record, "small")
        true, pred, hit = (int(n.sum()) for n in counts(record, "small"))
        rules = {
            "skipped": np.nanmean(scores),
            "one": np.nan_to_num(scores, nan=1.0).mean(),
            "pooled": 2 * hit / (true + pred),
        }
        for key, value in rules.items():
            expect(line_label(dice, key, run)).to_contain_text(text(value))
    expect(dice.at("variants").locator("canvas")).to_have_count(1)


def test_a_variant_of_the_catalogue_joins_them(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    variants = dice.at("variants")
    variants.get_by_role("button", name="+ variant").click()
    variants.get_by_label("Filter variants").fill("recipe.dice_coef")
    variants.locator("label", has_text=re.compile(r"^recipe\.dice_coef(?!_)")).click()
    dice.page.keyboard.press("Escape")
    spec = catalogue.variant("recipe.dice_coef")
    for run in (A, B):
        value = scores.value(records[run][LAST], spec)
        expect(line_label(dice, "recipe.dice_coef", run)).to_contain_text(text(value))
    assert "recipe.dice_coef" in dice.hash()
    variants.get_by_role("button", name="Remove recipe.dice_coef").click()
    expect(line_label(dice, "recipe.dice_coef", A)).to_have_count(0)


def test_a_loss_gets_an_axis_of_its_own(tensorboard, records, dice: Dice):
    show(dice, tensorboard, '#dice&p.dice.variants=["recipe.neg_log_dice_coef"]')
    expect(dice.at("variants").get_by_role("heading", name="Losses")).to_be_visible()
    expect(dice.at("variants").locator("canvas")).to_have_count(2)
    value = scores.value(records[A][LAST], catalogue.variant("recipe.neg_log_dice_coef"))
    expect(line_label(dice, "recipe.neg_log_dice_coef", A)).to_contain_text(text(value))


def test_hover_names_the_nearest_line(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    chart = dice.at("variants").locator("canvas").bounding_box()
    assert chart is not None
    x, _ = place_of(dice, "small", A, 6)
    dice.page.mouse.move(x, chart["y"] + chart["height"] - 12)
    tip = dice.at("variants").locator(".tip")
    expect(tip).to_have_text(
        re.compile(r"^(undefined, skipped|pooled), flat_smooth100, step 6: \.00$")
    )


def test_empties_count_misses_and_false_alarms(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    select_cell(dice, "large", A, 5)
    empties = dice.at("empties")
    expect(empties).to_contain_text(f"samples of {len(records[A][5].batch)}")
    for run in (A, B, C):
        q, r0 = (rate(records[run][5], "large") for rate in (missed, false_alarms))
        expect(empties.locator(f'dl[data-run="{run}"]')).to_have_text(
            f"missed q{q[0]} of {q[1]}false alarm r₀{r0[0]} of {r0[1]}"
        )


def test_one_cursor_stands_at_the_step(tensorboard, dice: Dice):
    show(dice, tensorboard)
    for step in (LAST, 0, 5):
        select_cell(dice, "small", A, step)
        expect(dice.frame.locator(".time .pill")).to_have_text(str(step))
        cursor = dice.frame.locator(".time .cursor").bounding_box()
        body = dice.frame.locator(".time .body").bounding_box()
        assert cursor is not None
        assert body is not None
        assert abs(cursor["x"] - place_of(dice, "small", A, step)[0]) < 2
        assert cursor["height"] > 0.9 * body["height"]


def test_dragging_zooms_into_steps(tensorboard, dice: Dice):
    show(dice, tensorboard)
    start, end = place_of(dice, "small", A, 3), place_of(dice, "small", A, 8)
    dice.page.mouse.move(*start)
    dice.page.mouse.down()
    dice.page.mouse.move(*end, steps=4)
    dice.page.mouse.up()
    chip = dice.frame.get_by_role("button", name="steps ")
    # the selected step 11 stays in view: the window of six steps moved to it
    expect(chip).to_have_text("steps 3–8")
    dice.page.keyboard.press("[")
    expect(chip).to_have_text("steps 5–10")
    chip.click()
    expect(chip).to_have_count(0)
    expect(dice.at("heatmap")).to_have_attribute("data-columns", str(STEPS))


def test_the_table_has_every_number(tensorboard, records, dice: Dice):
    show(dice, tensorboard)
    dice.frame.locator(".time").get_by_role("button", name="Show as table").click()
    table = dice.at("heatmap").get_by_role("table")
    expect(dice.at("heatmap")).to_have_attribute("data-rows", "4")
    row = table.get_by_role("row").filter(has_text="small").filter(has_text="dice_1e-6")
    wanted = [text(np.nanmean(cell(record, "small"))) for record in records[A]]
    assert row.get_by_role("cell").all_inner_texts() == wanted
    row = table.get_by_role("row").filter(has_text="small").filter(has_text="flat_smooth100")
    expect(row.get_by_role("cell").last).to_have_text("not logged")


def test_export_as_csv_and_png(tensorboard, records, dice: Dice, tmp_path: Path):
    show(dice, tensorboard)
    rows = list(csv.DictReader(export(dice, "Numbers as CSV", tmp_path).decode().splitlines()))
    assert len(rows) == 4 * (2 * STEPS + LAST_RUN)
    for row in rows:
        record = at_step(records[row["run"]], int(row["step"]))
        scores = cell(record, row["class"])
        assert float(row["value"]) == pytest.approx(np.nanmean(scores), rel=1e-5)
        assert row["definition"].startswith("default definition: 2 TP / (2 TP + FP + FN); hard; ")
        assert int(row["both_empty"]) == np.isnan(scores).sum()
        assert int(row["missed"]) == missed(record, row["class"])[0]
    picture = Image.open(BytesIO(export(dice, "Picture as PNG", tmp_path))).convert("RGB")
    card = dice.frame.locator(".card.time").bounding_box()
    assert card is not None
    assert abs(picture.width - 2 * card["width"]) <= 2
    assert 2 * card["height"] < picture.height < 2 * card["height"] + 200  # the caption is below
    assert CIVIDIS_ZERO in {color for _, color in picture.getcolors(1 << 24) or []}


@pytest.mark.hosted
def test_dark_mode_draws_anew(tensorboard, dice: Dice):
    show(dice, tensorboard)
    chart = dice.at("variants").locator("canvas")
    before = chart.evaluate("c => c.toDataURL()")
    dice.page.evaluate("document.body.classList.add('dark-mode')")
    expect(dice.frame.locator("body.dark-mode")).to_have_count(1)
    eventually(lambda: chart.evaluate("c => c.toDataURL()") != before)


def test_a_class_in_no_mask_is_hatched_and_undefined(dice: Dice, serve: Serve, tmp_path: Path):
    with tb_dice.DiceRecorder(
        tmp_path / "run" / "dice", class_names=["rest", "here", "never"]
    ) as recorder:
        target = np.zeros((2, 8, 8), np.uint8)
        target[:, 2:5, 2:5] = 1
        for step in range(3):
            recorder.update(target, np.eye(3, dtype=np.float32)[target])
            recorder.commit(step)
    url = serve(tmp_path)
    wait_for_steps(url, 3)
    dice.open(url, "#dice&p.dice.class=never")
    expect(dice.at("readout")).to_have_text(
        re.compile(r"^never, run, step 2: both empty\s+undefined, skipped$")
    )
    expect(gutter(dice, "never", "run/dice")).to_have_text("both empty0 of 2")
    hatched, zero = pixels(dice, "never", "run/dice", 1), CIVIDIS_ZERO
    assert len(set(hatched)) > 1
    assert zero not in {color[:3] for color in hatched}
    assert len(set(pixels(dice, "here", "run/dice", 1))) == 1


# ---- helpers ----


def show(dice: Dice, url: str, hash_: str = "#dice") -> None:
    """Opens the page and waits until all of it is drawn, so that nothing moves any more."""
    dice.open(url, hash_).settled()
    expect(dice.at("findings").locator("li").first).to_be_visible()
    expect(line_label(dice, "pooled", A)).to_be_visible()


def at_step(records: list[tb_dice.Record], step: int) -> tb_dice.Record | None:
    return next((record for record in records if record.step == step), None)


def missed(record: tb_dice.Record, klass: str) -> tuple[int, int]:
    """Samples that have the class and where nothing was drawn, of those that have it."""
    true, pred, _ = counts(record, klass)
    return int(((true > 0) & (pred == 0)).sum()), int((true > 0).sum())


def false_alarms(record: tb_dice.Record, klass: str) -> tuple[int, int]:
    """Samples without the class where it was drawn, of those without it."""
    true, pred, _ = counts(record, klass)
    return int(((true == 0) & (pred > 0)).sum()), int((true == 0).sum())


def gutter(dice: Dice, klass: str, run: str) -> Locator:
    """The numbers of a row at the selected step."""
    return dice.frame.locator(f'.time .values [data-class="{klass}"][data-run="{run}"]')


def line_label(dice: Dice, variant: str, run: str) -> Locator:
    return dice.at("variants").locator(f'.ends [data-variant="{variant}"][data-run="{run}"]')


def place_of(
    dice: Dice, klass: str, run: str, step: int, steps: int = STEPS
) -> tuple[float, float]:
    """The middle of a cell on the page."""
    canvas, row = still(dice.at("heatmap")), still(gutter(dice, klass, run))
    x = canvas["x"] + (step + 0.5) * canvas["width"] / steps
    return x, row["y"] + row["height"] / 2


def select_cell(dice: Dice, klass: str, run: str, step: int) -> None:
    dice.page.mouse.click(*place_of(dice, klass, run, step))
    label = run.removesuffix("/dice")
    expect(dice.at("readout")).to_contain_text(f"{klass}, {label}, step {step}")


def pixels(dice: Dice, klass: str, run: str, step: int) -> list[tuple[int, ...]]:
    """The colours in the upper left part of a cell, where no mark is."""
    columns = int(dice.at("heatmap").get_attribute("data-columns") or 0)
    canvas = dice.at("heatmap").locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    x, y = place_of(dice, klass, run, step, columns)
    x, y = x - box["x"] - 0.4 * box["width"] / columns, y - box["y"] - 4
    data = canvas.evaluate(
        "(c, [x, y]) => [...c.getContext('2d').getImageData(x, y, 8, 3).data]", [x, y]
    )
    return [tuple(data[i : i + 4]) for i in range(0, len(data), 4)]


def pixel(dice: Dice, klass: str, run: str, step: int) -> tuple[int, ...]:
    return pixels(dice, klass, run, step)[0]


def luminance(color: tuple[int, ...]) -> float:
    return (0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]) / 255


def export(dice: Dice, item: str, folder: Path) -> bytes:
    dice.frame.locator(".time").get_by_role("button", name="Export").click()
    with dice.page.expect_download() as download:
        dice.frame.get_by_role("button", name=item).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()

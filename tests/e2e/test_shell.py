"""The page around its panels: address, theme, filters, definition, reload, empty states."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect
from plugin.make_log import write
from serving import eventually

import tb_dice
from tb_dice.log.eventlog import EventLog

from .conftest import STEPS, Dice, Serve, wait_for_steps
from .numbers import cell, text

A, B = "dice_1e-6/dice", "dice_ce/dice"
LAST = STEPS - 1


@pytest.mark.hosted
def test_opens_with_everything_in_its_place(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    for testid in (
        "runs",
        "definition",
        "classes",
        "findings",
        "heatmap",
        "variants",
        "empties",
        "panel-samples",
        "overlay",
        "step",
        "help",
    ):
        expect(dice.at(testid)).to_be_visible()
    expect(dice.at("empty-state")).to_have_count(0)
    expect(dice.at("heatmap")).to_have_attribute("data-rows", "4")
    expect(dice.at("heatmap")).to_have_attribute("data-columns", str(STEPS))


@pytest.mark.hosted
def test_works_below_a_path_prefix_and_with_the_other_loader(log: Path, serve: Serve, dice: Dice):
    url = serve(log, "--load_fast=false", "--path_prefix", "/deep/down")
    wait_for_steps(url, STEPS)
    dice.open(url).settled()
    expect(dice.at("heatmap")).to_have_attribute("data-columns", str(STEPS))
    picture = dice.at("panel-samples").locator("img").first
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") == 64


@pytest.mark.hosted
def test_a_pasted_address_shows_the_same_page(tensorboard, dice: Dice, browser: Browser):
    dice.open(tensorboard).settled()
    dice.choose("large")
    dice.at("step").get_by_label("Step, a number").fill("5")
    dice.page.keyboard.press("Enter")
    dice.at("definition").get_by_role("button", name="Soft").click()
    dice.at("runs").get_by_label("Show flat_smooth100").uncheck()
    dice.frame.get_by_role("button", name="Swap A and B").click()
    dice.frame.get_by_role("button", name="Outline").click()
    dice.frame.get_by_role("button", name="missed q").click()
    dice.settled()
    address = dice.page.url

    other = Dice(browser.new_page(viewport={"width": 1600, "height": 1000})).open(address, "")
    other.settled()
    assert other.page.url == address
    expect(other.at("step").get_by_label("Step, a number")).to_have_value("5")
    expect(other.frame.get_by_label("Run A")).to_have_value(B)
    expect(other.at("runs").get_by_label("Show flat_smooth100")).not_to_be_checked()
    for name in ("Soft", "Outline", "missed q"):
        expect(other.frame.get_by_role("button", name=name)).to_have_attribute(
            "aria-pressed", "true"
        )
    samples = [one.at("overlay").get_by_role("heading").first.inner_text() for one in (dice, other)]
    assert samples[0] == samples[1]
    other.page.close()


@pytest.mark.hosted
def test_the_address_survives_another_tab_of_tensorboard(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.choose("medium")
    dice.settled()
    before = dice.hash()
    dice.page.get_by_role("tab", name="Time Series").click()
    expect(dice.page.locator("iframe").first).to_be_hidden()
    dice.page.get_by_role("tab", name="Dice").click()
    expect(dice.at("heatmap")).to_be_visible()
    dice.page.wait_for_url(lambda url: url.endswith("#" + before))


@pytest.mark.hosted
def test_a_hidden_page_reads_new_data_only_when_it_is_shown(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    asked: list[str] = []
    dice.page.on("request", lambda r: "/dice/runs" in r.url and asked.append(r.url))
    dice.page.get_by_role("tab", name="Time Series").click()
    expect(dice.page.locator("iframe").first).to_be_hidden()
    with dice.page.expect_response("**/data/environment"):
        dice.page.locator(".reload-button").click()
    with dice.page.expect_request("**/dice/runs"):
        dice.page.get_by_role("tab", name="Dice").click()
    dice.settled()
    assert len(asked) == 1  # nor was it asked while it was hidden


@pytest.mark.hosted
def test_the_heading_of_tensorboard_sets_the_theme(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    left = dice.frame.locator(".left")
    assert left.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    dice.page.evaluate("document.body.classList.add('dark-mode')")
    expect(dice.frame.locator("body.dark-mode")).to_have_count(1)
    assert left.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(48, 48, 48)"
    colour = dice.at("runs").locator(".dot").first
    expect(colour).to_have_css("background-color", "rgb(142, 152, 163)")
    dice.page.evaluate("document.body.classList.remove('dark-mode')")
    expect(colour).to_have_css("background-color", "rgb(66, 80, 102)")


def test_the_filter_and_the_boxes_choose_the_runs(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    field = dice.at("runs").get_by_label("Filter runs")
    dice.page.keyboard.press("/")
    expect(field).to_be_focused()
    field.fill("^dice_CE$")
    expect(dice.at("runs").locator(".run")).to_have_count(1)
    expect(dice.frame.get_by_label("Run A")).to_have_value(B)
    field.fill("(")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(dice.at("runs")).to_contain_text("not a regex")
    expect(dice.at("runs").locator(".run")).to_have_count(3)
    field.fill("nothing like this")
    expect(dice.at("empty-state")).to_contain_text("No run matches the filter")
    dice.at("empty-state").get_by_role("button", name="Clear the filter").click()
    expect(dice.at("heatmap")).to_be_visible()
    for box in dice.at("runs").get_by_role("checkbox").all():
        box.uncheck()
    expect(dice.at("empty-state")).to_contain_text("No run is checked")
    dice.at("empty-state").get_by_role("button", name="Check all runs").click()
    expect(dice.at("heatmap")).to_be_visible()


def test_the_boxes_choose_the_classes(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    dice.at("classes").get_by_label("Show small").uncheck()
    expect(dice.at("heatmap")).to_have_attribute("data-rows", "3")
    expect(dice.at("variants")).to_contain_text("Variants, medium")


def test_the_definition_changes_every_number(tensorboard, records, dice: Dice):
    dice.open(tensorboard).settled()
    dice.choose("medium")
    record = records[A][LAST]
    values = cell(record, "medium")
    expect(dice.at("readout")).to_contain_text(text(np.nanmean(values)))

    definition = dice.at("definition")
    definition.get_by_label("Score where target and prediction are empty").select_option("zero")
    expect(dice.at("readout")).to_contain_text(text(np.nan_to_num(values).mean()))
    definition.get_by_role("button", name="Back to the default").click()

    definition.get_by_label("Smooth, a number").fill("100")
    dice.page.keyboard.press("Enter")
    expect(definition.locator(".formula")).to_contain_text("100")
    column = record.classes.index("medium")
    sums = {name: np.asarray(record.sums[name])[:, column] for name in record.sums}
    both = sums["hard_true_sum"] + sums["hard_pred_sum"]
    smooth = (2 * sums["hard_intersection"] + 100) / (both + 100)
    smooth[both == 0] = np.nan
    expect(dice.at("readout")).to_contain_text(text(np.nanmean(smooth)))


def test_a_named_variant_says_what_it_is(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    definition = dice.at("definition")
    definition.get_by_label("Definition", exact=True).select_option("recipe.dice_coef")
    expect(definition.get_by_label("smooth", exact=True)).to_have_value("100")
    expect(definition.get_by_label("Smooth, a number")).to_have_value("100")
    argument = definition.get_by_role("group", name="Arguments of recipe.dice_coef")
    argument.get_by_label("smooth", exact=True).fill("1")
    dice.page.keyboard.press("Enter")
    expect(definition.get_by_label("Smooth, a number")).to_have_value("1")
    definition.get_by_label("Smooth, a number").fill("10")
    dice.page.keyboard.press("Enter")
    expect(argument.get_by_title("Replaced by smooth below")).to_be_visible()
    argument.get_by_label("smooth", exact=True).fill("2")  # what was set last holds
    dice.page.keyboard.press("Enter")
    expect(definition.get_by_label("Smooth, a number")).to_have_value("2")


def test_axes_to_sum_over_are_ticked_together(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    axes = dice.at("definition").get_by_role("group", name="Sum over")
    expect(axes.get_by_label("space")).to_be_disabled()
    for name in ("class", "batch"):
        axes.get_by_label(name).check()
    for name in ("space", "class", "batch"):
        expect(axes.get_by_label(name)).to_be_checked()
    expect(dice.at("definition").locator(".formula")).to_contain_text("all voxels of the batch")
    axes.get_by_label("class").uncheck()
    expect(axes.get_by_label("batch")).to_be_checked()
    eventually(lambda: '"over":["space","batch"]' in unquote(dice.hash()))


def test_a_variant_that_needs_weights_starts_with_ones(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    definition = dice.at("definition")
    definition.get_by_label("Definition", exact=True).select_option("recipe.weighted_dice_loss")
    weights = definition.get_by_label("weights, one number per class")
    expect(weights).to_have_value("1, 1, 1, 1")
    expect(definition).to_contain_text("not normalised")
    weights.fill("0 1 2 3")
    dice.page.keyboard.press("Enter")
    expect(weights).to_have_value("0, 1, 2, 3")
    weights.fill("many")
    dice.page.keyboard.press("Enter")
    expect(weights).to_have_value("0, 1, 2, 3")
    dice.settled()


def test_findings_link_to_what_they_say(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    finding = dice.at("findings").get_by_role("listitem").first
    expect(finding).to_contain_text("flat_smooth100 never draws small or large")
    finding.get_by_role("button").click()
    expect(dice.frame.get_by_label("Run A")).to_have_value("flat_smooth100/dice")
    expect(dice.at("classes").get_by_role("button", name="small")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value("8")


@pytest.mark.hosted
def test_keys_move_step_and_sample_and_open_the_help(tensorboard, dice: Dice):
    dice.open(tensorboard).settled()
    number = dice.at("step").get_by_label("Step, a number")
    press = dice.page.keyboard.press
    dice.frame.locator(".top").click(position={"x": 5, "y": 5})
    press("[")
    press("[")
    press("]")
    expect(number).to_have_value(str(LAST - 1))
    first = dice.at("panel-samples").locator(".thumb.current").inner_text()
    press(".")
    expect(dice.at("panel-samples").locator(".thumb.current")).not_to_have_text(first.strip())
    press(",")
    expect(dice.at("panel-samples").locator(".thumb.current")).to_have_text(first.strip())
    press("?")
    help_ = dice.frame.get_by_role("dialog", name="Help")
    expect(help_).to_contain_text("move the selected cell")
    press("Escape")
    expect(help_).to_be_hidden()
    press("p")
    expect(dice.frame.get_by_role("button", name=f"pinned at {LAST - 1}")).to_be_visible()
    press("Escape")
    expect(dice.frame.get_by_role("button", name="pinned at")).to_have_count(0)


def test_playing_walks_through_the_steps_and_stops(tensorboard, dice: Dice):
    dice.open(tensorboard, f"#dice&p.dice.step={LAST - 2}").settled()
    dice.frame.get_by_role("button", name="Play").click()
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value(str(LAST))
    expect(dice.frame.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("width", [1600, 1280, 1100, 900])
def test_nothing_overlaps(tensorboard, dice: Dice, width: int):
    dice.page.set_viewport_size({"width": width, "height": 800})
    dice.open(tensorboard).settled()
    boxes = dice.frame.locator(".top > *:visible, .compare > *").evaluate_all(
        """nodes => nodes.filter(e => e.clientWidth && !e.matches('.compare, .grow, .progress'))
             .map(e => { const r = e.getBoundingClientRect(); return [r.left, r.right]; })
             .sort((a, b) => a[0] - b[0])"""
    )
    assert boxes[-1][1] <= width
    for (_, right), (left, _) in pairwise(boxes):
        assert right <= left + 6  # icons may lean on each other's margin
    assert dice.frame.locator("html").evaluate("e => e.scrollWidth") <= width
    main = dice.frame.locator(".main").evaluate("e => e.scrollWidth - e.clientWidth")
    assert main == 0
    tabs = dice.frame.get_by_role("tab").all()
    assert max(right_of(tab) for tab in tabs) <= right_of(dice.frame.locator(".lower"))
    picker = dice.frame.get_by_role("button", name="+ variant")
    picker.click()
    expect(dice.frame.locator(".picker > :last-child")).to_be_in_viewport(ratio=1)
    picker.click()
    narrow = width < 1200
    expect(dice.at("overlay")).to_be_visible(visible=not narrow)
    if narrow:
        dice.frame.get_by_role("button", name="Overlay of the sample").click()
        expect(dice.at("overlay")).to_be_visible()
        dice.page.keyboard.press("Escape")
        expect(dice.at("overlay")).to_be_hidden()
        dice.frame.get_by_role("button", name="Runs, definition, classes").click()
        expect(dice.at("definition")).to_be_visible()


def right_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"]


def test_an_empty_log_says_how_to_fill_it(tmp_path: Path, serve: Serve, dice: Dice):
    dice.open(serve(tmp_path))
    state = dice.at("empty-state")
    expect(state).to_contain_text("No runs yet")
    expect(state).to_contain_text("DiceDiagnostics()")
    state.get_by_role("button", name="Record with DiceRecorder").click()
    expect(state).to_contain_text("recorder.commit(step=epoch)")


def test_runs_without_dice_data_are_named(tmp_path: Path, serve: Serve, dice: Dice):
    events = EventLog(tmp_path / "train")
    events.scalar("loss", 0, 1.0, 0.5)
    events.close()
    dice.open(serve(tmp_path))
    expect(dice.at("empty-state")).to_contain_text("No Dice data in these runs")
    expect(dice.at("empty-state")).to_contain_text("found 1 run,")
    expect(dice.at("runs")).to_contain_text("train")


def test_an_error_can_be_tried_again(tensorboard, dice: Dice):
    dice.page.route("**/dice/runs", lambda route: route.fulfill(status=500, body="Out of order."))
    dice.open(tensorboard)
    expect(dice.at("empty-state")).to_contain_text("Out of order.")
    dice.page.unroute("**/dice/runs")
    dice.at("empty-state").get_by_role("button", name="Try again").click()
    dice.settled()
    said = sorted(complaint.split(":")[0] for complaint in dice.complaints)
    assert said == ["console", "status 500"]
    dice.complaints.clear()


def test_one_failing_panel_leaves_the_others_alone(tensorboard, dice: Dice):
    dice.page.route("**/dice/findings*", lambda r: r.fulfill(status=500, body="No findings today."))
    dice.open(tensorboard).settled()
    expect(dice.at("findings").get_by_role("alert")).to_contain_text("No findings today.")
    dice.page.unroute("**/dice/findings*")
    dice.at("findings").get_by_role("button", name="Try again").click()
    expect(dice.at("findings").get_by_role("listitem")).to_have_count(3)
    dice.complaints.clear()


@pytest.mark.hosted
def test_new_steps_appear_on_reload_and_are_followed(tmp_path: Path, serve: Serve, dice: Dice):
    url = serve(write(tmp_path, steps=3))
    wait_for_steps(url, 3)
    dice.open(url).settled()
    expect(dice.at("heatmap")).to_have_attribute("data-columns", "3")
    write_more(tmp_path / A, steps=5)
    wait_for_steps(url, 5)
    dice.page.locator(".reload-button").click()
    expect(dice.at("heatmap")).to_have_attribute("data-columns", "5")
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value("4")


def zoom_by_dragging(dice: Dice) -> None:
    """Drags over the heatmap at once, since what is above may still change its height."""
    dice.at("heatmap").evaluate("""heatmap => {
        const { left, top, width, height } = heatmap.getBoundingClientRect();
        for (const [type, share] of [["pointerdown", 0.15], ["pointerup", 0.7]]) {
            const at = { clientX: left + share * width, clientY: top + height / 2 };
            heatmap.dispatchEvent(new PointerEvent(type, { bubbles: true, ...at }));
        }
    }""")


@pytest.mark.hosted
def test_a_reload_keeps_selection_zoom_and_scroll(tmp_path: Path, serve: Serve, dice: Dice):
    url = serve(write(tmp_path, steps=8))
    wait_for_steps(url, 8)
    dice.page.set_viewport_size({"width": 1600, "height": 700})
    dice.open(url).settled()
    expect(dice.at("findings").locator("li").first).to_be_visible()
    dice.choose("large")
    dice.at("step").get_by_label("Step, a number").fill("3")
    dice.page.keyboard.press("Enter")
    dice.settled()
    # A real click scrolls to its cell, which the browser may do anew after the scrolling below.
    dice.at("panel-samples").locator(".cell").nth(5).dispatch_event("click")
    main = dice.frame.locator(".main")
    main.evaluate("e => { e.scrollTop = 0; }")
    dice.steady()
    zoomed = dice.frame.get_by_role("button", name="steps 1–5")
    zoom_by_dragging(dice)
    expect(zoomed).to_be_visible()
    main.evaluate("e => { e.scrollTop = 120; }")
    before, heading = dice.hash(), dice.at("overlay").get_by_role("heading").first.inner_text()
    seen = dice.at("panel-samples").bounding_box()
    findings = dice.at("findings").inner_text()
    write_more(tmp_path / A, steps=10, first=8)
    wait_for_steps(url, 10)
    dice.page.locator(".reload-button").click()
    expect(dice.at("heatmap")).to_have_attribute("data-columns", "10")
    expect(dice.frame.locator(".time[aria-busy=false]")).to_be_visible()
    assert dice.hash() == before
    assert dice.at("overlay").get_by_role("heading").first.inner_text() == heading
    expect(zoomed).to_be_visible()
    expect(dice.at("findings")).not_to_have_text(findings, use_inner_text=True)
    after = dice.at("panel-samples").bounding_box()  # the findings above have another height now
    assert seen is not None
    assert after is not None
    assert abs(after["y"] - seen["y"]) < 2


def test_reduced_motion_stops_all_motion(tensorboard, dice: Dice):
    moving = """() => [...document.querySelectorAll('*')].map((e) => getComputedStyle(e))
        .filter((s) => [s.transitionDuration, s.animationName !== 'none' && s.animationDuration]
            .some((all) => all && all.split(', ').some((time) => parseFloat(time) > 0))).length"""
    dice.page.emulate_media(reduced_motion="reduce")
    dice.page.route("**/dice/findings*", lambda route: None)  # an answer that does not come
    dice.open(tensorboard)
    expect(dice.at("panel-samples").locator(".cell[aria-pressed=true]")).to_have_count(1)
    expect(dice.frame.get_by_role("progressbar")).to_be_attached()
    for key in ("[", ".", "?"):
        dice.page.keyboard.press(key)
        assert dice.page.frames[-1].evaluate(moving) == 0
    dice.page.emulate_media(reduced_motion="no-preference")
    assert dice.page.frames[-1].evaluate(moving) > 0


def test_names_are_text(tmp_path: Path, serve: Serve, dice: Dice):
    evil = "<img src=x onerror=alert(1)>"
    with tb_dice.DiceRecorder(tmp_path / "<b>run" / "dice", class_names=[evil, "b"]) as recorder:
        labels = np.random.default_rng(0).integers(0, 2, (2, 8, 8))
        y_pred = np.eye(2, dtype="float32")[labels]
        recorder.update(labels, y_pred, sample_ids=[evil, "two"])
        recorder.commit(0)
    url = serve(tmp_path)
    wait_for_steps(url, 1)
    dice.open(url).settled()
    expect(dice.at("classes")).to_contain_text(evil)
    expect(dice.at("runs")).to_contain_text("<b>run")
    expect(dice.frame.locator("img[src=x]")).to_have_count(0)


def write_more(run: Path, steps: int, first: int = 3) -> None:
    """Appends steps ``first`` .. ``steps`` - 1 to a run."""
    labels = np.zeros((2, 64, 64), int)
    labels[:, 10:20, 10:20] = 1
    with tb_dice.DiceRecorder(
        run, class_names=("background", "small", "medium", "large"), activation="none"
    ) as recorder:
        for step in range(first, steps):
            y_pred = np.eye(4, dtype="float32")[labels]
            recorder.update(labels, y_pred, sample_ids=["r0c6", "r0c7"])
            recorder.commit(step)

"""The overlay: panes show the recorded pixels, table and history the recorded numbers."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, expect
from plugin.make_log import MODELS, SAMPLE_IDS, Model, predictions, tiles
from serving import eventually

import tb_dice

from .conftest import STEPS, Dice, Serve, frames, still, wait_for_steps
from .numbers import cell, counts, text

A, B = "dice_1e-6/dice", "dice_ce/dice"
LAST = STEPS - 1
SAMPLE = "r3c6"
AT = f"#dice&p.dice.run={A}&p.dice.class=small&p.dice.sample={SAMPLE}"
TP, FP, FN = (0, 114, 178), (213, 94, 0), (240, 228, 66)


def test_the_panes_are_captioned_above_the_voxels(tensorboard, dice: Dice):
    dice.open(tensorboard, AT)
    overlay = dice.at("overlay")
    expect(overlay.get_by_role("heading", name=f"Sample {SAMPLE}")).to_be_visible()
    expect(overlay).to_contain_text(f"dice_1e-6, step {LAST}")
    titles = ["Image", "Target", "Prediction", "Error, small"]
    expect(overlay.locator("figcaption")).to_have_text(titles)
    for figure in overlay.locator("figure").all():
        caption, canvas = (figure.locator(tag).bounding_box() for tag in ("figcaption", "canvas"))
        assert caption is not None
        assert canvas is not None
        assert caption["y"] + caption["height"] <= canvas["y"]


def test_the_error_counts_the_voxels_of_the_decoded_maps(tensorboard, records, dice: Dice):
    dice.open(tensorboard, AT)
    for klass in ("small", "medium", "large"):
        dice.choose(klass)
        dice.frame.locator(f'.samples .cell[aria-label^="{SAMPLE}, {klass}, "]').click()
        expect(dice.at("overlay").locator("figcaption").last).to_have_text(f"Error, {klass}")
        hit, too_much, missing = errors(records[A][LAST], klass)
        for key, number in (("hit", hit), ("tooMuch", too_much), ("missing", missing)):
            legend = dice.at("overlay").locator(f'[data-error="{key}"] b')
            expect(legend).to_have_text(spaced(number))


def test_the_error_pane_colours_each_voxel(tensorboard, dice: Dice):
    dice.open(tensorboard, AT + '&p.dice.overlay={"opacity":1,"view":"error"}')
    target, drawn = recorded_maps(SAMPLE, LAST)
    for klass in (2, 3):
        name = ("background", "small", "medium", "large")[klass]
        dice.frame.locator(f'.samples .cell[aria-label^="{SAMPLE}, {name}, "]').click()
        expect(dice.at("overlay").locator("figcaption")).to_have_text(f"Error, {name}")
        colors = voxels(dice, "error")
        wanted = {
            TP: (target == klass) & (drawn == klass),
            FP: (target != klass) & (drawn == klass),
            FN: (target == klass) & (drawn != klass),
        }
        for color, mask in wanted.items():
            assert (np.all(colors == color, axis=-1) == mask).all(), (name, color)


def test_the_image_is_drawn_as_recorded_in_its_window(tensorboard, dice: Dice):
    dice.open(tensorboard, AT + '&p.dice.overlay={"opacity":0,"view":"target"}')
    image = tiles()[0][SAMPLE_IDS.index(SAMPLE), ..., 0].astype(float)
    shown = voxels(dice, "target")
    assert (shown == shown[..., :1]).all(), "grey"
    assert np.corrcoef(image.ravel(), shown[..., 0].ravel())[0, 1] > 0.98
    low, high = image == image.min(), image == image.max()
    assert shown[low].mean() < 10
    assert shown[high].mean() > 245


def test_the_table_has_the_recorded_voxels_and_scores(tensorboard, records, dice: Dice):
    dice.open(tensorboard, AT)
    for step in (LAST, 3):
        dice.at("step").get_by_label("Step, a number").fill(str(step))
        dice.page.keyboard.press("Enter")
        record = records[A][step]
        row = list(record.sample_ids).index(SAMPLE)
        expect(dice.at("overlay")).to_contain_text(f"step {step}")
        for klass in record.classes:
            true, pred, hit = (int(n[row]) for n in counts(record, klass))
            numbers = [true, pred, hit, pred - hit, true - hit]
            value = cell(record, klass)[row]
            cells = dice.at("overlay").locator(f'tr[data-class="{klass}"] td')
            expect(cells).to_have_text(
                [klass, *map(spaced, numbers), "–" if np.isnan(value) else text(value)]
            )


def test_a_and_b_stand_side_by_side(tensorboard, records, dice: Dice):
    dice.open(tensorboard, AT + '&p.dice.overlay={"opacity":1}')
    overlay = dice.at("overlay")
    overlay.get_by_role("button", name="A | B").click()
    shown = ["Prediction A", "Prediction B", "Error A, small", "Error B, small"]
    expect(overlay.locator("figcaption")).to_have_text(["Image", "Target", *shown])
    dice.page.keyboard.press("4")
    expect(overlay.locator("figcaption")).to_have_text(shown[2:])
    left, right = (pane.bounding_box() for pane in overlay.locator("canvas[data-pane]").all())
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    for model, run in ((MODELS[0], A), (MODELS[1], B)):
        target, drawn = recorded_maps(SAMPLE, LAST, model)
        colors = voxels(dice, "error", run)
        for color, mask in (
            (TP, (target == 1) & (drawn == 1)),
            (FP, (target != 1) & (drawn == 1)),
            (FN, (target == 1) & (drawn != 1)),
        ):
            assert (np.all(colors == color, axis=-1) == mask).all(), (run, color)
    counted = [errors(records[run][LAST], "small") for run in (A, B)]
    for index, key in enumerate(("hit", "tooMuch", "missing")):
        legend = overlay.locator(f'[data-error="{key}"] b')
        expect(legend).to_have_text([spaced(numbers[index]) for numbers in counted])
    dice.page.reload()
    expect(overlay.locator("figcaption")).to_have_text(shown[2:])


def test_b_may_be_pinned_at_another_step(tensorboard, dice: Dice):
    keys = f"&p.dice.runB={A}&p.dice.stepB=2" + '&p.dice.overlay={"compare":true}'
    dice.open(tensorboard, AT + keys)
    captions = dice.at("overlay").locator("figcaption")
    expect(captions.nth(3)).to_have_text("Prediction B, step 2")
    _, drawn = recorded_maps(SAMPLE, 2)
    target, _ = recorded_maps(SAMPLE, 2)
    missing = int(((target == 1) & (drawn != 1)).sum())
    legend = dice.at("overlay").locator('[data-error="missing"] b')
    expect(legend.last).to_have_text(spaced(missing))


def test_one_sided_empties_keep_their_mark(tensorboard, records, dice: Dice):
    record = records[A][LAST]
    true, pred, _ = counts(record, "small")
    for mask, mark in (((true > 0) & (pred == 0), "circle"), ((true == 0) & (pred > 0), "path")):
        sample = str(np.asarray(record.sample_ids)[mask][0])
        dice.open(tensorboard, AT.replace(SAMPLE, sample))
        score = dice.at("overlay").locator('tr[data-class="small"] td').last
        expect(score).to_have_text(".00")
        expect(score.locator(mark)).to_have_count(1)
        dice.page.goto("about:blank")


def test_the_history_has_the_score_of_every_class(tensorboard, records, dice: Dice):
    dice.open(tensorboard, AT)
    for step in (LAST, 6):
        dice.at("step").get_by_label("Step, a number").fill(str(step))
        dice.page.keyboard.press("Enter")
        record = records[A][step]
        row = list(record.sample_ids).index(SAMPLE)
        for klass in ("small", "medium", "large"):
            value = cell(record, klass)[row]
            line = dice.at("overlay").locator(f'.track[data-class="{klass}"]')
            shown = "–" if np.isnan(value) else text(value)
            expect(line.locator("span").last).to_have_text(shown)


def test_a_click_in_the_history_goes_to_the_step(tensorboard, dice: Dice):
    dice.open(tensorboard, AT).settled()
    expect(dice.at("overlay").locator('.track[data-class="medium"] span').last).to_have_text(
        re.compile(r"\d")
    )
    canvas = dice.at("overlay").locator('.track[data-class="medium"] canvas')
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": 4.5 * box["width"] / STEPS, "y": box["height"] / 2})
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value("4")
    expect(dice.at("overlay")).to_contain_text(f"Sample {SAMPLE}")


def test_views_fill_and_classes_by_key_and_click(tensorboard, dice: Dice):
    dice.open(tensorboard, AT)
    overlay = dice.at("overlay")
    expect(overlay.locator("canvas[data-pane]")).to_have_count(4)
    for key, pane in (("2", "target"), ("3", "prediction"), ("4", "error")):
        dice.page.keyboard.press(key)
        expect(overlay.locator("canvas[data-pane]")).to_have_count(1)
        expect(overlay.locator(f'canvas[data-pane="{pane}"]')).to_be_visible()
    dice.page.keyboard.press("1")
    target = overlay.locator('canvas[data-pane="target"]')
    filled = data(target)
    dice.page.keyboard.press("o")
    outlined = changed(target, filled)
    assert colored(outlined) < colored(filled)
    dice.page.keyboard.press("o")
    changed(target, outlined)
    overlay.get_by_role("button", name="medium").click()
    fewer = changed(target, filled)
    assert colored(fewer) < colored(filled)
    overlay.get_by_role("button", name="background").click()
    assert changed(target, fewer).mean() > fewer.mean() + 40


def test_the_overlay_is_enlarged_and_put_back(tensorboard, dice: Dice):
    dice.open(tensorboard, AT).settled()
    button = dice.at("overlay").get_by_role("button", name="Enlarge")
    target = dice.at("overlay").locator('canvas[data-pane="target"]')
    before = target.bounding_box()
    assert before is not None
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(dice.at("heatmap")).to_be_hidden()
    eventually(lambda: (target.bounding_box() or before)["width"] > 2 * before["width"])
    foot = target.evaluate("e => e.getBoundingClientRect().bottom / innerHeight")
    assert foot < 1
    expect(dice.at("overlay").get_by_role("table")).to_be_in_viewport()
    dice.page.reload()  # the address has it
    expect(button).to_have_attribute("aria-pressed", "true")
    dice.page.keyboard.press("Escape")
    expect(dice.at("heatmap")).to_be_visible()
    eventually(lambda: target.bounding_box() == before)
    dice.page.keyboard.press("e")
    expect(dice.at("heatmap")).to_be_hidden()


def test_holding_space_hides_the_masks(tensorboard, dice: Dice):
    dice.open(tensorboard, AT)
    target = dice.at("overlay").locator('canvas[data-pane="target"]')
    image = dice.at("overlay").locator('canvas[data-pane="image"]')
    with_masks = data(target)
    dice.page.keyboard.down("Space")
    assert np.array_equal(changed(target, with_masks), data(image))
    dice.page.keyboard.up("Space")
    assert np.array_equal(changed(target, data(image)), with_masks)


def test_brightness_and_contrast_change_the_image_only(tensorboard, dice: Dice):
    dice.open(tensorboard, AT)
    image = dice.at("overlay").locator('canvas[data-pane="image"]')
    before = data(image)
    dice.at("overlay").get_by_role("button", name="Brightness and contrast").click()
    dice.at("overlay").get_by_role("slider", name="Brightness").fill("30")
    after = changed(image, before)
    assert after[..., 0].mean() > before[..., 0].mean() + 40
    dice.at("overlay").get_by_role("button", name="As recorded").click()
    assert np.array_equal(changed(image, after), before)


def test_zoom_and_pan_are_the_same_in_all_panes(tensorboard, dice: Dice):
    dice.open(tensorboard, AT + '&p.dice.overlay={"opacity":0}')
    panes = [dice.at("overlay").locator(f'canvas[data-pane="{name}"]') for name in PANES]
    before = data(panes[0])
    box = still(panes[1])
    dice.page.mouse.move(box["x"] + 40, box["y"] + 50)
    for _ in range(10):
        dice.page.mouse.wheel(0, -100)
    dice.page.mouse.down()
    dice.page.mouse.move(box["x"] + 70, box["y"] + 60, steps=3)
    dice.page.mouse.up()
    zoomed = changed(panes[0], before)
    for pane in panes[1:]:
        assert np.array_equal(data(pane), zoomed)
    # nearest neighbour: each voxel is a block of one colour, so neighbours are mostly equal
    assert (zoomed[:, 1:] == zoomed[:, :-1]).all(axis=-1).mean() > 0.9
    dice.at("overlay").get_by_role("button", name="Show the whole image").click()
    assert np.array_equal(changed(panes[0], zoomed), before)


def test_the_pointer_names_the_voxel(tensorboard, dice: Dice):
    dice.open(tensorboard, AT)
    target, drawn = recorded_maps(SAMPLE, LAST)
    names = ("background", "small", "medium", "large")
    pane = dice.at("overlay").locator('canvas[data-pane="prediction"]')
    box = pane.bounding_box()
    assert box is not None
    places = [np.argwhere(target == klass)[0] for klass in np.unique(target)]
    places += [np.argwhere(target != drawn)[0]]
    for y, x in (map(int, place) for place in places):
        scale = box["width"] / 64
        dice.page.mouse.move(box["x"] + (x + 0.5) * scale, box["y"] + (y + 0.5) * scale)
        expect(dice.at("overlay").locator(".errors")).to_have_text(
            f"x {x}, y {y}: target {names[target[y, x]]}, drawn {names[drawn[y, x]]}"
        )


def test_scrubbing_keeps_the_panes_and_follows_the_step(tensorboard, dice: Dice):
    dice.open(tensorboard, AT)
    panes = dice.at("overlay").locator(".panes")
    expect(panes).to_have_attribute("data-step", str(LAST))
    gone = """() => { window.gone = 0; new MutationObserver(() => {
        if (document.querySelectorAll('canvas[data-pane]').length !== 4) window.gone += 1;
    }).observe(document.body, {childList: true, subtree: true}); }"""
    frame = dice.page.frames[-1]
    frame.evaluate(gone)
    for step in range(LAST - 1, -1, -1):
        dice.page.keyboard.press("[")
        if step % 4 == 0:
            expect(panes).to_have_attribute("data-step", str(step))
    expect(panes).to_have_attribute("data-step", "0")
    assert frame.evaluate("() => window.gone") == 0


def test_without_an_image_it_says_why_and_where_one_is(dice: Dice, serve: Serve, tmp_path: Path):
    with_none, with_some = tmp_path / "none" / "dice", tmp_path / "some" / "dice"
    for folder, images in ((with_none, 0), (with_some, 1)):
        write_small(folder, images)
    url = serve(tmp_path)
    wait_for_steps(url, 4, runs=2)
    dice.open(url, "#dice&p.dice.run=none/dice")
    overlay = dice.at("overlay")
    expect(overlay.get_by_role("status")).to_contain_text("none was recorded without images")
    dice.page.goto("about:blank")
    dice.open(url, "#dice&p.dice.run=some/dice&p.dice.class=a&p.dice.sample=good")
    expect(overlay.get_by_role("status")).to_contain_text("No image kept of good")
    expect(overlay.locator('tr[data-class="a"]')).to_be_visible()
    overlay.get_by_role("button", name=re.compile("Show .*, the worst with an image")).click()
    expect(overlay.locator("canvas[data-pane]")).to_have_count(4)


def test_a_step_without_an_image_shows_the_nearest(dice: Dice, serve: Serve, tmp_path: Path):
    write_small(tmp_path / "some" / "dice", 1)
    url = serve(tmp_path)
    wait_for_steps(url, 4)
    dice.open(url, "#dice&p.dice.class=a&p.dice.sample=once&p.dice.step=3")
    expect(dice.at("overlay").locator(".nearest")).to_have_text("nearest logged: step 1")
    expect(dice.at("overlay").locator(".panes")).to_have_attribute("data-step", "1")


def test_volumes_have_slices_and_classes_may_overlap(dice: Dice, serve: Serve, tmp_path: Path):
    rng = np.random.default_rng(5)
    target = (rng.random((2, 6, 16, 16, 2)) < 0.4).astype(np.float32)
    drawn = (rng.random(target.shape) < 0.4).astype(np.float32)
    names = ["core", "rim"]
    folder = tmp_path / "volume" / "dice"
    with tb_dice.DiceRecorder(folder, class_names=names, regions={"both": [0, 1]}) as recorder:
        recorder.update(target, drawn, images=rng.random((2, 6, 16, 16)), sample_ids=["u", "v"])
        recorder.commit(0)
    url = serve(tmp_path)
    wait_for_steps(url, 1)
    dice.open(url, "#dice&p.dice.class=rim&p.dice.sample=u")
    overlay = dice.at("overlay")
    expect(overlay.locator("canvas[data-pane]")).to_have_count(4)
    shown = int(re.search(r"(\d+) of 6", overlay.inner_text()).group(1))  # type: ignore[union-attr]
    for klass, columns in (("rim", [1]), ("core", [0]), ("both", [0, 1])):
        overlay.locator(f'tr[data-class="{klass}"]').click()
        expect(overlay.locator("figcaption").last).to_have_text(f"Error, {klass}")
        want = target[0, shown][..., columns].max(-1) > 0
        have = drawn[0, shown][..., columns].max(-1) > 0
        for key, mask in (
            ("hit", want & have),
            ("tooMuch", ~want & have),
            ("missing", want & ~have),
        ):
            legend = overlay.locator(f'[data-error="{key}"] b')
            expect(legend).to_have_text(spaced(int(mask.sum())))


# ---- helpers ----

PANES = ("image", "target", "prediction", "error")


def errors(record: tb_dice.Record, klass: str) -> tuple[int, int, int]:
    """Hits, too much and missing of SAMPLE."""
    row = list(record.sample_ids).index(SAMPLE)
    true, pred, hit = (int(n[row]) for n in counts(record, klass))
    return hit, pred - hit, true - hit


def recorded_maps(
    sample: str, step: int, model: Model = MODELS[0]
) -> tuple[np.ndarray, np.ndarray]:
    """Target and argmax of the prediction, from what the log was made of."""
    _, labels, blobs = tiles()
    row = SAMPLE_IDS.index(sample)
    return labels[row], predictions(model, step, blobs)[row].argmax(-1)


def spaced(number: int) -> str:
    """A count as the page writes it, with thin spaces."""
    return f"{number:,}".replace(",", "\u2009")


def data(canvas: Locator) -> np.ndarray:
    """The pixels of a canvas, once the images are there and two frames leave it as it is."""
    overlay = canvas.page.get_by_test_id("overlay")
    expect(overlay).to_have_attribute("aria-busy", "false")
    before, after = None, pixels(canvas)
    while before is None or not np.array_equal(before, after):
        frames(canvas)
        before, after = after, pixels(canvas)
    return after


def pixels(canvas: Locator) -> np.ndarray:
    """What a canvas shows now: [H, W, 3]."""
    png = base64.b64decode(canvas.evaluate("c => c.toDataURL('image/png').split(',')[1]"))
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def changed(canvas: Locator, before: np.ndarray) -> np.ndarray:
    """The pixels of a canvas once they differ from ``before``."""
    eventually(lambda: not np.array_equal(pixels(canvas), before))
    return data(canvas)


def colored(pixels: np.ndarray) -> int:
    """How many pixels are not grey."""
    return int((np.ptp(pixels, axis=-1) > 12).sum())


def voxels(dice: Dice, pane: str, run: str = A) -> np.ndarray:
    """The colour at the middle of each voxel of a 64 x 64 image: [64, 64, 3]."""
    canvas = dice.at("overlay").locator(f'canvas[data-pane="{pane}"][data-run="{run}"]')
    shown = data(canvas)
    rows, columns = (((np.arange(64) + 0.5) * size / 64).astype(int) for size in shown.shape[:2])
    return shown[np.ix_(rows, columns)]


def test_of_unlike_runs_the_page_opens_with_a_sample_of_run_a(
    dice: Dice, serve: Serve, tmp_path: Path
):
    target = np.zeros((4, 12, 12), np.uint8)
    target[:, 2:8, 2:8] = 1
    for run, name, steps in (("a", "lump", 2), ("b", "spot", 5)):
        with tb_dice.DiceRecorder(tmp_path / run / "dice", class_names=["rest", name]) as recorder:
            for step in range(steps):
                recorder.update(target, np.eye(2, dtype=np.float32)[target], images=target)
                recorder.commit(step)
    url = serve(tmp_path)
    wait_for_steps(url, 2)
    wait_for_steps(url, 5)
    dice.open(url).settled()
    expect(dice.at("step").get_by_label("Step, a number")).to_have_value("1")
    expect(dice.at("overlay")).to_contain_text("Sample 0")
    tracks = dice.at("overlay").locator(".track")
    expect(tracks).to_have_count(1)
    expect(tracks).to_have_attribute("data-class", "lump")


def write_small(folder: Path, images: int) -> None:
    """Six samples, four steps: "once" is among the worst at step 1 alone, "good" never is."""
    ids = ["fixed", "bad", "once", "good", "fine", "well"]
    target = np.zeros((len(ids), 12, 12), np.uint8)
    target[:, 2:8, 2:8] = 1
    rng = np.random.default_rng(3)
    with tb_dice.DiceRecorder(folder, class_names=["rest", "a"], images=images) as recorder:
        for step in range(4):
            drawn = target.copy()
            drawn[0:2, 2:7] = 0
            drawn[2:4, 2:3] = 0
            if step == 1:
                drawn[2] = 0
            recorder.update(
                target,
                np.eye(2, dtype=np.float32)[drawn],
                images=rng.random(target.shape),
                sample_ids=ids,
            )
            recorder.commit(step)


def test_the_threshold_draws_what_was_recorded_above_it(tensorboard, dice: Dice):
    dice.open(tensorboard, f"#dice&p.dice.class=small&p.dice.run={B}&p.dice.sample=r0c6")
    overlay = dice.at("overlay")
    slider = overlay.get_by_label("Threshold of the probabilities")
    expect(slider).to_have_attribute("aria-valuetext", "as recorded")
    caption = overlay.get_by_text("Prediction", exact=True)
    expect(caption.first).to_be_visible()
    recorded = drawn_voxels(dice)
    more = []
    for key, word in (("Home", ".00"), ("End", "1.00")):
        slider.press(key)
        expect(slider).to_have_attribute("aria-valuetext", word)
        expect(overlay.locator("figcaption").nth(2)).to_have_text(f"Prediction, p > {word}")
        more.append(drawn_voxels(dice))
    assert more[0] > recorded > more[1]
    assert "threshold%22:255" in dice.hash()
    dice.page.reload()
    expect(slider).to_have_value("255")
    overlay.get_by_role("button", name="Prediction as recorded").click()
    expect(overlay.locator('[data-error="hit"] b')).to_be_visible()
    assert drawn_voxels(dice) == recorded
    assert "threshold" not in dice.hash()
    dice.frame.get_by_label("Run A", exact=True).select_option(A)  # wrote no probabilities
    expect(overlay.get_by_label("Opacity of the masks")).to_be_visible()
    expect(slider).to_have_count(0)


def drawn_voxels(dice: Dice) -> int:
    """Voxels of the prediction of the class in this picture: hits and too much."""
    expect(dice.at("overlay")).to_have_attribute("aria-busy", "false")
    numbers = [
        dice.at("overlay").locator(f'[data-error="{key}"] b').inner_text()
        for key in ("hit", "tooMuch")
    ]
    return sum(int(number.replace("\u2009", "")) for number in numbers)


def test_numbers_and_picture_of_a_sample_are_kept(tensorboard, records, dice: Dice, tmp_path):
    dice.open(tensorboard, AT).settled()
    overlay = dice.at("overlay")
    for name, file in (("Numbers as CSV", "a.csv"), ("Picture as PNG", "a.png")):
        overlay.get_by_role("button", name="Export").click()
        with dice.page.expect_download() as waiting:
            overlay.get_by_role("button", name=name).click()
        waiting.value.save_as(tmp_path / file)
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines[0] == "class,target,drawn,TP,FP,FN,Dice,definition"
    record = records[A][LAST]
    at = list(record.sample_ids).index(SAMPLE)
    true, pred, hit = (int(side[at]) for side in counts(record, "small"))
    name, *numbers = lines[1].split(",")
    assert name == "small"
    assert [int(n) for n in numbers[:5]] == [true, pred, hit, pred - hit, true - hit]
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size[0] >= 700

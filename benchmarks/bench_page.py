"""How fast the tab is: server answers and drawing, in a real TensorBoard and a real Chromium.

Three logs are written: 2 runs of 200 steps x 1,000 samples x 20 classes (first picture, selections,
hover), 1 run of 1,000 steps x 1,000 samples (zoom and pan), 1 run of 100 steps x 500 samples x
8 classes (dragging smooth). Times are medians over many actions, taken inside the page: from the
event to the frame in which everything that belongs to the new selection is drawn.

    python benchmarks/bench_page.py [--keep DIRECTORY]

$CHROMIUM names the browser, $VIEWER the folder with the tensorboard program.
"""

import argparse
import statistics
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Frame, Page, sync_playwright

from tb_dice.definition.spec import HARD_SUMS, SUMS
from tb_dice.log.images import sample_images
from tb_dice.log.record import Record
from tb_dice.recording.runlog import RunLog

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the folder of the tests

from tests.serving import chromium, eventually, tensorboard
from tests.serving import steps as seen

SIDE = 128
LOGS = {  # folder: runs, steps, samples, classes
    "big": (("a", "b"), 200, 1000, 20),
    "square": (("a",), 1000, 1000, 2),
    "smooth": (("a",), 100, 500, 8),
}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
FLAGS += ("--disable-background-networking", "--disable-component-update", "--disable-sync")

# Notes when the heatmap, the grid of samples and the read-out first stand there, in ms after the
# frame began to load.
FIRST_PICTURE = """(() => {
  if (window === top) return;
  const there = () => {
    const canvas = document.querySelector('[data-testid=heatmap] canvas');
    return canvas && canvas.width > 1
      && document.querySelector('[data-testid=panel-samples] .cell')
      && document.querySelector('[data-testid=readout]')?.textContent;
  };
  const look = () => there()
    ? setTimeout(() => { window.firstPicture = performance.now(); })
    : requestAnimationFrame(look);
  look();
})()"""

# The time from an event until `settled` holds and a frame has been drawn.
TIMED = """async ([act, settled]) => {
  const [run, done] = [new Function(act), new Function('return ' + settled)];
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const from = performance.now();
  run();
  while (!done()) {
    if (performance.now() - from > 20000) throw Error('not settled: ' + settled);
    await frame();
  }
  await new Promise((then) => setTimeout(then));
  return performance.now() - from;
}"""

# Pushes one event a frame; returns how many frames a second were drawn.
FRAMES = """async ([each, count]) => {
  const step = new Function('i', each);
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const from = performance.now();
  for (let i = 0; i < count; i += 1) { step(i); await frame(); }
  return count * 1000 / (performance.now() - from);
}"""

KEY = "document.dispatchEvent(new KeyboardEvent('keydown', {{key: '{}', bubbles: true}}))"
SAMPLES_OF_STEP = """(() => {
  const part = (name) => document.querySelector(`[data-testid=${name}]`);
  const step = 'step ' + part('step').querySelector('input:not([type=range])').value;
  const drawn = part('panel-samples').querySelector('.grid-frame:not(.dim) .what .num');
  return drawn?.textContent === step && part('readout').textContent.includes(step);
})()"""


def main() -> int:
    """Runs the benchmark; returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="where the logs are kept for the next time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = arguments.keep or Path(folder)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.add_init_script(FIRST_PICTURE)
        held = []
        for name, measure in (("big", big), ("square", square), ("smooth", smooth)):
            write(root / name, *LOGS[name])
            with serving(root / name) as url:
                held += [report(*line) for line in measure(page, url)]
    return 0 if all(held) else 1


def report(what: str, value: float, unit: str, target: float | None = None) -> bool:
    """Prints a figure; returns whether it holds its target: at most, but at least for a rate."""
    held = target is None or (value >= target if unit == "frames/s" else value <= target)
    verdict = "" if target is None else f"   target {target:g}: {'held' if held else 'MISSED'}"
    print(f"  {what:52s} {value:9.1f} {unit}{verdict}", flush=True)
    return held


Line = tuple[str, float, str] | tuple[str, float, str, float]


def big(page: Page, url: str) -> Iterator[Line]:
    """First picture, selections and hover on 2 runs of 200 x 1,000 x 20."""
    yield "server: first reading of two runs", served(url, "findings?run=a/dice&run=b/dice"), "ms"
    frame = opened(page, url)
    opened(page, url)
    frame = opened(page, url)
    yield "first picture after the frame began", frame.evaluate("firstPicture"), "ms", 1500
    yield "a step on: read-out and samples drawn", selections(frame, "]"), "ms", 150
    yield "a class down: samples drawn", selections(frame, "ArrowDown"), "ms", 150
    yield "a sample on: drawn", timed(frame, KEY.format("."), "true", 15), "ms", 150
    yield "hover: work of the page for each event", hovering(page, frame), "ms", 16


def square(page: Page, url: str) -> Iterator[Line]:
    """Zoom and pan on 1,000 steps x 1,000 samples."""
    settings = urllib.parse.quote('{"kind":"samples"}')
    frame = opened(page, url, f"#dice&p.dice.settings={settings}")
    frame.wait_for_selector("[data-testid=heatmap][data-rows='1000'][data-columns='1000']")
    wheel = (
        "const cells = document.querySelector('[data-testid=heatmap]');"
        "const box = cells.getBoundingClientRect();"
        "cells.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true,"
        " clientX: box.left + box.width / 3, clientY: box.top + 50, ctrlKey: %s,"
        " deltaX: %s, deltaY: %s}));"
    )
    zoom = wheel % ("true", "0", "i % 40 < 20 ? -40 : 40")
    yield "zoom on 1,000 x 1,000", frames(frame, zoom), "frames/s", 30
    for _ in range(20):
        frame.evaluate(f"() => {{ const i = 0; {zoom} }}")
    pan = wheel % ("false", "i % 60 < 30 ? 30 : -30", "0")
    yield "pan in time on 1,000 x 1,000", frames(frame, pan), "frames/s", 30
    scroll = (
        "document.querySelector('[data-testid=heatmap]').closest('.grid').scrollTop ="
        " (i % 60 < 30 ? i % 60 : 60 - i % 60) * 97;"
    )
    yield "pan over samples on 1,000 x 1,000", frames(frame, scroll), "frames/s", 30


def smooth(page: Page, url: str) -> Iterator[Line]:
    """Dragging smooth on 100 x 500 x 8: what the server takes, and until all is drawn."""
    one = "series?run=a/dice&definition=" + urllib.parse.quote('{"compare":"soft","smooth":NEW}')
    yield "server: series with a new smooth", asked(url, one), "ms"
    two = one.replace("series?", "lines?class=c1&variant=recipe.dice_coef&")
    yield "server: lines with a new smooth", asked(url, two), "ms"
    frame = opened(page, url)
    frame.evaluate(DRAWN)
    drag = (
        "const slider = document.querySelector('[data-testid=definition] input[type=range]');"
        "slider.value = String(Number(slider.value) + 1);"
        "window.drawn = new Set();"
        "slider.dispatchEvent(new Event('input', {bubbles: true}));"
    )
    done = "window.drawn.has('heatmap') && window.drawn.has('variants')"
    yield "dragging smooth: heatmap and lines drawn", timed(frame, drag, done, 15), "ms", 100


# Notes which of the canvases are painted.
DRAWN = """() => {
  window.drawn = new Set();
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    const part = this.canvas.closest('[data-testid]');
    if (part) window.drawn.add(part.dataset.testid);
    return clear.apply(this, box);
  };
}"""


def opened(page: Page, url: str, hash_: str = "#dice") -> Frame:
    """Opens the tab anew and waits for the first picture."""
    page.goto("about:blank")
    page.goto(url + hash_)
    handle = page.wait_for_selector("iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_function("window.firstPicture", timeout=60_000)
    return frame


def selections(frame: Frame, key: str) -> float:
    """The median time of moving the selection, until all that shows it is drawn."""
    back = {"]": "[", "ArrowDown": "ArrowUp"}[key]
    settled = SAMPLES_OF_STEP
    there = timed(frame, KEY.format(back), settled, 15)
    return max(there, timed(frame, KEY.format(key), settled, 15))


def timed(frame: Frame, act: str, settled: str, times: int) -> float:
    """The median time from an event until its outcome is drawn."""
    return statistics.median(frame.evaluate(TIMED, [act, settled]) for _ in range(times))


def frames(frame: Frame, each: str) -> float:
    """The frames a second while each frame brings an event."""
    return statistics.median(frame.evaluate(FRAMES, [each, 60]) for _ in range(3))


def hovering(page: Page, frame: Frame, events: int = 120) -> float:
    """The main thread's work for each pointer event over the heatmap, drawing included."""
    move = (
        "const cells = document.querySelector('[data-testid=heatmap]');"
        "const box = cells.getBoundingClientRect();"
        "cells.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, pointerType: 'mouse',"
        " clientX: box.left + box.width * ((i * 7919) % 997) / 997,"
        " clientY: box.top + box.height * ((i * 31) % 100) / 100}));"
    )
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def work() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    before = work()
    frame.evaluate(FRAMES, [move, events])
    return (work() - before) / events * 1000


def asked(url: str, route: str, times: int = 15) -> float:
    """The median answer time of a route with a new smooth each time."""
    return statistics.median(served(url, route.replace("NEW", str(0.5 + i))) for i in range(times))


def served(url: str, route: str) -> float:
    """The time of one answer."""
    start = time.perf_counter()
    with urllib.request.urlopen(f"{url}data/plugin/dice/{route}", timeout=120) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


@contextmanager
def serving(log_dir: Path) -> Iterator[str]:
    """A TensorBoard that has read the log."""
    runs, steps, samples, classes = LOGS[log_dir.name]
    print(f"\n{len(runs)} run(s) of {steps} steps x {samples} samples x {classes} classes")
    with tensorboard(log_dir) as url:
        eventually(lambda: seen(url) == [list(range(steps))] * len(runs), lambda: seen(url))
        yield url


def write(log_dir: Path, runs: tuple[str, ...], steps: int, samples: int, classes: int) -> None:
    """Writes the runs, unless they are there."""
    for seed, run in enumerate(runs):
        if (log_dir / run).exists():
            continue
        rng = np.random.default_rng(seed)
        size = rng.gamma(2.0, 200, (samples, classes)).round() * (rng.random(classes) < 0.8)
        skill = rng.random((samples, classes))
        log = RunLog(log_dir / run / "dice", variants=["recipe.dice_coef"])
        for step in range(steps):
            shown = pictures(rng, classes) if step % 10 == 0 else []
            log.commit(record(rng, step, steps, size, skill), shown)
        log.close()


def record(
    rng: np.random.Generator, step: int, steps: int, size: np.ndarray, skill: np.ndarray
) -> Record:
    """A pass of a training that gets better."""
    samples, classes = size.shape
    share = np.clip(skill * (0.3 + step / steps) + rng.normal(0, 0.05, size.shape), 0, 1)
    hit = np.floor(size * share * (rng.random(size.shape) > 0.05))
    drawn = hit + np.floor(size * (1 - share) * rng.random(size.shape))
    soft = {name: hit * rng.uniform(0.8, 1) for name in SUMS}
    soft |= {"true_sum": size, "true_sq_sum": size, "pred_sum": drawn * 1.01}
    sums = soft | dict(zip(HARD_SUMS, (hit, size, drawn), strict=True))
    sums = {name: np.asarray(value, np.float32) for name, value in sums.items()}
    states = (size > 0) + 2 * (drawn > 0)
    return Record(
        step=step,
        wall_time=1_700_000_000.0 + 60 * step,
        classes=("background", *(f"c{i}" for i in range(1, classes))),
        batch=np.arange(samples, dtype=np.int32) // 8,
        sample_ids=np.array([f"{i}" for i in range(samples)]),
        voxels=np.full(samples, SIDE * SIDE),
        sums=sums,
        background=0,
        regions={},
        exclusive=True,
        activation="none",
        threshold=0.5,
        ignore_index=None,
        fingerprints=None,
        total=samples,
        pooled={name: value.astype(float).sum(0) for name, value in sums.items()},
        cases=np.array([(states == state).sum(0) for state in range(4)]),
    )


def pictures(rng: np.random.Generator, classes: int) -> list:
    """The first eight samples, as blocks."""
    found = []
    for index in range(8):
        image = rng.integers(0, 255, (SIDE, SIDE, 1), dtype=np.uint8)
        target, drawn = (
            np.kron(rng.integers(0, classes, (4, 4)), np.ones((32, 32), int)).astype(np.int32)
            for _ in range(2)
        )
        found += sample_images(f"{index}", f"{index}", index, image, target, drawn)
    return found


if __name__ == "__main__":
    sys.exit(main())

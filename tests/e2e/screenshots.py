"""Takes a picture of every panel in both themes and three sizes, to be looked at.

    python tests/e2e/screenshots.py OUT [--log DIR] [--only WORD] [--theme light] [--size 1600x1000]

Without ``--log`` a log like the demo's is written first. Files are named theme-width-view.png.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import quote

if __name__ == "__main__":  # not this folder: it has a numbers.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from playwright.sync_api import Browser, Locator, expect, sync_playwright
from plugin.make_log import write

from e2e.conftest import Dice, frames, serving, started
from tb_dice.analysis.finding import Analysis

ANALYSES = [name for name in get_args(Analysis) if name != "samples"]
SIZES = ("1600x1000", "1300x900", "1000x800")
THEMES = ("light", "dark")

Act = Callable[[Dice], bool]  # whether it opens what the next address does not close
View = tuple[str, str, Act]


def views() -> Iterator[View]:
    """Name, address keys and what to do before the picture is taken."""
    yield "page", "", nothing
    for name in ("diff", "q", "r0"):
        yield f"view-{name}", f"view={name}", nothing
    yield "table", setting(table=True), nothing
    for kind in ("samples", "runs"):
        yield f"kind-{kind}", setting(kind=kind), nothing
    yield "viridis", setting(colormap="viridis"), nothing
    yield "variants", 'variants=["recipe.dice_coef","recipe.neg_log_dice_coef"]', nothing
    yield "samples-table", 'tabs={"table":true}', to_the_end
    for name in ANALYSES:
        yield f"tab-{name}", f"tab={name}", to_the_end
        yield f"tab-{name}-table", f'tab={name}&p.dice.tabs={{"table":true}}', to_the_end
    for view in ("target", "prediction", "error"):
        yield f"overlay-{view}", f'overlay={{"view":"{view}"}}', drawer("Overlay of the sample")
    yield "overlay-compare", 'overlay={"compare":true}', drawer("Overlay of the sample")
    yield "overlay-outline", 'overlay={"outline":true}', drawer("Overlay of the sample")
    yield "overlay-large", "", pressing("e")
    yield "arguments", 'definition={"variant":"monai.DiceLoss"}', nothing
    yield "left", "", drawer("Runs, definition, classes")
    yield "help", "", pressing("?")
    yield "settings", "", clicking(lambda dice: dice.frame.get_by_role("button", name="Settings"))
    yield "findings", "", clicking(lambda dice: dice.at("findings").locator(".more"))
    yield "picker", "", clicking(lambda dice: dice.frame.get_by_role("button", name="+ variant"))
    yield "zoom", "zoom=40-49", nothing
    yield "wrong-filter", "runFilter=[", nothing
    yield "no-run", "runFilter=nothing", nothing


def setting(**changes: object) -> str:
    return "settings=" + json.dumps(changes)


def nothing(_: Dice) -> bool:
    """The page as it opens."""
    return False


def to_the_end(dice: Dice) -> bool:
    dice.frame.locator(".lower").scroll_into_view_if_needed()
    return False


def pressing(key: str) -> Act:
    def act(dice: Dice) -> bool:
        dice.page.keyboard.press(key)
        return True

    return act


def clicking(on: Callable[[Dice], Locator]) -> Act:
    def act(dice: Dice) -> bool:
        on(dice).click()
        return True

    return act


def drawer(label: str) -> Act:
    """Opens a side column where it is a drawer."""

    def act(dice: Dice) -> bool:
        button = dice.frame.get_by_role("button", name=label)
        there = button.is_visible()
        if there:
            button.click()
        return there

    return act


def take(browser: Browser, url: str, out: Path, theme: str, size: str, only: str) -> None:
    """Takes the pictures of one theme and size."""
    width, height = map(int, size.split("x"))
    page = browser.new_page(viewport={"width": width, "height": height})
    page.add_init_script(
        f"localStorage.setItem('_tb_global_settings', JSON.stringify({{theme: '{theme}'}}))"
    )
    dice = Dice(page)
    for name, keys, act in views():
        if only not in name:
            continue
        path = out / f"{theme}-{width}-{name}.png"
        page.goto("about:blank")
        dice.open(url, "#dice" + (f"&p.dice.{quote(keys, safe='=&,.')}" if keys else ""))
        if name != "no-run":
            expect(dice.frame.locator(".overlay[aria-busy=false] .panes").first).to_be_attached()
            expect(dice.at("findings").locator("li").first).to_be_visible()
        act(dice)
        page.wait_for_load_state("networkidle")
        frames(page.frames[-1].locator("body"))
        page.screenshot(path=path)
        print(path)  # noqa: T201
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--log", type=Path, help="log directory; without it one is written")
    parser.add_argument("--only", default="", help="take only views with this in their name")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--size", action="append", help="by default " + ", ".join(SIZES))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        log = options.log or write(Path(folder))
        with started(playwright) as browser, serving(log) as url:
            for theme in options.theme or THEMES:
                for size in options.size or SIZES:
                    take(browser, url, options.out, theme, size, options.only)


if __name__ == "__main__":
    main()

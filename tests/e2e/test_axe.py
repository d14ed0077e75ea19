"""Nobody is left out: no view of the page breaks a rule of axe-core, in light and in dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Dice, Serve
from .screenshots import THEMES, View, nothing, views

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"

pytestmark = pytest.mark.skipif(
    not AXE.exists(),
    reason="axe-core is not there; `make test` installs it with the page's packages",
)


@pytest.mark.parametrize("theme", THEMES)
def test_no_view_breaks_a_rule(tensorboard, dice: Dice, theme: str):
    dice.page.add_init_script(
        f"localStorage.setItem('_tb_global_settings', JSON.stringify({{theme: '{theme}'}}))"
    )
    dice.open(tensorboard).settled()
    expect(dice.frame.locator(f"body{'.dark-mode' if theme == 'dark' else ''}")).to_have_count(1)
    found = {}
    for view in views():
        show(dice, view)
        found[view[0]] = broken(dice.page)
        if view[2] is not nothing:
            dice.page.reload()
    assert len(found) > 30
    assert {name: lines for name, lines in found.items() if lines} == {}


def show(dice: Dice, view: View) -> None:
    """Goes to a view by its address, as a pasted link does."""
    name, keys, act = view
    dice.page.evaluate("hash => { location.hash = hash; }", f"#dice&p.dice.{keys or 'tab=samples'}")
    if name == "no-run":
        expect(dice.at("empty-state")).to_be_visible()
    else:
        expect(dice.frame.locator(".overlay[aria-busy=false] .panes").first).to_be_attached()
        expect(dice.at("findings").locator("li").first).to_be_visible()
        expect(dice.frame.locator(".time[aria-busy=false]")).to_be_visible()
    if name.startswith("tab-"):
        expect(dice.at(f"panel-{name.split('-')[1]}")).to_be_visible()
    act(dice)


@pytest.mark.parametrize("side", ["Runs, definition, classes", "Overlay of the sample"])
def test_a_drawer_breaks_no_rule(tensorboard, dice: Dice, side: str):
    dice.page.set_viewport_size({"width": 1000, "height": 800})
    dice.open(tensorboard).settled()
    dice.frame.get_by_role("button", name=side).click()
    assert broken(dice.page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_an_empty_log_breaks_no_rule(dice: Dice, serve: Serve, tmp_path: Path, theme: str):
    dice.open(serve(tmp_path))
    dice.page.evaluate(
        f"document.body.classList.toggle('dark-mode', {str(theme == 'dark').lower()})"
    )
    expect(dice.at("empty-state")).to_be_visible()
    assert broken(dice.page) == []


def broken(page: Page) -> list[str]:
    """What axe finds in the frame, a line for each element."""
    frame = page.frames[-1]
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = frame.evaluate("axe.run().then((all) => all.violations)")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]

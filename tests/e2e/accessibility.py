"""What axe-core finds in the views of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Dice
from .screenshots import View, views

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"

needs_axe = pytest.mark.skipif(
    not AXE.exists(),
    reason="axe-core is not there; `make test` installs it with the page's packages",
)


def no_view_breaks_a_rule(tensorboard: str, dice: Dice, theme: str) -> None:
    """Goes through all views in a theme."""
    dice.page.add_init_script(
        f"localStorage.setItem('_tb_global_settings', JSON.stringify({{theme: '{theme}'}}))"
    )
    dice.open(tensorboard).settled()
    expect(dice.frame.locator(f"body{'.dark-mode' if theme == 'dark' else ''}")).to_have_count(1)
    found = {}
    for view in views():
        opened = show(dice, view)
        found[view[0]] = broken(dice.page)
        if opened:
            dice.again()
    assert len(found) > 30
    assert {name: lines for name, lines in found.items() if lines} == {}


def show(dice: Dice, view: View) -> bool:
    """Goes to a view by its address, as a pasted link does; whether it opened what stays."""
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
    return act(dice)


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

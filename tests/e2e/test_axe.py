"""Nobody is left out: neither a drawer nor an empty log breaks a rule of axe-core."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .accessibility import broken, needs_axe
from .conftest import Dice, Serve
from .screenshots import THEMES

pytestmark = needs_axe


@pytest.mark.parametrize("side", ["Runs, definition, classes", "Overlay of the sample"])
def test_a_drawer_breaks_no_rule(tensorboard, dice: Dice, side: str):
    dice.page.set_viewport_size({"width": 1000, "height": 800})
    dice.open(tensorboard).settled()
    dice.frame.get_by_role("button", name=side).click()
    assert broken(dice.page) == []


@pytest.mark.hosted
@pytest.mark.parametrize("theme", THEMES)
def test_an_empty_log_breaks_no_rule(dice: Dice, serve: Serve, tmp_path: Path, theme: str):
    dice.open(serve(tmp_path))
    dice.page.evaluate(
        f"document.body.classList.toggle('dark-mode', {str(theme == 'dark').lower()})"
    )
    expect(dice.at("empty-state")).to_be_visible()
    assert broken(dice.page) == []

"""Every key of the address: what it sets, and that a pasted link keeps it."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Dice

A, B, C = "dice_1e-6/dice", "dice_ce/dice", "flat_smooth100/dice"


def pressed(dice: Dice, name: str) -> None:
    button = dice.frame.get_by_role("button", name=name, exact=True)
    expect(button).to_have_attribute("aria-pressed", "true")


def field(where: Locator, label: str) -> Locator:
    return where.get_by_label(label, exact=True)


SHOWN = {
    "run": (C, lambda d: expect(field(d.frame.locator(".top"), "Run A")).to_have_value(C)),
    "runB": (C, lambda d: expect(field(d.frame.locator(".top"), "Run B")).to_have_value(C)),
    "stepB": (
        4,
        lambda d: expect(d.frame.get_by_role("button", name="pinned at")).to_contain_text("4"),
    ),
    "class": ("large", lambda d: expect(d.at("readout")).to_contain_text("large, dice_1e-6")),
    "step": (3, lambda d: expect(d.at("step").get_by_role("textbox")).to_have_value("3")),
    "sample": ("r2c7", lambda d: expect(d.at("overlay")).to_contain_text("Sample r2c7")),
    "view": ("q", lambda d: pressed(d, "missed q")),
    "zoom": ("6-11", lambda d: expect(d.frame.get_by_text("steps 6–11")).to_be_visible()),
    "pane": (
        {"zoom": 3, "x": 0.25},
        lambda d: expect(
            d.frame.get_by_role("button", name="Show the whole image")
        ).to_be_visible(),
    ),
    "runFilter": ("dice_", lambda d: expect(d.at("runs")).to_contain_text("2 of 3")),
    "classFilter": (
        "small|large",
        lambda d: expect(d.at("heatmap")).to_have_attribute("data-rows", "2"),
    ),
    "variants": (
        ["keras.Dice"],
        lambda d: expect(d.at("variants")).to_contain_text("keras.Dice"),
    ),
    "definition": (
        {"smooth": 100},
        lambda d: expect(field(d.at("definition"), "Smooth, a number")).to_have_value("100"),
    ),
    "runs": ({C: False}, lambda d: expect(d.at("runs")).to_contain_text("2 of 3")),
    "classes": (
        {"medium": False},
        lambda d: expect(d.at("heatmap")).to_have_attribute("data-rows", "3"),
    ),
    "overlay": (
        {"opacity": 0.3, "outline": True},
        lambda d: expect(field(d.at("overlay"), "Opacity of the masks")).to_have_value("30"),
    ),
    "settings": (
        {"kind": "runs", "colormap": "viridis", "sort": "name"},
        lambda d: expect(d.at("heatmap")).to_have_attribute("data-columns", "3"),
    ),
    "tab": (
        "empty_rules",
        lambda d: expect(d.at("panel-empty_rules").get_by_role("table")).to_be_visible(),
    ),
    "tabs": (
        {"table": True},
        lambda d: expect(d.at("panel-samples").get_by_role("table")).to_be_visible(),
    ),
}


ALSO = {"stepB": f"&p.dice.runB={B}"}


@pytest.mark.parametrize("key", SHOWN)
def test_a_key_is_taken_and_kept(tensorboard, dice: Dice, key: str):
    value, see = SHOWN[key]
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    dice.open(tensorboard, f"#dice&p.dice.{key}={quote(text)}{ALSO.get(key, '')}")
    see(dice)
    expect(dice.page).to_have_url(re.compile(re.escape(f"p.dice.{key}=")))
    kept = dict(part.split("=", 1) for part in dice.hash().split("&")[1:])
    assert unquote(kept[f"p.dice.{key}"]) == text

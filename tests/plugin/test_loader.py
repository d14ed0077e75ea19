import builtins
import logging
import sys
from argparse import Namespace
from importlib.metadata import entry_points

import pytest
from serving import python
from tensorboard.plugins import base_plugin

from tb_dice.plugin.loader import DiceLoader

VIEWING = (
    "tb_dice.plugin.loader, tb_dice.plugin.plugin, tb_dice.analysis.findings,"
    " tb_dice.definition.catalogue"
)


def test_tensorboard_finds_it():
    (point,) = [
        point for point in entry_points(group="tensorboard_plugins") if point.name == "dice"
    ]
    assert point.load() is DiceLoader


@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, {"dice": 0}), (None, {"dice": 0}), ({"images": 3}, {"dice": 0, "images": 3}),
     ({"dice": 7}, {"dice": 7})],
)  # fmt: skip
def test_all_steps_are_kept_unless_the_user_says_otherwise(given, kept):
    flags = Namespace(samples_per_plugin=given)
    DiceLoader().fix_flags(flags)
    assert flags.samples_per_plugin == kept


def test_flags_of_another_tensorboard_do_no_harm():
    flags = Namespace()
    DiceLoader().fix_flags(flags)
    assert flags.samples_per_plugin == {"dice": 0}


def test_it_loads_the_plugin():
    plugin = DiceLoader().load(base_plugin.TBContext())
    assert plugin.plugin_name == "dice"


def test_a_broken_plugin_costs_the_tab_and_a_warning(monkeypatch, caplog):
    real = builtins.__import__

    def broken(name, *args, **kwargs):
        if name == "tb_dice.plugin.plugin":
            raise ImportError("no numpy here")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "tb_dice.plugin.plugin", raising=False)
    monkeypatch.setattr(builtins, "__import__", broken)
    with caplog.at_level(logging.WARNING):
        assert DiceLoader().load(base_plugin.TBContext()) is None
    assert "The Dice tab is not shown: ImportError: no numpy here" in caplog.text


def test_the_loader_alone_imports_nothing_of_ours():
    found = _modules("tb_dice.plugin.loader")
    assert not {name for name in found if name.startswith("tb_dice.")} - {
        "tb_dice.plugin",
        "tb_dice.plugin.loader",
    }


def test_viewing_needs_no_framework():
    found = _modules(VIEWING)
    assert "tb_dice.plugin.routes" in found
    assert not {"keras", "tensorflow", "torch", "jax"} & found


def _modules(names):
    """What a fresh interpreter has loaded after importing some modules."""
    code = f"import {names}, sys; print(*sys.modules)"
    return set(python("-c", code).split())

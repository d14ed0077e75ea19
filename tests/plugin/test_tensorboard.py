"""A real TensorBoard process with each loader shows the tab, and all steps under default flags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from analysis.make import random_record
from serving import ask, eventually, steps, tensorboard

from tb_dice.log.eventlog import RECORDS, EventLog
from tb_dice.log.record import encode

from .conftest import read_grid

STEPS = 30  # more than the 10 that TensorBoard keeps of a blob sequence by default
RUN = "model/dice"


FLAGS = {
    "rust": ["--load_fast=true"],
    "python": ["--load_fast=false", "--path_prefix", "/some/where"],
}


@pytest.fixture(scope="module")
def log_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of many steps."""
    folder = tmp_path_factory.mktemp("logs")
    log = EventLog(folder / RUN)
    for step in range(STEPS):
        record = random_record(step)
        log.blobs(RECORDS, step, record.wall_time, [encode(record)])
    log.close()
    return folder


@pytest.fixture(scope="module", params=FLAGS)
def server(request: pytest.FixtureRequest, log_dir: Path) -> Iterator[str]:
    """The address of a TensorBoard that has read all steps, once for each loader."""
    with tensorboard(log_dir, *FLAGS[request.param]) as url:
        eventually(lambda: steps(url) == [list(range(STEPS))], lambda: steps(url))
        yield url


def refused(url: str) -> tuple[int, bytes]:
    """The status and the text of an error."""
    with pytest.raises(HTTPError) as error:
        ask(url)
    with error.value as response:
        return response.code, response.read()


def test_the_tab_is_listed(server):
    listing = json.loads(ask(server + "data/plugins_listing"))["dice"]
    assert listing["enabled"] is True
    assert listing["tab_name"] == "Dice"
    assert listing["loading_mechanism"]["type"] == "IFRAME"
    assert listing["loading_mechanism"]["module_path"].endswith("data/plugin/dice/index.js")
    assert b'import("./index.js")' in ask(server + "data/plugin_entry.html?name=dice")


def test_no_step_is_lost(server):
    (run,) = json.loads(ask(server + "data/plugin/dice/runs"))["runs"]
    assert run["steps"] == list(range(STEPS))
    header, found = read_grid(ask(server + f"data/plugin/dice/series?run={RUN}"))
    assert header["steps"] == list(range(STEPS))
    assert found["value"].shape == (STEPS, 3)


def test_an_error_is_a_sentence(server):
    found = refused(server + "data/plugin/dice/series?run=nobody")
    assert found == (404, b"Not found: no run 'nobody' with Dice data.")


def test_nothing_else_is_reached(server):
    for path in ("..%2fplugin.py", "static/index.js", "index.js/../plugin.py", "http_api.md"):
        assert refused(server + f"data/plugin/dice/{path}")[0] == 404

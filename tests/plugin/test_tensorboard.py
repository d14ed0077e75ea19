"""A real TensorBoard process with each loader shows the tab, and all steps under default flags."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from analysis.make import random_record

from tb_dice.log.eventlog import RECORDS, EventLog
from tb_dice.log.record import encode

from .conftest import read_grid

STEPS = 30  # more than the 10 that TensorBoard keeps of a blob sequence by default
RUN = "model/dice"
WAIT_S = 90
MAIN = """
import sys, types
sys.modules["tensorboard.compat.notf"] = types.ModuleType("notf")  # as without TensorFlow: quick
from tensorboard.main import run_main
run_main()
"""


@dataclass
class Server:
    """A TensorBoard process."""

    process: subprocess.Popen[str]
    log: Path
    prefix: str = ""

    def url(self) -> str:
        """Its address, once it listens."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            found = re.search(r"http://[^ ]+:(\d+)/", self.log.read_text())
            if found:
                return f"http://localhost:{found[1]}{self.prefix}"
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def get(self, path: str) -> bytes:
        with urlopen(f"{self.url()}/{path}", timeout=WAIT_S) as response:
            return response.read()

    def refused(self, path: str) -> tuple[int, bytes]:
        """The status and the text of an error."""
        with pytest.raises(HTTPError) as error:
            self.get(path)
        with error.value as response:
            return response.code, response.read()

    def wait(self) -> None:
        """Waits until all steps are read."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            runs = json.loads(self.get("data/plugin/dice/runs"))["runs"]
            if runs and len(runs[0]["steps"]) == STEPS:
                return
            time.sleep(0.2)
        raise AssertionError(f"{runs}\n{self.log.read_text()}")


def start(log_dir: Path, log: Path, *flags: str) -> subprocess.Popen[str]:
    """TensorBoard on a free port; what it says goes to a file."""
    command = [sys.executable, "-c", MAIN, "--logdir", str(log_dir), "--port", "0"]
    with log.open("w") as out:
        return subprocess.Popen([*command, *flags], stdout=out, stderr=out, text=True)


FLAGS = {"rust": ["--load_fast=true"], "python": ["--load_fast=false", "--path_prefix=/some/where"]}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """One TensorBoard for each loader, started together."""
    log_dir = tmp_path_factory.mktemp("logs")
    log = EventLog(log_dir / RUN)
    for step in range(STEPS):
        record = random_record(step)
        log.blobs(RECORDS, step, record.wall_time, [encode(record)])
    log.close()
    out = tmp_path_factory.mktemp("out")
    running = {
        loader: Server(start(log_dir, out / loader, *flags), out / loader, _prefix(flags))
        for loader, flags in FLAGS.items()
    }
    yield running
    for server in running.values():
        server.process.kill()
    for server in running.values():
        server.process.wait(WAIT_S)


def _prefix(flags: list[str]) -> str:
    return next((flag.split("=")[1] for flag in flags if "prefix" in flag), "")


@pytest.fixture(params=FLAGS)
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    found = servers[request.param]
    found.wait()
    return found


def test_the_tab_is_listed(server):
    listing = json.loads(server.get("data/plugins_listing"))["dice"]
    assert listing["enabled"] is True
    assert listing["tab_name"] == "Dice"
    assert listing["loading_mechanism"]["type"] == "IFRAME"
    assert listing["loading_mechanism"]["module_path"].endswith("data/plugin/dice/index.js")
    assert b'import("./index.js")' in server.get("data/plugin_entry.html?name=dice")


def test_no_step_is_lost(server):
    (run,) = json.loads(server.get("data/plugin/dice/runs"))["runs"]
    assert run["steps"] == list(range(STEPS))
    header, found = read_grid(server.get(f"data/plugin/dice/series?run={RUN}"))
    assert header["steps"] == list(range(STEPS))
    assert found["value"].shape == (STEPS, 3)


def test_an_error_is_a_sentence(server):
    found = server.refused("data/plugin/dice/series?run=nobody")
    assert found == (404, b"Not found: no run 'nobody' with Dice data.")


def test_nothing_else_is_reached(server):
    for path in ("..%2fplugin.py", "static/index.js", "index.js/../plugin.py", "http_api.md"):
        assert server.refused(f"data/plugin/dice/{path}")[0] == 404

"""A log, a TensorBoard and a browser for the tests of the page, which must stay free of errors."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright
from plugin.make_log import write

import tb_dice

STEPS = 12
LAST_RUN = 9
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_S = 60
ARTIFACTS = Path(__file__).parent / "artifacts"

Serve = Callable[..., str]


@dataclass
class Dice:
    """The page in its frame, and what it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str, hash_: str = "#dice", ready: bool = True) -> Dice:
        """Loads TensorBoard at ``url`` and waits for the Dice tab."""
        self.page.goto(url + hash_)
        if ready:
            expect(self.frame.locator(".page[data-ready=true]")).to_be_visible(timeout=30_000)
        return self

    def settled(self) -> Dice:
        """Waits until a sample is chosen and drawn, and what is above has its height."""
        self.steady()
        expect(self.at("panel-samples").locator(".cell[aria-pressed=true]")).to_have_count(1)
        return self

    def steady(self) -> None:
        """Waits until the findings and the heatmap have their numbers, and so their heights."""
        expect(self.at("findings")).to_have_attribute("aria-busy", "false")
        expect(self.frame.locator(".time")).to_have_attribute("aria-busy", "false")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe").first

    def at(self, testid: str) -> Locator:
        return self.frame.get_by_test_id(testid)

    def hash(self) -> str:
        """The part of the address behind ``#``."""
        return self.page.url.partition("#")[2]

    def choose(self, klass: str) -> None:
        """Chooses a class in the left column."""
        self.at("classes").get_by_role("button", name=klass, exact=True).click()


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs of 12, 12 and 9 steps over 16 samples."""
    return write(tmp_path_factory.mktemp("e2e") / "logs", steps=STEPS, last_run=LAST_RUN)


@pytest.fixture(scope="session")
def records(log: Path) -> dict[str, list[tb_dice.Record]]:
    """What the log holds, read without the server: the numbers the page must show."""
    return tb_dice.read(log)


@contextmanager
def serving(log_dir: Path, *flags: str, prefix: str = "") -> Iterator[str]:
    """A TensorBoard over ``log_dir``: the one of $VIEWER, else the one beside this Python."""
    program = Path(os.environ.get("VIEWER", Path(sys.executable).parent)) / "tensorboard"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "--logdir", str(log_dir), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--reload_interval", "1", *flags]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}{prefix}/"
            _wait_for(url + "data/plugin/dice/runs", process)
            yield url
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        assert process.poll() is None, "TensorBoard ended"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"TensorBoard did not answer {url} within {WAIT_S} s")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may miss a click: what fails is tried again, and counted."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=2))


def eventually(holds: Callable[[], bool]) -> None:
    """Waits until something holds that no locator can say."""
    end = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < end, "it did not come to hold within 15 s"
        time.sleep(0.05)


def wait_for_steps(url: str, steps: int, runs: int = 1) -> None:
    """Waits until TensorBoard has read steps 0 .. ``steps`` - 1 of so many runs."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with urllib.request.urlopen(url + "data/plugin/dice/runs") as answer:
            listed = json.load(answer)["runs"]
        if sum(run["steps"] == list(range(steps)) for run in listed) >= runs:
            return
        time.sleep(0.3)
    pytest.fail(f"TensorBoard did not read {steps} steps within {WAIT_S} s")


@pytest.fixture(scope="session")
def tensorboard(log: Path) -> Iterator[str]:
    """The address of a TensorBoard over ``log`` that has read all of it."""
    with serving(log) as url:
        wait_for_steps(url, STEPS, runs=2)
        wait_for_steps(url, LAST_RUN)
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one named by $CHROMIUM."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a TensorBoard for one test: ``serve(folder, "--flag", prefix="/a")``."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(serving(*args, **kwargs))


def _leaves(url: str) -> bool:
    """Whether a request goes to another machine than the one that serves the page."""
    return url.startswith(("http:", "https:")) and not url.startswith("http://127.0.0.1:")


@pytest.fixture
def dice(browser: Browser, serve: Serve, request: pytest.FixtureRequest) -> Iterator[Dice]:
    """A page that fails its test on a logged error, a breach of policy or a failed answer.

    Nor may a request leave the machine.
    """
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    dice = Dice(page)
    page.on("pageerror", lambda error: dice.complaints.append(f"exception: {error}"))
    page.on("console", lambda m: m.type == "error" and dice.complaints.append(f"console: {m.text}"))
    page.on(
        "response",
        lambda r: r.status >= 400 and dice.complaints.append(f"status {r.status}: {r.url}"),
    )
    page.on("request", lambda r: _leaves(r.url) and dice.complaints.append(f"asks {r.url}"))
    yield dice
    if dice.complaints:
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    context.close()
    assert dice.complaints == []

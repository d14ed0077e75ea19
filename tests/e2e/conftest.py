"""A log, a TensorBoard and a browser for the tests of the page, which must stay free of errors.

Tests marked ``hosted`` see the page in its frame in TensorBoard. The others see the same page by
itself, which opens sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    FrameLocator,
    Locator,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)
from plugin.make_log import write
from serving import chromium, eventually, steps
from serving import tensorboard as tensorboard_of

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
WAIT_MS = 60_000
ARTIFACTS = Path(__file__).parent / "artifacts"
ALONE = "data/plugin_entry.html?name=dice"  # what TensorBoard puts into the frame

Serve = Callable[..., str]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "hosted: the page is shown in TensorBoard, as users see it")


@dataclass
class Dice:
    """The page, in a frame of TensorBoard if ``hosted``, and what it complained about."""

    page: Page
    hosted: bool = True
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str, hash_: str = "#dice", ready: bool = True) -> Dice:
        """Loads the page of the TensorBoard at ``url`` and waits for it."""
        self.page.goto(url + ("" if self.hosted else ALONE) + hash_)
        if ready:
            expect(self.frame.locator(".page[data-ready=true]")).to_be_visible()
        return self

    def again(self) -> None:
        """Loads the page anew, but not TensorBoard around it."""
        frame = self.page.frames[-1]
        with self.page.expect_event("framenavigated", lambda other: other == frame):
            frame.evaluate("location.reload()")

    def settled(self) -> Dice:
        """Waits until a sample is chosen and drawn, and what is above has its height."""
        self.steady()
        expect(self.at("panel-samples").locator(".cell[aria-pressed=true]")).to_have_count(1)
        return self

    def steady(self) -> None:
        """Waits until the findings and the heatmap have their numbers, and so their heights."""
        expect(self.at("findings")).to_have_attribute("aria-busy", "false")
        expect(self.frame.locator(".time")).to_have_attribute("aria-busy", "false")

    def logged(self, message: ConsoleMessage) -> None:
        """Keeps an error, unless it is of a file of TensorBoard's own that is not there."""
        own = "status of 404" in message.text and "/plugin/dice/" not in message.location["url"]
        if message.type == "error" and not own:
            self.complaints.append(f"console: {message.text}")

    def answered(self, response: Response) -> None:
        """Keeps a failure, unless TensorBoard does not find a file of its own."""
        own = self.hosted and response.status == 404 and response.frame == self.page.main_frame
        if response.status >= 400 and not own:
            self.complaints.append(f"status {response.status}: {response.url}")

    @property
    def frame(self) -> FrameLocator | Page:
        """Where the page is."""
        return self.page.frame_locator("iframe").first if self.hosted else self.page

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


def wait_for_steps(url: str, count: int, runs: int = 1) -> None:
    """Waits until TensorBoard has read steps 0 .. ``count`` - 1 of so many runs."""
    wanted = list(range(count))
    eventually(lambda: steps(url).count(wanted) >= runs, lambda: steps(url))


@pytest.fixture(scope="session")
def tensorboard(log: Path) -> Iterator[str]:
    """The address of a TensorBoard over ``log`` that has read all of it."""
    with serving(log) as url:
        wait_for_steps(url, STEPS, runs=2)
        wait_for_steps(url, LAST_RUN)
        yield url


@contextmanager
def started(playwright: Playwright) -> Iterator[Browser]:
    """A browser, closed at the end."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process."""
    with sync_playwright() as playwright, started(playwright) as browser:
        yield browser


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a TensorBoard for one test: ``serve(folder, "--flag")``."""
    with ExitStack() as stack:
        yield lambda *args: stack.enter_context(serving(*args))


def serving(log_dir: Path, *flags: str) -> AbstractContextManager[str]:
    """A TensorBoard that looks for new steps every second."""
    return tensorboard_of(log_dir, "--reload_interval", "1", *flags)


def still(locator: Locator) -> dict[str, float]:
    """Where an element is, once two frames of the page leave it there."""
    before, box = None, locator.bounding_box()
    while box is None or box != before:
        frames(locator)
        before, box = box, locator.bounding_box()
    return dict(box)


def frames(locator: Locator) -> None:
    """Waits until the page has drawn what it knows: for two frames."""
    frame = "new Promise((done) => requestAnimationFrame(done))"
    locator.evaluate(f"() => {frame}.then(() => {frame})")


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
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    dice = Dice(page, hosted="hosted" in request.keywords)
    page.on("pageerror", lambda error: dice.complaints.append(f"exception: {error}"))
    page.on("console", dice.logged)
    page.on("response", dice.answered)
    page.on("request", lambda r: _leaves(r.url) and dice.complaints.append(f"asks {r.url}"))
    yield dice
    if dice.complaints:
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    context.close()
    assert dice.complaints == []

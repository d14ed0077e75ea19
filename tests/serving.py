"""Other processes, none without a limit: programs that end, and TensorBoard on a free port."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

LIMIT_S = 240.0  # for a program to end, a state to be reached, an answer to come: also when busy
END_S = 10.0  # for a process that was asked to end; then it is killed
VIEWER = os.environ.get("VIEWER")  # the programs of the environment that has the wheel alone

_QUICK = """
import sys, types
sys.modules["tensorboard.compat.notf"] = types.ModuleType("notf")  # as without TensorFlow: quick
from tensorboard.main import run_main
run_main()
"""
# The program of the wheel, which finds no sources; without it the sources themselves.
TENSORBOARD = (
    (str(Path(__file__).parents[1] / VIEWER / "tensorboard"),)
    if VIEWER
    else (sys.executable, "-c", _QUICK)
)


def chromium() -> str:
    """The path of the browser: $CHROMIUM, or Debian's, of two the one without windows."""
    names = ("chromium-headless-shell", "chromium")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), names[0])


def run(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end; what it prints is kept."""
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=LIMIT_S, **options
    )


def python(*arguments: str, **options: Any) -> str:
    """What this Python prints; a failure shows its complaints."""
    done = run(sys.executable, *arguments, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running(command: Sequence[str], said: Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process whose output goes to a file, since a pipe that nobody reads would stop it."""
    with said.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(LIMIT_S)


@contextmanager
def tensorboard(log_dir: Path, *flags: str, program: Sequence[str] = TENSORBOARD) -> Iterator[str]:
    """The address of a TensorBoard over ``log_dir``, with a slash at its end."""
    command = [*program, "--logdir", str(log_dir), "--host", "127.0.0.1", "--port", "0", *flags]
    with TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        with running(command, said) as process:
            url = re.compile(r"http://127\.0\.0\.1:\d+/\S*")
            eventually(
                lambda: url.search(said.read_text()) or process.poll() is not None, said.read_text
            )
            found = url.search(said.read_text())
            assert found, f"TensorBoard ended: {said.read_text()}"
            yield found[0]


def eventually(holds: Callable[[], Any], said: Callable[[], Any] = lambda: "") -> None:
    """Waits until something holds; what is ``said`` then explains why it does not."""
    end = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < end, f"It did not come to hold within {LIMIT_S} s. {said()}"
        time.sleep(0.05)


def ask(url: str) -> bytes:
    """The answer of a server."""
    with urlopen(url, timeout=LIMIT_S) as answer:
        return bytes(answer.read())


def steps(url: str) -> list[list[int]]:
    """The steps of each run that a TensorBoard has read so far."""
    runs = json.loads(ask(f"{url}data/plugin/dice/runs"))["runs"]
    return [run["steps"] for run in runs]

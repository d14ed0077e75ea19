"""Breaks the page on purpose in three ways and sees that a browser test catches each.

    python tests/e2e/breakages.py [WORD]

Each breakage is one line changed in a copy of the sources. The copy is built, and the tests that
must notice run against it: they have to pass before the change and to fail after it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", "node_modules", ".venv", "logs", "__pycache__", "artifacts"
)


@dataclass(frozen=True)
class Breakage:
    """One line of the page that is changed, and the test that must fail."""

    name: str
    file: str
    before: str
    after: str
    test: str


BREAKAGES = (
    Breakage(
        "wrong cell: a click lands one class too low",
        "panels/time/geometry.ts",
        "groups[Math.floor(y / pitch)]",
        "groups[Math.floor(y / pitch) + 1]",
        "test_time.py::test_the_heatmap_is_divided_evenly_among_its_cells",
    ),
    Breakage(
        "stale step: the samples are not asked for again when the step changes",
        "panels/analyses/samples/index.tsx",
        "JSON.stringify([run, step, klass, chosen])",
        "JSON.stringify([run, klass, chosen])",
        "test_samples.py::test_another_step_alone_shows_its_own_samples",
    ),
    Breakage(
        "lost selection: new data start from the beginning",
        "state.ts",
        "    complete(before);",
        "    selection.value = NOTHING;\n    complete(before);",
        "test_shell.py::test_a_reload_keeps_selection_zoom_and_scroll",
    ),
)


def main() -> int:
    chosen = [one for one in BREAKAGES if not sys.argv[1:] or sys.argv[1] in one.name]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        (copy / "frontend/node_modules").symlink_to(ROOT / "frontend/node_modules")
        build(copy)
        missed = [breakage.name for breakage in chosen if not caught(copy, breakage)]
    for name in missed:
        print(f"NOT CAUGHT  {name}")  # noqa: T201
    return len(missed)


def caught(copy: Path, breakage: Breakage) -> bool:
    """Whether the test passes on the page as it is and fails on the broken one."""
    source = copy / "frontend/src" / breakage.file
    text = source.read_text(encoding="utf-8")
    if text.count(breakage.before) != 1:
        sys.exit(f"expected {breakage.before!r} once in {breakage.file}; adapt the breakage.")
    passed = run(copy, breakage.test)
    source.write_text(text.replace(breakage.before, breakage.after), encoding="utf-8")
    build(copy)
    failed = not run(copy, breakage.test)
    source.write_text(text, encoding="utf-8")
    build(copy)
    said = "caught" if passed and failed else "passes when broken" if passed else "fails when whole"
    print(f"{said}  {breakage.name}: {breakage.test}")  # noqa: T201
    return passed and failed


def build(copy: Path) -> None:
    command = ["npm", "run", "--silent", "build", "--", "--logLevel", "error"]
    subprocess.run(command, cwd=copy / "frontend", check=True)


def run(copy: Path, test: str) -> bool:
    """Runs one test of the copy on the page of the copy."""
    path = os.pathsep.join(filter(None, [str(copy), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/e2e/{test}"]
    env = {**os.environ, "PYTHONPATH": path}
    env.pop("VIEWER", None)
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())

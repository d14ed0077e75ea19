"""``python -m scripts.docs`` writes the generated pages; ``--check`` only names the stale ones."""

import argparse
import re
import sys
from pathlib import Path

from scripts.docs import families, pictures
from scripts.docs.blocks import BLOCKS, ROOT


def main() -> int:
    """Writes or checks every generated file; the exit status is 1 if a check finds stale ones."""
    parser = argparse.ArgumentParser(prog="python -m scripts.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name stale files")
    check = parser.parse_args().check
    stale = stale_files()
    for path, text in stale.items():
        sys.stdout.write(f"{'stale' if check else 'writing'}: {path.relative_to(ROOT)}\n")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


def stale_files() -> dict[Path, str]:
    """The stale files, each with the text that it should have."""
    found = {}
    for page, blocks in BLOCKS.items():
        text = (ROOT / page).read_text(encoding="utf-8")
        found[ROOT / page] = filled(text, {name: make() for name, make in blocks.items()})
    for name, entries in families.families().items():
        found[ROOT / f"docs/variants/{name}.md"] = families.page(name, entries)
    stale = {path: text for path, text in found.items() if _held(path) != text}
    for name in pictures.PICTURES:
        path = ROOT / f"docs/pictures/smooth-{name}.svg"
        if pictures.description(name) not in _held(path).replace("&quot;", '"'):
            stale[path] = pictures.svg(name)
    return stale


def filled(text: str, blocks: dict[str, str]) -> str:
    """A page with its blocks; each must be there once.

    Raises:
        ValueError: where a block is missing.
    """
    for name, block in blocks.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"Expected the block {name!r} once. Received: {text[:60]!r}...")
        text = pattern.sub(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)  # noqa: B023
    return text


def _held(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())

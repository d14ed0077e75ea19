"""The promises of the house: what importing loads, what is public, what the documents list."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import get_args

import pytest
from serving import python
from tensors import WHY

import tb_dice
from tb_dice.analysis.finding import Analysis

ROOT = Path(__file__).parents[1]
PACKAGE = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "tb_dice").rglob("*.py")
}
TRAINING = ("keras", "tensorflow", "torch", "jax")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def loaded_by(code):
    code += f"; import sys; print(*[n for n in {TRAINING} if n in sys.modules])"
    return python("-c", code).split()


def imported_by(path):
    """The modules of the package that a file imports, at its top, in functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in PACKAGE else node.module)
    return found & PACKAGE.keys()


@pytest.mark.parametrize(
    "code",
    [
        "import tb_dice",
        "import tb_dice.plugin.loader",
        "import tb_dice.plugin.plugin",
        "import tb_dice; tb_dice.read, tb_dice.variants(), tb_dice.dice, tb_dice.DiceRecorder",
        "import tb_dice.analysis.findings",
    ],
)
def test_viewing_and_recording_load_no_training_framework(code):
    assert loaded_by(code) == []


def test_every_public_name_resolves_and_is_documented():
    pytest.importorskip("keras", reason=WHY)
    for name in tb_dice.__all__:
        assert getattr(tb_dice, name).__doc__, name


def test_dir_lists_the_public_names_alone():
    assert dir(tb_dice) == sorted(tb_dice.__all__)


def test_no_module_imports_in_a_circle():
    """The package itself resolves its names when they are asked for, so it is left out."""
    graph = {name: imported_by(path) for name, path in PACKAGE.items() if name != "tb_dice"}
    assert "tb_dice.definition.wording" in graph["tb_dice.definition.spec"]
    assert "tb_dice.plugin.plugin" in graph["tb_dice.plugin.loader"]  # inside a function
    TopologicalSorter(graph).prepare()


def test_the_package_is_its_wings():
    top = {path.name for path in (ROOT / "tb_dice").glob("*.py")}
    assert top == {"__init__.py", "metrics.py"}


def test_files_can_be_held_in_mind():
    lines = {name: len(path.read_text().splitlines()) for name, path in PACKAGE.items()}
    assert {name: count for name, count in lines.items() if count > 330} == {}


def test_readme_lists_the_public_names():
    listed = re.findall(r"^\| `tb_dice\.(\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(tb_dice.__all__)


def test_readme_lists_the_analyses():
    table = (ROOT / "README.md").read_text().split("| analysis | what it answers |\n|---|---|\n")[1]
    listed = re.findall(r"^\| ([\w ]+) \|", table.split("\n\n")[0], re.MULTILINE)
    names = ["samples", *(label.lower().replace(" ", "_") for label in listed)]
    assert names == list(get_args(Analysis))


def test_contributing_lists_the_wings_of_the_import_contract():
    contract = re.search(r"(?ms)^layers = (\[.*?^\])", (ROOT / "pyproject.toml").read_text())[1]
    layers = [{wing.strip() for wing in row.split("|")} for row in ast.literal_eval(contract)]
    table = CONTRIBUTING.split("| wing | what is in it |\n|---|---|\n")[1].split("\n\n")[0]
    rows = [set(re.findall(r"`(\w+)(?:/|\.py)`", row.split("|")[1])) for row in table.splitlines()]
    assert rows == layers


def test_every_file_that_contributing_names_is_there():
    folders = "tb_dice|frontend(?!/node_modules)|tests|scripts"
    named = set(re.findall(rf"\b(?:{folders})/[\w./<>-]*[\w>]", CONTRIBUTING))
    assert {"tests/test_house.py", "tb_dice/callback/backend_<name>.py"} <= named
    assert [name for name in named if not any(ROOT.glob(re.sub(r"<\w+>", "*", name)))] == []


@pytest.mark.parametrize(
    ("name", "path"), re.findall(r"`(\w+)`\s+(?:in|of|under)\s+`([\w/.]+)`", CONTRIBUTING)
)
def test_contributing_names_what_is_in_a_file(name, path):
    assert re.search(rf"\b{name}\b", (ROOT / path).read_text())


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(AttributeError, match="DiceDiagnostics"):
        tb_dice.DiceCallback  # noqa: B018


def test_version_is_the_one_of_the_metadata_and_of_the_changelog():
    metadata = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{tb_dice.__version__}"' in metadata
    assert f"## [{tb_dice.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_every_command_of_the_documents_is_in_the_makefile():
    rules = re.findall(r"^([\w -]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    targets = set(" ".join(rules).split())
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:^|`)make ([\w-]+)", (ROOT / page).read_text(), re.MULTILINE))
        assert named, page
        assert named <= targets, page

"""The promises of the house: what importing loads, what is public, what the documents list."""

import re
from pathlib import Path

import pytest
from serving import python
from tensors import WHY

import tb_dice

ROOT = Path(__file__).parents[1]
TRAINING = ("keras", "tensorflow", "torch", "jax")


def loaded_by(code):
    code += f"; import sys; print(*[n for n in {TRAINING} if n in sys.modules])"
    return python("-c", code).split()


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


def test_readme_lists_the_public_names():
    listed = re.findall(r"^\| `tb_dice\.(\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(tb_dice.__all__)


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

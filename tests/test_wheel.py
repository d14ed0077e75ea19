"""The wheel as people get it who only look at logs: TensorBoard, no Keras, no TensorFlow."""

import tarfile
from pathlib import Path
from urllib.request import urlopen

import pytest
from serving import LIMIT_S, VIEWER, run, tensorboard

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not VIEWER, reason="needs the environment that `make test` builds from the wheel (VIEWER)"
)


def said_by(code):
    """What the Python of the wheel prints, away from the sources."""
    done = run(str(ROOT / VIEWER / "python"), "-I", "-c", code, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_is_installed_from_the_wheel_and_knows_no_training_framework():
    code = (
        "import importlib.util as u, tb_dice; print(tb_dice.__file__);"
        "print(*[n for n in ('keras', 'tensorflow', 'torch', 'jax') if u.find_spec(n)])"
    )
    home, *frameworks = said_by(code)
    assert "site-packages" in home
    assert frameworks == []


def test_carries_the_page_the_routes_page_and_the_entry_point():
    code = (
        "import importlib.metadata as m, importlib.resources as r;"
        "print(*sorted(p.name for p in (r.files('tb_dice') / 'plugin/static').iterdir()));"
        "print(*[(r.files('tb_dice') / p).is_file() for p in ('plugin/http_api.md', 'py.typed')]);"
        "print(*[e.value for e in m.entry_points(group='tensorboard_plugins') if e.name == 'dice'])"
    )
    assert said_by(code) == [
        "analyses.js",
        "index.css",
        "index.js",
        "True",
        "True",
        "tb_dice.plugin.loader:DiceLoader",
    ]


def test_reads_a_log_and_names_the_variants(tmp_path):
    code = (
        f"import tb_dice; print(tb_dice.read({str(tmp_path)!r}) == {{}});"
        "print('recipe.dice_coef' in tb_dice.variants())"
    )
    assert said_by(code) == ["True", "True"]


def test_training_without_keras_says_what_to_install():
    code = "import tb_dice\ntry: tb_dice.DiceDiagnostics()\nexcept ImportError as e: print(e)"
    assert "'tb-dice[tensorflow]'" in said_by(code)


@pytest.mark.parametrize("flags", [[], ["--load_fast=false"]], ids=["default", "python loader"])
def test_tensorboard_serves_the_tab(tmp_path, flags):
    with (
        tensorboard(tmp_path, *flags) as url,
        urlopen(f"{url}data/plugin/dice/index.js", timeout=LIMIT_S) as answer,
    ):
        assert answer.status == 200
        assert "javascript" in answer.headers["Content-Type"]


def test_sdist_carries_sources_of_page_tests_and_demo():
    (sdist,) = (ROOT / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    for part in ("frontend/src/main.tsx", "tests/test_wheel.py", "demo/train.py", "LICENSE"):
        assert part in names
    assert not [name for name in names if "node_modules" in name]

"""Each example runs as its first line says, where its framework is installed."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest
from serving import python

import tb_dice

EXAMPLES = Path(__file__).parents[1] / "examples"
NEEDS = {
    "lightning_callback.py": ("lightning", "lightning/dice"),
    "pytorch_loop.py": ("torch", "pytorch/dice"),
    "tensorflow_loop.py": ("tensorflow", "tensorflow/dice"),
}


def test_all_examples_are_here():
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*NEEDS, "shapes.py"}
    readme = (EXAMPLES.parent / "README.md").read_text()
    for name in NEEDS:
        assert f"(examples/{name})" in readme
        assert f"python examples/{name}" in (EXAMPLES / name).read_text()


@pytest.mark.parametrize("name", NEEDS)
def test_it_records_a_training_that_learns(name, tmp_path):
    package, run = NEEDS[name]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    env = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    env["OMP_NUM_THREADS"] = "1"  # such small nets are slower with more
    python(str(EXAMPLES / name), str(tmp_path), env=env)
    (found,) = tb_dice.read(tmp_path).values()
    assert list(tb_dice.read(tmp_path)) == [run]
    assert [record.step for record in found] == list(range(5))
    assert found[-1].classes == ("background", "disc", "square")
    assert (found[-1].total, found[-1].notices) == (16, ())
    first, last = (record.pooled for record in (found[0], found[-1]))
    hits = [pooled["hard_intersection"][1:].sum() for pooled in (first, last)]
    assert hits[1] > hits[0]
    np.testing.assert_array_equal(first["hard_true_sum"], last["hard_true_sum"])

"""Every way of training: the record equals numpy on `predict`, and nothing else differs."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

import tb_dice
from tb_dice import DiceDiagnostics

from .cases import BACKEND, CASES, run, table
from .conftest import assert_clean, assert_sums, sums

# Keras reads variables in a way that numpy 2 warns of, and torch's compiler warns of torch.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The .grad attribute:UserWarning"),
]


@pytest.fixture(autouse=True)
def without_inductor(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.compile as ever, but for its last stage, which takes a minute."""
    if BACKEND == "torch":
        import torch

        monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))


@pytest.mark.parametrize("name", CASES)
def test_record_is_numpy_on_predict_and_nothing_else_changes(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    if why := case.refusal():
        pytest.skip(why)
    bare, expected = run(case, [])
    model, history = run(case, [DiceDiagnostics(tmp_path, **case.options)])
    assert history == expected
    for ours, theirs in zip(model.get_weights(), bare.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert_clean(model)
    assert type(model.test_function) is type(bare.test_function)
    record = list(tb_dice.read(tmp_path).values())[-1][-1]
    part = slice(*case.rows)
    batches = case.parts() if case.parts else [(case.x, case.y)]
    found = []
    for x, y in batches:
        p = case.of(model.predict(x, batch_size=case.batch, verbose=0))
        target = y if case.target is None else case.target
        found.append(sums(target[part], np.asarray(p, "float32")[part], **case.says))
    assert_sums(record, {key: np.concatenate([each[key] for each in found]) for key in found[0]})
    n = len(next(iter(record.sums.values())))
    assert record.batch.tolist() == [i // case.batch for i in range(n)]
    assert record.exclusive is case.says.get("exclusive", p.shape[-1] > 1)
    assert record.activation == case.says.get("activation", "none")


def test_the_readme_lists_what_is_tested() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert readme.split("<!-- cases -->")[1].split("<!-- /cases -->")[0].strip() == table()

"""Found, not asked for: each launcher tells a process its rank in its own way."""

import json
import sys
from types import SimpleNamespace

import pytest

from tb_dice.recording import process as module
from tb_dice.recording.process import process

CLUSTER = {"worker": ["a:1", "b:1"], "ps": ["c:1"]}


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No launcher, and no framework that was initialised."""
    for name in ("TF_CONFIG", *(name for pair in module.PAIRS for name in pair)):
        monkeypatch.delenv(name, raising=False)
    for name in ("torch.distributed", "jax"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_what_is_given_counts(monkeypatch):
    monkeypatch.setenv("RANK", "3")
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert process(1, 2) == (1, 2)
    assert process() == (3, 4)


@pytest.mark.parametrize("wrong", [(0, None), (None, 2), (2, 2), (-1, 2), (0, 0)])
def test_what_is_out_of_range_is_an_error(wrong):
    with pytest.raises(ValueError, match=r"Expected `(rank|world_size)`.*Received: .*\d"):
        process(*wrong)


def test_one_process_alone():
    assert process() == (0, 1)


@pytest.mark.parametrize("pair", module.PAIRS)
@pytest.mark.parametrize(
    ("texts", "expected"),
    [(("1", "2"), (1, 2)), (("1", ""), (0, 1)), (("2", "2"), (0, 1)), (("-1", "x"), (0, 1))],
)
def test_the_environment_of_launchers(monkeypatch, pair, texts, expected):
    for name, text in zip(pair, texts, strict=True):
        monkeypatch.setenv(name, text)
    assert process() == expected


@pytest.mark.parametrize(
    ("cluster", "kind", "index", "expected"),
    [
        (CLUSTER, "worker", 1, (1, 2)),
        (CLUSTER | {"chief": ["d:1"]}, "worker", 1, (2, 3)),
        (CLUSTER | {"chief": ["d:1"]}, "chief", 0, (0, 3)),
        (CLUSTER, "ps", 0, (0, 1)),
        (CLUSTER, "evaluator", 0, (0, 1)),
        (None, "worker", 0, (0, 1)),
        (CLUSTER, "worker", None, (0, 1)),
    ],
)
def test_the_tf_config(monkeypatch, cluster, kind, index, expected):
    config = {"cluster": cluster, "task": {"type": kind, "index": index}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    assert process() == expected


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}"])
def test_a_tf_config_that_says_nothing(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    assert process() == (0, 1)


@pytest.mark.parametrize("initialised", [False, True])
def test_torch_where_it_was_initialised(monkeypatch, initialised):
    distributed = SimpleNamespace(
        is_available=lambda: True,
        is_initialized=lambda: initialised,
        get_rank=lambda: 2,
        get_world_size=lambda: 5,
    )
    monkeypatch.setitem(sys.modules, "torch.distributed", distributed)
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert process() == ((2, 5) if initialised else (0, 2))


@pytest.mark.parametrize("initialised", [False, True])
def test_jax_where_it_was_initialised(monkeypatch, initialised):
    jax = SimpleNamespace(
        distributed=SimpleNamespace(is_initialized=lambda: initialised),
        process_index=lambda: 1,
        process_count=lambda: 3,
    )
    monkeypatch.setitem(sys.modules, "jax", jax)
    assert process() == ((1, 3) if initialised else (0, 1))
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace())  # older, or half imported
    assert process() == (0, 1)

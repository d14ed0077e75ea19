"""The arguments that only the callback has; tests/test_arguments.py has those that it shares."""

from typing import Any

import pytest

from tb_dice import DiceDiagnostics


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": 0}, "`every` to be a whole number >= 1. Received: 0."),
        ({"every": 1.5}, "`every`.*Received: 1.5"),
        ({"output": 1.5}, "`output` to be a whole number >= 0. Received: 1.5."),
        ({"output": -1}, "`output`.*Received: -1."),
        ({"losses": "mse"}, "`losses` to be a list of functions.*Received: 'mse'."),
        ({"losses": max}, "`losses` to be a list of functions.*Received: <built-in"),
    ],
)
def test_out_of_range(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DiceDiagnostics(**options)


def test_a_loss_must_be_callable() -> None:
    with pytest.raises(TypeError, match=r"'mae'.*Received: 3"):
        DiceDiagnostics(losses={"mae": 3})  # type: ignore[dict-item]


def test_losses_get_their_names() -> None:
    def mine(y: Any, p: Any) -> Any: ...

    assert list(DiceDiagnostics(losses=[mine])._options.losses) == ["mine"]
    with pytest.raises(ValueError, match="It has 'mine' twice"):
        DiceDiagnostics(losses=[mine, mine])


def test_nothing_is_needed() -> None:
    options = DiceDiagnostics()._options
    assert (options.images, options.max_samples, options.every) == (8, 10_000, 1)
    assert len(options.variants) == 5

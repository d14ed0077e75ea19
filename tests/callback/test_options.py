"""Arguments are checked once, with what was expected and received."""

from typing import Any

import pytest

from tb_dice import DiceDiagnostics


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "relu"}, "`activation`.*Received: 'relu'"),
        ({"images": -1}, "`images`.*>= 0. Received: -1"),
        ({"max_samples": 0}, "`max_samples`.*>= 1. Received: 0"),
        ({"every": 0}, "`every`.*>= 1. Received: 0"),
        ({"every": 1.5}, "`every`.*Received: 1.5"),
        ({"class_names": "abc"}, "`class_names`.*Received: 'abc'"),
        ({"class_names": ["a", "a"]}, "`class_names`.*different"),
        ({"class_names": ["a", "b"], "regions": {"a": [1]}}, "`regions`.*'a'"),
        ({"regions": {"empty": []}}, "`regions`.*'empty'"),
        ({"variants": ["recipe.dice_los"]}, "recipe.dice_loss"),
        ({"sample_ids": ["a", "a"]}, "`sample_ids`.*2 names, 1 of them different"),
        ({"sample_ids": ["a" * 300]}, "`sample_ids`.*256"),
        ({"ignore_index": 1.5}, "`ignore_index`.*whole number. Received: 1.5"),
        ({"rank": 1}, "`rank` and `world_size`.*together. Received: 1 and None"),
        ({"threshold": float("nan")}, "`threshold`.*Received: nan"),
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
    with pytest.raises(ValueError, match="'mine' twice"):
        DiceDiagnostics(losses=[mine, mine])


def test_nothing_is_needed() -> None:
    options = DiceDiagnostics()._options
    assert (options.images, options.max_samples, options.every) == (8, 10_000, 1)
    assert len(options.variants) == 5

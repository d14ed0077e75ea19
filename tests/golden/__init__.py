"""The golden values: what the original implementations returned, and how to read them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

RTOL, ATOL = 3e-5, 3e-6


@dataclass(frozen=True)
class Golden:
    """One measured value: ``tb_dice.dice(y_true, y_pred, variant, mask=mask, **params)``."""

    variant: str
    params: dict[str, Any]
    case: str
    y_true: np.ndarray
    y_pred: np.ndarray
    mask: np.ndarray | None
    value: np.ndarray

    def __str__(self):
        shown = "-".join(f"{k}={v}" for k, v in self.params.items())
        return f"{self.variant}-{shown}-{self.case}{'' if self.mask is None else '-mask'}"


@cache
def golden(variant: str | None = None) -> tuple[Golden, ...]:
    """The golden values, of all variants or of one."""
    data = json.loads((Path(__file__).parent / "dice_golden.json").read_text())
    inputs = {case: _arrays(held) for case, held in data["inputs"].items()}
    return tuple(
        Golden(
            r["variant"],
            r["params"],
            r["case"],
            *inputs[r["case"]],
            _mask(r.get("mask"), inputs[r["case"]][1].shape[:-1]),
            _numbers(r["value"]),
        )
        for r in data["records"]
        if variant in (None, r["variant"])
    )


def names() -> list[str]:
    """The variants that have golden values."""
    return sorted({record.variant for record in golden()})


def sample(variant: str) -> list[Golden]:
    """Each input, mask and choice of parameters of a variant once, instead of all that occur."""
    inputs = {(record.case, record.mask is None): record for record in golden(variant)}
    params = {str(record.params): record for record in golden(variant)}
    chosen = {id(record) for record in (*inputs.values(), *params.values())}
    return [record for record in golden(variant) if id(record) in chosen]


def missed(records: Iterable[Golden], value: Callable[[Golden], Any]) -> list[str]:
    """Those golden values that are not what ``value`` gives."""
    return [str(record) for record in records if not agrees(value(record), record.value)]


def agrees(got: Any, want: np.ndarray) -> bool:
    """Whether a value is the golden one, in its flattened shape too."""
    got = np.ravel(got)
    return got.shape == want.shape and np.allclose(got, want, rtol=RTOL, atol=ATOL, equal_nan=True)


def _arrays(held):
    arrays = [np.array(held[k], np.float32).reshape(held["shape"]) for k in ("y_true", "y_pred")]
    return [a[..., None] if a.ndim == 2 else a for a in arrays]


def _mask(name, shape):
    if name is None:
        return None
    rows = np.arange(shape[1])
    valid = {"rows_before_4": rows < 4, "rows_from_2": rows >= 2}[name]
    return np.broadcast_to(valid.reshape(1, -1, *[1] * (len(shape) - 2)), shape)


def _numbers(value):
    return np.ravel(np.array(value, dtype=float))

"""Checksums: equal bits give equal numbers, on every path; other bits give others."""

from typing import Any

import keras
import numpy as np
import pytest

from tb_dice.callback import backends
from tb_dice.callback.fingerprint import fingerprints
from tb_dice.masks.device import fetch

RNG = np.random.default_rng(0)


def of(x: np.ndarray, form: str = "eager") -> list[int]:
    backend = backends.current()
    tensor = keras.ops.convert_to_tensor(x)

    def function(values: Any) -> Any:
        return fingerprints(values, backend)

    forms = {"eager": function, "plain": backend.plain(function), "xla": backend.compiled(function)}
    found: np.ndarray = fetch("rows", [forms[form](tensor)])
    return np.ascontiguousarray(found).view(np.uint64)[:, 0].tolist()


@pytest.mark.parametrize(
    "dtype",
    ["float32", "float64", "float16", "bfloat16", "uint8", "int16", "int32", "int64", "bool"],
)
def test_every_dtype_and_form(dtype: str) -> None:
    if "64" in dtype and keras.backend.backend() == "jax":
        pytest.skip("JAX has 32 bits unless asked")
    x = RNG.integers(0, 200, (5, 7, 3, 2))
    x[4] = x[1]
    tensor = keras.ops.cast(x, dtype)
    backend = backends.current()
    found = np.ascontiguousarray(fetch("rows", [fingerprints(tensor, backend)])).view(np.uint64)[
        :, 0
    ]
    assert found[4] == found[1]
    assert len(set(found.tolist())) == (4 if dtype != "bool" else len(set(found.tolist())))


def test_forms_agree() -> None:
    x = RNG.normal(size=(4, 33, 5)).astype("float32")
    assert of(x) == of(x, "plain") == of(x, "xla")


def test_small_changes_are_seen() -> None:
    x = np.zeros((6, 16, 16), "float32")  # a sample each way of differing a little
    x[1, 3, 4] = 1
    x[2, 4, 3] = 1
    x[3, 3, 4] = np.nextafter(np.float32(1), np.float32(2))
    x[4, 0, 0] = -0.0
    x[5, 2:6, 2] = [1, -3, 3, -1]
    assert len(set(of(x))) == 6


def test_no_collision_among_images_of_few_levels() -> None:
    x = RNG.integers(0, 2, (2000, 8, 8)).astype("float32") * 255
    assert len(set(of(x))) == 2000

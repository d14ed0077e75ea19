"""Answers as bytes: the grid format of ``http_api.md``, and JSON in which NaN is ``null``."""

import json
import math
import struct
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Array

GRID_TYPE = "application/octet-stream"
JSON_TYPE = "application/json"

_CODES = {"f": "f4", "i": "i4", "u": "u1", "b": "u1"}


def grid(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Packs arrays behind a JSON header.

    Floats become float32, integers int32 (clipped to its range), bytes and booleans uint8.
    """
    packed = {name: _pack(array) for name, array in arrays.items()}
    described = [
        {"name": name, "dtype": array.dtype.str[1:], "shape": list(array.shape)}
        for name, array in packed.items()
    ]
    head = to_json({**header, "arrays": described})
    parts = [struct.pack("<I", len(head)), head, _padding(len(head))]
    for array in packed.values():
        parts += [array.tobytes(), _padding(array.nbytes)]
    return b"".join(parts)


def to_json(value: Any) -> bytes:
    """JSON in ASCII; NaN and infinity, which JSON lacks, must be ``null`` before."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def number(value: float) -> float | None:
    """A number as JSON can hold it: NaN and infinity become ``None``."""
    return float(value) if math.isfinite(value) else None


def numbers(values: Iterable[float]) -> list[float | None]:
    """Each value as by ``number``."""
    return [number(value) for value in values]


def plain(value: Any) -> Any:
    """A parameter of a variant as JSON can hold it."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def _pack(array: Array) -> Array:
    code = _CODES[array.dtype.kind]
    if code == "u1" and array.dtype.itemsize > 1:
        code = "i4"
    if code == "i4":
        bounds = np.iinfo(np.int32)
        array = np.clip(array, bounds.min, bounds.max)
    return np.ascontiguousarray(array, dtype=f"<{code}")


def _padding(length: int) -> bytes:
    return bytes(-length % 4)

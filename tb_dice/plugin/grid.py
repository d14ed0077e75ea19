"""Answers as bytes: the grid format of ``http_api.md``, and JSON in which NaN is ``null``."""

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Array

Answer = tuple[bytes, str]  # and its type

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


def plain(value: Any) -> Any:
    """A value as JSON can say it: dataclasses as objects, arrays as lists, NaN as ``None``."""
    if is_dataclass(value):
        return parts(value, *(each.name for each in fields(value)))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def parts(value: Any, *names: str) -> dict[str, Any]:
    """Some attributes of a value, each as by ``plain``."""
    return {name: plain(getattr(value, name)) for name in names}


def answer(value: Mapping[str, Any]) -> Answer:
    """An answer in JSON."""
    return to_json(plain(value)), JSON_TYPE


def packed(found: Any, header: Mapping[str, Any], **more: Array) -> Answer:
    """A dataclass as an answer in the grid format: its arrays of numbers; the rest heads them."""
    held = {each.name: getattr(found, each.name) for each in fields(found)}
    arrays = {
        name: value
        for name, value in held.items()
        if isinstance(value, np.ndarray) and value.dtype.kind in _CODES
    }
    rest = {name: plain(value) for name, value in held.items() if name not in arrays}
    return grid({**header, **rest}, {**arrays, **more}), GRID_TYPE


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

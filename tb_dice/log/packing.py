"""Named arrays and a JSON header as bytes, small and safe to read.

The bytes are ``MAGIC``, a version (little-endian ``uint16``), the length of the header
(``uint32``), the header (JSON) and a zlib stream of the arrays it lists. Each array is stored in
the smallest type that loses nothing (counts as small integers, float32 numbers as float32), and
one that equals an earlier one is stored once. Nothing read is trusted: every size is checked before
memory is taken for it, types come from a list, and nothing is unpickled.
"""

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Array

MAGIC = b"TBDICE"
VERSION = 1
MAX_HEADER = 1 << 20  # bytes of JSON
MAX_MEMORY = 1 << 29  # bytes of all arrays at 8 per number, as they will be in memory

_PREFIX = struct.Struct("<6sHI")
_INTEGERS = ("u1", "u2", "u4", "i4", "i8", "u8")
_DTYPES = (*_INTEGERS, "f4", "f8")
_MAX_RATIO = 1032  # zlib cannot expand by more
_MAX_ARRAYS = 1000
_MAX_RANK = 4


class RecordError(ValueError):
    """The bytes are not a record, are damaged, too large, or written by a newer version."""


def pack(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Returns the bytes of a JSON-able header and of arrays of integers or floats.

    Raises:
        RecordError: There is more than ``unpack`` would read.
    """
    listed: list[list[Any]] = []
    body: list[bytes] = []  # compressed array by array, to hold the bytes of only one
    deflater = zlib.compressobj(6)
    seen: dict[tuple[str, bytes], str] = {}
    for name, array in arrays.items():
        small = _smallest(array)
        kind, data = small.dtype.str[1:], _planes(small)
        first = seen.setdefault((kind, hashlib.sha256(data).digest()), name)
        listed.append([name, kind, list(array.shape), None if first == name else first])
        if first == name:
            body.append(deflater.compress(data))
    text = json.dumps({**header, "arrays": listed}, allow_nan=False, separators=(",", ":"))
    head = text.encode()
    if len(head) > MAX_HEADER:
        raise RecordError(
            f"The names in a record may have {MAX_HEADER} bytes. Received: {len(head)}"
        )
    _layout(listed)
    body.append(deflater.flush())
    return b"".join((_PREFIX.pack(MAGIC, VERSION, len(head)), head, *body))


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Returns the header and the arrays in `data`.

    The arrays have the type they were stored in, which may be smaller than the one that was packed.

    Raises:
        RecordError: The bytes are damaged, forged, too large, or newer than this package.
    """
    header, body = _split(data)
    rows = _layout(header.pop("arrays", None))
    needed = sum(size for _, _, _, same, size in rows if same is None)
    content = _inflate(body, needed)
    arrays: dict[str, Array] = {}
    offset = 0
    for name, kind, shape, same, size in rows:
        if same is None:
            planes = np.frombuffer(content, np.uint8, size, offset).reshape(int(kind[1:]), -1)
            arrays[name] = np.ascontiguousarray(planes.T).view("<" + kind).reshape(shape)
            offset += size
        else:
            arrays[name] = arrays[same].reshape(shape)
    return header, arrays


def _smallest(array: Array) -> Array:
    """Returns the array in the smallest type that keeps every value."""
    if array.dtype.kind == "f":
        if not _is_whole(array):
            with np.errstate(over="ignore"):
                short = array.astype("<f4")
            same = (short == array) | np.isnan(array)
            return short if same.all() else array.astype("<f8")
        array = array.astype(np.int64)
    low, high = (int(array.min()), int(array.max())) if array.size else (0, 0)
    limits = {kind: np.iinfo(kind) for kind in _INTEGERS}
    kind = next(k for k, limit in limits.items() if limit.min <= low and high <= limit.max)
    return array.astype("<" + kind)


def _is_whole(array: Array) -> bool:
    """Returns whether integers keep every value: all but fractions, and the sign of a zero."""
    minus_zero = (np.signbit(array) & (array == 0)).any()
    with np.errstate(invalid="ignore"):
        return not minus_zero and np.array_equal(array.astype(np.int64), array)


def _planes(array: Array) -> bytes:
    """Returns the bytes, first the lowest of all values, then the second ...: zlib likes that."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.view(np.uint8).reshape(flat.size, flat.itemsize).T.tobytes()


def _split(data: bytes) -> tuple[dict[str, Any], memoryview]:
    """Returns the header and the compressed body."""
    if len(data) < _PREFIX.size or data[: len(MAGIC)] != MAGIC:
        raise RecordError("A Dice record must start with TBDICE. Received: other bytes.")
    _, version, length = _PREFIX.unpack_from(data)
    if version != VERSION:
        raise RecordError(
            f"This tb-dice reads Dice records of version {VERSION}. Received: version {version}. "
            "Upgrade tb-dice to read it."
        )
    view = memoryview(data)[_PREFIX.size :]
    if length > min(MAX_HEADER, len(view)):
        raise RecordError(f"A Dice record is cut short or damaged: a header of {length} bytes.")
    try:
        header = json.loads(bytes(view[:length]))
    except (ValueError, RecursionError) as error:
        raise RecordError(f"The header of a Dice record must be JSON. Received: {error}") from error
    if not isinstance(header, dict):
        raise RecordError("The header of a Dice record must be a JSON object.")
    return header, view[length:]


def _layout(listed: Any) -> list[tuple[str, str, tuple[int, ...], str | None, int]]:
    """Returns name, type, shape, same as, bytes of each array that a header lists, checked."""
    rows: list[tuple[str, str, tuple[int, ...], str | None, int]] = []
    seen: dict[str, tuple[str, int]] = {}
    memory = 0
    if not isinstance(listed, list) or len(listed) > _MAX_ARRAYS:
        raise RecordError("The header of a Dice record must list its arrays.")
    for row in listed:
        if not _is_row(row):
            raise RecordError(f"A Dice record lists an array wrongly: {str(row)[:200]}")
        name, kind, shape, same = row
        count = math.prod(shape)
        memory += 8 * math.prod(max(1, size) for size in shape)
        if memory > MAX_MEMORY:
            raise RecordError(
                f"The arrays of a Dice record may take {MAX_MEMORY} bytes. Received: {memory} and "
                "more. Keep fewer samples (`max_samples`)."
            )
        if name in seen or (same is not None and seen.get(same) != (kind, count)):
            raise RecordError(f"A Dice record lists an array wrongly: {str(row)[:200]}")
        seen[name] = (kind, count)
        rows.append((name, kind, tuple(shape), same, count * int(kind[1:])))
    return rows


def _is_row(row: Any) -> bool:
    if not (isinstance(row, list) and len(row) == 4):
        return False
    name, kind, shape, same = row
    return (
        isinstance(name, str)
        and kind in _DTYPES
        and isinstance(shape, list)
        and len(shape) <= _MAX_RANK
        and all(type(size) is int and 0 <= size <= MAX_MEMORY for size in shape)
        and (same is None or isinstance(same, str))
    )


def _inflate(body: memoryview, size: int) -> bytes:
    if size > _MAX_RATIO * len(body):
        raise RecordError(f"A Dice record is damaged: {len(body)} bytes cannot hold {size}.")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body, size + 1)
    except zlib.error as error:
        raise RecordError(f"A Dice record is cut short or damaged: {error}") from error
    if len(data) != size or not inflater.eof:
        raise RecordError(f"A Dice record is cut short or damaged: not {size} bytes of arrays.")
    return data

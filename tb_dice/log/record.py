"""One validation pass as a frozen dataclass, and its bytes (``packing``)."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from tb_dice.definition.arrays import Array, States
from tb_dice.definition.questions import CHOICES, Activation
from tb_dice.log.notices import restored
from tb_dice.log.packing import RecordError, pack, unpack
from tb_dice.masks.notice import Notice

__all__ = ["Record", "RecordError", "decode", "encode"]


EMPTY, MISSED, ALARM, PRESENT = range(4)  # states: both empty, only the target, only drawn, both
MAX_ID = 256  # characters of a sample id


@dataclass(frozen=True, eq=False)
class Record:
    """The sums of one validation pass.

    N samples were kept one by one; the C columns are the classes and then the regions. Arrays are
    read-only. Two records are equal when all their fields are, NaN equal to NaN.

    Attributes:
        step: Step of the pass: the epoch, 0-based, or what the loop passed to ``commit``.
        wall_time: Seconds since 1970 at which the pass ended.
        classes: Names of the C columns: the channels, then the regions.
        batch: int32 [N], the validation batch of a sample.
        sample_ids: str [N], names that stay the same from pass to pass, at most 256 characters.
        voxels: int64 [N], valid voxels (not ignored, not masked).
        sums: Name (``spec.SUMS``) to float64 [N, C].
        background: Column of the background, None if there is none.
        regions: Name of a merged class to the channels it merges.
        exclusive: True where a voxel has exactly one class (argmax), False where each channel is
            compared with ``threshold``.
        activation: What was applied to the predictions first: none, sigmoid or softmax.
        threshold: A prediction above it counts as drawn, if classes are not exclusive.
        ignore_index: Label whose voxels were left out, or None.
        fingerprints: uint64 [N], a checksum of each sample's input, or None.
        total: Samples seen; more than N when ``max_samples`` cut the pass.
        pooled: Name to float64 [C], the sums over all samples seen.
        cases: int64 [4, C], how many of the samples seen are in each state: ``EMPTY``, ``MISSED``,
            ``ALARM`` (a false alarm), ``PRESENT``.
        iteration: Optimizer iteration at the time, or None.
        rank: This process among ``world_size``; each writes its own shard of the pass.
        world_size: Number of processes.
        output: Name of the model's output, or None if it has only one.
        notices: Sentences that the tab shows with the run; each has its kind and its facts.
        losses: Extra losses that were evaluated during the pass, by name.
        logged: What Keras itself logged for the pass, by name and without ``val_``.
    """

    step: int
    wall_time: float
    classes: tuple[str, ...]
    batch: Array
    sample_ids: Array
    voxels: Array
    sums: Mapping[str, Array]
    background: int | None
    regions: Mapping[str, tuple[int, ...]]
    exclusive: bool
    activation: Activation
    threshold: float
    ignore_index: int | None
    fingerprints: Array | None
    total: int
    pooled: Mapping[str, Array]
    cases: Array
    iteration: int | None = None
    rank: int = 0
    world_size: int = 1
    output: str | None = None
    notices: tuple[Notice, ...] = ()
    losses: Mapping[str, float] = field(default_factory=dict)
    logged: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, convert in _PLAIN.items():
            object.__setattr__(self, name, convert(name, getattr(self, name)))
        for name, array in _checked_arrays(self).items():
            object.__setattr__(self, name, array)
        _check(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    __hash__ = None  # type: ignore[assignment]


def encode(record: Record) -> bytes:
    """Returns the bytes of a record; ``decode`` gives an equal one back.

    Sums that are float32 numbers stay so: about 40 bytes per sample and class, less if classes are
    rare.

    Raises:
        RecordError: The record is too large to be read back. Keep fewer samples.
    """
    header = {name: getattr(record, name) for name in _PLAIN}
    for name in ("losses", "logged"):  # as text, since JSON has no NaN
        header[name] = {key: str(value) for key, value in getattr(record, name).items()}
    # Kept apart, to let earlier releases read the sentences.
    header["stated"] = [(notice.kind, notice.facts) for notice in record.notices]
    ids = record.sample_ids
    arrays = {name: getattr(record, name) for name in ("batch", "voxels", "cases")}
    arrays["sample_ids"] = ids.view(np.uint32).reshape(len(ids), ids.dtype.itemsize // 4)
    if record.fingerprints is not None:
        arrays["fingerprints"] = record.fingerprints
    for kind in ("sums", "pooled"):
        arrays |= {f"{kind}/{name}": array for name, array in getattr(record, kind).items()}
    return pack(header, arrays)


def decode(data: bytes) -> Record:
    """Returns the record in `data`.

    Raises:
        RecordError: The bytes are not a record, are damaged, too large, or too new.
    """
    header, arrays = unpack(data)
    try:
        values = {name: header[name] for name in _PLAIN if name in header or name not in _LATER}
        sentences = _tuple_of(_text)("notices", values["notices"])
        values["notices"] = restored(sentences, header.get("stated"))
        for name in ("batch", "voxels", "cases"):
            values[name] = arrays[name]
        values["sample_ids"] = _texts(arrays["sample_ids"])
        values["fingerprints"] = arrays.get("fingerprints")
        for kind in ("sums", "pooled"):
            names = [name for name in arrays if name.startswith(kind + "/")]
            values[kind] = {name.partition("/")[2]: arrays[name] for name in names}
        return Record(**values)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RecordError(f"A Dice record is damaged: {error}") from error


def _texts(codes: Array) -> Array:
    if codes.ndim != 2 or codes.shape[1] > MAX_ID:
        raise RecordError(f"Sample ids must have at most {MAX_ID} characters.")
    if not codes.size:
        return np.zeros(len(codes), "<U1")
    if codes.dtype.kind != "u" or int(codes.max()) > 0x10FFFF:
        raise RecordError("Sample ids must be text.")
    return np.ascontiguousarray(codes, "<u4").view(f"<U{codes.shape[1]}")[:, 0]


# Conversions of the plain fields. They are strict, since they also judge what a file says.


def _int(name: str, value: Any) -> int:
    number = operator.index(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"`{name}` must have at most 64 bits.")
    return number


def _float(name: str, value: Any) -> float:
    if isinstance(value, str) and len(value) > 40:
        raise ValueError(f"`{name}` must be a number.")
    return float(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"`{name}` must be text. Received: {str(value)[:200]}")
    return str(value)


def _bool(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"`{name}` must be True or False. Received: {str(value)[:200]}")
    return bool(value)


def _notice(name: str, value: Any) -> Notice:
    notice = value if isinstance(value, Notice) else Notice(_text(name, value))
    return Notice(notice, _text(name, notice.kind), **_dict_of(_fact)(name, notice.facts))


def _fact(name: str, value: Any) -> Any:
    """A JSON value or a flat sequence of them; a number that JSON lacks becomes text."""
    if isinstance(value, list | tuple):
        return tuple(_scalar(name, item) for item in value)
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if value is None or isinstance(value, str | bool) else _int(name, value)


def _maybe(convert: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else convert(name, value)


def _tuple_of(convert: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> tuple[Any, ...]:
        if isinstance(value, str | Mapping):
            raise ValueError(f"`{name}` must be a sequence. Received: {str(value)[:200]}")
        return tuple(convert(name, item) for item in value)

    return check


def _dict_of(convert: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValueError(f"`{name}` must be a mapping. Received: {str(value)[:200]}")
        return {_text(name, key): convert(name, item) for key, item in value.items()}

    return check


_PLAIN: Mapping[str, Callable[[str, Any], Any]] = {
    "step": _int,
    "wall_time": _float,
    "classes": _tuple_of(_text),
    "background": _maybe(_int),
    "regions": _dict_of(_tuple_of(_int)),
    "exclusive": _bool,
    "activation": _text,
    "threshold": _float,
    "ignore_index": _maybe(_int),
    "total": _int,
    "iteration": _maybe(_int),
    "rank": _int,
    "world_size": _int,
    "output": _maybe(_text),
    "notices": _tuple_of(_notice),
    "losses": _dict_of(_float),
    "logged": _dict_of(_float),
}
_LATER = ("logged",)  # what records of earlier releases lack


def _checked_arrays(record: Record) -> dict[str, Any]:
    n, c = len(record.batch), len(record.classes)
    prints = record.fingerprints
    return {
        "batch": _array("batch", record.batch, np.int32, (n,)),
        "sample_ids": _array("sample_ids", record.sample_ids, np.str_, (n,)),
        "voxels": _array("voxels", record.voxels, np.int64, (n,)),
        "sums": {k: _array(k, v, np.float64, (n, c)) for k, v in record.sums.items()},
        "pooled": {k: _array(k, v, np.float64, (c,)) for k, v in record.pooled.items()},
        "cases": _array("cases", record.cases, np.int64, (4, c)),
        "fingerprints": None if prints is None else _array("fingerprints", prints, np.uint64, (n,)),
    }


def _array(name: str, value: Any, dtype: Any, shape: tuple[int, ...]) -> Array:
    array = np.ascontiguousarray(value, dtype=dtype)
    if array.shape != shape:
        raise ValueError(f"`{name}` must have shape {shape}. Received: {array.shape}")
    if array.dtype.kind == "U" and array.dtype.itemsize > 4 * MAX_ID:
        raise ValueError(
            f"`{name}` must have at most {MAX_ID} characters each. "
            f"Received: {array.dtype.itemsize // 4}"
        )
    array = array.view()
    array.flags.writeable = False
    return array


def state_of(true: Array, pred: Array) -> States:
    """The state of each sample and class from its hard sums."""
    return ((true > 0) * MISSED + (pred > 0) * ALARM).astype(np.uint8)


def _check(record: Record) -> None:
    """Checks that the parts of a record fit each other."""
    c = len(record.classes)
    if len(set(record.classes)) != c:
        raise ValueError(f"`classes` must have different names. Received: {record.classes}")
    columns = [column for region in record.regions.values() for column in region]
    columns += [] if record.background is None else [record.background]
    if not all(0 <= column < c for column in columns):
        raise ValueError(
            f"`background` and `regions` must name columns below {c}. "
            f"Received: {record.background} and {dict(record.regions)}"
        )
    if record.activation not in CHOICES["activation"]:
        raise ValueError(
            f"`activation` must be one of {CHOICES['activation']}. Received: {record.activation!r}"
        )
    if not 0 <= record.rank < record.world_size:
        raise ValueError(
            f"`rank` must be below `world_size`. Received: {record.rank} of {record.world_size}"
        )
    if record.total < len(record.batch):
        raise ValueError(f"`total` must be at least {len(record.batch)}. Received: {record.total}")
    if not (math.isfinite(record.wall_time) and math.isfinite(record.threshold)):
        raise ValueError(
            "`wall_time` and `threshold` must be finite. "
            f"Received: {record.wall_time} and {record.threshold}"
        )


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    return bool(a == b)

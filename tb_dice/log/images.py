"""Images and label maps as PNG bytes, with a window that shows them sensibly."""

import io
import json
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from tb_dice.definition.arrays import Array

Place: TypeAlias = tuple[int, int]  # step, element

PERCENTILES = (0.5, 99.5)
MAX_SIDE = 2048  # pixels; larger pictures keep every second, third ... pixel
IMAGE = {"compress_level": 6}  # written once per run
MAP = {"compress_level": 1, "compress_type": zlib.Z_RLE}  # quicker and smaller than level 1 alone
MAX_MAPS = 24  # classes with probabilities of their own, and of overlapping ones in a map
IGNORED = -1
_CONSTANT = 128


@dataclass(frozen=True, eq=False)
class SampleImage:
    """One picture of one sample in one pass.

    Attributes:
        key: Identity of the pixels; image and target are written once per run for each key.
        sample_id: The sample, as in ``Record.sample_ids``.
        index: Place of the sample in the pass.
        reasons: Why it is shown: "fixed", "worst <class>".
        image: [H, W] or [H, W, channels], any dtype.
        target: Label map, int [H, W] with -1 = ignored, or bool [H, W, C].
        prediction: The same of the prediction.
        slice: Which slice of a volume, or None.
        depth: Number of slices of the volume, or None.
        probabilities: [H, W, C], 0 where ignored, or None if they are not to be written.
    """

    key: str
    sample_id: str
    index: int
    reasons: tuple[str, ...]
    image: Array
    target: Array
    prediction: Array
    slice: int | None = None
    depth: int | None = None
    probabilities: Array | None = None


@dataclass(frozen=True)
class Written:
    """Where the image and the target of a key lie, and the window of the image."""

    image: Place
    target: Place
    window: tuple[float, float]


def sample_images(
    key: str,
    sample_id: str,
    index: int,
    image: Array | None,
    target: Array,
    prediction: Array,
    probabilities: Array | None = None,
) -> list[SampleImage]:
    """Returns the pictures of one sample.

    A 2-D sample has one picture. A volume has two slices across the first axis, the one with most
    error and the one with most target, or one slice if they are the same. An image whose size
    differs from its target is fitted to it with nearest-neighbour; a missing image, or one that is
    not a picture, is black.

    Args:
        key: Identity of the sample's pixels; slices of a volume add their number.
        sample_id: The sample's name.
        index: Place in the pass.
        image: [*S] or [*S, channels], or None.
        target: int [*S] with -1 = ignored, or bool [*S, C].
        prediction: The same.
        probabilities: [*S, C], 0 where ignored, or None.
    """
    rank = target.ndim - (target.dtype.kind == "b")
    image = _fitted(image, target.shape[:rank])
    whole = SampleImage(
        key, sample_id, index, (), image, target, prediction, probabilities=probabilities
    )
    if rank > 3:
        return []
    if rank == 3:
        return [
            replace(_part(whole, z), key=f"{key}/{z}", slice=z, depth=len(target))
            for z in _slices(target, prediction)
        ]
    return [whole if rank == 2 else _part(whole, None)]


def window(image: Array) -> tuple[Array, tuple[float, float]]:
    """Returns a uint8 view of an image and the values that became 0 and 255.

    8-bit and boolean images keep their values. Others are stretched from the 0.5th to the 99.5th
    percentile of their finite values, all channels alike; colour images of floats in [0, 1] or of
    whole numbers up to 255 keep their range. NaN is black; a constant image is grey.

    Args:
        image: [H, W] or [H, W, channels]. Three channels are red, green, blue, and so are the
            first three of four 8-bit ones (the fourth is taken for transparency). With any other
            number, the first channel is shown.

    Returns:
        uint8 [H, W] or [H, W, 3], and (low, high).
    """
    image = _shown_channels(image)
    if image.dtype == np.uint8:
        return image, (0.0, 255.0)
    if image.dtype.kind == "b":
        return image.astype(np.uint8) * np.uint8(255), (0.0, 1.0)
    values = (np.abs(image) if image.dtype.kind == "c" else image).astype(np.float64)
    low, high = _range(values)
    if high <= low:
        return np.full(image.shape, _CONSTANT, np.uint8), (low, high)
    # Halved first: high - low may exceed the largest float.
    scaled = (values / 2 - low / 2) / (high / 2 - low / 2) * 255
    return np.rint(np.clip(np.nan_to_num(scaled, nan=0.0), 0, 255)).astype(np.uint8), (low, high)


def image_blobs(
    samples: Sequence[SampleImage],
    written: dict[str, Written],
    *,
    step: int,
    classes: Sequence[str],
) -> list[bytes]:
    """Returns the blobs of a step: a JSON header, then PNGs.

    The header is ``{"version", "encoding", "classes", "samples": [{"key", "id", "index", "reasons",
    "slice", "depth", "shape", "window", "image", "target", "prediction"}]}``; the last three are
    [step, element] of a PNG, where element 0 is the header. A sample with probabilities has
    "probabilities" too, one such place per class, for the first 24 classes.

    Args:
        samples: What to show at this step.
        written: Where image and target of each key lie so far; keys written now are added.
        step: The step.
        classes: Names of the channels, in their order.
    """
    encoding = _encoding(samples[0].target, len(classes)) if samples else "labels8"
    blobs: list[bytes] = [b""]
    rows = []

    def add(png: bytes) -> Place:
        blobs.append(png)
        return step, len(blobs) - 1

    for sample in samples:
        if sample.key not in written:
            pixels, limits = window(_thinned(sample.image))
            target = _map_png(sample.target, encoding)
            written[sample.key] = Written(add(_png(pixels, IMAGE)), add(target), limits)
        prediction = add(_map_png(sample.prediction, encoding))
        row = _row(sample, written[sample.key], prediction)
        if sample.probabilities is not None:
            row["probabilities"] = [list(add(png)) for png in _probability_pngs(sample)]
        rows.append(row)
    header = {"version": 1, "encoding": encoding, "classes": list(classes), "samples": rows}
    blobs[0] = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    return blobs


def _row(sample: SampleImage, place: Written, prediction: Place) -> dict[str, Any]:
    return {
        "key": sample.key,
        "id": sample.sample_id,
        "index": sample.index,
        "reasons": list(sample.reasons),
        "slice": sample.slice,
        "depth": sample.depth,
        "shape": list(_thinned(sample.target).shape[:2]),
        "window": list(place.window),
        "image": list(place.image),
        "target": list(place.target),
        "prediction": list(prediction),
    }


def _part(sample: SampleImage, place: int | None) -> SampleImage:
    """One slice of all maps; with None they get a first axis of length 1."""
    names = ("image", "target", "prediction", "probabilities")
    maps = {name: getattr(sample, name) for name in names}
    parts: dict[str, Any] = {k: None if m is None else m[place] for k, m in maps.items()}
    return replace(sample, **parts)


def _fitted(image: Array | None, shape: tuple[int, ...]) -> Array:
    """The image in the shape of the target, by nearest-neighbour; black if there is none."""
    rank = len(shape)
    if image is None or image.ndim not in (rank, rank + 1) or 0 in image.shape:
        return np.zeros(shape, np.uint8)
    for axis, size in enumerate(shape):
        if image.shape[axis] != size:
            nearest = (np.arange(size) + 0.5) * (image.shape[axis] / size)
            image = np.take(image, nearest.astype(np.intp), axis=axis)
    return image


def _slices(target: Array, prediction: Array) -> list[int]:
    """The slices with most error and with most target; the middle one if there is neither."""
    across = tuple(range(1, target.ndim))
    if target.dtype.kind == "b":
        wrong, there = target != prediction, target
    else:
        wrong, there = (target != prediction) & (target != IGNORED), target > 0
    chosen = []
    for flags in (wrong, there):
        counts = flags.sum(axis=across)
        if counts.any():
            chosen.append(int(counts.argmax()))
    return sorted(set(chosen)) or [len(target) // 2]


def _shown_channels(image: Array) -> Array:
    if image.ndim == 2:
        return image
    channels = image.shape[-1]
    if channels == 3 or (channels == 4 and image.dtype == np.uint8):
        return image[..., :3]
    return image[..., 0]


def _range(values: Array) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if values.ndim == 3 and low >= 0:
        if 0.5 < high <= 1:
            return 0.0, 1.0
        if 127 < high <= 255 and (finite == np.floor(finite)).all():
            return 0.0, 255.0
    inner = np.percentile(finite, PERCENTILES)
    # A few bright pixels on an even ground lie outside the percentiles, so they are the range.
    return (float(inner[0]), float(inner[1])) if inner[0] < inner[1] else (low, high)


def _thinned(picture: Array) -> Array:
    every = math.ceil(max(picture.shape[:2]) / MAX_SIDE)
    return picture[::every, ::every] if every > 1 else picture


def _encoding(target: Array, classes: int) -> str:
    if target.dtype.kind == "b":
        return "bits8" if classes <= 8 else "bits24"
    return "labels8" if classes <= 255 else "labels24"


def _map_png(label_map: Array, encoding: str) -> bytes:
    """A label map as ``plugin/http_api.md`` says; of overlapping classes the first 24 are kept."""
    label_map = _thinned(label_map)
    if encoding.startswith("bits"):
        bits = label_map[..., :MAX_MAPS].astype(np.uint32)
        values = (bits << np.arange(bits.shape[-1], dtype=np.uint32)).sum(-1, dtype=np.uint32)
    else:
        values = label_map.astype(np.int64)
        values = np.where(values < 0, 255 if encoding == "labels8" else 0xFFFFFF, values)
    if encoding.endswith("8"):
        return _png(values.astype(np.uint8))
    return _png((values[..., None] >> np.array([0, 8, 16], values.dtype)).astype(np.uint8))


def _probability_pngs(sample: SampleImage) -> Iterator[bytes]:
    """One grey PNG per class: byte v says v/256 < p <= (v + 1)/256, the ends open.

    So p > k/256 holds exactly where v >= k, for k from 1 to 255. NaN is 0.
    """
    maps = _thinned(np.asarray(sample.probabilities))[..., :MAX_MAPS]
    with np.errstate(over="ignore"):
        scaled = np.nan_to_num(np.ceil(maps * maps.dtype.type(256)) - 1, nan=0.0)
    values = np.clip(scaled, 0, 255).astype(np.uint8)
    for channel in range(values.shape[-1]):
        yield _png(values[..., channel])


def _png(pixels: Array, how: dict[str, int] = MAP) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", **how)
    return buffer.getvalue()

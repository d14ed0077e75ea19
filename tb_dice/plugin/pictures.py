"""Where the pictures of a run lie, read from the JSON headers that ``dice/images`` starts with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_dice.log.images import MAX_MAPS, Place

MAX_HEADER = 8 * 2**20
MAX_PICTURES = 3333  # with image, target, prediction, probabilities below params.MAX_ELEMENT
ENCODINGS = ("labels8", "labels24", "bits8", "bits24")


@dataclass(frozen=True)
class Picture:
    """One picture of a sample at a step: places are (step, element)."""

    key: str
    sample: str
    reasons: tuple[str, ...]
    slice: int | None
    depth: int | None
    shape: tuple[int, int]
    window: tuple[float, float]
    image: Place
    target: Place
    prediction: Place
    probabilities: tuple[Place, ...] | None = None


@dataclass(frozen=True)
class Header:
    """The pictures of one step."""

    encoding: str
    classes: tuple[str, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Pictures:
    """The pictures of a run by sample, in order of the steps."""

    encoding: str = "labels8"
    classes: tuple[str, ...] = ()
    by_sample: Mapping[str, Sequence[tuple[int, Picture]]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    def thumbnail(self, sample: str) -> Place | None:
        """The image to show for a sample; for a volume, the first slice that was written."""
        shown = self.by_sample.get(sample)
        return shown[0][1].image if shown else None

    def imaged(self, samples: Sequence[str], step: int) -> NDArray[np.uint8]:
        """For each sample 2 with a picture at this step, 1 with one at a different step, else 0."""
        now = {name for name, shown in self.by_sample.items() if any(at == step for at, _ in shown)}
        return np.array(
            [2 if name in now else int(name in self.by_sample) for name in samples], np.uint8
        )

    def slices(self, sample: str) -> list[dict[str, Any]]:
        """The pictures of a sample, one entry for each slice, as ``http_api.md`` has them."""
        entries: dict[str, dict[str, Any]] = {}
        for _, picture in self.by_sample.get(sample, ()):
            entry = entries.setdefault(picture.key, _entry(picture))
            entry["predictions"].append(list(picture.prediction))
            entry["probabilities"].append(
                picture.probabilities and [list(place) for place in picture.probabilities]
            )
            entry["reasons"] = list(dict.fromkeys([*entry["reasons"], *picture.reasons]))
        return sorted(entries.values(), key=lambda entry: entry["slice"] or 0)


def collect(headers: Mapping[Place, Header], unreadable: Sequence[str] = ()) -> Pictures:
    """The pictures of a run.

    Args:
        headers: (step, what is added to the elements of the shard) to the header of a shard.
        unreadable: what cannot be read.
    """
    by_sample: dict[str, list[tuple[int, Picture]]] = {}
    for step, first in sorted(headers):
        for picture in headers[step, first].pictures:
            by_sample.setdefault(picture.sample, []).append((step, _moved(picture, first)))
    if not headers:
        return Pictures(unreadable=tuple(unreadable))
    last = headers[max(headers)]
    return Pictures(last.encoding, last.classes, by_sample, tuple(unreadable))


def parse(blob: bytes) -> Header:
    """Reads a header.

    Raises:
        ValueError: it is too large, not JSON, of a different version, or lacks what it must hold.
    """
    if len(blob) > MAX_HEADER:
        raise ValueError(f"expected a header of at most {MAX_HEADER} bytes, got {len(blob)}")
    try:
        head = json.loads(blob.decode("utf-8"))
        if head["version"] != 1 or head["encoding"] not in ENCODINGS:
            raise ValueError(f"version {head['version']!r:.20}, encoding {head['encoding']!r:.20}")
        samples = head["samples"]
        if not isinstance(samples, list) or len(samples) > MAX_PICTURES:
            raise ValueError(f"expected a list of at most {MAX_PICTURES} samples")
        names = tuple(str(name) for name in head["classes"])
        return Header(head["encoding"], names, tuple(_picture(sample) for sample in samples))
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _picture(sample: Mapping[str, Any]) -> Picture:
    low, high = sample["window"]
    return Picture(
        key=str(sample["key"]),
        sample=str(sample["id"]),
        reasons=tuple(str(reason) for reason in sample["reasons"]),
        slice=_maybe(sample["slice"]),
        depth=_maybe(sample["depth"]),
        shape=_pair(sample["shape"]),
        window=(_finite(low), _finite(high)),
        image=_pair(sample["image"]),
        target=_pair(sample["target"]),
        prediction=_pair(sample["prediction"]),
        probabilities=_places(sample.get("probabilities")),
    )


def _moved(picture: Picture, first: int) -> Picture:
    """A picture with the elements of its shard numbered from `first` on."""
    if not first:
        return picture

    def moved(place: Place) -> Place:
        return place[0], place[1] + first

    return replace(
        picture,
        image=moved(picture.image),
        target=moved(picture.target),
        prediction=moved(picture.prediction),
        probabilities=picture.probabilities and tuple(map(moved, picture.probabilities)),
    )


def _entry(picture: Picture) -> dict[str, Any]:
    return {
        "slice": picture.slice,
        "depth": picture.depth,
        "shape": list(picture.shape),
        "window": list(picture.window),
        "image": list(picture.image),
        "target": list(picture.target),
        "predictions": [],
        "probabilities": [],
        "reasons": [],
    }


def _maybe(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _places(value: Any) -> tuple[Place, ...] | None:
    if value is not None and not (isinstance(value, list) and 0 < len(value) <= MAX_MAPS):
        raise ValueError(f"expected the places of 1 to {MAX_MAPS} maps, got {value!r:.40}")
    return None if value is None else tuple(_pair(place) for place in value)


def _pair(value: Any) -> tuple[int, int]:
    first, second = value
    return _whole(first), _whole(second)


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError(f"expected a whole number, got {value!r:.40}")
    return value


def _finite(value: Any) -> float:
    number = float(value)
    if not abs(number) < float("inf"):
        raise ValueError(f"expected a finite number, got {value!r:.40}")
    return number

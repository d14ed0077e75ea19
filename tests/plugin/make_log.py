"""Writes a log that looks like the demo's, in seconds and without TensorFlow.

Three runs over the same 16 validation tiles tell the story of the tab: ``dice_1e-6`` learns all
classes but draws large nuclei where there are none, ``dice_ce`` learns them and does not, and
``flat_smooth100`` never draws small or large ones. The tiles are made of smooth blobs; everything
is drawn from fixed seeds, so that two calls write the same numbers.

    python tests/plugin/make_log.py DIRECTORY [--steps N] [--last-run N]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

CLASSES = ("background", "small", "medium", "large")
SIZE = 64
SAMPLE_IDS = tuple(f"r{row}c{column}" for row in range(8) for column in (6, 7))
STEPS = 50
RADII = {1: (3.0, 5.4), 2: (9.5, 12.5), 3: (14.0, 17.0)}
HAS_SMALL = (0, 2, 3, 7, 8, 12, 13)
HAS_MEDIUM = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14)
HAS_LARGE = (0, 1, 4, 5, 8, 9, 11, 15)


@dataclass(frozen=True)
class Blob:
    """One nucleus: its class, place, radii, turn, and how hard it is to find (0 easy, 1 never)."""

    kind: int
    y: float
    x: float
    radius: float
    squeeze: float
    turn: float
    difficulty: float


@dataclass(frozen=True)
class Model:
    """How a run behaves: what it can find at best, and where it draws what is not there."""

    name: str
    seed: int
    best: tuple[float, float, float]  # of small, medium, large
    alarms: tuple[tuple[int, ...], tuple[int, ...]]  # tiles with a drawn, absent small / large
    draws: tuple[int, ...] = (1, 2, 3)


MODELS = (
    Model("dice_1e-6/dice", 11, (0.60, 0.93, 0.70), ((4, 9, 14), (2, 3, 6, 7, 10, 12, 13, 14))),
    Model("dice_ce/dice", 12, (0.66, 0.97, 0.88), ((9,), (13,))),
    Model("flat_smooth100/dice", 13, (0.0, 0.95, 0.0), ((), ()), draws=(2,)),
)


def tiles() -> tuple[np.ndarray, np.ndarray, list[list[Blob]]]:
    """The 16 tiles: images uint16 [16, 64, 64, 1], label maps uint8 [16, 64, 64], their blobs."""
    rng = np.random.default_rng(7)
    blobs = [_blobs(index, rng) for index in range(len(SAMPLE_IDS))]
    labels = np.stack([_label_map(tile) for tile in blobs])
    light = np.stack([_light(tile) for tile in blobs])
    noise = rng.normal(0, 14, light.shape)
    images = np.clip(90 + 700 * light + noise, 0, 4095).astype(np.uint16)
    return images[..., None], labels, blobs


def predictions(model: Model, step: int, blobs: list[list[Blob]]) -> np.ndarray:
    """Probabilities float32 [16, 64, 64, 4] of a model after ``step`` passes."""
    return np.stack([_predict(model, step, index, tile) for index, tile in enumerate(blobs)])


def write(log_dir: str | Path, *, steps: int = STEPS, last_run: int | None = None) -> Path:
    """Writes the three runs below ``log_dir``; the last run stops after ``last_run`` steps."""
    from tb_dice import DiceRecorder

    images, labels, blobs = tiles()
    for model in MODELS:
        count = steps if last_run is None or model is not MODELS[-1] else min(steps, last_run)
        settings: dict[str, Any] = {"class_names": CLASSES, "activation": "none"}
        settings["probabilities"] = model.name.startswith("dice_ce")
        with DiceRecorder(Path(log_dir) / model.name, **settings) as recorder:
            for step in range(count):
                y_pred = predictions(model, step, blobs)
                for rows in (slice(0, 8), slice(8, 16)):
                    recorder.update(
                        labels[rows],
                        y_pred[rows],
                        images=images[rows],
                        sample_ids=SAMPLE_IDS[rows],
                    )
                recorder.commit(step)
    return Path(log_dir)


def _blobs(index: int, rng: np.random.Generator) -> list[Blob]:
    """The nuclei of one tile, the largest first, kept apart where there is room."""
    kinds = [3] * (index in HAS_LARGE) + [2] * (index in HAS_MEDIUM) * (1 + index % 2)
    kinds += [1] * (index in HAS_SMALL) * (1 + (index % 4 == 3))
    placed: list[Blob] = []
    for kind in kinds:
        radius = rng.uniform(*RADII[kind])
        y, x = _place(placed, radius, rng)
        squeeze, turn = rng.uniform(0.8, 1.0), rng.uniform(0, np.pi)
        placed.append(Blob(kind, y, x, radius, squeeze, turn, rng.uniform(0, 1)))
    return placed


def _place(placed: list[Blob], radius: float, rng: np.random.Generator) -> tuple[float, float]:
    """The roomiest of 60 random places."""
    places = rng.uniform(radius + 1, SIZE - radius - 1, (60, 2))
    if not placed:
        return float(places[0, 0]), float(places[0, 1])
    room = [min(np.hypot(y - b.y, x - b.x) - b.radius - radius for b in placed) for y, x in places]
    y, x = places[int(np.argmax(room))]
    return float(y), float(x)


def _distance(blob: Blob, *, shift: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """The elliptical distance of each pixel from a blob's centre: 1 on its edge."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float64)
    dy, dx = y - blob.y - shift, x - blob.x + shift
    along = dx * np.cos(blob.turn) + dy * np.sin(blob.turn)
    across = dy * np.cos(blob.turn) - dx * np.sin(blob.turn)
    return np.hypot(along, across / blob.squeeze) / (blob.radius * scale)


def _label_map(tile: list[Blob]) -> np.ndarray:
    labels = np.zeros((SIZE, SIZE), np.uint8)
    for blob in tile:
        labels[_distance(blob) <= 1] = blob.kind
    return labels


def _light(tile: list[Blob]) -> np.ndarray:
    light = np.zeros((SIZE, SIZE))
    for blob in tile:
        bright = 0.55 + 0.45 * (1 - blob.difficulty)
        light = np.maximum(light, bright / (1 + np.exp(9 * (_distance(blob) - 1))))
    return light


def _predict(model: Model, step: int, index: int, tile: list[Blob]) -> np.ndarray:
    rng = np.random.default_rng([model.seed, index])
    learnt = 1 - np.exp(-(step + 0.5) / 7)
    unrest = np.random.default_rng([model.seed, index, step]).normal(0, 0.6, 8)
    logits = np.zeros((SIZE, SIZE, len(CLASSES)))
    logits[..., 1:] = -5 * learnt - 1
    for number, blob in enumerate(tile):
        shift, growth = rng.normal(0, 1.2), rng.normal(0, 0.12)
        shake = unrest[number % len(unrest)] * (1.3 - learnt)
        kind = _drawn_as(model, learnt + 0.1 * shake, blob)
        if kind:
            off = (shift + 2 * shake) * (1.4 - learnt)
            far = _distance(blob, shift=off, scale=1 + growth * (1.5 - learnt))
            logits[..., kind] += 11 / (1 + np.exp(7 * (far - 1)))
    for kind, where in zip((1, 3), model.alarms, strict=True):
        if index in where and step > 1:
            logits[..., kind] += 11 / (1 + np.exp(7 * (_distance(_alarm(kind, rng, step)) - 1)))
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return (weights / weights.sum(-1, keepdims=True)).astype(np.float32)


def _drawn_as(model: Model, learnt: float, blob: Blob) -> int:
    """The class a blob is drawn as; 0 when it is missed."""
    best = model.best[blob.kind - 1]
    if best == 0:  # a collapsed class: large nuclei pass for medium ones, small ones for nothing
        return 2 if blob.kind == 3 and learnt > 0.3 else 0
    if blob.difficulty > best * learnt:
        return 2 if blob.kind == 3 and learnt > 0.2 else 0
    return blob.kind if blob.kind in model.draws else 0


def _alarm(kind: int, rng: np.random.Generator, step: int) -> Blob:
    y, x = rng.uniform(12, SIZE - 12, 2)
    radius = 2.4 + rng.uniform(0, 1) + (1.5 if kind == 3 else 0) + 0.4 * np.sin(step)
    return Blob(kind, y, x, radius, 0.9, 0.4, 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--last-run", type=int, default=None, help="steps of the last run")
    options = parser.parse_args()
    print(write(options.directory, steps=options.steps, last_run=options.last_run))  # noqa: T201

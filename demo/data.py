"""The images of the demo: real nuclei, a real brain, or shapes that are drawn here.

Training never sees any part of the validation images, and each class is absent from some of them:
these are the cases on which definitions of Dice disagree. The real images are read from files of an
installed package, which is never imported.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType

import numpy as np

TILE = 64
"""Height and width of every training crop and every validation image."""


@dataclass(frozen=True)
class Dataset:
    """Images and label maps, split into training and validation.

    Args:
        class_names: the name of each label; label 0 is the background.
        train_images: float32 ``[M, H, W]`` with ``H, W >= TILE``; crops are taken from it.
        train_labels: uint8 ``[M, H, W]``, the class of every pixel.
        images: float32 ``[N, TILE, TILE, 1]``, the validation images.
        labels: uint8 ``[N, TILE, TILE]``, their classes.
        sample_ids: one name per validation image.
    """

    class_names: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    images: np.ndarray
    labels: np.ndarray
    sample_ids: tuple[str, ...]


class MissingPackageError(Exception):
    """The package that holds the images is not installed; the message says what to run."""


@dataclass(frozen=True)
class _Source:
    """An installed package that holds the images, and the module that reads its files."""

    package: str
    version: str
    reader: str
    files: tuple[str, ...]

    def open(self) -> tuple[ModuleType, list[Path]]:
        """Returns the reader and the paths of the files, without importing the package."""
        try:
            reader, package = import_module(self.reader), distribution(self.package)
            paths = [Path(str(package.locate_file(file))) for file in self.files]
            if all(path.is_file() for path in paths):
                return reader, paths
        except ImportError:
            pass
        raise MissingPackageError(
            f"The images are files of {self.package} {self.version}, read with {self.reader}."
            " Install both:\n"
            f"  pip install {self.reader}\n"
            f"  pip install --no-deps {self.package}=={self.version}"
        )


_STARDIST = _Source(
    "stardist",
    "0.9.2",
    "tifffile",
    tuple(f"stardist/data/images/{name}2d.tif" for name in ("img", "mask")),
)
_NILEARN = _Source(
    "nilearn",
    "0.14.1",
    "nibabel",
    tuple(
        f"nilearn/datasets/data/mni_icbm152_{name}_tal_nlin_sym_09a_converted.nii.gz"
        for name in ("t1", "gm", "wm")
    ),
)


def load(name: str) -> Dataset:
    """Loads the data set of this name, one of ``DATASETS``.

    Raises:
        MissingPackageError: when its images are not installed.
    """
    return DATASETS[name]()


def batches(
    data: Dataset, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields batches of random crops, each flipped and rotated at random, without end.

    Yields:
        images float32 ``[batch_size, TILE, TILE, 1]``, labels uint8 ``[batch_size, TILE, TILE]``.
    """
    while True:
        crops = [_crop(data, rng) for _ in range(batch_size)]
        images, labels = (np.stack(part) for part in zip(*crops, strict=True))
        yield images[..., None], labels


def nuclei() -> Dataset:
    """Fluorescence nuclei in three classes by size; one 512 x 512 image of the stardist package.

    The two rightmost columns of 64 x 64 tiles are the validation, the 512 x 384 pixels left of them
    the training. The tile in row 3 and column 6 is called ``r3c6``.
    """
    tifffile, files = _STARDIST.open()
    image, instances = (tifffile.imread(file) for file in files)
    size_class = np.digitize(np.bincount(instances.ravel()), [250, 550]) + 1
    size_class[0] = 0
    labels = size_class[instances].astype("uint8")
    edge = 6 * TILE
    return _dataset(
        ("background", "small", "medium", "large"),
        (image[None, :, :edge], labels[None, :, :edge]),
        (_tiles(image[:, edge:]), _tiles(labels[:, edge:])),
        sample_ids=tuple(f"r{row}c{column}" for row in range(8) for column in (6, 7)),
    )


def brain() -> Dataset:
    """Axial slices of the MNI152 brain with grey and white matter; files of the nilearn package.

    In-plane the voxels are averaged 3 x 3. Four groups of four slices are the validation; training
    slices keep at least 8 mm away from them. (The template is symmetric, so one half cannot
    validate the other.) The slice at height 48 is called ``z048``.
    """
    nibabel, files = _NILEARN.open()
    t1, grey, white = (_thirds(np.asarray(nibabel.load(file).dataobj)) for file in files)
    labels = np.select([white >= 128, grey >= 128, t1 > 0], [2, 1, 3], 0).astype("uint8")
    held_out = np.array([start + 4 * i for start in (0, 48, 96, 148) for i in range(4)])
    distance = np.abs(np.arange(len(t1))[:, None] - held_out).min(axis=1)
    centre = (slice(None), slice(1, 1 + TILE), slice(6, 6 + TILE))
    return _dataset(
        ("background", "grey matter", "white matter", "other tissue"),
        (t1[distance >= 8], labels[distance >= 8]),
        (t1[held_out][centre], labels[held_out][centre]),
        sample_ids=tuple(f"z{z:03d}" for z in held_out),
    )


def shapes() -> Dataset:
    """Discs, rectangles and rare crosses drawn on noise; needs no further package."""
    rng = np.random.default_rng(0)
    train, validation = ([_draw_shapes(rng) for _ in range(count)] for count in (48, 16))
    return _dataset(
        ("background", "disc", "rectangle", "cross"),
        [np.stack(part) for part in zip(*train, strict=True)],
        [np.stack(part) for part in zip(*validation, strict=True)],
        sample_ids=tuple(f"shapes-{i:02d}" for i in range(16)),
    )


DATASETS: dict[str, Callable[[], Dataset]] = {"nuclei": nuclei, "brain": brain, "shapes": shapes}


def _dataset(
    class_names: tuple[str, ...],
    train: Sequence[np.ndarray],
    validation: Sequence[np.ndarray],
    sample_ids: tuple[str, ...],
) -> Dataset:
    """Makes a data set of pairs (images ``[M, H, W]``, labels), on the scale of the training."""
    mean, deviation = np.float32(train[0].mean()), np.float32(train[0].std())
    return Dataset(
        class_names,
        train_images=(train[0] - mean) / deviation,
        train_labels=train[1],
        images=((validation[0] - mean) / deviation)[..., None],
        labels=validation[1],
        sample_ids=sample_ids,
    )


def _crop(data: Dataset, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Takes one random crop of one training image, in one of the eight orientations."""
    count, height, width = data.train_labels.shape
    index = rng.integers(count)
    top, left = rng.integers(height - TILE + 1), rng.integers(width - TILE + 1)
    turns, flip = rng.integers(4), rng.integers(2)
    window = (index, slice(top, top + TILE), slice(left, left + TILE))
    image, labels = (np.rot90(a[window], turns) for a in (data.train_images, data.train_labels))
    return (image[:, ::-1], labels[:, ::-1]) if flip else (image, labels)


def _tiles(plane: np.ndarray) -> np.ndarray:
    """Cuts ``[rows * TILE, columns * TILE]`` into ``[rows * columns, TILE, TILE]``."""
    rows, columns = (size // TILE for size in plane.shape)
    tiles = plane.reshape(rows, TILE, columns, TILE).swapaxes(1, 2)
    return tiles.reshape(rows * columns, TILE, TILE)


def _thirds(volume: np.ndarray) -> np.ndarray:
    """Averages ``[X, Y, Z]`` 3 x 3 in-plane: float32 ``[Z, X // 3, Y // 3]``."""
    x, y, z = volume.shape
    blocks = volume[: x // 3 * 3, : y // 3 * 3].reshape(x // 3, 3, y // 3, 3, z)
    return np.moveaxis(blocks.mean(axis=(1, 3), dtype="float32"), 2, 0)


def _draw_shapes(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws up to two discs, up to two rectangles and, in one image of three, a small cross."""
    rows, columns = np.mgrid[:TILE, :TILE]
    labels = np.zeros((TILE, TILE), "uint8")
    for label, count in (
        (1, rng.integers(3)),
        (2, rng.integers(3)),
        (3, int(rng.integers(3) == 0)),
    ):
        for _ in range(count):
            dy, dx = np.abs(rows - rng.integers(8, 56)), np.abs(columns - rng.integers(8, 56))
            half, other = rng.integers(5, 11, size=2)
            inside = {
                1: dy**2 + dx**2 <= half**2,
                2: (dy <= half) & (dx <= other),
                3: (np.minimum(dy, dx) <= 1) & (np.maximum(dy, dx) <= 4),
            }[label]
            labels[inside] = label
    image = np.array([0.2, 0.6, 0.7, 0.8])[labels] + rng.normal(0, 0.15, labels.shape)
    return image.astype("float32"), labels

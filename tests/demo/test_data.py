"""The images of the demo: what is in them, and that training never sees the validation."""

from importlib.metadata import PackageNotFoundError, distribution

import data
import numpy as np
import pytest


def installed(*packages):
    try:
        return all(distribution(package) for package in packages)
    except PackageNotFoundError:
        return False


NUCLEI = pytest.mark.skipif(
    not installed("stardist", "tifffile"), reason="the nuclei need stardist's files and tifffile"
)
BRAIN = pytest.mark.skipif(
    not installed("nilearn", "nibabel"), reason="the brain needs nilearn's files and nibabel"
)
ALL = [
    pytest.param("nuclei", marks=NUCLEI),
    pytest.param("brain", marks=BRAIN),
    pytest.param("shapes"),
]


def with_and_without(labels):
    present = [int((labels == c).any(axis=(1, 2)).sum()) for c in (1, 2, 3)]
    return [(count, len(labels) - count) for count in present]


@pytest.mark.parametrize("name", ALL)
def test_arrays_are_what_the_training_expects(name):
    found = data.load(name)
    assert found.images.shape == (16, data.TILE, data.TILE, 1)
    assert found.labels.shape == (16, data.TILE, data.TILE)
    assert found.train_images.shape == found.train_labels.shape
    assert {found.images.dtype, found.train_images.dtype} == {np.dtype("float32")}
    assert {found.labels.dtype, found.train_labels.dtype} == {np.dtype("uint8")}
    assert len(set(found.sample_ids)) == 16
    assert set(np.unique(found.train_labels)) == set(range(len(found.class_names)))


@pytest.mark.parametrize("name", ALL)
def test_every_class_is_in_some_images_and_absent_from_others(name):
    for present, absent in with_and_without(data.load(name).labels):
        assert present >= 4
        assert absent >= 2


@NUCLEI
def test_nuclei_are_split_by_tile_columns():
    tifffile = pytest.importorskip("tifffile")
    files = distribution("stardist")
    image = tifffile.imread(files.locate_file("stardist/data/images/img2d.tif"))
    found = data.load("nuclei")
    assert with_and_without(found.labels) == [(7, 9), (14, 2), (8, 8)]
    mean, deviation = image[:, :384].mean(), image[:, :384].std()
    scaled = (image - mean) / deviation
    np.testing.assert_allclose(found.train_images[0], scaled[:, :384], atol=1e-5)
    tile = found.images[found.sample_ids.index("r3c6"), ..., 0]
    np.testing.assert_allclose(tile, scaled[192:256, 384:448], atol=1e-5)


@NUCLEI
def test_nuclei_are_classed_by_their_whole_size():
    tifffile = pytest.importorskip("tifffile")
    path = distribution("stardist").locate_file("stardist/data/images/mask2d.tif")
    instances = tifffile.imread(path)
    labels = data.load("nuclei").train_labels[0]
    for instance in np.unique(instances[:, :384])[1:]:
        size = (instances == instance).sum()
        classes = np.unique(labels[instances[:, :384] == instance])
        assert classes.tolist() == [1 if size < 250 else 2 if size < 550 else 3]


@BRAIN
def test_brain_training_keeps_away_from_the_validation():
    found = data.load("brain")
    assert found.sample_ids[:5] == ("z000", "z004", "z008", "z012", "z048")
    held_out = [int(name[1:]) for name in found.sample_ids]
    near = {z for h in held_out for z in range(h - 7, h + 8) if 0 <= z < 189}
    assert len(found.train_images) == 189 - len(near)


def test_batches_are_crops_in_every_orientation():
    size = 2 * data.TILE
    position = np.arange(size * size, dtype="float32").reshape(1, size, size)
    labels = (position % 251).astype("uint8")
    empty = np.zeros((0, data.TILE, data.TILE))
    stretch = data.Dataset(("a", "b"), position, labels, empty[..., None], empty, ())
    images, targets = next(data.batches(stretch, 64, np.random.default_rng(0)))
    np.testing.assert_array_equal(images[..., 0] % 251, targets)
    steps = {(int(t[0, 1] - t[0, 0]), int(t[1, 0] - t[0, 0])) for t in images[..., 0]}
    assert steps == {(a * i, b * j) for i, j in ((1, size), (size, 1)) for a, b in SIGNS}


SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def test_same_seed_same_batches():
    shapes = data.load("shapes")
    first, again = (next(data.batches(shapes, 4, np.random.default_rng(7))) for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], next(data.batches(shapes, 4, np.random.default_rng(8)))[0])


@pytest.mark.parametrize(
    ("name", "reader", "package"),
    [("nuclei", "tifffile", "stardist==0.9.2"), ("brain", "nibabel", "nilearn==0.14.1")],
)
@pytest.mark.parametrize("absent", ["distribution", "import_module"])
def test_what_is_missing_is_named_with_the_commands(monkeypatch, absent, name, reader, package):
    def missing(wanted):
        raise PackageNotFoundError(wanted)

    monkeypatch.setattr(data, "import_module", lambda _: None)
    monkeypatch.setattr(data, absent, missing)
    with pytest.raises(data.MissingPackageError) as error:
        data.load(name)
    assert f"pip install {reader}\n" in str(error.value)
    assert f"pip install --no-deps {package}" in str(error.value)

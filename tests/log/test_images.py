import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tb_dice.log import images
from tb_dice.log.images import SampleImage, image_blobs, sample_images, window

RNG = np.random.default_rng(0)
NAMES = ("background", "small", "large")


def pixels(png):
    assert png.startswith(b"\x89PNG")
    return np.asarray(Image.open(io.BytesIO(png)))


def sample(key="k", target=None, prediction=None, image=None, reasons=("fixed",)):
    target = np.zeros((4, 5), np.int32) if target is None else target
    prediction = target if prediction is None else prediction
    image = np.zeros(target.shape[:2], np.uint8) if image is None else image
    return SampleImage(key, "id of " + key, 7, reasons, image, target, prediction)


# window


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (4, 5, 2), (4, 5, 3), (4, 5, 4), (4, 5, 7)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float16, np.int64, bool])
def test_every_channel_count_and_type_gives_grey_or_rgb(shape, dtype):
    image = (RNG.random(shape) * (1 if dtype is bool else 200)).astype(dtype)
    shown, (low, high) = window(image)
    colour = shape[2:] == (3,) or (shape[2:] == (4,) and dtype is np.uint8)
    assert shown.shape == ((4, 5, 3) if colour else (4, 5))
    assert shown.dtype == np.uint8
    assert np.isfinite([low, high]).all()


def test_8_bit_images_are_shown_as_they_are():
    image = np.array([[10, 20]], np.uint8)
    shown, limits = window(image)
    np.testing.assert_array_equal(shown, image)
    assert limits == (0, 255)


def test_16_bit_images_are_stretched_between_their_percentiles():
    image = np.arange(1000, 2001, dtype=np.uint16).reshape(7, 143)
    image[0, 0], image[-1, -1] = 0, 65535  # outliers
    shown, (low, high) = window(image)
    assert (low, high) == (1005, 1995)
    assert shown[0, 0] == 0
    assert shown[-1, -1] == 255
    assert shown.reshape(-1)[500] == 128  # 1500: halfway between


def test_a_few_bright_pixels_on_an_even_ground_are_seen():
    image = np.zeros((50, 50), np.float32)
    image[3, 4] = 7
    shown, limits = window(image)
    assert limits == (0, 7)
    assert shown[3, 4] == 255


@pytest.mark.parametrize("value", [0, 7, -3.5, 1e30])
def test_a_constant_image_is_grey(value):
    shown, limits = window(np.full((3, 4), value, np.float32))
    assert (shown == 128).all()
    assert limits == (np.float32(value), np.float32(value))


def test_nan_is_black_and_does_not_move_the_window():
    image = np.linspace(1, 2, 12, dtype=np.float32).reshape(3, 4)
    with_nan = image.copy()
    with_nan[0, 0], with_nan[0, 1], with_nan[2, 3] = np.nan, -np.inf, np.inf
    shown, (low, high) = window(with_nan)
    assert (shown[0, 0], shown[0, 1], shown[2, 3]) == (0, 0, 255)
    assert 1 < low < high < 2


def test_nothing_but_nan_is_black():
    shown, limits = window(np.full((3, 4), np.nan))
    assert (shown == 0).all()
    assert limits == (0, 1)


def test_the_largest_floats_do_not_overflow():
    big = np.finfo(np.float64).max
    shown, _ = window(np.array([[-big, big]] * 50))
    np.testing.assert_array_equal(shown[0], [0, 255])


def test_colour_in_0_to_1_or_0_to_255_keeps_its_range():
    image = RNG.integers(0, 256, (9, 9, 3)).astype(np.uint8)
    image[0, 0] = 200
    for same in (image / np.float32(255), image.astype(np.float32), image.astype(np.int32)):
        np.testing.assert_array_equal(window(same)[0], image)


def test_standardised_colour_is_stretched_alike_in_all_channels():
    shown, (low, high) = window(RNG.normal(size=(40, 40, 3)))
    assert -4 < low < -2 < 2 < high < 4
    assert shown.min() == 0
    assert shown.max() == 255


# sample_images


def test_a_2d_sample_is_one_picture():
    target, prediction = np.zeros((4, 5), np.int32), np.ones((4, 5), np.int32)
    image = RNG.random((4, 5, 3))
    (shown,) = sample_images("k", "id", 3, image, target, prediction)
    assert (shown.key, shown.sample_id, shown.index) == ("k", "id", 3)
    assert shown.slice is None
    np.testing.assert_array_equal(shown.image, image)
    np.testing.assert_array_equal(shown.prediction, prediction)


def test_a_volume_is_its_slice_of_most_error_and_of_most_target():
    target = np.zeros((6, 4, 5), np.int32)
    target[1, :2] = 1
    target[5] = images.IGNORED
    prediction = target.copy()
    prediction[3, 0, 0] = 2
    prediction[5] = 1  # where ignored, nothing is an error
    image = np.arange(6 * 4 * 5).reshape(6, 4, 5)
    shown = sample_images("k", "id", 0, image, target, prediction)
    assert [(s.slice, s.depth, s.key) for s in shown] == [(1, 6, "k/1"), (3, 6, "k/3")]
    np.testing.assert_array_equal(shown[1].image, image[3])
    np.testing.assert_array_equal(shown[1].prediction, prediction[3])


def test_the_probabilities_of_a_sample_lie_as_its_maps():
    line = RNG.random((5, 2))
    shown = sample_images("k", "id", 0, None, np.zeros(5, int), np.ones(5, int), line)[0]
    np.testing.assert_array_equal(shown.probabilities, line[None])
    target, prob = np.zeros((3, 4, 5), int), RNG.random((3, 4, 5, 2))
    target[2] = 1
    (shown,) = sample_images("k", "id", 0, None, target, np.zeros((3, 4, 5), int), prob)
    assert shown.slice == 2
    np.testing.assert_array_equal(shown.probabilities, prob[2])


def test_slices_of_overlapping_classes():
    target = np.zeros((6, 4, 5, 2), bool)
    target[2, 0, 0, 1] = True
    prediction = np.zeros_like(target)
    (shown,) = sample_images("k", "id", 0, None, target, prediction)
    assert shown.slice == 2
    assert shown.target.shape == (4, 5, 2)


def test_an_empty_volume_shows_its_middle():
    empty = np.zeros((7, 4, 5), np.int32)
    (shown,) = sample_images("k", "id", 0, None, empty, empty)
    assert shown.slice == 3


def test_one_axis_of_space_is_one_line():
    target = np.arange(5, dtype=np.int32)
    (shown,) = sample_images("k", "id", 0, np.arange(5.0), target, target)
    assert shown.image.shape == shown.target.shape == (1, 5)


def test_four_axes_of_space_have_no_picture():
    target = np.zeros((2, 2, 2, 2), np.int32)
    assert sample_images("k", "id", 0, None, target, target) == []


def test_an_image_of_another_size_is_fitted_by_the_nearest_pixel():
    target = np.zeros((2, 2), np.int32)
    image = np.arange(16).reshape(4, 4)
    (shown,) = sample_images("k", "id", 0, image, target, target)
    np.testing.assert_array_equal(shown.image, [[5, 7], [13, 15]])
    (shown,) = sample_images("k", "id", 0, image[:2, :2], np.zeros((4, 4), np.int32), target)
    np.testing.assert_array_equal(shown.image[0], [0, 0, 1, 1])


@pytest.mark.parametrize("image", [None, np.zeros(10), np.zeros((0, 5)), np.zeros((2, 3, 4, 5, 6))])
def test_what_is_no_picture_is_black(image):
    target = np.zeros((2, 3), np.int32)
    (shown,) = sample_images("k", "id", 0, image, target, target)
    assert shown.image.shape == (2, 3)
    assert not shown.image.any()


# image_blobs


def test_the_header_says_where_everything_lies():
    written = {}
    target = np.array([[0, 1, 2, images.IGNORED]], np.int32)
    prediction = np.array([[2, 1, 0, images.IGNORED]], np.int32)
    image = np.array([[0, 50, 100, 255]], np.uint8)
    first = image_blobs([sample("a", target, prediction, image)], written, step=3, classes=NAMES)
    again = image_blobs([sample("a", target, target, image)], written, step=4, classes=NAMES)
    header = json.loads(first[0])
    assert header == {
        "version": 1,
        "encoding": "labels8",
        "classes": list(NAMES),
        "samples": [
            {
                "key": "a",
                "id": "id of a",
                "index": 7,
                "reasons": ["fixed"],
                "slice": None,
                "depth": None,
                "shape": [1, 4],
                "window": [0.0, 255.0],
                "image": [3, 1],
                "target": [3, 2],
                "prediction": [3, 3],
            }
        ],
    }
    np.testing.assert_array_equal(pixels(first[1]), image)
    np.testing.assert_array_equal(pixels(first[2]), [[0, 1, 2, 255]])
    np.testing.assert_array_equal(pixels(first[3]), [[2, 1, 0, 255]])
    later = json.loads(again[0])["samples"][0]
    assert (later["image"], later["target"], later["prediction"]) == ([3, 1], [3, 2], [4, 1])
    assert later["window"] == [0.0, 255.0]
    np.testing.assert_array_equal(pixels(again[1]), [[0, 1, 2, 255]])


def test_probabilities_are_one_grey_map_a_class():
    prob = np.array([[[0, 1], [0.5, 0.501], [1 / 256, 255 / 256], [np.nan, -3], [7, np.inf]]])
    first = replace(sample("a", np.zeros((1, 5), np.int32)), probabilities=prob)
    blobs = image_blobs([first, sample("b")], {}, step=2, classes=NAMES[:2])
    rows = json.loads(blobs[0])["samples"]
    assert (rows[0]["prediction"], rows[0]["probabilities"]) == ([2, 3], [[2, 4], [2, 5]])
    assert "probabilities" not in rows[1]
    np.testing.assert_array_equal(pixels(blobs[4]), [[0, 127, 0, 0, 255]])
    np.testing.assert_array_equal(pixels(blobs[5]), [[255, 128, 254, 0, 255]])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_a_byte_tells_which_of_256_equal_steps_a_probability_is_above(dtype):
    prob = RNG.random((50, 50, 2)).astype(dtype)
    prob[0, :, 0] = np.arange(50) / 256  # on the steps themselves
    shown = replace(sample("a", np.zeros((50, 50), np.int32)), probabilities=prob)
    blobs = image_blobs([shown], {}, step=0, classes=NAMES[:2])
    read = np.stack([pixels(blobs[4]), pixels(blobs[5])], axis=-1)
    for k in (1, 77, 128, 255):
        np.testing.assert_array_equal(read >= k, prob.astype(np.float64) > k / 256)


def test_of_more_than_24_classes_the_first_have_probabilities():
    shown = replace(sample("a"), probabilities=np.ones((4, 5, 30)))
    blobs = image_blobs([shown], {}, step=0, classes=["c"] * 30)
    assert len(json.loads(blobs[0])["samples"][0]["probabilities"]) == 24 == len(blobs) - 4


def test_two_pictures_of_one_key_in_a_step_share_image_and_target():
    both = image_blobs([sample("a"), sample("a")], {}, step=0, classes=NAMES)
    rows = json.loads(both[0])["samples"]
    assert [row["target"] for row in rows] == [[0, 2], [0, 2]]
    assert [row["prediction"] for row in rows] == [[0, 3], [0, 4]]
    assert len(both) == 5


def test_many_classes_take_24_bits():
    target = np.array([[0, 254, 255, 70000, images.IGNORED]], np.int32)
    blobs = image_blobs([sample("a", target)], {}, step=0, classes=["c"] * 256)
    assert json.loads(blobs[0])["encoding"] == "labels24"
    rgb = pixels(blobs[2]).astype(int)
    read = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
    np.testing.assert_array_equal(read, [[0, 254, 255, 70000, 0xFFFFFF]])
    fewer = image_blobs([sample("a")], {}, step=0, classes=["c"] * 255)
    assert json.loads(fewer[0])["encoding"] == "labels8"


@pytest.mark.parametrize(("classes", "encoding"), [(1, "bits8"), (8, "bits8"), (9, "bits24")])
def test_overlapping_classes_are_bits(classes, encoding):
    target = RNG.random((6, 5, classes)) < 0.5
    blobs = image_blobs([sample("a", target)], {}, step=0, classes=["c"] * classes)
    assert json.loads(blobs[0])["encoding"] == encoding
    read = pixels(blobs[2]).astype(int)
    if encoding == "bits24":
        read = read[..., 0] + 256 * read[..., 1] + 65536 * read[..., 2]
    bits = (read[..., None] >> np.arange(classes)) & 1
    np.testing.assert_array_equal(bits.astype(bool), target)


def test_of_more_than_24_overlapping_classes_the_first_are_kept():
    target = np.ones((2, 2, 30), bool)
    blobs = image_blobs([sample("a", target)], {}, step=0, classes=["c"] * 30)
    assert (pixels(blobs[2]) == 255).all()


def test_large_pictures_are_thinned_alike():
    target = np.arange(4097 * 2, dtype=np.int32).reshape(4097, 2) % 3
    image = (target * 10).astype(np.uint8)
    blobs = image_blobs([sample("a", target, image=image)], {}, step=0, classes=NAMES)
    assert json.loads(blobs[0])["samples"][0]["shape"] == [1366, 1]
    np.testing.assert_array_equal(pixels(blobs[1]), pixels(blobs[2]) * 10)


def test_no_samples_is_a_header_alone():
    (blob,) = image_blobs([], {}, step=0, classes=NAMES)
    assert json.loads(blob)["samples"] == []

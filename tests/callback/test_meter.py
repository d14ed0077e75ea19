"""How a batch is read, and its pixels on the host."""

from typing import Any

import keras
import numpy as np
import pytest

from tb_dice import DiceDiagnostics
from tb_dice.callback import backends, meter
from tb_dice.callback.guess import Guess

from .conftest import LABELS, ONE_HOT, X

P = np.random.default_rng(2).dirichlet(np.ones(3), LABELS.shape).astype("float32")
CERTAIN = Guess("none", True)


def made(y: Any, p: Any, guess: Guess = CERTAIN, **options: Any) -> meter.Meter:
    heard = {"y": keras.ops.convert_to_tensor(y), "p": keras.ops.convert_to_tensor(p)}
    found = meter.Found(None, guess, ())
    return meter.meter(heard, found, DiceDiagnostics(**options)._options, backends.current())


@pytest.mark.parametrize(
    ("y", "guess", "options", "expected"),
    [
        (ONE_HOT, Guess("softmax", True), {}, ("softmax", True)),
        (ONE_HOT, Guess("none", False), {"activation": "none"}, ("none", False)),
        (ONE_HOT, Guess("none", True), {"activation": "sigmoid"}, ("sigmoid", False)),
        (LABELS, Guess("none", True), {"activation": "sigmoid"}, ("sigmoid", True)),
        (ONE_HOT, Guess("none", False), {"activation": "softmax"}, ("softmax", True)),
        (ONE_HOT, Guess(None), {}, ("none", True)),  # the values sum to 1
        (ONE_HOT, Guess("none"), {}, ("none", True)),
        (ONE_HOT, Guess(None, False), {"activation": "none"}, ("none", False)),
    ],
)
def test_the_user_comes_first_then_the_model_then_the_values(
    y: np.ndarray, guess: Guess, options: dict[str, Any], expected: tuple[str, bool]
) -> None:
    found = made(y, P, guess, **options)
    assert (found.layout.activation, found.layout.exclusive) == expected
    assert len(found.doubts) == (guess.activation is None and not options)


def test_unknown_regions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`regions` to be made of channels from 0 to 2.*'big'"):
        made(ONE_HOT, P, regions={"big": [3]})


def test_the_columns_are_classes_then_regions() -> None:
    assert made(ONE_HOT, P, regions={"both": [1, 2]}).classes[2:] == ("class 2", "both")


@pytest.mark.parametrize("trailing", [False, True])
def test_pixels_of_label_maps(trailing: bool) -> None:
    y = LABELS[..., None] if trailing else LABELS
    found = made(y, P, ignore_index=1)
    heard = {"x": X, "y": y, "p": P}
    kept = found.measure({k: keras.ops.convert_to_tensor(v) for k, v in heard.items()})
    assert set(kept) == {"rows", "x", "y", "drawn"}
    ((image, target, drawn, seen),) = found.pixels(kept, [4])
    np.testing.assert_array_equal(image, X[4])
    np.testing.assert_array_equal(target, np.where(LABELS[4] == 1, -1, LABELS[4]))
    np.testing.assert_array_equal(drawn, np.where(LABELS[4] == 1, -1, P[4].argmax(-1)))
    assert seen is None
    assert found.pixels(kept, []) == []


@pytest.mark.parametrize("options", [{}, {"ignore_index": 1}, {"probabilities": True}])
@pytest.mark.parametrize("exclusive", [True, False])
def test_rows_that_are_known_are_drawn_anew(options: dict[str, Any], exclusive: bool) -> None:
    found = made(ONE_HOT, P, Guess("none", exclusive), **options)
    heard = {"x": X, "y": ONE_HOT, "p": P}
    kept = found.measure({k: keras.ops.convert_to_tensor(v) for k, v in heard.items()})
    expected = found.pixels(kept, [4, 1, 2])
    before = [None, (expected[1][0], expected[1][1], np.zeros(0), None), None]
    for maps, whole in zip(found.redrawn(kept, [4, 1, 2], before), expected, strict=True):
        for shown, wanted in zip(maps, whole, strict=True):
            np.testing.assert_array_equal(shown, wanted)
    assert found.redrawn(kept, [], []) == []


def test_pixels_of_channels_that_overlap_or_are_void() -> None:
    y = ONE_HOT.copy()
    y[:, 0] = 255
    found = made(y, P, Guess("none", False), ignore_index=255)
    kept = found.measure({k: keras.ops.convert_to_tensor(v) for k, v in {"y": y, "p": P}.items()})
    for row, (image, target, drawn, _) in zip((2, 5), found.pixels(kept, [2, 5]), strict=True):
        assert image is None
        for shown, whole in ((target, ONE_HOT), (drawn, P)):
            np.testing.assert_array_equal(shown[1:], whole[row, 1:] > 0.5)
            assert not shown[0].any()


def test_probabilities_where_asked_for() -> None:
    logits = np.log(P)
    found = made(LABELS, logits, Guess("softmax", True), ignore_index=1, probabilities=True)
    heard = {"y": keras.ops.convert_to_tensor(LABELS), "p": keras.ops.convert_to_tensor(logits)}
    ((*_, seen),) = found.pixels(found.measure(heard), [4])
    expected = np.where((LABELS[4] == 1)[..., None], 0, P[4])
    np.testing.assert_allclose(seen, expected, rtol=1e-5)


def test_without_pictures_only_rows_are_kept() -> None:
    found = made(ONE_HOT, P, images=0)
    kept = found.measure({"y": keras.ops.convert_to_tensor(ONE_HOT), "p": P})
    assert list(kept) == ["rows"]

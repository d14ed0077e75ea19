"""What targets, predictions and masks may be: tolerances, verdicts, doubts about the axes."""

import numpy as np
import pytest

from tb_dice.masks import sums
from tb_dice.masks.device import device
from tb_dice.masks.layouts import layout
from tb_dice.masks.sane import Seen, doubt, exclusive, senseless, targets_of, verdict


def judged(y_true, y_pred, mask=None, **options):
    """What is odd about arrays."""
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    shapes = layout(y_true.shape, y_pred.shape, **options)
    return verdict(seen(y_true, y_pred, mask, shapes), shapes, y_true, y_pred)


def seen(y_true, y_pred, mask, shapes):
    return device(y_pred).run(sums.seen, y_true, y_pred, mask, shapes)[0]


BINARY = np.full((2, 3, 1), 0.5)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "options"),
    [
        (np.array([[0, 2, 255]]), np.full((1, 3, 3), 1 / 3), {"ignore_index": 255}),
        (np.array([[0.0, 2.0]]), np.full((1, 2, 3), 1 / 3), {}),
        ([[[0.0], [0.3], [1.0]]] * 2, BINARY, {}),
        ([[[True], [False], [True]]] * 2, BINARY, {}),
        ([[[-1e-6], [1 + 2e-6], [1]]] * 2, BINARY, {}),  # a mask that was resized
        ([[[0], [1], [1]]] * 2, [[[-1e-4], [1 + 9e-4], [0]]] * 2, {}),
        (np.zeros((1, 2, 2)), [[[0.5, 0.505], [0, 1]]], {}),
        (np.zeros((1, 2, 2)), [[[5.0, -90.0], [0, 1]]], {"activation": "softmax"}),
        (np.zeros((1, 2, 2)), [[[0.5, 0.9], [1, 1]]], {"exclusive": False}),
    ],
)
def test_what_makes_sense(y_true, y_pred, options):
    assert judged(y_true, y_pred, **options) == []


@pytest.mark.parametrize(
    ("y_true", "channels", "message"),
    [
        ([[[0.0], [1.0001]]], 1, r"targets in \[0, 1\].*from 0 to 1.0001"),
        ([[[0], [7]]], 1, r"\[0, 1\].*from 0 to 7\.$"),
        ([[[0], [255]]], 1, "to 255. If these are masks of 0 and 255, divide by 255."),
        ([[[-0.5], [1]]], 1, r"\[0, 1\].*from -0.5 to 1"),
        ([[0, 3]], 3, "from 0 to 2.*ignore_index.*from 0 to 3"),
        ([[0, 255]], 3, r"set ignore_index for void voxels.*from 0 to 255\.$"),
        ([[0, 255]], 2, "divide by 255"),
        ([[-1, 2]], 3, "from -1 to 2"),
        ([[0, np.inf]], 3, "finite"),
        ([[0, np.nan]], 3, "finite"),
        ([[[0], [np.nan]]], 1, "finite"),
        ([[0, 1.5]], 3, "labels that are whole numbers.*up to 0.5 above"),
    ],
)
def test_wrong_targets(y_true, channels, message):
    y_pred = np.full((1, 2, channels), 1 / channels)
    with pytest.raises(ValueError, match=message):
        judged(y_true, y_pred)
    shapes = layout(np.shape(y_true), y_pred.shape)
    with np.errstate(invalid="ignore"):
        assert senseless(*targets_of(np.asarray(y_true), None, shapes, np), shapes).all()


@pytest.mark.parametrize(
    ("values", "kinds", "words"),
    [
        ([1.5, -0.5], ["range"], "from -0.5 to 1.5"),
        ([0, 200], ["range"], "If they are bytes, divide by 255"),
        ([0.5, 0.2], ["channels"], "differ from 1 by up to 0.3"),
        ([np.nan, 0.2], ["non-finite"], "1 of 1 samples"),
        ([np.inf, 0.2], ["non-finite"], "1 of 1 samples"),
    ],
)
def test_odd_predictions(values, kinds, words):
    found = judged([[0]], [[values]])
    assert [notice.kind for notice in found] == kinds
    assert words in found[0]


def test_what_does_not_count_may_be_anything():
    mask = np.array([[True, False]])
    assert judged([[[1], [9]]], [[[0.5], [np.nan]]], mask) == []
    assert judged([[1, 9]], [[[0, 1.0], [7, 7]]], mask) == []
    assert judged([[1, 9]], [[[0, 1.0], [7, 7]]], ignore_index=9) == []


def test_a_pass_is_judged_by_all_its_batches():
    shapes = layout((2, 1, 1), (2, 1, 1))
    found = Seen(shapes)
    assert found.verdict() == []
    for values in ([0.5, 0.5], [0.5, 1.5], [np.nan, 0.5]):
        y_pred = np.reshape(values, (2, 1, 1))
        found.add(seen(np.zeros((2, 1, 1)), y_pred, None, shapes))
    assert [notice.kind for notice in found.verdict()] == ["non-finite", "range"]
    assert found.verdict()[0].facts == {"samples": 1, "of": 6}


def test_a_fault_is_said_with_the_doubt_about_the_axes():
    labels = np.arange(2 * 32 * 48).reshape(2, 32, 48) % 3
    with pytest.raises(ValueError, match=r"targets in \[0, 1\].*scores or one-hot, not labels"):
        judged(labels, labels, exclusive=False)


def test_classes_exclude_each_other_where_nearly_all_channels_add_up():
    shapes = layout((1, 200, 2), (1, 200, 2))
    y_true = np.tile([0.0, 1.0], (1, 200, 1))
    y_pred = np.full((1, 200, 2), 0.9)
    assert exclusive(shapes, y_true, y_pred, None)
    y_true[0, :2] = 0
    assert not exclusive(shapes, y_true, y_pred, None)
    mask = np.arange(200)[None] > 1
    assert exclusive(shapes, y_true, y_pred, mask)


@pytest.mark.parametrize(
    ("y", "p", "exclusive", "words"),
    [
        ((2, 32, 32), (2, 32, 32), False, "needs a last axis"),
        ((2, 32, 64), (2, 32, 64), False, "needs a last axis"),
        ((2, 32, 128), (2, 32, 128), False, "needs a last axis"),
        ((2, 32, 129), (2, 32, 129), False, None),
        ((2, 32, 32), (2, 32, 32), True, None),  # one class per voxel
        ((2, 32), (2, 32, 32), False, None),  # a label map
        ((2, 4096, 21), (2, 4096, 21), False, None),  # an image laid flat
        ((2, 32, 8), (2, 32, 8), False, None),
        ((64, 64, 1), (64, 64, 1), False, r"p\[None\]"),  # one image, no batch
        ((64, 96), (64, 96, 3), True, r"p\[None\]"),
        ((16, 400, 1), (16, 400, 1), False, None),  # signals
        ((8, 16, 1), (8, 16, 1), False, None),
        ((2, 3, 64, 64), (2, 3, 64, 64), True, "channels-last"),
        ((2, 3, 64, 64, 64), (2, 3, 64, 64, 64), True, "channels-last"),
        ((6, 4, 96, 128), (6, 4, 96, 128), False, "channels-last"),
        ((2, 3, 24, 32, 40), (2, 3, 24, 32, 40), False, "channels-last"),
        ((6, 1, 64, 64), (6, 1, 64, 64), False, "channels-last"),
        ((2, 8, 64, 64, 21), (2, 8, 64, 64, 21), True, None),  # a thin volume
        ((2, 64, 64, 3), (2, 64, 64, 3), False, None),
        ((2, 64, 64, 64), (2, 64, 64, 64), False, None),
        ((None, None, None, 3), (None, None, None, 3), False, None),
        ((None, 64, 64), (None, 64, 64), False, "needs a last axis"),
    ],
)
def test_axes_in_doubt(y, p, exclusive, words):
    found = doubt(y, p, exclusive=exclusive)
    if words is None:
        assert found is None
    else:
        assert found.kind == "axes"
        with pytest.raises(ValueError, match=words):
            raise ValueError(found)

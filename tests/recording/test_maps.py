"""Maps of what is shown, by hand: two pixels by two, one of them ignored."""

import numpy as np
import pytest

from tb_dice.masks.layouts import layout
from tb_dice.recording.maps import maps, over, probabilities

LABELS = np.array([[[0, 2], [1, 255]]])
DRAWN = np.array([[[0, 1], [1, 2]]])
ONE_HOT = np.eye(3, dtype="float32")[np.where(LABELS == 255, 0, LABELS)]
SHAPE = (1, 2, 2, 3)
MASK = np.array([[[1.0, 0.0], [2.0, 1.0]]])


@pytest.mark.parametrize("target", [LABELS, LABELS[..., None]])
def test_labels_are_shown_as_they_are_and_what_is_ignored_as_minus_one(target):
    how = layout(target.shape, SHAPE, ignore_index=255)
    target, drawn, valid = maps(target, DRAWN, None, how)
    assert target.tolist() == [[[0, 2], [1, -1]]]
    assert drawn.tolist() == [[[0, 1], [1, -1]]]
    assert valid[..., 0].tolist() == [[[True, True], [True, False]]]
    assert target.dtype == drawn.dtype == np.int32


@pytest.mark.parametrize("mask", [MASK, MASK[..., None], MASK.reshape(1, 4)])
def test_a_mask_leaves_out_what_is_zero(mask):
    target, drawn, _ = maps(ONE_HOT, DRAWN, mask, layout(SHAPE, SHAPE, exclusive=True))
    assert target.tolist() == [[[0, -1], [1, 0]]]
    assert drawn.tolist() == [[[0, -1], [1, 2]]]


def test_classes_that_overlap_have_a_map_each():
    hard = np.eye(3, dtype=bool)[DRAWN]
    how = layout(SHAPE, SHAPE, activation="sigmoid", exclusive=False)
    target, drawn, _ = maps(0.6 * ONE_HOT, hard, MASK, how)
    counts = MASK[..., None] > 0
    np.testing.assert_array_equal(target, (ONE_HOT > 0) & counts)
    np.testing.assert_array_equal(drawn, hard & counts)


def test_a_voxel_of_nan_is_shown_as_class_0():
    how = layout(LABELS.shape, SHAPE, ignore_index=255)
    assert over(np.array([1, -1]), np.array([3, 3]), how).tolist() == [0, -1]


def test_probabilities_are_activated_and_0_where_ignored():
    how = layout(LABELS.shape, SHAPE, activation="softmax", ignore_index=255)
    _, _, valid = maps(LABELS, DRAWN, None, how)
    logits = np.zeros(SHAPE, "float32")
    logits[0, 0, 1] = np.log([1, 2, 5])
    shown = probabilities(logits, valid, how)
    np.testing.assert_allclose(shown[0, 0, 1], [0.125, 0.25, 0.625], rtol=1e-6)
    np.testing.assert_allclose(shown[0, 0, 0], 1 / 3, rtol=1e-6)
    assert shown[0, 1, 1].tolist() == [0, 0, 0]

"""How shapes are read, and which are refused."""

import numpy as np
import pytest

from tb_dice.masks.layouts import layout, mask_of


@pytest.mark.parametrize(
    ("true", "pred", "targets", "trailing", "exclusive"),
    [
        ((2, 8, 8), (2, 8, 8, 3), "labels", False, True),
        ((2, 8, 8, 1), (2, 8, 8, 3), "labels", True, True),
        ((2, 8, 8, 3), (2, 8, 8, 3), "channels", True, True),
        ((2, 8, 8, 1), (2, 8, 8, 1), "channels", True, False),
        ((2, 8, 8), (2, 8, 8, 1), "channels", False, False),
        ((2, 8, 3), (2, 8, 3, 3), "labels", False, True),  # as wide as there are classes
        ((2, 4, 8, 8, 1), (2, 4, 8, 8, 2), "labels", True, True),
        ((None, None, None), (None, None, None, 3), "labels", False, True),
    ],
)
def test_layout_is_told_by_rank(true, pred, targets, trailing, exclusive):
    found = layout(true, pred)
    assert (found.targets, found.trailing, found.exclusive) == (targets, trailing, exclusive)
    assert found.channels == pred[-1]


def test_exclusive_follows_the_activation_unless_given():
    shape = (2, 8, 8, 3)
    assert layout(shape, shape, activation="softmax").exclusive
    assert not layout(shape, shape, activation="sigmoid").exclusive
    assert not layout(shape, shape, exclusive=False).exclusive
    assert layout(shape, shape, activation="sigmoid", exclusive=True).exclusive
    assert not layout((2, 8, 8, 1), (2, 8, 8, 1), exclusive=True).exclusive


@pytest.mark.parametrize(
    ("true", "pred", "options", "words"),
    [
        ((2, 8, 8), (2, 8, 9, 3), {}, r"Received: \[2, 8, 8\]"),
        ((2, 8, 8, 2), (2, 8, 8, 3), {}, r"or integer labels \[2, 8, 8\]"),
        ((2, 8), (2, 8), {}, r"\[N, \*spatial, C\]"),
        ((2, 8, None), (2, 8, None), {}, "known C"),
        ((2, 8, 1), (2, 8, 1), {"activation": "softmax"}, "one channel"),
        ((2, 8), (2, 8, 2), {"regions": {"all": [0, 2]}}, "made of channels from 0 to 1.*all"),
    ],
)
def test_shapes_that_do_not_belong_together(true, pred, options, words):
    with pytest.raises(ValueError, match=words):
        layout(true, pred, **options)


def test_a_mask_loses_its_last_axis():
    mask = np.ones((2, 8, 9, 1), bool)
    assert mask_of(mask, (2, 8, 9, 3)).shape == (2, 8, 9)
    assert mask_of(mask[..., 0], (None, 8, 9, 3)).shape == (2, 8, 9)


@pytest.mark.parametrize("shape", [(2, 8), (2, 9, 8), (2, 8, 9, 3)])
def test_a_mask_of_another_shape_is_refused(shape):
    with pytest.raises(
        ValueError, match=r"`mask` to have shape \[2, 8, 9\] or \[2, 8, 9, 1\].*Received: \[2, "
    ):
        mask_of(np.ones(shape, bool), (2, 8, 9, 3))

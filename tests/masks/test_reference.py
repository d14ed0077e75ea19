"""``dice``: the golden values, the worked example, the promises, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tb_dice import dice
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tests.golden import golden, missed, names

UNIT = st.floats(0, 1, width=32)
# Of predictions that are not probabilities, or whose channels do not add to 1.
ODD = pytest.mark.filterwarnings("ignore::UserWarning")


def masks(channels=2):
    """Targets of 0 and 1 and predictions in [0, 1], [N, S, C]."""
    shapes = st.tuples(st.integers(1, 3), st.integers(1, 9), st.just(channels))
    return shapes.flatmap(
        lambda shape: st.tuples(
            arrays.arrays(np.float32, shape, elements=st.sampled_from([0.0, 1.0])),
            arrays.arrays(np.float32, shape, elements=UNIT),
        )
    )


@ODD
@pytest.mark.parametrize("name", names())
def test_golden_values(name):
    def got(r):
        return dice(r.y_true, r.y_pred, name, mask=r.mask, **r.params)

    assert missed(golden(name), got) == []


@pytest.mark.parametrize(
    ("smooth", "score", "loss"), [(1e-5, 9.9999e-6, 0.99999), (100, 0.990099, 0.009900987)]
)
def test_worked_example(smooth, score, loss):
    y_true = np.zeros((1, 128, 128, 1))
    y_pred = y_true.copy()
    y_pred[0, 3, 5, 0] = 1
    assert dice(y_true, y_pred, "recipe.dice_coef", smooth=smooth) == pytest.approx(score, rel=1e-5)
    assert dice(y_true, y_pred, "recipe.dice_coef_loss", smooth=smooth) == pytest.approx(
        loss, rel=1e-5
    )


def test_default_by_hand():
    y_true = np.array([[[0, 1, 1, 2]], [[0, 0, 0, 0]]])
    y_pred = np.eye(4)[np.array([[[0, 1, 2, 2]], [[0, 0, 0, 1]]])]
    # sample 0: 1, 2/3, 2/3, empty; sample 1: 6/7, false alarm 0, empty, empty
    assert dice(y_true, y_pred) == pytest.approx((1 + 2 / 3 + 2 / 3 + 6 / 7 + 0) / 5)


def test_all_masks_empty_is_undefined():
    empty = np.zeros((1, 4, 4, 1))
    assert np.isnan(dice(empty, empty))
    assert dice(empty, empty, DEFAULT, empty="one") == 1


@ODD
@given(masks(), st.sampled_from(["soft", "hard"]), st.floats(0, 10))
def test_score_is_in_the_unit_interval(pair, compare, smooth):
    spec = DiceSpec.of(compare=compare, smooth_num=smooth, smooth_den=smooth, empty="one")
    assert 0 <= dice(*pair, spec) <= 1 + 1e-12


@ODD
@given(masks(), st.integers(0, 2**32 - 1))
def test_order_of_voxels_does_not_matter(pair, seed):
    order = np.random.default_rng(seed).permutation(pair[0].shape[1])
    spec = DiceSpec.of(compare="soft", smooth_num=1, smooth_den=1)
    shuffled = [a[:, order] for a in pair]
    assert dice(*pair, spec) == pytest.approx(dice(*shuffled, spec), rel=1e-12)


@ODD
@given(masks(), st.sampled_from([{"space"}, {"space", "batch"}, {"space", "class", "batch"}]))
def test_tversky_of_halves_is_dice(pair, over):
    spec = DiceSpec.of(compare="soft", over=over, smooth_num=1, smooth_den=1, form="one_minus")
    t, p = (np.asarray(a, float) for a in pair)
    axes = tuple(i for i, name in ((0, "batch"), (1, "space"), (2, "class")) if name in over)
    usual = 1 - (2 * (t * p).sum(axes) + 1) / (t.sum(axes) + p.sum(axes) + 1)
    tversky = spec.replace(alpha=0.5, beta=0.5)
    assert dice(*pair, tversky) == pytest.approx(usual.mean(), rel=1e-12)


@ODD
def test_labels_are_read_as_one_hot():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, (2, 5, 6))
    y_pred = rng.random((2, 5, 6, 3))
    for name in ("recipe.multiclass_dice_loss", "recipe.dice_coef_multilabel"):
        want = dice(np.eye(3)[labels], y_pred, name)
        assert dice(labels, y_pred, name) == want
        assert dice(labels[..., None], y_pred, name) == want


def test_mask_leaves_voxels_out():
    rng = np.random.default_rng(1)
    y_true, y_pred = rng.integers(0, 2, (2, 4, 4, 1)), rng.random((2, 4, 4, 1))
    mask = np.zeros((2, 4, 4), bool)
    mask[:, :2] = True
    broken = y_pred.copy()
    broken[:, 2:] = np.nan
    want = dice(y_true[:, :2], y_pred[:, :2], "recipe.dice_loss")
    assert dice(y_true, broken, "recipe.dice_loss", mask=mask) == pytest.approx(want, rel=1e-12)


def test_void_labels_may_lie_outside_the_mask():
    y_true, y_pred = np.array([[0, 1, 255]]), np.eye(2)[[[0, 1, 1]]]
    assert dice(y_true, y_pred, mask=y_true != 255) == 1
    with pytest.raises(ValueError, match="255"):
        dice(y_true, y_pred)


def test_overlapping_masks_of_0_and_1_are_hard_already():
    y_true = np.array([[[1, 1], [0, 0], [0, 1]]])
    assert dice(y_true, y_true.astype(float)) == 1


@pytest.mark.parametrize(
    ("y_true", "y_pred", "words"),
    [
        (np.zeros((1, 4, 4, 1)), np.zeros((1, 4, 5, 1)), r"shape \[1, 4, 5, 1\].*\[1, 4, 4, 1\]"),
        (np.zeros((1, 4, 4, 2)), np.zeros((1, 4, 4, 3)), r"labels \[1, 4, 4\].*\[1, 4, 4, 2\]"),
        (np.zeros((4,)), np.zeros((4,)), r"\[N, \*spatial, C\].*\[4\]"),
        (np.full((1, 4, 4), 3), np.zeros((1, 4, 4, 3)), "labels .* from 0 to 2.*from 3 to 3"),
        (np.full((1, 4, 4), -1), np.zeros((1, 4, 4, 3)), "labels .* from 0 to 2.*from -1 to -1"),
        (np.full((1, 4, 4), 0.5), np.zeros((1, 4, 4, 3)), "whole numbers.*up to 0.5 "),
        (np.full((1, 4, 4, 1), 255), np.zeros((1, 4, 4, 1)), r"in \[0, 1\].*from 255 to 255"),
        (np.full((1, 4, 4, 1), np.nan), np.zeros((1, 4, 4, 1)), "finite targets"),
        (np.full((1, 4, 4), np.inf), np.zeros((1, 4, 4, 2)), "finite targets"),
    ],
)
def test_bad_input_says_what_was_expected_and_received(y_true, y_pred, words):
    with pytest.raises(ValueError, match=f"Expected .*{words}"):
        dice(y_true, y_pred, "recipe.dice_loss")


def test_bad_mask_and_names():
    empty = np.zeros((1, 4, 4, 1))
    with pytest.raises(ValueError, match=r"Expected `mask` to have shape \[1, 4, 4\]"):
        dice(empty, empty, mask=np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"did you mean 'recipe.dice_coef'"):
        dice(empty, empty, "recipe.dice_coeff")
    with pytest.raises(ValueError, match="did you mean 'smooth'"):
        dice(empty, empty, "recipe.dice_coef", smoth=1)


@ODD
def test_predictions_may_be_any_number():
    y_true = np.ones((1, 2, 1))
    assert dice(y_true, np.array([[[2.0], [-1.0]]]), "recipe.dice_coef", smooth=0) == pytest.approx(
        2 * 1 / (2 + 1)
    )
    assert np.isnan(dice(y_true, np.full((1, 2, 1), np.nan), "recipe.dice_coef"))

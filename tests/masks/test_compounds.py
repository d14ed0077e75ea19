"""Cross-entropy and focal loss beside Dice: against Keras' own, and where they could overflow."""

import numpy as np
import pytest
from tensors import WHY, XPS, ops

from tb_dice.definition.spec import DiceSpec
from tb_dice.masks.compounds import value
from tb_dice.masks.evaluate import layout_for

keras = pytest.importorskip("keras", reason=WHY)
RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(3, 4, 5, 3)).astype(np.float32)
Y_TRUE = np.eye(3, dtype=np.float32)[RNG.integers(0, 3, (3, 4, 5))]


def extra(y_true, y_pred, kind, activation, xp, valid=None):
    spec = DiceSpec.of(compare="soft", extra=kind, activation=activation, reduce="per_sample")
    layout = layout_for(spec, y_true.shape, y_pred.shape)
    if xp is ops:
        y_true, y_pred = ops.array(y_true, "float32"), ops.array(y_pred, "float32")
        valid = None if valid is None else ops.array(valid)
    valid = None if valid is None else valid[..., None]
    return ops.convert_to_numpy(value(y_true, y_pred, valid, spec, layout, xp))


@XPS
def test_softmax_cross_entropy(xp):
    want = keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)(Y_TRUE, LOGITS)
    want = ops.convert_to_numpy(want).mean((1, 2))
    got = extra(Y_TRUE, LOGITS, "cross_entropy", "softmax", xp)
    np.testing.assert_allclose(got, want, rtol=1e-5)
    prob = ops.convert_to_numpy(ops.softmax(LOGITS))
    np.testing.assert_allclose(extra(Y_TRUE, prob, "cross_entropy", "none", xp), want, rtol=1e-5)


@XPS
def test_binary_cross_entropy(xp):
    want = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)(Y_TRUE, LOGITS)
    want = ops.convert_to_numpy(want).mean((1, 2))
    got = extra(Y_TRUE, LOGITS, "cross_entropy", "sigmoid", xp)
    np.testing.assert_allclose(got, want, rtol=1e-5)
    prob = ops.convert_to_numpy(ops.sigmoid(LOGITS[..., :1]))
    want = keras.losses.BinaryCrossentropy(reduction=None)(Y_TRUE[..., :1], prob)
    got = extra(Y_TRUE[..., :1], prob, "cross_entropy", "none", xp)
    np.testing.assert_allclose(got, ops.convert_to_numpy(want).mean((1, 2)), rtol=1e-5)


@XPS
def test_focal(xp):
    want = keras.losses.BinaryFocalCrossentropy(from_logits=True, gamma=2, reduction=None)
    want = ops.convert_to_numpy(want(Y_TRUE, LOGITS)).mean((1, 2))
    np.testing.assert_allclose(extra(Y_TRUE, LOGITS, "focal", "sigmoid", xp), want, rtol=1e-4)
    for activation in ("none", "softmax"):  # MONAI: of the logits whatever Dice does
        got = extra(Y_TRUE, LOGITS, "logit_focal", activation, xp)
        np.testing.assert_allclose(got, want, rtol=1e-4)
    prob = ops.convert_to_numpy(ops.softmax(LOGITS))
    want = keras.losses.BinaryFocalCrossentropy(gamma=2, reduction=None)(Y_TRUE, prob)
    want = ops.convert_to_numpy(want).mean((1, 2))
    np.testing.assert_allclose(extra(Y_TRUE, LOGITS, "focal", "softmax", xp), want, rtol=1e-4)


def test_focal_leaves_the_background_out_as_dice_does():
    spec = DiceSpec.of(extra="logit_focal", background=False, gamma=3, reduce="per_sample")
    layout = layout_for(spec, Y_TRUE.shape, LOGITS.shape)
    got = value(Y_TRUE, LOGITS, None, spec, layout, np)
    want = keras.losses.BinaryFocalCrossentropy(from_logits=True, gamma=3, reduction=None)
    want = ops.convert_to_numpy(want(Y_TRUE[..., 1:], LOGITS[..., 1:])).mean((1, 2))
    np.testing.assert_allclose(got, want, rtol=1e-4)


@XPS
def test_cross_entropy_of_logits_is_over_channels_even_beside_a_sigmoid(xp):
    want = extra(Y_TRUE, LOGITS, "cross_entropy", "softmax", xp)
    got = extra(Y_TRUE, LOGITS, "logit_cross_entropy", "sigmoid", xp)
    np.testing.assert_allclose(got, want, rtol=1e-6)
    want = extra(Y_TRUE[..., :1], LOGITS[..., :1], "cross_entropy", "sigmoid", xp)
    got = extra(Y_TRUE[..., :1], LOGITS[..., :1], "logit_cross_entropy", "none", xp)
    np.testing.assert_allclose(got, want, rtol=1e-6)


@XPS
def test_masked_voxels_are_left_out_of_the_mean(xp):
    valid = np.zeros((3, 4, 5), bool)
    valid[:, :2] = True
    want = extra(Y_TRUE[:, :2], LOGITS[:, :2], "cross_entropy", "softmax", xp)
    got = extra(Y_TRUE, LOGITS, "cross_entropy", "softmax", xp, valid)
    np.testing.assert_allclose(got, want, rtol=1e-6)
    assert (extra(Y_TRUE, LOGITS, "focal", "sigmoid", xp, np.zeros((3, 4, 5), bool)) == 0).all()


@XPS
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("kind", ["cross_entropy", "focal"])
def test_huge_logits_stay_finite(kind, activation, xp):
    got = extra(Y_TRUE, 1e4 * LOGITS, kind, activation, xp)
    assert np.isfinite(got).all()
    sure = extra(Y_TRUE, 1e4 * (2 * Y_TRUE - 1), kind, activation, xp)
    np.testing.assert_allclose(sure, 0, atol=1e-6)

"""Sums of masks: regions, voids, checks; numpy against loops, tensors against numpy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensors import NEEDS_KERAS, WHY_TENSORFLOW, XPS, as_numpy, ops

from tb_dice.definition.spec import HARD_SUMS, SOFT_SUMS
from tb_dice.masks import sums
from tb_dice.masks.layouts import layout
from tb_dice.masks.sums import hard_labels, kept

SOFT = {name: i for i, name in enumerate(SOFT_SUMS)}
HARD = {name: i for i, name in enumerate(HARD_SUMS)}


def soft_and_hard(y_true, y_pred, layout, mask=None, xp=np, **options):
    """The sums alone; test_sane.py has what comes with them."""
    return sums.soft_and_hard(y_true, y_pred, mask, layout, xp, **options)[:3]


def batch(*shape, seed=0):
    """Labels [N, *S] and softmax-like predictions [N, *S, C]."""
    rng = np.random.default_rng(seed)
    y_pred = rng.random(shape).astype(np.float32) ** 3
    return rng.integers(0, shape[-1], shape[:-1]), y_pred / y_pred.sum(-1, keepdims=True)


def test_sums_by_hand():
    y_true = np.array([[0, 1, 1]])
    y_pred = np.array([[[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]]])
    soft, counts, voxels = soft_and_hard(y_true, y_pred, layout(y_true.shape, y_pred.shape))
    want = {
        "intersection": [0.75, 1.25],
        "true_sum": [1, 2],
        "pred_sum": [1.5, 1.5],
        "true_sq_sum": [1, 2],
        "pred_sq_sum": [0.875, 0.875],
        "abs_diff_sum": [1, 1],
        "true_pred_sq_sum": [0.5625, 0.8125],
        "true_log_pred_sum": [math.log(0.75), math.log(0.5) + math.log(0.75)],
    }
    for name, values in want.items():
        np.testing.assert_allclose(soft[0, :, SOFT[name]], values, rtol=1e-12, err_msg=name)
    # the tie in the middle goes to the first class, as argmax says
    np.testing.assert_array_equal(counts[0].T, [[1, 1], [1, 2], [2, 1]])
    np.testing.assert_array_equal(voxels, [3])


@given(st.integers(0, 2**32 - 1))
def test_sums_add_over_samples(seed):
    y_true, y_pred = batch(5, 3, 4, 3, seed=seed)
    shapes = layout(y_true.shape, y_pred.shape)
    soft, counts, _ = soft_and_hard(y_true, y_pred, shapes)
    joined = [np.concatenate(list(a))[None] for a in (y_true, y_pred)]
    whole = soft_and_hard(*joined, layout(joined[0].shape, joined[1].shape))
    np.testing.assert_allclose(whole[0][0], soft.sum(0), rtol=1e-12)
    np.testing.assert_array_equal(whole[1][0], counts.sum(0))


def test_one_hot_gives_the_sums_of_labels():
    y_true, y_pred = batch(2, 5, 6, 3)
    one_hot = np.eye(3)[y_true]
    want = soft_and_hard(y_true, y_pred, layout(y_true.shape, y_pred.shape))
    got = soft_and_hard(one_hot, y_pred, layout(one_hot.shape, y_pred.shape))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.parametrize("trailing", [False, True])
def test_void_labels_and_masks_drop_voxels_from_both_sides(trailing):
    y_true, y_pred = batch(2, 4, 6, 3)
    want = soft_and_hard(y_true[:, :, :4], y_pred[:, :, :4], layout((2, 4, 4), (2, 4, 4, 3)))
    void, broken = y_true.copy(), y_pred.copy()
    void[:, :, 4:], broken[:, :, 4:] = 255, np.nan
    mask = np.ones((2, 4, 6), bool)
    mask[:, :, 4:] = False
    for held, options, given_mask in ((void, {"ignore_index": 255}, None), (y_true, {}, mask)):
        targets = held[..., None] if trailing else held
        shapes = layout(targets.shape, y_pred.shape, **options)
        got = soft_and_hard(targets, broken, shapes, given_mask)
        for a, b in zip(got, want, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)


def test_one_value_or_class_to_ignore_is_the_same_in_labels_and_channels():
    labels = np.array([[0, 1, 2, 2]])
    for y_true in (labels, labels[..., None], np.eye(3)[labels]):
        shapes = layout(y_true.shape, (1, 4, 3), ignore_index=2)
        np.testing.assert_array_equal(kept(y_true, shapes)[0].all(-1), [True, True, False, False])


@XPS
def test_a_channel_may_be_void_alone(xp):
    y_true = np.array([[[1.0, 255.0], [0.0, 1.0], [255.0, 255.0]]])
    y_pred = np.full((1, 3, 2), 0.25)
    shapes = layout(y_true.shape, y_pred.shape, activation="none", ignore_index=255)
    soft, _, voxels = soft_and_hard(y_true, y_pred, shapes, xp=xp)
    soft = dict(zip(SOFT_SUMS, np.moveaxis(as_numpy(soft), -1, 0), strict=True))
    np.testing.assert_allclose(soft["true_sum"], [[1, 1]])
    np.testing.assert_allclose(soft["pred_sum"], [[0.5, 0.25]])
    np.testing.assert_array_equal(as_numpy(voxels), [2])


@XPS
@pytest.mark.parametrize("threshold", [0.25, 0.5])
def test_a_value_at_the_threshold_is_not_drawn(xp, threshold):
    """A prediction counts as drawn above the threshold, a soft target as there above one half."""
    y_true = np.array([[[0.5], [0.5], [0.75]]])
    y_pred = np.array([[[threshold], [threshold + 0.125], [threshold]]])
    shapes = layout(y_true.shape, y_pred.shape, threshold=threshold)
    _, counts, _ = soft_and_hard(y_true, y_pred, shapes, xp=xp)
    np.testing.assert_array_equal(as_numpy(counts), [[[0, 1, 1]]])
    drawn = as_numpy(hard_labels(y_pred, shapes, xp))
    np.testing.assert_array_equal(drawn[0, :, 0], [False, True, False])


def test_a_soft_target_is_left_out_above_one_half():
    y_true = np.array([[[0.5, 0.5], [0.75, 0.25]]])
    shapes = layout(y_true.shape, y_true.shape, ignore_index=1)
    assert kept(1 - y_true, shapes)[0, :, 0].tolist() == [True, False]


def test_void_in_a_binary_mask():
    y_true = np.array([[[1], [255], [0]]])
    y_pred = np.array([[[0.9], [0.9], [0.9]]])
    shapes = layout(y_true.shape, y_pred.shape, ignore_index=255)
    soft, counts, voxels = soft_and_hard(y_true, y_pred, shapes)
    assert soft[0, 0, SOFT["pred_sum"]] == pytest.approx(1.8)
    np.testing.assert_array_equal(counts[0, 0], [1, 1, 2])
    np.testing.assert_array_equal(voxels, [2])


def test_regions_are_further_columns():
    y_true, y_pred = batch(2, 5, 6, 4)
    shapes = layout(y_true.shape, y_pred.shape, regions={"whole": [1, 2, 3], "core": [2]})
    soft, counts, _ = soft_and_hard(y_true, y_pred, shapes)
    merged = np.stack([y_pred[..., 0], y_pred[..., 1:].sum(-1)], -1)
    flat = (y_true > 0).astype(int)
    want_soft, _, _ = soft_and_hard(flat, merged, layout(flat.shape, merged.shape))
    np.testing.assert_allclose(soft[:, 4], want_soft[:, 1], rtol=1e-6)
    np.testing.assert_allclose(soft[:, 5], soft[:, 2])
    drawn, there = y_pred.argmax(-1) > 0, y_true > 0
    want = [(drawn & there).sum((1, 2)), there.sum((1, 2)), drawn.sum((1, 2))]
    np.testing.assert_array_equal(counts[:, 4].T, want)
    np.testing.assert_array_equal(counts[:, 5], counts[:, 2])


def test_regions_of_overlapping_classes_take_the_largest():
    y_true = np.array([[[1, 0], [1, 1], [0, 0]]])
    y_pred = np.array([[[0.9, 0.2], [0.6, 0.7], [0.1, 0.3]]])
    shapes = layout(y_true.shape, y_pred.shape, exclusive=False, regions={"any": [0, 1]})
    soft, counts, _ = soft_and_hard(y_true, y_pred, shapes)
    assert soft[0, 2, SOFT["pred_sum"]] == pytest.approx(0.9 + 0.7 + 0.3)
    assert soft[0, 2, SOFT["true_sum"]] == 2
    np.testing.assert_array_equal(counts[0, 2], [2, 2, 2])


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_activation_comes_first(activation):
    y_true, y_pred = batch(2, 5, 6, 3)
    logits = (10 * y_pred - 5).astype(np.float64)
    if activation == "sigmoid":
        prob = 1 / (1 + np.exp(-logits))
    else:
        prob = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    shapes = layout(y_true.shape, logits.shape, activation=activation, exclusive=True)
    got = soft_and_hard(y_true, logits, shapes)
    want = soft_and_hard(y_true, prob, layout(y_true.shape, prob.shape))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_huge_logits_do_not_overflow():
    y_pred = np.array([[[1e4], [-1e4]]])
    shapes = layout(y_pred.shape, y_pred.shape, activation="sigmoid")
    soft, _, _ = soft_and_hard(np.ones_like(y_pred), y_pred, shapes)
    assert soft[0, 0, SOFT["pred_sum"]] == 1


CASES = {
    "labels": ((2, 16, 24), (2, 16, 24, 4), {}),
    "one-hot": ((2, 16, 24, 4), (2, 16, 24, 4), {}),
    "multi-label": ((2, 16, 24, 4), (2, 16, 24, 4), {"exclusive": False}),
    "binary": ((2, 16, 24), (2, 16, 24, 1), {}),
    "volume": ((2, 6, 7, 8, 1), (2, 6, 7, 8, 3), {}),
    "void": ((2, 16, 24), (2, 16, 24, 4), {"ignore_index": 2}),
    "regions": ((2, 16, 24), (2, 16, 24, 4), {"regions": {"a": (1, 2), "b": (3,)}}),
    "softmax": ((2, 16, 24), (2, 16, 24, 4), {"activation": "softmax"}),
    "sigmoid": ((2, 16, 24, 4), (2, 16, 24, 4), {"activation": "sigmoid"}),
    "prime": ((2, 67), (2, 67, 2), {}),
}


HOWS = [
    *(("eager", case) for case in CASES),
    *(("graph", case) for case in ("labels", "one-hot")),
    *(("xla", case) for case in ("labels", "one-hot", "regions")),
    *(("dynamic", case) for case in ("labels", "one-hot", "binary", "volume")),
]


@pytest.mark.parametrize(("how", "case"), HOWS)
def test_tensors_give_the_sums_of_numpy(how, case):
    tf = pytest.importorskip("tensorflow", reason=WHY_TENSORFLOW)
    true_shape, pred_shape, options = CASES[case]
    rng = np.random.default_rng(3)
    y_pred = rng.random(pred_shape).astype(np.float32)
    top = pred_shape[-1] if layout(true_shape, pred_shape).targets == "labels" else 2
    y_true = rng.integers(0, top, true_shape)
    shapes = layout(true_shape, pred_shape, **options)
    mask = rng.random(pred_shape[:-1]) < 0.9

    def sums(true, pred, valid):
        return soft_and_hard(true, pred, shapes, valid, xp=ops)

    signature = None
    if how == "dynamic":
        signature = [
            tf.TensorSpec(
                [None] * (len(true_shape) - 1) + [true_shape[-1] if shapes.trailing else None],
                tf.int64,
            ),
            tf.TensorSpec([None] * (len(pred_shape) - 1) + [pred_shape[-1]], tf.float32),
            tf.TensorSpec([None] * (len(pred_shape) - 1), tf.bool),
        ]
    if how != "eager":
        sums = tf.function(
            sums, jit_compile=how == "xla", input_signature=signature, autograph=False
        )
    soft, counts, voxels = sums(*map(tf.constant, (y_true, y_pred, mask)))
    want = soft_and_hard(y_true, y_pred, shapes, mask)
    np.testing.assert_allclose(soft, want[0], rtol=1e-6)
    np.testing.assert_array_equal(counts, want[1])
    np.testing.assert_array_equal(voxels, want[2])
    assert counts.dtype.name == "int32"


@NEEDS_KERAS
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_summed_in_more(dtype):
    y_pred = ops.ones((1, 512, 512, 1), dtype)
    y_true = ops.ones((1, 512, 512, 1), dtype)
    shapes = layout((1, 512, 512, 1), (1, 512, 512, 1))
    soft, counts, _ = soft_and_hard(y_true, y_pred, shapes, xp=ops)
    np.testing.assert_array_equal(np.asarray(soft)[0, 0, :3], 512 * 512)
    np.testing.assert_array_equal(np.asarray(counts)[0, 0], 512 * 512)


@XPS
def test_hard_labels(xp):
    y_true, y_pred = batch(2, 5, 6, 3)
    shapes = layout(y_true.shape, y_pred.shape)
    found = np.asarray(hard_labels(y_pred, shapes, xp))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, y_pred.argmax(-1))
    many = np.zeros((1, 2, 300), np.float32)
    many[0, 1, 299] = 1
    found = np.asarray(hard_labels(many, layout((1, 2), many.shape), xp))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, [[0, 299]])
    shapes = layout(y_pred.shape, y_pred.shape, activation="sigmoid", threshold=0.6)
    found = np.asarray(hard_labels(y_pred, shapes, xp))
    np.testing.assert_array_equal(found, 1 / (1 + np.exp(-y_pred.astype(float))) > 0.6)


@XPS
def test_a_voxel_of_nan_has_no_hard_class(xp):
    y_pred = np.array([[[0.2, np.nan], [0.3, 0.7]]])
    shapes = layout((1, 2), y_pred.shape)
    labels = hard_labels(y_pred, shapes, xp)
    np.testing.assert_array_equal(np.asarray(labels), [[2, 1]])
    for known in (None, labels):
        _, counts, _ = soft_and_hard(np.array([[1, 1]]), y_pred, shapes, xp=xp, labels=known)
        np.testing.assert_array_equal(np.asarray(counts)[0].T, [[0, 1], [0, 2], [0, 1]])

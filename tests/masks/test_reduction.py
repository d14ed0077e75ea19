"""Sums over space: precise on large masks, also where XLA would fold a sum of sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensors import WHY, WHY_TENSORFLOW, XPS, ops

from tb_dice.masks.reduction import cast, masked, space_count, space_sum, voxels, wide

keras = pytest.importorskip("keras", reason=WHY)


@pytest.mark.parametrize("value", [0.1, 1 - 1e-4, 1e-7])
@pytest.mark.parametrize("how", ["graph", "xla"])
def test_a_large_constant_mask_keeps_six_digits(value, how):
    """A plain float32 sum is off by 1e-2 (graph) or 2e-3 (XLA) on the first."""
    tf = pytest.importorskip("tensorflow", reason=WHY_TENSORFLOW)
    mask = np.full((1, 1024, 1024, 1), value, np.float32)
    total = tf.function(lambda a: space_sum(a, ops), jit_compile=how == "xla", autograph=False)
    exact = mask.astype(np.float64).sum((1, 2))
    np.testing.assert_allclose(total(mask), exact, rtol=1e-6)


@settings(max_examples=100 if keras.backend.backend() != "jax" else 20, deadline=None)  # compiles
@given(st.lists(st.integers(1, 12), min_size=1, max_size=3), st.integers(1, 3))
def test_any_shape_is_summed_over_space(space, channels):
    rng = np.random.default_rng(0)
    values = rng.random((2, *space, channels)).astype(np.float32)
    axes = tuple(range(1, values.ndim - 1))
    exact = values.astype(np.float64).sum(axes)
    np.testing.assert_allclose(space_sum(values.astype(np.float64), np), exact, rtol=1e-12)
    np.testing.assert_allclose(space_sum(ops.array(values), ops), exact, rtol=1e-6)
    flags = values > 0.5
    np.testing.assert_array_equal(space_count(flags, np), flags.sum(axes))
    np.testing.assert_array_equal(space_count(ops.array(flags), ops), flags.sum(axes))


def test_counts_are_exact_where_float32_is_not():
    flags = ops.ones((1, 2**24 + 1, 1), "bool")
    assert int(space_count(flags, ops)[0, 0]) == 2**24 + 1


@XPS
def test_masked_and_voxels(xp):
    values = xp.array([[[1.0], [np.nan], [3.0]]])
    valid = xp.array([[[True], [False], [True]]])
    np.testing.assert_array_equal(masked(values, valid, xp), [[[1], [0], [3]]])
    assert masked(values, None, xp) is values
    np.testing.assert_array_equal(voxels(values, valid, xp), [2])
    np.testing.assert_array_equal(voxels(values, None, xp), [3])


def test_wide_and_cast():
    def dtype(values):
        return keras.backend.standardize_dtype(values.dtype)

    assert wide(np.ones(2, np.float16), np).dtype == np.float64
    assert dtype(wide(ops.ones(2, "float16"), ops)) == "float32"
    assert dtype(wide(ops.ones(2, "int32"), ops)) == "float32"
    if keras.backend.backend() != "jax":
        assert dtype(wide(ops.ones(2, "float64"), ops)) == "float64"
    assert cast([1, 2], "float32", np).dtype == np.float32
    assert dtype(cast(ops.ones(2), "int32", ops)) == "int32"

"""What torch's namespace has beyond ``keras.ops``, against numpy."""

import numpy as np
import pytest

from tb_dice.masks import layouts, namespaces, sums

torch = pytest.importorskip("torch", reason="torch is not installed; make test-torch runs this")
WORDS = namespaces.of_torch(torch, torch.device("cpu"))
CHANNELS = [2, 4, namespaces.PLANES, namespaces.PLANES + 1, 300]
RNG = np.random.default_rng(0)


def predictions(channels):
    """Values of which many are equal, some NaN, some infinite."""
    values = RNG.integers(0, 3, (2, 7, 5, channels)).astype(np.float32)
    values[0, 0, 0, 0] = values[0, 1, 1, channels - 1] = np.nan
    values[1, 2, 3], values[1, 3, 3, 1] = -np.inf, np.inf
    return values


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_the_largest_channel_is_numpys(channels, dtype):
    values = torch.as_tensor(predictions(channels)).to(getattr(torch, dtype))
    layout = layouts.layout(values.shape, values.shape)
    found = sums.hard_labels(values, layout, WORDS)
    expected = sums.hard_labels(values.to(torch.float64).numpy(), layout)
    np.testing.assert_array_equal(found.numpy(), expected)
    assert (expected == channels).sum() == 2


@pytest.mark.parametrize("channels", CHANNELS)
def test_the_flags_of_labels_are_numpys(channels):
    values = predictions(channels)
    layout = layouts.layout(values.shape, values.shape)
    found = sums.hard_channels(torch.as_tensor(values), layout, WORDS)
    np.testing.assert_array_equal(found.numpy(), sums.hard_channels(values, layout, np))


@pytest.mark.parametrize("dtype", ["float32", "int32", "bool"])
def test_flags_are_cast_as_torch_casts_them(dtype):
    flags = torch.as_tensor(RNG.random((3, 4, 5)) < 0.5).transpose(0, 2)[:, ::2]
    found = WORDS.cast(flags, dtype)
    assert found.dtype == getattr(torch, dtype)
    assert torch.equal(found, flags.to(found.dtype))

"""The network of the demo."""

import keras
import numpy as np
import unet


def test_size_and_output():
    model = unet.build((64, 64, 1), 4)
    assert 120_000 < model.count_params() < 126_000
    x = np.random.default_rng(0).normal(size=(2, 64, 64, 1)).astype("float32")
    y = keras.ops.convert_to_numpy(model(x))
    assert y.shape == (2, 64, 64, 4)
    np.testing.assert_allclose(y.sum(axis=-1), 1, rtol=1e-5)
    assert y.min() >= 0


def test_every_resolution_is_skipped_across():
    model = unet.build((64, 64, 1), 4)
    joins = [layer for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]
    assert [layer.output.shape[1:] for layer in joins] == [(16, 16, 96), (32, 32, 48), (64, 64, 24)]

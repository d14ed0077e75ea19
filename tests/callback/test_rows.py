"""What is packed into a row comes back as it was."""

import keras
import numpy as np
import pytest

from tb_dice.callback import backends, rows
from tb_dice.callback.fingerprint import fingerprints
from tb_dice.masks import layouts

from .conftest import LABELS, ONE_HOT, X, sums

P = np.random.default_rng(2).dirichlet(np.ones(3), LABELS.shape).astype("float32")


@pytest.mark.parametrize("y", [LABELS, ONE_HOT], ids=["labels", "channels"])
def test_round_trip(y: np.ndarray) -> None:
    backend = backends.current()
    layout = layouts.layout(y.shape, P.shape, regions={"both": [1, 2]})
    losses = [lambda a, b: keras.ops.max(b), lambda a, b: keras.ops.mean(b, axis=-1)]
    pack = rows.packer(layout, backend, losses, draw=True)
    x, true, pred = (keras.ops.convert_to_tensor(a) for a in (X, y, P))
    packed, drawn = pack(x, true, pred)
    found = rows.unpack(backend.fetch([packed]), 4)
    expected = list(sums(y, P, regions={"both": [1, 2]}).values())
    np.testing.assert_allclose(found.soft, np.stack(expected[:8], -1), 1e-5, 1e-6)
    np.testing.assert_array_equal(found.counts, np.stack(expected[8:], -1))
    assert found.voxels.tolist() == [16 * 16] * len(X)
    prints = np.ascontiguousarray(backend.fetch([fingerprints(x, backend)])).view(np.uint64)[:, 0]
    np.testing.assert_array_equal(found.fingerprints, prints)
    assert found.losses.shape == (len(X), 2)
    assert set(found.losses[:, 0]) == {P.max()}
    np.testing.assert_array_equal(backend.fetch([drawn]), P.argmax(-1))


def test_extremes() -> None:
    y, p = LABELS.astype("float32"), P.copy()
    y[0, 0, 0], y[1, 0, 0], y[2], y[4, 3, 3] = 7, -2, 255, 1.25
    p[3, 0, 0] = [-4, 9, 0.5]
    layout = layouts.layout(y.shape, p.shape, ignore_index=255)
    found = rows.extremes(
        keras.ops.convert_to_tensor(y), keras.ops.convert_to_tensor(p), layout, None, keras.ops
    )
    low, high, off, lowest, highest, between = (
        keras.ops.convert_to_numpy(column)[:, 0] for column in found
    )
    assert (low[3], high[3], off[3]) == (-4, 9, 4.5)
    assert off[0] < 1e-6
    assert (highest[0], lowest[1]) == (7, -2)
    assert (lowest[2], highest[2]) == (0, 0)
    assert between.tolist() == [0, 0, 0, 0, 0.25, *[0] * (len(X) - 5)]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_targets_that_are_not_finite_show_as_infinite(value: float) -> None:
    y = ONE_HOT.copy()
    y[1, 2, 3, 0] = value
    layout = layouts.layout(y.shape, P.shape)
    found = rows.extremes(
        keras.ops.convert_to_tensor(y), keras.ops.convert_to_tensor(P), layout, None, keras.ops
    )
    highest = keras.ops.convert_to_numpy(found[4])[:, 0]
    assert np.flatnonzero(np.isinf(highest)).tolist() == [1]

"""What is packed into a row comes back as it was."""

import keras
import numpy as np
import pytest

from tb_dice.callback import backends, rows
from tb_dice.callback.fingerprint import fingerprints
from tb_dice.masks import layouts
from tb_dice.masks.device import fetch

from .conftest import LABELS, ONE_HOT, X, sums

P = np.random.default_rng(2).dirichlet(np.ones(3), LABELS.shape).astype("float32")


@pytest.mark.parametrize("y", [LABELS, ONE_HOT], ids=["labels", "channels"])
def test_round_trip(y: np.ndarray) -> None:
    backend = backends.current()
    layout = layouts.layout(y.shape, P.shape, regions={"both": [1, 2]})
    losses = (lambda a, b: keras.ops.max(b), lambda a, b: keras.ops.mean(b, axis=-1))
    pack = rows.packer(layout, backend, losses, draw=True)
    x, true, pred = (keras.ops.convert_to_tensor(a) for a in (X, y, P))
    packed, drawn = pack(x, true, pred)
    found = rows.unpack(fetch("rows", [packed]), 4)
    expected = list(sums(y, P, regions={"both": [1, 2]}).values())
    np.testing.assert_allclose(found.soft, np.stack(expected[:8], -1), 1e-5, 1e-6)
    np.testing.assert_array_equal(found.counts, np.stack(expected[8:], -1))
    assert found.voxels.tolist() == [16 * 16] * len(X)
    prints = np.ascontiguousarray(fetch("rows", [fingerprints(x, backend)])).view(np.uint64)[:, 0]
    np.testing.assert_array_equal(found.fingerprints, prints)
    assert found.losses.shape == (len(X), 2)
    assert set(found.losses[:, 0]) == {P.max()}
    np.testing.assert_array_equal(fetch("rows", [drawn]), P.argmax(-1))

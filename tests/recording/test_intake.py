from types import SimpleNamespace

import numpy as np
import pytest
from serving import python
from tensors import WHY_TENSORFLOW

from tb_dice.log.images import IGNORED
from tb_dice.masks import sums
from tb_dice.masks.device import host, pick
from tb_dice.recording.intake import read_batch

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, (2, 4, 5))
ONE_HOT = np.eye(3)[LABELS]
SOFTMAX = RNG.dirichlet([1, 1, 1], (2, 4, 5)).astype(np.float32)
OVERLAPPING = RNG.random((2, 4, 5, 3))


def read(y_true, y_pred, mask=None, before=None, **reading):
    plain = {"activation": "none", "threshold": 0.5, "ignore_index": None, "regions": {}}
    return read_batch(y_true, y_pred, mask, SimpleNamespace(**(plain | reading)), before)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "exclusive"),
    [
        (LABELS, SOFTMAX, True),
        (LABELS[..., None], SOFTMAX, True),
        (ONE_HOT, SOFTMAX, True),
        (ONE_HOT, OVERLAPPING, True),  # one-hot targets, predictions that are no probabilities
        (OVERLAPPING.round(), SOFTMAX, True),
        (OVERLAPPING.round(), OVERLAPPING, False),
        (np.zeros((2, 4, 5, 3)), OVERLAPPING, False),
        (LABELS[..., None] > 0, SOFTMAX[..., :1], False),
    ],
)
def test_classes_exclude_each_other_when_targets_or_predictions_say_so(y_true, y_pred, exclusive):
    assert read(y_true, y_pred).layout.exclusive is exclusive


def test_an_activation_that_is_given_decides():
    assert read(ONE_HOT, OVERLAPPING, activation="sigmoid").layout.exclusive is False
    assert read(OVERLAPPING.round(), OVERLAPPING, activation="softmax").layout.exclusive is True


def test_later_batches_are_read_as_the_first():
    first = read(OVERLAPPING.round(), OVERLAPPING).layout
    assert read(ONE_HOT, SOFTMAX, before=first).layout.exclusive is False
    with pytest.raises(ValueError, match=r"`y_pred` to have 3 channels, .*Received: 2"):
        read(ONE_HOT[..., :2], SOFTMAX[..., :2], before=first)


def test_the_reading_is_in_the_layout():
    layout = read(LABELS, SOFTMAX, threshold=0.25, ignore_index=2, regions={"r": (1, 2)}).layout
    assert (layout.threshold, layout.ignore_index) == (0.25, 2)
    assert layout.regions == (("r", (1, 2)),)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        (LABELS, SOFTMAX[:, :3], "shape"),
        (LABELS[:1], SOFTMAX, r"[Rr]eceived"),
        (LABELS + 1, SOFTMAX, "labels"),
        (LABELS - 1, SOFTMAX, "labels"),
        (ONE_HOT * 2, SOFTMAX, r"targets in \[0, 1\]"),
        (np.where(ONE_HOT > 0, np.nan, 0), SOFTMAX, "finite targets"),
        (np.where(ONE_HOT > 0, np.inf, 0), SOFTMAX, "finite targets"),
        (LABELS.astype(str), SOFTMAX, r"`y_true` to be an array of numbers"),
        (LABELS, None, r"`y_pred` to be an array of numbers"),
        ([[1], [1, 2]], SOFTMAX, r"`y_true` to be an array"),
        (LABELS[0, 0], SOFTMAX[0, 0], r"\[N, \*spatial, C\]"),
    ],
)
def test_what_does_not_belong_together_is_an_error(y_true, y_pred, message):
    with pytest.raises((TypeError, ValueError), match=message):
        read(y_true, y_pred)


def test_labels_for_predictions_are_told():
    labels = RNG.integers(0, 3, (2, 32, 48))
    with pytest.raises(ValueError, match=r"targets in \[0, 1\].*scores or one-hot, not labels"):
        read(labels, labels)
    odd = read(labels > 1, (labels > 1).astype(int)).oddities
    assert "one spatial axis of 32 voxels and 48 classes. Predictions must be scores" in odd[0]


def test_what_is_masked_may_be_anything():
    valid = np.ones((2, 4, 5), bool)
    valid[0, 0, 0] = False
    labels = LABELS.copy()
    labels[0, 0, 0] = 99
    with pytest.raises(ValueError, match="labels"):
        read(labels, SOFTMAX)
    for mask in (valid, valid[..., None], valid.astype(np.float32)):
        batch = read(labels, SOFTMAX, mask)
        np.testing.assert_array_equal(batch.mask, valid)
    with pytest.raises(ValueError, match=r"`mask` to have shape \[2, 4, 5\]"):
        read(labels, SOFTMAX, valid[:1])


def test_maps_of_classes_that_exclude_each_other():
    mask = np.ones((2, 4, 5), bool)
    mask[1, 0, 0] = False
    for y_true in (LABELS, LABELS[..., None], ONE_HOT):
        target, prediction, seen = read(y_true, SOFTMAX, mask).maps([0, 1])[1]
        np.testing.assert_array_equal(target[1:], LABELS[1, 1:])
        np.testing.assert_array_equal(prediction[1:], SOFTMAX[1, 1:].argmax(-1))
        assert target[0, 0] == prediction[0, 0] == IGNORED
        np.testing.assert_array_equal(seen, np.where(mask[1][..., None], SOFTMAX[1], 0))
    target, prediction, _ = read(LABELS, SOFTMAX, ignore_index=2).maps([0])[0]
    void = LABELS[0] == 2
    assert (target[void] == IGNORED).all()
    assert (prediction[void] == IGNORED).all()
    assert (target[~void] == LABELS[0][~void]).all()


def test_maps_of_overlapping_classes():
    mask = np.ones((2, 4, 5), bool)
    mask[0, 1] = False
    batch = read(OVERLAPPING.round(), OVERLAPPING, mask, threshold=0.7)
    target, prediction, seen = batch.maps([0])[0]
    assert target.dtype == prediction.dtype == bool
    np.testing.assert_array_equal(target, (OVERLAPPING[0] > 0.5) & mask[0][..., None])
    np.testing.assert_array_equal(prediction, (OVERLAPPING[0] > 0.7) & mask[0][..., None])
    np.testing.assert_array_equal(seen, OVERLAPPING[0] * mask[0][..., None])


def test_maps_of_logits():
    logits = RNG.normal(size=(1, 4, 5, 1))
    _, prediction, seen = read(logits[..., 0] > 0, logits, activation="sigmoid").maps([0])[0]
    np.testing.assert_array_equal(prediction, logits[0] > 0)
    np.testing.assert_allclose(seen, 1 / (1 + np.exp(-logits[0])))


class Torch:
    """What a torch tensor on another device looks like."""

    def __init__(self, array, dtype="torch.float32", state=()):
        self._array, self.dtype, self._state = array, dtype, state

    def _with(self, step):
        return Torch(self._array, self.dtype, (*self._state, step))

    def detach(self):
        return self._with("detach")

    def cpu(self):
        return self._with("cpu")

    def float(self):
        return Torch(self._array, "torch.float32", self._state)

    def __array__(self, dtype=None, copy=None):
        if self._state != ("detach", "cpu"):
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        if self.dtype == "torch.bfloat16":
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self._array


class CuPy:
    __cuda_array_interface__ = {}  # noqa: RUF012

    def get(self):
        return np.ones(3)


class Capsule:
    """Nothing but DLPack."""

    def __dlpack__(self, **options):
        return np.ones(3).__dlpack__(**options)

    def __dlpack_device__(self):
        return np.ones(3).__dlpack_device__()


@pytest.mark.parametrize(
    "value",
    [Torch(np.ones(3)), Torch(np.ones(3), "torch.bfloat16"), CuPy(), Capsule(), [1.0, 1.0, 1.0]],
)
def test_arrays_of_any_framework_come_to_the_host(value):
    np.testing.assert_array_equal(host("x", value), np.ones(3))


def test_bfloat16_becomes_float32():
    dtypes = pytest.importorskip("ml_dtypes", reason="ml_dtypes comes with TensorFlow and JAX")
    array = host("x", np.ones(3, dtypes.bfloat16))
    assert array.dtype == np.float32


def test_tensorflow_tensors():
    code = """
import numpy as np, tensorflow as tf
from tb_dice.masks.device import host
for dtype in (tf.float32, tf.bfloat16, tf.float16, tf.int64, tf.bool):
    assert (host("x", tf.ones([2, 3], dtype)) == np.ones((2, 3))).all(), dtype
try:
    tf.function(lambda x: host("x", x))(tf.ones([3]))
except TypeError as error:
    assert "`x` to be an array" in str(error), error
else:
    raise AssertionError("a symbolic tensor is no array")
"""
    pytest.importorskip("tensorflow", reason=WHY_TENSORFLOW)
    python("-c", code)


def test_a_batch_is_measured():
    batch = read(LABELS, SOFTMAX)
    soft, counts, voxels, _ = sums.soft_and_hard(LABELS, SOFTMAX, None, batch.layout)
    np.testing.assert_array_equal(batch.soft, soft)
    np.testing.assert_array_equal(batch.counts, counts)
    assert batch.voxels.tolist() == voxels.tolist() == [20, 20]
    assert (len(batch), batch.oddities, batch.maps([])) == (2, [], [])


def test_only_a_few_rows_are_moved():
    assert pick("x", LABELS, [1]).tolist() == [LABELS[1].tolist()]
    assert pick("x", LABELS.tolist(), [1, 0]).tolist() == LABELS[::-1].tolist()

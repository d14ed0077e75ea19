"""What is asked of a backend."""

import keras
import numpy as np
import pytest

from tb_dice.callback import backends


def test_a_backend_without_an_adapter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "openvino")
    with pytest.raises(RuntimeError, match=r"JAX or torch. Received: backend 'openvino'"):
        backends.current()


@pytest.mark.parametrize("dtype", ["int32", "float32", "bfloat16", "bool"])
def test_fetch_joins_and_pick_takes_rows(dtype: str) -> None:
    backend = backends.current()
    values = np.arange(24).reshape(6, 2, 2)
    values = values % 3 == 0 if dtype == "bool" else values
    first, second = (keras.ops.convert_to_tensor(p, dtype=dtype) for p in (values[:4], values[4:]))
    np.testing.assert_array_equal(backend.fetch([first, second]), values)
    np.testing.assert_array_equal(backend.fetch([second]), values[4:])
    for rows in ([0], [3, 1, 2], [2, 2]):
        np.testing.assert_array_equal(backend.pick(first, rows), values[rows])


def test_the_number_in_a_variable() -> None:
    assert backends.current().whole(keras.Variable(7, dtype="int32", trainable=False)) == 7


def test_words_are_bits() -> None:
    backend = backends.current()
    values = np.array([[[1.5, -2.0]], [[0.0, np.nan]]], "float32")
    found = backend.fetch([backend.words(keras.ops.convert_to_tensor(values))])
    np.testing.assert_array_equal(found, values.reshape(2, 2).view(np.int32))
    small = np.array([[1, 255], [0, 3]], "uint8")
    found = backend.fetch([backend.words(keras.ops.convert_to_tensor(small))])
    np.testing.assert_array_equal(found, small.astype("int32"))


def test_hashing_folds_the_high_bits_into_the_low_ones() -> None:
    backend = backends.current()
    words = np.array([[0x12340000, 0x7FFF0001, -65536]], "int32")
    found = backend.fetch([backend.hashed(keras.ops.convert_to_tensor(words))])
    np.testing.assert_array_equal(found, words ^ (words >> 16))

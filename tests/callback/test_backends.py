"""What is asked of a backend."""

import keras
import numpy as np
import pytest

from tb_dice.callback import backends
from tb_dice.masks.device import fetch


def test_a_backend_without_an_adapter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "openvino")
    with pytest.raises(RuntimeError, match=r"JAX or torch. Received: backend 'openvino'"):
        backends.current()


def test_the_number_in_a_variable() -> None:
    assert backends.current().whole(keras.Variable(7, dtype="int32", trainable=False)) == 7


def test_words_are_bits() -> None:
    backend = backends.current()
    values = np.array([[[1.5, -2.0]], [[0.0, np.nan]]], "float32")
    found = fetch("rows", [backend.words(keras.ops.convert_to_tensor(values))])
    np.testing.assert_array_equal(found, values.reshape(2, 2).view(np.int32))
    small = np.array([[1, 255], [0, 3]], "uint8")
    found = fetch("rows", [backend.words(keras.ops.convert_to_tensor(small))])
    np.testing.assert_array_equal(found, small.astype("int32"))


def test_hashing_folds_the_high_bits_into_the_low_ones() -> None:
    backend = backends.current()
    words = np.array([[0x12340000, 0x7FFF0001, -65536]], "int32")
    found = fetch("rows", [backend.hashed(keras.ops.convert_to_tensor(words))])
    np.testing.assert_array_equal(found, words ^ (words >> 16))

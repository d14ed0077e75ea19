"""Numpy and, where Keras is installed, the tensors of its backend."""

import importlib.util

import numpy as np
import pytest

WHY = "Keras is not installed; `make test-tensorflow` runs this"
WHY_TENSORFLOW = "TensorFlow is not installed; `make test-tensorflow` runs this"
KERAS = importlib.util.find_spec("keras")
NEEDS_KERAS = pytest.mark.skipif(KERAS is None, reason=WHY)
ops = importlib.import_module("keras.ops") if KERAS else None
as_numpy = ops.convert_to_numpy if KERAS else np.asarray
XPS = pytest.mark.parametrize(
    "xp", [np, pytest.param(ops, marks=NEEDS_KERAS)], ids=["numpy", "tensors"]
)

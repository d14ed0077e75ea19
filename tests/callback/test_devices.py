"""Several devices: each in a process of its own, since devices are made at the start."""

import os
from pathlib import Path

import keras
import pytest
from serving import python

BEGIN = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
"""

TENSORFLOW = """
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras

scope = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope
"""

JAX = """
from contextlib import nullcontext as scope
import jax, keras

assert len(jax.devices()) == 2
keras.distribution.set_distribution(keras.distribution.DataParallel())
"""

TRAINING = """
import tb_dice

x = np.random.default_rng(0).normal(size=(12, 8, 8, 1)).astype("float32")
y = np.eye(2, dtype="float32")[(x[..., 0] > 0).astype(int)]

def trained(*callbacks):
    with scope():
        keras.utils.set_random_seed(0)
        inputs = keras.Input((8, 8, 1))
        model = keras.Model(inputs, keras.layers.Conv2D(2, 1, activation="softmax")(inputs))
        model.compile("sgd", "binary_crossentropy")
    options = {"batch_size": 4, "validation_data": (x, y), "verbose": 0, "shuffle": False}
    return model, model.fit(x, y, callbacks=list(callbacks), epochs=2, **options).history

bare, expected = trained()
model, history = trained(tb_dice.DiceDiagnostics(sys.argv[1]))
assert history == expected, (history, expected)
for ours, theirs in zip(model.get_weights(), bare.get_weights()):
    np.testing.assert_array_equal(ours, theirs)
record = tb_dice.read(sys.argv[1])["dice"][-1]
p = model.predict(x, batch_size=4, verbose=0)
np.testing.assert_allclose(record.sums["pred_sum"], p.sum((1, 2)), 1e-5)
np.testing.assert_allclose(record.sums["intersection"], (p * y).sum((1, 2)), 1e-5)
np.testing.assert_array_equal(record.sums["hard_true_sum"], y.sum((1, 2)))
hard = p.argmax(-1)[..., None] == np.arange(2)
np.testing.assert_array_equal(record.sums["hard_intersection"], (hard * y).sum((1, 2)))
assert record.batch.tolist() == [i // 4 for i in range(12)], record.batch
"""

DEVICES = {"tensorflow": TENSORFLOW, "jax": JAX}


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras on torch takes one device")
def test_two_devices_give_every_row_in_order(tmp_path: Path) -> None:
    script = BEGIN + DEVICES[keras.backend.backend()] + TRAINING
    flags = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    python("-W", "error:DiceDiagnostics:UserWarning", "-c", script, str(tmp_path), env=flags)

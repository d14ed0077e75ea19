"""What DiceDiagnostics adds to a validation pass in process CPU time, and the usual predict.

One training validates the same U-Net on the same samples in turn without a callback, with ours and
with the usual ``predict``, so whatever else the machine does affects all alike; each is compared
with the bare pass next to it. The first passes, which trace and compile, are shown separately.

    python benchmarks/bench_validation.py [--base 16 8] [--passes 9]    (KERAS_BACKEND chooses)
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

from tb_dice import DiceDiagnostics

SIDE, CLASSES, BATCH, SAMPLES = 128, 4, 8, 64
TARGETS = {16: 1.10, 8: 1.15}  # base of the net to CPU time with the default settings over bare


class PredictEachEpoch(keras.callbacks.Callback):
    """What people write today: a second forward pass, and the Dice of it."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        super().__init__()
        self.x, self.y = x, y

    def on_test_end(self, logs: object = None) -> None:
        """Predicts the validation set again."""
        p = self.model.predict(self.x, batch_size=BATCH, verbose=0)
        axes = (1, 2)
        dice = 2 * (p * self.y).sum(axes) / (p.sum(axes) + self.y.sum(axes) + 1e-6)
        assert np.isfinite(dice.mean(0)).all()


class InTurn(keras.callbacks.Callback):
    """Hands each validation pass to another callback, and times the passes."""

    def __init__(self, callbacks: dict[str, keras.callbacks.Callback]) -> None:
        super().__init__()
        self.callbacks = callbacks
        self.cpu: dict[str, list[float]] = {name: [] for name in callbacks}
        self.wall: dict[str, list[float]] = {name: [] for name in callbacks}

    def set_model(self, model: keras.Model) -> None:
        """Hands the model to all."""
        super().set_model(model)
        for callback in self.callbacks.values():
            callback.set_model(model)

    def on_train_begin(self, logs: object = None) -> None:
        """Begins all."""
        for callback in self.callbacks.values():
            callback.on_train_begin(logs)

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Says whose turn it is."""
        self.turn = list(self.callbacks)[epoch % len(self.callbacks)]
        for callback in self.callbacks.values():
            callback.on_epoch_begin(epoch, logs)

    def on_test_begin(self, logs: object = None) -> None:
        """Starts the clocks."""
        self.begun = time.process_time(), time.perf_counter()
        self.callbacks[self.turn].on_test_begin(logs)

    def on_test_batch_begin(self, batch: int, logs: object = None) -> None:
        """Hands on."""
        self.callbacks[self.turn].on_test_batch_begin(batch, logs)

    def on_test_end(self, logs: object = None) -> None:
        """Stops the clocks."""
        self.callbacks[self.turn].on_test_end(logs)
        self.cpu[self.turn].append(time.process_time() - self.begun[0])
        self.wall[self.turn].append(time.perf_counter() - self.begun[1])

    def on_train_end(self, logs: object = None) -> None:
        """Ends all."""
        for callback in self.callbacks.values():
            callback.on_train_end(logs)


def unet(base: int) -> keras.Model:
    """Returns a U-Net of three levels."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((SIDE, SIDE, 1))
    x, skips = inputs, []
    for level in range(3):
        x = _block(x, base * 2**level)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = _block(x, base * 8)
    for level in (2, 1, 0):
        x = layers.Concatenate()([layers.UpSampling2D()(x), skips[level]])
        x = _block(x, base * 2**level)
    model = keras.Model(inputs, layers.Conv2D(CLASSES, 1, activation="softmax")(x))
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model


def data() -> tuple[np.ndarray, np.ndarray]:
    """Returns noise and one-hot disks."""
    rng = np.random.default_rng(0)
    place = np.indices((SIDE, SIDE))
    labels = np.zeros((SAMPLES, SIDE, SIDE), int)
    for sample in range(SAMPLES):
        for label in range(1, CLASSES):
            centre, radius = rng.uniform(20, 108, 2), rng.uniform(4, 24)
            labels[sample][np.hypot(*(place - centre[:, None, None])) < radius] = label
    x = rng.normal(labels[..., None], 0.5).astype("float32")
    return x, np.eye(CLASSES, dtype="float32")[labels]


def measure(base: int, passes: int) -> bool:
    """Prints the table of one size of net; returns whether its target holds."""
    x, y = data()
    model = unet(base)
    with tempfile.TemporaryDirectory() as folder:
        timed = InTurn(
            {
                "bare": keras.callbacks.Callback(),
                "DiceDiagnostics()": DiceDiagnostics(folder + "/a"),
                "DiceDiagnostics(images=0)": DiceDiagnostics(folder + "/b", images=0),
                "predict in a callback": PredictEachEpoch(x, y),
            }
        )
        model.fit(
            x[:BATCH],
            y[:BATCH],
            batch_size=BATCH,
            epochs=len(timed.callbacks) * (passes + 1),
            validation_data=(x, y),
            verbose=0,
            callbacks=[timed],
        )
    print(f"\nU-Net base {base}, {SIDE} x {SIDE} x {CLASSES} classes, {SAMPLES} samples by {BATCH}")
    print(f"{'':27s} {'CPU':>8s} {'ratio':>7s} {'wall':>8s} {'ratio':>7s} {'first pass':>11s}")
    for name in timed.callbacks:
        cpu, wall = timed.cpu[name], timed.wall[name]
        print(
            f"{name:27s} {statistics.median(cpu[1:]):7.3f}s {_paired(cpu, timed.cpu['bare']):7.3f}"
            f" {statistics.median(wall[1:]):7.3f}s {_paired(wall, timed.wall['bare']):7.3f}"
            f" {wall[0]:10.2f}s"
        )
    ratio = _paired(timed.cpu["DiceDiagnostics()"], timed.cpu["bare"])
    target = TARGETS.get(base)
    if target is None:
        return True
    held = ratio <= target
    print(f"target: at most {target:.2f} times the CPU time: {'held' if held else 'MISSED'}")
    return held


def _paired(times: list[float], bare: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(times[1:], bare[1:], strict=True))


def _block(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x


def main() -> int:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=int, nargs="+", default=[16, 8])
    parser.add_argument("--passes", type=int, default=9)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)  # torch's
    print(f"Keras {keras.__version__} on {keras.backend.backend()}, {os.cpu_count()} cores")
    held = [measure(base, arguments.passes) for base in arguments.base]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())

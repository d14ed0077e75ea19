"""Whether DiceDiagnostics makes the host wait for the device: transfers, waits and wall time.

The same net validates on few and on many batches, without a callback and with ours. What the host
waits for is counted where it can happen, in the adapter of the backend, and on torch and CUDA by
torch itself (``torch.cuda.set_sync_debug_mode``). With ``images=0`` there is one transfer a pass,
whatever the number of batches. Without a GPU it says so, and runs on the CPU.

    KERAS_BACKEND=torch python benchmarks/bench_gpu.py [--side 256] [--batches 16 64] [--passes 5]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

from tb_dice import DiceDiagnostics
from tb_dice.callback import backends

CLASSES, BATCH = 4, 8
OPTIONS: dict[str, dict[str, Any] | None] = {
    "bare": None,
    "DiceDiagnostics(images=0)": {"images": 0},
    "DiceDiagnostics()": {},
}


@dataclass
class Pass:
    """What one validation pass cost.

    Attributes:
        wall: Seconds.
        transfers: How often something was moved to the host for the callback.
        blocked: Seconds that the host stood still for it.
        syncs: Synchronising operations as torch counts them; None elsewhere.
    """

    wall: float
    transfers: int
    blocked: float
    syncs: int | None


def gpu() -> str | None:
    """Returns the name of the GPU that Keras runs on, None where there is none."""
    backend = keras.backend.backend()
    if backend == "torch":
        import torch

        return torch.cuda.get_device_name() if torch.cuda.is_available() else None
    if backend == "jax":
        import jax

        first = jax.devices()[0]
        return None if first.platform == "cpu" else str(first.device_kind)
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    details = tf.config.experimental.get_device_details(found[0]) if found else {}
    return str(details.get("device_name", "a GPU")) if found else None


@contextmanager
def watched() -> Iterator[list[float]]:
    """Collects how long each move to the host takes."""
    backend, waits = backends.current(), list[float]()
    before = {name: getattr(backend, name) for name in ("fetch", "pick", "whole")}

    def timed(move: Callable[..., Any]) -> Callable[..., Any]:
        def moved(*arguments: Any) -> Any:
            begun = time.perf_counter()
            found = move(*arguments)
            waits.append(time.perf_counter() - begun)
            return found

        return moved

    for name in ("fetch", "pick"):
        setattr(backend, name, timed(before[name]))
    try:
        yield waits
    finally:
        for name, move in before.items():
            setattr(backend, name, move)


@contextmanager
def torch_syncs(on: bool) -> Iterator[Callable[[], int | None]]:
    """Counts what torch says to make the host wait for CUDA."""
    if not on:
        yield lambda: None
        return
    import torch

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield lambda: sum("synchronizing" in str(warning.message) for warning in said)
        finally:
            torch.cuda.set_sync_debug_mode("default")


def net(side: int) -> keras.Model:
    """Returns a small net of convolutions."""
    keras.utils.set_random_seed(1)
    x = inputs = keras.Input((side, side, 1))
    for _ in range(3):
        x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    model = keras.Model(inputs, layers.Conv2D(CLASSES, 1, activation="softmax")(x))
    model.compile("sgd", "categorical_crossentropy")
    return model


def validate(model: keras.Model, data: Any, callbacks: list[Any], syncs: bool) -> Pass:
    """Runs one pass."""
    with watched() as waits, torch_syncs(syncs) as counted:
        begun = time.perf_counter()
        model.evaluate(*data, batch_size=BATCH, verbose=0, callbacks=callbacks)
        wall = time.perf_counter() - begun
        found = counted()
    return Pass(wall, len(waits), sum(waits), found)


def measure(side: int, sizes: list[int], passes: int, syncs: bool) -> dict[str, list[Pass]]:
    """Prints a table; returns the last pass of each option and number of batches."""
    model, last = net(side), dict[str, list[Pass]]()
    rng = np.random.default_rng(0)
    print(f"{'':27s} {'batches':>8s} {'wall':>9s} {'transfers':>10s} {'waited':>9s} {'syncs':>6s}")
    for count in sizes:
        labels = rng.integers(0, CLASSES, (count * BATCH, side, side))
        x = rng.normal(labels[..., None], 0.5).astype("float32")
        data = x, np.eye(CLASSES, dtype="float32")[labels]
        for name, options in OPTIONS.items():
            with tempfile.TemporaryDirectory() as folder:
                ours = [] if options is None else [DiceDiagnostics(folder, **options)]
                runs = [validate(model, data, ours, syncs) for _ in range(passes + 1)]
            wall = statistics.median(each.wall for each in runs[1:])
            blocked = statistics.median(each.blocked for each in runs[1:])
            shown = "-" if runs[-1].syncs is None else str(runs[-1].syncs)
            print(
                f"{name:27s} {count:8d} {wall:8.3f}s {runs[-1].transfers:10d} {blocked:8.3f}s"
                f" {shown:>6s}"
            )
            last.setdefault(name, []).append(runs[-1])
    return last


def held(last: dict[str, list[Pass]]) -> bool:
    """Whether neither transfers nor waits of a pass without pictures grow with its batches."""
    ours, bare = last["DiceDiagnostics(images=0)"], last["bare"]
    print(f"transfers a pass with images=0: {', '.join(str(each.transfers) for each in ours)}")
    fits = all(each.transfers == ours[0].transfers for each in ours)
    if ours[0].syncs is not None:
        more = [a.syncs - b.syncs for a, b in zip(ours, bare, strict=True)]
        print(f"waits beyond the bare pass, as torch counts them: {', '.join(map(str, more))}")
        fits = fits and max(more) == min(more)
    print(f"no wait for the device a batch: {'held' if fits else 'MISSED'}")
    return fits


def main() -> int:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=None)
    parser.add_argument("--batches", type=int, nargs="+", default=[4, 16])
    parser.add_argument("--passes", type=int, default=3)
    arguments = parser.parse_args()
    device, backend = gpu(), keras.backend.backend()
    where = device or "the CPU: no GPU was found, so this measures no GPU"
    print(f"Keras {keras.__version__} on {backend}, on {where}")
    side = arguments.side or (64 if device is None else 256)
    on_cuda = backend == "torch" and device is not None
    return 0 if held(measure(side, arguments.batches, arguments.passes, on_cuda)) else 1


if __name__ == "__main__":
    sys.exit(main())

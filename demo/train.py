"""Trains a U-Net on real images with several Dice losses, for the Dice tab to compare.

``python demo/train.py`` trains on fluorescence nuclei with three losses (about five minutes on two
cores), prints the results of each loss for each class, and the command that opens TensorBoard.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
try:
    import keras
except ImportError as error:
    sys.exit(f"The demo trains with Keras and TensorFlow ({error}). Run: pip install -e '.[demo]'")

import data
import numpy as np
import report
import unet

from tb_dice import DiceDiagnostics, variants
from tb_dice.losses import DiceCoef, DiceCrossEntropy, DiceLoss, SoftDice

BATCH = 16
RATES = 1.5e-2, 1e-5
"""The first and the last learning rate; it falls with the third power of the steps left.

Where the softmax is sure, the flattened loss has almost no gradient, so a class that is lost early
is rarely found again. With a high rate at first, that depends less on chance.
"""
LOSSES: dict[str, Callable[[], keras.losses.Loss]] = {
    "dice_ce": lambda: DiceCrossEntropy(smooth=1),
    "dice_1e-6": lambda: SoftDice(smooth=1e-6),
    "flat_smooth100": lambda: DiceCoef(smooth=100),
}
"""The losses of a run without ``--loss``, by the name of the run."""


class Progress(keras.callbacks.Callback):
    """Prints how far the training is: one line that is rewritten, or a few lines in a log."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run
        self._start = 0.0

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Starts the clock."""
        self._start = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Prints the losses and the time spent."""
        done, epochs, logs = epoch + 1, self.params["epochs"], logs or {}
        live = sys.stdout.isatty()
        if not live and done % 10 and done != epochs:
            return
        losses = "  ".join(f"{name} {logs[name]:.3f}" for name in ("loss", "val_loss"))
        line = f"  {self._run}  epoch {done}/{epochs}  {losses}"
        line += f"  {time.monotonic() - self._start:.0f} s"
        print(f"\r{line}   " if live else line, end="" if live else "\n", flush=True)

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Leaves the rewritten line."""
        if sys.stdout.isatty():
            print()


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, reports, and says how to open the tab."""
    options = _options(arguments)
    try:
        dataset = data.load(options.data)
    except data.MissingPackageError as error:
        sys.exit(f"{error}\n(--data shapes needs no images.)")
    try:
        options.log_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"Expected a --log-dir that can be written. Received: {error}")
    suffix = _free_suffix(options.log_dir, options.loss)
    if suffix:
        print(f"{options.log_dir} holds earlier runs; they stay, and these end in {suffix}.")
    runs = {}
    for name in options.loss:
        runs[name + suffix] = train(name, name + suffix, dataset, options)
    print("\n" + report.table(options.log_dir, list(runs)))
    figure = report.figure(options.log_dir, runs, dataset, f"summary{suffix}.png")
    print(f"\nCurves and worst images: {figure}")
    print(f"The Dice tab:  {_tensorboard()} --logdir {options.log_dir}")
    print("               then open http://localhost:6006/#dice")


def train(loss: str, run: str, dataset: data.Dataset, options: argparse.Namespace) -> np.ndarray:
    """Trains one U-Net and logs it to the run's directory.

    Returns:
        The classes it predicts for the validation images in the end, ``[N, TILE, TILE]``.
    """
    keras.utils.set_random_seed(options.seed)
    model = unet.build(dataset.images.shape[1:], len(dataset.class_names))
    steps = max(1, options.crops // BATCH)
    rate = keras.optimizers.schedules.PolynomialDecay(
        RATES[0], steps * options.epochs, end_learning_rate=RATES[1], power=3
    )
    model.compile(keras.optimizers.Adam(rate), loss=_loss(loss), jit_compile=False)
    crops = data.batches(dataset, BATCH, np.random.default_rng(options.seed))
    log_dir = options.log_dir / run
    model.fit(
        crops,
        steps_per_epoch=steps,
        epochs=options.epochs,
        shuffle=False,
        validation_data=(dataset.images, dataset.labels),
        validation_batch_size=BATCH,
        verbose=0,
        callbacks=[
            keras.callbacks.TensorBoard(log_dir, write_graph=False),
            DiceDiagnostics(
                log_dir,
                images=16,
                class_names=dataset.class_names,
                sample_ids=dataset.sample_ids,
            ),
            Progress(run),
        ],
    )
    return np.argmax(model.predict(dataset.images, verbose=0), axis=-1)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--data", choices=data.DATASETS, default="nuclei", help="default: nuclei")
    parser.add_argument(
        "--loss",
        nargs="+",
        metavar="NAME",
        type=_known_loss,
        default=list(LOSSES),
        help=f"one run each; {', '.join(LOSSES)} (the default: all three), or a loss of"
        " tb_dice.variants()",
    )
    parser.add_argument("--epochs", type=_positive, default=50, help="default: 50")
    parser.add_argument("--crops", type=_positive, default=192, help="per epoch; default: 192")
    parser.add_argument("--log-dir", type=Path, default=Path("logs/demo"), metavar="DIR")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same run; default: 0")
    options = parser.parse_args(arguments)
    options.loss = list(dict.fromkeys(options.loss))
    return options


def _known_loss(name: str) -> str:
    try:
        _loss(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return name


def _loss(name: str) -> keras.losses.Loss:
    if name in LOSSES:
        return LOSSES[name]()
    if name in variants():
        return DiceLoss(name)
    raise ValueError(
        f"Expected one of {', '.join(LOSSES)}, or a loss of tb_dice.variants(). Received: {name}"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"Expected a number of at least 1. Received: {text}")
    return int(text)


def _free_suffix(log_dir: Path, names: Sequence[str]) -> str:
    """What to add to the names to keep earlier runs as they are: nothing, -2, -3, ..."""
    suffixes = ("" if n == 1 else f"-{n}" for n in range(1, sys.maxsize))
    return next(s for s in suffixes if not any((log_dir / (name + s)).exists() for name in names))


def _tensorboard() -> str:
    """The command, or if that is not on the path, the one in the folder of this Python."""
    beside = Path(sys.executable).with_name("tensorboard")
    return "tensorboard" if shutil.which("tensorboard") or not beside.exists() else str(beside)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped. The log holds what was trained so far.")

"""One table of odd inputs: every way in gives the same verdict, in the same words."""

import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

import tb_dice
from tb_dice import DiceDiagnostics, DiceRecorder, losses, metrics
from tb_dice.callback import meter

RNG = np.random.default_rng(0)
N, S, C = 4, (20, 24), 3
LABELS = RNG.integers(0, C, (N, *S))
ONE_HOT = np.eye(C, dtype=np.float32)[LABELS]
SOFTMAX = RNG.dirichlet(np.ones(C), (N, *S)).astype(np.float32)
MASKS = (RNG.random((N, *S, 1)) > 0.5).astype(np.float32)
BINARY = RNG.random((N, *S, 1)).astype(np.float32)
MASK = RNG.random((N, *S)) > 0.3
FLAT = RNG.random((N, 32, 48)).astype(np.float32)
FIRST = np.ascontiguousarray(np.moveaxis(SOFTMAX, -1, 1))
FIRST_ONE_HOT = np.ascontiguousarray(np.moveaxis(ONE_HOT, -1, 1))
STRIPS = RNG.integers(0, 20, (N, 8, 64))
IMAGE = RNG.random((32, 40, 1)).astype(np.float32)

ENTRIES = (
    "dice", "loss", "loss of tensors", "metric", "recorder", "recorder of tensors", "callback"
)  # fmt: skip
KERAS = "Keras refuses such data by itself"
WEIGHTS = "Keras' sample weights are its own"


def put(array, value, places=3):
    """An array with a value at its first places."""
    kind = np.float32 if isinstance(value, float) else array.dtype
    changed = array.astype(kind, copy=True)
    changed.reshape(-1)[:places] = value
    return changed


@dataclass
class Row:
    """An input, whether it is fine, a warning or an error, and the words of the sentence."""

    what: str
    y_true: Any
    y_pred: Any
    verdict: type[Exception] | None
    words: str = ""
    mask: Any = None
    ignore_index: int | None = None
    not_by: dict[str, str] = field(default_factory=dict)  # an entry it cannot reach, and why


def fine(what, y_true, y_pred, **options):
    return Row(what, y_true, y_pred, None, **options)


def odd(what, y_true, y_pred, words, **options):
    return Row(what, y_true, y_pred, UserWarning, words, **options)


def wrong(what, y_true, y_pred, words, kind=ValueError, **options):
    return Row(what, y_true, y_pred, kind, words, **options)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Compiling the sums takes most of the time, and is tested elsewhere."""
    monkeypatch.setattr(meter, "PROGRAMS", 0)


BY_KERAS = {"not_by": {"callback": KERAS}}
NO_WEIGHTS = {"not_by": {"callback": WEIGHTS}}
LAST_AXIS = "A binary mask needs a last axis: p[..., None]."
CHANNELS_LAST = "Predictions must be channels-last: move the classes to the last axis"
IN_UNIT = "Expected targets in [0, 1]"
LABEL = "Expected labels that are whole numbers from 0 to 2"
LEAVE = "The predictions are not all in [0, 1]"
ADD_UP = "the channel sums of the predictions differ from 1"
UNDEFINED = "samples are NaN or infinite"

TABLE = [
    # shapes
    fine("label map", LABELS, SOFTMAX),
    fine("label map with a last axis", LABELS[..., None], SOFTMAX),
    fine("one-hot", ONE_HOT, SOFTMAX),
    fine("binary", MASKS, BINARY),
    fine("strips of labels", STRIPS, np.eye(20, dtype=np.float32)[STRIPS[::-1]]),
    fine("binary targets without a last axis", MASKS[..., 0], BINARY),
    odd("binary without a last axis", FLAT > 0.5, FLAT, LAST_AXIS),
    odd("hard binary without a last axis", FLAT > 0.5, (FLAT > 0.4).astype("float32"), LAST_AXIS),
    odd("argmaxed masks", FLAT > 0.5, (FLAT > 0.4).astype("int32"), "not labels (no argmax)"),
    odd("one image without a batch", IMAGE > 0.5, IMAGE, "A single image needs a first axis"),
    odd("channels-first", FIRST_ONE_HOT, FIRST, CHANNELS_LAST),
    odd("channels-first, square", FIRST_ONE_HOT[..., :20], FIRST[..., :20], CHANNELS_LAST),
    odd("channels-first, binary", MASKS[:, None, ..., 0], BINARY[:, None, ..., 0], CHANNELS_LAST),
    odd(
        "channels-first volumes",
        np.zeros((2, 3, 17, 18, 20), np.float32),
        RNG.random((2, 3, 17, 18, 20)).astype("float32"),
        CHANNELS_LAST,
    ),
    wrong("channels-first with labels", LABELS, FIRST, "Expected targets of shape"),
    wrong("another width", LABELS[..., :23], SOFTMAX, "Expected targets of shape"),
    wrong("other channels", ONE_HOT[..., :2], SOFTMAX, "or integer labels"),
    wrong("other samples", LABELS[:3], SOFTMAX, "Expected targets of shape", **BY_KERAS),
    wrong("no space", np.zeros((N, 3)), np.zeros((N, 3)), "Expected predictions [N, *spatial, C]",
          not_by={"callback": "it says that the model has no output that is a segmentation"}),
    wrong("no voxel", np.zeros((N, 0, 3)), np.zeros((N, 0, 3)), "at least one voxel", **BY_KERAS),
    # dtypes
    fine("flags", ONE_HOT > 0, SOFTMAX),
    fine("bytes", LABELS.astype("uint8"), SOFTMAX),
    fine("float labels", LABELS.astype("float32"), SOFTMAX),
    fine("half precision", LABELS, SOFTMAX.astype("float16")),
    wrong("text as targets", LABELS.astype(str), SOFTMAX, "`y_true` to be an array of numbers",
          TypeError, **BY_KERAS),
    wrong("text as predictions", LABELS, SOFTMAX.astype(str), "`y_pred` to be an array of numbers",
          TypeError, **BY_KERAS),
    wrong("objects", LABELS.astype(object), SOFTMAX, "`y_true` to be an array of numbers",
          TypeError, **BY_KERAS),
    wrong("complex predictions", LABELS, SOFTMAX.astype(complex), "dtype complex128",
          TypeError, **BY_KERAS),
    # targets
    fine("soft targets", SOFTMAX[::-1].copy(), SOFTMAX),
    fine("a resized mask", put(MASKS, 1 + 2e-6), BINARY),
    wrong("targets above 1", put(MASKS, 1.01), BINARY, "from 0 to 1.01"),
    wrong("targets below 0", put(MASKS, -0.5), BINARY, "from -0.5 to 1"),
    wrong("masks of 255", MASKS * 255, BINARY, "divide by 255"),
    wrong("bytes of 255", (MASKS * 255).astype("uint8"), BINARY, "divide by 255"),
    wrong("labels as a binary target", LABELS[..., None], BINARY, f"{IN_UNIT}, or a label map"),
    wrong("NaN targets", put(MASKS, np.nan), BINARY, "Expected finite targets"),
    wrong("infinite targets", put(MASKS, np.inf), BINARY, "Expected finite targets"),
    wrong("one-hot of 2", ONE_HOT * 2, SOFTMAX, IN_UNIT),
    # labels
    wrong("a label too many", put(LABELS, 3), SOFTMAX, f"{LABEL}, one per channel"),
    wrong("a void label", put(LABELS, 255), SOFTMAX, "set ignore_index for void voxels"),
    wrong("a label of -1", put(LABELS, -1), SOFTMAX, "labels from -1 to 2"),
    wrong("labels resized linearly", put(LABELS, 0.5), SOFTMAX, "nearest-neighbour"),
    wrong("NaN labels", put(LABELS.astype("float32"), np.nan), SOFTMAX, "Expected finite targets"),
    fine("a void label that is ignored", put(LABELS, 255), SOFTMAX, ignore_index=255),
    fine("a void label below 0", put(LABELS, -1), SOFTMAX, ignore_index=-1),
    # predictions
    fine("probabilities within rounding", MASKS, put(BINARY, 1.0005)),
    odd("logits", MASKS, BINARY * 9 - 4, f"{LEAVE} (from -"),
    odd("logits of classes", LABELS, np.log(SOFTMAX), LEAVE),
    odd("a little above 1", MASKS, put(BINARY, 1.01), LEAVE),
    odd("predictions of 255", MASKS, (BINARY * 255).round(), "If they are bytes, divide by 255"),
    odd("NaN predictions", MASKS, put(BINARY, np.nan), f"1 of {N} {UNDEFINED}"),
    odd("infinite predictions", MASKS, put(BINARY, np.inf), f"1 of {N} {UNDEFINED}"),
    odd("exclusive classes that do not add up", LABELS, SOFTMAX / 2, ADD_UP),
    odd("hard ones that do not add up", LABELS, np.ones_like(SOFTMAX), ADD_UP),
    odd("the same of one-hot targets", ONE_HOT, SOFTMAX / 2, ADD_UP),
    fine("classes that may overlap", (SOFTMAX > 0.2).astype("float32"), (SOFTMAX + 1) / 2),
    # masks
    fine("a mask", LABELS, SOFTMAX, mask=MASK),
    fine("a mask with a last axis", LABELS, SOFTMAX, mask=MASK[..., None]),
    fine("a mask of numbers", LABELS, SOFTMAX, mask=MASK.astype("float32")),
    fine("void labels below a mask", np.where(MASK, LABELS, 255), SOFTMAX, mask=MASK),
    fine("NaN below a mask", MASKS, np.where(MASK[..., None], BINARY, np.nan), mask=MASK),
    wrong("a mask of one sample", LABELS, SOFTMAX, "`mask` to have shape", mask=MASK[:1],
          **NO_WEIGHTS),
    wrong("a mask per class", LABELS, SOFTMAX, "`mask` to have shape", mask=ONE_HOT > 0,
          **NO_WEIGHTS),
    wrong("a mask without samples", LABELS, SOFTMAX, "`mask` to have shape", mask=MASK[0],
          **NO_WEIGHTS),
]  # fmt: skip


def by_dice(row, folder):
    tb_dice.dice(row.y_true, row.y_pred, mask=row.mask, ignore_index=row.ignore_index)


def by_loss(row, folder):
    losses.SoftDice(ignore_index=row.ignore_index)(row.y_true, row.y_pred, mask=row.mask)


def tensor(array):
    return None if array is None else ops.convert_to_tensor(array)


def by_loss_of_tensors(row, folder):
    loss = losses.SoftDice(ignore_index=row.ignore_index)
    loss(tensor(row.y_true), tensor(row.y_pred), mask=tensor(row.mask))


def by_metric(row, folder):
    metric = metrics.DiceScore(ignore_index=row.ignore_index)
    y_pred = row.y_pred
    if row.mask is not None:
        y_pred = Masked(y_pred, row.mask)
    metric.update_state(row.y_true, y_pred)


class Masked(np.ndarray):
    """An array with a Keras mask."""

    def __new__(cls, array, mask):
        made = np.asarray(array).view(cls)
        made._keras_mask = mask
        return made

    def __array_finalize__(self, _):
        self._keras_mask = None


def by_recorder(row, folder):
    with DiceRecorder(folder, ignore_index=row.ignore_index, images=0, variants=()) as recorder:
        recorder.update(row.y_true, row.y_pred, mask=row.mask)
        recorder.commit(0)


def by_recorder_of_tensors(row, folder):
    there = {name: tensor(getattr(row, name)) for name in ("y_true", "y_pred", "mask")}
    by_recorder(replace(row, **there), folder)


def by_callback(row, folder):
    inputs = keras.Input(row.y_pred.shape[1:], dtype=str(row.y_pred.dtype))
    model = keras.Model(inputs, keras.layers.Identity(dtype=str(row.y_pred.dtype))(inputs))
    model.compile(loss=Nothing(), run_eagerly=True)
    diagnostics = DiceDiagnostics(
        folder, activation="none", ignore_index=row.ignore_index, images=0, variants=()
    )
    weight = None if row.mask is None else row.mask.astype("float32")
    model.evaluate(
        row.y_pred, row.y_true, sample_weight=weight, batch_size=len(row.y_pred), verbose=0,
        callbacks=[diagnostics],
    )  # fmt: skip


class Nothing(keras.losses.Loss):
    """Is 0 for arrays of any shape."""

    def __call__(self, y_true, y_pred, sample_weight=None):
        return ops.zeros(())


BY = dict(
    zip(
        ENTRIES,
        (
            by_dice,
            by_loss,
            by_loss_of_tensors,
            by_metric,
            by_recorder,
            by_recorder_of_tensors,
            by_callback,
        ),
        strict=True,
    )
)


def verdict(entry, row, folder):
    """What an entry says: an error, a warning or nothing, and its sentence."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            BY[entry](row, folder)
        except (TypeError, ValueError) as error:
            return type(error), str(error)
    ours = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
    ours = [text for text in ours if "__array__" not in text]  # torch and numpy
    gives_up = "DiceDiagnostics: The rest of this training is not recorded: "
    for text in ours:
        if text.startswith(gives_up):  # the callback never ends a training
            return row.verdict, text.removeprefix(gives_up)
    ours = [text.removeprefix("DiceDiagnostics: ") for text in ours]
    return (UserWarning if ours else None), " ".join(ours)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.what)
def test_every_entry_gives_the_same_verdict(row, tmp_path):
    entries = [entry for entry in ENTRIES if entry not in row.not_by]
    if row.what.startswith(("text", "objects", "complex")):
        entries = [entry for entry in entries if "tensors" not in entry]  # there are none of these
    found = {entry: verdict(entry, row, tmp_path / entry) for entry in entries}
    assert {kind for kind, _ in found.values()} == {row.verdict}, found
    sentences = {text for _, text in found.values()}
    assert len(sentences) == 1, found
    assert row.words in sentences.pop()


def test_the_table_is_long_enough_to_be_one():
    assert len({row.what for row in TABLE}) == len(TABLE) >= 40


TRACED = [row for row in TABLE if row.verdict and not row.not_by]  # what Keras lets through


@pytest.mark.parametrize("row", TRACED, ids=lambda row: row.what)
def test_a_traced_loss_warns_of_shapes_and_is_nan_for_wrong_targets(row):
    """Its values cannot be seen, so nothing is raised for them, and no number looks right."""
    value, said = traced(row)
    if row.words in (LAST_AXIS, CHANNELS_LAST) or "no argmax" in row.words:
        assert row.words in said
    elif row.verdict is ValueError and isinstance(value, float):
        assert np.isnan(value)
    elif row.verdict is ValueError:
        assert row.words in value


def traced(row):
    """The loss in a compiled function, or its error; and what was warned of."""
    loss = losses.SoftDice()
    inputs = keras.Input(row.y_pred.shape[1:], dtype=str(row.y_pred.dtype))
    model = keras.Model(inputs, keras.layers.Identity(dtype=str(row.y_pred.dtype))(inputs))
    model.compile(loss=loss, jit_compile=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = model.evaluate(row.y_pred, row.y_true, batch_size=len(row.y_pred), verbose=0)
        except ValueError as error:
            value = str(error)
    return value, " ".join(str(w.message) for w in caught)

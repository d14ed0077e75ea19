"""Pictures, waiting, order: what a pass moves from the device, and when."""

import gc
import json
import tracemalloc
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing import event_accumulator

import tb_dice
from tb_dice import DiceDiagnostics
from tb_dice.callback import backends, identity, meter, rows, validation
from tb_dice.log.images import SampleImage
from tb_dice.log.record import Record
from tb_dice.log.scores import worst_first
from tb_dice.recording.runlog import VARIANTS, RunLog

from .conftest import BATCH, CLASSES, LABELS, ONE_HOT, N, X, assert_sums, compiled, net, sums
from .watching import watch

BACKEND = keras.backend.backend()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Record, Sequence[SampleImage]]]:
    """What is committed, in place of the log."""
    committed: list[tuple[Record, Sequence[SampleImage]]] = []
    monkeypatch.setattr(RunLog, "commit", lambda self, *found: committed.append(found))
    return committed


@pytest.fixture(scope="module")
def model() -> Any:
    return compiled(net())


def fit(model: Any, data: Any, *callbacks: Any, epochs: int = 1) -> None:
    model.fit(
        X[:BATCH],
        ONE_HOT[:BATCH],
        batch_size=BATCH,
        epochs=epochs,
        verbose=0,
        validation_data=data,
        callbacks=list(callbacks),
    )


def _worst(p: np.ndarray, column: int) -> set[int]:
    """The two samples of lowest hard Dice of a class, in numpy."""
    found = sums(ONE_HOT, p)
    hit, true, drawn = (
        found[name][:, column] for name in ("hard_intersection", "hard_true_sum", "hard_pred_sum")
    )
    with np.errstate(invalid="ignore"):
        return set(worst_first(2 * hit / (true + drawn), true, drawn)[:2].tolist())


def test_fixed_and_worst_samples_are_exact(model: Any, tmp_path: Path, written: Any) -> None:
    fit(model, (X, ONE_HOT), DiceDiagnostics(tmp_path, images=2), epochs=2)
    (_, first), (_, last) = written
    fixed = [[s.index for s in shown if "fixed" in s.reasons] for shown in (first, last)]
    assert fixed == [[0, 3], [0, 3]]  # sample 3 has no objects
    p = model.predict(X, batch_size=BATCH, verbose=0)
    for column in range(CLASSES):
        shown = {s.index for s in last if f"worst class {column}" in s.reasons}
        assert shown == _worst(p, column)
    for sample in last:
        np.testing.assert_array_equal(sample.image, X[sample.index])
        np.testing.assert_array_equal(sample.target, LABELS[sample.index])
        np.testing.assert_array_equal(sample.prediction, p[sample.index].argmax(-1))
        assert sample.sample_id == str(sample.index)
    same = {s.index: s.key for s in first}
    assert all(same.get(s.index, s.key) == s.key for s in last)


def test_image_and_target_are_written_once(model: Any, tmp_path: Path) -> None:
    fit(model, (X, ONE_HOT), DiceDiagnostics(tmp_path, images=3), epochs=2)
    guidance = {event_accumulator.TENSORS: 0}
    log = event_accumulator.EventAccumulator(str(tmp_path / "dice"), guidance).Reload()
    shown = [
        {sample["key"]: sample for sample in json.loads(e.tensor_proto.string_val[0])["samples"]}
        for e in log.Tensors("dice/images")
    ]
    both = set(shown[0]) & set(shown[1])
    assert len(both) >= 3
    for key in both:
        first, second = shown[0][key], shown[1][key]
        assert (second["image"], second["target"]) == (first["image"], first["target"])
        assert (first["image"][0], second["prediction"][0]) == (0, 1)
    assert {f"dice/{name}" for name in VARIANTS} <= set(log.Tags()["scalars"])


def test_probabilities_are_those_of_the_validation(
    model: Any, tmp_path: Path, written: Any
) -> None:
    diagnostics = DiceDiagnostics(tmp_path, images=1, probabilities=True)
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0, callbacks=[diagnostics])
    ((_, shown),) = written
    p = model.predict(X, batch_size=BATCH, verbose=0)
    for sample in shown:
        np.testing.assert_allclose(sample.probabilities, p[sample.index], rtol=1e-5)


def test_ignored_voxels_are_drawn_as_such(tmp_path: Path, written: Any) -> None:
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=2)
    model = compiled(net(), loss, metrics=None)
    diagnostics = DiceDiagnostics(tmp_path, images=1, ignore_index=2)
    for _ in range(2):
        model.evaluate(X, LABELS, verbose=0, callbacks=[diagnostics])
    for sample in (*written[0][1], *written[1][1]):
        ignored = LABELS[sample.index] == 2
        for labels in (sample.target, sample.prediction):
            np.testing.assert_array_equal(labels == -1, ignored)


def test_of_samples_that_come_again_the_prediction_alone_is_moved(
    model: Any, tmp_path: Path, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick, shapes = meter.pick, []

    def picking(name: str, tensor: Any, rows: Sequence[int]) -> Any:
        shapes.append(tuple(tensor.shape))
        return pick(name, tensor, rows)

    monkeypatch.setattr(meter, "pick", picking)
    diagnostics = DiceDiagnostics(tmp_path, images=2)
    for _ in range(2):
        model.evaluate(X, ONE_HOT, batch_size=N, verbose=0, callbacks=[diagnostics])
    assert sorted(shapes[:-1]) == sorted([X.shape, ONE_HOT.shape, LABELS.shape])
    assert shapes[-1] == LABELS.shape
    (_, first), (_, again) = written
    assert [s.key for s in first] == [s.key for s in again]
    for one, two in zip(first, again, strict=True):
        for name in ("image", "target", "prediction"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_overlapping_classes_are_drawn_apart(tmp_path: Path, written: Any) -> None:
    model = compiled(net(activation="sigmoid"), "binary_crossentropy", metrics=None)
    model.evaluate(X, ONE_HOT, verbose=0, callbacks=[DiceDiagnostics(tmp_path, images=1)])
    ((record, shown),) = written
    assert not record.exclusive
    p = model.predict(X, verbose=0)
    np.testing.assert_array_equal(shown[0].prediction, p[shown[0].index] > 0.5)
    np.testing.assert_array_equal(shown[0].target, ONE_HOT[shown[0].index] > 0.5)


@pytest.mark.parametrize("images", [0, 4])
def test_only_old_work_is_waited_for(
    model: Any, tmp_path: Path, written: Any, monkeypatch: pytest.MonkeyPatch, images: int
) -> None:
    options = {"batch_size": 2, "verbose": 0}
    diagnostics = DiceDiagnostics(tmp_path, images=images)
    model.evaluate(X, ONE_HOT, callbacks=[diagnostics], **options)
    moves = watch(monkeypatch)
    model.evaluate(X, ONE_HOT, callbacks=[diagnostics], **options)
    monkeypatch.undo()
    assert moves.strays == []
    assert moves.numbers == 2  # the optimizer's iteration, before and after the pass
    # The last batch has no batch after it to wait beside.
    running = [(now, read) for now, read in moves.fetched if now < 4]
    assert all(old <= now - validation.LAG for now, read in running for old in read)
    assert all(old <= now - validation.LAG for now, old, _ in moves.picked if now < 4)
    if images:
        assert [read for _, read in moves.fetched] == [[0], [1], [2], [3, 4]]
        assert all(rows <= 2 for _, _, rows in moves.picked)
    else:
        assert moves.fetched == [(4, [0, 1, 2, 3, 4])]
        assert moves.picked == []


STRAYS = {
    "np.asarray": lambda tensor: np.asarray(tensor)[0],  # looked up when it is called
    "np.array": lambda tensor: np.array(tensor)[0],
    "convert_to_numpy": keras.ops.convert_to_numpy,
    "bool": lambda tensor: bool(tensor[0, 0] > 0),
    "float": lambda tensor: float(tensor[0, 0]),
}


@pytest.mark.parametrize("stray", STRAYS)
def test_a_stray_move_is_seen(
    model: Any, tmp_path: Path, written: Any, monkeypatch: pytest.MonkeyPatch, stray: str
) -> None:
    add = validation.Batch.rows

    def straying(self: Any) -> Any:
        STRAYS[stray](add(self)[0])
        return add(self)

    moves = watch(monkeypatch)
    monkeypatch.setattr(validation.Batch, "rows", straying)
    model.evaluate(X, ONE_HOT, verbose=0, callbacks=[DiceDiagnostics(tmp_path, images=0)])
    monkeypatch.undo()
    assert moves.strays


class Shuffled(keras.utils.PyDataset):
    """Another order in each pass."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rng = np.random.default_rng(0)
        self.order = np.arange(N)

    def __len__(self) -> int:
        return 3

    def __getitem__(self, i: int) -> Any:
        part = self.order[i * BATCH : (i + 1) * BATCH]
        return X[part], ONE_HOT[part]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(N)


def _tf_data() -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((X, ONE_HOT)).shuffle(N, seed=1).batch(BATCH)


SHUFFLES: dict[str, Any] = {
    "PyDataset": Shuffled,
    "workers": lambda: Shuffled(workers=2),
}
if BACKEND == "tensorflow":
    SHUFFLES["tf.data"] = _tf_data


class Augmented(keras.utils.PyDataset):
    """Other pixels each time."""

    rng = np.random.default_rng(0)

    def __len__(self) -> int:
        return 2

    def __getitem__(self, i: int) -> Any:
        part = slice(i * 5, i * 5 + 5)
        return X[part] + self.rng.normal(size=X[part].shape).astype("float32"), ONE_HOT[part]


@pytest.mark.parametrize("data", SHUFFLES)
def test_a_shuffle_is_undone(model: Any, tmp_path: Path, data: str) -> None:
    fit(model, SHUFFLES[data](), DiceDiagnostics(tmp_path), epochs=3)
    records = tb_dice.read(tmp_path)["dice"]
    places = [np.argsort(record.sample_ids.astype(int)) for record in records]
    for record, place in zip(records, places, strict=True):
        first = records[0].fingerprints
        np.testing.assert_array_equal(record.fingerprints[place], first[places[0]])
        np.testing.assert_array_equal(
            record.sums["true_sum"][place], records[0].sums["true_sum"][places[0]]
        )
    assert not np.array_equal(places[1], places[0])
    assert records[0].notices == ()
    assert records[1].notices == (identity.SHUFFLED,)
    assert (records[1].notices[0].kind, records[1].notices[0].facts) == ("order", {"matched": True})


def test_augmentation_is_said(model: Any, tmp_path: Path) -> None:
    fit(model, Augmented(), DiceDiagnostics(tmp_path), epochs=2)
    first, second = tb_dice.read(tmp_path)["dice"]
    assert second.notices == (identity.CHANGED,)
    assert (second.notices[0].kind, second.notices[0].facts) == ("order", {"matched": False})
    assert not set(first.sample_ids) & set(second.sample_ids)


def test_the_users_names_overrule_the_content(model: Any, tmp_path: Path) -> None:
    names = [f"image {i}" for i in range(N)]
    data = Augmented()
    fit(model, data, DiceDiagnostics(tmp_path, sample_ids=names), epochs=2)
    for record in tb_dice.read(tmp_path)["dice"]:
        assert record.sample_ids.tolist() == names
        assert record.notices == ()


class Sizes(keras.utils.PyDataset):
    """Batches of as many sizes as there are batches."""

    def __init__(self, many: int) -> None:
        super().__init__()
        self.many = many

    def __len__(self) -> int:
        return self.many

    def __getitem__(self, i: int) -> Any:
        side = 4 + i
        return X[i % N : i % N + 1, :side, :side], ONE_HOT[i % N : i % N + 1, :side, :side]


@pytest.mark.compiled
@pytest.mark.skipif(BACKEND != "tensorflow", reason="the plain form of JAX and torch is not traced")
def test_many_image_sizes_compile_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = []
    packer = rows.packer

    def counting(*args: Any, **kwargs: Any) -> Any:
        pack = packer(*args, **kwargs)

        def counted(*tensors: Any) -> Any:
            packed.append([tuple(t.shape) for t in tensors if t is not None])
            return pack(*tensors)

        return counted

    monkeypatch.setattr(rows, "packer", counting)
    model = compiled(net(shape=(None, None, 1)))
    many = 12
    model.evaluate(Sizes(many), verbose=0, callbacks=[DiceDiagnostics(tmp_path)])
    assert len(packed) <= meter.PROGRAMS + 3  # and the plain form, until it is general
    (record,) = tb_dice.read(tmp_path)["dice-evaluate"]
    assert record.voxels.tolist() == [(4 + i) ** 2 for i in range(many)]
    each = [Sizes(many)[i] for i in range(many)]
    expected = [sums(y, model.predict(x, verbose=0)) for x, y in each]
    joined = {name: np.concatenate([e[name] for e in expected]) for name in expected[0]}
    assert_sums(record, joined)


@pytest.mark.compiled
def test_compiled_sums_are_the_plain_ones(model: Any, tmp_path: Path) -> None:
    model.evaluate(X, ONE_HOT, batch_size=BATCH, verbose=0, callbacks=[DiceDiagnostics(tmp_path)])
    (record,) = tb_dice.read(tmp_path)["dice-evaluate"]
    assert_sums(record, sums(ONE_HOT, model.predict(X, batch_size=BATCH, verbose=0)))


@pytest.mark.compiled
@pytest.mark.skipif(BACKEND != "tensorflow", reason="of TensorFlow")
def test_what_xla_cannot_compile_is_run_plainly(model: Any, tmp_path: Path) -> None:
    import tensorflow as tf

    def host_loss(y: Any, p: Any) -> Any:
        return tf.numpy_function(lambda a: np.float32(a.max()), [p], tf.float32)

    diagnostics = DiceDiagnostics(tmp_path, losses={"host": host_loss})
    model.evaluate(X, ONE_HOT, batch_size=N, verbose=0, callbacks=[diagnostics])
    (record,) = tb_dice.read(tmp_path)["dice-evaluate"]
    p = model.predict(X, batch_size=N, verbose=0)
    assert record.losses["host"] == pytest.approx(p.max(), rel=1e-6)


def sums_alone() -> validation.Validation:
    """A pass without pictures."""
    memory = validation.Memory(identity.Identity())
    return validation.Validation(memory, pictures=0, max_samples=99, picture_fault=print)


def test_a_batch_without_samples_leaves_no_trace(model: Any, tmp_path: Path) -> None:
    """A replica may get none of a last batch that is small."""
    validate = sums_alone()
    tensor = keras.ops.convert_to_tensor
    heard = {"x": tensor(X), "y": tensor(ONE_HOT), "p": tensor(ONE_HOT)}
    found = meter.Found(None, meter.guess.Guess("none", True), ())
    options = DiceDiagnostics(tmp_path, images=0)._options
    measures = meter.meter(heard, found, options, backends.current())
    none = {name: array[:0] for name, array in heard.items()}
    for parts in ([none], [none, heard], [none, none]):
        validate.add(parts, measures)
    record, _ = validate.finish(0, 0, {})
    assert record.total == N
    assert_sums(record, sums(ONE_HOT, ONE_HOT))


def test_batches_of_another_kind_are_a_fault(model: Any, tmp_path: Path) -> None:
    validate = sums_alone()
    tensor = keras.ops.convert_to_tensor
    heard = {"y": tensor(ONE_HOT), "p": tensor(ONE_HOT)}
    labels = {"y": tensor(LABELS), "p": tensor(ONE_HOT)}
    options = DiceDiagnostics(tmp_path, images=0)._options
    found = meter.Found(None, meter.guess.Guess("none", True), ())
    validate.add([heard], meter.meter(heard, found, options, backends.current()))
    with pytest.raises(ValueError, match="Expected a batch like those before"):
        validate.add([labels], meter.meter(labels, found, options, backends.current()))


@pytest.mark.parametrize("options", [{"images": 4}, {"images": 4, "probabilities": True}])
def test_two_batches_more_than_usual_are_alive(
    model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    """Of the batch that is heard Keras holds the tensors itself."""
    alive: list[int] = []
    refs: list[weakref.ref[Any]] = []
    measure = meter.Meter.measure

    def counted(self: meter.Meter, heard: Any) -> Any:
        refs.append(weakref.ref(heard["y"]))
        gc.collect()
        alive.append(sum(ref() is not None for ref in refs))
        return measure(self, heard)

    monkeypatch.setattr(meter.Meter, "measure", counted)
    diagnostics = DiceDiagnostics(tmp_path, **options)
    gc.freeze()  # what was there before need not be looked through each time
    model.evaluate(X, ONE_HOT, batch_size=1, verbose=0, callbacks=[diagnostics])
    gc.unfreeze()
    assert len(alive) == N
    assert max(alive) <= 1 + validation.LAG
    gc.collect()
    assert not any(ref() is not None for ref in refs)


def test_100_000_samples_are_counted_and_10_000_kept(tmp_path: Path) -> None:
    samples, classes = 100_000, 4
    labels = np.random.default_rng(0).integers(0, classes, (samples, 2, 2))
    y = np.eye(classes, dtype="float32")[labels]
    x = np.roll(y, 1, axis=0)  # what the model draws: the sample before
    inputs = keras.Input((2, 2, classes))
    model = keras.Model(inputs, keras.layers.Activation("linear")(inputs))
    model.compile(loss="categorical_crossentropy")
    diagnostics = DiceDiagnostics(tmp_path, images=2, activation="none")
    model.evaluate(x, y, batch_size=4000, verbose=0, callbacks=[diagnostics])
    (record,) = tb_dice.read(tmp_path)["dice-evaluate"]
    assert (len(record.batch), len(record.fingerprints), record.total) == (10_000, 10_000, samples)
    assert record.pooled["true_sum"].tolist() == y.sum(axis=(0, 1, 2)).tolist()
    hits = (x * y).sum(axis=(0, 1, 2), dtype=np.float64)
    assert record.pooled["hard_intersection"].tolist() == hits.tolist()
    assert record.cases.sum() == samples * classes


@pytest.mark.skipif(BACKEND != "tensorflow", reason="the host keeps the same of each backend")
@pytest.mark.parametrize("changing", [False, True])
def test_a_pass_takes_the_memory_of_its_record(tmp_path: Path, changing: bool) -> None:
    """In bytes a sample and class, of which the record has 98; images=0 holds most at once."""
    samples, classes, size = 100_000, 4, 4000
    tensor = keras.ops.convert_to_tensor
    drawn = np.random.default_rng(0).dirichlet(np.ones(classes), (2, size, 2, 2)).astype("float32")
    y = tensor(np.eye(classes, dtype="float32")[drawn[0].argmax(-1)])
    options = DiceDiagnostics(images=0, activation="none", max_samples=samples)._options
    found = meter.Found(None, meter.guess.Guess("none", True), ())
    backend = backends.current()
    measures = meter.meter({"y": y, "p": y}, found, options, backend)
    memory = validation.Memory(identity.Identity())
    log = RunLog(tmp_path, name="dice")
    peaks = []
    for step in (0, 1):
        memory.identity.begin(step)
        validate = validation.Validation(
            memory, pictures=0, max_samples=samples, picture_fault=print
        )
        for i in range(samples // size):
            x = tensor(drawn[step * changing] + np.float32(i))
            validate.add([{"x": x, "y": y, "p": tensor(drawn[step])}], measures)
        tracemalloc.start()
        record, _ = validate.finish(step, 0, {})
        del validate
        peaks.append(tracemalloc.get_traced_memory()[1] / samples / classes)
        tracemalloc.reset_peak()
        log.commit(record, [])
        peaks.append(tracemalloc.get_traced_memory()[1] / samples / classes)
        tracemalloc.stop()
    log.close()
    assert max(peaks[::2]) < 120
    assert max(peaks[1::2]) < 152

"""Two processes on the loopback, each with half of the samples, read back as one run."""

import json
import os
import socket
import sys
from contextlib import ExitStack

import keras
import numpy as np
import pytest
from plugin.conftest import LOADERS, open_tab
from serving import eventually, running

import tb_dice

N, STEPS = 10, 2
LABELS = np.random.default_rng(0).integers(0, 3, (N, 8, 8))

# Keras trains with the callback in `dice`; a loop of one's own records in `loop`.
WORKER = """
import sys
import numpy as np
rank, log_dir, address = int(sys.argv[1]), sys.argv[2], sys.argv[3]
backend = sys.argv[4]
if backend == "torch":
    import torch.distributed
    torch.distributed.init_process_group(
        "gloo", init_method="tcp://" + address, rank=rank, world_size=2
    )
if backend == "jax":
    import jax
    jax.distributed.initialize(address, num_processes=2, process_id=rank)
import keras
import tb_dice

rng = np.random.default_rng(0)
labels = rng.integers(0, 3, (10, 8, 8))
probabilities = rng.dirichlet([1, 1, 1], (10, 8, 8)).astype("float32")
x = rng.random((10, 8, 8, 1)).astype("float32")
own = slice(rank, None, 2)

keras.utils.set_random_seed(1)
model = keras.Sequential(
    [keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 3, padding="same", activation="softmax")]
)
model.compile(keras.optimizers.SGD(0.0), "categorical_crossentropy")
diagnostics = tb_dice.DiceDiagnostics(log_dir, images=2)
y = np.eye(3, dtype="float32")[labels]
model.fit(x[own], y[own], validation_data=(x[own], y[own]), batch_size=4, epochs=2, verbose=0,
          callbacks=[diagnostics])
with tb_dice.DiceRecorder(log_dir + "/loop", images=2) as recorder:
    for step in range(2):
        recorder.update(labels[own], probabilities[own], x[own])
        recorder.commit(step)
if rank == 0:
    np.save(log_dir + "/predicted.npy", model.predict(x, verbose=0))
"""


@pytest.fixture(scope="module")
def log_dir(tmp_path_factory):
    """What two processes wrote that were started together."""
    folder = tmp_path_factory.mktemp("logs")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        address = f"localhost:{free.getsockname()[1]}"

    def said():
        return [(folder / f"../{folder.name}-{rank}").read_text() for rank in (0, 1)]

    with ExitStack() as stack:
        workers = [stack.enter_context(worker(rank, folder, address)) for rank in (0, 1)]
        eventually(lambda: None not in [process.poll() for process in workers], said)
    assert [process.returncode for process in workers] == [0, 0], said()
    return folder


def worker(rank, folder, address):
    """One of the two; what it says is kept beside the log."""
    backend = keras.backend.backend()
    cluster = {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": rank}}
    told = {"TF_CONFIG": json.dumps(cluster)} if backend == "tensorflow" else {}
    command = [sys.executable, "-c", WORKER, str(rank), str(folder), address, backend]
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **told}
    return running(command, folder.parent / f"{folder.name}-{rank}", env=env)


@pytest.mark.parametrize("run", ["dice", "loop"])
def test_the_shards_are_one_record(log_dir, run):
    records = tb_dice.read(log_dir)[run]
    assert [(r.step, r.total, r.world_size) for r in records] == [(s, N, 2) for s in range(STEPS)]
    order = [*range(0, N, 2), *range(1, N, 2)]
    for record in records:
        assert record.notices == ()
        assert record.sample_ids.tolist() == [f"{r}:{i}" for r in (0, 1) for i in range(N // 2)]
        true = np.stack([(c == LABELS).sum(axis=(1, 2)) for c in range(3)], axis=-1)
        np.testing.assert_array_equal(record.sums["hard_true_sum"], true[order])
        np.testing.assert_array_equal(record.pooled["hard_true_sum"], true.sum(axis=0))


def test_the_sums_are_those_of_the_predictions_of_all(log_dir):
    """Both processes have the same weights, which are not trained."""
    predicted = np.load(log_dir / "predicted.npy")
    hits = [((predicted.argmax(-1) == c) & (c == LABELS)).sum() for c in range(3)]
    for record in tb_dice.read(log_dir)["dice"]:
        assert record.pooled["hard_intersection"].tolist() == hits
        expected = predicted.astype(float).sum(axis=(0, 1, 2))
        np.testing.assert_allclose(record.pooled["pred_sum"], expected, rtol=1e-5)


@pytest.mark.parametrize("loader", LOADERS)
def test_the_tab_shows_one_run(log_dir, loader):
    tab = open_tab(loader, log_dir)
    try:
        tab.wait(lambda: [len(run["steps"]) for run in tab.json("runs")["runs"]] == [STEPS] * 2)
        found = tab.json("runs")
        assert [(run["name"], run["total"]) for run in found["runs"]] == [("dice", N), ("loop", N)]
        assert [run["notices"] for run in found["runs"]] == [[], []]
        assert found["others"] == []
        header, arrays = tab.grid("samples", run="dice", step=1, **{"class": "class 1"})
        assert len(header["ids"]) == N
        assert (arrays["true"].sum(axis=0) == [(c == LABELS).sum() for c in range(3)]).all()
        (slice_,) = tab.json("images", run="dice", sample="1:0")["slices"]
        step, element = slice_["target"]
        assert element > 100_000
        assert tab.get("image", run="dice", step=step, element=element).content_type == "image/png"
    finally:
        tab.loader.close()

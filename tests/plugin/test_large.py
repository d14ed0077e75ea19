"""A pass of 100,000 samples x 4 classes: all are counted, 10,000 are kept one by one."""

import numpy as np
import pytest

import tb_dice

from .conftest import LOADERS, open_tab

SAMPLES, KEPT, BATCH, CLASSES = 100_000, 10_000, 2000, 4
RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, CLASSES, (SAMPLES, 2, 2))
DRAWN = np.where(RNG.random(LABELS.shape) < 0.7, LABELS, RNG.integers(0, CLASSES, LABELS.shape))
PREDICTED = np.eye(CLASSES, dtype=np.float32)[DRAWN]


def counts(which):
    """Voxels of each class, over all samples."""
    return [int((which == c).sum()) for c in range(CLASSES)]


TRUE, PRED = counts(LABELS), counts(DRAWN)
HIT = counts(np.where(LABELS == DRAWN, LABELS, -1))


@pytest.fixture(scope="module")
def log_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    with tb_dice.DiceRecorder(folder / "dice", images=0) as recorder:
        for first in range(0, SAMPLES, BATCH):
            recorder.update(LABELS[first : first + BATCH], PREDICTED[first : first + BATCH])
        recorder.commit(0)
    return folder


def test_the_record_holds_the_kept_samples_and_the_sums_of_all(log_dir):
    (record,) = tb_dice.read(log_dir)["dice"]
    assert (len(record.batch), record.total) == (KEPT, SAMPLES)
    assert record.pooled["hard_true_sum"].tolist() == TRUE
    assert record.pooled["hard_pred_sum"].tolist() == PRED
    assert record.pooled["hard_intersection"].tolist() == HIT
    true, drawn = (np.eye(CLASSES, dtype=int)[each].sum(axis=(1, 2)) for each in (LABELS, DRAWN))
    states = (true > 0) + 2 * (drawn > 0)
    assert record.cases.tolist() == [(states == state).sum(axis=0).tolist() for state in range(4)]
    np.testing.assert_array_equal(record.sums["hard_true_sum"], true[:KEPT])


@pytest.mark.parametrize("loader", LOADERS)
def test_the_tab_counts_all_and_lists_the_kept(log_dir, loader):
    tab = open_tab(loader, log_dir)
    try:
        tab.wait(lambda: tab.json("runs")["runs"] != [])
        (run,) = tab.json("runs")["runs"]
        assert (run["samples"], run["total"]) == (KEPT, SAMPLES)
        assert any("10000 of 100000 samples were kept" in notice for notice in run["notices"])
        header, found = tab.grid("series", run="dice", definition={"pooled": True})
        assert header["refused"] is None
        dice = [2 * hit / (true + pred) for hit, true, pred in zip(HIT, TRUE, PRED, strict=True)]
        np.testing.assert_allclose(found["value"][0], dice, rtol=1e-6)
        assert found["cases"].sum() == SAMPLES * CLASSES
        header, found = tab.grid("samples", run="dice", step=0, **{"class": "class 1"})
        assert len(header["ids"]) == len(found["order"]) == KEPT
    finally:
        tab.loader.close()

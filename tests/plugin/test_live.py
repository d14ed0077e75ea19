"""A log that grows, and one that a restarted training writes anew, under both loaders."""

from dataclasses import replace

import numpy as np
import pytest
from analysis.make import random_record

from tb_dice.log.eventlog import RECORDS, EventLog
from tb_dice.log.record import encode

from .conftest import LOADERS, open_tab

RUN = "a/dice"


def add(log, *records):
    for record in records:
        log.blobs(RECORDS, record.step, record.wall_time, [encode(record)])
    assert log.flush()


def steps(tab):
    return [step for run in tab.json("runs")["runs"] for step in run["steps"]]


@pytest.mark.parametrize("loader", LOADERS)
def test_new_steps_appear(loader, tmp_path):
    log = EventLog(tmp_path / RUN)
    add(log, random_record(0))
    tab = open_tab(loader, tmp_path)
    try:
        tab.wait(lambda: steps(tab) == [0])
        add(log, random_record(1), random_record(2))
        tab.wait(lambda: steps(tab) == [0, 1, 2])
    finally:
        log.close()
        tab.loader.close()


@pytest.mark.parametrize("loader", LOADERS)
def test_a_restart_that_writes_a_step_anew(loader, tmp_path):
    """The data server drops the steps from there on; the other loader keeps the first of each."""
    log = EventLog(tmp_path / RUN)
    add(log, *(random_record(step) for step in range(4)))
    tab = open_tab(loader, tmp_path)
    try:
        tab.wait(lambda: steps(tab) == [0, 1, 2, 3])
        anew = replace(random_record(99), step=2, wall_time=2e9)
        add(log, anew, replace(random_record(98), step=9, wall_time=2e9))
        tab.wait(lambda: steps(tab)[-1] == 9)
        left = {"rust": [0, 1, 2, 9], "python": [0, 1, 2, 3, 9]}[loader]
        assert steps(tab) == left
        shown = {"rust": anew, "python": random_record(2)}[loader]
        _, found = tab.grid("samples", run=RUN, step=2, **{"class": "small"})
        np.testing.assert_array_equal(found["true"], shown.sums["hard_true_sum"])
    finally:
        log.close()
        tab.loader.close()

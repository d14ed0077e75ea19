"""A log that was written before notices had a kind reads as it did, and leads to the same findings.

Its runs were made by that release, each with a notice that a finding goes by: by ``DiceRecorder``
"logits" (logits without an activation, a step that does not rise, a variant that is refused) and
"uneven" (sigmoids beside a label map), by ``DiceDiagnostics`` "channels" (the same), "linear" and
"sigmoid" (an activation that was guessed) and "shuffled". ``expected.json`` holds what that release
read and found.
"""

import dataclasses
import json
from pathlib import Path

import pytest

from tb_dice import read
from tb_dice.analysis.choice import Definition
from tb_dice.analysis.findings import findings
from tb_dice.analysis.table import stack
from tb_dice.log.record import Record
from tb_dice.masks.notice import Notice

LOG = Path(__file__).parent / "written_before"
EXPECTED = json.loads((LOG / "expected.json").read_text())
RUNS = read(LOG)
FAULTS = {  # the finding that each run would show if it held no notice
    "channels/dice": "not-probabilities",
    "logits/dice": "not-probabilities",
    "shuffled/dice": "targets-change",
    "sigmoid/dice-evaluate": "activation-twice",
    "uneven/dice": "not-probabilities",
}


def found(run, change=lambda notice: notice):
    records = [
        dataclasses.replace(record, notices=tuple(map(change, record.notices)))
        for record in RUNS[run]
    ]
    said = findings({run: stack(records)}, Definition())
    return [[each.id, each.level, each.column, each.step] for each in said]


def test_the_runs_are_those():
    assert RUNS.keys() == EXPECTED.keys() > FAULTS.keys()


@pytest.mark.parametrize("run", EXPECTED)
def test_records_read_equal(run):
    for record, values in zip(RUNS[run], EXPECTED[run]["records"], strict=True):
        assert record == Record(**values)


@pytest.mark.parametrize("run", EXPECTED)
def test_findings_are_the_same(run):
    assert found(run) == EXPECTED[run]["findings"]


@pytest.mark.parametrize("run", EXPECTED)
def test_findings_do_not_go_by_words(run):
    def shouted(notice):
        return Notice(notice.upper(), notice.kind, **notice.facts)

    assert found(run, shouted) == found(run)


@pytest.mark.parametrize("run", FAULTS)
def test_findings_go_by_the_kind(run):
    assert FAULTS[run] in [name for name, *_ in found(run, Notice)]


def test_a_kind_is_told_by_words_only_where_a_finding_asks_for_it():
    kinds = {run: [notice.kind for notice in records[-1].notices] for run, records in RUNS.items()}
    assert kinds == {
        "channels/dice": ["", ""],  # the finding was shown beside this notice
        "linear/dice": ["activation"],
        "logits/dice": ["range", "", ""],
        "shuffled/dice": ["order"],
        "sigmoid/dice-evaluate": ["activation"],
        "uneven/dice": ["channels"],
    }

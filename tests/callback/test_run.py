"""Where records go."""

from pathlib import Path

import pytest
from make_records import make_record

from tb_dice.callback.identity import Identity
from tb_dice.callback.run import Run
from tb_dice.callback.validation import Memory
from tb_dice.log import eventlog


def run(folder: Path, **options: object) -> Run:
    return Run(folder, Memory(Identity()), (), **options)  # type: ignore[arg-type]


def test_the_directory_is_chosen_with_the_first_record(tmp_path: Path) -> None:
    one, other = run(tmp_path), run(tmp_path)
    one.close()
    assert not list(tmp_path.iterdir())
    for step in (0, 1):
        one.commit(make_record(step=step), [])
    other.commit(make_record(step=0), [])
    assert (one.name, other.name) == ("dice", "dice-2")
    one.close()
    one.commit(make_record(step=2), [])
    one.close()
    other.close()
    assert eventlog.steps(tmp_path / "dice") == {0, 1, 2}
    assert eventlog.steps(tmp_path / "dice-2") == {0}


@pytest.mark.parametrize(("first", "name"), [(2, "dice"), (1, "dice-2")])
def test_a_resumed_run_never_goes_back(tmp_path: Path, first: int, name: str) -> None:
    before = run(tmp_path)
    before.commit(make_record(step=1), [])
    before.close()
    after = run(tmp_path, resume=True)
    after.commit(make_record(step=first), [])
    after.close()
    assert after.name == name


def test_processes_that_start_together_share_a_run(tmp_path: Path) -> None:
    before = run(tmp_path)
    before.commit(make_record(step=0), [])
    before.close()
    together = [run(tmp_path, process=(rank, 2)) for rank in (0, 1)]
    for one in together:
        one.join(0)
    for one in together:  # the second one after the first has written
        one.commit(make_record(step=0), [])
        one.close()
    assert [one.name for one in together] == ["dice-2", "dice-2"]
    assert eventlog.steps(tmp_path / "dice-2" / "rank-1-of-2") == {0}


def test_a_process_that_resumes_late_goes_on_where_the_other_does(tmp_path: Path) -> None:
    for first in (0, 1, 2):
        for rank in (1, 0):
            one = run(tmp_path, resume=first > 0, process=(rank, 2))
            one.join(first)
            one.commit(make_record(step=first), [])
            one.close()
            assert one.name == "dice"


def test_processes_that_evaluate_one_after_the_other_agree_on_the_step(tmp_path: Path) -> None:
    for _ in range(2):
        given = []
        for rank in (0, 1):
            evaluation = run(tmp_path, name="dice-evaluate", resume=True, process=(rank, 2))
            given.append(evaluation.free_step(5))
            evaluation.commit(make_record(step=given[-1]), [])
            evaluation.close()
        assert given[0] == given[1]
    assert [path.name for path in tmp_path.iterdir()] == ["dice-evaluate"]


def test_free_steps(tmp_path: Path) -> None:
    evaluation = run(tmp_path, name="dice-evaluate", resume=True)
    for wanted, given in ((5, 5), (5, 6), (3, 7), (90, 90)):
        step = evaluation.free_step(wanted)
        assert step == given
        evaluation.commit(make_record(step=step), [])
    evaluation.close()
    assert [path.name for path in tmp_path.iterdir()] == ["dice-evaluate"]

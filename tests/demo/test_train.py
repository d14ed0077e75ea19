"""The command itself: two short trainings into one log, and what it says when it cannot start."""

import io
from contextlib import redirect_stdout

import data
import numpy as np
import pytest
import train
from serving import python

import tb_dice

from .conftest import DEMO

SHORT = ["--data", "shapes", "--epochs", "2", "--crops", "32", "--loss", "dice_ce"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A log after two equal trainings, a command and one in this process, and what they printed."""
    log_dir = tmp_path_factory.mktemp("logs")
    arguments = [*SHORT, "--log-dir", str(log_dir)]
    first = python(str(DEMO / "train.py"), *arguments)
    with redirect_stdout(io.StringIO()) as second:
        train.main(arguments)
    return log_dir, (first, second.getvalue())


def test_a_second_training_leaves_the_first_alone(trained):
    log_dir, (first, second) = trained
    runs = tb_dice.read(log_dir)
    assert sorted(runs) == ["dice_ce-2/dice", "dice_ce/dice"]
    for records in runs.values():
        assert [record.step for record in records] == [0, 1]
        assert records[0].classes == ("background", "disc", "rectangle", "cross")
        assert records[0].sample_ids.tolist() == [f"shapes-{i:02d}" for i in range(16)]
    assert "earlier runs" not in first
    assert "these end in -2" in second
    for run in ("dice_ce", "dice_ce-2"):
        assert len(list((log_dir / run / "validation").iterdir())) == 1


def test_the_same_seed_gives_the_same_run(trained):
    runs = tb_dice.read(trained[0])
    for one, two in zip(runs["dice_ce/dice"], runs["dice_ce-2/dice"], strict=True):
        for name in one.sums:
            np.testing.assert_array_equal(one.sums[name], two.sums[name])


def test_it_ends_with_a_table_a_figure_and_the_command(trained):
    log_dir, (first, _) = trained
    assert "dice_ce  epoch 2/2  loss" in first
    assert "mean of the last 2 epochs" in first
    assert (log_dir / "summary.png").read_bytes() != b""
    assert (log_dir / "summary-2.png").exists()
    assert f"tensorboard --logdir {log_dir}" in first


def test_a_missing_package_ends_it_with_the_command(monkeypatch, tmp_path):
    def missing():
        raise data.MissingPackageError("Run: pip install --no-deps stardist==0.9.2")

    monkeypatch.setitem(data.DATASETS, "nuclei", missing)
    with pytest.raises(SystemExit, match="pip install --no-deps stardist"):
        train.main(["--log-dir", str(tmp_path / "log")])
    assert not (tmp_path / "log").exists()


def test_a_log_dir_that_is_a_file_ends_it_with_its_name(tmp_path):
    (tmp_path / "log").touch()
    with pytest.raises(SystemExit, match=r"--log-dir that can be written.*log"):
        train.main([*SHORT, "--log-dir", str(tmp_path / "log")])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--loss", "dice"], "Expected one of dice_ce, dice_1e-6, flat_smooth100"),
        (["--loss", "recipe.dice_coef"], "this one is a score"),
        (["--epochs", "0"], "Expected a number of at least 1. Received: 0"),
        (["--data", "lungs"], "invalid choice: 'lungs'"),
    ],
)
def test_wrong_options_say_what_is_expected(arguments, said, capsys):
    with pytest.raises(SystemExit, match="2"):
        train.main(arguments)
    assert said in capsys.readouterr().err

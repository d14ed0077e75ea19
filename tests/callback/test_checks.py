"""What the extremes of a pass say."""

import numpy as np
import pytest

from tb_dice.callback.checks import Checks
from tb_dice.callback.rows import EXTREMES, Rows
from tb_dice.masks import layouts


def found(
    *extremes: list[float], shape: tuple[int, ...] = (2, 4, 4, 3), **options: object
) -> Checks:
    layout = layouts.layout(shape, (2, 4, 4, 3), **options)  # type: ignore[arg-type]
    checks = Checks(layout)
    for row in extremes:
        plain = np.zeros((1, 3, 8), np.float32)
        given = np.array([row + [0.0] * (EXTREMES - len(row))], np.float32)
        checks.add(Rows(plain, plain, plain, plain, given, plain))
    return checks


def test_all_is_well() -> None:
    checks = found([0, 1, 0.001, 0, 1], [0.2, 0.4, 0, 0, 0])
    assert checks.fault() is None
    assert checks.oddities() == []


@pytest.mark.parametrize(
    ("row", "labels", "message"),
    [
        ([0, 1, 0, 0, 7], False, r"\[0, 1\].*from 0 to 7"),
        ([0, 1, 0, 0, 255], False, "to 255. Masks of 0 and 255: divide by 255."),
        ([0, 1, 0, -0.5, 1], False, r"\[0, 1\].*from -0.5 to 1"),
        ([0, 1, 0, 0, 3], True, "from 0 to 2.*ignore_index.*from 0 to 3"),
        ([0, 1, 0, -1, 2], True, "from -1 to 2"),
        ([0, 1, 0, 0, np.inf], True, "finite"),
        ([0, 1, 0, 0, 2, 0.5], True, "labels that are whole numbers.*between them"),
    ],
)
def test_wrong_targets(row: list[float], labels: bool, message: str) -> None:
    shape = (2, 4, 4) if labels else (2, 4, 4, 3)
    said = found([0, 1, 0, 0, 1], row, [0, 1, 0, 0, 1], shape=shape).fault()
    assert said is not None
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(said)


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ([-1, 1, 0, 0, 1], {"range"}),
        ([0, 1.5, 0, 0, 1], {"range"}),
        ([0, 1, 0.2, 0, 1], {"channels"}),
        ([-1e-5, 1 + 1e-5, 1e-5, 0, 1], set()),
        ([np.nan, np.nan, np.nan, 0, 1], set()),
    ],
)
def test_odd_predictions(row: list[float], kinds: set[str]) -> None:
    checks = found([0, 1, 0, 0, 1], row)
    assert {odd.kind for odd in checks.oddities()} == kinds
    assert all("activation=" in odd for odd in checks.oddities())


def test_logits_may_be_anything() -> None:
    assert found([-90, 90, 90, 0, 1], activation="softmax").oddities() == []


def test_classes_that_may_overlap_need_no_sum_of_one() -> None:
    assert found([0, 1, 2, 0, 1], exclusive=False).oddities() == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_predictions_that_are_not_finite(value: float) -> None:
    checks = found()
    soft = np.zeros((3, 3, 8), np.float32)
    soft[1, 2, 2] = value
    plain = np.zeros((3, EXTREMES), np.float32)
    checks.add(Rows(soft, plain, plain, plain, plain, plain))
    (odd,) = checks.oddities()
    assert odd.startswith("The predictions of 1 samples")
    assert (odd.kind, odd.facts) == ("non-finite", {"samples": 1})

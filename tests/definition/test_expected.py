"""How a wrong value is refused."""

import math

import numpy as np
import pytest

from tb_dice.definition.expected import SHOWN, flag, refusal, shown, whole


def test_a_refusal_says_what_it_wants_what_it_got_and_what_to_do():
    error = refusal("images", "a whole number", 2.5, "Write 2 or 3.")
    assert isinstance(error, ValueError)
    assert str(error) == "Expected `images` to be a whole number. Received: 2.5. Write 2 or 3."
    assert str(refusal("a", "b", "c")) == "Expected `a` to be b. Received: 'c'."


def test_a_long_value_is_shortened():
    assert shown("a" * (SHOWN - 2)) == repr("a" * (SHOWN - 2))
    assert shown("a" * SHOWN) == "'" + "a" * (SHOWN - 4) + "..."
    assert len(shown(list(range(100)))) == SHOWN


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_a_whole_number_of_any_library_is_an_int(value):
    assert type(whole("n", value)) is int
    assert whole("n", value, 3, 3) == 3


@pytest.mark.parametrize(
    ("value", "limits", "words"),
    [
        (3.0, (), r"a whole number\. Received: 3\.0\. Write 3\."),
        (3.5, (), r"a whole number\. Received: 3\.5\.$"),
        (True, (), r"a whole number\. Received: True\."),
        ("3", (), r"a whole number\. Received: '3'\."),
        (math.inf, (0,), r"a whole number >= 0\. Received: inf\.$"),
        (-1, (0,), r"a whole number >= 0\. Received: -1\."),
        (4, (0, 3), r"a whole number from 0 to 3\. Received: 4\."),
    ],
)
def test_what_is_no_whole_number_or_out_of_its_limits_is_refused(value, limits, words):
    with pytest.raises(ValueError, match=f"Expected `n` to be {words}"):
        whole("n", value, *limits)


def test_a_flag_is_true_or_false():
    assert flag("a", True) is flag("a", np.True_) is True
    assert flag("a", False) is flag("a", np.False_) is False
    for value in ("True", None, 2, np.ones(2), [True]):
        with pytest.raises(ValueError, match=r"`a` to be true or false\. Received: "):
            flag("a", value)

"""The questions: every axis has one name and one home, and its type lists closed choices."""

from dataclasses import FrozenInstanceError, fields

import pytest

from tb_dice.definition import questions
from tb_dice.definition.questions import CHOICES, HOME, Answers


def test_no_two_questions_share_an_axis():
    names = [axis.name for part in parts() for axis in fields(part)]
    assert len(set(names)) == len(names)
    assert list(HOME) == names
    for part in fields(Answers):
        assert {name for name, home in HOME.items() if home == part.name} == {
            axis.name for axis in fields(getattr(Answers(), part.name))
        }


def test_the_default_of_a_closed_choice_is_one_of_its_choices():
    for name, choices in CHOICES.items():
        assert getattr(getattr(Answers(), HOME[name]), name) in choices
        assert len(set(choices)) == len(choices) > 1


def test_every_reduction_that_is_spoken_of_exists():
    groups = ("SUM_OF_CLASSES", "PER_SAMPLE", "SEVERAL", "NOT_A_MEAN_OF_SAMPLES")
    for group in groups:
        assert set(getattr(questions, group)) <= set(CHOICES["reduce"])
    assert "mean" not in {name for group in groups for name in getattr(questions, group)}


def test_answers_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Answers().compared.compare = "soft"


def parts():
    return [getattr(Answers(), part.name) for part in fields(Answers)]

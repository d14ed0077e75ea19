import numpy as np

from tb_dice.analysis.definition import Definition
from tb_dice.analysis.detectors.recording import notices, out_of_range
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View

from ..make import from_masks, random_record


def view(record, run="a/dice"):
    return View(run, stack([record]), Definition())


def masks(prob, **fields):
    everywhere = np.broadcast_to(prob, (1, 2, 2, 3)).astype(float)
    return from_masks(np.zeros((1, 2, 2), int), everywhere, **fields)


def test_probabilities_are_fine():
    assert out_of_range([view(random_record())]) == []
    assert out_of_range([view(masks([0.2, 0.3, 0.5]))]) == []


def test_logits_are_no_probabilities():
    (found,) = out_of_range([view(masks([4.0, 1.0, -2.0]))])
    assert found.level == "bad"
    assert found.claim == "The predictions of a are no probabilities:"
    assert found.evidence.startswith("Some lie outside [0, 1]")


def test_channels_that_do_not_add_up():
    (found,) = out_of_range([view(masks([0.9, 0.8, 0.1]))])
    assert found.evidence.startswith("The classes of a voxel add up to 1.80, not to 1")


def test_overlapping_channels_need_not_add_up():
    assert out_of_range([view(masks([0.9, 0.8, 0.1], exclusive=False))]) == []


def test_what_a_notice_says_is_not_said_twice():
    record = from_masks(
        np.zeros((1, 2, 2), int),
        np.full((1, 2, 2, 3), 4.0),
        notices=("Predictions outside [0, 1]: from 4 to 4.",),
    )
    assert out_of_range([view(record)]) == []
    (found,) = notices([view(record)])
    assert found.evidence == "Predictions outside [0, 1]: from 4 to 4"


def test_a_notice_of_several_runs_is_one_finding():
    record = random_record(notices=("The validation set is shuffled.",))
    (found,) = notices([view(record, run="a/dice"), view(record, run="b/dice")])
    assert found.claim == "a and b:"
    assert found.evidence == "The validation set is shuffled"
    assert found.level == "warn"

from dataclasses import replace

import numpy as np
import pytest

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.detectors.recording import (
    activation_twice,
    not_finite,
    notices,
    out_of_range,
    targets_change,
)
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View
from tb_dice.masks.notice import Notice

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
    assert found.claim == "The predictions of a are not probabilities:"
    assert found.evidence.startswith("some are outside [0, 1]")


def test_channels_that_do_not_add_up():
    (found,) = out_of_range([view(masks([0.9, 0.8, 0.1]))])
    assert found.evidence.startswith("the classes of a voxel add up to 1.80, not to 1")


def test_overlapping_channels_need_not_add_up():
    assert out_of_range([view(masks([0.9, 0.8, 0.1], exclusive=False))]) == []


@pytest.mark.parametrize("kind", ["range", "channels"])
def test_what_a_notice_says_is_not_said_twice(kind):
    record = masks([4.0, 4.0, 4.0], notices=(Notice("They are wrong.", kind),))
    assert out_of_range([view(record)]) == []
    (found,) = notices([view(record)])
    assert found.evidence == "They are wrong"


def test_words_are_not_what_findings_go_by():
    said = "Predictions leave [0, 1] and do not sum to 1 in any pass. Set activation= to be sure."
    said = (Notice(said, "another"),)
    assert len(out_of_range([view(masks([4.0, 4.0, 4.0], notices=said))])) == 1
    assert len(targets_change([passes(TRUE, TRUE[::-1], notices=said)])) == 1
    record = from_masks(TRUE, again(SURE), notices=said)
    assert len(activation_twice([view(replace(record, activation="softmax"))])) == 1


def test_a_notice_of_several_runs_is_one_finding():
    record = random_record(notices=("The validation set is shuffled.",))
    (found,) = notices([view(record, run="a/dice"), view(record, run="b/dice")])
    assert found.claim == "a and b:"
    assert found.evidence == "The validation set is shuffled"
    assert found.level == "warn"


def test_predictions_that_are_no_numbers():
    steps = [random_record(step) for step in range(4)]
    for record in (1, 3, 2):
        sums = {name: array.copy() for name, array in steps[record].sums.items()}
        sums["pred_sum"][:record] = np.nan
        steps[record] = replace(steps[record], sums=sums)
    table = stack(steps)
    (found,) = not_finite([View("a/dice", table, Definition())])
    assert found.claim == "a has predicted NaN or infinity since step 1:"
    assert found.evidence.startswith("on 3 of 6 samples at step 3. NaN voxels count")
    assert found.level == "bad"
    assert not_finite([View("a/dice", table.first(1), Definition())]) == []


TRUE = np.random.default_rng(0).integers(0, 3, (2, 4, 4))
SURE = np.eye(3)[TRUE]


def again(prob):
    """A softmax of probabilities."""
    return np.exp(prob) / np.exp(prob).sum(-1, keepdims=True)


def test_a_softmax_of_a_softmax():
    (found,) = activation_twice([view(from_masks(TRUE, again(SURE)))])
    assert found.claim == "The probabilities of a look as if an activation was applied twice:"
    # sum p^2 / sum p, where p is e / (e + 2) on the class and 1 / (e + 2) off it
    assert found.evidence.startswith("100% of the target is found, yet p is at most about .4")
    assert found.evidence.endswith(
        "; a second softmax keeps p within [.21, .58]. Apply it only once"
    )
    assert found.level == "bad"


def test_a_sigmoid_of_a_sigmoid():
    true = TRUE == 1
    prob = np.where(true, 0.73, 0.5 + 1e-6)[..., None]
    record = from_masks(1 - true.astype(int), prob, classes=("a",), background=None)
    record = replace(record, exclusive=False)
    hit = {"hard_intersection": record.sums["true_sum"], "hard_true_sum": record.sums["true_sum"]}
    (found,) = activation_twice([view(replace(record, sums={**record.sums, **hit}))])
    assert found.evidence.endswith(
        "; a second sigmoid keeps p within [.50, .73]. Apply it only once"
    )


@pytest.mark.parametrize(
    "prob",
    [SURE, again(3 * SURE), again(np.roll(SURE, 1, axis=-1)), again(0.6 * SURE)],
    ids=["sure", "surer than that", "wrong", "not sure yet"],
)
def test_one_activation(prob):
    assert activation_twice([view(from_masks(TRUE, prob))]) == []


def test_an_activation_that_the_recording_guessed_is_not_one_too_many():
    said = (Notice("It looks like logits.", "activation", how="values", activation="softmax"),)
    record = from_masks(TRUE, again(SURE), notices=said)
    assert activation_twice([view(replace(record, activation="softmax"))]) == []
    assert len(activation_twice([view(replace(record, activation="none"))])) == 1


def passes(*targets, **fields):
    prob = again(SURE)
    records = [from_masks(true, prob, step=3 * k, **fields) for k, true in enumerate(targets)]
    return View("a/dice", stack(records), Definition())


def test_targets_that_change():
    other = TRUE.copy()
    other[1, 0, 0] = (other[1, 0, 0] + 1) % 3
    (found,) = targets_change([passes(TRUE, TRUE, other)])
    assert found.claim == "The validation targets of a change from pass to pass:"
    assert found.evidence.startswith(
        "1 of 2 samples have different targets at steps 3 and 6 (are they augmented or resampled?)"
    )


def test_targets_in_another_order():
    (found,) = targets_change([passes(TRUE, TRUE[::-1])])
    assert "2 of 2 samples have different targets" in found.evidence
    assert "(the same in a different order)" in found.evidence


def test_targets_that_do_not_change():
    assert targets_change([passes(TRUE)]) == []
    assert targets_change([passes(TRUE, TRUE)]) == []
    told = Notice("The validation samples are matched.", "order")
    assert targets_change([passes(TRUE, TRUE[::-1], notices=(told,))]) == []


def test_samples_that_were_matched_by_name():
    one = from_masks(TRUE, again(SURE), step=0)
    two = from_masks(TRUE[::-1], again(SURE[::-1]), step=1, sample_ids=np.array(["s1", "s0"]))
    assert targets_change([View("a/dice", stack([one, two]), Definition())]) == []
    new = from_masks(TRUE[::-1], again(SURE), step=1, sample_ids=np.array(["s2", "s3"]))
    assert targets_change([View("a/dice", stack([one, new]), Definition())]) == []

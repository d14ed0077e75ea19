"""Logged numbers, computed by hand from the sums of random masks, and what they are found to be."""

from dataclasses import replace

import numpy as np
import pytest

from tb_dice.analysis.identify import holds, identify, logged
from tb_dice.analysis.table import stack

from .make import random_record

SIZES = (4, 2)  # samples in the batches of a random record
HARD = ("hard_intersection", "hard_true_sum", "hard_pred_sum")
SOFT = ("intersection", "true_sum", "pred_sum")


def batches(record, names):
    """TP, T and P of each batch, [n, 3]."""
    return [[record.sums[name][record.batch == batch] for name in names] for batch in (0, 1)]


def flat(record, smooth):
    """The soft Dice of each batch, all summed."""
    found = []
    for parts in batches(record, SOFT):
        hit, true, pred = (part.sum() for part in parts)
        found.append((2 * hit + smooth) / (true + pred + smooth))
    return found


def of_foreground(record):
    """The mean of each batch of the hard Dice with smooth 1, by sample and class but the first."""
    return [
        ((2 * hit + 1) / (true + pred + 1))[:, 1:].mean()
        for hit, true, pred in batches(record, HARD)
    ]


def of_class(record):
    """The soft Dice with smooth 10 of the last class alone, summed over the batch."""
    return [
        (2 * hit[:, 2].sum() + 10) / (true[:, 2].sum() + pred[:, 2].sum() + 10)
        for hit, true, pred in batches(record, SOFT)
    ]


def jaccard(record):
    """The mean over classes of the hard Jaccard index of all samples."""
    hit, true, pred = (record.sums[name].sum(0) for name in HARD)
    return float((hit / (true + pred - hit)).mean())


def table(number, steps=3):
    records = [random_record(step) for step in range(steps)]
    return stack([replace(record, logged={"m": number(record)}) for record in records])


def found(number, steps=3, **how):
    passes = logged(table(number, steps), "m")
    assert passes is not None
    return identify(passes, **{"widely": True, **how})


def test_a_known_definition_by_its_name():
    match = found(lambda record: np.average(flat(record, 100), weights=SIZES))
    assert match.name == "recipe.dice_coef"
    assert (match.sign, match.how) == ("", "batches")


def test_each_batch_may_count_the_same():
    match = found(lambda record: np.mean(flat(record, 100)))
    assert (match.name, match.how) == ("recipe.dice_coef", "equal batches")


def test_a_number_turned_round():
    match = found(lambda record: -np.mean(flat(record, 10)))
    assert (match.sign, match.spec.ratio.smooth_num) == ("-", 10)
    match = found(lambda record: 1 - np.mean(flat(record, 10)))
    assert (match.sign, match.spec.ratio.smooth_num) == ("1 - ", 10)


def test_the_name_of_a_number_as_it_is_goes_before_that_of_another_turned_round():
    match = found(lambda record: 1 - np.mean(flat(record, 100)))
    assert (match.sign, match.name) == ("", "recipe.dice_coef_loss")
    match = found(lambda record: -np.mean(flat(record, 100)))
    assert (match.sign, match.name) == ("", "recipe.neg_dice_coef")


def test_definitions_without_a_name():
    match = found(lambda record: np.average(of_foreground(record), weights=SIZES))
    assert match.name is None
    axes = match.spec.axes()
    assert (axes["compare"], axes["background"], axes["over"]) == ("hard", False, ["space"])
    assert axes["smooth_num"] == axes["smooth_den"] == 1

    match = found(lambda record: np.mean(of_class(record)))
    assert match.spec.compared.classes == (2,)
    assert match.spec.ratio.smooth_den == 10

    match = found(jaccard, overlap=1.0)
    assert (match.how, match.spec.ratio.alpha) == ("pass", 1)


def test_what_is_no_dice():
    assert found(lambda record: 0.3 + 0.1 * record.step) is None
    assert found(lambda record: np.mean(of_class(record)), widely=False) is None


def test_a_number_that_does_not_move_fits_by_chance():
    still = [replace(random_record(0), step=step, logged={"m": 0.3}) for step in range(3)]
    assert not logged(stack(still), "m").moves
    assert identify(logged(stack(still), "m"), widely=True) is None
    number = np.mean(of_class(still[0]))
    still = [replace(record, logged={"m": number}) for record in still]
    assert identify(logged(stack(still), "m"), widely=True) is None


def test_one_pass_is_not_enough_for_those_without_a_name():
    assert found(lambda record: np.mean(of_class(record)), steps=1) is None
    assert found(lambda record: np.mean(flat(record, 100)), steps=1).name == "recipe.dice_coef"


def test_every_pass_has_to_agree():
    def once(record):
        return np.mean(flat(record, 100)) + (1e-3 if record.step == 0 else 0)

    assert found(once) is None


def test_a_match_of_another_run():
    match = found(lambda record: np.mean(flat(record, 100)))
    assert holds(logged(table(lambda record: np.mean(flat(record, 100))), "m"), match)
    assert not holds(logged(table(lambda record: np.mean(flat(record, 1))), "m"), match)


@pytest.mark.parametrize("number", [0.0, 1.0, float("nan")])
def test_numbers_that_many_definitions_give(number):
    assert logged(table(lambda record: number), "m") is None


def test_passes_that_do_not_hold_all_samples_are_left_out():
    whole = [replace(random_record(step), logged={"m": 0.5}) for step in range(2)]
    assert len(logged(stack(whole), "m").records) == 2
    cut = replace(whole[1], total=9)
    assert logged(stack([whole[0], cut]), "m") is None
    assert logged(stack(whole), "another") is None

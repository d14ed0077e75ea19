import numpy as np

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.detectors.gradient import alarms_without_gradient, gradient_of_empties
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View

from ..make import from_masks

PER_SAMPLE, PER_BATCH = "recipe.multiclass_dice_loss", "recipe.dice_coef_multilabel_loss"


def view(record, *variants, run="a/dice"):
    return View(run, stack([record]), Definition(), variants)


def masks(alarm):
    """Three samples of 4 x 4: one with the class, half found, and two without it."""
    true = np.zeros((3, 4, 4), int)
    true[0, :2] = 1
    prob = np.full((3, 4, 4), 1e-6)
    prob[0, 0], prob[0, 1] = 0.9, 0.2
    prob[1:, 0] = alarm
    return from_masks(true, np.stack([1 - prob, prob], -1))


def test_false_alarms_that_a_loss_does_not_see():
    (found,) = alarms_without_gradient([view(masks(0.9), PER_SAMPLE)])
    assert found.claim == f"{PER_SAMPLE} does not see the false alarms of small in a:"
    assert found.evidence == (
        "the model draws it on 2 of 2 samples that lack it, but these 2 samples get less than "
        "0.01 % of its gradient"
    )
    assert (found.level, found.column, found.sample) == ("warn", "small", "s1")


def test_a_loss_over_the_batch_sees_them():
    assert alarms_without_gradient([view(masks(0.9), PER_BATCH)]) == []
    assert alarms_without_gradient([view(masks(0.1), PER_SAMPLE)]) == []  # not drawn
    assert alarms_without_gradient([view(masks(0.9), "recipe.dice_coef")]) == []  # no loss


def test_empty_masks_that_take_the_gradient():
    (found,) = gradient_of_empties([view(masks(1e-7), PER_SAMPLE)])
    assert found.claim == f"100% of the gradient of {PER_SAMPLE} comes from empty masks in a:"
    assert found.evidence.endswith("voxels can reach 1 / smooth; here smooth is 1e-06")
    assert (found.column, found.level) == ("small", "warn")


def test_empty_masks_that_do_not():
    assert gradient_of_empties([view(masks(0.1), PER_SAMPLE)]) == []
    assert gradient_of_empties([view(masks(1e-7), "monai.DiceMetric")]) == []
    assert gradient_of_empties([view(masks(1e-7))]) == []
    assert gradient_of_empties([]) == []

import numpy as np
import pytest

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.detectors.scores import (
    batch_dependent,
    carried_by_empties,
    pixel_accuracy,
    pooled_apart,
    smooth_outweighs,
    soft_apart,
)
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View

from ..make import counted


def view(record, choice=None, variants=()):
    return View("a/dice", stack([record]), parse(choice or {}), variants)


def one_class(hit, true, pred, **fields):
    columns = [np.array([[99.0, x] for x in counts]) for counts in (hit, true, pred)]
    return counted(*columns, **fields)


HALF_AND_EMPTY = one_class([2, 0, 0], [4, 0, 0], [4, 0, 0])


def test_empties_would_carry_a_class():
    (found,) = carried_by_empties([view(HALF_AND_EMPTY)])
    assert found.level == "note"
    assert found.claim == "Empty masks would raise the Dice of small in a:"
    assert found.evidence == (
        "2 of 3 samples have both masks empty. It is .83 if they count as 1, .50 if they are "
        "left out"
    )


@pytest.mark.parametrize("choice", [{"empty": "one"}, {"empty": "formula", "smooth": 1e-6}])
def test_empties_carry_a_class_where_the_page_counts_them(choice):
    (found,) = carried_by_empties([view(HALF_AND_EMPTY, choice)])
    assert found.level == "warn"
    assert found.claim == "Empty masks raise the Dice of small in a:"


def test_a_good_class_is_not_carried():
    assert carried_by_empties([view(one_class([4, 0], [4, 0], [4, 0]))]) == []
    assert carried_by_empties([view(one_class([0, 0], [4, 0], [0, 0]))]) == []  # never drawn


def test_smooth_of_the_page():
    (found,) = smooth_outweighs(
        [view(one_class([70] * 3, [70, 74, 80], [74] * 3), {"smooth": 100})]
    )
    assert found.claim == "smooth 100 exceeds the median small object"
    assert found.evidence == (
        "of 74 voxels. Where such an object is all that is summed, missing it completely still "
        "scores .57 (shown here)"
    )


def test_smooth_of_a_recorded_variant():
    record = one_class([70], [74], [74])
    (found,) = smooth_outweighs([view(record, variants=["recipe.dice_coef", "recipe.dice_loss"])])
    assert "recipe.dice_coef" in found.evidence
    assert smooth_outweighs([view(record, {"smooth": 70})]) == []
    assert smooth_outweighs([view(record)]) == []


def test_pooled_is_far_from_the_mean_over_samples():
    (found,) = pooled_apart([view(one_class([900, 0], [1000, 10], [1000, 0]))])
    assert found.claim == "Pooled and per-sample Dice of small differ in a:"
    assert found.evidence.startswith(
        ".90 pooled (one sum over all samples), .45 as a mean over samples"
    )
    assert pooled_apart([view(one_class([9, 9], [10, 10], [10, 10]))]) == []


def test_soft_is_far_from_hard():
    (found,) = soft_apart([view(one_class([10], [10], [10], soft=0.5))])
    assert found.claim == "Soft and hard Dice of small are far apart in a:"
    assert found.evidence.startswith(".67 on probabilities, 1.00 on masks")
    assert soft_apart([view(one_class([10], [10], [10], soft=0.9))]) == []


def test_soft_is_compared_on_the_samples_that_hard_scores():
    # A haze over an empty target: soft Dice 0, hard Dice undefined; it must not be counted.
    haze = one_class([10, 0], [10, 0], [10, 0])
    haze.sums["pred_sum"].flags.writeable = True
    haze.sums["pred_sum"][1, 1] = 3.0
    assert soft_apart([view(haze)]) == []


def test_a_variant_that_moves_with_the_batch_size():
    record = one_class([90, 1], [100, 10], [100, 10], batch=[0, 1])
    (found,) = batch_dependent([view(record, variants=["recipe.dice_coef_multilabel"])])
    # sums over two classes, smooth 1e-6: (background: .99 .99 -> exact) checked by hand below
    assert found.claim == "recipe.dice_coef_multilabel depends on the batch size in a:"
    alone = (1 + 0.9 + 1 + 0.1) / 2
    together = 1 + 91 / 110
    assert found.evidence == (
        f"{alone:.2f} in the recorded batches, {alone:.2f} one sample at a time, "
        f"{together:.2f} over all samples at once"
    )
    assert batch_dependent([view(record)]) == []
    assert batch_dependent([view(record, variants=["recipe.multiclass_dice_loss"])]) == []


def test_dice_over_all_classes_is_accuracy():
    # 128 pixels, 10 wrong
    record = counted([[100, 18]], [[105, 23]], [[105, 23]], voxels=128)
    (found,) = pixel_accuracy([view(record, {"over": ["class"]})])
    assert found.evidence == ".92 in a, most of it background"
    assert pixel_accuracy([view(record)]) == []
    overlapping = counted([[100, 18]], [[105, 23]], [[105, 23]], exclusive=False)
    assert pixel_accuracy([view(overlapping, {"over": ["class"]})]) == []


def test_no_class_but_the_background():
    only = counted([[9]], [[9]], [[9]])
    for detect in (carried_by_empties, pooled_apart, soft_apart, smooth_outweighs):
        assert detect([View("a", stack([only]), Definition())]) == []

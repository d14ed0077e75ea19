import numpy as np
import pytest

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.detectors.definitions import accuracy_in_disguise, beyond_one, rank_flips
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View

from ..make import counted

OVER_ALL = "recipe.dice_coef"


def view(record, run="a/dice", variants=()):
    return View(run, stack([record]), Definition(), variants)


def test_accuracy_in_disguise():
    # 100 voxels, 90 of them background, 10 of the class, of which 2 are found
    record = counted([[88, 2]], [[90, 10]], [[96, 4]])
    (found,) = accuracy_in_disguise([view(record, variants=[OVER_ALL])])
    assert found.claim == (
        "recipe.dice_coef sums over all classes, so Dice is close to pixel accuracy:"
    )
    assert found.evidence == (
        "in a, .90 of the voxels have the right class and .90 are background, while the mean Dice "
        "of the other classes is .29"
    )
    assert found.level == "warn"
    several = ["recipe.dice_loss", OVER_ALL, "recipe.multiclass_dice_loss"]
    (found,) = accuracy_in_disguise([view(record, variants=several)])
    assert found.claim.startswith("recipe.dice_loss and 1 more recorded variant sum over all")


def test_the_run_in_which_it_is_worst():
    bad, worse = (counted([[88, hit]], [[90, 10]], [[96, 4]]) for hit in (4, 1))
    views = [view(bad, "bad/dice", [OVER_ALL]), view(worse, "worse/dice", [OVER_ALL])]
    (found,) = accuracy_in_disguise(views)
    assert found.run == "worse/dice"


@pytest.mark.parametrize(
    ("record", "variants"),
    [
        (counted([[88, 2]], [[90, 10]], [[96, 4]]), ["recipe.multiclass_dice_loss"]),
        (counted([[88, 9]], [[90, 10]], [[91, 9]]), [OVER_ALL]),
        (counted([[88, 2]], [[90, 10]], [[96, 4]], exclusive=False, background=None), [OVER_ALL]),
    ],
)
def test_no_accuracy(record, variants):
    assert accuracy_in_disguise([view(record, variants=variants)]) == []


def test_a_sum_over_classes_beyond_one():
    record = counted([[90, 5]], [[90, 10]], [[90, 10]])
    name = "recipe.dice_coef_multilabel"
    (found,) = beyond_one([view(record, variants=[name, OVER_ALL])])
    assert found.claim == "recipe.dice_coef_multilabel is 1.50 in a:"
    assert found.evidence == "the sum over 2 classes, not their mean"
    low = counted([[1, 1]], [[90, 10]], [[90, 10]])
    assert beyond_one([view(low, variants=[name])]) == []


# One sample with the class and one without it: a is better with it, b draws nothing without.
A = counted([[9, 8], [9, 0]], [[9, 10], [9, 0]], [[9, 10], [9, 1]])
B = counted([[9, 5], [9, 0]], [[9, 10], [9, 0]], [[9, 10], [9, 0]])


def test_the_better_run_depends_on_the_rule():
    (found,) = rank_flips([view(A, "a/dice"), view(B, "b/dice")])
    # skipped: .40 against .50; both empty = 1: .40 against .75; = 0: .40 against .25
    assert found.claim == "Which run is best depends on the rule for empty masks:"
    assert found.evidence == (
        "a leads b by .40 to .25 with “both empty = 0”, but b leads by .75 to .40 "
        "with “both empty = 1”. Both rules score the same predictions"
    )


def test_the_pair_that_is_farthest_apart():
    c = counted([[9, 7], [9, 0]], [[9, 10], [9, 0]], [[9, 10], [9, 1]])
    runs = [view(A, "a/dice"), view(B, "b/dice"), view(c, "c/dice")]
    (found,) = rank_flips(runs)
    assert found.evidence.startswith("a leads b")


def test_a_run_that_leads_under_every_rule_is_best():
    best = counted([[9, 10], [9, 0]], [[9, 10], [9, 0]], [[9, 10], [9, 0]])
    (found,) = rank_flips([view(A, "a/dice"), view(B, "b/dice"), view(best, "best/dice")])
    assert found.claim == "The order of a and b depends on the rule for empty masks:"
    assert "“both empty = 1”. best leads under both. Both" in found.evidence
    assert found.level == "note"


def test_a_mean_over_fewer_classes_is_not_compared():
    # Large is in no target. b draws it, so that its score is 0; a has none where empty is skipped.
    a = counted([[9, 9, 0], [9, 0, 0]], [[9, 10, 0], [9, 0, 0]], [[9, 10, 0], [9, 0, 0]])
    b = counted([[9, 10, 0], [9, 0, 0]], [[9, 10, 0], [9, 0, 0]], [[9, 10, 1], [9, 0, 0]])
    (found,) = rank_flips([view(a, "a/dice"), view(b, "b/dice")])
    # skipped: .90 of one class against .50 of two; = 0: .23 against .25; = 1: .97 against .75
    assert "skipped" not in found.evidence
    assert "a leads by .97 to .75 with “both empty = 1”" in found.evidence


@pytest.mark.parametrize(
    "others",
    [[A], [], [counted(*(np.zeros((2, 3)),) * 3)], [counted(*([[9, 9], [9, 9]],) * 3)]],
)
def test_no_flip(others):
    assert rank_flips([view(A), *(view(other, "b/dice") for other in others)]) == []

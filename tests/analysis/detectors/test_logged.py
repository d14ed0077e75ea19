from dataclasses import replace

import numpy as np

from tb_dice.analysis.choice import Definition, parse
from tb_dice.analysis.detectors import logged
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View
from tb_dice.definition.catalogue import variant
from tb_dice.definition.spec import DiceSpec
from tb_dice.log import scores

from ..make import random_record

RECIPE = variant("recipe.dice_coef")
OWN = DiceSpec.of(smooth_num=1, smooth_den=1, background=False)


def view(run="a/dice", first=0, **numbers):
    """A run of three passes that logs definitions, or functions of the step."""
    records = [random_record(step) for step in range(first, first + 3)]
    return View(
        run, stack([replace(one, logged=said(one, numbers)) for one in records]), Definition()
    )


def said(record, numbers):
    return {
        name: scores.value(record, number) if isinstance(number, DiceSpec) else number(record.step)
        for name, number in numbers.items()
    }


def test_a_number_with_a_name():
    one = view(dice_coef=RECIPE)
    (found,) = logged.named([one])
    assert found.claim == "The logged dice_coef is recipe.dice_coef:"
    assert found.evidence.startswith("(2 TP + 100) / (2 TP + FP + FN + 100); soft; all voxels")
    number = one.table.logged[-1]["dice_coef"]
    default = np.nanmean(one.hard[1:])
    assert found.evidence.endswith(
        f" {number:.2f} in a, where this tab's default definition gives {default:.2f}".replace(
            " 0.", " ."
        )
    )
    assert (found.id, found.level, found.run, found.step) == ("logged", "note", "a/dice", 2)
    assert parse(found.definition).spec == RECIPE


def test_a_number_without_a_name():
    (found,) = logged.named([view(my_dice=OWN)])
    assert found.claim == "The logged my_dice is this Dice:"
    assert "(2 TP + 1) / (2 TP + FP + FN + 1); hard, without class 0" in found.evidence
    chosen = parse(found.definition)
    np.testing.assert_array_equal(
        scores.cells(random_record(), chosen.spec), scores.cells(random_record(), OWN)
    )
    assert (chosen.background, chosen.pooled) == (False, False)
    (found,) = logged.named([view(dice_small=OWN.replace(background=True, classes=(1,)))])
    assert found.claim == "The logged dice_small is the Dice of small alone:"
    assert "classes" not in found.evidence
    assert found.column == "small"


def test_a_definition_that_the_tab_has_no_controls_for():
    (found,) = logged.named([view(dice=OWN.replace(smooth_num=0))])
    assert (found.definition, found.label) == (None, "a")


def test_a_jaccard_index():
    (found,) = logged.named([view(mean_iou=OWN.replace(alpha=1, beta=1))])
    assert found.claim == "The logged mean_iou is this Jaccard index:"


def test_runs_that_log_the_same_are_one_finding():
    views = [view(dice=RECIPE), view("b/dice", 3, dice=RECIPE), view("c/dice", 6, dice=OWN)]
    both, third = logged.named(views)
    assert " in a (and 1 more), where" in both.evidence
    assert third.run == "c/dice"


def test_a_dice_that_is_none_of_them():
    (found,) = logged.named(
        [view(val_dice=lambda step: 0.3 + step / 10, accuracy=lambda step: 0.6)]
    )
    assert found.claim == "No known definition reproduces the logged val_dice:"
    assert found.evidence.startswith(".50 in a, where this tab's default definition gives .")


def test_a_wide_search_is_made_for_one_run_only(monkeypatch):
    asked = []

    def identify(passes, *, widely, overlap):
        asked.append(widely)

    monkeypatch.setattr(logged, "identify", identify)
    (found,) = logged.named([view(dice=OWN), view("b/dice", 3, dice=OWN)])
    assert asked == [True, False]
    assert " in a (and 1 more), where" in found.evidence


def test_where_a_number_does_not_move_its_name_has_to_say_that_it_is_a_dice():
    record = random_record()
    number = scores.value(record, RECIPE)

    def once(name):
        return View("a/dice", stack([replace(record, logged={name: number})]), Definition())

    assert [found.id for found in logged.named([once("f1_score")])] == ["logged"]
    assert logged.named([once("accuracy")]) == []


def test_losses_and_numbers_that_tell_nothing_are_left_out():
    assert logged.named([view(loss=RECIPE, seg_dice_loss=RECIPE, dice=lambda step: 0.0)]) == []
    assert logged.named([view()]) == []


def test_a_table_is_searched_once(monkeypatch):
    one = view(my_dice=OWN)
    first = logged.named([one])
    monkeypatch.setattr(logged, "identify", None)
    assert logged.named([one]) == first

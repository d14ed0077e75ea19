import numpy as np
import pytest

from tb_dice.analysis.choice import Definition
from tb_dice.analysis.detectors.masks import (
    collapsed,
    false_alarms,
    misses,
    never_drawn,
    never_present,
)
from tb_dice.analysis.table import stack
from tb_dice.analysis.view import View

from ..make import CLASSES, counted


def view(*records, run="a/dice"):
    return View(run, stack(records), Definition())


def column(*cells):
    """Counts [N, 2] of the background and one class from (hit, true, pred) of each sample."""
    hit, true, pred = np.array(cells, float).T
    full = np.full(len(cells), 99.0)
    return [np.stack([full, counts], axis=1) for counts in (hit, true, pred)]


HIT, MISS, ALARM, NONE = (5, 5, 5), (0, 5, 0), (0, 0, 5), (0, 0, 0)


def test_never_drawn():
    a = view(counted(*column(MISS, MISS, NONE)))
    (found,) = never_drawn([a])
    assert found.claim == "a never draws small."
    assert (
        found.evidence
        == "Every target is missed (2 of 2 samples), yet the rule “both empty = 1” reports .33"
    )
    assert (found.level, found.column, found.sample) == ("bad", "small", "s0")


def test_never_drawn_names_all_classes_of_a_run():
    counts = np.array([[9, 5, 7], [9, 5, 0]], float)
    none = counts * [1, 0, 0]
    (found,) = never_drawn([view(counted(none, counts, none))])
    assert found.claim == "a never draws small or large."
    assert found.evidence.startswith("Every target is missed (2 of 2 and 1 of 1 samples), yet")
    assert found.evidence.endswith("reports .50")


@pytest.mark.parametrize("cells", [(MISS, HIT), (MISS, ALARM), (NONE, NONE), (HIT,)])
def test_drawn_somewhere_or_not_there_at_all(cells):
    assert never_drawn([view(counted(*column(*cells)))]) == []


def test_collapsed():
    steps = [counted(*column(HIT, MISS), step=0), counted(*column(HIT, HIT), step=3)]
    gone = [counted(*column(MISS, MISS), step=step) for step in (5, 9)]
    a = view(*steps, *gone)
    (found,) = collapsed([a])
    assert found.claim == "small collapsed at step 5 in a."
    assert found.evidence == (
        "Its Dice was 1.00 at step 3 and .00 at step 5; since step 5 it has been drawn on none of "
        "the 2 samples"
    )
    assert found.step == 5
    assert never_drawn([a]) == []


def test_a_collapse_is_from_a_dice_that_was_there():
    good, poor, gone = (HIT, HIT), ((1, 50, 50), MISS), (MISS, MISS)
    cells = [good, poor, poor, gone, gone]
    (found,) = collapsed([view(*(counted(*column(*of), step=k) for k, of in enumerate(cells)))])
    assert found.claim == "small collapsed at step 1 in a."
    assert found.evidence.startswith("Its Dice was 1.00 at step 0 and .01 at step 1; since step 3")
    assert found.step == 1


def test_what_came_back_has_not_collapsed():
    assert collapsed([view(counted(*column(MISS)), counted(*column(HIT), step=1))]) == []


def test_a_class_that_was_hardly_found_was_never_drawn():
    poor = counted(*column((1, 50, 50)), step=0)
    a = view(poor, counted(*column(MISS), step=1))
    assert collapsed([a]) == []
    assert len(never_drawn([a])) == 1


def test_misses():
    a, b = (
        view(counted(*column(MISS, HIT, HIT, NONE)), run="a/dice"),
        view(counted(*column(MISS, MISS, HIT, NONE)), run="b/dice"),
    )
    (found,) = misses([a, b])
    assert found.claim == "b misses small completely"
    assert found.evidence == (
        "on 2 of 3 samples that have it; a on 1 of 3. On samples where both "
        "masks have it, Dice is 1.00"
    )
    assert (found.level, found.run, found.sample) == ("bad", "b/dice", "s0")
    assert misses([a])[0].level == "warn"


@pytest.mark.parametrize("cells", [(MISS,) + (HIT,) * 5, (HIT, ALARM), (MISS, MISS)])
def test_few_misses_or_never_drawn_are_no_misses(cells):
    assert misses([view(counted(*column(*cells)))]) == []


def test_false_alarms():
    a = view(counted(*column(HIT, ALARM, ALARM)), run="a/dice")
    b = view(counted(*column(HIT, ALARM, NONE)), run="b/dice")
    quiet = view(counted(*column(HIT, NONE, NONE)), run="quiet/dice")
    (found,) = false_alarms([b, a, quiet])
    assert found.claim == "a draws small where there is none,"
    assert found.evidence == (
        "on 2 of 2 samples that lack it; b on 1 of 2. Pooled Dice, one sum over all samples, "
        "hides this: .50 in a and .67 in b"
    )
    assert (found.level, found.sample) == ("bad", "s1")
    assert (
        false_alarms([a])[0].evidence
        == "on 2 of 2 samples that lack it. Pooled Dice, one sum over all samples, hides this: .50"
    )


def test_false_alarms_weigh_by_samples_and_by_how_runs_differ():
    def weight(cells, *others):
        runs = [view(counted(*column(*of)), run=str(k)) for k, of in enumerate((cells, *others))]
        return false_alarms(runs)[0].weight

    few, many, quiet = (HIT, ALARM, ALARM), (HIT, *[ALARM] * 8), (HIT, *[NONE] * 8)
    assert weight(few, few) < weight(many, many) < weight(many, quiet) < 1
    assert weight(few) < weight(many)


@pytest.mark.parametrize("cells", [(HIT, ALARM), (ALARM,) + (NONE,) * 5, (HIT, MISS)])
def test_few_false_alarms_are_none(cells):
    assert false_alarms([view(counted(*column(*cells)))]) == []


def test_the_background_is_no_class_to_look_at():
    empty = counted([[0, 5]] * 3, [[0, 5]] * 3, [[9, 5]] * 3)
    assert false_alarms([view(empty)]) == []
    assert misses([view(counted([[0, 5]] * 3, [[9, 5]] * 3, [[0, 5]] * 3))]) == []


def test_never_present():
    absent = np.array([[9, 0, 0], [9, 0, 0]], float)
    (found,) = never_present([view(counted(absent, absent, absent), run=r) for r in "ab"])
    assert found.claim == f"No validation sample has {CLASSES[1]} or {CLASSES[2]}."
    assert found.evidence.startswith("0 of 2 targets")
    assert never_present([view(counted(*column(MISS)))]) == []


def test_what_an_absent_class_does_to_the_mean():
    # small .50 and large absent
    absent = counted([[90, 2, 0]], [[90, 4, 0]], [[90, 4, 0]])
    (found,) = never_present([view(absent)])
    assert found.evidence.endswith(
        "The mean over classes is .25 if absent classes count as 0, .75 if they count as 1 and "
        ".50 if they are left out"
    )

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_dice.log.images import SampleImage
from tb_dice.log.scores import worst_first
from tb_dice.recording.chooser import Chooser

BLANK = np.zeros((1, 1), np.int32)


def picture(key, index):
    return [SampleImage(key, key, index, (), BLANK, BLANK, BLANK)]


def show(chooser, counts, *, batch=3, keys=None):
    """A pass through the chooser: (index, reasons) of what is shown, and the rows asked for."""
    keys = [str(i) for i in range(len(counts))] if keys is None else keys
    asked = []
    for first in range(0, len(counts), batch):
        part = slice(first, first + batch)
        rows = chooser.offer(keys[part], np.asarray(counts)[part])
        asked += [first + row for row in rows]
        chooser.hold([picture(keys[first + row], first + row) for row in rows])
    return [(s.index, s.reasons) for s in chooser.finish()], asked


def counts_of(*columns):
    """[n, C, 3] from columns of (hit, target, prediction)."""
    return np.stack([np.array(column) for column in columns], axis=1)


def of_scores(*scores):
    """One class with 10 target and 10 predicted voxels and these hits."""
    return counts_of([(score, 10, 10) for score in scores])


def fixed(shown):
    return [index for index, reasons in shown if "fixed" in reasons]


def worst(shown, name):
    return [index for index, reasons in shown if f"worst {name}" in reasons]


def test_the_first_sample_and_one_with_and_without_each_class_are_followed():
    here, absent = (5, 9, 9), (0, 0, 3)
    a = [here, here, here, absent, here, here]
    b = [absent, absent, absent, absent, absent, here]
    shown, _ = show(Chooser(3, "ab"), counts_of(a, b))
    assert fixed(shown) == [0, 3, 5]  # with a, without b; without a; with b


def test_the_first_others_fill_the_set():
    shown, _ = show(Chooser(4, "a"), of_scores(9, 9, 9, 9, 9, 9, 0))
    assert fixed(shown) == [0, 1, 2, 3]
    assert worst(shown, "a") == [0, 6]


def test_the_background_decides_nothing():
    background = [(5, 9, 9), (5, 9, 9), (0, 0, 9)]
    a = [(5, 9, 9), (0, 0, 0), (0, 0, 0)]
    shown, _ = show(Chooser(2, ("bg", "a"), background=0), counts_of(background, a))
    assert fixed(shown) == [0, 1]


def test_the_set_is_followed_whatever_the_order_of_later_passes():
    chooser = Chooser(2, "a")
    show(chooser, of_scores(9, 9, 9, 9), keys=list("pqrs"))
    shown, _ = show(chooser, of_scores(9, 9, 9, 9), keys=list("srqp"))
    assert fixed(shown) == [2, 3]


def test_a_name_that_comes_twice_is_followed_once():
    chooser = Chooser(1, "a")
    show(chooser, of_scores(9, 9), keys=list("pq"))
    shown, _ = show(chooser, of_scores(9, 9, 9, 9), keys=list("qppp"), batch=2)
    assert fixed(shown) == [1]


def test_others_are_followed_when_none_comes_again():
    chooser = Chooser(2, "a")
    show(chooser, of_scores(9, 9, 9), keys=list("abc"))
    assert fixed(show(chooser, of_scores(9, 9, 9), keys=list("def"))[0]) == []
    assert fixed(show(chooser, of_scores(9, 9, 9), keys=list("ghi"))[0]) == [0, 1]
    assert fixed(show(chooser, of_scores(9, 9, 9), keys=list("ihg"))[0]) == [1, 2]


def test_a_pass_without_samples_forgets_nothing():
    chooser = Chooser(2, "a")
    show(chooser, of_scores(9, 9, 9), keys=list("abc"))
    assert show(chooser, of_scores()) == ([], [])
    assert fixed(show(chooser, of_scores(9, 9, 9), keys=list("cba"))[0]) == [1, 2]


def test_undefined_samples_are_never_the_worst():
    nothing = (0, 0, 0)
    shown, _ = show(Chooser(1, "a"), counts_of([nothing, nothing, (3, 5, 5), nothing]))
    assert worst(shown, "a") == [2]


def test_of_equal_scores_the_larger_target_then_the_larger_prediction_then_the_first():
    missed = [(0, 5, 0), (0, 50, 0), (0, 50, 8), (0, 50, 8), (0, 0, 70)]
    shown, _ = show(Chooser(1, "a"), counts_of(missed), batch=2)
    assert worst(shown, "a") == [2, 3]


def test_reasons_add_up():
    same = [(0, 9, 9), (9, 9, 9), (5, 9, 9)]
    shown, _ = show(Chooser(1, "ab"), counts_of(same, same))
    assert shown == [(0, ("fixed", "worst a", "worst b")), (2, ("worst a", "worst b"))]


def test_no_images_asks_for_nothing():
    assert show(Chooser(0, "a"), of_scores(1, 2, 3)) == ([], [])


def test_at_most_four_times_images_are_shown_the_worst_of_each_class_first():
    classes = 8
    counts = np.zeros((100, classes, 3), int)
    counts[..., 1:] = 10
    counts[..., 0] = 10
    for c in range(classes):
        counts[10 + c, c, 0] = c  # the worst of class c
        counts[30 + c, c, 0] = 8 + c / 8  # the second
    chooser = Chooser(1, [f"c{c}" for c in range(classes)], background=0)
    shown, _ = show(chooser, counts, batch=7)
    assert [index for index, _ in shown] == [0, 11, 12, 13]


def test_where_room_ends_among_equals_earlier_classes_are_shown_and_the_background_is_not():
    missed_in = (5, 1, 2, 3, 4)  # bg, a, b, c, d: one sample each, all with a Dice of 0
    columns = [[(0 if i == at else 9, 9, 9) for i in range(7)] for at in missed_in]
    chooser = Chooser(1, ["bg", *"abcd"], background=0)
    assert [index for index, _ in show(chooser, counts_of(*columns))[0]] == [0, 1, 2, 3]
    chooser = Chooser(1, ["bg", *"abcd"])
    assert [index for index, _ in show(chooser, counts_of(*columns))[0]] == [0, 1, 2, 5]


def test_only_what_may_be_shown_is_asked_for():
    rising = of_scores(*range(10))
    _, asked = show(Chooser(1, "a"), rising, batch=1)
    assert asked == [0, 1]


def test_hold_wants_what_was_asked_for():
    chooser = Chooser(1, "a")
    chooser.offer(["x"], of_scores(1))
    with pytest.raises(ValueError, match="shorter"):
        chooser.hold([])


@given(st.data())
def test_one_pass_finds_what_a_sort_of_all_finds(data):
    n, c = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 4))
    triples = st.tuples(*[st.integers(0, 4)] * 3).map(lambda t: (min(t), *t[1:]))
    rows = data.draw(st.lists(st.lists(triples, min_size=c, max_size=c), min_size=n, max_size=n))
    counts = np.array(rows)
    names = [f"c{i}" for i in range(c)]
    shown, _ = show(Chooser(8, names), counts, batch=data.draw(st.integers(1, 8)))
    assert len(fixed(shown)) == min(8, n)
    hit, true, pred = np.moveaxis(counts, -1, 0).astype(float)
    with np.errstate(invalid="ignore"):
        values = 2 * hit / (true + pred)
    for i, name in enumerate(names):
        order = worst_first(values[:, i], true[:, i], pred[:, i])
        expected = [k for k in order if not np.isnan(values[k, i])][:2]
        assert sorted(worst(shown, name)) == sorted(expected)

"""Notices read back: with their kinds and facts, or, from an earlier log, by their words."""

import pytest

from tb_dice.log.notices import restored


def test_kinds_and_facts_come_back():
    (notice,) = restored(["It was so."], [["range", {"low": -1.5}]])
    assert (str(notice), notice.kind, notice.facts) == ("It was so.", "range", {"low": -1.5})


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The predictions are not all in [0, 1].", "range"),
        ("The channels do not sum to 1.", "channels"),
        ("The samples change from pass to pass.", "order"),
        ("They look like logits. Set activation= to be sure.", "activation"),
        ("Class names are numbered.", ""),
    ],
)
def test_the_kind_of_an_earlier_notice_is_in_its_words(sentence, kind):
    (notice,) = restored([sentence], None)
    assert (str(notice), notice.kind, notice.facts) == (sentence, kind, {})


@pytest.mark.parametrize("stated", [[], [["a", {}], ["b", {}]], [["a"]], [3], ["abc"], 5])
def test_what_is_not_one_kind_for_each_sentence_is_refused(stated):
    with pytest.raises((ValueError, TypeError)):
        restored(["One."], stated)

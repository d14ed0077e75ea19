"""A notice is its sentence, and keeps its fact through copies."""

import copy
import pickle

from tb_dice.masks.notice import Notice


def test_is_its_sentence_and_knows_its_fact():
    notice = Notice("Predictions leave [0, 1].", "range", low=-1.0)
    assert notice == "Predictions leave [0, 1]."
    assert (notice.kind, notice.facts) == ("range", {"low": -1.0})
    assert Notice("An old log.").kind == ""


def test_keeps_its_fact_when_copied_or_pickled():
    notice = Notice("x", "kind", low=1)
    for other in (copy.deepcopy(notice), pickle.loads(pickle.dumps(notice))):
        assert (other, other.kind, other.facts) == ("x", "kind", {"low": 1})

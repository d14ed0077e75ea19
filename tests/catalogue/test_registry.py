"""What an entry knows of itself."""

import json

import pytest

from tb_dice.catalogue import entries, entry
from tb_dice.catalogue.registry import one_of
from tb_dice.spec import DiceSpec


def test_parameters_are_those_of_the_original_with_their_defaults():
    known = entry("recipe.weighted_dice_loss")
    assert known.params == {"weights": None}
    assert known.required == ("weights",)
    assert known.family == "recipe"
    assert entry("recipe.dice_coef").params == {"smooth": 100}
    assert entry("recipe.dice_coef").form == "score"
    assert entry("recipe.dice_coef").formula == "(2 TP + 100) / (2 TP + FP + FN + 100)"


@pytest.mark.parametrize("known", entries(), ids=lambda e: e.name)
def test_parameters_can_be_sent_as_json_and_taken_back(known):
    params = json.loads(json.dumps(known.params))
    given = {name: value for name, value in params.items() if name not in known.required}
    example = {name: [1.0] for name in known.required}
    spec = known.spec(**example)
    assert known.spec(**given, **example) == spec
    assert DiceSpec.of(**json.loads(json.dumps(spec.axes()))) == spec


def test_one_of():
    assert one_of("mode", "b", {"a": 1, "b": 2}) == 2
    with pytest.raises(
        ValueError, match=r"Expected `mode` to be one of \('a', 'b'\). Received: 'c'"
    ):
        one_of("mode", "c", {"a": 1, "b": 2})

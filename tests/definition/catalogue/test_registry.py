"""What an entry knows of itself."""

import json

import numpy as np
import pytest

from tb_dice.definition.catalogue import entries, entry, variant
from tb_dice.definition.catalogue.registry import one_of
from tb_dice.definition.spec import DiceSpec


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


def test_parameters_that_change_no_value_are_taken():
    plain = variant("monai.DiceLoss", softmax=True)
    assert variant("monai.DiceLoss", softmax=True, to_onehot_y=True, other_act=None) == plain
    assert variant("nnunet.SoftDiceLoss", ddp=False) == variant("nnunet.SoftDiceLoss")
    held = variant("torchmetrics.DiceScore", num_classes=3, input_format="index")
    assert held == variant("torchmetrics.DiceScore")


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("monai.DiceLoss", {"other_act": np.tanh}, "no `other_act`: apply it to the predictions"),
        ("monai.DiceCELoss", {"label_smoothing": 0.1}, "no `label_smoothing`: smooth the targets"),
        ("monai.DiceMetric", {"per_component": True}, "no `per_component`: single objects are not"),
        ("monai.compute_generalized_dice", {"ignore_index": 0}, "no `ignore_index`.*`mask`"),
        ("nnunet.SoftDiceLoss", {"apply_nonlin": np.tanh}, "no `apply_nonlin`: .*activation="),
        ("keras.Dice", {"axis": (1, 2)}, "no `axis`: say `over`"),
        (
            "monai.DiceLoss",
            {"smooth": 1},
            r"did you mean 'smooth_nr' or .*'\? Received: 'smooth'\.$",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_do(name, params, words):
    with pytest.raises(ValueError, match=f"Expected .*{words}"):
        variant(name, **params)


def test_one_of():
    assert one_of("mode", "b", {"a": 1, "b": 2}) == 2
    with pytest.raises(
        ValueError, match=r"Expected `mode` to be one of \('a', 'b'\). Received: 'c'"
    ):
        one_of("mode", "c", {"a": 1, "b": 2})

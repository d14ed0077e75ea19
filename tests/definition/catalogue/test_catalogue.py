"""The catalogue: names, parameters, what is said of each entry."""

import pytest

import tb_dice
from tb_dice.definition.catalogue import entries, plain, resolved, variant
from tb_dice.definition.questions import CHOICES
from tb_dice.definition.spec import DEFAULT


def test_variants_lists_names_without_repeats():
    names = tb_dice.variants()
    assert len(names) == len(set(names))
    assert {"recipe.dice_loss", "recipe.dice_coef", "recipe.dice_coef_multilabel_loss"} <= set(
        names
    )


@pytest.mark.parametrize("known", entries(), ids=lambda e: e.name)
def test_entries_are_documented(known):
    assert known.name == f"{known.family}.{known.name.split('.', 1)[1]}"
    assert all((known.summary, known.origin, known.empty, known.formula))
    assert not known.summary.endswith(".")
    assert known.form in CHOICES["form"]
    assert set(known.required) <= set(known.params)


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        (
            "recipe.dice_los",
            {},
            r"did you mean 'recipe.dice_loss'.*\? Received: 'recipe.dice_los'\.$",
        ),
        ("zzzzzz", {}, r"tb_dice.variants\(\) lists\. Received: 'zzzzzz'\.$"),
        (None, {}, "Expected the name of a variant. Received: None"),
        ("dice", {}, "Expected a variant that tb_dice.variants"),
        ("recipe.dice_coef", {"smoth": 1}, "did you mean 'smooth'"),
        (
            "recipe.dice_loss",
            {"smooth": 1},
            "Expected parameters of 'recipe.dice_loss' .none.*variant.*replace",
        ),
        ("recipe.dice_coef", {"smooth": -1}, "`smooth_num` to be >= 0"),
        ("recipe.weighted_dice_loss", {}, "with weights. Received: none"),
    ],
)
def test_unknown_names_and_parameters_are_refused(name, params, words):
    with pytest.raises(ValueError, match=words):
        variant(name, **params)


def test_resolved_takes_names_specs_and_axes():
    spec = variant("recipe.dice_coef", smooth=1)
    assert resolved("recipe.dice_coef", None, {"smooth": 1}) == spec
    assert resolved(spec, "sigmoid", {}) == spec.replace(activation="sigmoid")
    assert resolved(spec.axes(), None, {"smooth_num": 3}) == spec.replace(smooth_num=3)
    assert resolved(DEFAULT, None, {}) is not None
    assert resolved("recipe.dice_coef", None, {}, 9).compared.ignore_index == 9


def test_plain_makes_json_values():
    assert plain({"weights": (1.0, 2.0), "mode": "binary", "smooth": 1}) == {
        "weights": [1.0, 2.0],
        "mode": "binary",
        "smooth": 1,
    }

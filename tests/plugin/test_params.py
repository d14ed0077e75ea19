import json

import pytest
from tensorboard import errors
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tb_dice.analysis.choice import Definition, parse
from tb_dice.plugin import params


def request(**query):
    return Request(EnvironBuilder(query_string=query).get_environ())


def wrong(read, said):
    with pytest.raises(errors.InvalidArgumentError) as error:
        read()
    assert said in str(error.value)
    assert len(str(error.value)) < 600


def test_a_name():
    assert params.name(request(run="dice_ce/dice é"), "run") == "dice_ce/dice é"
    wrong(lambda: params.name(request(), "run"), "expected one `run`. Received none.")
    wrong(lambda: params.name(request(run=["a", "b"]), "run"), "at most once. Received it 2 times")
    wrong(lambda: params.name(request(run=""), "run"), "1 to 1024 characters. Received 0")
    wrong(lambda: params.name(request(run="x" * 1025), "run"), "Received 1025")


def test_several_names():
    assert params.names(request(run=["a", "b"]), "run", most=2) == ["a", "b"]
    assert params.names(request(), "run", most=2) == []
    wrong(lambda: params.names(request(run=["a"] * 3), "run", most=2), "at most 2 times")


@pytest.mark.parametrize("text", ["0", "7", "9007199254740992"])
def test_a_step(text):
    assert params.step(request(step=text)) == int(text)


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "x", " 1", "1_0", "٣", "9007199254740993", "9" * 400, "0x1", "1e3", "+1"]
)
def test_no_step(text):
    wrong(lambda: params.step(request(step=text)), "`step` to be a whole number from 0 to")


def test_a_definition():
    assert params.definition(request()) == Definition()
    assert params.definition(request(definition="{}")) == Definition()
    chosen = {"smooth": 1, "over": ["batch"]}
    assert params.definition(request(definition=json.dumps(chosen))) == parse(chosen)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "to be JSON"),
        ("", "to be JSON"),
        ("[]", "to be an object"),
        ('{"smooth": NaN}', "finite numbers. Received: NaN"),
        ('{"smooth": Infinity}', "Received: Infinity"),
        ('{"smooth": 1e999}', "from 0 to 1e+06"),
        ('{"smooth": ' + "9" * 4000 + "}", "from 0 to 1e+06"),
        ("[" * 4000, "definition"),
        ('{"smooth": 1}' + " " * 4096, "at most 4096 bytes"),
        ('{"variant": "' + "é" * 2100 + '"}', "at most 4096 bytes"),
        ('{"variant": "nobody.dice"}', "tb_dice.variants()"),
    ],
)
def test_no_definition(text, said):
    wrong(lambda: params.definition(request(definition=text)), said)


def test_one_definition_only():
    wrong(lambda: params.definition(request(definition=["{}", "{}"])), "expected one `definition`")


def test_a_variant():
    assert params.variant("recipe.dice_coef").ratio.smooth_num == 100
    wrong(lambda: params.variant("recipe.dice_coeff"), "did you mean 'recipe.dice_coef'")
    assert params.variant("recipe.weighted_dice_loss").weighting.given == (1.0,)


def test_known_names():
    assert params.known("a", ["a", "b"], "class") == "a"
    with pytest.raises(errors.NotFoundError, match="no class 'x'; known: a, b"):
        params.known("x", ["a", "b"], "class")
    with pytest.raises(errors.NotFoundError, match="known: none"):
        params.known("x", [], "class")


@pytest.mark.parametrize(
    ("choice", "label"),
    [
        ({}, "default definition"),
        ({"smooth": 1}, "chosen definition"),
        ({"variant": "recipe.dice_coef"}, "recipe.dice_coef"),
        ({"variant": "recipe.dice_coef", "smooth": 1}, "recipe.dice_coef, changed"),
    ],
)
def test_what_a_definition_is_called(choice, label):
    asked = request(a=json.dumps(choice))
    assert params.label(asked, "a") == label
    assert params.definition(asked, "a") == parse(choice)

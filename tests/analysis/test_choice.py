import pytest

from tb_dice.analysis.choice import Definition, describe, parse
from tb_dice.definition.spec import DEFAULT, DiceSpec


def test_nothing_is_the_default():
    assert parse({}) == Definition(DEFAULT, pooled=False, background=False)


def test_axes_change_the_default():
    found = parse(
        {"compare": "soft", "over": ["batch"], "smooth": 1, "empty": "one", "alpha": 1, "beta": 0}
    )
    assert found.spec == DEFAULT.replace(
        compare="soft",
        over={"space", "batch"},
        smooth_num=1.0,
        smooth_den=1.0,
        empty="one",
        alpha=1.0,
        beta=0.0,
    )


def test_a_variant_takes_its_own_parameters_and_then_the_axes():
    found = parse({"variant": "recipe.dice_coef", "params": {"smooth": 3}, "alpha": 0.25})
    assert found.spec.ratio.smooth_num == 3.0
    assert found.spec.ratio.alpha == 0.25
    assert found.spec.compared.compare == "soft"
    assert found.spec.summed.over == {"space", "class", "batch"}


def test_a_list_is_a_parameter():
    found = parse({"variant": "recipe.dice_coef_multilabel", "params": {"smooth": [1, 2, 3]}})
    assert found.spec.ratio.smooth_num == (1.0, 2.0, 3.0)


def test_switches():
    assert parse({"pooled": True}).pooled
    assert parse({"background": True}).background


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ([], "to be an object"),
        ("recipe.dice_loss", "to be an object"),
        ({"smoth": 1}, "Expected keys among"),
        ({"smooth": -1}, "`smooth` to be a number from 0 to 1e+06"),
        ({"smooth": 2e6}, "from 0 to 1e+06"),
        ({"smooth": 10**400}, "from 0 to 1e+06"),
        ({"smooth": "1"}, "to be a number"),
        ({"smooth": True}, "to be a number"),
        ({"smooth": float("nan")}, "to be a number"),
        ({"alpha": 11}, "`alpha` to be a number from 0 to 10"),
        ({"beta": None}, "`beta`"),
        ({"over": "batch"}, "`over` to be a list"),
        ({"over": ["time"]}, "`over` to be a list"),
        ({"over": [["space"]]}, "`over` to be a list"),
        ({"empty": "skip"}, "`empty` to be one of"),
        ({"empty": []}, "`empty` to be one of"),
        ({"compare": "threshold"}, "`compare` to be one of"),
        ({"pooled": 1}, "`pooled` to be true or false"),
        ({"background": "yes"}, "`background` to be true or false"),
        ({"variant": "recipe.dice_los"}, "did you mean 'recipe.dice_loss'"),
        ({"variant": 3}, "`variant` to be a name"),
        ({"variant": "recipe.dice_loss", "params": []}, "`params` to be an object"),
        ({"variant": "recipe.dice_loss", "params": {"smooth": 1}}, "'smooth'"),
        ({"variant": "recipe.dice_coef", "params": {"smooth": -1}}, "smooth"),
        ({"variant": "recipe.dice_coef", "params": {"smooth": "much"}}, "much"),
        ({"variant": "recipe.dice_coef", "params": {"smooth": {}}}, "`smooth` to be a number"),
        ({"variant": "recipe.dice_coef", "params": {"smooth": 10**400}}, "up to 1e12"),
        ({"variant": "recipe.dice_coef", "params": {"smooth": [[1]] * 999}}, "a list"),
        ({"params": {"smooth": 1}}, "Expected a `variant`"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(choice, said):
    with pytest.raises(ValueError, match="Expected") as error:
        parse(choice)
    text = str(error.value)
    assert said in text
    assert "Received" in text
    assert len(text) < 400


def test_a_description_has_the_axes_of_the_panel():
    found = describe(parse({}))
    assert found["formula"] == "2 TP / (2 TP + FP + FN)"
    assert found["axes"] == {
        "compare": "hard",
        "over": ["space"],
        "smooth": 0.0,
        "empty": "nan",
        "alpha": 0.5,
        "beta": 0.5,
    }
    assert found["form"] == "score"
    assert "per sample and class" in found["words"]


def test_a_loss_is_described_by_its_score():
    found = describe(parse({"variant": "recipe.dice_coef_loss"}))
    assert found["formula"] == "(2 TP + 100) / (2 TP + FP + FN + 100)"
    assert found["form"] == "score"
    assert found["axes"]["over"] == ["space", "class", "batch"]
    assert found["axes"]["smooth"] == 100.0


def test_smooth_that_differs_is_no_number():
    spec = DiceSpec.of(smooth_num=1.0, smooth_den=2.0)
    assert describe(Definition(spec))["axes"]["smooth"] is None
    per_class = DiceSpec.of(smooth_num=(1.0, 2.0), smooth_den=(1.0, 2.0))
    assert describe(Definition(per_class))["axes"]["smooth"] is None


def test_pooled_and_the_background_are_said():
    words = describe(parse({"pooled": True, "compare": "soft"}))["words"]
    assert words == "soft; per class: the sums of all samples are added before dividing"
    assert "background" not in words
    assert "; means include the background" in describe(parse({"background": True}))["words"]

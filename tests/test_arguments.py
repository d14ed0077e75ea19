"""The arguments that recorder and callback share: one table, and the same sentence from both."""

import inspect
import math
import re
from pathlib import Path

import numpy as np
import pytest

from tb_dice import DiceDiagnostics, DiceRecorder, dice, variant

REGIONS = (
    "Expected `regions` to be names, each with a list of different channels, such as"
    " {'whole tumour': [1, 2, 3]}. Received: "
)
NAMES = "Expected `class_names` to be a list of different names, one per channel. Received: "
ACTIVATION = "Expected `activation` to be one of ('auto', 'none', 'sigmoid', 'softmax'). Received: "
THRESHOLD = "Expected `threshold` to be at least 0 and below 1. Received: {}. It is a probability:"
IMAGES = "Expected `images` to be a whole number >= 0. Received: "
SAMPLES = "Expected `max_samples` to be a whole number >= 1. Received: "
IGNORE = "Expected `ignore_index` to be a whole number. Received: "
VARIANTS = "Expected `variants` to be a list of names, such as ['recipe.dice_loss']. Received: "

WRONG = [
    ({"images": None}, IMAGES + "None."),
    ({"images": 8.0}, IMAGES + "8.0. Write 8."),
    ({"images": 2.5}, IMAGES + "2.5."),
    ({"images": -1}, IMAGES + "-1."),
    ({"images": "8"}, IMAGES + "'8'."),
    ({"images": True}, IMAGES + "True."),
    ({"images": np.True_}, IMAGES + f"{np.True_!r}."),
    ({"images": [8]}, IMAGES + "[8]."),
    ({"images": math.nan}, IMAGES + "nan."),
    ({"max_samples": math.inf}, SAMPLES + "inf."),
    ({"max_samples": 0}, SAMPLES + "0."),
    ({"max_samples": 1e4}, SAMPLES + "10000.0. Write 10000."),
    ({"max_samples": None}, SAMPLES + "None."),
    ({"ignore_index": 255.0}, IGNORE + "255.0. Write 255."),
    ({"ignore_index": 1.5}, IGNORE + "1.5."),
    ({"ignore_index": "255"}, IGNORE + "'255'."),
    ({"ignore_index": True}, IGNORE + "True."),
    ({"threshold": "0.5"}, "Expected `threshold` to be a number. Received: '0.5'."),
    ({"threshold": None}, "Expected `threshold` to be a number. Received: None."),
    ({"threshold": [0.5]}, "Expected `threshold` to be a number. Received: [0.5]."),
    ({"threshold": math.nan}, THRESHOLD.format("nan")),
    ({"threshold": 50}, THRESHOLD.format("50") + " write 0.5 for 50 %."),
    ({"threshold": 1}, THRESHOLD.format("1")),
    ({"threshold": -0.1}, THRESHOLD.format("-0.1")),
    ({"activation": "relu"}, ACTIVATION + "'relu'."),
    ({"activation": None}, ACTIVATION + "None."),
    ({"activation": max}, ACTIVATION + "<built-in function max>."),
    ({"class_names": "ab"}, NAMES + "'ab'."),
    ({"class_names": []}, NAMES + "[]."),
    ({"class_names": {"a": 0}}, NAMES + "{'a': 0}."),
    ({"class_names": {"a"}}, NAMES + "{'a'}."),
    ({"class_names": 3}, NAMES + "3."),
    ({"class_names": ["a", "b", "a"]}, NAMES + "['a', 'b', 'a']. It has 'a' twice."),
    ({"class_names": ["a", 1]}, NAMES + "['a', 1]."),
    ({"regions": {"w": []}}, REGIONS + "{'w': []}."),
    ({"regions": {"w": [0, 0]}}, REGIONS + "{'w': [0, 0]}."),
    ({"regions": {"w": [1.7]}}, REGIONS + "{'w': [1.7]}."),
    ({"regions": {"w": [-1]}}, REGIONS + "{'w': [-1]}."),
    ({"regions": {"w": [True]}}, REGIONS + "{'w': [True]}."),
    ({"regions": {"w": "01"}}, REGIONS + "{'w': '01'}."),
    ({"regions": {"w": 1}}, REGIONS + "{'w': 1}."),
    ({"regions": {1: [1]}}, REGIONS + "{1: [1]}."),
    ({"regions": [[0, 1]]}, REGIONS + "[[0, 1]]."),
    ({"regions": "whole"}, REGIONS + "'whole'."),
    (
        {"class_names": ["a", "b"], "regions": {"a": [1]}},
        "Expected `regions` to be named differently from the classes. Received: 'a'.",
    ),
    (
        {"regions": {"class 1": [1, 2]}},
        "Expected `regions` to be named differently from the classes. Received: 'class 1'.",
    ),
    (
        {"class_names": ["a", "b"], "regions": {"w": [0, 1], "v": [1, 2]}},
        "Expected `regions` to be made of channels from 0 to 1, those in `class_names`."
        " Received: {'v': [1, 2]}.",
    ),
    ({"variants": "recipe.dice_loss"}, VARIANTS + "'recipe.dice_loss'."),
    ({"variants": 5}, VARIANTS + "5."),
    (
        {"variants": ["recipe.dice_los"]},
        "Expected a variant that tb_dice.variants() lists; did you mean 'recipe.dice_loss'",
    ),
    ({"variants": [3]}, "Expected the name of a variant. Received: 3."),
    ({"variants": ["recipe.weighted_dice_loss"]}, "with weights. Received: none."),
    (
        {"probabilities": "no"},
        "Expected `probabilities` to be true or false. Received: 'no'.",
    ),
    (
        {"rank": 1},
        "Expected `rank` and `world_size` to be given together. Received: 1 and None."
        " Leave out both to have them detected.",
    ),
    (
        {"rank": 2, "world_size": 2},
        "Expected `rank` to be a whole number from 0 to 1. Received: 2.",
    ),
    (
        {"rank": 0, "world_size": 1.5},
        "Expected `world_size` to be a whole number >= 1. Received: 1.5.",
    ),
    (
        {"probabilities": np.ones(2)},
        "Expected `probabilities` to be true or false. Received: array([1., 1.]).",
    ),
    ({"activation": np.ones(2)}, ACTIVATION + "array([1., 1.])."),
    (
        {"log_dir": Path("gs://bucket/logs")},
        "Expected `log_dir` to be a path on this machine. Received: PosixPath('gs:/bucket/logs').",
    ),
    (
        {"log_dir": "gs://bucket/logs"},
        "Expected `log_dir` to be a path on this machine. Received: 'gs://bucket/logs'."
        " Write to a local directory and copy it, or mount the bucket.",
    ),
    ({"log_dir": 3}, "Expected `log_dir` to be a path on this machine. Received: 3."),
]
ENTRIES = [DiceRecorder, DiceDiagnostics]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(("given", "sentence"), WRONG, ids=[str(given) for given, _ in WRONG])
def test_what_is_wrong_is_refused_at_once(entry, given, sentence, tmp_path):
    with pytest.raises(ValueError, match="Expected") as caught:
        entry(**({"log_dir": tmp_path / "run"} | given))
    assert type(caught.value) is ValueError
    assert str(caught.value).startswith(sentence) or str(caught.value).endswith(sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        {"images": np.int64(0), "max_samples": np.uint8(1), "ignore_index": np.int32(-1)},
        {"threshold": 0, "activation": "softmax"},
        {"threshold": np.float32(0.999), "variants": None},
        {"class_names": np.array(["a", "b"]), "regions": {"w": np.array([0, 1])}},
        {"class_names": (name for name in "ab"), "regions": {"w": {0, 1}, "v": range(2)}},
        {"regions": {"w": [7]}, "variants": ()},
        {"regions": None, "variants": iter(["recipe.dice_coef"]), "probabilities": np.True_},
        {"rank": np.int64(0), "world_size": 2},
    ],
)
def test_what_is_right_is_held_in_plain_types(given, tmp_path):
    given = {
        name: list(value) if inspect.isgenerator(value) else value for name, value in given.items()
    }
    recorder = DiceRecorder(tmp_path / "run", **given)
    recorder.close()
    asked = recorder._asked
    options = DiceDiagnostics(**given)._options
    plain = (int, float, str, bool, tuple, dict, type(None))
    for name, value in vars(asked).items():
        assert type(value) in plain
        assert name == "variants" or getattr(options, name) == value
    assert asked.class_names in (None, ("a", "b"))
    assert all(type(c) is int for channels in asked.regions.values() for c in channels)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_argument_of_other_libraries_is_answered_with_ours(entry, tmp_path):
    with pytest.raises(TypeError) as caught:
        entry(tmp_path, from_logits=True)
    assert str(caught.value) == f"Expected an argument{FOR_LOGITS}"


FOR_LOGITS = '; for logits, pass activation="sigmoid" or "softmax". Received: \'from_logits\'.'


def test_dice_and_variants_answer_it_alike():
    masks = np.zeros((1, 2, 2, 1))
    with pytest.raises(ValueError, match=re.escape(f"an axis of Dice{FOR_LOGITS}")):
        dice(masks, masks, from_logits=True)
    changed = " Change anything else with variant('recipe.dice_coef').replace(...)."
    with pytest.raises(ValueError, match=re.escape(f"(smooth){FOR_LOGITS}{changed}")):
        variant("recipe.dice_coef", from_logits=True)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_misspelt_argument_is_answered_with_the_nearest(entry, tmp_path):
    with pytest.raises(TypeError) as caught:
        entry(tmp_path, treshold=0.5)
    assert str(caught.value) == (
        "Expected an argument; did you mean 'threshold'? Received: 'treshold'."
    )
    with pytest.raises(TypeError, match=r"among log_dir, class_names, .*Received: 'xyz'"):
        entry(tmp_path, xyz=1)


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_signature_is_the_one_that_is_written(entry):
    parameters = inspect.signature(entry).parameters
    assert list(parameters)[:3] == ["log_dir", "class_names", "regions"]
    assert parameters["max_samples"].default == 10_000
    kinds = {parameter.kind for parameter in parameters.values()}
    assert kinds == {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


def test_names_of_samples(tmp_path):
    """The callback has all of them at once, the recorder those of a batch."""
    masks = np.zeros((2, 4, 4), int), np.full((2, 4, 4, 2), 0.5)
    wanted = "Expected `sample_ids` to be a list of different names of at most 256 characters."
    wrong = {
        "ab": f"{wanted} Received: 'ab'.",
        ("a", "a"): f"{wanted} Received: ['a', 'a']. It has 'a' twice.",
        ("a", "b" * 300): f"{wanted} Received: '{'b' * 76}....",
        frozenset("ab"): f"{wanted} Received: {frozenset('ab')!r}.",
        5: f"{wanted} Received: 5.",
    }
    with DiceRecorder(tmp_path) as recorder:
        for names, sentence in wrong.items():
            calls = (
                lambda names=names: recorder.update(*masks, sample_ids=names),
                lambda names=names: DiceDiagnostics(sample_ids=names),
            )
            for call in calls:
                with pytest.raises(ValueError, match="Expected") as caught:
                    call()
                assert str(caught.value) == sentence
    assert DiceDiagnostics(sample_ids=iter([1, "a"]))._options.sample_ids == ("1", "a")


@pytest.mark.parametrize(
    ("step", "received"),
    [
        (1.5, "1.5."),
        ("1", "'1'."),
        (-1, "-1."),
        (2**63, f"{2**63}."),
        (2.0, "2.0. Write 2."),
        (None, "None."),
        (True, "True."),
    ],
)
def test_steps(tmp_path: Path, step, received):
    with (
        DiceRecorder(tmp_path) as recorder,
        pytest.raises(ValueError, match="Expected") as caught,
    ):
        recorder.commit(step)
    limits = f"Expected `step` to be a whole number from 0 to {2**63 - 1}. Received: "
    assert str(caught.value) == limits + received

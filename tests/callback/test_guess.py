"""Probabilities or logits, exclusive or not: from the loss, the last layer, the values."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses

import tb_dice
from tb_dice.callback.guess import from_model, from_values, last_activation
from tb_dice.callback.heads import Head

from .conftest import ONE_HOT, net

CE, SPARSE = losses.CategoricalCrossentropy, losses.SparseCategoricalCrossentropy
BINARY, DICE = losses.BinaryCrossentropy, tb_dice.losses.DiceLoss


def guessed(model: Any, loss: Any, channels: int = 3, labels: bool = False) -> tuple[Any, ...]:
    model.loss = loss
    found = from_model(model, Head(None, 0, None, None), channels, labels)
    return found.activation, found.exclusive, found.notice is not None


def ending(last: str | None) -> Any:
    return net(activation=last) if last != "unknown" else SimpleNamespace()


@pytest.mark.parametrize(
    ("last", "loss", "expected"),
    [
        ("softmax", "categorical_crossentropy", ("none", True, False)),
        ("softmax", lambda y, p: 0, ("none", True, False)),
        ("softmax", "binary_crossentropy", ("none", True, False)),
        ("sigmoid", "binary_crossentropy", ("none", False, False)),
        ("sigmoid", None, ("none", False, False)),
        (None, CE(from_logits=True), ("softmax", True, False)),
        (None, BINARY(from_logits=True), ("sigmoid", False, False)),
        (None, lambda y, p: 0, ("softmax", True, True)),
        (None, CE(), (None, True, False)),  # the loss and the layer disagree: the values decide
        (None, "categorical_crossentropy", (None, True, False)),
        ("relu", lambda y, p: 0, (None, None, False)),
        ("unknown", CE(), ("none", True, False)),
        ("unknown", BINARY(), ("none", False, False)),
        ("unknown", CE(from_logits=True), ("softmax", True, False)),
        ("unknown", lambda y, p: 0, (None, None, False)),
        (
            None,
            tb_dice.losses.DiceLoss("recipe.dice_loss", activation="softmax"),
            ("softmax", True, False),
        ),
        (
            None,
            tb_dice.losses.DiceLoss("recipe.dice_loss", activation="sigmoid"),
            ("sigmoid", False, False),
        ),
        ("unknown", DICE("recipe.dice_loss"), ("none", None, False)),
    ],
)
def test_loss_and_last_layer(last: str | None, loss: Any, expected: tuple[Any, ...]) -> None:
    assert guessed(ending(last), loss) == expected


def test_a_label_map_excludes_and_one_channel_is_binary() -> None:
    assert guessed(ending("sigmoid"), SPARSE(), labels=True) == ("none", True, False)
    assert guessed(ending(None), SPARSE(from_logits=True), labels=True) == ("softmax", True, False)
    assert guessed(ending(None), CE(from_logits=True), channels=1)[0] == "sigmoid"


def test_the_loss_of_this_output() -> None:
    model = SimpleNamespace(loss={"seg": CE(from_logits=True), "edge": BINARY(from_logits=True)})
    for name, activation in (("seg", "softmax"), ("edge", "sigmoid")):
        assert from_model(model, Head(name, 0, None, None), 3, False).activation == activation
    model = SimpleNamespace(loss=[CE(), BINARY(from_logits=True)])
    assert from_model(model, Head("b", 1, None, None), 3, False).activation == "sigmoid"


def _last(*more: Any, activation: str | None = "softmax") -> str | None:
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(3, 1, activation=activation)(inputs)
    for layer in more:
        x = layer(x)
    return last_activation(keras.Model(inputs, x), Head(None, 0, None, None))


def test_shapes_and_casts_hand_the_activation_on() -> None:
    assert _last(layers.UpSampling2D(), layers.Reshape((256, 3))) == "softmax"
    assert _last(layers.Activation("linear", dtype="float32")) == "softmax"
    assert _last(layers.Dropout(0.1), layers.Cropping2D(1), activation="sigmoid") == "sigmoid"
    assert _last(layers.Softmax(), activation=None) == "softmax"
    assert _last(keras.ops.sigmoid, activation=None) == "sigmoid"
    assert _last(layers.Activation("softmax"), activation=None) == "softmax"
    assert _last(lambda x: x[..., :2]) == "softmax"
    assert _last(activation=None) == "linear"
    assert _last(lambda x: x * 2) is None


def test_models_within_models_and_several_outputs() -> None:
    inputs = keras.Input((16, 16, 1))
    outer = keras.Model(inputs, net()(inputs))
    assert last_activation(outer, Head(None, 0, None, None)) == "softmax"
    for kind in (dict, list):
        model = net(outputs=kind)
        for place, name in enumerate(model.output_names):
            expected = {"seg": "softmax", "edge": "sigmoid", "kind": "linear"}[name]
            assert last_activation(model, Head(name, place, None, None)) == expected


@pytest.mark.parametrize(
    ("p", "labels", "expected"),
    [
        (ONE_HOT, False, ("none", True)),
        (ONE_HOT * 0.5, False, ("none", True)),  # the targets say so
        (ONE_HOT * 0.5, True, ("none", True)),
        (ONE_HOT[..., :1], False, ("none", False)),
        (ONE_HOT * 9 - 3, False, ("softmax", True)),
        (ONE_HOT * 9 - 3, True, ("softmax", True)),
        (ONE_HOT[..., :1] * 9 - 3, False, ("sigmoid", False)),
        (ONE_HOT * np.nan, True, ("none", True)),
    ],
)
def test_values(p: np.ndarray, labels: bool, expected: tuple[str, bool]) -> None:
    y = ONE_HOT.argmax(-1) if labels else ONE_HOT[..., : p.shape[-1]]
    found = from_values(y, p, labels)
    assert (found.activation, found.exclusive) == expected
    assert "Set activation=" in str(found.notice)


def test_logits_of_classes_that_overlap() -> None:
    assert from_values(np.ones((1, 4, 4, 3)), ONE_HOT * 9 - 3, False).activation == "sigmoid"


@pytest.mark.parametrize(
    ("loss", "channels", "activation", "message"),
    [
        (BINARY(), 1, "sigmoid", r"from_logits=False.*a sigmoid is missing.*differs from pred"),
        (BINARY(), 3, "sigmoid", r"from_logits=True in the loss.*differs from predictions > 0.5"),
        ("categorical_crossentropy", 3, "softmax", r"a softmax is missing.*=\"softmax\"\. Set"),
        (
            DICE("recipe.dice_loss"),
            3,
            "softmax",
            'expects probabilities, .*activation="softmax" in',
        ),
    ],
)
def test_an_activation_that_was_forgotten(
    loss: Any, channels: int, activation: str, message: str
) -> None:
    model = net(channels, None)
    model.loss = loss
    known = from_model(model, Head(None, 0, None, None), channels, False)
    y = ONE_HOT[..., :channels]
    found = from_values(y, y * 9 - 3, False, known)
    assert found.activation == activation
    assert found.exclusive is (activation == "softmax")
    assert found.notice is not None
    facts = {"how": "values", "activation": activation}
    assert (found.notice.kind, found.notice.facts) == ("activation", facts)
    assert "but the last layer is linear" in found.notice
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(found.notice)
    found = from_values(y, y * 0.5, False, known)
    assert found.activation == "none"
    assert "last layer is linear; the first batch looks like probabilities" in str(found.notice)

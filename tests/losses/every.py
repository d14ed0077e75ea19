"""Every loss there is, and how each backend compiles and differentiates."""

import keras
import numpy as np
from keras import ops

from tb_dice.definition.catalogue import entries
from tb_dice.losses import (
    DiceCoef,
    DiceCrossEntropy,
    DiceFocal,
    DiceLoss,
    FocalTversky,
    GeneralizedDice,
    LogCoshDice,
    LogDice,
    SampleDice,
    SoftDice,
    SquaredDice,
    Tversky,
    WeightedDice,
)

BACKEND = keras.backend.backend()

NAMED = [
    SoftDice(),
    SoftDice((1, 2, 3), class_weights=(1, 2, 3), activation="softmax", ignore_index=255),
    SoftDice(1, class_weights="inverse", background=False, name="mine"),
    SampleDice(1),
    WeightedDice([1, 2, 3], reduction="sum"),
    SquaredDice(1, class_weights="inverse_square"),
    GeneralizedDice(),
    GeneralizedDice(1, class_weights=(3, 2, 1)),
    Tversky(),
    Tversky(0.2, 0.9, 1, class_weights="support"),
    FocalTversky(),
    LogCoshDice(),
    LogDice(),
    DiceCrossEntropy(),
    DiceCrossEntropy(2, dice_weight=0.3, cross_entropy_weight=3, background=False),
    DiceFocal(),
    DiceFocal(gamma=1.5, focal_weight=3),
    DiceCoef(),
]
_MORE = {
    "recipe.weighted_dice_loss": [{"weights": [1, 2, 3]}],
    "recipe.dice_loss4": [{}, {"gamma": 2}, {"gamma": 1.5}],
    "dice_plus_plus.dice_plus_loss": [{}, {"gamma": 1.5}],
    "monai.DiceCELoss": [{"softmax": True, "weight": [1, 2, 3], "to_onehot_y": True}, {}],
    "monai.DiceFocalLoss": [{"softmax": True, "weight": [1, 2, 3], "alpha": 0.25}],
    "smp.DiceLoss": [
        {"mode": "multiclass", "from_logits": False},
        {"mode": "multilabel", "from_logits": False, "log_loss": True},
    ],
    "smp.JaccardLoss": [{"mode": "multiclass"}],
    "smp.TverskyLoss": [{"mode": "multilabel", "from_logits": False, "gamma": 0.75}],
}
CATALOGUE = [
    DiceLoss(known.name, **params)
    for known in entries()
    for params in _MORE.get(known.name, [{}])
    if known.name in _MORE or known.form != "score"
]
# All on TensorFlow. The others compute and compile the same formulas: of the catalogue a third.
EVERY = [*NAMED, *CATALOGUE[:: 1 if BACKEND == "tensorflow" else 3]]
NAMES = [
    f"{loss.name}: {loss.spec.formula()}, {loss.spec.words()}" for loss in EVERY
]  # for messages


def values_and_gradients(losses, compiled=True):
    """A function of targets and predictions: the value [L] and gradient [L, ...] of each loss."""

    def one(y_true, y_pred, loss):
        return ops.sum(loss(y_true, y_pred))

    return _GRADIENTS[BACKEND](losses, one, compiled)


def _tensorflow(losses, one, compiled):
    import tensorflow as tf

    def all_of(y_true, y_pred):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(y_pred)
            values = [one(y_true, y_pred, loss) for loss in losses]
        return values, [tape.gradient(value, y_pred) for value in values]

    return tf.function(all_of, jit_compile=True, autograph=False) if compiled else all_of


def _jax(losses, one, compiled):
    import jax

    def all_of(y_true, y_pred):
        found = [jax.value_and_grad(one, argnums=1)(y_true, y_pred, loss) for loss in losses]
        return [value for value, _ in found], [gradient for _, gradient in found]

    return jax.jit(all_of) if compiled else all_of


def _torch(losses, one, compiled):
    import torch

    def all_of(y_true, y_pred):
        given = y_pred.detach().clone().requires_grad_()
        values = [one(y_true, given, loss) for loss in losses]
        gradients = [torch.autograd.grad(value, given, retain_graph=True)[0] for value in values]
        return [value.detach() for value in values], gradients

    return all_of


_GRADIENTS = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}


def cases(size=3, classes=3):
    """Targets and predictions by name: soft, hard, right, wrong, and empty in every way."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, classes, (2, size, size))
    labels[0] = np.minimum(labels[0], 1)
    there = np.eye(classes, dtype=np.float32)[labels]
    soft = rng.dirichlet([1] * classes, labels.shape).astype(np.float32)
    hard = np.eye(classes, dtype=np.float32)[soft.argmax(-1)]
    empty, background = np.zeros_like(there), np.zeros_like(there)
    background[..., 0] = 1
    return {
        "soft": (there, soft),
        "hard": (there, hard),
        "perfect": (there, there),
        "wrong": (there, 1 - there),
        "nothing there": (empty, soft),
        "nothing drawn": (there, empty),
        "all empty": (empty, empty),
        "background only": (background, background),
        "all drawn": (background, soft),
    }

"""The traps that the tab shows, each from its definition."""

import keras
import numpy as np
import pytest
from keras import ops

from tb_dice import dice, variant
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.losses import DiceCoef, DiceLoss, GeneralizedDice, SoftDice


def blobs(samples=24, size=32, seed=3):
    """Disks of very different size, some targets empty, and unsure predictions."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    radius = np.where(rng.random(samples) < 0.3, 0, rng.uniform(1, 11, samples))
    centre = rng.uniform(11, size - 11, (samples, 2))
    apart = np.hypot(y - centre[:, :1, None], x - centre[:, 1:, None])
    y_true = (apart < radius[:, None, None]).astype(float)
    noise = 0.12 * rng.random(y_true.shape)
    return y_true[..., None], np.clip(0.75 * y_true + noise, 0, 1)[..., None]


def test_an_average_over_batches_depends_on_the_batch_size():
    y_true, y_pred = blobs()

    def logged(spec, size):
        return np.mean(
            [dice(y_true[i : i + size], y_pred[i : i + size], spec) for i in range(0, 24, size)]
        )

    pooled = [logged(variant("recipe.dice_coef", smooth=1), n) for n in (1, 2, 4, 8, 24)]
    assert pooled == sorted(pooled)
    assert pooled[-1] - pooled[0] > 0.15
    each = DiceSpec.of(compare="soft", smooth_num=1, smooth_den=1)
    assert [logged(each, n) for n in (1, 2, 4, 8, 24)] == pytest.approx([pooled[0]] * 5)


def test_dice_pooled_over_one_hot_classes_is_pixel_accuracy():
    labels = np.arange(128).reshape(1, 8, 16) % 4
    drawn = labels.copy()
    drawn[0, 0, :10] = (drawn[0, 0, :10] + 1) % 4
    loss = dice(labels, np.eye(4)[drawn], DEFAULT, over={"space", "class"}, form="one_minus")
    assert loss == 0.078125  # 10 wrong of 128


def test_the_hidden_factor_of_two():
    """Beside TP a constant does what twice as much does beside 2 TP."""
    y_true, y_pred = blobs(4)
    same = {"alpha": 0.5, "beta": 0.5, "smooth_nr": 1, "smooth_dr": 1}
    tversky = dice(y_true, y_pred, "monai.TverskyLoss", **same)
    assert tversky == pytest.approx(
        dice(y_true, y_pred, "monai.DiceLoss", smooth_nr=2, smooth_dr=2)
    )
    assert tversky != pytest.approx(
        dice(y_true, y_pred, "monai.DiceLoss", smooth_nr=1, smooth_dr=1)
    )


def test_one_absent_class_under_five_definitions():
    """The same hard masks, and five numbers."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (1, 16, 16))
    drawn = np.where(rng.random(labels.shape) < 0.1, 2, labels)
    y_pred = np.eye(3)[drawn]
    micro = dice(labels, y_pred, "torchmetrics.DiceScore", average="micro")
    macro = dice(labels, y_pred, "torchmetrics.DiceScore", average="macro")
    weighted = dice(labels, y_pred, "torchmetrics.DiceScore", average="weighted")
    assert macro < 0.7 < 0.85 < micro < weighted
    assert dice(labels, y_pred, "smp.DiceLoss", mode="multiclass", from_logits=False) < 1 - micro
    assert dice(labels, y_pred, "nnunet.SoftDiceLoss", smooth=0) == pytest.approx(-macro)


def gradient(loss, y_true, y_pred):
    tf = pytest.importorskip("tensorflow")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("takes gradients with TensorFlow")
    values = tf.constant(y_pred, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(values)
        value = loss(tf.constant(y_true, tf.float32), values)
    return ops.convert_to_numpy(tape.gradient(value, values))


@pytest.mark.parametrize(
    ("loss", "low", "high"),
    [
        (SoftDice(1e-5), 1e-8, 1e-6),
        (DiceLoss(DiceSpec.of(compare="soft", smooth_den=1e-5, form="one_minus")), 0, 0),
        (GeneralizedDice(), 0, 1e-6),
        (SoftDice(1), 0.009, 0.0092),
        (DiceCoef(1e-5), 1e-3, 1e-2),
    ],
)
def test_the_push_away_from_an_empty_target(loss, low, high):
    """The gradient at p = 0.1 on 8 x 8 voxels: most definitions hardly see the false alarm."""
    y_true = np.zeros((2, 8, 8, 1))
    y_true[1, :4] = 1
    push = gradient(loss, y_true, np.full(y_true.shape, 0.1))[0]
    assert low <= push.min()
    assert push.max() <= high


def test_the_gradient_of_two_empty_masks_is_one_over_smooth():
    empty = np.zeros((1, 8, 8, 1))
    np.testing.assert_allclose(gradient(SoftDice(1e-6), empty, empty), 1e6, rtol=1e-3)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of predictions that are not probabilities
def test_the_activation_twice():
    rng = np.random.default_rng(0)
    perfect = np.eye(3)[rng.integers(0, 3, (1, 64, 64))]
    assert dice(perfect, perfect, "recipe.dice_loss3") == pytest.approx(0.4646, abs=5e-5)
    logits = 8 * (perfect - 0.5)
    assert not 0 <= dice(perfect, logits, "recipe.dice_coef", smooth=1) <= 1

"""The metric: the same at any batch size, equal to the reference on everything at once."""

import keras
import numpy as np
import pytest
from keras import ops

from tb_dice import dice, variant
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.losses import SoftDice
from tb_dice.metrics import DiceScore

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 4, (24, 6, 5)) * (RNG.random((24, 1, 1)) < 0.6)
PROB = RNG.dirichlet([0.3] * 4, (24, 6, 5)).astype(np.float32)
DEFINITIONS = [
    DEFAULT,
    DEFAULT.replace(background=False, reduce="class_then_batch"),
    DEFAULT.replace(reduce="per_class"),
    DEFAULT.replace(classes=(1,)),
    DiceSpec.of(compare="soft", smooth_num=1, smooth_den=1, form="one_minus"),
    variant("recipe.dice_loss"),
    variant("recipe.weighted_dice_loss", weights=[1, 2, 3, 4]),
    variant("recipe.dice_coef", smooth=1),
    variant("recipe.neg_log_dice_coef", smooth=1),
    variant("recipe.dice_coef_multilabel", smooth=[1, 2, 3, 4]),
]


def result(metric, size, **options):
    metric.reset_state()
    for first in range(0, len(LABELS), size):
        part = slice(first, first + size)
        held = {name: values[part] for name, values in options.items()}
        metric.update_state(LABELS[part], PROB[part], **held)
    return ops.convert_to_numpy(metric.result())


@pytest.mark.parametrize(
    "spec",  # JAX compiles each operation for each size: there a third of them
    DEFINITIONS[:: 3 if keras.backend.backend() == "jax" else 1],
    ids=lambda s: s.words(),
)
def test_the_batch_size_does_not_matter(spec):
    want = dice(LABELS, PROB, spec)
    for size in (1, 5, 24):
        np.testing.assert_allclose(result(DiceScore(spec), size), want, rtol=1e-5)


def test_a_function_averaged_by_keras_does_depend_on_it():
    """The trap that the metric avoids: dice_coef per batch, averaged."""
    batches = [slice(i, i + 1) for i in range(24)]
    each = [dice(LABELS[b], PROB[b], "recipe.dice_coef", smooth=1) for b in batches]
    whole = dice(LABELS, PROB, "recipe.dice_coef", smooth=1)
    assert abs(np.mean(each) - whole) > 1e-3


def test_sample_weights():
    weight = np.where(np.arange(24) < 10, 1.0, 0.0)
    got = result(DiceScore(), 5, sample_weight=weight[:, None])
    assert got == pytest.approx(dice(LABELS[:10], PROB[:10]), rel=1e-5)
    with pytest.raises(ValueError, match=r"one weight per sample.*\(5, 6, 5\)"):
        result(DiceScore(), 5, sample_weight=np.ones((24, 6, 5)))
    with pytest.raises(ValueError, match="Expected no sample_weight"):
        result(DiceScore("recipe.dice_coef"), 5, sample_weight=weight)


def test_void_labels_and_logits():
    void = LABELS.copy()
    void[:, 4:] = 255
    metric = DiceScore(activation="softmax", ignore_index=255)
    metric.update_state(void, np.log(PROB))
    assert float(metric.result()) == pytest.approx(dice(LABELS[:, :4], PROB[:, :4]), rel=1e-5)


def test_bad_targets_raise_where_they_can_be_seen():
    with pytest.raises(ValueError, match="Expected labels"):
        DiceScore().update_state(LABELS + 4, PROB)
    with pytest.raises(ValueError, match="Expected targets of shape"):
        DiceScore().update_state(LABELS[:, :3], PROB)


def test_before_the_first_batch_it_is_undefined():
    metric = DiceScore()
    assert np.isnan(ops.convert_to_numpy(metric.result()))
    result(metric, 24)
    metric.reset_state()
    assert np.isnan(ops.convert_to_numpy(metric.result()))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (variant("recipe.dice_loss2"), "sums over space"),
        (DEFAULT.replace(reduce="none"), "not `reduce` 'none'"),
        (DEFAULT.replace(reduce="sum"), "not `reduce` 'sum'"),
        (DiceSpec.of(extra="cross_entropy"), "without an added cross-entropy"),
    ],
)
def test_what_cannot_be_accumulated_is_refused(spec, words):
    with pytest.raises(ValueError, match=words):
        DiceScore(spec)


@pytest.mark.parametrize(
    "metric", [DiceScore(), DiceScore("recipe.dice_coef", smooth=3, name="coef", ignore_index=9)]
)
def test_config_makes_the_same_metric(metric):
    again = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert again.get_config() == metric.get_config()
    np.testing.assert_allclose(result(again, 5), result(metric, 5), rtol=1e-6)


def test_sample_weight_and_one_hot_targets_in_compile():
    layers = [keras.Input((6, 5, 4)), keras.layers.Conv2D(4, 1, activation="softmax")]
    model = keras.Sequential(layers)
    per_class = DiceScore(reduce="per_class", name="per_class")
    model.compile("sgd", SoftDice(), weighted_metrics=[DiceScore(), per_class])
    weight = np.where(np.arange(24) % 3, 1.0, 0.0)
    kept, one_hot = weight > 0, np.eye(4)[LABELS]
    model.evaluate(PROB, one_hot, sample_weight=weight, batch_size=7, verbose=0)
    y_pred = model.predict(PROB, verbose=0)[kept]
    found = {metric.name: metric for metric in model.metrics[-1].metrics}
    got = ops.convert_to_numpy(found["per_class"].result())
    np.testing.assert_allclose(got, dice(LABELS[kept], y_pred, reduce="per_class"), rtol=1e-5)
    want = dice(LABELS[kept], y_pred)
    assert float(ops.convert_to_numpy(found["dice"].result())) == pytest.approx(want, rel=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving
@pytest.mark.parametrize("jit", [False, True] if keras.backend.backend() != "torch" else [False])
def test_in_compile(jit, tmp_path):
    layers = [keras.Input((6, 5, 4)), keras.layers.Conv2D(4, 1, activation="softmax")]
    model = keras.Sequential(layers)
    metrics = [DiceScore(), DiceScore("recipe.dice_coef", smooth=1, name="coef")]
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=metrics, jit_compile=jit)
    logs = model.evaluate(PROB, LABELS, batch_size=7, verbose=0, return_dict=True)
    y_pred = model.predict(PROB, verbose=0)
    assert logs["dice"] == pytest.approx(dice(LABELS, y_pred), rel=1e-5)
    assert logs["coef"] == pytest.approx(
        dice(LABELS, y_pred, "recipe.dice_coef", smooth=1), rel=1e-5
    )
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    found = again.evaluate(PROB, LABELS, batch_size=7, verbose=0, return_dict=True)
    assert found == pytest.approx(logs, rel=1e-5)


def test_only_the_first_batch_is_doubted_and_later_targets_are_still_refused():
    one_hot = np.eye(32, dtype=np.float32)[np.arange(2 * 32).reshape(2, 32) % 32]
    y_true, y_pred = (keras.ops.convert_to_tensor(one_hot) for _ in range(2))
    metric = DiceScore()
    for _ in range(
        3
    ):  # its channels add to 1, so that a doubt about the axes would be an error here
        metric.update_state(y_true, y_pred)
    with pytest.raises(ValueError, match=r"Expected targets in \[0, 1\]"):
        metric.update_state(2 * y_true, y_pred)

"""Keras losses: golden values, what sample_weight and reduction mean, masks, refusals, training."""

import keras
import numpy as np
import pytest
from keras import ops

from tb_dice import dice, variant
from tb_dice.definition.catalogue import entry
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.losses import DiceCoef, DiceCrossEntropy, DiceLoss, SoftDice
from tests.golden import golden, missed, names, sample

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, (4, 6, 5))
ONE_HOT = np.eye(3, dtype=np.float32)[LABELS]
LOGITS = RNG.normal(size=(4, 6, 5, 3)).astype(np.float32)
PROB = np.asarray(ops.softmax(LOGITS))
GIVEN = [
    DiceLoss("recipe.weighted_dice_loss", weights=np.array([1.0, 2.0, 3.0])),
    DiceLoss(DiceSpec.of(compare="soft", form="one_minus", smooth_num=(1, 2, 3)), alpha=0.3),
]


def number(value):
    return float(ops.convert_to_numpy(value))


@pytest.mark.filterwarnings("ignore::UserWarning")  # of predictions that are logits
@pytest.mark.parametrize("name", [name for name in names() if entry(name).form != "score"])
def test_golden_losses(name):
    def value(record):
        loss = DiceLoss(variant(name, **record.params), reduction=None)
        return ops.convert_to_numpy(loss(record.y_true, record.y_pred, mask=record.mask))

    records = golden(name) if keras.backend.backend() == "tensorflow" else sample(name)
    assert missed(records, value) == []


@pytest.mark.parametrize("targets", [LABELS, LABELS[..., None], ONE_HOT])
@pytest.mark.parametrize(("y_pred", "activation"), [(LOGITS, "softmax"), (PROB, None)])
def test_labels_and_one_hot_logits_and_probabilities(targets, y_pred, activation):
    want = dice(LABELS, PROB, "recipe.multiclass_dice_loss")
    got = DiceLoss("recipe.multiclass_dice_loss", activation=activation)(targets, y_pred)
    assert number(got) == pytest.approx(want, rel=1e-5)


def test_the_mean_over_samples_is_left_to_keras():
    each = np.array([number(SoftDice(1)(LABELS[i : i + 1], PROB[i : i + 1])) for i in range(4)])
    weight = np.array([1.0, 2.0, 0.0, 5.0], np.float32)
    for shape in ((4,), (4, 1)):
        held = weight.reshape(shape)
        got = number(SoftDice(1)(LABELS, PROB, sample_weight=held))
        assert got == pytest.approx((weight * each).sum() / 4, rel=1e-5)
        got = number(SoftDice(1, reduction="sum")(LABELS, PROB, sample_weight=held))
        assert got == pytest.approx((weight * each).sum(), rel=1e-5)
        got = SoftDice(1, reduction="mean_with_sample_weight")(LABELS, PROB, sample_weight=held)
        assert number(got) == pytest.approx((weight * each).sum() / weight.sum(), rel=1e-5)
    values = DiceLoss(SoftDice(1).spec.replace(reduce="per_sample"), reduction=None)(LABELS, PROB)
    np.testing.assert_allclose(values, each, rtol=1e-5)


def test_a_compound_weighs_samples_whole():
    loss = DiceCrossEntropy()
    each = [number(loss(LABELS[i : i + 1], PROB[i : i + 1])) for i in range(4)]
    weight = np.array([0.0, 0.0, 3.0, 0.0], np.float32)
    assert number(loss(LABELS, PROB, sample_weight=weight)) == pytest.approx(
        3 * each[2] / 4, rel=1e-5
    )


def test_class_sums_are_per_sample_too():
    loss = DiceLoss("recipe.weighted_dice_loss", weights=[1, 2, 3])
    want = dice(LABELS, PROB, "recipe.weighted_dice_loss", weights=[1, 2, 3])
    assert number(loss(LABELS, PROB)) == pytest.approx(want, rel=1e-5)
    assert number(loss(LABELS, PROB, sample_weight=np.full(4, 2.0))) == pytest.approx(
        2 * want, rel=1e-5
    )


@pytest.mark.parametrize(
    "loss",
    [
        DiceCoef(),
        SoftDice(reduction=None),
        DiceLoss("recipe.dice_loss2"),
        DiceLoss("recipe.dice_coef_multilabel_loss"),
        DiceLoss(SoftDice().spec.replace(form="minus_log", form_when="after")),
        DiceLoss(SoftDice().spec.replace(skip_nan=True)),
    ],
)
def test_sample_weight_is_refused_where_there_is_no_loss_per_sample(loss):
    with pytest.raises(ValueError, match=r"Expected no sample_weight.*Received shape: \(4,\)"):
        loss(ONE_HOT, PROB, sample_weight=np.ones(4))


def test_weights_per_voxel_are_refused():
    with pytest.raises(ValueError, match=r"one weight per sample.*\(4, 6, 5\)"):
        SoftDice()(LABELS, PROB, sample_weight=np.ones((4, 6, 5)))


def test_void_labels_masks_and_keras_masks():
    void, mask = LABELS.copy(), np.ones((4, 6, 5), bool)
    void[:, 4:], mask[:, 4:] = 255, False
    want = number(DiceCrossEntropy()(LABELS[:, :4], PROB[:, :4]))
    assert number(DiceCrossEntropy(ignore_index=255)(void, PROB)) == pytest.approx(want, rel=1e-5)
    for targets in (void, void[..., None]):
        got = DiceCrossEntropy()(targets, PROB, mask=mask)
        assert number(got) == pytest.approx(want, rel=1e-5)
    carried = ops.copy(ops.convert_to_tensor(PROB))
    carried._keras_mask = ops.convert_to_tensor(mask)
    assert number(DiceCrossEntropy()(LABELS, carried)) == pytest.approx(want, rel=1e-5)


def test_masks_and_lists_of_any_kind():
    mask = np.arange(6)[:, None] * np.ones((4, 1, 5)) < 4
    want = number(SoftDice()(LABELS[:, :4], PROB[:, :4]))
    for held in (mask, mask[..., None], mask.tolist(), ops.convert_to_tensor(mask)):
        assert number(SoftDice()(LABELS, PROB, mask=held)) == pytest.approx(want, rel=1e-5)
    with pytest.raises(ValueError, match=r"`mask` to have shape \[4, 6, 5\].*Received: \[4, 6\]"):
        SoftDice()(LABELS, PROB, mask=mask[..., 0])
    whole = number(SoftDice()(LABELS, PROB))
    assert number(SoftDice()(LABELS.tolist(), PROB.tolist())) == pytest.approx(whole, rel=1e-6)


def test_logits_taken_for_probabilities_are_warned_of():
    with pytest.warns(
        UserWarning, match=r'not all in \[0, 1\] \(from -.* set activation="softmax"'
    ):
        SoftDice()(LABELS, LOGITS)
    SoftDice(activation="softmax")(LABELS, LOGITS)
    DiceLoss("monai.DiceCELoss")(ONE_HOT, LOGITS)  # its cross-entropy takes logits


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SoftDice(smoth=1), r"of SoftDice \(smooth, .*; did you mean 'smooth'\? Received"),
        (lambda: SoftDice(from_logits=True), 'for logits, pass activation="sigmoid" or "softmax"'),
        (lambda: SoftDice(class_weights="inv"), "`class_weights` to be one number per class or"),
        (lambda: SoftDice(class_weights={0: 1, 1: 2}), "to be numbers, one per class. Received"),
        (lambda: DiceLoss(SoftDice), "name of a variant, a DiceSpec or its axes"),
        (lambda: DiceLoss("monai.Dice"), "did you mean 'monai.DiceLoss'"),
    ],
)
def test_what_is_expected_is_said(make, words):
    with pytest.raises(ValueError, match=f"Expected .*{words}"):
        make()


@pytest.mark.parametrize("name", ["recipe.dice_coef", DEFAULT])
def test_a_score_is_no_loss(name):
    with pytest.raises(ValueError, match="Expected a definition that is a loss"):
        DiceLoss(name)


@pytest.mark.parametrize(
    ("y_true", "words"),
    [
        (np.full((4, 6, 5), 3), "labels"),
        (255 * ONE_HOT, r"in \[0, 1\]"),
        (np.full((4, 6, 5, 3), np.nan), "finite"),
        (np.zeros((4, 6, 4)), "shape"),
    ],
)
def test_bad_targets_raise_where_they_can_be_seen(y_true, words):
    with pytest.raises(ValueError, match=f"Expected .*{words}"):
        SoftDice()(y_true, PROB)


@pytest.mark.parametrize(
    "y_true",
    [
        np.full((4, 6, 5), 3),
        np.full((4, 6, 5), -1),
        np.full((4, 6, 5), 0.5),
        255 * ONE_HOT,
        np.full((4, 6, 5, 3), np.nan),
    ],
)
def test_bad_targets_give_nan_inside_a_graph(y_true):
    tf = pytest.importorskip("tensorflow")
    loss = tf.function(SoftDice(), autograph=False)
    assert np.isnan(loss(tf.constant(y_true, tf.float32), tf.constant(PROB)))
    good = tf.where(tf.constant(LABELS) == 2, 255, tf.constant(LABELS))
    assert np.isfinite(tf.function(SoftDice(ignore_index=255), autograph=False)(good, PROB))


def test_resized_masks_may_leave_the_range_by_rounding_inside_a_graph():
    tf = pytest.importorskip("tensorflow")
    loss = tf.function(SoftDice(), autograph=False)
    resized = tf.constant(ONE_HOT, tf.float32) * (1 + 2e-7)
    assert number(loss(resized, PROB)) == pytest.approx(number(loss(ONE_HOT, PROB)), rel=1e-5)


@pytest.mark.parametrize("loss", GIVEN)
def test_config_makes_the_same_loss(loss):
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()
    assert again.spec == loss.spec
    assert again.dtype == loss.dtype
    assert number(again(LABELS, PROB)) == number(loss(LABELS, PROB))


def test_deep_supervision_trains_every_head():
    keras.utils.set_random_seed(0)
    features = keras.Input((6, 5, 3))
    head = keras.layers.Conv2D(3, 1, activation="softmax", name="fine")
    coarse = keras.layers.MaxPooling2D((2, 1))(features)
    coarse = keras.layers.Conv2D(3, 1, activation="softmax", name="coarse")(coarse)
    model = keras.Model(features, [head(features), coarse])
    model.compile("adam", [DiceCrossEntropy(), SoftDice(1)], loss_weights=[1, 0.5])
    targets = [LABELS, LABELS[:, ::2]]
    before = model.evaluate(LOGITS, targets, verbose=0, return_dict=True)
    model.fit(LOGITS, targets, epochs=5, verbose=0)
    after = model.evaluate(LOGITS, targets, verbose=0, return_dict=True)
    assert after["fine_loss"] < before["fine_loss"]
    assert after["coarse_loss"] < before["coarse_loss"]
    assert after["loss"] == pytest.approx(after["fine_loss"] + after["coarse_loss"] / 2, rel=1e-3)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving
@pytest.mark.parametrize("jit", [False, True] if keras.backend.backend() != "torch" else [False])
def test_training_saving_and_loading(jit, tmp_path):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((None, None, 3)), keras.layers.Conv2D(3, 1, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile("adam", DiceCrossEntropy(), jit_compile=jit)
    before = model.evaluate(LOGITS, LABELS, verbose=0)
    model.fit(LOGITS, LABELS, sample_weight=np.ones(4), epochs=3, batch_size=3, verbose=0)
    after = model.evaluate(LOGITS, LABELS, verbose=0)
    assert after < before
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert isinstance(again.loss, DiceCrossEntropy)
    assert again.evaluate(LOGITS, LABELS, verbose=0) == pytest.approx(after, rel=1e-5)

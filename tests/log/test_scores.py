"""A record and a definition -> numbers: equal to the reference on the arrays, or refused."""

import numpy as np
import pytest

from tb_dice import dice, variant
from tb_dice.definition.spec import DEFAULT, HARD_SUMS, SOFT_SUMS, DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import Record
from tb_dice.masks.layouts import layout
from tb_dice.masks.sums import soft_and_hard

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, (7, 6, 5)) * (RNG.random((7, 1, 1)) < 0.7)
PROB = RNG.dirichlet([0.5] * 3, (7, 6, 5))
BATCH = np.arange(7) // 3


def record_of(y_true, y_pred, batch=None, mask=None, **options):
    """The record that a recorder makes of one pass."""
    shapes = layout(y_true.shape, y_pred.shape, **options)
    soft, counts, voxels, _ = soft_and_hard(y_true, y_pred, mask, shapes)
    sums = dict(zip(SOFT_SUMS, np.moveaxis(soft, -1, 0), strict=True))
    sums |= dict(zip(HARD_SUMS, np.moveaxis(counts.astype(float), -1, 0), strict=True))
    regions = dict(shapes.regions)
    states = (counts[..., 1] > 0) + 2 * (counts[..., 2] > 0)
    return Record(
        step=0,
        wall_time=0.0,
        classes=(*(f"c{i}" for i in range(shapes.channels)), *regions),
        batch=np.zeros(len(y_true), int) if batch is None else batch,
        sample_ids=[str(i) for i in range(len(y_true))],
        voxels=voxels,
        sums=sums,
        background=0 if shapes.exclusive else None,
        regions=regions,
        exclusive=shapes.exclusive,
        activation=shapes.activation,
        threshold=shapes.threshold,
        ignore_index=shapes.ignore_index,
        fingerprints=None,
        total=len(y_true),
        pooled={name: total.sum(0) for name, total in sums.items()},
        cases=[(states == state).sum(0) for state in range(4)],
    )


RECORD = record_of(LABELS, PROB, BATCH, regions={"any": [1, 2]})
SOFT = DiceSpec.of(compare="soft", smooth_num=1, smooth_den=1)


def hard_dice(axes):
    drawn, there = (np.eye(3)[a] for a in (PROB.argmax(-1), LABELS))
    with np.errstate(invalid="ignore"):
        return 2 * (drawn * there).sum(axes) / (drawn.sum(axes) + there.sum(axes))


def test_cells_of_the_default():
    np.testing.assert_allclose(scores.cells(RECORD, DEFAULT)[:, :3], hard_dice((1, 2)), rtol=1e-12)
    there, drawn = LABELS > 0, PROB.argmax(-1) > 0
    any_class = 2 * (there & drawn).sum((1, 2)) / (there.sum((1, 2)) + drawn.sum((1, 2)))
    np.testing.assert_allclose(scores.cells(RECORD, DEFAULT)[:, 3], any_class, rtol=1e-12)


def test_cells_are_scores_without_weights_or_pooling():
    spec = SOFT.replace(
        over={"space", "class", "batch"}, form="one_minus", weights="given", given=[1, 2, 3]
    )
    t, p = np.eye(3)[LABELS], PROB
    want = (2 * (t * p).sum((1, 2)) + 1) / (t.sum((1, 2)) + p.sum((1, 2)) + 1)
    np.testing.assert_allclose(scores.cells(RECORD, spec)[:, :3], want, rtol=1e-12)


def test_class_values_skip_the_undefined_and_say_how_many_were_averaged():
    found, scored = scores.class_values(RECORD, DEFAULT)
    each = hard_dice((1, 2))
    np.testing.assert_allclose(found[:3], np.nanmean(each, axis=0), rtol=1e-12)
    np.testing.assert_array_equal(scored[:3], (~np.isnan(each)).sum(0))


def test_class_values_with_batch_are_per_recorded_batch_weighted_by_size():
    spec = SOFT.replace(over={"space", "batch"})
    each = [
        dice(LABELS[b == BATCH], PROB[b == BATCH], spec.replace(reduce="none"))[0] for b in range(3)
    ]
    found, scored = scores.class_values(RECORD, spec)
    np.testing.assert_allclose(found[:3], np.average(each, axis=0, weights=[3, 3, 1]), rtol=1e-12)
    np.testing.assert_array_equal(scored, 3)


def test_pooled_class_values_sum_all_samples_first():
    found, scored = scores.class_values(RECORD, DEFAULT, pooled=True)
    np.testing.assert_allclose(found[:3], hard_dice((0, 1, 2)), rtol=1e-12)
    np.testing.assert_array_equal(scored, 7)


@pytest.mark.parametrize(
    "spec",
    [
        DEFAULT,
        SOFT,
        variant("recipe.dice_coef", smooth=1),
        variant("recipe.neg_log_dice_coef", smooth=1),
        variant("recipe.weighted_dice_loss", weights=[1, 2, 3]),
        variant("recipe.dice_coef_multilabel_loss", smooth=[1, 2, 3]),
        SOFT.replace(power=2, background=False),
        SOFT.replace(overlap="difference", classes=[2, 0]),
        SOFT.replace(error_power=2),
        SOFT.replace(form="one_minus", extra="cross_entropy", dice_weight=0.5, extra_weight=2),
        SOFT.replace(form="one_minus", extra="cross_entropy", extra_given=[1, 0.5, 4]),
        SOFT.replace(extra="cross_entropy", extra_given=[1, 2, 3], extra_normalise="weights"),
        SOFT.replace(extra="cross_entropy", extra_given=[2], reduce="sum"),
        SOFT.replace(weights="inverse_square", weights_on="ratio", over={"space", "class"}),
        SOFT.replace(reduce="per_class"),
    ],
    ids=lambda spec: f"{spec.formula()}, {spec.words()}",
)
def test_lines_are_the_definition_per_batch_weighted_by_size(spec):
    assert scores.refusal(RECORD, spec) is None
    each = [dice(LABELS[b == BATCH], PROB[b == BATCH], spec) for b in range(3)]
    want = np.average(each, axis=0, weights=[3, 3, 1])
    np.testing.assert_allclose(scores.value(RECORD, spec), want, rtol=1e-9)


def test_lines_that_keep_samples_are_all_rows():
    spec = SOFT.replace(reduce="per_sample")
    np.testing.assert_allclose(scores.value(RECORD, spec), dice(LABELS, PROB, spec), rtol=1e-9)


@pytest.mark.parametrize("name", ["recipe.dice_coef", "monai.DiceLoss", "recipe.dice_loss"])
def test_samples_that_are_computed_in_parts_give_the_same_bits(monkeypatch, name):
    pred = RNG.dirichlet([0.5] * 3, (50, 6, 5))
    record = record_of(RNG.integers(0, 3, (50, 6, 5)), pred, np.arange(50) // 4)
    spec = variant(name)
    at_once = scores.value(record, spec), *scores.class_values(record, spec)
    monkeypatch.setattr(scores, "AT_ONCE", 7)
    in_parts = scores.value(record, spec), *scores.class_values(record, spec)
    for one, other in zip(at_once, in_parts, strict=True):
        np.testing.assert_array_equal(one, other)


def test_whole_takes_equal_batches_at_once():
    spec = SOFT.replace(extra="cross_entropy", over={"space", "batch"})
    rows = np.array([[0, 1, 2], [3, 4, 5]])
    sums = {name: total[rows][..., :3] for name, total in RECORD.sums.items()}
    found = scores.whole(sums, spec, RECORD.voxels[rows])
    want = [dice(LABELS[i], PROB[i], spec) for i in rows]
    np.testing.assert_allclose(found, want, rtol=1e-9)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (variant("recipe.dice_loss2"), "a value per voxel"),
        (variant("recipe.dice_loss3"), "applies a sigmoid itself"),
        (variant("recipe.dice_loss4", gamma=1.5), "the power 1.5"),
        (SOFT.replace(error_power=1.5), "the power 1.5"),
        (DEFAULT.replace(compare="threshold"), "the log holds the argmax"),
        (SOFT.replace(classes=[5]), "takes class 5"),
        (SOFT.replace(extra="focal"), "focal"),
        (SOFT.replace(smooth_num=[1, 2]), "the log has 3 classes"),
        (SOFT.replace(weights="given", given=[1, 2]), "a weight or power for each of its classes"),
        (SOFT.replace(clip=0.01), "keeps p at 0.01"),
        (SOFT.replace(ignore_index=255), "target is 255, but the log holds all"),
        (
            SOFT.replace(extra="cross_entropy", extra_given=[1, 2]),
            "in the cross-entropy, but the log has 3 classes",
        ),
    ],
)
def test_what_the_sums_do_not_hold_is_refused(spec, words):
    assert words in scores.refusal(RECORD, spec)
    assert np.isnan(scores.value(RECORD, spec))
    assert np.isnan(scores.cells(RECORD, spec)).all()
    found, scored = scores.class_values(RECORD, spec)
    assert np.isnan(found).all()
    assert not scored.any()


def test_voxels_that_were_left_out_of_the_log():
    record = record_of(LABELS, PROB, ignore_index=2)
    spec = SOFT.replace(ignore_index=2)
    assert scores.refusal(record, spec) is None
    np.testing.assert_allclose(scores.value(record, spec), dice(LABELS, PROB, spec), rtol=1e-9)
    assert "holds all but 2" in scores.refusal(record, SOFT.replace(ignore_index=1))


@pytest.mark.parametrize("params", [{}, {"weight": [3, 1, 2]}, {"reduction": "sum"}])
def test_the_cross_entropy_of_logits_is_exact_where_p_is_nearly_zero(params):
    """A softmax of 1e-13, which a clip at 1e-7 would take for 16 instead of 30."""
    logits = 30 * RNG.normal(size=(*LABELS.shape, 3))
    record = record_of(LABELS, logits, activation="softmax", regions={"any": [1, 2]})
    spec = variant("monai.DiceCELoss", softmax=True, **params)
    assert scores.refusal(record, spec) is None
    np.testing.assert_allclose(scores.value(record, spec), dice(LABELS, logits, spec), rtol=1e-9)


def test_refusals_of_records_that_are_not_exclusive():
    record = record_of(LABELS > 0, PROB[..., :1], threshold=0.3)
    assert "p > 0.3" in scores.refusal(record, DEFAULT.replace(compare="argmax"))
    assert "p > 0.3" in scores.refusal(record, DEFAULT.replace(compare="threshold"))
    assert scores.refusal(record, DEFAULT.replace(compare="threshold", threshold=0.3)) is None
    assert "binary" in scores.refusal(record, SOFT.replace(extra="cross_entropy"))


def test_squared_errors_need_hard_targets():
    soft_targets = record_of(np.full((2, 4, 1), 0.5), np.full((2, 4, 1), 0.5))
    assert "targets of 0 and 1" in scores.refusal(soft_targets, SOFT.replace(error_power=2))


def test_a_clip_matters_on_perfect_masks_only():
    spec = variant("recipe.dice_loss").replace(clip=1e-7, smooth_num=1e-6, smooth_den=1e-6)
    assert scores.refusal(RECORD, spec) is None
    empty = np.zeros((1, 4, 4, 1))
    assert "clip" not in scores.refusal(record_of(empty, empty), spec)
    assert "keeps p at 1e-07" in scores.refusal(record_of(empty, empty), spec)


def test_a_log_that_lacks_sums():
    kept = {name: RECORD.sums[name] for name in ("intersection", "true_sum")}
    fields = {name: getattr(RECORD, name) for name in RECORD.__dataclass_fields__}
    record = Record(**(fields | {"sums": kept}))
    assert "pred_sum" in scores.refusal(record, DEFAULT)


def test_smooth_per_class_leaves_regions_undefined():
    cells = scores.cells(RECORD, SOFT.replace(smooth_num=[1, 2, 3]))
    assert np.isnan(cells[:, 3]).all()
    assert not np.isnan(cells[:, :3]).any()


def test_states_come_from_hard_counts():
    y_true = np.array([[[0], [0]], [[1], [0]], [[0], [0]], [[1], [1]]])
    y_pred = np.array([[[0.4], [0]], [[0.4], [0]], [[0.6], [0]], [[0.9], [0]]])
    np.testing.assert_array_equal(scores.states(record_of(y_true, y_pred)), [[0], [1], [2], [3]])


def test_worst_first():
    value = [0.5, np.nan, 0, 0, 0, 0.5]
    true = [9, 0, 5, 7, 7, 9]
    pred = [1, 0, 3, 1, 2, 1]
    np.testing.assert_array_equal(scores.worst_first(value, true, pred), [4, 3, 2, 0, 5, 1])


def test_an_empty_record():
    record = record_of(LABELS[:0], PROB[:0])
    assert np.isnan(scores.value(record, DEFAULT))
    assert scores.cells(record, DEFAULT).shape == (0, 3)
    assert np.isnan(scores.class_values(record, DEFAULT)[0]).all()

"""The traps of Dice, each reproduced from the definitions on masks made here.

Where a number is one that was measured on the original implementation, the masks are those of the
measurement; else it is worked out beside the assertion.
"""

import numpy as np
import pytest

from tb_dice import dice, variant
from tb_dice.analysis.batch_size import batch_sizes
from tb_dice.analysis.definition import Definition
from tb_dice.analysis.table import stack
from tb_dice.spec import DEFAULT, DiceSpec
from tests.analysis.make import from_masks

COEF, PER_SAMPLE = "recipe.dice_coef", "recipe.multiclass_dice_loss"


def disk(radius, centre, size):
    """A disk of the pixels within ``radius`` of ``centre``."""
    y, x = np.mgrid[:size, :size]
    return (y - centre[0]) ** 2 + (x - centre[1]) ** 2 <= radius**2


def predictions(count=24, size=32):
    """Objects of all sizes, the larger the better found, in random order: [N, H, W, 1]."""
    rng = np.random.default_rng(0)
    radii = rng.permutation(np.linspace(1, 12, count))
    shifts = 3.0 + 2.0 * rng.random(count)
    true = np.stack([disk(r, (16, 16), size) for r in radii])
    pred = np.stack([disk(r, (16, 16 + s), size) for r, s in zip(radii, shifts, strict=True)])
    return true[..., None].astype(float), pred[..., None].astype(float)


def test_a_metric_averaged_over_batches_rises_with_the_batch_size():
    true, pred = predictions()

    def logged(name, size, **params):
        batches = [slice(first, first + size) for first in range(0, 24, size)]
        return np.mean([dice(true[rows], pred[rows], name, **params) for rows in batches])

    sizes = (1, 2, 4, 8, 24)
    coef = [logged(COEF, size, smooth=1) for size in sizes]
    assert coef[0] + 0.1 < coef[-1]
    assert all(np.diff(coef) > 0.002)
    per_sample = [logged(PER_SAMPLE, size) for size in sizes]
    np.testing.assert_allclose(per_sample, per_sample[0], rtol=1e-12)
    over_the_batch = 2 * (true * pred).sum() + 1
    assert coef[-1] == pytest.approx(over_the_batch / (true.sum() + pred.sum() + 1))


def test_the_log_shows_the_same_as_keras_would_with_other_batches():
    true, pred = predictions(8)
    prob = np.concatenate([1 - pred, pred], -1)
    record = from_masks(true[..., 0].astype(int), prob, batch=np.arange(8) // 4)
    found = batch_sizes(stack([record]), 0, 1, Definition(), {COEF: variant(COEF, smooth=1)})
    one_hot = np.concatenate([1 - true, true], -1)
    for size, value in zip(found.sizes, found.lines[1].values, strict=True):
        rows = [slice(first, first + size) for first in range(0, 8, size)]
        expected = np.mean([dice(one_hot[r], prob[r], COEF, smooth=1) for r in rows])
        assert value == pytest.approx(expected)


@pytest.mark.parametrize("name", ["recipe.dice_loss", "recipe.dice_loss1"])
def test_pooled_over_one_hot_classes_dice_is_the_pixel_accuracy(name):
    labels = np.random.default_rng(1).integers(0, 3, (2, 8, 8))
    drawn = labels.copy()
    wrong = np.array([(0, 0), (0, 9), (0, 33), (0, 50), (0, 63), (1, 1), (1, 2), (1, 40), (1, 41)])
    for sample, place in [*wrong, (1, 63)]:
        drawn[sample].flat[place] = (drawn[sample].flat[place] + 1) % 3
    true, pred = (np.eye(3)[maps] for maps in (labels, drawn))
    assert (labels != drawn).sum() == 10
    # 10 wrong of 128 pixels, whatever the classes; per class it is another number
    assert dice(true, pred, name) == pytest.approx(0.078125, rel=1e-6)
    assert dice(true, pred, PER_SAMPLE) != pytest.approx(0.078125, abs=1e-3)


@pytest.mark.parametrize(("alpha", "beta"), [(0.3, 0.7), (0.5, 0.5), (1, 1)])
@pytest.mark.parametrize("smooth", [1e-5, 1.0, 10.0])
def test_the_smooth_of_a_tversky_form_is_half_as_much(alpha, beta, smooth):
    true, pred = predictions(1)
    tp = (true * pred).sum()
    fp, fn = pred.sum() - tp, true.sum() - tp
    tversky = (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)
    doubled = {"smooth_num": 2 * smooth, "smooth_den": 2 * smooth}
    spec = DiceSpec.of(compare="soft", alpha=alpha, beta=beta)
    assert dice(true, pred, spec, **doubled) == pytest.approx(tversky)
    same = dice(true, pred, spec, smooth_num=smooth, smooth_den=smooth)
    assert abs(same - tversky) > smooth * 1e-4


@pytest.mark.parametrize(
    ("smooth", "score", "loss"), [(1e-5, 9.9999e-06, 0.99999), (100, 0.990099, 0.009900987)]
)
def test_one_pixel_drawn_on_an_empty_target(smooth, score, loss):
    true, pred = np.zeros((1, 128, 128, 1)), np.zeros((1, 128, 128, 1))
    pred[0, 64, 64] = 1
    assert dice(true, pred, COEF, smooth=smooth) == pytest.approx(score, rel=1e-5)
    assert dice(true, pred, "recipe.dice_coef_loss", smooth=smooth) == pytest.approx(loss, rel=1e-5)


def test_smooth_100_forgives_missing_small_objects_whole():
    true = np.zeros((1, 64, 64, 1))
    for row in range(5):
        true[0, 12 * row : 12 * row + 3, :6] = 1  # five objects of 18 pixels
    pred = true.copy()
    pred[0, 36:] = 0  # two are missed
    assert true.sum() - pred.sum() == 2 * 18
    assert 1 - dice(true, pred, COEF) == pytest.approx(36 / 244)  # .15
    assert 1 - dice(true, pred, COEF, smooth=1e-6) == pytest.approx(36 / 144)


def absent_class():
    """Hard masks [2, 8, 8, 3] of which no target has the last class; two voxels are drawn so."""
    labels, drawn = np.zeros((2, 8, 8), int), np.zeros((2, 8, 8), int)
    labels[:, :2] = drawn[:, :2] = 1
    drawn[0, 7, :2] = 2
    drawn[1, 2, :4] = 1
    return np.eye(3)[labels], np.eye(3)[drawn]


def test_one_absent_class_and_every_definition_says_something_else():
    true, pred = absent_class()
    background = (2 * 46 / (48 + 46) + 2 * 44 / (48 + 44)) / 2
    small = (1 + 2 * 16 / (16 + 20)) / 2
    hard = DiceSpec.of(reduce="batch_then_class", skip_nan=True)
    skipped = dice(true, pred, hard.replace(empty="nan"))
    as_one = dice(true, pred, hard.replace(empty="one"))
    only_present = dice(true, pred, hard.replace(empty="nan", empty_when="target"))
    micro = dice(true, pred, hard.replace(over={"space", "class", "batch"}))
    assert skipped == pytest.approx((background + small + 0) / 3)
    assert as_one == pytest.approx((background + small + 0.5) / 3)
    assert only_present == pytest.approx((background + small) / 2)
    assert micro == pytest.approx(1 - 6 / 128)
    generalised = dice(true, pred, "monai.GeneralizedDiceLoss")
    mean = dice(true, pred, "monai.DiceLoss")
    assert len({round(float(x), 2) for x in (1 - generalised, 1 - mean, skipped, micro)}) >= 3


EMPTY, LIT = np.zeros((2, 8, 8, 1)), np.full((2, 8, 8, 1), 0.1)
EMPTY[0, 2:6, 2:6] = 1  # the second target is empty
LIT[0] = np.where(EMPTY[0] > 0, 0.9, 0.1)


@pytest.mark.parametrize(
    ("axes", "slope"),
    [
        # s / (P + s)^2 with P = 6.4, halved by the mean over two samples
        ({"smooth": 1e-5}, 1e-5 / 6.4**2 / 2),
        ({"smooth": 1.0}, 1 / 7.4**2 / 2),  # .009
        ({"smooth": (0.0, 1e-5)}, 0.0),  # above 0 the numerator stays 0
        # over the batch: N / D^2
        (
            {"smooth": 1e-5, "over": {"space", "batch"}},
            2 * 14.4 / (16 + 14.4 + 4.8 + 6.4) ** 2,
        ),
        (
            {"smooth": (0.0, 1e-5), "weights": "inverse_square", "weights_on": "ratio"},
            0.0,
        ),
    ],
    ids=str,
)
def test_the_gradient_on_an_empty_target(axes, slope):
    axes = dict(axes)
    above, below = np.broadcast_to(axes.pop("smooth"), 2)
    spec = DiceSpec.of(compare="soft", form="one_minus", smooth_num=above, smooth_den=below, **axes)
    assert slope_at(EMPTY, LIT, spec, (1, 4, 4, 0)) == pytest.approx(slope, rel=1e-4, abs=1e-10)


@pytest.mark.parametrize("smooth", [1e-6, 1e-3, 1.0])
def test_the_gradient_where_both_are_empty_is_one_by_smooth(smooth):
    nothing = np.zeros((1, 8, 8, 1))
    spec = variant(PER_SAMPLE).replace(smooth_num=smooth, smooth_den=smooth)
    slope = slope_at(nothing, nothing, spec, (0, 4, 4, 0), step=1e-6 * smooth)
    assert slope == pytest.approx(1 / smooth, rel=1e-4)


def slope_at(true, prob, spec, place, step=1e-5):
    """The slope of a definition in one voxel."""
    moved = [prob.copy(), prob.copy()]
    moved[0][place] += step
    moved[1][place] -= step
    up, down = (dice(true, one, spec) for one in moved)
    return float((up - down) / (2 * step))


def test_probabilities_taken_for_logits():
    perfect = np.eye(3)[np.random.default_rng(2).integers(0, 3, (2, 8, 8))]
    assert dice(perfect, perfect, "recipe.dice_loss3") == pytest.approx(0.4646, abs=5e-5)
    assert dice(perfect, perfect, "recipe.dice_loss1") == pytest.approx(0, abs=1e-6)


def test_logits_taken_for_probabilities():
    true = np.eye(3)[np.random.default_rng(2).integers(0, 3, (2, 8, 8))]
    logits = np.where(true > 0, 6.0, -3.0)
    assert not 0 <= dice(true, logits, PER_SAMPLE) <= 1
    assert dice(true, logits, DEFAULT) == 1  # the argmax does not care


def test_a_sum_over_classes_is_no_score():
    perfect = np.eye(3)[np.random.default_rng(2).integers(0, 3, (2, 8, 8))]
    assert dice(perfect, perfect, "recipe.dice_coef_multilabel") == pytest.approx(3)
    assert dice(perfect, perfect, "recipe.dice_coef_multilabel_loss") == pytest.approx(-2)
    mean = dice(perfect, perfect, "recipe.dice_coef_multilabel_loss", mean=True)
    assert mean == pytest.approx(0, abs=1e-6)


def test_the_rule_for_empties_changes_which_model_is_better():
    """Rates q and r0 alone decide: one model misses an object, the other draws one too many."""
    true = np.zeros((4, 8, 8, 1))
    true[0, :2] = true[1, :2] = 1
    careful, eager = true.copy(), true.copy()
    careful[1] = 0  # misses one of two: q = .5, r0 = 0
    eager[2, 0, 0] = 1  # draws on one of two empty ones: q = 0, r0 = .5
    eager[3, 0, 0] = 1

    def both(**axes):
        return [dice(true, model, DEFAULT.replace(**axes)) for model in (careful, eager)]

    assert both(empty="one") == pytest.approx([3 / 4, 2 / 4])
    assert both(empty="nan", empty_when="target") == pytest.approx([1 / 2, 1])
    assert both(empty="nan", empty_when="either") == pytest.approx([1, 1])

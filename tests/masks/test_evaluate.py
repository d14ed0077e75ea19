"""Arrays and a definition: what is compared, on numpy and on tensors alike."""

import numpy as np
import pytest
from tensors import NEEDS_KERAS, XPS, ops

from tb_dice.definition.catalogue import entry
from tb_dice.definition.spec import DiceSpec
from tb_dice.masks.evaluate import evaluate, layout_for, parts
from tests.golden import golden, missed, names

SOFT = DiceSpec.of(compare="soft", smooth_num=1, smooth_den=1)
Y_TRUE = np.array([[[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]], float)
Y_PRED = np.array([[[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]])


def value(y_true, y_pred, spec, xp=np, mask=None):
    layout = layout_for(spec, y_true.shape, y_pred.shape)
    return evaluate(y_true, y_pred, spec, layout, mask, xp)


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"classes": [0, 3]}, "takes class 3, and the predictions have 3 channels"),
        ({"weights": "given", "given": (1, 2)}, "`given`.*one for each of 3 classes.*Received: 2"),
        ({"smooth_num": (1, 2), "background": False, "focal": (1, 2, 3)}, "`focal`.*2 classes"),
    ],
)
def test_a_definition_for_other_classes_is_refused(axes, words):
    with pytest.raises(ValueError, match=f"Expected .*{words}"):
        layout_for(SOFT.replace(**axes), Y_TRUE.shape, Y_PRED.shape)


@NEEDS_KERAS
@pytest.mark.parametrize("name", [name for name in names() if entry(name).form == "score"])
def test_golden_scores_on_tensors(name):
    def got(r):
        return value(r.y_true, r.y_pred, entry(name).spec(**r.params), ops, r.mask)

    assert missed(golden(name), got) == []


@pytest.mark.parametrize(
    ("axes", "changed"),
    [
        ({"compare": "argmax"}, lambda t, p: (t, np.eye(3)[p.argmax(-1)])),
        ({"compare": "hard"}, lambda t, p: (t, np.eye(3)[p.argmax(-1)])),
        ({"compare": "threshold", "threshold": 0.65}, lambda t, p: (t, p > 0.65)),
        ({"background": False}, lambda t, p: (t[..., 1:], p[..., 1:])),
        ({"classes": [2, 0]}, lambda t, p: (t[..., [2, 0]], p[..., [2, 0]])),
        ({"clip": 0.2}, lambda t, p: (t, p.clip(0.2, 0.8))),
        ({"clip": 0.2, "clip_target": True}, lambda t, p: (t.clip(0.2, 0.8), p.clip(0.2, 0.8))),
        ({"activation": "sigmoid"}, lambda t, p: (t, 1 / (1 + np.exp(-p)))),
    ],
)
@XPS
def test_what_is_compared(axes, changed, xp):
    want = value(*(a.astype(float) for a in changed(Y_TRUE, Y_PRED)), SOFT)
    got = value(Y_TRUE, Y_PRED, SOFT.replace(**axes), xp)
    np.testing.assert_allclose(got, want, rtol=1e-6)


@XPS
@pytest.mark.parametrize(
    ("over", "axes"), [("class", 3), ("batch", 0), (("class", "batch"), (0, 3))]
)
def test_definitions_that_do_not_sum_over_space(over, axes, xp):
    """The axes of keras.losses.Dice(axis=...): a value for each that is left, or their mean."""
    rng = np.random.default_rng(0)
    t, p = (rng.random((3, 4, 5, 2)).round(k) for k in (0, 3))
    want = (2 * (t * p).sum(axes) + 1) / ((t + p).sum(axes) + 1)
    spec = SOFT.replace(over=over, reduce="none")
    np.testing.assert_allclose(value(t, p, spec, xp), want, rtol=1e-6)
    got = [float(value(t, p, spec.replace(reduce=how), xp)) for how in ("mean", "sum")]
    np.testing.assert_allclose(got, [want.mean(), want.sum()], rtol=1e-6)


def test_powers_and_overlaps():
    t, p = (a.sum(axis=(1, 2)) for a in (Y_TRUE, Y_PRED))
    tp = (Y_TRUE * Y_PRED).sum((1, 2))
    everything = SOFT.replace(over={"space", "class", "batch"})
    cube = (Y_PRED**3).sum((1, 2))
    assert value(Y_TRUE, Y_PRED, everything.replace(power=3)) == pytest.approx(
        ((2 * tp + 1) / (t + cube + 1))[0]
    )
    overlap = (t + p - np.abs(Y_TRUE - Y_PRED).sum((1, 2))) / 2
    assert value(Y_TRUE, Y_PRED, everything.replace(overlap="difference")) == pytest.approx(
        ((2 * overlap + 1) / (t + p + 1))[0]
    )
    fp, fn = (1 - Y_TRUE) * Y_PRED, Y_TRUE * (1 - Y_PRED)
    errors = (fp**1.5).sum((1, 2)) + (fn**1.5).sum((1, 2))
    assert value(Y_TRUE, Y_PRED, everything.replace(error_power=1.5)) == pytest.approx(
        ((2 * tp + 1) / (2 * tp + errors + 1))[0]
    )


@XPS
def test_one_half_is_neither_there_nor_drawn(xp):
    half = np.array([[[0.5], [0.75], [0.25]]])
    spec = SOFT.replace(compare="threshold")
    want = value((half > 0.5).astype(float), (half > 0.5).astype(float), SOFT)
    np.testing.assert_allclose(value(half, half, spec, xp), want)
    assert value(half, 1 - half, spec) == pytest.approx(1 / 3)


def test_masked_voxels_do_not_count_even_when_clipped():
    mask = np.array([[True, True, True, False]])
    spec = SOFT.replace(clip=0.2, clip_target=True, smooth_num=0, smooth_den=0)
    want = value(Y_TRUE[:, :3], Y_PRED[:, :3], spec)
    assert value(Y_TRUE, Y_PRED, spec, mask=mask) == pytest.approx(want)


@XPS
def test_a_map_keeps_space(xp):
    spec = SOFT.replace(over={"class"}, power=2, reduce="none")
    got = value(Y_TRUE, Y_PRED, spec, xp)
    want = (2 * (Y_TRUE * Y_PRED).sum(-1) + 1) / (1 + (Y_PRED**2).sum(-1) + 1)
    np.testing.assert_allclose(got, want, rtol=1e-6)


def test_parts_are_per_sample_and_class():
    spec = SOFT.replace(compare="hard", background=False)
    found = parts(Y_TRUE, Y_PRED, spec, layout_for(spec, Y_TRUE.shape, Y_PRED.shape), None, np)
    np.testing.assert_array_equal(found.tp, [[1, 1]])
    np.testing.assert_array_equal(found.fn, [[1, 0]])
    np.testing.assert_array_equal(found.fp, [[0, 0]])


def test_layout_follows_the_definition():
    shape = (1, 4, 3)
    assert layout_for(SOFT.replace(compare="argmax", activation="sigmoid"), shape, shape).exclusive
    assert not layout_for(SOFT.replace(compare="threshold"), shape, shape).exclusive
    assert layout_for(SOFT.replace(threshold=0.3), shape, shape).threshold == 0.3

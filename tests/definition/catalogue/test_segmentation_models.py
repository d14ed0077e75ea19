"""segmentation_models: F-beta, classes, images, and weights that are not normalised."""

import pytest

from tb_dice import dice
from tests.definition.catalogue.inputs import ONE_HOT, PROB, sums


@pytest.mark.parametrize(("per_image", "axes"), [(False, (0, 1, 2)), (True, (1, 2))])
@pytest.mark.parametrize("beta", [1, 2])
def test_f_score_by_hand(beta, per_image, axes):
    tp, t, p = sums(ONE_HOT, PROB, axes)
    square = beta**2
    top = (1 + square) * tp + 1e-5
    score = top / (top + square * (t - tp) + (p - tp))
    got = dice(ONE_HOT, PROB, "segmentation_models.DiceLoss", beta=beta, per_image=per_image)
    assert got == pytest.approx(1 - score.mean(), rel=1e-9)


def test_jaccard_by_hand_for_some_classes():
    tp, t, p = sums(ONE_HOT, PROB, (0, 1, 2))
    score = (tp + 1) / (t + p - tp + 1)
    name = "segmentation_models.JaccardLoss"
    got = dice(ONE_HOT, PROB, name, class_indexes=[2, 1], smooth=1)
    assert got == pytest.approx(1 - score[1:].mean())
    assert dice(ONE_HOT, PROB, name, class_indexes=1, smooth=1) == pytest.approx(1 - score[1])


def test_weights_make_the_loss_negative():
    name = "segmentation_models.DiceLoss"
    assert dice(ONE_HOT, ONE_HOT, name, class_weights=[1, 2, 3]) == pytest.approx(-1)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of predictions that are not probabilities
def test_a_threshold_compares_each_channel():
    want = dice(ONE_HOT, (PROB > 0.4).astype(float), "segmentation_models.DiceLoss")
    assert dice(ONE_HOT, PROB, "segmentation_models.DiceLoss", threshold=0.4) == want

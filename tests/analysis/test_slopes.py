import numpy as np
import pytest

from tb_dice.analysis.slopes import by_parts, by_score, derivative
from tb_dice.definition import stages
from tb_dice.definition.spec import DiceSpec
from tb_dice.definition.stages import Parts


def test_a_derivative_is_exact():
    at = np.array([0.3, 2.0])
    np.testing.assert_allclose(derivative(lambda x: x**3, at), 3 * at**2, rtol=1e-15)


def test_the_ratio_by_hand():
    # N = 2 * 3 + 1 = 7, D = 6 + .6 * 2 + 1.4 * 4 + 1 = 13.8
    part = Parts(*(np.array([[number]]) for number in (3.0, 2.0, 4.0, 7.0, 5.0)))
    spec = DiceSpec.of(alpha=0.3, beta=0.7, smooth_num=1, smooth_den=1)
    slopes = [float(slope[0, 0]) for slope in by_parts(part, spec)]
    numerator, below = 7, 13.8
    expected = [2 * (below - numerator), -0.6 * numerator, -1.4 * numerator]
    assert slopes == pytest.approx([slope / below**2 for slope in expected])


@pytest.mark.parametrize(
    "axes",
    [
        {"form": "one_minus", "reduce": "sum"},
        {"form": "minus_log", "focal": 0.5, "form_when": "after", "focal_when": "after"},
        {"form": "one_minus", "focal": (1.0, 2.0, 0.5)},
        {"weights": "support", "normalise": "weights", "reduce": "class_then_batch"},
        {"weights": "support", "normalise": "weights", "reduce": "batch_then_class"},
        {"weights": "inverse", "absent": "zero", "reduce": "sum_classes"},
        {"skip_nan": True, "reduce": "class_then_batch"},
        {"skip_nan": True, "reduce": "batch_then_class", "all_nan": 0.0},
    ],
    ids=str,
)
def test_by_score_against_differences(axes):
    spec = DiceSpec.of(**axes)
    score = np.array([[0.2, 0.5, 0.9], [0.4, 0.7, 0.1]])
    true = np.array([[2.0, 0.0, 5.0], [3.0, 0.0, 1.0]])
    if spec.averaged.skip_nan:
        score[0, 1] = score[1, 1] = np.nan
    found = by_score(score, true, spec)
    for place in np.ndindex(score.shape):
        ends = []
        for sign in (1, -1):
            moved = score.copy()
            moved[place] += sign * 1e-6
            ends.append(stages.average(stages.loss(moved, spec, np), true, spec, np))
        assert found[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)


def test_several_batches_at_once():
    rng = np.random.default_rng(0)
    part = Parts(*(rng.uniform(1, 9, (4, 2, 3)) for _ in range(5)))
    spec = DiceSpec.of(over={"space", "batch"}, form="minus_log", smooth_num=1, smooth_den=1)
    together = by_parts(part, spec)
    for batch in range(4):
        alone = by_parts(Parts(*(array[batch] for array in part.arrays())), spec)
        for one, several in zip(alone, together, strict=True):
            np.testing.assert_allclose(several[batch], one)

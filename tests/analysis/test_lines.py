import math

import numpy as np
import pytest

from tb_dice.analysis.lines import NOT_ONE_NUMBER, loss_lines, rule_lines, variant_line
from tb_dice.analysis.table import stack
from tb_dice.definition import catalogue
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.log import scores

from .make import counted, random_record

NAMES = [
    "recipe.dice_loss",
    "recipe.multiclass_dice_loss",
    "recipe.dice_coef",
    "recipe.dice_coef_loss",
    "recipe.neg_log_dice_coef",
    "recipe.dice_coef_multilabel_loss",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mixed", [False, True])
def test_a_variant_is_what_each_record_says(name, mixed):
    rng = np.random.default_rng(0)
    records = []
    for step in range(5):
        batch = rng.integers(0, 3, 5 + step) if mixed else np.arange(5 + step) // 3
        records.append(random_record(step, samples=5 + step, batch=batch))
    spec = catalogue.variant(name)
    line = variant_line(stack(records), name, spec)
    expected = [scores.value(record, spec) for record in records]
    np.testing.assert_allclose(line.values, expected, rtol=1e-12)
    assert (line.key, line.form, line.refused) == (name, spec.outcome.form, None)


def test_regions_are_no_classes_of_a_variant():
    fields = {"classes": ("background", "a", "whole"), "regions": {"whole": (1,)}}
    record = random_record(0, **fields)
    spec = catalogue.variant("recipe.multiclass_dice_loss")
    line = variant_line(stack([record]), "v", spec)
    assert line.values[0] == pytest.approx(scores.value(record, spec))
    assert line.values[0] != pytest.approx(scores.value(random_record(0), spec))


def test_keras_weights_batches_by_their_size():
    hit, true = np.array([[8.0], [8.0], [1.0]]), np.array([[10.0], [10.0], [10.0]])
    record = counted(hit, true, true, batch=[0, 0, 1], background=None)
    spec = DiceSpec.of(compare="soft", over={"space", "batch"})
    line = variant_line(stack([record]), "v", spec)
    assert line.values[0] == pytest.approx((2 * 0.8 + 1 * 0.1) / 3)


def test_a_variant_that_is_no_number_is_refused():
    line = variant_line(stack([random_record()]), "v", DEFAULT.replace(reduce="per_class"))
    assert line.refused == NOT_ONE_NUMBER
    assert np.isnan(line.values).all()


def test_what_cannot_be_recomputed_is_refused():
    line = variant_line(stack([random_record()]), "v", DiceSpec.of(compare="soft", power=1.5))
    assert "1.5" in line.refused


def test_an_undefined_batch_makes_its_step_undefined():
    record = counted([[0.0], [1.0]], [[0.0], [1.0]], [[0.0], [1.0]], batch=[0, 1], background=None)
    spec = DiceSpec.of(compare="soft", over={"space", "batch"})
    assert math.isnan(variant_line(stack([record]), "v", spec).values[0])


def test_three_rules_for_empties():
    # class 1: .5, both empty, missed
    hit, true, pred = [[9, 2], [9, 0], [9, 0]], [[9, 4], [9, 0], [9, 4]], [[9, 4], [9, 0], [9, 0]]
    found = rule_lines(stack([counted(hit, true, pred)]), DEFAULT)
    assert [line.key for line in found] == ["skipped", "one", "pooled"]
    assert [line.label for line in found] == ["undefined, skipped", "both empty = 1", "pooled"]
    chosen = [line.of_class(1).values[0] for line in found]
    assert chosen == pytest.approx([0.25, 0.5, 2 * 2 / (8 + 4)])


def test_refused_rules():
    found = rule_lines(stack([random_record()]), DiceSpec.of(compare="soft", power=1.5))
    assert len(found) == 3
    assert all(line.refused and np.isnan(line.values).all() for line in found)


def test_extra_losses_at_the_steps_that_have_them():
    records = [random_record(0, losses={"focal": 0.5}), random_record(1, losses={"ce": 2.0})]
    found = loss_lines(stack(records))
    assert [line.key for line in found] == ["loss:focal", "loss:ce"]
    assert found[0].values[0] == 0.5
    assert math.isnan(found[0].values[1])
    assert found[1].values[1] == 2.0

import numpy as np

from tb_dice.analysis.summary import classes, notices, order, reading
from tb_dice.analysis.table import stack

from .make import counted, random_record


def test_regions_first_and_the_background_last():
    record = random_record(classes=("background", "a", "whole"), regions={"whole": (1,)})
    found = classes(stack([record]))
    assert [entry["name"] for entry in found] == ["whole", "a", "background"]
    assert [entry["index"] for entry in found] == [2, 1, 0]
    assert [entry["region"] for entry in found] == [True, False, False]
    assert [entry["background"] for entry in found] == [False, False, True]


def test_without_background_the_order_is_kept():
    assert order(stack([random_record(background=None)])) == [0, 1, 2]


def test_frequency_and_empties_of_the_last_step():
    old = counted([[1, 1]], [[1, 1]], [[1, 1]], voxels=100)
    last = counted([[9, 0]] * 4, [[90, 10], [95, 5], [100, 0], [100, 0]], [[9, 0]] * 4, step=1)
    small = classes(stack([old, last]))[0]
    assert small["frequency"] == 15 / 400
    assert small["empty"] == 2


def test_frequency_over_all_samples_seen():
    record = counted([[9, 1]] * 2, [[9, 1]] * 2, [[9, 1]] * 2, total=20, pooled={
        name: np.array([1900.0, 100.0]) for name in counted([[1]], [[1]], [[1]]).sums
    })  # fmt: skip
    assert classes(stack([record]))[0]["frequency"] == 100 / 2000


def test_nothing_seen_has_no_frequency():
    assert classes(stack([counted(*np.zeros((3, 0, 2)))]))[0]["frequency"] is None


def test_how_predictions_were_read():
    assert reading(stack([random_record()])) == "probabilities, argmax"
    assert reading(stack([random_record(activation="softmax")])) == "softmax, argmax"
    one = random_record(exclusive=False, activation="sigmoid", threshold=0.3, ignore_index=255)
    assert reading(stack([one])) == "sigmoid, p > 0.3, label 255 ignored"


def test_notices_are_said_once_and_what_is_left_out_too():
    records = [random_record(step, notices=("shuffled",)) for step in range(3)]
    old = random_record(0, classes=("a", "b", "c"))
    assert notices(stack(records)) == ["shuffled"]
    cut = random_record(3, total=99)
    said = notices(stack([old, *records[1:], cut]))
    assert said[0] == "shuffled"
    assert said[1].startswith("6 of 99 samples were kept one by one")
    assert said[2].startswith("1 steps are left out because their classes differ")

"""The same sample gets the same name in every pass."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_dice.callback.identity import CHANGED, SHUFFLED, Identity


def run(identity: Identity, step: int, *batches: list[int]) -> tuple[list[str], str | None]:
    identity.begin(step)
    names = [name for keys in batches for name in identity.name(np.array(keys, np.uint64))]
    return names, identity.finish()


def test_the_first_pass_gives_places() -> None:
    assert run(Identity(), 0, [7, 8], [9]) == (["0", "1", "2"], None)


def test_the_names_of_several_processes_differ() -> None:
    identity = Identity(before="1:")
    assert run(identity, 0, [7, 8]) == (["1:0", "1:1"], None)
    assert run(identity, 1, [8, 9]) == (["1:1", "1:1@1"], CHANGED)
    assert run(Identity(["a"], before="1:"), 0, [7, 8])[0] == ["a", "1:1"]


def test_the_same_order_gives_the_same_names_whatever_the_batches() -> None:
    identity = Identity()
    run(identity, 0, [7, 8], [9, 2**64 - 1])
    assert run(identity, 1, [7], [8, 9, 2**64 - 1]) == (["0", "1", "2", "3"], None)


@given(st.lists(st.integers(0, 5), min_size=1), st.randoms())
def test_a_shuffle_is_a_permutation_of_the_names(keys: list[int], random: object) -> None:
    identity = Identity()
    names, _ = run(identity, 0, keys)
    order = list(range(len(keys)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again, said = run(identity, 1, [keys[i] for i in order])
    assert sorted(again) == sorted(names)
    assert [keys[int(name)] for name in again] == [keys[i] for i in order]
    assert said in (None, SHUFFLED)


def test_equal_inputs_keep_their_order() -> None:
    identity = Identity()
    run(identity, 0, [5, 5, 6])
    assert run(identity, 1, [6, 5, 5]) == (["2", "0", "1"], SHUFFLED)


def test_other_content_is_named_after_its_pass() -> None:
    identity = Identity()
    run(identity, 0, [1, 2, 3])
    assert run(identity, 4, [1, 9, 3]) == (["0", "1@4", "2"], CHANGED)
    assert run(identity, 5, [1, 2, 3]) == (["0", "1", "2"], None)


def test_fewer_samples_are_no_change_and_more_are() -> None:
    identity = Identity()
    run(identity, 0, [1, 2, 3])
    assert run(identity, 1, [1, 2]) == (["0", "1"], None)
    assert run(identity, 2, [1, 2, 3, 4]) == (["0", "1", "2", "3@2"], CHANGED)


def test_a_broken_first_pass_is_forgotten() -> None:
    identity = Identity()
    identity.begin(0)
    identity.name(np.array([1, 2], np.uint64))
    assert run(identity, 0, [3, 4]) == (["0", "1"], None)
    assert run(identity, 1, [4, 3]) == (["1", "0"], SHUFFLED)


@pytest.mark.parametrize("count", [2, 4])
def test_names_of_the_user(count: int) -> None:
    identity = Identity(["a", "b", "c"])
    names, said = run(identity, 0, list(range(count)))
    assert names == ["a", "b", "c", "3"][:count]
    assert said == f"sample_ids has 3 names, but the validation pass has {count} samples."
    assert run(identity, 1, [4, 5, 6]) == (["a", "b", "c"], None)

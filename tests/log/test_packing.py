import contextlib
import json
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_dice.log import packing
from tb_dice.log.packing import MAGIC, RecordError, pack, unpack


def forged(arrays, body=b"", header=None):
    """Bytes with a header that says what it likes."""
    text = json.dumps({"arrays": arrays} if header is None else header).encode()
    return packing._PREFIX.pack(MAGIC, 1, len(text)) + text + zlib.compress(body)


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([0.0, 255.0], "u1"),
        ([256.0], "u2"),
        ([2.0**31], "u4"),
        ([-1.0], "i4"),
        ([2.0**40], "i8"),
        ([0.5, np.nan, np.inf], "f4"),
        ([-0.0], "f4"),
        ([0.1], "f8"),
        ([1e300], "f8"),
        ([np.float32(0.1)], "f4"),
    ],
)
def test_an_array_is_stored_in_the_smallest_type_that_loses_nothing(values, stored):
    array = np.array(values, np.float64)
    _, arrays = unpack(pack({}, {"a": array}))
    assert arrays["a"].dtype == np.dtype("<" + stored)
    np.testing.assert_array_equal(arrays["a"].astype(np.float64), array)
    np.testing.assert_array_equal(np.signbit(arrays["a"]), np.signbit(array))


def test_whole_range_of_unsigned_integers():
    array = np.array([0, 2**64 - 1], np.uint64)
    _, arrays = unpack(pack({}, {"a": array}))
    np.testing.assert_array_equal(arrays["a"], array)


def test_shapes_and_header_come_back():
    given_arrays = {"m": np.arange(300).reshape(100, 3), "empty": np.zeros((0, 5))}
    header, arrays = unpack(pack({"x": [1, "ü"]}, given_arrays))
    assert header == {"x": [1, "ü"]}
    assert {name: array.shape for name, array in arrays.items()} == {"m": (100, 3), "empty": (0, 5)}
    np.testing.assert_array_equal(arrays["m"], given_arrays["m"])


def test_equal_arrays_are_stored_once():
    noise = np.random.default_rng(0).random(1000)
    once, twice = pack({}, {"a": noise}), pack({}, {"a": noise, "b": noise.copy()})
    assert len(twice) < len(once) + 100
    np.testing.assert_array_equal(unpack(twice)[1]["b"], noise)


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "u1", [1 << 40], None]],
        [["a", "f8", [1 << 15, 1 << 15], None]],
        [["a", "u1", [0, 1 << 29], None]],
        [["a", "u1", [1 << 28], None], ["b", "u1", [1 << 28], None]],
        [["a", "u1", [1 << 28], None]],
    ],
)
def test_a_forged_size_takes_no_memory(rows):
    data = forged(rows)
    tracemalloc.start()
    with pytest.raises(RecordError):
        unpack(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_compression_bomb_takes_no_more_than_its_header_says():
    data = forged([["a", "u1", [10], None]], bytes(100_000_000))
    tracemalloc.start()
    with pytest.raises(RecordError, match="not 10 bytes"):
        unpack(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "row",
    [
        "a",
        ["a", "u1", [1]],
        ["a", "O", [1], None],
        ["a", ["u1"], [1], None],
        ["a", "u1", 1, None],
        ["a", "u1", [-1], None],
        ["a", "u1", [True], None],
        ["a", "u1", [1.0], None],
        ["a", "u1", [1, 1, 1, 1, 1], None],
        ["a", "u1", [1], "b"],
        ["a", "u1", [1], "a"],
        [None, "u1", [1], None],
    ],
)
def test_a_wrong_list_of_arrays_is_refused(row):
    with pytest.raises(RecordError, match="lists an array wrongly"):
        unpack(forged([row], b"1"))


def test_an_alias_must_have_the_size_and_type_of_what_it_repeats():
    first = ["a", "u1", [2], None]
    assert unpack(forged([first, ["b", "u1", [1, 2], "a"]], b"12"))[1]["b"].shape == (1, 2)
    for wrong in (["b", "u1", [3], "a"], ["b", "u2", [2], "a"], ["a", "u1", [2], None]):
        with pytest.raises(RecordError, match="lists an array wrongly"):
            unpack(forged([first, wrong], b"12"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "start with TBDICE"),
        (b"PK\x03\x04 an npz", "start with TBDICE"),
        (packing._PREFIX.pack(MAGIC, 2, 0), "Upgrade tb-dice"),
        (packing._PREFIX.pack(MAGIC, 1, 2**32 - 1) + b"{}", "cut short or damaged"),
        (packing._PREFIX.pack(MAGIC, 1, 2) + b"{]", "must be JSON"),
        (packing._PREFIX.pack(MAGIC, 1, 2) + b"\xff\xff", "must be JSON"),
        (packing._PREFIX.pack(MAGIC, 1, 100_000) + b"[" * 100_000, "must be JSON"),
        (packing._PREFIX.pack(MAGIC, 1, 2) + b"[]", "JSON object"),
        (packing._PREFIX.pack(MAGIC, 1, 2) + b"{}", "list its arrays"),
        (packing._PREFIX.pack(MAGIC, 1, 13) + b'{"arrays":[]}', "cut short"),
        (packing._PREFIX.pack(MAGIC, 1, 13) + b'{"arrays":[]}xx', "cut short"),
    ],
)
def test_what_is_no_record_is_refused_with_a_reason(data, message):
    with pytest.raises(RecordError, match=message):
        unpack(data)


def test_what_could_not_be_read_back_is_not_written(monkeypatch):
    monkeypatch.setattr(packing, "MAX_MEMORY", 1000)
    with pytest.raises(RecordError, match="max_samples"):
        pack({}, {"a": np.zeros(126)})
    monkeypatch.setattr(packing, "MAX_HEADER", 100)
    with pytest.raises(RecordError, match="names"):
        pack({"classes": "x" * 100}, {})


WHOLE = pack({"k": 1}, {"a": np.arange(500) / 7, "b": np.arange(20), "c": np.arange(20)})


@pytest.mark.parametrize("length", range(0, len(WHOLE), 37))
def test_any_cut_is_noticed(length):
    with pytest.raises(RecordError):
        unpack(WHOLE[:length])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_damaged_byte_gives_an_answer_or_the_one_error(place, change):
    data = bytearray(WHOLE)
    data[place] ^= change
    with contextlib.suppress(RecordError):  # any other error fails the test
        unpack(bytes(data))

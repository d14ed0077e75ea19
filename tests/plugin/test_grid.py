import math
import struct
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_dice.plugin.grid import GRID_TYPE, JSON_TYPE, answer, grid, packed, plain, to_json

from .conftest import read_grid


def test_bytes_by_hand():
    header = b'{"a":1,"arrays":[{"name":"x","dtype":"u1","shape":[3]},'
    header += b'{"name":"y","dtype":"i4","shape":[1]}]}'
    expected = struct.pack("<I", len(header)) + header + bytes(-len(header) % 4)
    expected += b"\1\2\3\0" + struct.pack("<i", -7)
    assert grid({"a": 1}, {"x": np.array([1, 2, 3], np.uint8), "y": np.array([-7])}) == expected


@given(
    st.dictionaries(
        st.text(max_size=5),
        hnp.arrays(
            st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.uint8, np.bool_]),
            hnp.array_shapes(min_dims=1, max_dims=3, min_side=0),
        ),
        max_size=3,
    ),
    st.text(max_size=9),
)
def test_what_goes_in_comes_out(arrays, text):
    with np.errstate(over="ignore"):
        header, found = read_grid(grid({"text": text}, arrays))
    assert header["text"] == text
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name].shape == array.shape
        if array.dtype.kind == "f":
            with np.errstate(over="ignore"):
                np.testing.assert_array_equal(found[name], array.astype(np.float32))
        else:
            np.testing.assert_array_equal(found[name], np.clip(array, -(2**31), 2**31 - 1))


def test_arrays_of_any_layout():
    array = np.arange(12).reshape(3, 4)
    _, found = read_grid(grid({}, {"x": array.T, "y": array[::2], "z": array.astype(">f8")}))
    np.testing.assert_array_equal(found["x"], array.T)
    np.testing.assert_array_equal(found["y"], array[::2])
    np.testing.assert_array_equal(found["z"], array)


def test_larger_unsigned_numbers_are_integers():
    _, found = read_grid(grid({}, {"x": np.array([300], np.uint32)}))
    assert found["x"].tolist() == [300]
    assert found["x"].dtype == np.int32


def test_undefined_is_null():
    assert answer({"x": [math.nan, 0.5, math.inf]}) == (b'{"x":[null,0.5,null]}', JSON_TYPE)
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(math.nan)


@dataclass
class Found:
    refused: str | None
    ids: np.ndarray
    value: np.ndarray
    pair: tuple[float, np.int64]


FOUND = Found(None, np.array(["a", "b"]), np.array([math.nan, 0.5]), (math.inf, np.int64(3)))


def test_a_dataclass_is_an_object():
    expected = {"refused": None, "ids": ["a", "b"], "value": [None, 0.5], "pair": [None, 3]}
    assert plain({"found": [FOUND]}) == {"found": [expected]}
    with pytest.raises(TypeError, match="not JSON serializable"):
        answer({"x": object()})


def test_a_dataclass_is_a_grid_of_its_numbers():
    body, kind = packed(FOUND, {"run": "r"}, more=np.array([1, 2]))
    header, found = read_grid(body)
    assert kind == GRID_TYPE
    names = [array["name"] for array in header.pop("arrays")]
    assert header == {"run": "r", "refused": None, "ids": ["a", "b"], "pair": [None, 3]}
    assert names == ["value", "more"]
    np.testing.assert_array_equal(found["value"], np.array([math.nan, 0.5], np.float32))


def test_names_are_ascii_on_the_wire():
    assert to_json("é\ud800</script>") == b'"\\u00e9\\ud800</script>"'

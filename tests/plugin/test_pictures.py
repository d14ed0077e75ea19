import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_dice.log.images import SampleImage, image_blobs
from tb_dice.plugin.pictures import MAX_HEADER, MAX_PICTURES, Pictures, collect, parse

PLAIN = {
    "key": "k",
    "id": "s0",
    "index": 0,
    "reasons": ["fixed"],
    "slice": None,
    "depth": None,
    "shape": [4, 5],
    "window": [0.0, 255.0],
    "image": [0, 1],
    "target": [0, 2],
    "prediction": [3, 3],
}


def header(*samples, **fields):
    plain = {"version": 1, "encoding": "labels8", "classes": ["a", "b"], "samples": list(samples)}
    return json.dumps(plain | fields).encode()


def image(sample_id, key, *, slice_=None, reasons=("fixed",)):
    flat = np.zeros((4, 5), np.int32)
    return SampleImage(key, sample_id, 0, reasons, flat, flat, flat, slice_, slice_ and 9)


def test_it_reads_what_is_written():
    written = {}
    shown = [image("s0", "k0"), image("s1", "k1/2", slice_=2), image("s1", "k1/7", slice_=7)]
    first = parse(image_blobs(shown, written, step=0, classes=["a", "b"])[0])
    again = [image("s1", "k1/7", slice_=7, reasons=("worst b",))]
    again = [replace(again[0], probabilities=np.zeros((4, 5, 2)))]
    later = parse(image_blobs(again, written, step=4, classes=["a", "b"])[0])
    found = collect({(4, 0): later, (0, 0): first})
    assert found.encoding == "labels8"
    assert found.classes == ("a", "b")
    assert [entry["slice"] for entry in found.slices("s1")] == [2, 7]
    assert found.slices("s1")[1] == {
        "slice": 7,
        "depth": 9,
        "shape": [4, 5],
        "window": found.slices("s1")[1]["window"],
        "image": [0, 7],
        "target": [0, 8],
        "predictions": [[0, 9], [4, 1]],
        "probabilities": [None, [[4, 2], [4, 3]]],
        "reasons": ["fixed", "worst b"],
    }
    assert found.slices("s9") == []
    assert found.thumbnail("s0") == (0, 1)
    assert found.thumbnail("s9") is None
    assert found.imaged(["s9", "s0", "s1"], 0).tolist() == [0, 2, 2]
    assert found.imaged(["s9", "s0", "s1"], 4).tolist() == [0, 1, 2]
    assert found.imaged(["s1"], 77).tolist() == [1]


def test_the_shards_of_other_processes_have_elements_of_their_own():
    seen = header({**PLAIN, "probabilities": [[3, 4], [3, 5]]})
    other = header({**PLAIN, "id": "s1", "key": "m"}, {**PLAIN, "reasons": ["worst b"]})
    found = collect({(3, 1000): parse(seen), (3, 0): parse(other)})
    assert found.thumbnail("s1") == (0, 1)
    (entry,) = found.slices("s0")
    assert entry["image"] == [0, 1]
    assert entry["predictions"] == [[3, 3], [3, 1003]]
    assert entry["probabilities"] == [None, [[3, 1004], [3, 1005]]]


def test_nothing_was_drawn():
    assert collect({}, ["broken"]) == Pictures(unreadable=("broken",))
    assert collect({(0, 0): parse(header())}).slices("s0") == []


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b"{}",
        header(version=2),
        header(version="1" * 999),
        header(encoding="png"),
        header(encoding=[]),
        header(samples={}),
        header(samples=[None]),
        header(samples=[1] * (MAX_PICTURES + 1)),
        header(classes=3),
        header({**PLAIN, "image": [0]}),
        header({**PLAIN, "image": [0, -1]}),
        header({**PLAIN, "image": [0, 2**60]}),
        header({**PLAIN, "image": "ab"}),
        header({**PLAIN, "image": [0.5, 1]}),
        header({**PLAIN, "shape": None}),
        header({**PLAIN, "slice": "3"}),
        header({**PLAIN, "window": [0]}),
        header({**PLAIN, "window": [0, 1e999]}),
        header({**PLAIN, "window": [0, "x"]}),
        header({**PLAIN, "window": [0, 10**400]}),
        header({**PLAIN, "reasons": 4}),
        header({**PLAIN, "probabilities": []}),
        header({**PLAIN, "probabilities": [[0, 4]] * 25}),
        header({**PLAIN, "probabilities": [[0, "x"]]}),
        b"[" * 100_000,
        b" " * (MAX_HEADER + 1),
    ],
)
def test_a_damaged_header_is_told_from_others(blob):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        parse(blob)
    assert len(str(error.value)) < 300


def test_missing_fields_are_told():
    for name in PLAIN:
        if name == "index":
            continue
        without = {key: value for key, value in PLAIN.items() if key != name}
        with pytest.raises(ValueError, match=name):
            parse(header(without))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3),
    ),
    st.sampled_from([*sorted(PLAIN), "probabilities"]),
)
def test_any_value_is_taken_or_refused(value, name):
    try:
        found = parse(header({**PLAIN, name: value}))
    except ValueError:
        return
    json.dumps(collect({(0, 0): found}).slices(found.pictures[0].sample), allow_nan=False)

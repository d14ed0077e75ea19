import contextlib
import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_records import make_record, records

from tb_dice.definition.spec import SUMS
from tb_dice.log import packing
from tb_dice.log.record import RecordError, decode, encode
from tb_dice.masks.notice import Notice

SAID = Notice("Predictions leave [0, 1].", "range", low=-1.5)
DATA = encode(make_record(3, losses={"mse": 0.25}, regions={"both": (1, 2)}, notices=(SAID,)))


def told(record):
    return [(str(notice), notice.kind, notice.facts) for notice in record.notices]


@given(records())
def test_a_decoded_record_equals_the_encoded_one(record):
    again = decode(encode(record))
    assert again == record
    assert told(again) == told(record)


def test_types_after_decoding():
    record = decode(DATA)
    kinds = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    dtypes = {k: v.dtype for k, v in kinds.items() if isinstance(v, np.ndarray)}
    assert dtypes == {
        "batch": np.int32,
        "sample_ids": np.dtype("<U2"),
        "voxels": np.int64,
        "cases": np.int64,
    }
    assert {array.dtype for array in record.sums.values()} == {np.dtype(np.float64)}
    assert tuple(record.sums) == SUMS
    assert record.regions == {"both": (1, 2)}
    assert record.losses == {"mse": 0.25}


def test_a_record_of_an_earlier_release_lacks_what_was_logged():
    header, arrays = packing.unpack(encode(make_record(logged={"dice": np.nan})))
    assert np.isnan(decode(packing.pack(header, arrays)).logged["dice"])
    del header["logged"]
    assert decode(packing.pack(header, arrays)).logged == {}


def test_facts_are_kept_as_json_has_them():
    said = Notice("x", "k", low=np.float32(-0.5), high=np.inf, steps=[np.int64(3), 4], all=np.True_)
    facts = {"low": -0.5, "high": "inf", "steps": (3, 4), "all": True}
    record = make_record(notices=("plain", said))
    assert told(record) == told(decode(encode(record))) == [("plain", "", {}), ("x", "k", facts)]


def test_a_record_of_an_earlier_release_holds_the_sentences_alone():
    header, arrays = packing.unpack(DATA)
    assert header["notices"] == [str(SAID)]  # which is all that such a release looks for
    del header["stated"]
    assert told(decode(packing.pack(header, arrays))) == [(str(SAID), "range", {})]


def test_the_words_of_a_notice_that_has_no_kind_tell_nothing_in_a_new_record():
    record = make_record(notices=(Notice("The predictions leave [0, 1]."),))
    assert decode(encode(record)).notices[0].kind == ""


def test_arrays_cannot_be_changed():
    for record in (make_record(), decode(DATA)):
        for array in (record.batch, record.sums["intersection"], record.cases):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1


def test_the_callers_array_stays_writable():
    batch = np.zeros(6, np.int32)
    make_record(batch=batch)
    batch[0] = 1


def test_a_difference_in_any_field_is_a_difference():
    record = make_record(fingerprints=np.zeros(6, np.uint64))
    other = make_record(
        9,
        classes=("x", "y", "z"),
        background=1,
        regions={"r": (0,)},
        exclusive=False,
        activation="sigmoid",
        threshold=0.4,
        ignore_index=255,
        batch=np.ones(6),
        sample_ids=list("abcdef"),
        voxels=np.ones(6),
        fingerprints=np.ones(6, np.uint64),
        total=7,
        iteration=5,
        rank=1,
        world_size=2,
        output="out",
        notices=("n",),
        losses={"l": 1.0},
        logged={"dice": 1.0},
    )
    for field in dataclasses.fields(record):
        if field.name not in ("rank", "world_size"):
            changed = dataclasses.replace(record, **{field.name: getattr(other, field.name)})
            assert changed != record, field.name
    assert dataclasses.replace(record, world_size=2) != record
    assert record != "record"


def test_float32_sums_take_at_most_100_bytes_a_sample_and_class():
    def size(dtype):
        record = make_record(samples=2000, classes=tuple("abcdefgh"), dtype=dtype)
        assert decode(encode(record)) == record
        return len(encode(record)) / 2000 / 8

    assert size(np.float32) < 45  # 8 float32 and 3 counts are 44 bytes before compression
    assert size(np.float32) + 12 < size(np.float64) < 100


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("step", 1.5, "integer"),
        ("step", 2**63, "64 bits"),
        ("wall_time", float("nan"), "finite"),
        ("threshold", float("inf"), "finite"),
        ("classes", "abc", "sequence"),
        ("classes", ("a", "b", 3), "text"),
        ("classes", ("a", "b", "a"), "different names"),
        ("classes", ("a", "b"), "shape"),
        ("sample_ids", ["x" * 257] * 6, "256 characters"),
        ("sums", {"intersection": np.zeros((6, 2))}, r"intersection.*shape \(6, 3\)"),
        ("pooled", {"intersection": np.zeros(2)}, "shape"),
        ("cases", np.zeros((3, 3)), "shape"),
        ("fingerprints", np.zeros(5), "shape"),
        ("background", 3, "columns below 3"),
        ("regions", {"r": (3,)}, "columns below 3"),
        ("exclusive", "yes", "True or False"),
        ("activation", "tanh", "activation"),
        ("rank", 1, "world_size"),
        ("total", 5, "at least 6"),
        ("losses", {"l": "a" * 50}, "number"),
        ("notices", (3,), "text"),
        ("notices", (Notice("x", 3),), "text"),
        ("notices", (Notice("x", a=2**63),), "64 bits"),
        ("notices", (Notice("x", a={}),), "integer"),
        ("notices", (Notice("x", a=[[]]),), "integer"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(field, value, message):
    with pytest.raises((ValueError, TypeError), match=message):
        dataclasses.replace(make_record(), **{field: value})


def test_every_missing_part_of_the_bytes_is_the_one_error():
    header, arrays = packing.unpack(DATA)
    for key in header.keys() - {"logged", "stated"}:
        rest = {k: v for k, v in header.items() if k != key}
        with pytest.raises(RecordError, match=key):
            decode(packing.pack(rest, arrays))
    for name in ("batch", "voxels", "cases", "sample_ids"):
        rest = {k: v for k, v in arrays.items() if k != name}
        with pytest.raises(RecordError, match=name):
            decode(packing.pack(header, rest))


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("sample_ids", np.full((6, 1), 0x110000), "text"),
        ("sample_ids", np.full((6, 1), -1), "text"),
        ("sample_ids", np.full((6, 300), 65), "256 characters"),
        ("sample_ids", np.full(6, 65), "256 characters"),
        ("batch", np.zeros((6, 1)), "shape"),
        ("sums/intersection", np.zeros(6), "shape"),
    ],
)
def test_forged_arrays_are_the_one_error(name, array, message):
    header, arrays = packing.unpack(DATA)
    with pytest.raises(RecordError, match=message):
        decode(packing.pack(header, {**arrays, name: array}))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(packing.unpack(DATA)[0])), JSON)
def test_a_forged_header_gives_a_record_or_the_one_error(key, value):
    header, arrays = packing.unpack(DATA)
    with contextlib.suppress(RecordError):  # any other error fails the test
        decode(packing.pack({**header, key: value}, arrays))


@pytest.mark.parametrize(
    "stated",
    [
        [],
        [["range", {}], ["range", {}]],
        "ab",
        ["ab"],
        [["range"]],
        [["range", {}, 1]],
        {"ab": 1},
        [[None, {}]],
        [[["range"], {}]],
        [["range", []]],
        [["range", {"low": {}}]],
        [["range", {"low": [[1]]}]],
        [["range", {"low": 10**30}]],
        [["range", {"kind": "channels"}]],
        [["range", {"sentence": "x"}]],
        1,
        False,
    ],
    ids=str,
)
def test_forged_facts_are_the_one_error(stated):
    header, arrays = packing.unpack(DATA)
    with pytest.raises(RecordError, match="damaged"):
        decode(packing.pack({**header, "stated": stated}, arrays))


@settings(max_examples=300)
@given(st.lists(st.tuples(JSON, st.dictionaries(st.text(max_size=3), JSON)), max_size=2))
def test_facts_of_any_json_give_a_record_or_the_one_error(stated):
    header, arrays = packing.unpack(DATA)
    with contextlib.suppress(RecordError):  # any other error fails the test
        record = decode(packing.pack({**header, "stated": stated}, arrays))
        assert told(decode(encode(record))) == told(record)


def test_a_number_that_no_float_holds_is_the_one_error():
    header, arrays = packing.unpack(DATA)
    with pytest.raises(RecordError, match="too large"):
        decode(packing.pack({**header, "wall_time": 10**400}, arrays))

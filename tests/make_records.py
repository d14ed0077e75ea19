"""Records for tests: one by hand with known numbers, and any valid one for Hypothesis."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tb_dice.definition.questions import CHOICES
from tb_dice.definition.spec import HARD_SUMS, SUMS
from tb_dice.log.record import Record
from tb_dice.masks.notice import Notice

NUMBERS = st.floats(width=32) | st.floats() | st.integers(0, 2**40).map(float)
NAMES = st.text(max_size=8).map(lambda text: text.rstrip("\0"))
FACTS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | NUMBERS | NAMES
NOTICES = st.builds(Notice, NAMES, NAMES, low=FACTS, high=FACTS | st.lists(FACTS, max_size=2))


def make_record(step=0, *, samples=6, classes=("background", "a", "b"), dtype=np.float64, **fields):
    """A record of random but consistent sums; the seed is the step."""
    rng = np.random.default_rng(step)
    shape = (samples, len(classes))
    true = rng.integers(0, 200, shape) * (rng.random(shape) < 0.7)
    hit = rng.integers(0, 200, shape) * true // 400
    pred = hit + rng.integers(0, 100, shape) * (rng.random(shape) < 0.7)
    soft = {name: (true * rng.random(shape)).astype(dtype) for name in SUMS}
    soft |= {"true_sum": true, "true_sq_sum": true}
    sums = soft | dict(zip(HARD_SUMS, (hit, true, pred), strict=True))
    states = (true > 0) + 2 * (pred > 0)
    plain = {
        "step": step,
        "wall_time": 1_700_000_000.0 + step,
        "classes": classes,
        "batch": np.arange(samples) // 4,
        "sample_ids": [f"s{i}" for i in range(samples)],
        "voxels": np.full(samples, 4096),
        "sums": sums,
        "background": 0,
        "regions": {},
        "exclusive": True,
        "activation": "none",
        "threshold": 0.5,
        "ignore_index": None,
        "fingerprints": None,
        "total": samples,
        "pooled": {name: np.asarray(value, float).sum(0) for name, value in sums.items()},
        "cases": [(states == state).sum(0) for state in range(4)],
    }
    return Record(**(plain | fields))


@st.composite
def records(draw):
    """Any record that is legal, however odd."""
    n, c = draw(st.integers(0, 5)), draw(st.integers(1, 4))
    names = draw(st.lists(st.sampled_from(SUMS), unique=True))
    integers = st.integers(-(2**63), 2**63 - 1)
    maybe = st.none() | integers
    world = draw(st.integers(1, 9))

    def of(dtype, shape, elements=None):
        return draw(arrays.arrays(dtype, shape, elements=elements))

    return Record(
        step=draw(integers),
        wall_time=draw(st.floats(allow_nan=False, allow_infinity=False)),
        classes=tuple(draw(st.lists(NAMES, min_size=c, max_size=c, unique=True))),
        batch=of(np.int32, n),
        sample_ids=np.array(draw(st.lists(NAMES, min_size=n, max_size=n)), np.str_),
        voxels=of(np.int64, n),
        sums={name: of(np.float64, (n, c), NUMBERS) for name in names},
        background=draw(st.none() | st.integers(0, c - 1)),
        regions=draw(st.dictionaries(NAMES, st.tuples(st.integers(0, c - 1)), max_size=2)),
        exclusive=draw(st.booleans()),
        activation=draw(st.sampled_from(CHOICES["activation"])),
        threshold=draw(st.floats(0, 1)),
        ignore_index=draw(maybe),
        fingerprints=None if draw(st.booleans()) else of(np.uint64, n),
        total=n + draw(st.integers(0, 9)),
        pooled={name: of(np.float64, c, NUMBERS) for name in names},
        cases=of(np.int64, (4, c)),
        iteration=draw(maybe),
        rank=draw(st.integers(0, world - 1)),
        world_size=world,
        output=draw(st.none() | NAMES),
        notices=tuple(draw(st.lists(NOTICES, max_size=2))),
        losses=draw(st.dictionaries(NAMES, NUMBERS, max_size=2)),
    )

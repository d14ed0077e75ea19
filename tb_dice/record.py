"""One validation pass as a frozen dataclass, and its bytes.

The bytes are ``MAGIC``, a little-endian ``uint32`` with the length of the header, the header (JSON) and
a zlib stream of the arrays that the header lists. Nothing in a log is trusted: every size is checked
before memory is taken for it, and nothing is unpickled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


class RecordError(ValueError):
    """The bytes are no record, are damaged, or were written by a newer version."""


@dataclass(frozen=True, eq=False)
class Record:
    """The sums of one validation pass.

    Shapes: N samples were kept one by one, C columns are the classes and then the regions.

    Attributes:
        step: Step of the pass: the epoch, 0-based, or what the loop passed to ``commit``.
        wall_time: Seconds since 1970 at which the pass ended.
        classes: Names of the C columns: the channels, then the regions.
        batch: int32 [N], the validation batch of a sample.
        sample_ids: str [N], names that stay the same from pass to pass.
        voxels: int64 [N], valid voxels (not ignored, not masked).
        sums: Name (``spec.SUMS``) to float64 [N, C].
        background: Column of the background, None where there is none.
        regions: Name of a merged class to the channels it merges.
        exclusive: True where a voxel has exactly one class (argmax), False where each channel is compared with ``threshold``.
        activation: What was applied to the predictions first: none, sigmoid or softmax.
        threshold: A prediction above it is drawn, where classes are not exclusive.
        ignore_index: Label that was left out on both sides, or None.
        fingerprints: uint64 [N], a checksum of each sample's input, or None.
        total: Samples seen; more than N when ``max_samples`` cut the pass.
        pooled: Name to float64 [C], the sums over all samples seen.
        cases: int64 [4, C], samples seen in each state, in the order of ``values.states``.
        iteration: Optimizer iteration at the time, or None.
        rank: This process among ``world_size``; each writes its own shard of the pass.
        world_size: Number of processes.
        output: Name of the model's output, or None where it has one.
        notices: Sentences that the tab shows beside the run.
        losses: Extra losses that were evaluated during the pass.
    """

    step: int
    wall_time: float
    classes: tuple[str, ...]
    batch: Array
    sample_ids: Array
    voxels: Array
    sums: Mapping[str, Array]
    background: int | None
    regions: Mapping[str, tuple[int, ...]]
    exclusive: bool
    activation: str
    threshold: float
    ignore_index: int | None
    fingerprints: Array | None
    total: int
    pooled: Mapping[str, Array]
    cases: Array
    iteration: int | None = None
    rank: int = 0
    world_size: int = 1
    output: str | None = None
    notices: tuple[str, ...] = ()
    losses: Mapping[str, float] = field(default_factory=dict)


def encode(record: Record) -> bytes:
    """Returns the bytes of a record; ``decode`` gives an equal one back."""
    raise NotImplementedError


def decode(data: bytes) -> Record:
    """Returns the record in `data`.

    Raises:
        RecordError: The bytes are no record, are damaged, too large, or newer than this package.
    """
    raise NotImplementedError

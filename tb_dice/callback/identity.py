"""Which sample is which: the same sample gets the same name in every pass."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SHUFFLED = (
    "The validation samples come in another order each pass; they were matched by their content."
)
CHANGED = (
    "The validation samples differ from pass to pass (augmented?): a sample's history is not shown."
    " Pass sample_ids= if they are the same."
)


class Identity:
    """Names the samples of each pass as in the first one.

    A sample's name is its place in the first pass. Later rows are matched by the fingerprint of
    their input; equal inputs are taken in their order. A row that matches nothing is named after
    its pass.

    Args:
        names: The user's names in the order of the pass; they overrule all this.
        before: What the names begin with that are not the user's.
    """

    def __init__(self, names: Sequence[str] | None = None, before: str = "") -> None:
        self._names = names
        self._before = before
        self._first: list[int] = []  # fingerprints of the first pass
        self._learning = True
        self.begin(0)

    def begin(self, step: int) -> None:
        """Starts a pass; one that was not finished is forgotten."""
        if self._learning:
            self._first.clear()
        self._step = step
        self._seen = 0
        self._unknown = 0
        self._left: dict[int, list[int]] | None = None  # places not yet matched, once out of order

    def name(self, fingerprints: Array) -> list[str]:
        """Returns the names of the next rows.

        Args:
            fingerprints: uint64 [n].
        """
        begin, self._seen = self._seen, self._seen + len(fingerprints)
        places = range(begin, self._seen)
        if self._names is not None:
            return [self._names[i] if i < len(self._names) else self._place(i) for i in places]
        if self._learning:
            self._first.extend(fingerprints.tolist())
            return [self._place(i) for i in places]
        if self._left is None:
            expected = self._first[begin : self._seen]
            if np.array_equal(fingerprints, np.asarray(expected, np.uint64)):
                return [self._place(i) for i in places]
            self._left = _places(self._first, begin)
        return [self._match(i, key) for i, key in zip(places, fingerprints.tolist(), strict=True)]

    def finish(self) -> str | None:
        """Ends the pass. Returns a sentence where order, samples or the user's names do not fit."""
        self._learning = self._learning and not self._seen
        if self._names is not None and len(self._names) != self._seen:
            return (
                f"sample_ids has {len(self._names)} names; the validation has {self._seen} samples."
            )
        if self._left is None:
            return None
        return CHANGED if self._unknown else SHUFFLED

    def _match(self, place: int, fingerprint: int) -> str:
        left = (self._left or {}).get(fingerprint)
        if left:
            return self._place(left.pop())
        self._unknown += 1
        return self._place(f"{place}@{self._step}")

    def _place(self, place: int | str) -> str:
        return f"{self._before}{place}"


def _places(fingerprints: Sequence[int], begin: int) -> dict[int, list[int]]:
    """Returns the places of each fingerprint from `begin` on, the first one last."""
    places: dict[int, list[int]] = {}
    for place in range(len(fingerprints) - 1, begin - 1, -1):
        places.setdefault(fingerprints[place], []).append(place)
    return places

"""Which sample is which: the same sample gets the same name in every pass."""

from array import array
from collections.abc import Sequence

import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.masks.notice import Notice

SHUFFLED = Notice(
    "The validation samples come in a different order in each pass; they were matched by content.",
    "order",
    matched=True,
)
CHANGED = Notice(
    "The validation samples differ from pass to pass (are they augmented?), so the history of a"
    " sample is not shown. If they are the same samples, pass sample_ids=.",
    "order",
    matched=False,
)


class Identity:
    """Gives samples the same names in each pass.

    A sample's name is its place in the first pass. Later rows are matched by the fingerprint of
    their input; equal inputs are taken in their order. A row that matches nothing gets a name with
    the step of its pass.

    Args:
        names: The user's names in the order of the pass, which replace all this.
        before: The prefix of names that are not the user's.
    """

    def __init__(self, names: Sequence[str] | None = None, before: str = "") -> None:
        self._names = names
        self._before = before
        self._first = array("Q")  # fingerprints of the first pass
        self._learning = True
        self.begin(0)

    def begin(self, step: int) -> None:
        """Starts a pass; one that was not finished is forgotten."""
        if self._learning:
            del self._first[:]
        self._step = step
        self._seen = 0
        self._unknown = 0
        self._left: _Places | None = None  # not yet matched, once out of order

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
            self._first.frombytes(np.asarray(fingerprints, np.uint64).tobytes())
            return [self._place(i) for i in places]
        if self._left is None:
            first = np.frombuffer(self._first, np.uint64)
            if np.array_equal(fingerprints, first[begin : self._seen]):
                return [self._place(i) for i in places]
            self._left = _Places(first[begin:], begin)
        found = self._left.take(fingerprints)
        return [self._matched(*pair) for pair in zip(places, found, strict=True)]

    def finish(self) -> Notice | None:
        """Ends the pass. Returns a notice where order, samples or the user's names do not fit."""
        self._learning = self._learning and not self._seen
        if self._names is not None and len(self._names) != self._seen:
            given, seen = len(self._names), self._seen
            text = f"sample_ids has {given} names, but the validation pass has {seen} samples."
            return Notice(text, "sample_ids", given=given, samples=seen)
        matched, self._left = self._left, None
        if matched is None:
            return None
        return CHANGED if self._unknown else SHUFFLED

    def _matched(self, place: int, found: int | None) -> str:
        if found is not None:
            return self._place(found)
        self._unknown += 1
        return self._place(f"{place}@{self._step}")

    def _place(self, place: int | str) -> str:
        return f"{self._before}{place}"


class _Places:
    """The places that fingerprints had in the first pass; each can be taken once.

    They are sorted arrays, since a dict of 100,000 samples takes ten times as much memory.
    """

    def __init__(self, fingerprints: Array, begin: int) -> None:
        order = np.argsort(fingerprints, kind="stable")
        self._keys = fingerprints[order]
        self._places = order + begin
        self._taken = np.zeros(len(order), np.int32)  # at the first of equal keys

    def take(self, fingerprints: Array) -> list[int | None]:
        """Returns the next place of each fingerprint, None where none is left."""
        found: list[int | None] = []
        for key, first in zip(fingerprints, np.searchsorted(self._keys, fingerprints), strict=True):
            if first == len(self._keys):
                found.append(None)
                continue
            at = first + self._taken[first]
            left = at < len(self._keys) and self._keys[at] == key
            self._taken[first] += left
            found.append(int(self._places[at]) if left else None)
        return found

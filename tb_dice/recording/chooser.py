"""Which samples are shown: some that are followed through training, and the worst of each class."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tb_dice.definition.arrays import Array
from tb_dice.log.images import SampleImage
from tb_dice.log.scores import worst_first

WORST = 2  # samples per class
LIMIT = 4  # times `images`, the most samples that are shown of a pass


class Chooser:
    """Chooses while a pass runs, to fetch and hold only pixels that may be shown.

    For each batch: ``rows = chooser.offer(keys, counts)``, then ``chooser.hold(pictures of these
    rows)``. At the end of the pass ``chooser.finish()`` gives what is to be shown. The same object
    is kept for all passes of a run.

    The fixed set is chosen in the first pass: its first sample, then for each class the first
    sample with it and the first without it unless an earlier one shows that, and then the next
    samples until there are `images`. The two worst of each class have the lowest hard Dice;
    undefined samples (both masks empty) are never among them. At most 4 times `images` samples are
    shown. If there are more, the worst of each class come before the second worst, and low scores
    before high ones.
    """

    def __init__(
        self, images: int, classes: Sequence[str], *, background: int | None = None
    ) -> None:
        """Sets the rules.

        Args:
            images: Samples to follow; 0 shows none.
            classes: Names of the C columns, regions included.
            background: Column of the background, whose worst come last.
        """
        self._images = images
        self._classes = tuple(classes)
        self._background = background
        self._fixed_keys: frozenset[str] | None = None
        self._seen = 0
        self._asked: list[int] = []
        self._held: dict[int, Sequence[SampleImage]] = {}
        self._begin()

    def offer(self, keys: Sequence[str], counts: Array) -> list[int]:
        """Returns the rows of this batch whose pixels are needed.

        Args:
            keys: Names that find a sample again in the next pass, one per row.
            counts: Integers [n, C, 3]: hard_intersection, hard_true_sum, hard_pred_sum.
        """
        first, self._seen = self._seen, self._seen + len(keys)
        self._asked = []
        if not self._images or not len(keys):
            return []
        counts = np.asarray(counts)
        if self._fixed_keys is None:
            self._note_fixed(first, keys, counts[..., 1] > 0)
        else:
            missing = self._fixed_keys.difference(self._fixed.values())
            self._fixed |= {first + i: key for i, key in enumerate(keys) if key in missing}
        for column in range(len(self._classes)):
            self._note_worst(column, first, counts[:, column])
        chosen = self._chosen()
        self._held = {index: shown for index, shown in self._held.items() if index in chosen}
        self._asked = sorted(index for index in chosen if index >= first)
        return [index - first for index in self._asked]

    def hold(self, pictures: Sequence[Sequence[SampleImage]]) -> None:
        """Keeps the pictures of the rows that the last ``offer`` asked for, in that order.

        Args:
            pictures: One list per row, as ``images.sample_images`` makes it.
        """
        self._held |= dict(zip(self._asked, pictures, strict=True))
        self._asked = []

    def finish(self) -> list[SampleImage]:
        """Returns the pictures of the pass with their reasons, fixed ones first; starts over."""
        followed = self._followed()
        order = sorted(self._chosen(), key=lambda index: (index not in followed, index))
        shown = [
            replace(picture, index=index, reasons=self._reasons(index, index in followed))
            for index in order
            for picture in self._held.get(index, ())
        ]
        if self._seen:  # if none of them came again, the next pass chooses new ones to follow
            self._fixed_keys = frozenset(followed.values()) or None
        self._begin()
        return shown

    def _begin(self) -> None:
        self._seen = 0
        self._asked = []
        self._held = {}
        self._fixed: dict[int, str] = {}
        self._others: dict[int, str] = {}
        self._met = np.zeros((2, len(self._classes)), bool)
        if self._background is not None:
            self._met[:, self._background] = True
        # One row per sample: value, target, prediction, index.
        self._worst = [np.zeros((0, 4)) for _ in self._classes]

    def _note_fixed(self, first: int, keys: Sequence[str], present: Array) -> None:
        for i, key in enumerate(keys):
            if len(self._fixed) == self._images:
                break
            state = np.stack([present[i], ~present[i]])
            if not self._fixed or (state & ~self._met).any():
                self._met |= state
                self._fixed[first + i] = key
            elif len(self._others) < self._images:
                self._others[first + i] = key

    def _note_worst(self, column: int, first: int, counts: Array) -> None:
        hit, true, pred = counts.astype(np.float64).T
        there = np.flatnonzero(true + pred > 0)
        values = 2 * hit[there] / (true + pred)[there]
        rows = np.stack([values, true[there], pred[there], first + there], axis=1)
        rows = np.concatenate([self._worst[column], rows])
        order = worst_first(rows[:, 0], rows[:, 1], rows[:, 2])
        self._worst[column] = rows[order[:WORST]]

    def _chosen(self) -> set[int]:
        if not self._images:
            return set()
        chosen = set(self._followed())
        entries = [
            (rank, column == self._background, value, column, int(index))
            for column, rows in enumerate(self._worst)
            for rank, (value, _, _, index) in enumerate(rows)
        ]
        for entry in sorted(entries):
            if len(chosen) < LIMIT * self._images:
                chosen.add(entry[-1])
        return chosen

    def _followed(self) -> dict[int, str]:
        if self._fixed_keys is not None:
            return self._fixed
        room = self._images - len(self._fixed)
        return self._fixed | dict(list(self._others.items())[:room])

    def _reasons(self, index: int, fixed: bool) -> tuple[str, ...]:
        worst = [
            f"worst {name}"
            for name, rows in zip(self._classes, self._worst, strict=True)
            if index in rows[:, 3]
        ]
        return (*(["fixed"] if fixed else []), *worst)

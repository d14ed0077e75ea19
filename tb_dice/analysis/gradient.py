"""Where the gradient of a loss goes: its share by class and by what is empty, from the sums.

For targets t of 0 and 1 the closed form is as follows. Let L be the definition of one batch, d the
score of one of its ratios and TP, FP, FN its parts (``stages``). The averaging and the form give
the slope h = dL/dd; the ratio d = N / D with N = 2 TP + smooth_num and
D = 2 TP + 2 alpha FP + 2 beta FN + smooth_den gives

    dd/dTP = 2 (D - N) / D^2      dd/dFP = -2 alpha N / D^2      dd/dFN = -2 beta N / D^2

(D contributes 0 where its floor holds it, and all are 0 where a rule for empties gives the score).
In one voxel the parts depend on p as

    power 1         t = 1: TP = p,   FP = 0,           FN = 1 - p        t = 0: FP = p
    power 2         t = 1: TP = p,   FP = p^2 - p,     FN = 1 - p        t = 0: FP = p^2
    error power 2   t = 1: TP = p,   FP = 0,           FN = (1 - p)^2    t = 0: FP = p^2

So dL/dp = h (a + b p), with one a and b for all target voxels of a sample and class, and one for
all others. Where a + b p keeps its sign for p from 0 to 1, the sum of |dL/dp| over the voxels is
|h| |a n + b sum p|: n is T or V - T (V valid voxels) and sum p is sum t p or sum p - sum t p. Class
weights on the ratio multiply TP, FP and FN. The sums cannot tell the gradient where the sign may
change, where p is clipped (it is 0 beyond) or where a cross-entropy is added (that needs
sum t / p): such definitions are refused.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tb_dice.analysis import slopes
from tb_dice.analysis.passes import equal_batches, one_pass
from tb_dice.analysis.table import Table
from tb_dice.definition import stages
from tb_dice.definition.arrays import Floats
from tb_dice.definition.questions import SEVERAL
from tb_dice.definition.spec import SOFT_SUMS, DiceSpec
from tb_dice.log import scores
from tb_dice.log.record import Record


@dataclass(frozen=True, eq=False)
class Gradients:
    """Shares of the sum of |dL/dp| over all voxels of a pass; they add up to 1.

    Attributes:
        refused: why the sums cannot tell the gradient, or None; if refused, the shares are NaN.
        words: what the shares are of.
        classes: the C channels, without regions.
        cases: [4, C], by state of the sample and class (``scores.states``); NaN where no voxel has
            a gradient.
    """

    refused: str | None
    words: str
    classes: tuple[str, ...]
    cases: Floats

    @property
    def share(self) -> Floats:
        """[C], by class."""
        share: Floats = self.cases.sum(axis=0)
        return share


def gradients(table: Table, index: int, spec: DiceSpec) -> Gradients:
    """The gradient of a definition at step ``index``, its value over the pass as Keras logs it."""
    one = one_pass(table, index)
    channels = scores.record_channels(one.last)
    classes = one.classes[:channels]
    refused = scores.refusal(one.last, spec) or _refused(one.last, spec)
    nothing = np.full((4, channels), math.nan)
    words = (
        "Share of the sum of |dL/dp| over all voxels of the pass, p the probabilities. "
        f"L = {spec.formula()}: {spec.words()}."
    )
    if refused is not None:
        return Gradients(refused, words, classes, nothing)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        size = _sizes(one, channels, spec)
    if size is None:
        why = "has a gradient whose sign may change within a mask, which the sums cannot tell"
        return Gradients(why, words, classes, nothing)
    if not np.isfinite(size).all():
        return Gradients("is undefined or infinite at this step", words, classes, nothing)
    state = scores.states(one.last)[:, :channels]
    cases = np.stack([np.where(state == case, size, 0.0).sum(axis=0) for case in range(4)])
    total = cases.sum()
    return Gradients(None, words, classes, cases / total if total else nothing)


def _refused(record: Record, spec: DiceSpec) -> str | None:
    pred, square = (np.asarray(record.sums[name]) for name in ("pred_sum", "pred_sq_sum"))
    reasons = {
        "compares hard masks, which have no gradient": spec.compared.compare != "soft",
        "gives several numbers, not one": spec.averaged.reduce in SEVERAL,
        "adds a cross-entropy, and the log does not hold the sums for its gradient": (
            spec.compound.extra != "none"
        ),
        "clips p, and the log does not hold how many voxels are clipped": spec.compared.clip > 0,
        "needs targets of 0 and 1": not scores.hard_targets(record),
        "needs predictions in [0, 1]": bool(np.any(square > pred * (1 + 1e-4) + 1e-4)),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _sizes(one: Table, channels: int, spec: DiceSpec) -> Floats | None:
    """The sum of |dL/dp| over the voxels of each sample and class, [N, C]; None if unknown."""
    size = np.zeros((len(one.batch), channels))
    kept = scores.columns(spec, channels)
    for _, rows in equal_batches(one, channels):
        held = one.values(rows, channels)
        sums = {name: held[name][..., kept] for name in SOFT_SUMS}
        found = _of_batch(sums, one.voxels[rows].astype(np.float64), spec)
        if found is None:
            return None
        size[rows[..., None], kept] = found * rows.shape[-1] / len(size)
    return size


def _of_batch(sums: Mapping[str, Floats], voxels: Floats, spec: DiceSpec) -> Floats | None:
    """As ``_sizes``, [G, N, C], for G batches of N samples."""
    part = stages.parts(sums, spec)
    by_tp, by_fp, by_fn = slopes.by_parts(part, spec)
    if spec.ratio.error_power == 2:
        inside, outside = (by_tp - 2 * by_fn, 2 * by_fn), (0 * by_fp, 2 * by_fp)
    elif spec.ratio.power == 2:
        inside, outside = (by_tp - by_fp - by_fn, 2 * by_fp), (0 * by_fp, 2 * by_fp)
    else:
        inside, outside = (by_tp - by_fn, 0 * by_tp), (by_fp, 0 * by_fp)
    true, hit = sums["true_sum"], sums["intersection"]
    found = _added(*inside, true, hit)
    others = _added(*outside, voxels[..., None] - true, sums["pred_sum"] - hit)
    return None if found is None or others is None else found + others


def _added(a: Floats, b: Floats, count: Floats, total: Floats) -> Floats | None:
    """The sum of |a + b p| over ``count`` voxels whose p add up to ``total``; None if unknown."""
    ends = np.stack([a, a + b])
    least = 1e-9 * np.abs(ends).max(axis=0)
    if np.any((count > 0) & (ends.min(axis=0) < -least) & (ends.max(axis=0) > least)):
        return None
    size: Floats = np.abs(a * count + b * total)
    return size

"""Findings about the recording: predictions that are not probabilities, and notices."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tb_dice.analysis.detectors.common import about, listing
from tb_dice.analysis.finding import Finding, listed, of, score
from tb_dice.analysis.view import View
from tb_dice.definition.arrays import Floats
from tb_dice.definition.spec import SUMS
from tb_dice.log import scores
from tb_dice.masks.sane import SUM_OFF

NEAR = 0.9  # of the highest p that a second activation leaves


def not_finite(views: Sequence[View]) -> list[Finding]:
    """Samples of the last pass with predictions that are NaN or infinite."""
    return [
        about(
            view,
            None,
            id="not-finite",
            analysis="samples",
            level="bad",
            claim=f"{view.label} has predicted NaN or infinity since step "
            f"{_first_not_finite(view)}:",
            evidence=f"on {of(view.not_finite, len(view.record.batch))} samples at step "
            f"{view.step}. NaN voxels count as not drawn, so hard Dice reports misses",
            weight=1.0,
        )
        for view in views
        if view.not_finite
    ]


@listing
def out_of_range(views: Sequence[View]) -> Iterator[Finding]:
    """Predictions that cannot be probabilities, seen from their sums."""
    for view in views:
        why = _not_probabilities(view)
        if why and not view.noted & {"range", "channels"}:
            yield about(
                view,
                None,
                id="not-probabilities",
                level="bad",
                claim=f"The predictions of {view.label} are not probabilities:",
                evidence=f"{why}, so soft Dice is meaningless. If they are logits, record "
                'them with activation="softmax" or "sigmoid"',
                weight=1.0,
            )


@listing
def activation_twice(views: Sequence[View]) -> Iterator[Finding]:
    """Good masks with probabilities that are never sure: an activation was applied twice.

    A sigmoid of probabilities lies between .5 and .73, a softmax of C of them between
    1 / (e + C - 1) and e / (e + C - 1). With p, so do its mean and sum p^2 / sum p. Reported if
    both do in all samples and classes, .8 of the target is found, and the mean p on the target is
    near the upper bound; a model that is merely unsure is not at fault. Not reported if the
    recording itself guessed the activation, since its notice says more.
    """
    for view in views:
        if _guessed(view):
            continue
        low, high = _twice(view)
        sums = _channels(view)
        mean = sums["pred_sum"] / np.maximum(view.record.voxels, 1)[:, None]
        sure = sums["pred_sq_sum"] / np.maximum(sums["pred_sum"], 1e-9)
        hit, true = (sums[name].sum() for name in ("hard_intersection", "hard_true_sum"))
        if not mean.size or not true > 0 or not hit >= 0.8 * true:
            continue
        if not (low - 1e-3 <= mean.min() <= sure.max() <= high + 1e-3):
            continue
        if not sums["intersection"].sum() >= NEAR * high * sums["true_sum"].sum():
            continue
        yield about(
            view,
            None,
            id="activation-twice",
            level="bad",
            claim=f"The probabilities of {view.label} look as if an activation was applied twice:",
            evidence=f"{hit / true:.0%} of the target is found, yet p is at most about "
            f"{score(sure.max())}; a second {_activation(view)} keeps p within "
            f"[{score(low)}, {score(high)}]. Apply it only once",
            weight=0.9,
        )


@listing
def targets_change(views: Sequence[View]) -> Iterator[Finding]:
    """Targets that differ from those of the pass before under the same sample names."""
    for view in views:
        changed = None if "order" in view.noted else _changed(view)
        if changed is None:
            continue
        count, shuffled = changed
        last, before = (int(step) for step in view.table.steps[[-1, -2]])
        how = "the same in a different order" if shuffled else "are they augmented or resampled?"
        yield about(
            view,
            None,
            id="targets-change",
            level="warn",
            claim=f"The validation targets of {view.label} change from pass to pass:",
            evidence=f"{count} of {len(view.record.batch)} samples have different targets at "
            f"steps {before} and {last} ({how}), so a sample's history mixes different images",
            weight=0.6,
        )


def notices(views: Sequence[View]) -> list[Finding]:
    """What the recording itself noticed: shuffled, augmented, outside [0, 1] ..."""
    said: dict[str, list[View]] = {}
    for view in views:
        for text in view.table.notices:
            said.setdefault(text, []).append(view)
    return [
        about(
            telling[0],
            None,
            id="notice",
            level="warn",
            claim=f"{listed([view.label for view in telling])}:",
            evidence=text.rstrip("."),
            weight=0.3,
        )
        for text, telling in said.items()
    ]


def _first_not_finite(view: View) -> int:
    """The first of the last steps that all have such samples."""
    table = view.table
    first = len(table.steps) - 1
    while first and not np.isfinite(table.sums["pred_sum"][table.rows(first - 1)]).all():
        first -= 1
    return int(table.steps[first])


def _not_probabilities(view: View) -> str | None:
    """Why the predictions of the last pass cannot be probabilities; None when they can be.

    For p in [0, 1] sum p * p is at most sum p; exclusive classes add up to the voxels.
    """
    record = view.record
    channels = scores.record_channels(record)
    pred, square = (record.sums[name][:, :channels] for name in ("pred_sum", "pred_sq_sum"))
    if np.any(pred < 0) or np.any(square > pred * (1 + 1e-4) + 1e-4):
        return "some are outside [0, 1]"
    if record.exclusive and channels > 1:
        added = pred.sum(axis=1) / np.maximum(record.voxels, 1)
        worst = added[np.argmax(np.abs(added - 1))] if len(added) else 1.0
        if abs(worst - 1) > SUM_OFF:
            return f"the classes of a voxel add up to {worst:.2f}, not to 1"
    return None


def _channels(view: View) -> Mapping[str, Floats]:
    """The sums of the last pass without regions."""
    channels = scores.record_channels(view.record)
    return {name: np.asarray(view.record.sums[name])[:, :channels] for name in SUMS}


def _activation(view: View) -> str:
    several = view.record.exclusive and scores.record_channels(view.record) > 1
    return "softmax" if several else "sigmoid"


def _guessed(view: View) -> bool:
    """Whether the recording guessed that the predictions are logits."""
    return "activation" in view.noted and view.record.activation != "none"


def _twice(view: View) -> tuple[float, float]:
    """The bounds of an activation of probabilities."""
    if _activation(view) == "sigmoid":
        return 0.5, 1 / (1 + math.exp(-1))
    total = math.e + scores.record_channels(view.record) - 1
    return 1 / total, math.e / total


def _changed(view: View) -> tuple[int, bool] | None:
    """How many samples have different targets, and whether only their order changed; or None."""
    if len(view.table.steps) < 2:
        return None
    last, before = view.record, view.table.record(len(view.table.steps) - 2)
    names = [np.argsort(record.sample_ids, kind="stable") for record in (last, before)]
    if not np.array_equal(last.sample_ids[names[0]], before.sample_ids[names[1]]):
        return None
    one, other = (
        np.asarray(record.sums["true_sum"])[order]
        for record, order in zip((last, before), names, strict=True)
    )
    count = int((one != other).any(axis=1).sum())
    if not count:
        return None
    same = np.array_equal(one[np.lexsort(one.T)], other[np.lexsort(other.T)])
    return count, same

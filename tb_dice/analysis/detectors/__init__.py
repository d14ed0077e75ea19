"""The traps, one small function each: runs at their last step -> findings.

Each function says from which number on it reports; smaller numbers are not worth a look.
"""

from collections.abc import Callable, Sequence

from tb_dice.analysis.detectors import definitions, gradient, logged, masks, recording, scores
from tb_dice.analysis.finding import Finding
from tb_dice.analysis.view import View

DETECTORS: tuple[Callable[[Sequence[View]], list[Finding]], ...] = (
    masks.never_drawn,
    masks.collapsed,
    masks.misses,
    masks.false_alarms,
    masks.never_present,
    scores.carried_by_empties,
    scores.smooth_outweighs,
    scores.pooled_apart,
    scores.soft_apart,
    scores.batch_dependent,
    scores.pixel_accuracy,
    definitions.accuracy_in_disguise,
    definitions.beyond_one,
    definitions.rank_flips,
    logged.named,
    gradient.alarms_without_gradient,
    gradient.gradient_of_empties,
    recording.out_of_range,
    recording.activation_twice,
    recording.targets_change,
    recording.notices,
)

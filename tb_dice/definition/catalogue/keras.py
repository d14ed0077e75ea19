"""``keras.*``: the losses that come with Keras 3 (measured on 3.15.1)."""

from collections.abc import Iterable
from functools import partial

from tb_dice.definition.catalogue import registry
from tb_dice.definition.catalogue.registry import one_of
from tb_dice.definition.spec import DiceSpec

_EVERYTHING = ("space", "class", "batch")
_REDUCE = {"mean": "mean", "sum_over_batch_size": "mean", "sum": "sum", "none": "none"}

entry = partial(
    registry.entry,
    origin="keras.losses, Keras 3.15.1",
    refused={"axis": (None, "say `over`, the set of the axes that are summed together")},
)


@entry(
    "keras.Dice",
    empty="loss 1",
    fault="The constant 1e-7 is in the denominator only, so a correctly empty prediction costs a"
    " full 1. The default sums all samples and classes before dividing, so its mean over batches"
    " depends on the batch size.",
)
def _dice(over: Iterable[str] = _EVERYTHING, reduction: str = "mean") -> DiceSpec:
    """Soft Dice loss over the given axes, by default over the whole batch."""
    return DiceSpec.of(
        compare="soft",
        over=over,
        smooth_den=1e-7,
        form="one_minus",
        reduce=one_of("reduction", reduction, _REDUCE),
    )


@entry(
    "keras.Tversky",
    empty="loss 1",
    fault="alpha and beta are swapped in 3.15.1: alpha weighs false negatives, contrary to the"
    " documentation. swapped=False is the corrected form of later versions. The faults of"
    " keras.Dice apply too.",
)
def _tversky(
    alpha: float = 0.5,
    beta: float = 0.5,
    over: Iterable[str] = _EVERYTHING,
    reduction: str = "mean",
    swapped: bool = True,
) -> DiceSpec:
    """Soft Tversky loss over the given axes, by default over the whole batch."""
    return _dice(over, reduction).replace(
        alpha=beta if swapped else alpha, beta=alpha if swapped else beta, smooth_den=2e-7
    )

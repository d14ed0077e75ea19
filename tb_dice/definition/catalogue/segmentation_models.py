"""``segmentation_models.*``: the Keras package of that name (measured on 1.0.1)."""

from collections.abc import Sequence

from tb_dice.definition.catalogue.registry import entry
from tb_dice.definition.spec import DiceSpec

_ORIGIN = "segmentation_models 1.0.1"
_FAULT = (
    "`class_weights` multiply the scores and are not normalised, so 1 - mean(w d) goes below 0. The"
    " default sums the batch, so its mean over batches depends on the batch size."
)


def _spec(
    smooth: float,
    alpha: float,
    class_weights: Sequence[float] | None,
    class_indexes: int | Sequence[int] | None,
    per_image: bool,
    threshold: float | None,
) -> DiceSpec:
    return DiceSpec.of(
        compare="soft" if threshold is None else "threshold",
        threshold=0.5 if threshold is None else threshold,
        classes=[class_indexes] if isinstance(class_indexes, int) else class_indexes,
        over={"space"} if per_image else {"space", "batch"},
        alpha=alpha,
        beta=1.0,
        smooth_num=smooth,
        smooth_den=smooth,
        weights="none" if class_weights is None else "given",
        given=class_weights,
        form="one_minus",
        form_when="after",
    )


@entry(
    "segmentation_models.DiceLoss",
    summary="1 - the soft F-beta score per class over the batch (or per image), averaged",
    origin=_ORIGIN,
    empty="loss 0",
    fault=_FAULT,
)
def _dice(
    beta: float = 1.0,
    class_weights: Sequence[float] | None = None,
    class_indexes: int | Sequence[int] | None = None,
    per_image: bool = False,
    smooth: float = 1e-5,
    threshold: float | None = None,
) -> DiceSpec:
    share = 1 / (1 + beta**2)
    spec = _spec(2 * smooth * share, share, class_weights, class_indexes, per_image, threshold)
    return spec.replace(beta=1 - share)


@entry(
    "segmentation_models.JaccardLoss",
    summary="1 - the soft Jaccard score per class over the batch (or per image), averaged",
    origin=_ORIGIN,
    empty="loss 0",
    fault=_FAULT,
)
def _jaccard(
    class_weights: Sequence[float] | None = None,
    class_indexes: int | Sequence[int] | None = None,
    per_image: bool = False,
    smooth: float = 1e-5,
    threshold: float | None = None,
) -> DiceSpec:
    return _spec(2 * smooth, 1.0, class_weights, class_indexes, per_image, threshold)

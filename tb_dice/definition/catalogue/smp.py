"""``smp.*``: segmentation_models.pytorch (measured on 0.6.0).

All sum over the batch per class, take the overlap from the absolute difference, and give a class
without target voxels the loss 0. ``from_logits`` (the default) applies the activation of the mode.
"""

from collections.abc import Sequence

from tb_dice.definition.catalogue.registry import entry, one_of
from tb_dice.definition.spec import DiceSpec

_ORIGIN = "segmentation_models.pytorch 0.6.0"
_EMPTY = "loss 0, also where only the target is empty"
_FAULT = (
    "False alarms on a class that is absent from the batch cost nothing. The constant is added to"
    " TP, not to 2 TP."
)
_MODES = {"binary": "sigmoid", "multilabel": "sigmoid", "multiclass": "softmax"}


def _spec(
    mode: str,
    classes: Sequence[int] | None,
    log_loss: bool,
    from_logits: bool,
    smooth: float,
    eps: float,
    class_weights: Sequence[float] | None,
    ignore_index: int | None,
) -> DiceSpec:
    activation = one_of("mode", mode, _MODES)
    if mode == "binary" and (classes is not None or class_weights is not None):
        raise ValueError('Expected no `classes` or `class_weights` with mode="binary".')
    given = class_weights
    if class_weights is not None and classes is not None:
        given = [class_weights[index] for index in classes]
    return DiceSpec.of(
        activation=activation if from_logits else "none",
        compare="soft",
        classes=classes,
        ignore_index=ignore_index,
        over={"space", "batch"} | ({"class"} if mode == "binary" else set()),
        overlap="difference",
        smooth_num=2 * smooth,
        smooth_den=2 * smooth,
        floor=2 * eps,
        weights="none" if given is None else "given",
        given=given,
        normalise="weights",
        empty="one",
        empty_when="target",
        form="minus_log" if log_loss else "one_minus",
        log_floor=eps,
    )


@entry(
    "smp.DiceLoss",
    summary="Soft Dice loss per class over the batch, averaged",
    origin=_ORIGIN,
    empty=_EMPTY,
    fault=_FAULT,
)
def _dice(
    mode: str = "binary",
    classes: Sequence[int] | None = None,
    log_loss: bool = False,
    from_logits: bool = True,
    smooth: float = 0.0,
    ignore_index: int | None = None,
    eps: float = 1e-7,
    class_weights: Sequence[float] | None = None,
) -> DiceSpec:
    return _spec(mode, classes, log_loss, from_logits, smooth, eps, class_weights, ignore_index)


@entry(
    "smp.JaccardLoss",
    summary="Soft Jaccard loss per class over the batch, averaged",
    origin=_ORIGIN,
    empty=_EMPTY,
    fault=_FAULT,
)
def _jaccard(
    mode: str = "binary",
    classes: Sequence[int] | None = None,
    log_loss: bool = False,
    from_logits: bool = True,
    smooth: float = 0.0,
    ignore_index: int | None = None,
    eps: float = 1e-7,
    class_weights: Sequence[float] | None = None,
) -> DiceSpec:
    spec = _spec(mode, classes, log_loss, from_logits, smooth, eps, class_weights, ignore_index)
    return spec.replace(alpha=1, beta=1)


@entry(
    "smp.TverskyLoss",
    summary="Soft Tversky loss per class over the batch, averaged, then to the power gamma",
    origin=_ORIGIN,
    empty=_EMPTY,
    fault=_FAULT,
)
def _tversky(
    mode: str = "binary",
    classes: Sequence[int] | None = None,
    log_loss: bool = False,
    from_logits: bool = True,
    smooth: float = 0.0,
    ignore_index: int | None = None,
    eps: float = 1e-7,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 1.0,
    class_weights: Sequence[float] | None = None,
) -> DiceSpec:
    spec = _spec(mode, classes, log_loss, from_logits, smooth, eps, class_weights, ignore_index)
    return spec.replace(alpha=alpha, beta=beta, focal=gamma, focal_when="after")

"""The usual Dice losses by name, each a definition with its own few arguments.

All but ``DiceCoef`` give one loss per sample, so ``sample_weight`` means what Keras documents.
Every one takes ``activation``, ``ignore_index``, ``reduction``, ``name`` and ``dtype`` as
``DiceLoss``. ``smooth`` is added above and below the ratio: a number, or one per class where
classes are not summed.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras

from tb_dice.definition.catalogue import plain
from tb_dice.definition.catalogue import variant as known
from tb_dice.definition.expected import refusal
from tb_dice.definition.questions import Numbers
from tb_dice.definition.spec import DEFAULT, DiceSpec, nearest
from tb_dice.losses.base import DiceLoss

Weights = str | Sequence[float] | None
_BY_TARGET = ("support", "inverse", "inverse_square")
_OPTIONS = ("activation", "ignore_index", "reduction", "name", "dtype")
_AXES = DEFAULT.axes()

register = keras.saving.register_keras_serializable(package="tb_dice")


class _Named(DiceLoss):
    """A loss whose own arguments make its definition."""

    def __init__(self, spec: DiceSpec, arguments: dict[str, Any], options: dict[str, Any]) -> None:
        self._check(arguments, options)
        super().__init__(spec, **options)
        self._arguments = plain(arguments)

    def _check(self, arguments: dict[str, Any], options: dict[str, Any]) -> None:
        known = (*arguments, *_OPTIONS)
        for name in options:
            if name not in known and name not in _AXES:
                raise ValueError(
                    f"Expected arguments of {type(self).__name__} ({', '.join(known)})"
                    f"{nearest(name, known)} Received: {name!r}."
                )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss again."""
        config = super().get_config()
        del config["variant"]
        return {**config, **self._arguments}


class PerClass(_Named):
    """What the losses per sample and class share; ``own`` arguments, ``axes`` they change."""

    def __init__(
        self,
        shared: tuple[Numbers, bool, Weights],
        options: dict[str, Any],
        own: dict[str, Any] | None = None,
        **axes: Any,
    ) -> None:
        names = ("smooth", "background", "class_weights")
        arguments = dict(zip(names, shared, strict=True)) | (own or {})
        super().__init__(_soft(*shared).replace(**axes), arguments, options)


class _Plain(PerClass):
    """Those without an argument of their own: ``axes`` make the definition of each."""

    axes: ClassVar[dict[str, Any]] = {}

    def __init__(
        self,
        smooth: Numbers = 1e-6,
        *,
        background: bool = True,
        class_weights: Weights = None,
        **options: Any,
    ) -> None:
        super().__init__((smooth, background, class_weights), options, **self.axes)


class _Smoothed(_Plain):
    """Those that smooth more unless told otherwise."""

    def __init__(
        self,
        smooth: Numbers = 1.0,
        *,
        background: bool = True,
        class_weights: Weights = None,
        **options: Any,
    ) -> None:
        super().__init__(smooth, background=background, class_weights=class_weights, **options)


@register
class SoftDice(_Plain):
    """Soft Dice loss per sample and class, averaged: ``1 - (2 TP + smooth) / (T + P + smooth)``.

    Two empty masks cost 0; with a small smooth, a false voxel on an empty target costs nearly 1.

    Args:
        smooth: added above and below.
        background: False leaves class 0 out.
        class_weights: one number per class, or "support", "inverse" or "inverse_square": of the
            target voxels of the sample (an absent class weighs as the largest other). The mean
            over classes divides by their sum.
        **options: as ``DiceLoss``.
    """


@register
class SampleDice(_Named):
    """Soft Dice loss per sample, all classes in one sum: large classes outweigh small ones.

    Args:
        smooth: added above and below.
        background: False leaves class 0 out.
        **options: as ``DiceLoss``.
    """

    def __init__(self, smooth: float = 1e-6, *, background: bool = True, **options: Any) -> None:
        spec = _soft(smooth, background).replace(over={"space", "class"})
        super().__init__(spec, {"smooth": smooth, "background": background}, options)


@register
class WeightedDice(_Named):
    """Soft Dice loss per sample and class times a weight, *summed* over classes, not normalised.

    Args:
        class_weights: one number per class.
        smooth: added above and below.
        **options: as ``DiceLoss``.
    """

    def __init__(
        self, class_weights: Sequence[float], smooth: Numbers = 1e-6, **options: Any
    ) -> None:
        spec = _soft(smooth).replace(
            weights="given", given=class_weights, normalise="count", reduce="sum_classes"
        )
        super().__init__(spec, {"class_weights": class_weights, "smooth": smooth}, options)


@register
class SquaredDice(_Plain):
    """``SoftDice`` with squared sums: ``1 - (2 TP + smooth) / (sum t^2 + sum p^2 + smooth)``.

    Reference: Milletari, Navab, Ahmadi, V-Net (2016).

    Args:
        smooth: added above and below.
        background: False leaves class 0 out.
        class_weights: as ``SoftDice``.
        **options: as ``DiceLoss``.
    """

    axes: ClassVar = {"power": 2}


@register
class GeneralizedDice(_Named):
    """Generalised Dice loss per sample: classes summed with weights by their target voxels.

    A class without target voxels gets the largest weight of the others. If no class is present, all
    weights are 0, and any prediction has loss 0.

    Reference: Sudre et al., Generalised Dice overlap as a deep learning loss function (2017).

    Args:
        smooth: added above and below.
        class_weights: "inverse_square", "inverse", "support", or one number per class.
        background: False leaves class 0 out.
        **options: as ``DiceLoss``.
    """

    def __init__(
        self,
        smooth: float = 1e-5,
        *,
        class_weights: Weights = "inverse_square",
        background: bool = True,
        **options: Any,
    ) -> None:
        spec = _soft(smooth, background, class_weights)
        spec = spec.replace(over={"space", "class"}, weights_on="ratio", reduce="mean")
        arguments = {"smooth": smooth, "class_weights": class_weights, "background": background}
        super().__init__(spec, arguments, options)


@register
class Tversky(PerClass):
    """Soft Tversky loss per sample and class: ``1 - (TP + s) / (TP + alpha FP + beta FN + s)``.

    alpha = beta = 0.5 is Dice, 1 is Jaccard; beta above alpha favours recall.

    Reference: Salehi, Erdogmus, Gholipour, Tversky loss function (2017).

    Args:
        alpha: weight of false positives.
        beta: weight of false negatives.
        smooth: 2 s above and below ``2 TP``, as in the other losses.
        background: False leaves class 0 out.
        class_weights: as ``SoftDice``.
        **options: as ``DiceLoss``.
    """

    def __init__(
        self,
        alpha: float = 0.3,
        beta: float = 0.7,
        smooth: Numbers = 1e-6,
        *,
        background: bool = True,
        class_weights: Weights = None,
        **options: Any,
    ) -> None:
        own = {"alpha": alpha, "beta": beta}
        super().__init__((smooth, background, class_weights), options, own, **own)


@register
class FocalTversky(PerClass):
    """``Tversky`` of each sample and class to the power gamma, averaged.

    A gamma below 1 steepens the loss of what is nearly right. The gradient at a loss of 0 is 0.

    Reference: Abraham, Khan, A novel focal Tversky loss function (2019).

    Args:
        alpha: weight of false positives.
        beta: weight of false negatives.
        gamma: the power.
        smooth: as ``Tversky``.
        background: False leaves class 0 out.
        class_weights: as ``SoftDice``.
        **options: as ``DiceLoss``.
    """

    def __init__(
        self,
        alpha: float = 0.3,
        beta: float = 0.7,
        gamma: float = 0.75,
        smooth: Numbers = 1e-6,
        *,
        background: bool = True,
        class_weights: Weights = None,
        **options: Any,
    ) -> None:
        own = {"alpha": alpha, "beta": beta, "gamma": gamma}
        axes = {"alpha": alpha, "beta": beta, "focal": gamma}
        super().__init__((smooth, background, class_weights), options, own, **axes)


@register
class LogCoshDice(_Smoothed):
    """``log cosh`` of the soft Dice loss per sample and class: at most 0.43.

    Reference: Jadon, A survey of loss functions for semantic segmentation (2020).

    Args:
        smooth: added above and below.
        background: False leaves class 0 out.
        class_weights: as ``SoftDice``.
        **options: as ``DiceLoss``.
    """

    axes: ClassVar = {"form": "log_cosh"}


@register
class LogDice(_Smoothed):
    """``-log`` of the soft Dice score: a miss of n voxels costs ``log(1 + n / smooth)``.

    Per sample and class, averaged.

    Args:
        smooth: added above and below; must be above 0, or a score of 0 has an infinite loss.
        background: False leaves class 0 out.
        class_weights: as ``SoftDice``.
        **options: as ``DiceLoss``.
    """

    axes: ClassVar = {"form": "minus_log"}


@register
class DiceCoef(_Named):
    """``1 - dice_coef``: all voxels, classes and samples of the batch in one ratio.

    This is the loss that people paste most often. A large ``smooth`` outweighs small objects, and
    large classes outweigh small ones.

    Args:
        smooth: added above and below.
        **options: as ``DiceLoss``.
    """

    def __init__(self, smooth: float = 100.0, **options: Any) -> None:
        super().__init__(known("recipe.dice_coef_loss", smooth=smooth), {"smooth": smooth}, options)


def _soft(smooth: Numbers, background: bool = True, class_weights: Weights = None) -> DiceSpec:
    spec = DiceSpec.of(
        compare="soft",
        background=background,
        smooth_num=smooth,
        smooth_den=smooth,
        form="one_minus",
        reduce="class_then_batch",
    )
    if class_weights is None:
        return spec
    if isinstance(class_weights, str):
        if class_weights not in _BY_TARGET:
            wanted = f"one number per class or one of {_BY_TARGET}"
            raise refusal("class_weights", wanted, class_weights)
        return spec.replace(weights=class_weights, normalise="weights")
    return spec.replace(weights="given", given=class_weights, normalise="weights")

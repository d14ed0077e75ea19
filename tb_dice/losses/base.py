"""``DiceLoss``: any definition of Dice as a Keras loss."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_dice.definition.arrays import Tensor
from tb_dice.definition.catalogue import config, resolved
from tb_dice.definition.questions import PER_SAMPLE, Activation
from tb_dice.definition.spec import DiceSpec
from tb_dice.masks import layouts
from tb_dice.masks.evaluate import (
    check_weight,
    evaluate,
    layout_for,
    nan_if_senseless,
    warn_once,
)


@keras.saving.register_keras_serializable(package="tb_dice")
class DiceLoss(keras.losses.Loss):  # type: ignore[misc]
    """A definition of Dice as a Keras loss.

    A definition that is a mean over samples gives Keras one loss per sample, and ``sample_weight``
    and ``reduction`` mean what Keras documents. A definition that sums the batch before dividing
    has no loss per sample: it gives one number, and ``sample_weight`` is refused.
    ``reduction=None`` returns what the definition itself returns; for one value per sample, pass
    ``reduce="per_sample"`` as well.

    Compiled training cannot raise errors. There, targets that are not finite, not in [0, 1] or not
    a class give a loss of NaN, never a number that looks right.

    Args:
        variant: a name from ``tb_dice.variants()`` or a ``DiceSpec``. It must fall as masks get
            better.
        activation: "softmax" or "sigmoid" if predictions are logits; None: the definition's own.
        ignore_index: target value of voxels that do not count.
        reduction: Keras' reduction of the values per sample, or None.
        name: name of the loss in Keras' logs.
        dtype: "float64" computes in double precision; anything else in float32, even if inputs
            have half precision.
        **params: the variant's own parameters or, for a ``DiceSpec``, axes to change.

    Raises:
        ValueError: for an unknown variant or parameter, and for a definition that is a score.
    """

    def __init__(
        self,
        variant: str | DiceSpec | Mapping[str, Any],
        *,
        activation: Activation | None = None,
        ignore_index: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **params: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=_precision(dtype))
        self._given = config(variant, activation, params, ignore_index)
        self.spec = _checked(resolved(variant, activation, params, ignore_index), variant)
        own = reduction in (None, "none")
        self._used = self.spec if own else _per_sample(self.spec) or self.spec
        self._has_samples = _keeps_samples(self._used)
        self._said: set[str] = set()

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor = None, mask: Tensor = None
    ) -> Tensor:
        """The loss.

        Args:
            y_true: targets.
            y_pred: predictions; a Keras mask on them is taken as ``mask``.
            sample_weight: [N] or [N, 1], one weight per sample.
            mask: [N, *spatial] or [N, *spatial, 1], true where a voxel counts.

        Raises:
            TypeError: for arrays that do not hold numbers.
            ValueError: for shapes that do not belong together, for weights per voxel, for any
                weights if the loss has no value per sample, and for wrong targets (not in compiled
                training, where values cannot be seen).

        Warns:
            UserWarning: once for each kind of notice: predictions that are not probabilities, and
                shapes that may be meant differently.
        """
        y_true, y_pred = (a if hasattr(a, "shape") else np.asarray(a) for a in (y_true, y_pred))
        check_weight(sample_weight, self._used, self._has_samples)
        if mask is None:
            mask = getattr(y_pred, "_keras_mask", None)
        if mask is not None:
            mask = mask if hasattr(mask, "shape") else np.asarray(mask)
            mask = layouts.mask_of(mask, y_pred.shape)
        layout = self._layout(y_true, y_pred)
        warn_once(y_true, y_pred, self.spec, layout, mask, self._said)
        predictions = y_pred if mask is None else (y_pred, mask)
        return super().__call__(y_true, predictions, sample_weight)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Losses [N], or one number. ``y_pred`` may be a pair of predictions and mask."""
        y_pred, mask = y_pred if isinstance(y_pred, tuple) else (y_pred, None)
        layout = self._layout(y_true, y_pred)
        value = evaluate(y_true, y_pred, self._used, layout, mask, ops)
        return nan_if_senseless(value, y_true, layout, mask, ops)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss again."""
        return {**super().get_config(), **self._given, "dtype": self.dtype}

    def _layout(self, y_true: Tensor, y_pred: Tensor) -> layouts.Layout:
        return layout_for(self.spec, y_true.shape, y_pred.shape)


def _checked(spec: DiceSpec, variant: Any) -> DiceSpec:
    if spec.outcome.form == "score":
        raise ValueError(
            "Expected a definition that is a loss; this one is a score, which training would lower"
            f' (to make it a loss: spec.replace(form="one_minus")). Received: {variant!r}.'
        )
    return spec


def _per_sample(spec: DiceSpec) -> DiceSpec | None:
    """The definition up to the mean over samples, if that is its last step; else None."""
    affine = spec.outcome.form in ("score", "one_minus", "minus")
    before = spec.outcome.form_when == "before" or affine
    focal_before = spec.outcome.focal_when == "before" or spec.outcome.focal == 1
    by_sample = spec.averaged.reduce in ("mean", "class_then_batch", "batch_then_class")
    means = by_sample or (
        spec.averaged.reduce == "sum_classes" and spec.outcome.form_when == "before"
    )
    weighted = (
        spec.weighting.normalise == "weights"
        and spec.weighting.weights_on == "loss"
        and spec.weighting.weights != "given"
        and spec.averaged.reduce != "class_then_batch"
    )
    weighted = weighted or spec.compound.extra_normalise == "weights"
    if not (before and focal_before and means) or spec.averaged.skip_nan or weighted:
        return None
    if "batch" in spec.summed.over or "space" not in spec.summed.over:
        return None
    return spec.replace(reduce="per_sample" if by_sample else "sum_per_sample")


def _keeps_samples(spec: DiceSpec) -> bool:
    return spec.averaged.reduce in PER_SAMPLE and (
        "batch" not in spec.summed.over and "space" in spec.summed.over
    )


def _precision(dtype: Any) -> str:
    policy = keras.dtype_policies.get(dtype or keras.config.floatx())
    return "float64" if policy.compute_dtype == "float64" else "float32"

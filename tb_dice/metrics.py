"""``DiceScore``: a definition of Dice as a Keras metric that is the same at any batch size."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_dice.definition import stages
from tb_dice.definition.arrays import Tensor
from tb_dice.definition.catalogue import config, resolved
from tb_dice.definition.questions import NOT_A_MEAN_OF_SAMPLES, Activation
from tb_dice.definition.spec import DEFAULT, DiceSpec
from tb_dice.masks import layouts
from tb_dice.masks.evaluate import (
    check_weight,
    layout_for,
    nan_if_senseless,
    parts,
    warn_once,
)

__all__ = ["DiceScore"]

_PARTS = ("tp", "fp", "fn", "true", "pred")


@keras.saving.register_keras_serializable(package="tb_dice")
class DiceScore(keras.metrics.Metric):  # type: ignore[misc]
    """A definition of Dice over all samples seen since the last reset.

    A definition that averages over samples is averaged over all of them; one that sums the batch
    before dividing is computed as if all samples were one batch. So the result is the same at any
    batch size, unlike a function passed to ``metrics=``, which Keras averages over batches.

    Args:
        variant: a name from ``tb_dice.variants()`` or a ``DiceSpec``. The default is hard Dice per
            sample and class, averaged over those where not both masks are empty.
        activation: "softmax" or "sigmoid" if predictions are logits; None: the definition's own.
        ignore_index: target value of voxels that do not count.
        name: name of the metric in Keras' logs.
        dtype: dtype of the sums, at least float32.
        **params: the variant's own parameters or, for a ``DiceSpec``, axes to change, such as
            ``classes=(1,)`` for one class or ``reduce="per_class"`` for a result of shape [C].

    Raises:
        ValueError: for an unknown variant or parameter, and for a definition whose result grows
            with the number of samples or is a map.
    """

    def __init__(
        self,
        variant: str | DiceSpec | Mapping[str, Any] = DEFAULT,
        *,
        activation: Activation | None = None,
        ignore_index: int | None = None,
        name: str | None = "dice",
        dtype: Any = None,
        **params: Any,
    ) -> None:
        super().__init__(name=name, dtype="float64" if dtype == "float64" else "float32")
        self._given = config(variant, activation, params, ignore_index)
        self.spec = _accumulable(resolved(variant, activation, params, ignore_index))
        self._pooled = "batch" in self.spec.summed.over
        self._state: dict[str, Any] = {}
        self._said: set[str] = set()

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor = None) -> None:
        """Add a batch.

        Args:
            y_true: targets [N, *spatial, C], or labels [N, *spatial] or [N, *spatial, 1].
            y_pred: predictions [N, *spatial, C].
            sample_weight: [N] or [N, 1]; refused if the definition sums the batch before dividing.

        Raises:
            TypeError: for arrays that do not hold numbers.
            ValueError: for shapes that do not belong together, for weights of a different shape,
                and for wrong targets. In compiled training no error can be raised: there they make
                the result NaN.

        Warns:
            UserWarning: once for each kind of notice, as the losses do.
        """
        y_true, y_pred = (a if hasattr(a, "shape") else np.asarray(a) for a in (y_true, y_pred))
        check_weight(sample_weight, self.spec, not self._pooled)
        layout = layout_for(self.spec, y_true.shape, y_pred.shape)
        mask = getattr(y_pred, "_keras_mask", None)
        mask = None if mask is None else layouts.mask_of(mask, y_pred.shape)
        warn_once(y_true, y_pred, self.spec, layout, mask, self._said)
        part = parts(y_true, y_pred, self.spec, layout, mask, ops)
        part = stages.Parts(*(ops.cast(a, self.dtype) for a in part.arrays()))
        weight = self._weight(sample_weight)
        added = self._sums(part) if self._pooled else self._means(part, weight)
        for key, value in added.items():
            sound = nan_if_senseless(value, y_true, layout, mask, ops)
            self._variable(key, value.shape).assign_add(sound)

    def result(self) -> Tensor:
        """The value over all samples; NaN before the first."""
        if not self._state:
            return ops.convert_to_tensor(float("nan"), dtype=self.dtype)
        state = {key: ops.convert_to_tensor(held) for key, held in self._state.items()}
        if not self._pooled:
            return stages.finish(state["total"], state["count"], self.spec, ops)
        part = stages.Parts(*(state[key] for key in _PARTS))
        return stages.evaluate(part, self.spec, ops)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same metric again."""
        return {**super().get_config(), **self._given}

    def _sums(self, part: stages.Parts) -> dict[str, Tensor]:
        total = (ops.sum(a, axis=0, keepdims=True) for a in part.arrays())
        return dict(zip(_PARTS, total, strict=True))

    def _means(self, part: stages.Parts, weight: Tensor) -> dict[str, Tensor]:
        value = stages.losses(part, self.spec, ops)
        total, count = stages.collect(value, part.true, self.spec, ops, weight)
        return {"total": total, "count": count}

    def _weight(self, sample_weight: Tensor) -> Tensor:
        if sample_weight is None:
            return None
        return ops.reshape(ops.cast(sample_weight, self.dtype), (-1, 1))

    def _variable(self, key: str, shape: Any) -> Any:
        if key not in self._state:
            self._state[key] = self.add_variable(shape=shape, initializer="zeros", name=key)
        return self._state[key]


def _accumulable(spec: DiceSpec) -> DiceSpec:
    """Refuse definitions that a metric cannot accumulate."""
    reason = None
    if "space" not in spec.summed.over:
        reason = "one that sums over space"
    elif spec.compound.extra != "none":
        reason = "one without an added cross-entropy or focal loss"
    elif "batch" not in spec.summed.over and spec.averaged.reduce in NOT_A_MEAN_OF_SAMPLES:
        reason = f"one that averages over samples, not `reduce` {spec.averaged.reduce!r}"
    if reason:
        raise ValueError(f"Expected a definition that a metric can accumulate: {reason}.")
    return spec

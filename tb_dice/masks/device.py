"""The sums of a batch of torch, JAX or TensorFlow, on the device where its arrays are.

None of them is imported: an array in hand shows that the program has done so. The rest of
``tb_dice`` speaks of tensors in the words of ``keras.ops`` (``namespaces``).
"""

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np

from tb_dice.definition.arrays import Tensor
from tb_dice.masks import layouts, namespaces, sums
from tb_dice.masks.reduction import cast


class Device(Protocol):
    """Where the arrays of a batch are."""

    def tensor(self, value: Any) -> Tensor:
        """Returns an array of this framework or of numpy on the device; integers are signed."""

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        """Returns ``function(*tensors, *rest, xp)``, where `arguments` is both."""

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        """Returns a few rows of a tensor."""


def device(value: Any) -> Device | None:
    """Returns the device of a tensor, None for an array of the host or one that is unknown."""
    torch: Any = _module_of(value, "torch", "Tensor")
    if torch is not None:
        return _Torch(torch, value.device)
    jax: Any = _module_of(value, "jax", "Array")
    if jax is not None:
        return _Jax(jax)
    tf: Any = _module_of(value, "tensorflow", "Tensor")
    return None if tf is None else _tensorflow(tf, value)


def _module_of(value: Any, name: str, kind: str) -> Any:
    """A module that is loaded and has made this value, else None."""
    module = sys.modules.get(name)
    return module if isinstance(value, getattr(module, kind, ())) else None


def measure(
    y_true: Tensor, y_pred: Tensor, mask: Tensor | None, layout: layouts.Layout, xp: Any
) -> tuple[Tensor, ...]:
    """What ``sums.soft_and_hard`` gives, and whether ``sums.check_...`` may have to say something.

    Returns:
        soft, counts, voxels, doubt; the last is of shape [].
    """
    soft, counts, voxels = sums.soft_and_hard(y_true, y_pred, layout, mask=mask, xp=xp)
    _, prob, valid = sums.prepared(y_true, y_pred, layout, mask, xp)
    wrong = xp.any(_wrong_targets(cast(y_true, "float32", xp), valid, layout, xp))
    odd = xp.any(_odd_predictions(prob, mask, layout, xp))
    return soft, counts, voxels, xp.logical_or(wrong, odd)


def sums_to_one(values: Tensor, mask: Tensor | None, xp: Any) -> tuple[Tensor, ...]:
    """How many voxels of [N, *S, C] have channels that sum to 1, and how many there are."""
    near = xp.abs(xp.sum(cast(values, "float32", xp), axis=-1) - 1) <= sums.OFF_ONE
    valid = xp.ones_like(near) if mask is None else cast(mask, "bool", xp)
    both = cast(xp.stack([xp.logical_and(near, valid), valid], axis=0), "float32", xp)
    return (xp.sum(both, axis=tuple(range(1, len(both.shape)))),)


def _wrong_targets(y: Tensor, valid: Tensor | None, layout: layouts.Layout, xp: Any) -> Tensor:
    if layout.targets == "labels":
        inside = xp.logical_and(y >= 0, y <= layout.channels - 1)
        fits = xp.logical_and(inside, y == xp.floor(y))
    else:
        fits = xp.logical_and(y >= -sums.ROUNDING, y <= 1 + sums.ROUNDING)
    wrong = xp.logical_not(fits if layout.trailing else xp.expand_dims(fits, -1))
    return wrong if valid is None else xp.logical_and(wrong, valid)


def _odd_predictions(prob: Tensor, mask: Tensor | None, layout: layouts.Layout, xp: Any) -> Tensor:
    inside = xp.logical_and(prob >= -sums.OFF_RANGE, prob <= 1 + sums.OFF_RANGE)
    fits = xp.all(inside, axis=-1)
    if layout.exclusive:
        fits = xp.logical_and(fits, xp.abs(xp.sum(prob, axis=-1) - 1) <= sums.OFF_ONE)
    odd = xp.logical_not(fits)
    return odd if mask is None else xp.logical_and(odd, cast(mask, "bool", xp))


class _Torch:
    """torch, eager."""

    def __init__(self, torch: Any, at: Any) -> None:
        self._torch = torch
        self._at = at
        self._xp = namespaces.of_torch(torch, at)

    def tensor(self, value: Any) -> Tensor:
        tensor = self._torch.as_tensor(value).detach().to(self._at)
        whole = not tensor.dtype.is_floating_point and tensor.dtype != self._torch.bool
        return tensor.to(self._torch.int64) if whole else tensor

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        with self._torch.no_grad():
            return tuple(function(*arguments, self._xp))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        return tensor[list(rows)]


class _Jax:
    """JAX, one program for each function, layout and shape."""

    def __init__(self, jax: Any) -> None:
        self._jax = jax

    def tensor(self, value: Any) -> Tensor:
        jnp = self._jax.numpy
        tensor = jnp.asarray(value)
        return tensor.astype(jnp.int32) if jnp.issubdtype(tensor.dtype, jnp.integer) else tensor

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        fixed = tuple(each for each in arguments if isinstance(each, layouts.Layout))
        tensors = [each for each in arguments if not isinstance(each, layouts.Layout)]
        return tuple(_jitted(self._jax, function, fixed)(*tensors))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        return tensor[np.asarray(rows)]


class _TensorFlow:
    """TensorFlow, eager, through Keras."""

    def __init__(self, tf: Any, at: str, ops: Any) -> None:
        self._tf, self._at, self._xp = tf, at, ops

    def tensor(self, value: Any) -> Tensor:
        with self._tf.device(self._at):
            tensor = self._tf.convert_to_tensor(value)
        return self._tf.cast(tensor, "int32") if tensor.dtype.is_integer else tensor

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        with self._tf.device(self._at):
            return tuple(function(*arguments, self._xp))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        return self._tf.gather(tensor, list(rows))


def _tensorflow(tf: Any, value: Any) -> Device | None:
    """TensorFlow, where Keras, which comes with it, runs on it as well."""
    keras = sys.modules.get("keras") or getattr(tf, "keras", None)
    at = getattr(value, "device", None)
    if keras is None or not isinstance(at, str) or not hasattr(keras, "ops"):
        return None
    return _TensorFlow(tf, at, keras.ops) if keras.backend.backend() == "tensorflow" else None


@cache
def _jitted(jax: Any, function: Callable[..., Any], fixed: tuple[Any, ...]) -> Callable[..., Any]:
    def of_tensors(*tensors: Tensor) -> Any:
        return function(*tensors, *fixed, namespaces.of_jax(jax))

    jitted: Callable[..., Any] = jax.jit(of_tensors)
    return jitted

"""The arrays of a batch where they are: numpy on the host, torch, JAX or TensorFlow on a device.

None of the frameworks is imported: an array in hand shows that the program has done so. The rest of
``tb_dice`` calls the functions of ``keras.ops`` on tensors (``namespaces``).
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any, Protocol

import numpy as np

from tb_dice.definition.arrays import Array, Tensor
from tb_dice.masks import layouts, namespaces


class Device(Protocol):
    """Where the arrays of a batch are; ``xp`` computes there, in the words of ``keras.ops``."""

    xp: Any

    def tensor(self, name: str, value: Any) -> Tensor:
        """Returns the array `name` of any framework on this device; integers are signed.

        Raises:
            TypeError: It is not an array of numbers.
        """

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        """Returns ``function(*arguments, xp)``, where layouts come after the tensors."""

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        """Returns a few rows of a tensor, one at least."""

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        """Returns tensors joined along their first axis."""


def device(value: Any) -> Device:
    """Returns the device of an array: the host if it is empty or of an unknown framework."""
    if 0 in getattr(value, "shape", ()):
        return _Host()
    torch: Any = _module_of(value, "torch", "Tensor")
    if torch is not None:
        return _Torch(torch, value.device)
    jax: Any = _module_of(value, "jax", "Array")
    if jax is not None:
        return _Jax(jax)
    tf: Any = _module_of(value, "tensorflow", "Tensor")
    return _Host() if tf is None else _tensorflow(tf, value)


def host(name: str, value: Any) -> Array:
    """Returns an array of any framework as numpy, moved from its device.

    Raises:
        TypeError: It is not an array of numbers.
    """
    if hasattr(value, "detach"):  # torch
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
    elif hasattr(value, "__cuda_array_interface__") and hasattr(value, "get"):  # CuPy
        value = value.get()
    try:
        dlpack = hasattr(value, "__dlpack__") and not hasattr(value, "__array__")
        array = np.from_dlpack(value) if dlpack else np.asarray(value)
    except Exception as error:
        raise TypeError(
            f"Expected `{name}` to be an array. Received: {type(value).__name__} ({error})."
        ) from error
    if array.dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        return array.astype(np.float32)
    numbers(name, array)
    return array


def numbers(name: str, value: Any) -> None:
    """Refuse an array that is not of numbers.

    Raises:
        TypeError: for text, objects and complex numbers.
    """
    dtype = str(getattr(value.dtype, "name", value.dtype)).removeprefix("torch.")
    if "complex" in dtype or not any(kind in dtype for kind in ("bool", "int", "float")):
        raise TypeError(f"Expected `{name}` to be an array of numbers. Received: dtype {dtype}.")


def pick(name: str, value: Any, rows: Sequence[int]) -> Array:
    """Returns a few rows of an array of any framework, and moves nothing else of it."""
    at = device(value)
    return (
        host(name, value)[list(rows)] if isinstance(at, _Host) else host(name, at.pick(value, rows))
    )


def fetch(name: str, tensors: Sequence[Tensor]) -> Array:
    """Returns tensors joined along their first axis, moved in one transfer."""
    return host(name, tensors[0] if len(tensors) == 1 else device(tensors[0]).join(tensors))


def visible(value: Any) -> bool:
    """Whether the values of an array can be read now, since it is not a symbol inside a trace."""
    torch: Any = _module_of(value, "torch", "Tensor")
    if torch is not None:
        return not (torch.compiler.is_compiling() or value.is_meta or _built_by_keras())
    jax: Any = _module_of(value, "jax", "Array")
    if jax is not None:
        return not isinstance(value, jax.core.Tracer)
    return isinstance(value, np.ndarray) or hasattr(value, "numpy")  # of TensorFlow


def _built_by_keras() -> bool:
    """Whether Keras builds a model right now: on torch with tensors of ones in place of symbols."""
    scope: Any = sys.modules.get("keras.src.backend.common.symbolic_scope")
    return scope is not None and bool(scope.in_symbolic_scope())


def _module_of(value: Any, name: str, kind: str) -> Any:
    """A loaded module that has made this value, else None."""
    module = sys.modules.get(name)
    return module if isinstance(value, getattr(module, kind, ())) else None


class _Host:
    """numpy."""

    xp: Any = np

    def tensor(self, name: str, value: Any) -> Tensor:
        return host(name, value)

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        with np.errstate(all="ignore"):  # predictions may be any number
            return tuple(function(*arguments, np))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        return np.asarray(tensor)[list(rows)]

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        return np.concatenate(tensors)


class _Torch:
    """torch, eager."""

    def __init__(self, torch: Any, at: Any) -> None:
        self._torch = torch
        self._at = at
        self.xp = namespaces.of_torch(torch, at)

    def tensor(self, name: str, value: Any) -> Tensor:
        tensor = self._torch.as_tensor(_known(name, value)).detach().to(self._at)
        whole = not tensor.dtype.is_floating_point and tensor.dtype != self._torch.bool
        return tensor.to(self._torch.int64) if whole else tensor

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        with self._torch.no_grad():
            return tuple(function(*arguments, self.xp))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        return tensor[list(rows)]

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        return self._torch.cat(list(tensors))


class _Jax:
    """JAX, one program for each function, layout and shape."""

    def __init__(self, jax: Any) -> None:
        self._jax = jax
        self.xp = namespaces.of_jax(jax)

    def tensor(self, name: str, value: Any) -> Tensor:
        jnp = self._jax.numpy
        tensor = jnp.asarray(_known(name, value))
        return tensor.astype(jnp.int32) if jnp.issubdtype(tensor.dtype, jnp.integer) else tensor

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        fixed = tuple(each for each in arguments if isinstance(each, layouts.Layout))
        tensors = [each for each in arguments if not isinstance(each, layouts.Layout)]
        return tuple(_jitted(self._jax, function, fixed)(*tensors))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        index = np.resize(np.asarray(rows), 1 << (len(rows) - 1).bit_length())  # few sizes compile
        return self._jax.numpy.take(tensor, index, axis=0)[: len(rows)]

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        return self._jax.numpy.concatenate(list(tensors))


class _TensorFlow:
    """TensorFlow, eager, through Keras."""

    def __init__(self, tf: Any, at: str, ops: Any) -> None:
        self._tf, self._at, self.xp = tf, at, ops

    def tensor(self, name: str, value: Any) -> Tensor:
        with self._tf.device(self._at):
            tensor = self._tf.convert_to_tensor(_known(name, value))
        numbers(name, tensor)
        return self._tf.cast(tensor, "int32") if tensor.dtype.is_integer else tensor

    def run(self, function: Callable[..., Any], *arguments: Any) -> tuple[Tensor, ...]:
        untaped = self._tf.init_scope() if self._tf.executing_eagerly() else nullcontext()
        with untaped, self._tf.device(self._at):
            return tuple(function(*arguments, self.xp))

    def pick(self, tensor: Tensor, rows: Sequence[int]) -> Tensor:
        if self._at.endswith("CPU:0") and tensor.dtype != self._tf.bfloat16:
            return np.asarray(memoryview(tensor))[list(rows)]  # without a copy of the rest
        with self._tf.device(self._at):
            index = np.asarray(rows, np.int32)
            return self._tf.raw_ops.GatherV2(params=tensor, indices=index, axis=0)

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        with self._tf.device(self._at):
            return self._tf.concat(list(tensors), axis=0)


def _known(name: str, value: Any) -> Any:
    """An array that the frameworks read: of one of them or of numpy."""
    return host(name, value) if isinstance(device(value), _Host) else value


def _tensorflow(tf: Any, value: Any) -> Device:
    """TensorFlow, if Keras, which comes with it, runs on it as well."""
    keras = sys.modules.get("keras") or getattr(tf, "keras", None)
    at = getattr(value, "device", None)
    if keras is None or not isinstance(at, str) or not hasattr(keras, "ops"):
        return _Host()
    on_it = keras.backend.backend() == "tensorflow"
    return _TensorFlow(tf, at, keras.ops) if on_it else _Host()


@cache
def _jitted(jax: Any, function: Callable[..., Any], fixed: tuple[Any, ...]) -> Callable[..., Any]:
    def of_tensors(*tensors: Tensor) -> Any:
        return function(*tensors, *fixed, namespaces.of_jax(jax))

    jitted: Callable[..., Any] = jax.jit(of_tensors)
    return jitted

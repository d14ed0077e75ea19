"""What the callback needs from a Keras backend; one small module for each provides it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol, cast

import keras

from tb_dice.definition.arrays import Tensor

Heard = dict[str, Tensor]
Function = Callable[..., Any]
Parts = Callable[[Tensor], Sequence[Tensor]]


class Ear(Protocol):
    """What listens to a model's step."""

    def step(self, *args: Any) -> tuple[Any, Heard]:
        """Runs the model's ``test_step``; also returns what it heard."""

    def deliver(self, heard: Heard, parts: Parts) -> None:
        """Takes what was heard of a batch, and a function to split a tensor by replica."""

    def missed(self, error: Exception) -> None:
        """Takes an error of ours; raises it if it comes from the model's own step."""


class Backend(Protocol):
    """The few things that differ between TensorFlow, JAX and torch."""

    def test_function(self, model: Any, original: Function, ear: Ear) -> Callable[..., Any]:
        """Returns what ``model.test_function`` is replaced with for one call.

        If ours fails before the model's step ran, the original runs it.

        Args:
            model: The Keras model.
            original: Its own test function.
            ear: Runs the model's step and takes what is heard.
        """

    def compiled(self, function: Function) -> Function:
        """Returns `function` compiled for the shapes it is called with."""

    def plain(self, function: Function) -> Function:
        """Returns `function` in the form that takes any shape without compiling again."""

    def beside(self, tensor: Tensor) -> Any:
        """Returns a context that puts work on the device of `tensor`."""

    def words(self, tensor: Tensor) -> Tensor:
        """Returns the bits of a tensor [n, ...] as int32 [n, words]."""

    def hashed(self, words: Tensor) -> Tensor:
        """Returns int32 `words` with their high bits folded into the low ones."""

    def whole(self, variable: Any) -> int:
        """Returns the whole number in a Keras variable."""


def alone(tensor: Tensor) -> tuple[Tensor]:
    """The parts of a tensor if there are no replicas."""
    return (tensor,)


def current() -> Backend:
    """Returns the adapter of the Keras backend in use.

    Raises:
        RuntimeError: Keras runs on a backend without an adapter.
    """
    name = keras.backend.backend()
    if name not in ("tensorflow", "jax", "torch"):
        raise RuntimeError(
            f"Expected Keras to run on TensorFlow, JAX or torch. Received: backend {name!r}."
        )
    return cast(Backend, import_module(f"tb_dice.callback.backend_{name}"))

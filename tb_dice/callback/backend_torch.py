"""The callback on torch."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch

from tb_dice.callback.backends import Ear, Function, alone
from tb_dice.definition.arrays import Tensor


def test_function(model: Any, original: Function, ear: Ear) -> Callable[[Any], Any]:
    """The step of Keras' own test function, and what is heard of it."""

    def one_batch(data: Any) -> Any:
        with torch.no_grad():
            return ear.step(data)

    if model.jit_compile:
        one_batch = torch.compile(one_batch)

    def function(batches: Any) -> Any:
        logs, heard = one_batch(batches[0])
        ear.deliver(heard, alone)
        return logs

    return function


def compiled(function: Function) -> Function:
    """Eager: torch.compile takes longer than most validations."""
    return plain(function)


def plain(function: Function) -> Function:
    """Operation by operation."""
    quiet: Function = torch.no_grad()(function)
    return quiet


def beside(tensor: Tensor) -> Any:
    """The device of the tensor, whatever Keras' default is."""
    return torch.device(tensor.device) if isinstance(tensor, torch.Tensor) else nullcontext()


def words(tensor: Tensor) -> Tensor:
    """Reads floats bit by bit; integers up to 32 bits are values."""
    tensor = torch.as_tensor(tensor).contiguous()
    if tensor.dtype.is_floating_point or tensor.dtype.itemsize == 8:
        half = torch.int16 if tensor.dtype.itemsize == 2 else torch.int32
        tensor = tensor.reshape(len(tensor), -1).view(half)
    return tensor.to(torch.int32).reshape(len(tensor), -1)


def hashed(words: Tensor) -> Tensor:
    """One round of xor and shift."""
    return words ^ (words >> 16)


def whole(variable: Any) -> int:
    """Waits for the steps so far."""
    return int(variable.value)

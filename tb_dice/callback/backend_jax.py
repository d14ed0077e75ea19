"""The callback on JAX."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import jax
import jax.numpy as jnp
from keras import distribution

from tb_dice.callback.backends import Ear, Function, alone
from tb_dice.callback.jax_aside import aside
from tb_dice.definition.arrays import Tensor


def test_function(model: Any, original: Function, ear: Ear) -> Callable[[Any, Any], Any]:
    """The steps of Keras' own test function, one batch per call, to hear each of them."""
    compiles = not model.run_eagerly and model.jit_compile
    heard_step = aside(ear.step) if compiles else ear.step

    def one_batch(state: Any, data: Any) -> Any:
        (logs, state), heard = heard_step(state, data)
        return logs, state, heard

    if not compiles:
        program = one_batch
    elif distribution.distribution() is None:
        program = jax.jit(one_batch, donate_argnums=0)
    else:
        program = _distributed(one_batch)

    program = _or_original(program, original, ear)

    def function(state: Any, batches: Any) -> Any:
        iterator, logs = iter(batches), None  # before Keras 3.8 a list
        for _ in range(model.steps_per_execution):
            try:
                data = next(iterator)
            except StopIteration:
                if logs is None:
                    raise
                break
            logs, state, heard = program(state, data, type(batches))
            ear.deliver(heard, alone)
        return logs, state

    return function


def compiled(function: Function) -> Function:
    """One XLA program per shape."""
    jitted: Function = jax.jit(function)
    return jitted


def plain(function: Function) -> Function:
    """Operation by operation."""
    return function


def beside(tensor: Tensor) -> Any:
    """JAX computes where its arguments are."""
    return nullcontext()


def words(tensor: Tensor) -> Tensor:
    """Reads floats bit by bit; integers up to 32 bits are values."""
    tensor = jnp.asarray(tensor)
    if jnp.issubdtype(tensor.dtype, jnp.floating) or tensor.dtype.itemsize == 8:
        half = jnp.int16 if tensor.dtype.itemsize == 2 else jnp.int32
        tensor = jax.lax.bitcast_convert_type(tensor, half)
    return tensor.astype(jnp.int32).reshape(tensor.shape[0], -1)


def hashed(words: Tensor) -> Tensor:
    """One round of xor and shift."""
    return words ^ (words >> 16)


def whole(variable: Any) -> int:
    """Waits for the steps so far."""
    return int(variable.value)


def _or_original(program: Function, original: Function, ear: Ear) -> Function:
    """A batch by our program or, if that fails before it runs, by the original function."""

    def one_batch(state: Any, data: Any, kind: type) -> Any:
        try:
            return program(state, data)
        except Exception as error:
            if any(value.is_deleted() for value in jax.tree.leaves(state)):
                raise  # it was run: the model's state is given away
            ear.missed(error)
        return *original(state, [data] if kind is list else iter([data])), {}

    return one_batch


def _distributed(one_batch: Function) -> Function:
    """Keeps the state where the distribution put it, as Keras does in its own step.

    Only the state shows where that is, since Keras' variables have no values during validation.
    """
    programs: list[Function] = []

    def program(state: Any, data: Any) -> Any:
        if not programs:
            placed = jax.tree.map(lambda value: value.sharding, state)
            shardings = None, placed, None
            programs.append(jax.jit(one_batch, donate_argnums=0, out_shardings=shardings))
        return programs[0](state, data)

    return program

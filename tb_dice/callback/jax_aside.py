"""Takes tensors out of a JAX step without changing how XLA compiles the rest of it.

A step that also returns its prediction may be fused differently, and then its loss differs in the
last digit. So the compiled step returns the tensors from which the prediction is cheap to compute
(they are in memory anyway, as results of convolutions and the like), and the cheap end is computed
once more, apart from the step.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax.extend import core

# What XLA fuses into nothing that comes after it; its results are in memory.
HEAVY = {
    *("conv_general_dilated", "dot_general", "ragged_dot", "fft", "sort", "cumsum", "gather"),
    *("reduce_window", "reduce_window_max", "reduce_window_sum", "scatter", "scatter-add"),
    *("while", "scan", "cond", "custom_call", "ffi_call", "pure_callback", "io_callback"),
    *("random_bits", "threefry2x32", "rng_bit_generator"),
}


def aside(step: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
    """Returns `step`, whose second result is computed apart from the first; to be compiled."""

    def apart(*args: Any) -> tuple[Any, Any]:
        traced, shapes = jax.make_jaxpr(step, return_shape=True)(*args)
        kinds = [jax.tree.structure(shape) for shape in shapes]
        own, flat = kinds[0].num_leaves, jax.tree.leaves(args)
        try:
            results = _apart(traced, own, flat)
        except Exception:  # a JAX with different internals: run it as one program
            results = jax.core.eval_jaxpr(traced.jaxpr, traced.consts, *flat)
        return jax.tree.unflatten(kinds[0], results[:own]), jax.tree.unflatten(
            kinds[1], results[own:]
        )

    return apart


def _apart(traced: Any, own: int, flat: Sequence[Any]) -> list[Any]:
    """Evaluates a program, all but its first `own` results apart from these."""
    program = traced.jaxpr
    wanted = program.outvars[own:]
    end, needed = _cheap_end(program, wanted)
    main = _program(program, outvars=[*program.outvars[:own], *needed])
    results = jax.core.eval_jaxpr(main, traced.consts, *flat)
    rest = _program(program, constvars=[], invars=needed, eqns=end, outvars=wanted)
    held = jax.lax.optimization_barrier(tuple(results[own:]))  # else XLA would join them again
    there = dict(zip(map(id, needed), results[own:], strict=True))
    made = jax.core.eval_jaxpr(rest, (), *held)
    more = [there.get(id(variable), m) for variable, m in zip(wanted, made, strict=True)]
    return [*results[:own], *more]


def _cheap_end(jaxpr: Any, wanted: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Returns the cheap operations that end in `wanted`, and the variables they begin with."""
    needed = dict.fromkeys(v for v in wanted if not isinstance(v, core.Literal))
    end = []
    for equation in reversed(jaxpr.eqns):
        made = [v for v in equation.outvars if v in needed]
        if not made or equation.effects or equation.primitive.name in HEAVY:
            continue
        end.append(equation)
        for variable in made:
            del needed[variable]
        needed |= dict.fromkeys(v for v in equation.invars if not isinstance(v, core.Literal))
    return end[::-1], list(needed)


def _program(jaxpr: Any, **parts: Any) -> Any:
    """Returns the program with other parts; its variables lose their names."""
    unnamed = getattr(jaxpr.debug_info, "with_unknown_names", None)  # an older JAX has none
    return jaxpr.replace(debug_info=None if unnamed is None else unnamed(), **parts)

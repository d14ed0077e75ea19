"""A prediction beside a step: nothing of the step changes."""

from typing import Any

import keras
import numpy as np
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("of JAX", allow_module_level=True)

import jax
import jax.numpy as jnp

from tb_dice.callback.jax_aside import aside

KERNEL = np.random.default_rng(0).normal(size=(3, 3, 1, 2)).astype("float32")
BIAS = np.float32([0.1, -0.2])
X = np.random.default_rng(1).normal(size=(4, 9, 9, 1)).astype("float32")
Y = (np.random.default_rng(2).random((4, 9, 9, 2)) > 0.5).astype("float32")


def predicted(x: Any) -> Any:
    dimensions = ("NHWC", "HWIO", "NHWC")
    z = jax.lax.conv_general_dilated(x, KERNEL, (1, 1), "SAME", dimension_numbers=dimensions)
    return jax.nn.sigmoid(z + BIAS)


def step(x: Any, y: Any) -> tuple[Any, Any]:
    p = predicted(x)
    clipped = jnp.clip(p, 1e-7, 1 - 1e-7)
    loss = -jnp.mean(y * jnp.log(clipped) + (1 - y) * jnp.log(1 - clipped))
    return {"loss": loss}, {"p": p, "y": y, "sure": jnp.float32(1), "twice": 2 * y}


def test_the_first_result_is_bit_identical_and_the_second_is_right() -> None:
    expected = jax.jit(lambda x, y: step(x, y)[0])(X, Y)
    logs, heard = jax.jit(aside(step))(X, Y)
    assert float(logs["loss"]) == float(expected["loss"])
    np.testing.assert_allclose(heard["p"], predicted(X), 1e-6)
    np.testing.assert_array_equal(heard["y"], Y)
    np.testing.assert_array_equal(heard["twice"], 2 * Y)
    assert heard["sure"] == 1


def test_the_convolution_is_computed_once_and_the_rest_is_apart() -> None:
    def text(function: Any) -> str:
        return str(jax.jit(function).lower(X, Y).as_text())

    counts = [text(function).count("stablehlo.convolution") for function in (step, aside(step))]
    assert counts == [1, 1]
    assert "optimization_barrier" in text(aside(step))


def test_nothing_heard_is_nothing() -> None:
    logs, heard = jax.jit(aside(lambda x: ({"loss": x.sum()}, {})))(X)
    assert (float(logs["loss"]), heard) == (pytest.approx(X.sum(), rel=1e-5), {})


def test_an_error_of_the_step_is_the_users() -> None:
    def broken(x: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        jax.jit(aside(broken))(X)

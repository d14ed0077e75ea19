"""The functions of ``keras.ops`` that sums are computed with, on torch and JAX directly.

No framework is imported: the caller passes in the one it has.
"""

from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from tb_dice.definition.arrays import Tensor

SAME = (  # functions that go by the same name everywhere
    *("abs", "all", "any", "argmax", "exp", "floor", "isfinite", "isnan", "log", "logical_and"),
    *("logical_not", "logical_or", "mean", "not_equal", "reshape", "sum", "where", "zeros_like"),
)
OF_JAX = (
    *("arange", "broadcast_to", "concatenate", "equal", "expand_dims", "max", "maximum", "min"),
    *("ones_like", "pad", "shape", "stack"),
)
PLANES = 16  # channels up to which torch finds the largest faster plane by plane


@cache
def of_jax(jax: Any) -> Any:
    """Returns the functions on JAX."""
    return SimpleNamespace(
        **{name: getattr(jax.numpy, name) for name in (*SAME, *OF_JAX)},
        has_float64=False,
        barrier=jax.lax.optimization_barrier,
        cast=lambda tensor, dtype: tensor.astype(dtype),
        convert_to_tensor=jax.numpy.asarray,
        sigmoid=jax.nn.sigmoid,
        softmax=jax.nn.softmax,
    )


@cache
def of_torch(torch: Any, at: Any) -> Any:
    """Returns the functions on torch, which make new tensors on the device `at`.

    Two of them that ``keras.ops`` lacks, and the cast, are written for torch's CPU kernels: those
    over a short last axis and those that write bool are several times slower than similar ones.
    """

    def typed(dtype: Any) -> Any:
        return getattr(torch, dtype) if isinstance(dtype, str) else dtype

    def cast(tensor: Tensor, dtype: Any) -> Tensor:
        wanted = typed(dtype)
        if tensor.dtype == torch.bool and wanted != torch.bool:
            tensor = tensor.view(torch.uint8)
        return tensor.to(wanted)

    def arange(end: int, dtype: Any = None) -> Tensor:
        return torch.arange(end, dtype=typed(dtype), device=at)

    def pad(tensor: Tensor, widths: Sequence[Sequence[int]]) -> Tensor:
        flat = [width for pair in reversed(widths) for width in pair]
        return torch.nn.functional.pad(tensor, flat)

    def largest(values: Tensor) -> Tensor:
        """The first of the largest channels [N, *S]; C where one is NaN."""
        channels = values.shape[-1]
        if channels > PLANES:
            top, index = torch.max(values, -1)
            return torch.where(torch.isnan(top), channels, index)
        planes = torch.stack(values.unbind(-1))
        best = (planes == torch.amax(planes, 0)).view(torch.uint8)  # a NaN equals nothing
        rank = torch.arange(channels, 0, -1, dtype=torch.uint8, device=at)
        return channels - torch.amax(best * rank.reshape(-1, *[1] * (best.ndim - 1)), 0)

    def one_hot_flags(labels: Tensor, channels: int) -> Tensor:
        """Flags [N, *S, C] of labels, of which C has none."""
        rows = torch.eye(channels + 1, channels, dtype=torch.bool, device=at)
        return torch.nn.functional.embedding(labels.to(torch.int32), rows)

    return SimpleNamespace(
        **{name: getattr(torch, name) for name in SAME},
        has_float64=at.type != "mps",
        arange=arange,
        barrier=lambda tensor: tensor,
        broadcast_to=torch.broadcast_to,
        cast=cast,
        concatenate=torch.cat,
        convert_to_tensor=lambda value: torch.as_tensor(value, device=at),
        equal=torch.eq,
        expand_dims=torch.unsqueeze,
        largest=largest,
        max=torch.amax,
        maximum=lambda tensor, low: torch.clamp(tensor, min=low),
        min=torch.amin,
        one_hot_flags=one_hot_flags,
        ones_like=lambda tensor, dtype=None: torch.ones_like(tensor, dtype=typed(dtype)),
        pad=pad,
        shape=lambda tensor: tuple(tensor.shape),
        sigmoid=torch.sigmoid,
        softmax=torch.softmax,
        stack=torch.stack,
    )

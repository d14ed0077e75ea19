"""Which of several processes this is: from the user, else from what started the training."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tb_dice.definition.expected import whole

Process: TypeAlias = tuple[int, int]  # rank, world size

ALONE = (0, 1)
PAIRS = (  # torchrun and most launchers, Horovod, Open MPI
    ("RANK", "WORLD_SIZE"),
    ("HOROVOD_RANK", "HOROVOD_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
)


def process(rank: int | None = None, world_size: int | None = None) -> Process:
    """Returns the rank of this process and the number of processes.

    Without arguments they are taken from ``torch.distributed`` or ``jax.distributed`` if the
    program has initialised one, then from the environment: ``TF_CONFIG``, then ``RANK`` and
    ``WORLD_SIZE`` or similar variables. Nothing is imported for this.

    Args:
        rank: 0 to `world_size` - 1, or None.
        world_size: Number of processes, or None. Give both or neither.

    Raises:
        ValueError: One is given without the other, or they are out of range.
    """
    if rank is None and world_size is None:
        return next((found for ask in _SOURCES if (found := ask()) is not None), ALONE)
    if rank is None or world_size is None:
        raise ValueError(
            "Expected `rank` and `world_size` to be given together."
            f" Received: {rank!r} and {world_size!r}. Leave out both to have them detected."
        )
    count = whole("world_size", world_size, 1)
    return whole("rank", rank, 0, count - 1), count


def _torch() -> Process | None:
    distributed = sys.modules.get("torch.distributed")
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return None
    return distributed.get_rank(), distributed.get_world_size()


def _jax() -> Process | None:
    jax = sys.modules.get("jax")
    initialised: Callable[[], bool] | None = getattr(
        getattr(jax, "distributed", None), "is_initialized", None
    )
    if jax is None or initialised is None or not initialised():
        return None
    return jax.process_index(), jax.process_count()


def _tf_config() -> Process | None:
    """The chief, then the workers; other tasks do not take part in the training."""
    try:
        config = json.loads(os.environ.get("TF_CONFIG") or "null")
        cluster, task = config["cluster"], config["task"]
        return _of_cluster(cluster, str(task["type"]), int(task["index"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _of_cluster(cluster: Mapping[str, Any], kind: str, index: int) -> Process | None:
    chiefs = [(name, i) for name in ("chief", "master") for i in range(len(cluster.get(name, ())))]
    tasks = [*chiefs, *(("worker", i) for i in range(len(cluster.get("worker", ()))))]
    return (tasks.index((kind, index)), len(tasks)) if (kind, index) in tasks else None


def _environment() -> Process | None:
    for names in PAIRS:
        texts = [os.environ.get(name, "") for name in names]
        if all(text.isdecimal() for text in texts) and int(texts[0]) < int(texts[1]):
            return int(texts[0]), int(texts[1])
    return None


_SOURCES: tuple[Callable[[], Process | None], ...] = (_torch, _jax, _tf_config, _environment)

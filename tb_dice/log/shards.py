"""A pass that several processes recorded: where each writes its shard, and how they are joined."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tb_dice.log.record import Record
from tb_dice.masks.notice import Notice

_SHARD = re.compile(r"(?:(.*)[/\\])?rank-(\d{1,6})-of-\d{1,6}")
_SAME = ("classes", "regions", "background", "exclusive", "activation", "threshold", "ignore_index")


def folder(run_dir: Path, rank: int, world_size: int) -> Path:
    """Returns where a process writes: rank 0 to the run itself, each other rank to a run below it.

    A run has one growing file: TensorBoard stops reading the older of two.
    """
    return run_dir / f"rank-{rank}-of-{world_size}" if rank else run_dir


def folders(run_dir: Path) -> list[Path]:
    """Returns a run and its shards, as far as they exist."""
    below = run_dir.iterdir() if run_dir.is_dir() else ()
    return [run_dir, *sorted(path for path in below if _SHARD.fullmatch(path.name))]


def sign(run_dir: Path, first_step: int, rank: int, world_size: int) -> None:
    """Notes in a run, before anything is written, that a process records there from a step on."""
    run_dir.mkdir(parents=True, exist_ok=True)
    (run_dir / _signature(first_step, rank, world_size)).touch()


def awaits(run_dir: Path, first_step: int, rank: int, world_size: int) -> bool:
    """Returns whether others of as many processes have signed for a step, and this one has not."""
    there = {path.name for path in run_dir.iterdir()} if run_dir.is_dir() else set()
    signed = [_signature(first_step, each, world_size) in there for each in range(world_size)]
    return any(signed) and not signed[rank]


def whole(run: str) -> str:
    """Returns the name of the run that a run is a shard of, else its own."""
    found = _SHARD.fullmatch(run)
    return run if found is None else found[1] or "."


def rank(run: str) -> int:
    """Returns the rank in the name of a run."""
    found = _SHARD.fullmatch(run)
    return 0 if found is None else int(found[2])


def join(shards: Sequence[Record]) -> Record:
    """Returns the records of one step as one: samples ordered by rank, pooled sums added up.

    Shards whose world size is not that of the latest belong to a different training and are left
    out. So is a shard that was recorded differently from the first, with a notice. A sample that
    several shards hold counts once per shard, and has its own name in each.
    """
    together = _of_one_training(shards)
    first = together[0]
    if len(together) == 1:
        return first
    kept = [shard for shard in together if _alike(shard, first)]
    names, repeated = _names(kept)
    prints = [shard.fingerprints for shard in kept if shard.fingerprints is not None]
    said = [notice for shard in kept for notice in shard.notices]
    said += _oddities([shard.rank for shard in together if shard not in kept], repeated)
    return replace(
        first,
        wall_time=max(shard.wall_time for shard in kept),
        batch=_batches(kept),
        sample_ids=names,
        voxels=np.concatenate([shard.voxels for shard in kept]),
        sums=_together("sums", kept, np.concatenate),
        fingerprints=np.concatenate(prints) if len(prints) == len(kept) else None,
        total=sum(shard.total for shard in kept),
        pooled=_together("pooled", kept, lambda parts: np.sum(parts, axis=0)),
        cases=np.sum([shard.cases for shard in kept], axis=0),
        notices=tuple(dict.fromkeys(said)),
        losses=_losses(kept),
        logged={},  # each belongs to one process, not to all together
    )


def missing(shards: Sequence[Record]) -> str | None:
    """Returns in words the ranks whose shards a step lacks, None if it has all."""
    there = _of_one_training(shards)
    world = there[0].world_size
    ranks = sorted(set(range(min(world, 4096))) - {shard.rank for shard in there})
    if not ranks:
        return None
    listed = ", ".join(map(str, ranks[:8])) + (" and others" if len(ranks) > 8 else "")
    return f"{'ranks' if len(ranks) > 1 else 'rank'} {listed} of {world}"


def lacking(steps: Mapping[int, str]) -> list[Notice]:
    """Returns notices of steps without all shards.

    Args:
        steps: Step to what ``missing`` says of it.
    """
    found = []
    for ranks in dict.fromkeys(steps.values()):
        such = sorted(step for step, missed in steps.items() if missed == ranks)
        listed = ", ".join(map(str, such[-8:]))
        where = f"Step {listed} has" if len(such) == 1 else f"{len(such)} steps ({listed}) have"
        text = (
            f"{where} no shard of {ranks}. What is late or lost is missing from the numbers."
            " If only one process validates, pass it rank=0 and world_size=1."
        )
        found.append(Notice(text, "missing-shards", steps=such))
    return found


def _signature(first_step: int, rank: int, world_size: int) -> str:
    return f".from-{first_step}.rank-{rank}-of-{world_size}"


def _of_one_training(shards: Sequence[Record]) -> list[Record]:
    """The last shard of each rank, with the world size of the latest, by rank."""
    world = max(shards, key=lambda shard: shard.wall_time).world_size
    by_rank = {shard.rank: shard for shard in shards if shard.world_size == world}
    return [by_rank[each] for each in sorted(by_rank)]


def _alike(one: Record, other: Record) -> bool:
    kinds = ("sums", "pooled")
    return all(getattr(one, name) == getattr(other, name) for name in _SAME) and all(
        getattr(one, kind).keys() == getattr(other, kind).keys() for kind in kinds
    )


def _oddities(left_out: Sequence[int], repeated: int) -> list[Notice]:
    found = []
    if left_out:
        text = (
            f"The shard of rank {', '.join(map(str, left_out))} is left out: it has different "
            "classes, or its predictions were interpreted differently."
        )
        found.append(Notice(text, "odd-shards", ranks=left_out))
    if repeated:
        text = f"{repeated} samples are in the shards of several processes and count in each."
        found.append(Notice(text, "repeated-samples", count=repeated))
    return found


def _names(shards: Sequence[Record]) -> tuple[Any, int]:
    """The names of all samples, each once, and how many were repeated."""
    names: list[str] = []
    seen: set[str] = set()
    twice = 0
    for shard in shards:
        own = shard.sample_ids.tolist()
        again = seen.intersection(own)
        twice += len(again)
        names += [f"{shard.rank}:{name}"[-256:] if name in again else name for name in own]
        seen.update(own)
    return np.array(names, np.str_), twice


def _batches(shards: Sequence[Record]) -> Any:
    """The batches, numbered on from shard to shard."""
    parts, first = [], 0
    for shard in shards:
        parts.append(shard.batch + first)
        first += int(shard.batch.max(initial=-1)) + 1
    return np.concatenate(parts)


def _together(kind: str, shards: Sequence[Record], add: Any) -> dict[str, Any]:
    mappings = [getattr(shard, kind) for shard in shards]
    with np.errstate(invalid="ignore"):  # infinite predictions have undefined sums
        return {name: add([mapping[name] for mapping in mappings]) for name in mappings[0]}


def _losses(shards: Sequence[Record]) -> dict[str, float]:
    """Means over the samples of all shards; a loss that one of them lacks is left out."""
    total = sum(shard.total for shard in shards) or 1
    common = [name for name in shards[0].losses if all(name in s.losses for s in shards)]
    return {name: sum(s.losses[name] * s.total for s in shards) / total for name in common}

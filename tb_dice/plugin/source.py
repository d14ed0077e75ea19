"""What TensorBoard's data provider holds for the Dice plugin, seen for one request.

Only the provider is asked, never a file: it exists under both loaders (the data server and
``--load_fast=false``), ``multiplexer`` does not.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from tensorboard import errors, plugin_util
from tensorboard.data import provider as tb_provider
from werkzeug.wrappers import Request

from tb_dice.definition import catalogue
from tb_dice.log import shards
from tb_dice.log.eventlog import PLUGIN

READERS = 4

_ALL = 2**31 - 1  # "downsample" must be given

Result = TypeVar("Result")
Signature = tuple[tuple[str, int, float, int], ...]


@dataclass(frozen=True)
class Point:
    """One step of a tag as one process wrote it: where its blobs lie."""

    step: int
    wall_time: float
    keys: tuple[str, ...]
    rank: int = 0


@dataclass(frozen=True)
class Source:
    """The data provider with the context and the experiment of one request."""

    provider: Any
    context: Any
    experiment: str

    @classmethod
    def of(cls, provider: Any, request: Request) -> "Source":
        """The source that a request may see."""
        environ = request.environ
        return cls(provider, plugin_util.context(environ), plugin_util.experiment_id(environ))

    def all_runs(self) -> list[str]:
        """All runs, with or without Dice data, in the order in which TensorBoard colours them."""
        if self.provider is None:
            return []
        runs = self.provider.list_runs(self.context, experiment_id=self.experiment)
        never = float("inf")
        started = [(never if run.start_time is None else run.start_time, run) for run in runs]
        return [run.run_name for _, run in sorted(started, key=lambda at: (at[0], at[1].run_name))]

    @cached_property
    def signatures(self) -> dict[str, dict[str, Signature]]:
        """Run to tag to what changes when TensorBoard has read more.

        The shards of a run are part of it; a signature holds the names of those with the tag.
        """
        if self.provider is None:
            return {}
        runs = self.provider.list_blob_sequences(
            self.context,
            experiment_id=self.experiment,
            plugin_name=PLUGIN,
            run_tag_filter=tb_provider.RunTagFilter(),
        )
        found: dict[str, dict[str, Signature]] = {}
        for run in sorted(runs):
            of_run = found.setdefault(shards.whole(run), {})
            for tag, s in runs[run].items():
                before = of_run.get(tag, ())
                of_run[tag] = (*before, (run, s.max_step, s.max_wall_time, s.max_length))
        return found

    def points(self, run: str, tag: str) -> tuple[tuple[Point, ...], ...]:
        """The steps of a tag, rising, each with the points of all shards by rank."""
        names = [shard[0] for shard in self.signatures.get(run, {}).get(tag, ())]
        runs = self.provider.read_blob_sequences(
            self.context,
            experiment_id=self.experiment,
            plugin_name=PLUGIN,
            downsample=_ALL,
            run_tag_filter=tb_provider.RunTagFilter(runs=names, tags=[tag]),
        )
        steps: dict[int, dict[str, Point]] = {}
        for name in sorted(names, key=shards.rank):
            for datum in runs.get(name, {}).get(tag, ()):
                keys = tuple(value.blob_key for value in datum.values)
                point = Point(datum.step, datum.wall_time, keys, shards.rank(name))
                steps.setdefault(datum.step, {})[name] = point
        return tuple(tuple(steps[step].values()) for step in sorted(steps))

    def variants(self, runs: Sequence[str]) -> dict[str, list[str]]:
        """For each run the named variants that it holds as scalars ``dice/<variant>``."""
        if not runs:
            return {}
        found = self.provider.list_scalars(
            self.context,
            experiment_id=self.experiment,
            plugin_name="scalars",
            run_tag_filter=tb_provider.RunTagFilter(runs=runs),
        )
        known = {f"dice/{name}": name for name in catalogue.variants()}
        return {
            run: [known[tag] for tag in sorted(tags) if tag in known] for run, tags in found.items()
        }

    def blob(self, key: str) -> bytes:
        """The bytes of one blob.

        Raises:
            NotFoundError: TensorBoard has dropped it, because a restarted training wrote anew.
        """
        try:
            return bytes(self.provider.read_blob(self.context, blob_key=key))
        except (KeyError, IndexError) as error:
            raise errors.NotFoundError("this data is gone; reload the page.") from error

    def read_all(
        self, points: Sequence[Point], read: Callable[[bytes], Result]
    ) -> Iterator[tuple[Point, Result | ValueError]]:
        """The first blob of each point, read and understood, or why it cannot be.

        Several are read at a time: one by one, each answer of the data server takes 40 ms, because
        both ends of the connection wait for each other.
        """

        def one(point: Point) -> Result | ValueError:
            try:
                if not point.keys:
                    raise ValueError("it is empty")
                return read(self.blob(point.keys[0]))
            except (ValueError, errors.NotFoundError) as error:
                return ValueError(str(error))

        with ThreadPoolExecutor(READERS) as pool:
            yield from zip(points, pool.map(one, points), strict=True)

"""What TensorBoard's data provider holds for the Dice plugin, seen for one request.

Only the provider is asked, never a file: it exists under both loaders (the data server and
``--load_fast=false``), ``multiplexer`` does not.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from tensorboard import errors, plugin_util
from tensorboard.data import provider as tb_provider
from werkzeug.wrappers import Request

from tb_dice import catalogue
from tb_dice.eventlog import PLUGIN

READERS = 4

_ALL = 2**31 - 1  # "downsample" must be given


Result = TypeVar("Result")


@dataclass(frozen=True)
class Point:
    """One step of a tag: where its blobs lie."""

    step: int
    wall_time: float
    keys: tuple[str, ...]


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

    def signatures(self, run: str | None = None) -> dict[str, dict[str, tuple[Any, ...]]]:
        """Run to tag to what changes when TensorBoard has read more; of one run or of all."""
        if self.provider is None:
            return {}
        runs = self.provider.list_blob_sequences(
            self.context,
            experiment_id=self.experiment,
            plugin_name=PLUGIN,
            run_tag_filter=tb_provider.RunTagFilter(runs=None if run is None else [run]),
        )
        return {
            run: {tag: (s.max_step, s.max_wall_time, s.max_length) for tag, s in tags.items()}
            for run, tags in runs.items()
        }

    def points(self, run: str, tag: str) -> tuple[Point, ...]:
        """The steps of a tag, rising; empty when there is none."""
        runs = self.provider.read_blob_sequences(
            self.context,
            experiment_id=self.experiment,
            plugin_name=PLUGIN,
            downsample=_ALL,
            run_tag_filter=tb_provider.RunTagFilter(runs=[run], tags=[tag]),
        )
        last = {
            datum.step: Point(
                datum.step, datum.wall_time, tuple(value.blob_key for value in datum.values)
            )
            for datum in runs.get(run, {}).get(tag, ())
        }
        return tuple(last[step] for step in sorted(last))

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
            raise errors.NotFoundError("this blob is gone; reload the page.") from error

    def read_all(
        self, points: Sequence[Point], read: Callable[[bytes], Result]
    ) -> Iterator[tuple[Point, Result | ValueError]]:
        """The first blob of each point, read and understood, or why it cannot be.

        Several are read at a time: alone, each answer of the data server takes 40 ms, because both
        ends of the connection wait for the other one.
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

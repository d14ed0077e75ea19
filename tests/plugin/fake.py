"""A data provider in memory: what is asked of it is counted, and its data can change."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tensorboard import context, errors
from tensorboard.data import provider

from tb_dice.log.eventlog import IMAGES, RECORDS
from tb_dice.log.record import Record, encode
from tb_dice.plugin.source import Source


class FakeProvider:
    """Runs with blob sequences and scalars."""

    def __init__(self) -> None:
        self.tags: dict[str, dict[str, dict[int, tuple[float, list[bytes]]]]] = {}
        self.scalars: dict[str, list[str]] = {}
        self.others: list[str] = []
        self.reads: Counter[str] = Counter()

    def write(
        self, run: str, tag: str, step: int, blobs: list[bytes], wall_time: float | None = None
    ) -> None:
        at = 1000.0 + step if wall_time is None else wall_time
        self.tags.setdefault(run, {}).setdefault(tag, {})[step] = (at, blobs)

    def write_record(self, run: str, record: Record, wall_time: float | None = None) -> None:
        self.write(run, RECORDS, record.step, [encode(record)], wall_time)

    def source(self) -> Source:
        return Source(self, context.RequestContext(), "")

    def list_runs(self, ctx: Any, *, experiment_id: str) -> list[provider.Run]:
        names = [*self.tags, *self.others]
        return [provider.Run(name, name, float(place)) for place, name in enumerate(names)]

    def list_scalars(
        self, ctx: Any, *, experiment_id: str, plugin_name: str, run_tag_filter: Any
    ) -> Any:
        assert plugin_name == "scalars"
        return {run: dict.fromkeys(tags) for run, tags in self.scalars.items()}

    def list_blob_sequences(
        self, ctx: Any, *, experiment_id: str, plugin_name: str, run_tag_filter: Any
    ) -> Any:
        self.reads["list"] += 1
        found = {}
        for run, tags in self.tags.items():
            if run_tag_filter.runs is None or run in run_tag_filter.runs:
                found[run] = {tag: _series(points) for tag, points in tags.items()}
        return found

    def read_blob_sequences(
        self,
        ctx: Any,
        *,
        experiment_id: str,
        plugin_name: str,
        downsample: int,
        run_tag_filter: Any,
    ) -> Any:
        self.reads["points"] += 1
        (tag,) = run_tag_filter.tags
        return {run: {tag: self._points(run, tag)} for run in run_tag_filter.runs}

    def _points(self, run: str, tag: str) -> list[provider.BlobSequenceDatum]:
        points = self.tags.get(run, {}).get(tag, {})
        return [
            provider.BlobSequenceDatum(
                step,
                wall_time,
                tuple(
                    provider.BlobReference(f"{run}|{tag}|{step}|{place}")
                    for place in range(len(blobs))
                ),
            )
            for step, (wall_time, blobs) in points.items()
        ]

    def read_blob(self, ctx: Any, *, blob_key: str) -> bytes:
        run, tag, step, place = blob_key.split("|")
        self.reads[tag] += 1
        try:
            return self.tags[run][tag][int(step)][1][int(place)]
        except KeyError as error:
            raise errors.NotFoundError(blob_key) from error


def _series(points: dict[int, tuple[float, list[bytes]]]) -> provider.BlobSequenceTimeSeries:
    return provider.BlobSequenceTimeSeries(
        max_step=max(points),
        max_wall_time=max(wall_time for wall_time, _ in points.values()),
        max_length=max(len(blobs) for _, blobs in points.values()),
        plugin_content=b"",
        description="",
        display_name="",
    )


__all__ = ["IMAGES", "RECORDS", "FakeProvider"]

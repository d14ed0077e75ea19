"""Logs, TensorBoard's two ways of reading them, and a client of the plugin on each."""

from __future__ import annotations

import json
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serving import eventually
from tensorboard.plugins import base_plugin
from werkzeug.test import Client, TestResponse

from .make_log import write

with warnings.catch_warnings():  # of packages that TensorBoard carries along
    warnings.simplefilter("ignore")
    from tb_dice.plugin.plugin import DicePlugin

STEPS = 6


class RustLoader:
    """TensorBoard's data server in a process of its own, as with ``--load_fast=true``."""

    def __init__(self, log_dir: Path) -> None:
        from tensorboard.data import server_ingester
        from tensorboard.util import grpc_util

        self._ingester = server_ingester.SubprocessServerDataIngester(
            server_binary=server_ingester.get_server_binary(),
            logdir=str(log_dir),
            reload_interval=1,
            channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
            samples_per_plugin={"dice": 0},
        )
        with warnings.catch_warnings():  # the ingester lets go of its process
            warnings.simplefilter("ignore", ResourceWarning)
            self._ingester.start()
        self.provider = self._ingester.data_provider

    def reload(self) -> None:
        """The server reloads by itself, every second."""

    def close(self) -> None:
        self._ingester._stdin_handle.close()


class PythonLoader:
    """TensorBoard's reader in this process, as with ``--load_fast=false``."""

    def __init__(self, log_dir: Path) -> None:
        from tensorboard.backend.event_processing import data_ingester

        self._ingester = data_ingester.LocalDataIngester(
            Namespace(
                logdir=str(log_dir),
                logdir_spec=None,
                samples_per_plugin={"dice": 0},
                purge_orphaned_data=True,
                max_reload_threads=1,
                reload_multifile=False,
                detect_file_replacement=None,
                reload_interval=0,
                reload_task="blocking",
                generic_data="auto",
            )
        )
        self._ingester.start()
        self.provider = self._ingester.data_provider

    def reload(self) -> None:
        self._ingester.start()

    def close(self) -> None:
        """Nothing is open."""


LOADERS = {"rust": RustLoader, "python": PythonLoader}


@dataclass
class Tab:
    """The plugin on a log, asked as the page asks it."""

    loader: Any

    def __post_init__(self) -> None:
        self.plugin = DicePlugin(base_plugin.TBContext(data_provider=self.loader.provider))
        self.apps = self.plugin.get_plugin_apps()

    def get(self, route: str, **params: Any) -> TestResponse:
        """The response of a route; an object is sent as JSON, a list as several parameters."""
        query = {
            key: json.dumps(value) if isinstance(value, dict) else value
            for key, value in params.items()
        }
        return Client(self.apps[f"/{route}"]).get("/", query_string=query)

    def json(self, route: str, **params: Any) -> Any:
        response = self.get(route, **params)
        assert response.status_code == 200, response.text
        assert response.content_type == "application/json"
        return json.loads(response.data, parse_constant=_no_nan)

    def grid(self, route: str, **params: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        response = self.get(route, **params)
        assert response.status_code == 200, response.text
        assert response.content_type == "application/octet-stream"
        return read_grid(response.data)

    def error(self, status: int, route: str, **params: Any) -> str:
        """The sentence of a refusal."""
        response = self.get(route, **params)
        assert response.status_code == status, (response.status_code, response.data[:200])
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        return response.text

    def wait(self, done: Callable[[], bool]) -> None:
        """Reloads until something is there."""
        eventually(lambda: (self.loader.reload(), done())[1])


def read_grid(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A second reader of the grid format, written from ``http_api.md`` alone."""
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length], parse_constant=_no_nan)
    at = 4 + length
    arrays = {}
    for array in header["arrays"]:
        at += -at % 4
        dtype = np.dtype({"f4": "<f4", "i4": "<i4", "u1": "u1"}[array["dtype"]])
        count = int(np.prod(array["shape"], dtype=np.int64))
        arrays[array["name"]] = np.frombuffer(data, dtype, count, at).reshape(array["shape"])
        at += count * dtype.itemsize
    assert at + -at % 4 == len(data)
    return header, arrays


def _no_nan(text: str) -> float:
    raise AssertionError(f"{text} is no JSON")


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three runs of ``make_log``, six steps of each, and a run without Dice data."""
    log_dir = write(tmp_path_factory.mktemp("story"), steps=STEPS)
    from tb_dice.log.eventlog import EventLog

    other = log_dir / "dice_ce" / "train"
    other.mkdir()
    log = EventLog(other)
    log.scalar("epoch_loss", 0, 1.0, 0.5)
    log.close()
    return log_dir


@pytest.fixture(scope="session", params=LOADERS)
def tab(request: pytest.FixtureRequest, story: Path) -> Iterator[Tab]:
    """The plugin on the story, once for each loader."""
    with_loader = open_tab(request.param, story)
    with_loader.wait(lambda: _steps(with_loader) == [STEPS] * 3)
    yield with_loader
    with_loader.loader.close()


def open_tab(loader: str, log_dir: Path) -> Tab:
    """The plugin on a log directory; the caller closes its loader."""
    return Tab(LOADERS[loader](log_dir))


def _steps(tab: Tab) -> list[int]:
    return [len(run["steps"]) for run in tab.json("runs")["runs"]]

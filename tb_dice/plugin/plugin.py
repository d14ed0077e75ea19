"""The plugin as TensorBoard sees it: routes, safe answers, and the two files of the page."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard import errors
from tensorboard.plugins import base_plugin
from werkzeug.wrappers import Request, Response

from tb_dice.log.eventlog import PLUGIN
from tb_dice.plugin.asked import Ask
from tb_dice.plugin.data import DiceData
from tb_dice.plugin.grid import Answer
from tb_dice.plugin.routes import ROUTES
from tb_dice.plugin.source import Source

STATIC = Path(__file__).parent / "static"
SCRIPT = "text/javascript; charset=utf-8"
FILES = {"index.js": SCRIPT, "analyses.js": SCRIPT, "index.css": "text/css; charset=utf-8"}

logger = logging.getLogger("tb_dice")


class DicePlugin(base_plugin.TBPlugin):  # type: ignore[misc]
    """Serves the Dice tab."""

    plugin_name = PLUGIN

    def __init__(self, context: base_plugin.TBContext) -> None:
        self._provider = context.data_provider
        self._data = DiceData()

    def get_plugin_apps(self) -> dict[str, Callable[..., Any]]:
        """The routes of ``http_api.md``."""
        pages = {f"/{name}": self._guarded(_file(name)) for name in FILES}
        return pages | {f"/{route.__name__}": self._guarded(route) for route in ROUTES}

    def is_active(self) -> bool:
        """False, since TensorBoard shows the tab as soon as it has read data of the plugin."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """A page of its own, in a frame."""
        return base_plugin.FrontendMetadata(es_module_path="/index.js", tab_name="Dice")

    def _guarded(self, route: Callable[[Ask], Answer]) -> Callable[..., Any]:
        """A WSGI application that answers GET and never fails without a sentence."""

        @Request.application
        def application(request: Request) -> Response:
            if request.method != "GET":
                return _text("Only GET is answered.", 405, Allow="GET")
            try:
                with np.errstate(all="ignore"):  # recorded predictions may be any numbers
                    source = Source.of(self._provider, request)
                    body, content_type = route(Ask(request, source, self._data))
            except errors.PublicError as error:
                return _text(str(error), error.http_code)
            except Exception:
                logger.exception("The Dice tab could not answer %s", request.path)
                return _text("The server failed to answer; TensorBoard's output says why.", 503)
            response = _response(body, content_type)
            response.add_etag()
            return response.make_conditional(request)

        return application


def _file(name: str) -> Callable[[Ask], Answer]:
    """One file of the page, by a name that is no parameter."""

    def serve(ask: Ask) -> Answer:
        try:
            return (STATIC / name).read_bytes(), FILES[name]
        except OSError as error:
            raise errors.NotFoundError(f"{name} was not built: run `make bundle`.") from error

    return serve


def _text(sentence: str, status: int, **headers: str) -> Response:
    response = _response(sentence.encode("utf-8", "replace"), "text/plain; charset=utf-8", status)
    response.headers.update(headers)
    return response


def _response(body: bytes, content_type: str, status: int = 200) -> Response:
    """A response that a browser takes for what it says it is, and asks for again."""
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    return Response(body, status, headers, content_type=content_type)

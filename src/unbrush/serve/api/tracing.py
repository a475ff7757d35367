"""The id of a request: in its answer, in its problem, and in every line of the log about it."""

import logging
import re
import secrets
import time
from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unbrush.serve.api.metrics import Meter

HEADER = "X-Request-Id"

_GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")
_log = logging.getLogger("unbrush.access")


def request_id() -> str:
    """Return the id of the request that is being answered; empty outside of one."""
    return _current.get()


class WithRequestId(logging.Filter):
    """Gives each record of a log ``request_id``, for formats that name it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add it; let every record pass."""
        record.request_id = _current.get() or "-"
        return True


class Tracing:
    """Names each request, measures it, and writes one line about it; ASGI middleware.

    An id that came with the request is kept if it has a plain form, so that one id goes through
    all of a platform's systems. Paths are logged by their template: they hold ids.
    """

    def __init__(self, app: ASGIApp, *, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER.lower().encode(), b"")
        named = given.decode() if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        # Not set back: the task of a request ends with it, and what fails is told outside of here.
        _current.set(named)
        status, began = 500, time.perf_counter()

        async def naming(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [each for each in message["headers"] if each[0] != b"x-request-id"]
                message["headers"] = [*headers, (b"x-request-id", named.encode())]
            await send(message)

        try:
            await self._app(scope, receive, naming)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "unknown")
            self._meter.count(scope["method"], route, status, seconds)
            _log.info(
                "%s %s %d %.0f ms id=%s", scope["method"], route, status, seconds * 1_000, named
            )  # fmt: skip


def start_logs(level: int = logging.INFO) -> None:
    """Write what the desk logs to standard error, each line with its time and request."""
    handler = logging.StreamHandler()
    handler.addFilter(WithRequestId())
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")
    )
    logger = logging.getLogger("unbrush")
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False

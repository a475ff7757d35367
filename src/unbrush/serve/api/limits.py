"""Limits on requests: how large, how many. Both are told before anything is read."""

import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unbrush.serve.api.problems import problem

CALLERS = 10_000
"""Callers that are remembered; those not heard of for longest go first."""


class Buckets:
    """A bucket of requests for each caller: it fills evenly and is emptied by requests.

    Args:
        a_minute: How many a caller may send in a minute, at once or spread.
        now_s: A clock that only goes forward, in seconds.
    """

    def __init__(self, a_minute: int, now_s: Callable[[], float] = time.monotonic) -> None:
        self._size = float(a_minute)
        self._now_s = now_s
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str) -> int:
        """Take one request from a caller's bucket; return 0, or how many seconds to wait."""
        now = self._now_s()
        left, at = self._left.pop(caller, (self._size, now))
        left = min(self._size, left + (now - at) * self._size / 60)
        is_allowed = left >= 1
        self._left[caller] = (left - 1 if is_allowed else left, now)
        while len(self._left) > CALLERS:
            self._left.popitem(last=False)
        return 0 if is_allowed else max(1, round((1 - left) * 60 / self._size))


class Limits:
    """Refuses requests that are too large (413) or too many (429), as ASGI middleware."""

    def __init__(self, app: ASGIApp, *, largest: int, buckets: Buckets) -> None:
        self._app = app
        self._largest = largest
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        wait = self._buckets.wait_s(_caller(scope, headers))
        if wait:
            answer = problem(
                429, "too-many-requests", "Too many requests.", f"Go on in {wait} s.",
                headers={"Retry-After": str(wait)},
            )  # fmt: skip
            await answer(scope, receive, send)
            return
        said = headers.get(b"content-length", b"")
        if said.isdigit() and int(said) > self._largest:
            await self._too_large()(scope, receive, send)
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, counting what comes: a length may be missing, or a lie."""
        n_bytes, has_answered = 0, False

        async def counting() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > self._largest:
                raise _TooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        try:
            await self._app(scope, counting, noting)
        except _TooLarge:
            if not has_answered:
                await self._too_large()(scope, receive, send)

    def _too_large(self) -> ASGIApp:
        return problem(
            413, "too-large", f"A request has {self._largest:,} bytes at most.",
            "Send less at once; attachments can be sent one by one.",
        )  # fmt: skip


class _TooLarge(Exception):
    """More came than is allowed."""


_UNSIGNED = (
    "/sessions", "/passwords", "/welcome", "/reports", "/receipt", "/oidc/sign-in",
    "/oidc/callback",
)  # fmt: skip
"""Where nobody has to be known: a made-up key must not give a bucket of its own there."""


def _caller(scope: Scope, headers: dict[bytes, bytes]) -> str:
    """Return whose bucket it is: that of a key or session, else of an address."""
    said = headers.get(b"authorization") or headers.get(b"cookie")
    path = scope["path"]
    if said and path not in _UNSIGNED and not path.startswith("/receipt/"):
        return sha256(said).hexdigest()
    client = scope.get("client")
    return client[0] if client else ""

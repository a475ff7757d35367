"""The header `Idempotency-Key`: a POST that makes something, sent twice, is done once.

It wraps the routes themselves, and not the program around them, because the answer has to be known
while the transaction that made it is still open.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from unbrush.base.errors import BadRecord, UnbrushError
from unbrush.respond.desk.callers import Caller, hash_of
from unbrush.respond.desk.idempotency import Answer, Claim, claim_or_answer, give_back, keep_answer
from unbrush.respond.desk.reports.vault import vault_of
from unbrush.serve.api.callers import COOKIE, caller_by, may_of
from unbrush.serve.api.state import Desk

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

WITHOUT = frozenset({
    # A second session does no harm; a link works once.
    "open_session", "choose_password", "take_welcome",
    "try_a_block",  # makes nothing
    # What is read by these is sealed: each reading has an entry of its own in the audit.
    "read_identity", "get_original", "open_labels", "make_case_file", "open_attachment",
})  # fmt: skip
"""Routes of POST that take no key, with the reason."""

SHORTEST_UNSIGNED = 16
"""Signs of a key of somebody who is not signed in: nobody may hit upon another's."""

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def take_keys(router: APIRouter) -> None:
    """Let every POST of a router that makes something take a key; once for each route."""
    for route in router.routes:
        if not isinstance(route, APIRoute) or "POST" not in (route.methods or ()):
            continue
        if route.name not in WITHOUT and "get_route_handler" not in vars(route):
            _take_keys(route)


def _take_keys(route: APIRoute) -> None:
    acts, make = may_of(route), route.get_route_handler
    shortest = 1 if acts else SHORTEST_UNSIGNED

    def handler() -> _Handler:
        plain = make()

        async def keyed(request: Request) -> Response:
            if HEADER not in request.headers:
                return await plain(request)
            return await _once(request, plain, acts, shortest)

        return keyed

    route.get_route_handler = handler  # type: ignore[method-assign]  # what FastAPI has it for
    extra = dict(route.openapi_extra or {})
    extra["parameters"] = [*extra.get("parameters", []), _parameter(shortest)]
    route.openapi_extra = extra


def _parameter(shortest: int) -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "A key of your choice for this request, such as a UUID. The same request "
        "with the same key within a day is not done again: you get the first answer, with "
        f"`{REPLAYED}: true`. Another request with it gets 422; while the first is running, 409.",
        "schema": {
            "type": "string", "minLength": shortest, "maxLength": 255, "pattern": "^[!-~]+$",
        },
    }  # fmt: skip


async def _once(
    request: Request, plain: _Handler, acts: tuple[str, ...], shortest: int
) -> Response:
    """Do a request, or give the answer that it was given already."""
    desk: Desk = request.app.state.desk
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key) or len(key) < shortest:
        raise BadRecord(
            f"An {HEADER} has {shortest} to 255 visible signs of ASCII here.",
            hint="A UUID does; choose a new one for each new request.",
        )
    try:
        scope = await run_in_threadpool(_scope, request, desk, acts)
    except UnbrushError:
        return await plain(request)  # nobody known, or not allowed: the route says so
    hashed = _hash(request, await request.body())
    vault = await run_in_threadpool(vault_of, desk.folder)
    got = await run_in_threadpool(
        claim_or_answer, desk.records, vault, desk.clock(), scope, key, hashed
    )
    if isinstance(got, Answer):
        return _again(got)
    _free_if_it_fails(request, desk, got)
    response = await plain(request)
    if response.status_code < 400:
        answer = Answer(
            status=response.status_code, body=bytes(response.body),
            media_type=response.headers.get("content-type", ""),
        )  # fmt: skip
        transaction = getattr(request.state, "transaction", None)
        if transaction is None:
            raise AssertionError(f"{request.url.path} keeps nothing: it belongs into WITHOUT")
        await run_in_threadpool(keep_answer, transaction, vault, desk.clock(), got, answer)
    return response


def _free_if_it_fails(request: Request, desk: Desk, claim: Claim) -> None:
    """Free the key if the request fails, once its own transaction is over and waits for nobody."""

    async def after(kind: object, _error: object, _trace: object) -> bool:
        if kind is not None:
            await run_in_threadpool(give_back, desk.records, claim)
        return False

    request.scope["fastapi_inner_astack"].push_async_exit(after)


def _scope(request: Request, desk: Desk, acts: tuple[str, ...]) -> str:
    """Return whose key it is: a person's, a receipt's, or that of whoever has both key and body."""
    if acts:
        caller: Caller = caller_by(
            request, desk, _bearer(request), request.cookies.get(COOKIE)
        )  # fmt: skip
        if not any(caller.may(act) for act in acts):
            caller.check(acts[0])
        return caller.person_id
    receipt = request.headers.get("x-receipt", "")
    return f"receipt {hash_of(receipt)}" if receipt else "nobody"


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _hash(request: Request, body: bytes) -> str:
    """Return what tells two requests apart: where they go and what they bear.

    A program that sends a form again draws a new boundary between its parts, which is nothing new.
    """
    boundary = re.search(r'boundary="?([^";,]+)"?', request.headers.get("content-type", ""))
    if boundary:
        body = body.replace(boundary.group(1).encode("latin-1"), b"")
    digest = hashlib.sha256()
    where = f"{request.method} {request.url.path}?{request.query_params}".encode()
    for part in (where, body):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _again(answer: Answer) -> Response:
    headers = {REPLAYED: "true", "Cache-Control": "no-store"}
    if answer.media_type:
        headers["content-type"] = answer.media_type
    return Response(answer.body, status_code=answer.status, headers=headers)

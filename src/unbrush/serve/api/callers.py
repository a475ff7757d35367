"""Who asks, and how often: what routes depend on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from unbrush.base.errors import NotAllowed, NotSignedIn
from unbrush.base.records import Transaction
from unbrush.respond.desk.callers import Caller, caller_of
from unbrush.serve.api.state import Desk

COOKIE = "unbrush_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(auto_error=False, description="A session or a key: `Bearer ub_key_…`.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The session of a browser.")


def the_desk(request: Request) -> Desk:
    """Return what the program was started with."""
    return cast(Desk, request.app.state.desk)


DeskOf = Annotated[Desk, Depends(the_desk)]


def the_caller(
    request: Request,
    desk: DeskOf,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> Caller:
    """Return who asks."""
    return caller_by(request, desk, bearer.credentials if bearer else None, cookie)


def caller_by(request: Request, desk: Desk, bearer: str | None, cookie: str | None) -> Caller:
    """Return who asks by a token or a cookie.

    A cookie is sent by a browser on its own, so that a request that changes something must also
    bear a header that another site cannot set.

    Raises:
        NotSignedIn: Nobody known.
        NotAllowed: A change by cookie without the header ``X-Unbrush``.
    """
    is_change_by_cookie = not bearer and cookie and request.method not in SAFE
    if is_change_by_cookie and "x-unbrush" not in request.headers:
        raise NotAllowed(
            "A change that is asked for by cookie needs the header X-Unbrush.",
            hint="Any value does: it shows that no other site sent this.",
        )
    token = bearer or cookie
    if not token:
        raise NotSignedIn("Nobody is signed in.", hint="Send `Authorization: Bearer …`.")
    with desk.records.reading() as transaction:
        return caller_of(transaction, desk.clock(), token, "session", "key")


CallerOf = Annotated[Caller, Depends(the_caller)]


def may(*acts: str) -> Any:
    """Return a dependency that gives who asks, if they may do one of ``acts``.

    A route says by this whom it is for, before anything else of the request is looked at; what it
    calls checks again, with what it knows of the record.
    """

    def allowed(caller: CallerOf) -> Caller:
        if not any(caller.may(act) for act in acts):
            caller.check(acts[0])
        return caller

    allowed.acts = acts  # type: ignore[attr-defined]  # read by the table of who may do what
    return Depends(allowed)


def may_of(route: APIRoute) -> tuple[str, ...]:
    """Return the acts of which a route asks one; none if it is for everybody."""
    for dependency in route.dependant.dependencies:
        acts = getattr(dependency.call, "acts", None)
        if acts:
            return tuple(acts)
    return ()


def reading(desk: DeskOf) -> Iterator[Transaction]:
    """Give a route a transaction that reads."""
    with desk.records.reading() as transaction:
        yield transaction


def writing(request: Request, desk: DeskOf) -> Iterator[Transaction]:
    """Give a route a transaction that writes; an error undoes it."""
    with desk.records.writing() as transaction:
        request.state.transaction = transaction  # in which its answer is kept, if it bears a key
        yield transaction


def writing_later(request: Request, desk: DeskOf) -> Iterator[Callable[[], Transaction]]:
    """Give a route what opens its transaction that writes, once, when it has read its files."""
    with ExitStack() as stack:

        def begin() -> Transaction:
            request.state.transaction = stack.enter_context(desk.records.writing())
            return cast(Transaction, request.state.transaction)

        yield begin


# Ends before the answer is sent: nobody is told that something was kept which then was not.
Reading = Annotated[Transaction, Depends(reading, scope="function")]
Writing = Annotated[Transaction, Depends(writing, scope="function")]
WritingLater = Annotated[Callable[[], Transaction], Depends(writing_later, scope="function")]

"""Sign in, sign out, set a password by a one-time link, and say who one is."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from unbrush.base.errors import NotSignedIn
from unbrush.respond.desk.callers import SESSION_MS, end_ticket
from unbrush.respond.desk.people import person_of, set_password, sign_in
from unbrush.respond.desk.permissions import MAY
from unbrush.serve.api.callers import COOKIE, CallerOf, DeskOf, Reading, Writing
from unbrush.serve.api.shapes import Asked, Name

router = APIRouter(tags=["sessions"])


class Credentials(Asked):
    """Login and password."""

    login: Name
    password: str = Field(min_length=1, max_length=512)


class NewPassword(Asked):
    """The token of a one-time link, and the password that its owner wants."""

    link: Name
    password: str = Field(min_length=1, max_length=512)


@router.post("/sessions", status_code=201)
def open_session(asked: Credentials, desk: DeskOf, response: Response) -> dict[str, str]:
    """Sign in; the token is for programs, the cookie for browsers."""
    with desk.records.writing() as transaction:
        token = sign_in(transaction, desk.clock(), asked.login, asked.password)
    # Only now: a failed attempt stays in the audit.
    if token is None:
        raise NotSignedIn("Login and password do not belong together.", hint="Try again.")
    response.set_cookie(
        COOKIE, token, max_age=SESSION_MS // 1_000, httponly=True, samesite="strict", secure=True
    )
    return {"token": token}


@router.delete("/sessions/current", status_code=204)
def close_session(desk: DeskOf, caller: CallerOf, transaction: Writing, response: Response) -> None:
    """Sign out."""
    end_ticket(transaction, desk.clock(), caller.ticket_id, by=caller.person_id)
    response.delete_cookie(COOKIE)


@router.post("/passwords", status_code=204)
def choose_password(asked: NewPassword, desk: DeskOf, transaction: Writing) -> None:
    """Set a password by a one-time link; every session of its owner ends."""
    set_password(transaction, desk.clock(), asked.link, asked.password)


@router.get("/me")
def who_am_i(caller: CallerOf, transaction: Reading) -> dict[str, Any]:
    """Return your account and what you may do."""
    person = person_of(transaction, caller.person_id)
    return {**person, "may": sorted(act for act in MAY if caller.may(act))}

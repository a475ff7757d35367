"""Accounts, their roles, shops and keys."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from unbrush.base.errors import BadRecord, did_you_mean
from unbrush.respond.desk.callers import ALL_SCOPES, Caller, end_ticket, give_ticket, tickets_of
from unbrush.respond.desk.people import add_person, change_person, invite, person_of
from unbrush.respond.desk.permissions import MAY, Role
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Cursor,
    Id,
    Name,
    Page,
    PageSize,
    Version,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["people"])

PeopleRead = Annotated[Caller, may("people.read")]
PeopleKeep = Annotated[Caller, may("people.keep")]
KeysKeep = Annotated[Caller, may("keys.keep")]


class NewPerson(Asked):
    """Whom to add."""

    login: Name
    name: Name
    roles: list[Role] = Field(min_length=1, max_length=9)
    member_of: list[Name] = Field(default_factory=list, max_length=1_000)
    tied_to: list[Name] = Field(default_factory=list, max_length=1_000)
    oidc_subject: Name | None = None


class ChangedPerson(Asked):
    """What to change; what is left out stays."""

    expected_version: Version
    roles: list[Role] | None = Field(default=None, min_length=1, max_length=9)
    member_of: list[Name] | None = Field(default=None, max_length=1_000)
    tied_to: list[Name] | None = Field(default=None, max_length=1_000)
    is_disabled: bool | None = None


class NewKey(Asked):
    """A key for a program."""

    name: Name
    scopes: list[Name] = Field(default_factory=lambda: [ALL_SCOPES], min_length=1, max_length=100)
    life_ms: int | None = Field(default=None, ge=60_000, le=WHOLE // 4)


@router.get("/people")
def list_people(
    caller: PeopleRead,
    transaction: Reading,
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List accounts by login."""
    after = read_cursor(cursor, str)
    rows = transaction.all(
        """SELECT person_id, login, name, created_at, disabled_at, version FROM people
           WHERE login > :after ORDER BY login LIMIT :n""",
        after=after[0] if after else "",
        n=n + 1,
    )
    return page_of(rows, n, "login")


@router.post("/people", status_code=201)
def add_a_person(
    asked: NewPerson,
    desk: DeskOf,
    caller: PeopleKeep,
    transaction: Writing,
) -> dict[str, Any]:
    """Add an account; by `/welcome?link=…` its owner sets a password, once, within a day."""
    at_ms = desk.clock()
    person_id = add_person(transaction, at_ms, **asked.model_dump(), by=caller.person_id)
    link = invite(transaction, at_ms, person_id, by=caller.person_id)
    return {**person_of(transaction, person_id), "link": link}


@router.get("/people/{person_id}")
def get_person(person_id: Id, caller: PeopleRead, transaction: Reading) -> dict[str, Any]:
    """Return an account."""
    return dict(person_of(transaction, person_id))


@router.patch("/people/{person_id}")
def change_a_person(
    person_id: Id,
    asked: ChangedPerson,
    desk: DeskOf,
    caller: PeopleKeep,
    transaction: Writing,
) -> dict[str, Any]:
    """Change roles, shops or whether it is in use; nobody changes their own roles."""
    changed = change_person(
        transaction, desk.clock(), person_id, **asked.model_dump(), by=caller.person_id
    )
    return dict(changed)


@router.post("/people/{person_id}/link", status_code=201)
def invite_again(
    person_id: Id, desk: DeskOf, caller: PeopleKeep, transaction: Writing
) -> dict[str, str]:
    """Give a new one-time link, `/welcome?link=…`, to set a password; an earlier one ends."""
    return {"link": invite(transaction, desk.clock(), person_id, by=caller.person_id)}


@router.get("/people/{person_id}/keys")
def list_keys(
    person_id: Id, desk: DeskOf, caller: PeopleRead, transaction: Reading
) -> dict[str, Any]:
    """List the keys and sessions of an account that open something now; never what they are."""
    person_of(transaction, person_id)
    return {"rows": tickets_of(transaction, desk.clock(), person_id)}


@router.post("/people/{person_id}/keys", status_code=201)
def give_key(
    person_id: Id,
    asked: NewKey,
    desk: DeskOf,
    caller: KeysKeep,
    transaction: Writing,
) -> dict[str, str]:
    """Give a key for a program; it is shown this once."""
    person_of(transaction, person_id)
    for scope in asked.scopes:
        if scope != ALL_SCOPES and scope not in MAY:
            raise BadRecord(f"{scope} is no act.", hint=did_you_mean(scope, MAY))
    ticket_id, token = give_ticket(
        transaction, desk.clock(), person_id, "key", by=caller.person_id, name=asked.name,
        scopes=" ".join(asked.scopes), life_ms=asked.life_ms,
    )  # fmt: skip
    return {"key_id": ticket_id, "key": token}


@router.delete("/keys/{key_id}", status_code=204)
def end_key(key_id: Id, desk: DeskOf, caller: KeysKeep, transaction: Writing) -> None:
    """End a key or session at once; nothing happens to one that has ended."""
    end_ticket(transaction, desk.clock(), key_id, by=caller.person_id)

"""A one-time link as a browser opens it: a page to choose a name and a password on."""

from typing import Annotated

from fastapi import APIRouter, Form, Header, Query
from fastapi.responses import HTMLResponse

from unbrush.base.errors import NotSignedIn
from unbrush.respond.desk.people import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    linked_person,
    set_password,
)
from unbrush.serve.api.callers import DeskOf
from unbrush.serve.api.welcome import (
    BAD_LENGTH,
    BAD_NAME,
    ELSEWHERE,
    LONGEST_NAME,
    NO_LINK,
    NOT_SAME,
    PATH,
    done_page,
    form_page,
    language_of,
    refusal_page,
)

# People open it, programs use POST /passwords: it is a page and no part of the description.
router = APIRouter(include_in_schema=False)

_Asked = Annotated[str, Query()]
_Sent = Annotated[str, Form()]
_Said = Annotated[str, Header()]


@router.get(PATH)
def see_welcome(
    desk: DeskOf, link: _Asked = "", language: _Asked = "", accept_language: _Said = ""
) -> HTMLResponse:
    """Show the page; nothing changes by it."""
    tongue = language_of(language, accept_language)
    try:
        with desk.records.reading() as transaction:
            person = linked_person(transaction, desk.clock(), link)
    except NotSignedIn:
        return refusal_page(tongue, link, NO_LINK, 401)
    return form_page(tongue, link, str(person["login"]), str(person["name"]))


@router.post(PATH)
def take_welcome(
    desk: DeskOf, link: _Sent = "", language: _Sent = "", name: _Sent = "", password: _Sent = "",
    again: _Sent = "", accept_language: _Said = "", sec_fetch_site: _Said = "same-origin",
) -> HTMLResponse:  # fmt: skip
    """Set name and password; the link ends."""
    tongue, named = language_of(language, accept_language), " ".join(name.split())
    if sec_fetch_site not in ("same-origin", "none"):
        return refusal_page(tongue, "", ELSEWHERE, 403)
    try:
        with desk.records.writing() as transaction:
            at_ms = desk.clock()
            person = linked_person(transaction, at_ms, link)
            login = str(person["login"])
            wrong = None
            if len(named) > LONGEST_NAME or not named.isprintable():
                wrong, named = BAD_NAME, str(person["name"])
            elif password != again:
                wrong = NOT_SAME
            elif not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
                wrong = BAD_LENGTH
            if wrong:
                return form_page(tongue, link, login, named, wrong)
            set_password(transaction, at_ms, link, password, name=named)
    except NotSignedIn:
        return refusal_page(tongue, link, NO_LINK, 401)
    return done_page(tongue, login)

"""Sign in at the identity provider that the desk was started with."""

from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Query, Response
from fastapi.responses import RedirectResponse

from unbrush.base.errors import NoSuchRecord, NotAllowed, NotSignedIn, Refused
from unbrush.respond.desk.callers import SESSION_MS, caller_of
from unbrush.respond.desk.people import person_of
from unbrush.respond.desk.provider_accounts import enter, note_failure
from unbrush.respond.desk.reports.vault import vault_of
from unbrush.serve.api.callers import COOKIE, DeskOf
from unbrush.serve.api.oidc import BEGUN_MS, Provider
from unbrush.serve.api.shapes import storable
from unbrush.serve.api.state import Desk

router = APIRouter(tags=["sessions"])

BEGUN = "unbrush_oidc"
_Said = Annotated[str, Query(max_length=4_000)]


@router.get(
    "/oidc/sign-in",
    status_code=303,
    response_class=RedirectResponse,
    responses={303: {"description": "To the provider.", "headers": {"Location": {
        "schema": {"type": "string"}}}}},
)  # fmt: skip
def begin_at_provider(desk: DeskOf) -> Response:
    """Begin to sign in at the identity provider."""
    provider = _provider(desk)
    where, cookie = provider.begin(vault_of(desk.folder), desk.clock())
    answer = RedirectResponse(where, status_code=303, headers={"Cache-Control": "no-store"})
    # Lax and not strict: the provider sends the browser back from another site.
    answer.set_cookie(
        BEGUN, cookie, max_age=BEGUN_MS // 1_000, path="/oidc", httponly=True, secure=True,
        samesite="lax",
    )  # fmt: skip
    return answer


@router.get("/oidc/callback")
def come_from_provider(
    desk: DeskOf, response: Response, state: _Said = "", code: _Said = "", error: _Said = "",
    iss: _Said = "", unbrush_oidc: Annotated[str, Cookie(max_length=4_000)] = "",
) -> dict[str, Any]:  # fmt: skip
    """Come back from the identity provider; the session is in the cookie alone."""
    provider, at_ms = _provider(desk), desk.clock()
    nonce, verifier = provider.begun(vault_of(desk.folder), at_ms, unbrush_oidc, state)
    # From here on it is a browser that began here: what fails is kept in the audit.
    try:
        claims = _claims(provider, at_ms, code, error, iss, nonce, verifier)
        roles = provider.settings.roles_of(claims)
        with desk.records.writing() as transaction:
            token = enter(
                transaction, at_ms, provider.settings.issuer, claims["sub"], name=_name(claims),
                roles=roles,
            )  # fmt: skip
    except Refused as refusal:
        with desk.records.writing() as transaction:
            note_failure(transaction, at_ms, refusal.message)
        raise
    if token is None:
        raise NotAllowed(
            "The provider gives you no role at this desk, or your account is disabled.",
            hint=f"The claim {provider.settings.roles_claim} decides; ask who keeps the provider.",
        )
    response.set_cookie(
        COOKIE, token, max_age=SESSION_MS // 1_000, httponly=True, samesite="strict", secure=True
    )
    response.delete_cookie(BEGUN, path="/oidc", httponly=True, secure=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    with desk.records.reading() as transaction:
        person_id = caller_of(transaction, at_ms, token, "session").person_id
        return dict(person_of(transaction, person_id))


def _claims(
    provider: Provider, at_ms: int, code: str, error: str, iss: str, nonce: str, verifier: str
) -> dict[str, Any]:
    again = "Begin again at /oidc/sign-in."
    if iss and iss != provider.settings.issuer:
        raise NotSignedIn("Another provider answered.", hint=again)
    if error or not code:
        said = "".join(sign for sign in error[:60] if sign.isascii() and sign.isprintable())
        raise NotSignedIn(f"The provider refused: {said or 'no code'}.", hint=again)
    return provider.claims(at_ms, code, nonce, verifier)


def _name(claims: dict[str, Any]) -> str:
    """Return what others are shown; anything may stand there, as it decides nothing."""
    said = claims.get("name") or claims.get("preferred_username") or ""
    try:
        return storable(said)[:200].strip() if isinstance(said, str) else ""
    except ValueError:
        return ""


def _provider(desk: Desk) -> Provider:
    if desk.provider is None:
        raise NoSuchRecord(
            "This desk has no identity provider.",
            hint="Sign in by POST /sessions, or start the desk with UNBRUSH_OIDC_ISSUER.",
        )
    return desk.provider

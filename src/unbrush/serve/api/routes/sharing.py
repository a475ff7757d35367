"""Sharing with other bodies: propose, decide, give out, take back; and hints of others."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from unbrush.respond.desk.audit import canonical
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.ties import apart_from, check_apart
from unbrush.respond.sharing.hints import hints_now, take_bundle
from unbrush.respond.sharing.indicators import MOST, Domain, Indicator, Organisation, Tool
from unbrush.respond.sharing.shares import (
    Wish,
    decide_share,
    give_out,
    propose_share,
    share_of,
    take_back,
)
from unbrush.respond.sharing.stix import bundle_of
from unbrush.respond.sharing.terms import LONGEST_MS
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    Asked,
    Cursor,
    Id,
    Name,
    Page,
    PageSize,
    Verdict,
    Why,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["sharing"])

SharingRead = Annotated[Caller, may("sharing.read")]
SharingPropose = Annotated[Caller, may("sharing.propose")]
SharingApprove = Annotated[Caller, may("sharing.approve")]
SharingRevoke = Annotated[Caller, may("sharing.revoke")]
SharingExport = Annotated[Caller, may("sharing.export")]
SharingImport = Annotated[Caller, may("sharing.import")]

STIX = "application/stix+json;version=2.1"
State = Literal["proposed", "in-force", "refused", "revoked", "expired"]


class OrganisationAsked(Asked):
    """A registered organisation; sole traders are people and not shared."""

    kind: Literal["organisation"]
    name: Name
    number: Name
    shop_id: Name


class DomainAsked(Asked):
    """A domain by which brushing is offered or run."""

    kind: Literal["domain"]
    name: Name
    shop_id: str = Field(default="", max_length=200)


class ToolAsked(Asked):
    """A program that brushers use."""

    kind: Literal["tool"]
    name: Name
    version: str = Field(default="", max_length=20)
    shop_id: str = Field(default="", max_length=200)


AnyAsked = Annotated[OrganisationAsked | DomainAsked | ToolAsked, Field(discriminator="kind")]


class NewShare(Asked):
    """What is to be shared with whom, for what, how far on and how long."""

    recipient_kind: Literal["platform", "industry-body", "regulator", "prosecutor", "police"]
    recipient: Name
    purpose: Literal["stop-organisers", "warn-members", "authority-request"]
    tlp: Literal["white", "green", "amber", "red"]
    confidence: int = Field(ge=1, le=100)
    term_ms: int = Field(ge=1, le=LONGEST_MS)
    indicators: list[AnyAsked] = Field(min_length=1, max_length=MOST)


class Sent(Asked):
    """A bundle of somebody else."""

    source: Name
    bundle: dict[str, Any]


@router.post("/cases/{case_id}/shares", status_code=201)
def propose_a_share(
    case_id: Id, asked: NewShare, desk: DeskOf, caller: SharingPropose, transaction: Writing
) -> dict[str, Any]:
    """Propose to share indicators of a confirmed case with another body."""
    wish = Wish(**asked.model_dump(exclude={"indicators"}))
    indicators = [_indicator(each) for each in asked.indicators]
    share = propose_share(transaction, desk.clock(), case_id, wish, indicators, caller=caller)
    return dict(share)


def _indicator(asked: OrganisationAsked | DomainAsked | ToolAsked) -> Indicator:
    said = asked.model_dump(exclude={"kind"})
    kinds: dict[str, type[Organisation] | type[Domain] | type[Tool]] = {
        "organisation": Organisation, "domain": Domain, "tool": Tool,
    }  # fmt: skip
    return kinds[asked.kind](**said)


@router.get("/sharing")
def list_shares(
    caller: SharingRead,
    transaction: Reading,
    state: Annotated[State, Query()] = "in-force",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List shares in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, shops=(), case="shares.case_id")
    rows = transaction.all(
        f"""SELECT * FROM shares WHERE state = :state AND {apart} AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND share_id > :last))
           ORDER BY proposed_at, share_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "proposed_at", "share_id")


@router.post("/sharing/hints", status_code=201)
def take_hints(
    asked: Sent, desk: DeskOf, caller: SharingImport, transaction: Writing
) -> dict[str, Any]:
    """Take indicators of another body's STIX bundle as hints: weak, and never a reason alone."""
    taken = take_bundle(transaction, desk.clock(), asked.source, asked.bundle, caller=caller)
    return {"n_new": taken.n_new, "n_changed": taken.n_changed, "left_out": taken.left_out}


@router.get("/sharing/hints")
def list_hints(
    desk: DeskOf, caller: SharingRead, transaction: Reading, n: PageSize = 50, cursor: Cursor = None
) -> Page:
    """List hints of others that are neither revoked nor over."""
    after = read_cursor(cursor, str) or [""]
    return page_of(hints_now(transaction, desk.clock(), after[0], n + 1), n, "hint_key")


@router.get("/sharing/{share_id}")
def get_share(share_id: Id, caller: SharingRead, transaction: Reading) -> dict[str, Any]:
    """Return a share with its indicators."""
    share = share_of(transaction, share_id)
    check_apart(transaction, caller, case_id=share["case_id"])
    return dict(share)


@router.post("/sharing/{share_id}/decide")
def decide_a_share(
    share_id: Id, asked: Verdict, desk: DeskOf, caller: SharingApprove, transaction: Writing
) -> dict[str, Any]:
    """Approve or refuse a share that somebody else proposed."""
    share = decide_share(
        transaction, desk.clock(), share_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(share)


@router.post("/sharing/{share_id}/revoke")
def revoke_a_share(
    share_id: Id, asked: Why, desk: DeskOf, caller: SharingRevoke, transaction: Writing
) -> dict[str, Any]:
    """Take a share back before its term."""
    taken = take_back(transaction, desk.clock(), share_id, caller=caller, reason=asked.reason)
    return dict(taken)


@router.get(
    "/sharing/{share_id}/bundle",
    response_class=Response,
    responses={200: {"content": {STIX: {"schema": {"type": "object"}}},
                     "description": "A bundle of STIX 2.1."}},
)  # fmt: skip
def get_bundle(share_id: Id, desk: DeskOf, caller: SharingExport, transaction: Writing) -> Response:
    """Give out a share as a bundle of STIX 2.1, signed by the desk; it is in the audit."""
    check_apart(transaction, caller, case_id=share_of(transaction, share_id)["case_id"])
    terms, shared = give_out(transaction, desk.clock(), share_id, desk.body, by=caller.person_id)
    content = bundle_text(bundle_of(terms, shared))
    return Response(
        content,
        media_type=STIX,
        headers={
            "X-Unbrush-Signature": desk.signer.sign(content),
            "X-Unbrush-Key": desk.signer.key_id,
            "Cache-Control": "no-store",
        },
    )


def bundle_text(bundle: dict[str, Any]) -> bytes:
    """Return the bytes of a bundle: always the same for the same."""
    return (json.dumps(json.loads(canonical(bundle)), ensure_ascii=False, indent=1) + "\n").encode()

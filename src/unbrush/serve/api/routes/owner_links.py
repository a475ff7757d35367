"""Owner links and decisions of authorities: what two people enter from documents."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.authorities import (
    authority_decision_of,
    decide_entry,
    enter_decision,
    withdraw,
)
from unbrush.respond.desk.credit.owners import (
    decide_link,
    dispute_link,
    link_of,
    propose_link,
    settle_link,
    shared_with,
    stopped_by,
)
from unbrush.respond.desk.ties import apart_from, check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Cursor,
    Ending,
    Id,
    Name,
    Page,
    PageSize,
    Text,
    Verdict,
    Version,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["credit"])

CreditRead = Annotated[Caller, may("credit.read")]
CreditWork = Annotated[Caller, may("credit.work")]
CreditDecide = Annotated[Caller, may("credit.decide")]
MerchantAsk = Annotated[Caller, may("credit.ask")]
Sha256 = Annotated[str, Field(max_length=64, description="Of the document's file; may be empty.")]
LinkState = Literal["proposed", "proven", "refused", "disputed", "ended"]
EntryState = Literal["proposed", "in-force", "refused", "withdrawn"]


class NewDecision(Asked):
    """A decision of an authority, from its document."""

    shop_id: Name
    authority: Name
    document_no: Name
    decided_on: int = Field(ge=0, le=WHOLE)
    kind: Literal["light", "general", "serious"]
    facts_zh: Text
    facts_en: Text
    sha256: Sha256 = ""
    case_id: Name | None = Field(default=None, description="Our case about the same conduct.")
    n_fake: int | None = Field(default=None, ge=0, le=WHOLE)
    n_genuine: int | None = Field(default=None, ge=0, le=WHOLE)


class NewLink(Asked):
    """Two shops of one owner; devices and addresses prove no owner."""

    shop_id: Name
    other_shop_id: Name
    basis: Literal["licence", "legal-representative", "shareholding", "judgment", "admission"]
    proof: Text = Field(description="Which document, and where it says so.")
    sha256: Sha256 = ""


class Dispute(Asked):
    """Why it is not so."""

    expected_version: Version
    text: Text


class Settlement(Asked):
    """Whether it stands, and why."""

    expected_version: Version
    stands: bool
    reason: Text


@router.get("/credit/authority-decisions")
def list_authority_decisions(
    caller: CreditRead,
    transaction: Reading,
    state: Annotated[EntryState, Query()] = "proposed",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List decisions of authorities in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, case="authority_decisions.case_id")
    rows = transaction.all(
        f"""SELECT * FROM authority_decisions WHERE state = :state AND {apart} AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND decision_id > :last))
           ORDER BY proposed_at, decision_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "proposed_at", "decision_id")


@router.post("/credit/authority-decisions", status_code=201)
def enter_an_authority_decision(
    asked: NewDecision, desk: DeskOf, caller: CreditWork, transaction: Writing
) -> dict[str, Any]:
    """Enter a decision from its document; it counts when somebody else has confirmed it."""
    entered = enter_decision(
        transaction, desk.clock(), asked.shop_id, caller=caller, authority=asked.authority,
        document_no=asked.document_no, decided_on=asked.decided_on, kind=asked.kind,
        facts=Words(asked.facts_zh, asked.facts_en), sha256=asked.sha256, case_id=asked.case_id,
        n_fake=asked.n_fake, n_genuine=asked.n_genuine,
    )  # fmt: skip
    return dict(entered)


@router.get("/credit/authority-decisions/{decision_id}")
def get_authority_decision(
    decision_id: Id, caller: CreditRead, transaction: Reading
) -> dict[str, Any]:
    """Return a decision of an authority."""
    row = authority_decision_of(transaction, decision_id)
    check_apart(transaction, caller, [row["shop_id"]], case_id=row["case_id"])
    return dict(row)


@router.post("/credit/authority-decisions/{decision_id}/decide")
def confirm_an_authority_decision(
    decision_id: Id, asked: Verdict, desk: DeskOf, caller: CreditDecide, transaction: Writing
) -> dict[str, Any]:
    """Confirm, having seen the document, or refuse what somebody else entered."""
    decision = decide_entry(
        transaction, desk.clock(), decision_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(decision)


@router.post("/credit/authority-decisions/{decision_id}/withdraw")
def withdraw_an_authority_decision(
    decision_id: Id, asked: Ending, desk: DeskOf, caller: CreditDecide, transaction: Writing
) -> dict[str, Any]:
    """Take out a decision that was taken back, or is not about this shop; one person does."""
    decision = withdraw(
        transaction, desk.clock(), decision_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(decision)


@router.get("/owner-links")
def list_owner_links(
    caller: CreditRead,
    transaction: Reading,
    state: Annotated[LinkState, Query()] = "proposed",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List owner links in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, shops=("shop_id", "other_shop_id"))
    rows = transaction.all(
        f"""SELECT * FROM owner_links WHERE state = :state AND {apart} AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND link_id > :last))
           ORDER BY proposed_at, link_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "proposed_at", "link_id")


@router.post("/owner-links", status_code=201)
def propose_an_owner_link(
    asked: NewLink, desk: DeskOf, caller: CreditWork, transaction: Writing
) -> dict[str, Any]:
    """Enter that two shops have one owner; it counts when somebody else has seen the proof."""
    link = propose_link(
        transaction, desk.clock(), asked.shop_id, asked.other_shop_id, caller=caller,
        basis=asked.basis, proof=asked.proof, sha256=asked.sha256,
    )  # fmt: skip
    return dict(link)


@router.get("/owner-links/{link_id}")
def get_owner_link(link_id: Id, caller: CreditRead, transaction: Reading) -> dict[str, Any]:
    """Return an owner link."""
    row = link_of(transaction, link_id)
    check_apart(transaction, caller, [row["shop_id"], row["other_shop_id"]])
    return dict(row)


@router.post("/owner-links/{link_id}/decide")
def decide_an_owner_link(
    link_id: Id, asked: Verdict, desk: DeskOf, caller: CreditDecide, transaction: Writing
) -> dict[str, Any]:
    """Confirm, having seen the proof, or refuse a link that somebody else entered."""
    link = decide_link(
        transaction, desk.clock(), link_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(link)


@router.post("/owner-links/{link_id}/dispute")
def dispute_an_owner_link(
    link_id: Id, asked: Dispute, desk: DeskOf, caller: MerchantAsk, transaction: Writing
) -> dict[str, Any]:
    """Dispute a link of your shop; settled within 15 days, or it binds no longer."""
    link = dispute_link(
        transaction, desk.clock(), link_id, asked.text, caller=caller,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return {key: link[key] for key in ("link_id", "state", "basis", "due_at", "version")}


@router.post("/owner-links/{link_id}/settle")
def settle_an_owner_link(
    link_id: Id, asked: Settlement, desk: DeskOf, caller: CreditDecide, transaction: Writing
) -> dict[str, Any]:
    """Settle a dispute, or end a link that holds no more."""
    link = settle_link(
        transaction, desk.clock(), link_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, stands=asked.stands,
    )  # fmt: skip
    return dict(link)


@router.get("/shops/{shop_id}/entry")
def may_a_shop_enter(
    shop_id: Id, desk: DeskOf, caller: CreditRead, transaction: Reading
) -> dict[str, Any]:
    """Say whether a shop may trade: what stops it itself, and what stops its owner's other shops.

    `own` names its suspension or termination; `because` those of other shops, by proven links.
    """
    check_apart(transaction, caller, [shop_id])
    own = stopped_by(transaction, desk.clock(), shop_id)
    because = shared_with(transaction, desk.clock(), shop_id)
    return {
        "shop_id": shop_id, "may_enter": not own and not because, "own": own, "because": because,
    }  # fmt: skip

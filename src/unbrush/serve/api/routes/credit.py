"""Credit: what a merchant sees of its own, what the desk and the platform read, and requests."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse
from pydantic import Field

from unbrush.base.records import Transaction
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.owners import shared_with
from unbrush.respond.desk.credit.preset_file import default_text
from unbrush.respond.desk.credit.presets import (
    decide_preset,
    preset_in_force,
    propose_preset,
    text_in_force,
)
from unbrush.respond.desk.credit.requests import decide_request, file_request, request_of
from unbrush.respond.desk.credit.risk import risk_of
from unbrush.respond.desk.credit.standing import LONGEST_HISTORY, history_of, standing_of
from unbrush.respond.desk.credit.telling import told
from unbrush.respond.desk.ties import apart_from, check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    Asked,
    Cursor,
    Id,
    Page,
    PageSize,
    Text,
    Verdict,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["credit"])

CreditRead = Annotated[Caller, may("credit.read")]
CreditRisk = Annotated[Caller, may("credit.risk")]
CreditWork = Annotated[Caller, may("credit.work")]
CreditAsk = Annotated[Caller, may("credit.ask", "credit.work")]
CreditDecide = Annotated[Caller, may("credit.decide")]
OwnRead = Annotated[Caller, may("own.read")]
Days = Annotated[int, Query(ge=1, le=LONGEST_HISTORY, description="How many days back.")]


class NewRequest(Asked):
    """What is asked about an entry."""

    kind: Literal["repair", "self-report", "role"]
    text: Text = Field(description="What was done or happened, and how it can be checked.")
    measures: list[Literal["restitution", "training", "undertaking"]] = Field(
        default_factory=list, max_length=3, description="Of a repair: `repair_needs` names them."
    )
    role: Literal["organiser", "merchant", "coerced"] | None = None


class NewPreset(Asked):
    """A preset, as TOML."""

    text: Text
    reason: Text


@router.get("/me/credit")
def my_credit(desk: DeskOf, caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return your shops' scores, and of every entry why, until when, its repair and appeal."""
    return {"rows": [_all(transaction, desk.clock(), shop) for shop in sorted(caller.member_of)]}


@router.get("/me/credit/history")
def my_credit_history(
    desk: DeskOf, caller: OwnRead, transaction: Reading, days: Days = 90
) -> dict[str, Any]:
    """Return your shops' scores by day; what was overturned since is in none of them."""
    return {
        "rows": [
            {"shop_id": shop, "days": history_of(transaction, desk.clock(), shop, days)}
            for shop in sorted(caller.member_of)
        ]
    }


@router.get("/me/credit/requests")
def my_credit_requests(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what was asked about your shops' entries, and what became of it."""
    rows = transaction.all(
        """SELECT request_id, item_id, shop_id, kind, role, measures, text, state, proposed_at,
                  due_at, decided_at, decided_because
           FROM credit_requests WHERE shop_id IN :shops ORDER BY proposed_at, request_id""",
        shops=sorted(caller.member_of),
    )
    return {"rows": rows}


@router.get("/shops/{shop_id}/credit")
def get_credit(
    shop_id: Id, desk: DeskOf, caller: CreditRead, transaction: Reading
) -> dict[str, Any]:
    """Return a shop's score with its entries, as its merchant sees it; 100 if it has none."""
    check_apart(transaction, caller, [shop_id])
    return _all(transaction, desk.clock(), shop_id)


@router.get("/shops/{shop_id}/credit/history")
def get_credit_history(
    shop_id: Id, desk: DeskOf, caller: CreditRead, transaction: Reading, days: Days = 90
) -> dict[str, Any]:
    """Return a shop's score by day."""
    check_apart(transaction, caller, [shop_id])
    return {"shop_id": shop_id, "days": history_of(transaction, desk.clock(), shop_id, days)}


@router.get("/shops/{shop_id}/risk")
def get_risk(shop_id: Id, caller: CreditRisk, transaction: Reading) -> dict[str, Any]:
    """Return what the newest run suspects of a shop: it orders work, and leads to nothing alone."""
    check_apart(transaction, caller, [shop_id])
    return dict(risk_of(transaction, shop_id))


@router.post("/credit/items/{item_id}/requests", status_code=201)
def ask_about_an_item(
    item_id: Id, asked: NewRequest, desk: DeskOf, caller: CreditAsk, transaction: Writing
) -> dict[str, Any]:
    """Ask for repair, say that you reported it yourself, or ask for another role."""
    request = file_request(
        transaction, desk.clock(), item_id, asked.kind, asked.text, caller=caller,
        measures=asked.measures, role=asked.role,
    )  # fmt: skip
    return dict(request)


@router.get("/credit/requests")
def list_credit_requests(
    caller: CreditRead,
    transaction: Reading,
    state: Annotated[Literal["open", "granted", "refused"], Query()] = "open",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List requests in one state, those first that are due first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller)
    rows = transaction.all(
        f"""SELECT * FROM credit_requests WHERE state = :state AND {apart} AND
               (due_at > :at_ms OR (due_at = :at_ms AND request_id > :last))
           ORDER BY due_at, request_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "due_at", "request_id")


@router.get("/credit/requests/{request_id}")
def get_credit_request(request_id: Id, caller: CreditRead, transaction: Reading) -> dict[str, Any]:
    """Return a request."""
    row = request_of(transaction, request_id)
    check_apart(transaction, caller, [row["shop_id"]])
    return dict(row)


@router.post("/credit/requests/{request_id}/decide")
def decide_a_credit_request(
    request_id: Id, asked: Verdict, desk: DeskOf, caller: CreditDecide, transaction: Writing
) -> dict[str, Any]:
    """Grant or refuse a request; neither who asked nor who proposed the step does."""
    request = decide_request(
        transaction, desk.clock(), request_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(request)


@router.get("/credit/presets")
def list_presets(caller: CreditRead, transaction: Reading) -> dict[str, Any]:
    """Return the preset in force, and all that were proposed, newest first."""
    preset = preset_in_force(transaction)
    rows = transaction.all("SELECT * FROM credit_presets ORDER BY proposed_at DESC, preset_id DESC")
    in_force = {
        "name": preset.name, "version": preset.version, "text": text_in_force(transaction)
    }  # fmt: skip
    return {"in_force": in_force, "rows": rows}


@router.get("/credit/presets/default", response_class=PlainTextResponse)
def default_preset(caller: CreditRead) -> PlainTextResponse:
    """Return the default preset with the reason for each number, to be copied and changed."""
    return PlainTextResponse(default_text())


@router.post("/credit/presets", status_code=201)
def propose_a_preset(
    asked: NewPreset, desk: DeskOf, caller: CreditWork, transaction: Writing
) -> dict[str, Any]:
    """Propose a preset for what is entered from its confirmation on."""
    return dict(propose_preset(transaction, desk.clock(), asked.text, asked.reason, caller=caller))


@router.post("/credit/presets/{preset_id}/decide")
def decide_a_preset(
    preset_id: Id, asked: Verdict, desk: DeskOf, caller: CreditDecide, transaction: Writing
) -> dict[str, Any]:
    """Put a preset that somebody else proposed in force, or refuse it."""
    preset = decide_preset(
        transaction, desk.clock(), preset_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(preset)


def _all(transaction: Transaction, at_ms: int, shop_id: str) -> dict[str, Any]:
    """Return a shop's own score, and what reaches it from other shops of its owner."""
    own = told(standing_of(transaction, at_ms, shop_id))
    return {**own, "shared": shared_with(transaction, at_ms, shop_id)}

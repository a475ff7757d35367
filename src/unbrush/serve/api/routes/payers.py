"""Blocked payers: whom a block would hit, the blocks, and their list for the platform."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse
from pydantic import Field

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import Conflict
from unbrush.base.words import Words
from unbrush.respond.desk.appeals import reversed_subjects
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import case_of, shops_of
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.respond.desk.settlement.payer_blocks import block_of, blocks_of, read_list
from unbrush.respond.desk.settlement.payer_page import make_payers_page
from unbrush.respond.desk.settlement.payer_pairs import list_pairs
from unbrush.respond.desk.settlement.payer_simulation import (
    MOST_INNOCENTS,
    Pairs,
    PayerTrial,
    Scope,
    Tried,
)
from unbrush.respond.desk.settlement.payers import (
    LONGEST_MS,
    MOST_TOKENS,
    decide_block,
    lift_block,
    propose_block,
    simulate_again,
)
from unbrush.serve.api.callers import DeskOf, Reading, Writing, WritingLater, may
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
from unbrush.serve.api.state import Desk
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["settlement"])

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Of a page for whoever is signed in: nothing runs on it, and nothing keeps it."""

PayersRead = Annotated[Caller, may("payers.read")]
PayersPropose = Annotated[Caller, may("payers.propose")]
PayersApprove = Annotated[Caller, may("payers.approve")]
PayersLift = Annotated[Caller, may("payers.lift")]
PayersExport = Annotated[Caller, may("payers.export")]
BlockState = Literal["proposed", "in-force", "refused", "lifted", "expired"]
Tokens = Annotated[
    list[Name], Field(min_length=1, max_length=MOST_TOKENS, examples=[["3f9a…", "b01c…"]])
]


class Trial(Asked):
    """Payers to try a block of; nothing is kept of it."""

    tokens: Tokens
    from_at: int | None = Field(default=None, ge=0, le=WHOLE)


class NewBlock(Asked):
    """Payers to block."""

    tokens: Tokens
    scope: Scope = Field(
        description="`everybody`: whoever is paid there. `brushers`: purses of brushers of the "
        "case alone, and nothing else. No default: POST /cases/{case_id}/payers/try says what "
        "each stops and whom it hits, and suggests one.",
        examples=["brushers"],
    )
    reason_zh: Text
    reason_en: Text
    basis: Text
    term_ms: int = Field(ge=1, le=LONGEST_MS, examples=[30 * DAY_MS])


class Again(Asked):
    """A block to try on the newest run."""

    expected_version: Version


@router.get("/cases/{case_id}/payers")
def list_payers(case_id: Id, desk: DeskOf, caller: PayersRead) -> dict[str, Any]:
    """List who pays a case's brushers most, what a block of each stops and whom it hits.

    Of each alone, in either scope: `everybody` and `brushers`.
    """
    with DuckDBEngine() as engine:
        run_id, trial = _trial(desk, engine, case_id, caller)
        return {
            "run_id": run_id,
            "most_innocent_share": MOST_INNOCENTS,
            "rows": trial.payers(MOST_TOKENS),
        }


@router.get("/cases/{case_id}/payers/page", response_class=HTMLResponse)
def show_payers(
    case_id: Id,
    desk: DeskOf,
    caller: PayersRead,
    lang: Annotated[Literal["zh", "en"] | None, Query()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """Show people who pays a case's brushers, what a block does in either scope, and its blocks.

    A page in Chinese or English, as `lang` or else the browser says, without a script.
    """
    with desk.records.reading() as transaction:
        blocks = blocks_of(transaction, case_id)
        caller.check_shops(shops_of(transaction, case_id))
    with DuckDBEngine() as engine:
        try:
            run_id, trial = _trial(desk, engine, case_id, caller)
            payers, currency = trial.payers(MOST_TOKENS), trial.currency()
        except Conflict:  # no transfers: what was blocked is shown nevertheless
            run_id, payers, currency = "", None, ""
    page = make_payers_page(
        case_id, payers, blocks, run_id=run_id, currency=currency,
        lang=lang or ("zh" if accept_language.lower().startswith("zh") else "en"),
    )  # fmt: skip
    return HTMLResponse(page, headers=PAGE_HEADERS)


@router.post("/cases/{case_id}/payers/try")
def try_a_block(case_id: Id, asked: Trial, desk: DeskOf, caller: PayersRead) -> dict[str, Any]:
    """Say what a block of these payers would have stopped and whom hit, in either scope."""
    with DuckDBEngine() as engine:
        run_id, trial = _trial(desk, engine, case_id, caller)
        tried = trial.try_both(sorted(set(asked.tokens)), from_at=asked.from_at)
    return {
        "run_id": run_id,
        "most_innocent_share": MOST_INNOCENTS,
        "suggested_scope": tried.suggested(MOST_INNOCENTS),
        **tried.told(),
    }


@router.post("/cases/{case_id}/payer-blocks", status_code=201)
def propose_a_block(
    case_id: Id, asked: NewBlock, desk: DeskOf, caller: PayersPropose, begin: WritingLater
) -> dict[str, Any]:
    """Propose to block payers; what either scope would have done is simulated and kept with it."""
    run_id, tried, pairs = _simulated(desk, case_id, asked.tokens, caller)
    block = propose_block(
        begin(), desk.clock(), case_id, asked.tokens, caller=caller, scope=asked.scope,
        tried=tried, pairs=pairs, run_id=run_id, reason=Words(asked.reason_zh, asked.reason_en),
        basis=asked.basis, term_ms=asked.term_ms,
    )  # fmt: skip
    return dict(block)


@router.get("/payer-blocks")
def list_blocks(
    caller: PayersRead,
    transaction: Reading,
    state: Annotated[BlockState, Query()] = "proposed",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List blocks in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    rows = transaction.all(
        """SELECT block_id, case_id, state, scope, n_innocents, n_accounts, stopped_minor,
                  proposed_by, proposed_at, starts_at, ends_at, version
           FROM payer_blocks WHERE state = :state AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND block_id > :last))
           ORDER BY proposed_at, block_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
    )
    return page_of(rows, n, "proposed_at", "block_id")


@router.get("/payer-blocks/list")
def read_block_list(
    caller: PayersExport,
    transaction: Reading,
    n: PageSize = 200,
    after: Annotated[int, Query(ge=0, le=WHOLE, description="Number of the last entry read.")] = 0,
) -> Page:
    """Return what was blocked and unblocked since an entry, in order; apply it in that order.

    The key of an entry is (token, payee); a payee of null is whoever the token pays. What the
    platform keeps is the set of keys whose last entry is `block`: it stops a payment whose
    (payer, payee) or (payer, null) is in it. Entries read twice change nothing.
    """
    rows = read_list(transaction, after, n + 1)
    shown = [dict(row) for row in rows[:n]]
    return Page(rows=shown, next=str(shown[-1]["seq"]) if len(rows) > n else None)


@router.get("/payer-blocks/{block_id}")
def get_block(block_id: Id, caller: PayersRead, transaction: Reading) -> dict[str, Any]:
    """Return a block with what it would have done."""
    return dict(block_of(transaction, block_id))


@router.get("/payer-blocks/{block_id}/pairs")
def list_block_pairs(
    block_id: Id,
    caller: PayersRead,
    transaction: Reading,
    n: PageSize = 200,
    cursor: Cursor = None,
) -> Page:
    """List what a narrow block stops: payer, purse, and when the pair left it, if it did."""
    block_of(transaction, block_id)
    token, payee = read_cursor(cursor, str, str) or ("", "")
    rows = list_pairs(transaction, block_id, (token, payee), n + 1)
    return page_of(rows, n, "token", "payee")


@router.post("/payer-blocks/{block_id}/simulate")
def simulate_a_block(
    block_id: Id, asked: Again, desk: DeskOf, caller: PayersPropose, begin: WritingLater
) -> dict[str, Any]:
    """Try a block on the newest run.

    Of a proposed one approvals are given anew. From a narrow one in force goes whom the run does
    not find any more.
    """
    with desk.records.reading() as transaction:
        block = block_of(transaction, block_id)
    run_id, tried, pairs = _simulated(desk, block["case_id"], block["tokens"], caller)
    block = simulate_again(
        begin(), desk.clock(), block_id, caller=caller, tried=tried, pairs=pairs, run_id=run_id,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(block)


@router.post("/payer-blocks/{block_id}/decide")
def decide_a_block(
    block_id: Id, asked: Verdict, desk: DeskOf, caller: PayersApprove, transaction: Writing
) -> dict[str, Any]:
    """Confirm or refuse a block that somebody else proposed, having seen whom it would hit."""
    block = decide_block(
        transaction, desk.clock(), block_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(block)


@router.post("/payer-blocks/{block_id}/lift")
def lift_a_block(
    block_id: Id, asked: Ending, desk: DeskOf, caller: PayersLift, transaction: Writing
) -> dict[str, Any]:
    """Unblock payers before the term, or withdraw a block that is proposed."""
    block = lift_block(
        transaction, desk.clock(), block_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(block)


def _trial(
    desk: Desk, engine: DuckDBEngine, case_id: str, caller: Caller
) -> tuple[str, PayerTrial]:
    with desk.records.reading() as transaction:
        subjects = case_of(transaction, case_id)["subjects"]
        shops = shops_of(transaction, case_id)
        caller.check_shops(shops)
        run_id, folder = newest_run(transaction)
        genuine = reversed_subjects(transaction)
    rings = [each["subject_id"] for each in subjects if each["subject_kind"] == "ring"]
    trial = PayerTrial(engine, folder, rings=rings, shops=shops, reversed_subjects=genuine)
    return run_id, trial


def _simulated(
    desk: Desk, case_id: str, tokens: list[str], caller: Caller
) -> tuple[str, Tried, Pairs]:
    wanted = sorted(set(tokens))
    with DuckDBEngine() as engine:
        run_id, trial = _trial(desk, engine, case_id, caller)
        return run_id, trial.try_both(wanted), trial.pairs(wanted)

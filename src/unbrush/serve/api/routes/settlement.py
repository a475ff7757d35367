"""Settlement: holds of disputed money, blocked payers and their list, endpoints for events."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import case_of, shops_of
from unbrush.respond.desk.settlement.addresses import place_of
from unbrush.respond.desk.settlement.delivering import try_again
from unbrush.respond.desk.settlement.holdable import (
    Holdable,
    holdable,
    newest_run,
    reversed_orders,
)
from unbrush.respond.desk.settlement.holds import (
    LONGEST_MS,
    decide_hold,
    due_for_release,
    hold_of,
    propose_hold,
    release_hold,
)
from unbrush.respond.desk.settlement.hooks import (
    LONGEST_OVERLAP_MS,
    OVERLAP_MS,
    add_hook,
    end_hook,
    hook_of,
    rotate_secret,
)
from unbrush.respond.desk.settlement.payer_simulation import PayerTrial, Simulated
from unbrush.respond.desk.settlement.payers import (
    LONGEST_MS as LONGEST_BLOCK_MS,
)
from unbrush.respond.desk.settlement.payers import (
    MOST_INNOCENTS,
    MOST_TOKENS,
    block_of,
    decide_block,
    lift_block,
    propose_block,
    read_list,
    simulate_again,
)
from unbrush.respond.desk.steps import step_of
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Cursor,
    Id,
    Name,
    Page,
    PageSize,
    Text,
    Version,
    page_of,
    read_cursor,
)
from unbrush.serve.api.state import Desk
from unbrush.serve.posting import resolve
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["settlement"])

HoldsRead = Annotated[Caller, may("holds.read")]
HoldsPropose = Annotated[Caller, may("holds.propose")]
HoldsApprove = Annotated[Caller, may("holds.approve")]
HoldsRelease = Annotated[Caller, may("holds.release")]
PayersRead = Annotated[Caller, may("payers.read")]
PayersPropose = Annotated[Caller, may("payers.propose")]
PayersApprove = Annotated[Caller, may("payers.approve")]
PayersLift = Annotated[Caller, may("payers.lift")]
PayersExport = Annotated[Caller, may("payers.export")]
HooksKeep = Annotated[Caller, may("hooks.keep")]
HooksRead = Annotated[Caller, may("hooks.read")]
OwnRead = Annotated[Caller, may("own.read")]

HoldState = Literal["proposed", "in-force", "refused", "released"]
BlockState = Literal["proposed", "in-force", "refused", "lifted", "expired"]
DeliveryState = Literal["waiting", "delivered", "dead"]
Tokens = Annotated[list[Name], Field(min_length=1, max_length=MOST_TOKENS)]


class NewHold(Asked):
    """Money to keep back; all that is disputed and not held yet if no amount or grant is named."""

    kind: Literal["subsidy", "payout"]
    amount_minor: int | None = Field(default=None, ge=1, le=WHOLE, description="Of payouts.")
    grant_ids: list[Name] | None = Field(default=None, max_length=10_000)
    reason_zh: Text
    reason_en: Text
    basis: Text
    term_ms: int = Field(ge=1, le=LONGEST_MS)


class Decided(Asked):
    """Whether to approve, and why."""

    expected_version: Version
    is_approved: bool
    reason: Text


class Ended(Asked):
    """Why it ends before its term."""

    expected_version: Version
    reason: Text


class Trial(Asked):
    """Payers to try a block of; nothing is kept of it."""

    tokens: Tokens
    from_at: int | None = Field(default=None, ge=0, le=WHOLE)


class NewBlock(Asked):
    """Payers to block."""

    tokens: Tokens
    reason_zh: Text
    reason_en: Text
    basis: Text
    term_ms: int = Field(ge=1, le=LONGEST_BLOCK_MS)


class Again(Asked):
    """A block to try on the newest run."""

    expected_version: Version


class NewHook(Asked):
    """Where events go."""

    name: Name
    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    kinds: list[Name] = Field(default_factory=list, max_length=50, description="All if empty.")


class Rotation(Asked):
    """For how long the old secret goes on signing beside the new one."""

    overlap_ms: int = Field(default=OVERLAP_MS, ge=0, le=LONGEST_OVERLAP_MS)


@router.get("/holds")
def list_holds(
    caller: HoldsRead,
    transaction: Reading,
    state: Annotated[HoldState, Query()] = "in-force",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List holds in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    rows = transaction.all(
        """SELECT * FROM holds WHERE state = :state AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND hold_id > :last))
           ORDER BY proposed_at, hold_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
    )
    return page_of(rows, n, "proposed_at", "hold_id")


@router.get("/holds/due")
def list_due_holds(
    desk: DeskOf,
    caller: HoldsRead,
    transaction: Reading,
    within_ms: Annotated[int, Query(ge=0, le=LONGEST_MS)] = 7 * DAY_MS,
) -> dict[str, Any]:
    """List what is due for release soon, the first to end first."""
    return {"rows": due_for_release(transaction, desk.clock() + within_ms)}


@router.get("/steps/{step_id}/holdable")
def what_may_be_held(step_id: Id, desk: DeskOf, caller: HoldsRead) -> dict[str, Any]:
    """Return the most that may be held for a step: what the newest run says is disputed."""
    most = _holdable(desk, step_id)
    return {
        "run_id": most.run_id,
        "shop_id": most.shop_id,
        "currency": most.currency,
        "subsidies_minor": most.subsidies_minor,
        "turnover_minor": most.turnover_minor,
        "grants": [vars(grant) for grant in most.grants],
    }


@router.post("/steps/{step_id}/holds", status_code=201)
def propose_a_hold(
    step_id: Id, asked: NewHold, desk: DeskOf, caller: HoldsPropose
) -> dict[str, Any]:
    """Propose to keep back disputed money for a step in force; nothing is held by that."""
    # Files are read before the records are written to: nobody waits for that.
    most = _holdable(desk, step_id)
    with desk.records.writing() as transaction:
        hold = propose_hold(
            transaction, desk.clock(), step_id, caller=caller, most=most, kind=asked.kind,
            reason=Words(asked.reason_zh, asked.reason_en), basis=asked.basis,
            term_ms=asked.term_ms, amount_minor=asked.amount_minor, grant_ids=asked.grant_ids,
        )  # fmt: skip
    return dict(hold)


@router.get("/holds/{hold_id}")
def get_hold(hold_id: Id, caller: HoldsRead, transaction: Reading) -> dict[str, Any]:
    """Return a hold with the subsidies that it keeps back."""
    return dict(hold_of(transaction, hold_id))


@router.post("/holds/{hold_id}/decide")
def decide_a_hold(
    hold_id: Id, asked: Decided, desk: DeskOf, caller: HoldsApprove, transaction: Writing
) -> dict[str, Any]:
    """Approve or refuse a hold that somebody else proposed."""
    hold = decide_hold(
        transaction, desk.clock(), hold_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(hold)


@router.post("/holds/{hold_id}/release")
def release_a_hold(
    hold_id: Id, asked: Ended, desk: DeskOf, caller: HoldsRelease, transaction: Writing
) -> dict[str, Any]:
    """Release a hold before its term, without interest or fee."""
    hold = release_hold(
        transaction, desk.clock(), hold_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(hold)


@router.get("/me/holds")
def my_holds(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what is held of your shops, why, and until when; and what was."""
    rows = transaction.all(
        """SELECT hold_id, step_id, shop_id, kind, state, amount_minor, currency, reason_zh,
                  reason_en, basis, starts_at, ends_at, released_at, release_cause
           FROM holds WHERE shop_id IN :shops AND starts_at IS NOT NULL
           ORDER BY starts_at, hold_id""",
        shops=sorted(caller.member_of),
    )
    return {"rows": rows}


@router.get("/cases/{case_id}/payers")
def list_payers(case_id: Id, desk: DeskOf, caller: PayersRead) -> dict[str, Any]:
    """List who pays a case's brushers most, what a block of each stops and whom it hits."""
    with DuckDBEngine() as engine:
        run_id, trial = _trial(desk, engine, case_id)
        return {
            "run_id": run_id,
            "most_innocent_share": MOST_INNOCENTS,
            "rows": trial.payers(MOST_TOKENS),
        }


@router.post("/cases/{case_id}/payers/try")
def try_a_block(case_id: Id, asked: Trial, desk: DeskOf, caller: PayersRead) -> dict[str, Any]:
    """Say what a block of these payers would have stopped, and whom it would have hit."""
    with DuckDBEngine() as engine:
        run_id, trial = _trial(desk, engine, case_id)
        tried = trial.try_block(sorted(set(asked.tokens)), from_at=asked.from_at)
    return {"run_id": run_id, "most_innocent_share": MOST_INNOCENTS, **tried.told()}


@router.post("/cases/{case_id}/payer-blocks", status_code=201)
def propose_a_block(
    case_id: Id, asked: NewBlock, desk: DeskOf, caller: PayersPropose
) -> dict[str, Any]:
    """Propose to block payers; what that would have done is simulated and kept with it."""
    run_id, simulated = _simulated(desk, case_id, asked.tokens)
    with desk.records.writing() as transaction:
        block = propose_block(
            transaction, desk.clock(), case_id, asked.tokens, caller=caller, simulated=simulated,
            run_id=run_id, reason=Words(asked.reason_zh, asked.reason_en), basis=asked.basis,
            term_ms=asked.term_ms,
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
        """SELECT block_id, case_id, state, n_innocents, n_accounts, stopped_minor, proposed_by,
                  proposed_at, starts_at, ends_at, version
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
    """Return what was blocked and unblocked since an entry, in order; apply it in that order."""
    rows = read_list(transaction, after, n + 1)
    shown = [dict(row) for row in rows[:n]]
    return Page(rows=shown, next=str(shown[-1]["seq"]) if len(rows) > n else None)


@router.get("/payer-blocks/{block_id}")
def get_block(block_id: Id, caller: PayersRead, transaction: Reading) -> dict[str, Any]:
    """Return a block with what it would have done."""
    return dict(block_of(transaction, block_id))


@router.post("/payer-blocks/{block_id}/simulate")
def simulate_a_block(
    block_id: Id, asked: Again, desk: DeskOf, caller: PayersPropose
) -> dict[str, Any]:
    """Try a proposed block on the newest run; approvals are given anew."""
    with desk.records.reading() as transaction:
        block = block_of(transaction, block_id)
    run_id, simulated = _simulated(desk, block["case_id"], block["tokens"])
    with desk.records.writing() as transaction:
        block = simulate_again(
            transaction, desk.clock(), block_id, caller=caller, simulated=simulated,
            run_id=run_id, expected_version=asked.expected_version,
        )  # fmt: skip
    return dict(block)


@router.post("/payer-blocks/{block_id}/decide")
def decide_a_block(
    block_id: Id, asked: Decided, desk: DeskOf, caller: PayersApprove, transaction: Writing
) -> dict[str, Any]:
    """Confirm or refuse a block that somebody else proposed, having seen whom it would hit."""
    block = decide_block(
        transaction, desk.clock(), block_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(block)


@router.post("/payer-blocks/{block_id}/lift")
def lift_a_block(
    block_id: Id, asked: Ended, desk: DeskOf, caller: PayersLift, transaction: Writing
) -> dict[str, Any]:
    """Unblock payers before the term, or withdraw a block that is proposed."""
    block = lift_block(
        transaction, desk.clock(), block_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(block)


@router.get("/hooks")
def list_hooks(caller: HooksRead, transaction: Reading) -> dict[str, Any]:
    """List endpoints for events, with how much waits for each, and how much is dead."""
    rows = transaction.all(
        """SELECT h.*,
               (SELECT count(*) FROM deliveries d
                WHERE d.hook_id = h.hook_id AND d.state = 'waiting') AS n_waiting,
               (SELECT count(*) FROM deliveries d
                WHERE d.hook_id = h.hook_id AND d.state = 'dead') AS n_dead
           FROM hooks h ORDER BY created_at, hook_id LIMIT 200"""
    )
    return {"rows": rows}


@router.post("/hooks", status_code=201)
def add_a_hook(
    asked: NewHook, desk: DeskOf, caller: HooksKeep, transaction: Writing
) -> dict[str, Any]:
    """Add an endpoint for events; its secret is shown this once."""
    place = place_of(asked.url, resolve, is_loopback_allowed=desk.may_post_to_loopback)
    hook, secret = add_hook(
        transaction, desk.clock(), place, caller=caller, signer=desk.signer, name=asked.name,
        kinds=list(asked.kinds),
    )  # fmt: skip
    return {**hook, "secret": secret}


@router.get("/hooks/{hook_id}")
def get_hook(hook_id: Id, caller: HooksRead, transaction: Reading) -> dict[str, Any]:
    """Return an endpoint, and when its secrets were made and end."""
    return dict(hook_of(transaction, hook_id))


@router.delete("/hooks/{hook_id}", status_code=204)
def end_a_hook(hook_id: Id, desk: DeskOf, caller: HooksKeep, transaction: Writing) -> None:
    """End an endpoint."""
    end_hook(transaction, desk.clock(), hook_id, caller=caller)


@router.post("/hooks/{hook_id}/secrets", status_code=201)
def rotate_a_secret(
    hook_id: Id, asked: Rotation, desk: DeskOf, caller: HooksKeep, transaction: Writing
) -> dict[str, Any]:
    """Give an endpoint a new secret, shown this once; both sign for a while."""
    hook, secret = rotate_secret(
        transaction, desk.clock(), hook_id, caller=caller, signer=desk.signer,
        overlap_ms=asked.overlap_ms,
    )  # fmt: skip
    return {**hook, "secret": secret}


@router.get("/hooks/{hook_id}/deliveries")
def list_deliveries(
    hook_id: Id,
    caller: HooksRead,
    transaction: Reading,
    state: Annotated[DeliveryState, Query()] = "dead",
    n: PageSize = 50,
    after: Annotated[int, Query(ge=0, le=WHOLE, description="Number of the last event read.")] = 0,
) -> Page:
    """List what was, or was not, delivered to an endpoint, in order."""
    hook_of(transaction, hook_id)
    rows = transaction.all(
        """SELECT d.seq, o.event_id, o.kind, d.subject, d.state, d.n_tries, d.next_at,
                  d.last_status, d.last_error, d.ended_at
           FROM deliveries d JOIN outbox o ON o.seq = d.seq
           WHERE d.hook_id = :id AND d.state = :state AND d.seq > :after
           ORDER BY d.seq LIMIT :n""",
        id=hook_id,
        state=state,
        after=after,
        n=n + 1,
    )
    shown = [dict(row) for row in rows[:n]]
    return Page(rows=shown, next=str(shown[-1]["seq"]) if len(rows) > n else None)


@router.post("/hooks/{hook_id}/deliveries/{seq}/again", status_code=204)
def deliver_again(
    hook_id: Id, seq: Id, desk: DeskOf, caller: HooksKeep, transaction: Writing
) -> None:
    """Try a dead delivery again."""
    number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 19 else 0
    try_again(transaction, desk.clock(), hook_id, number, caller=caller)


def _holdable(desk: Desk, step_id: str) -> Holdable:
    with desk.records.reading() as transaction:
        step = step_of(transaction, step_id)
        run_id, folder = newest_run(transaction)
        genuine = reversed_orders(transaction)
    with DuckDBEngine() as engine:
        return holdable(engine, folder, step["shop_id"], run_id=run_id, reversed_orders=genuine)


def _trial(desk: Desk, engine: DuckDBEngine, case_id: str) -> tuple[str, PayerTrial]:
    with desk.records.reading() as transaction:
        subjects = case_of(transaction, case_id)["subjects"]
        shops = shops_of(transaction, case_id)
        run_id, folder = newest_run(transaction)
        genuine = reversed_orders(transaction)
    rings = [each["subject_id"] for each in subjects if each["subject_kind"] == "ring"]
    trial = PayerTrial(engine, folder, rings=rings, shops=shops, reversed_orders=genuine)
    return run_id, trial


def _simulated(desk: Desk, case_id: str, tokens: list[str]) -> tuple[str, Simulated]:
    with DuckDBEngine() as engine:
        run_id, trial = _trial(desk, engine, case_id)
        return run_id, trial.try_block(sorted(set(tokens)))

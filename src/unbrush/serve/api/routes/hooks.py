"""Hooks: endpoints of the platform that are told what happens."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.settlement.addresses import place_of
from unbrush.respond.desk.settlement.delivering import try_again
from unbrush.respond.desk.settlement.hooks import (
    LONGEST_OVERLAP_MS,
    OVERLAP_MS,
    add_hook,
    end_hook,
    hook_of,
    rotate_secret,
)
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Id,
    Name,
    Page,
    PageSize,
)
from unbrush.serve.posting import resolve

router = APIRouter(tags=["settlement"])

HooksKeep = Annotated[Caller, may("hooks.keep")]
HooksRead = Annotated[Caller, may("hooks.read")]
DeliveryState = Literal["waiting", "delivered", "dead"]


class NewHook(Asked):
    """Where events go."""

    name: Name
    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    kinds: list[Name] = Field(default_factory=list, max_length=50, description="All if empty.")


class Rotation(Asked):
    """For how long the old secret goes on signing beside the new one."""

    overlap_ms: int = Field(default=OVERLAP_MS, ge=0, le=LONGEST_OVERLAP_MS)


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

"""The outbox: what the platform's systems are told, kept in the transaction of what it tells.

Nothing is sent from here. If the transaction is undone nothing was told; if it is kept, what it
tells waits in `deliveries` until somebody has it, whatever happens to this program meanwhile.
"""

import hashlib
from typing import Any

from unbrush.base.records import Transaction, add, next_number
from unbrush.respond.desk.audit import canonical

EVENTS = {
    "step.in-force": "a step against a shop is in force",
    "step.ended": "it was lifted, overturned, or its term is over",
    "hold.placed": "money of a shop is to be kept back",
    "hold.reduced": "a newer run disputes less: this part is to be paid, without interest or fee",
    "hold.released": "all of it is to be paid, without interest or fee",
    "payer.blocked": "the list of blocked payers has grown",
    "payer.unblocked": "it has shrunk",
    "share.revoked": "what was shared with another body does not stand: it is to be told",
    "victim.told": "a shop is to be told that it is held for a victim: GET /me/notices has it",
    "decision.reversed": "what was decided of a subject does not stand: it counts again",
}
"""What is told."""


def tell(
    transaction: Transaction,
    at_ms: int,
    kind: str,
    subject_kind: str,
    subject_id: str,
    /,
    **facts: Any,
) -> str:
    """Put an event into the outbox, for every endpoint that wants its kind; return its id.

    Args:
        transaction: That of what is told.
        at_ms: The present.
        kind: One of `EVENTS`.
        subject_kind: Whose events are told in their order: shop, payer-block, ...
        subject_id: Its id.
        facts: What the platform needs to act; nothing personal.
    """
    assert kind in EVENTS, kind
    # Also takes the lock: events are numbered in the order in which they are kept.
    seq = next_number(transaction, "event")
    event_id = f"E-{seq}"
    body = canonical(
        {"id": event_id, "seq": seq, "type": kind, "at": at_ms,
         "subject": {"kind": subject_kind, "id": subject_id}, "data": facts}
    )  # fmt: skip
    add(
        transaction, "outbox", seq=seq, event_id=event_id, told_at=at_ms, kind=kind,
        subject_kind=subject_kind, subject_id=subject_id, body=body,
    )  # fmt: skip
    for hook in transaction.all("SELECT hook_id, kinds FROM hooks WHERE ended_at IS NULL"):
        if {"*", kind} & set(str(hook["kinds"]).split()):
            add(
                transaction, "deliveries", hook_id=hook["hook_id"], seq=seq,
                subject=f"{subject_kind} {subject_id}", state="waiting", n_tries=0, next_at=at_ms,
                taken_until=0, taken_by="",
            )  # fmt: skip
    return event_id


def share_of(*parts: object) -> float:
    """Return a number from 0 to below 1 that is always the same for the same parts."""
    digest = hashlib.sha256(canonical([str(part) for part in parts]).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48

"""The outbox: what the platform's systems are told, kept in the transaction of what it tells.

Nothing is sent from here. If the transaction is undone nothing was told; if it is kept, what it
tells waits in `deliveries` until somebody has it, whatever happens to this program meanwhile.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.records import Transaction, add_many, next_numbers
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

_EVENT = ("seq", "event_id", "told_at", "kind", "subject_kind", "subject_id", "body")
_DELIVERY = (
    "hook_id", "seq", "subject", "state", "n_tries", "next_at", "taken_until", "taken_by",
)  # fmt: skip


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
    return tell_many(transaction, at_ms, kind, subject_kind, [(subject_id, facts)])[0]


def tell_many(
    transaction: Transaction,
    at_ms: int,
    kind: str,
    subject_kind: str,
    told: Sequence[tuple[str, Mapping[str, Any]]],
    /,
) -> list[str]:
    """Put one event for each (subject's id, facts) into the outbox, in that order; return ids."""
    assert kind in EVENTS, kind
    if not told:
        return []
    # Also takes the lock: events are numbered in the order in which they are kept.
    numbers = next_numbers(transaction, "event", len(told))
    events = []
    for seq, (subject_id, facts) in zip(numbers, told, strict=True):
        body = canonical(
            {"id": f"E-{seq}", "seq": seq, "type": kind, "at": at_ms,
             "subject": {"kind": subject_kind, "id": subject_id}, "data": facts}
        )  # fmt: skip
        events.append((seq, f"E-{seq}", at_ms, kind, subject_kind, subject_id, body))
    add_many(transaction, "outbox", _EVENT, events)
    hooks = transaction.all("SELECT hook_id, kinds FROM hooks WHERE ended_at IS NULL")
    wanted = [
        (hook["hook_id"], event[0], f"{subject_kind} {event[5]}", "waiting", 0, at_ms, 0, "")
        for hook in hooks
        if {"*", kind} & set(str(hook["kinds"]).split())
        for event in events
    ]
    add_many(transaction, "deliveries", _DELIVERY, wanted)
    return [event[1] for event in events]


def share_of(*parts: object) -> float:
    """Return a number from 0 to below 1 that is always the same for the same parts."""
    digest = hashlib.sha256(canonical([str(part) for part in parts]).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48

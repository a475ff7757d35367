"""Endpoints of the platform's systems, and the secrets that events to them are signed with.

A secret is derived from the desk's key and a random name, so that a copy of the records forges
nothing. After a rotation the old secret signs beside the new one for a while.
"""

import secrets

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.settlement.addresses import Place
from unbrush.respond.desk.settlement.outbox import EVENTS
from unbrush.respond.desk.settlement.signature import shown
from unbrush.respond.desk.signing import Signer

OVERLAP_MS = DAY_MS
"""How long an old secret goes on signing beside the new one, if nothing else is asked."""

LONGEST_OVERLAP_MS = 30 * DAY_MS


def hook_of(transaction: Transaction, hook_id: str) -> Row:
    """Return an endpoint with the names of its secrets, never these themselves.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM hooks WHERE hook_id = :id", id=hook_id)
    if row is None:
        raise NoSuchRecord(f"No endpoint has the id {hook_id}.", hint="GET /hooks lists them.")
    made = transaction.all(
        """SELECT secret_id, made_at, ends_at FROM hook_secrets WHERE hook_id = :id
           ORDER BY made_at, secret_id""",
        id=hook_id,
    )
    return {**row, "secrets": made}


def add_hook(
    transaction: Transaction,
    at_ms: int,
    place: Place,
    /,
    *,
    caller: Caller,
    signer: Signer,
    name: str,
    kinds: list[str],
) -> tuple[Row, str]:
    """Add an endpoint; return it and its secret, which is shown this once.

    What was told before is not sent to it.

    Args:
        transaction: A writing one.
        at_ms: The present.
        place: Where events go, as `place_of` found it allowed.
        caller: Who adds it.
        signer: The desk's key.
        name: For people.
        kinds: Of events; all if empty.

    Raises:
        BadRecord: No such kind.
    """
    caller.check("hooks.keep")
    for kind in kinds:
        if kind not in EVENTS:
            raise BadRecord(f"{kind} is no event.", hint=did_you_mean(kind, EVENTS))
    hook_id = f"W-{next_number(transaction, 'hook')}"
    add(
        transaction, "hooks", hook_id=hook_id, name=name, url=place.url,
        kinds=" ".join(sorted(set(kinds))) or "*", created_by=caller.person_id,
        created_at=at_ms, version=1,
    )  # fmt: skip
    secret = _add_secret(transaction, at_ms, hook_id, signer)
    note(
        transaction, at_ms, caller.person_id, "hook.added", "hook", hook_id,
        url=place.url, kinds=sorted(set(kinds)),
    )  # fmt: skip
    return hook_of(transaction, hook_id), secret


def rotate_secret(
    transaction: Transaction,
    at_ms: int,
    hook_id: str,
    /,
    *,
    caller: Caller,
    signer: Signer,
    overlap_ms: int = OVERLAP_MS,
) -> tuple[Row, str]:
    """Give an endpoint a new secret; the old one goes on signing beside it for a while.

    With ``overlap_ms`` 0 the old one ends at once, as it must where somebody else knows it.
    """
    caller.check("hooks.keep")
    hook = hook_of(transaction, hook_id)
    if hook["ended_at"] is not None:
        raise Conflict(f"{hook_id} has ended.", hint="Add an endpoint.")
    if not 0 <= overlap_ms <= LONGEST_OVERLAP_MS:
        raise BadRecord(
            f"{overlap_ms} ms is no overlap.", hint=f"It is 0 to {LONGEST_OVERLAP_MS} ms."
        )
    transaction.run(
        """UPDATE hook_secrets SET ends_at = :ends_at
           WHERE hook_id = :id AND (ends_at IS NULL OR ends_at > :ends_at)""",
        ends_at=at_ms + overlap_ms,
        id=hook_id,
    )
    secret = _add_secret(transaction, at_ms, hook_id, signer)
    note(
        transaction, at_ms, caller.person_id, "hook.secret-rotated", "hook", hook_id,
        overlap_ms=overlap_ms,
    )  # fmt: skip
    return hook_of(transaction, hook_id), secret


def end_hook(transaction: Transaction, at_ms: int, hook_id: str, /, *, caller: Caller) -> None:
    """End an endpoint: what still waits for it is dead, and can be read in its list."""
    caller.check("hooks.keep")
    hook_of(transaction, hook_id)
    touched = transaction.run(
        "UPDATE hooks SET ended_at = :at_ms WHERE hook_id = :id AND ended_at IS NULL",
        at_ms=at_ms,
        id=hook_id,
    )
    if touched:
        n_dead = transaction.run(
            """UPDATE deliveries SET state = 'dead', ended_at = :at_ms,
                   last_error = 'the endpoint ended' WHERE hook_id = :id AND state = 'waiting'""",
            at_ms=at_ms,
            id=hook_id,
        )
        note(transaction, at_ms, caller.person_id, "hook.ended", "hook", hook_id, n_dead=n_dead)


def secret_ids(transaction: Transaction, at_ms: int, hook_id: str) -> list[str]:
    """Return the names of the secrets that sign now, the newest first."""
    rows = transaction.all(
        """SELECT secret_id FROM hook_secrets
           WHERE hook_id = :id AND (ends_at IS NULL OR ends_at > :at_ms)
           ORDER BY made_at DESC, CASE WHEN ends_at IS NULL THEN 0 ELSE 1 END, secret_id""",
        id=hook_id,
        at_ms=at_ms,
    )
    return [str(row["secret_id"]) for row in rows]


def _add_secret(transaction: Transaction, at_ms: int, hook_id: str, signer: Signer) -> str:
    secret_id = f"K-{secrets.token_hex(16)}"
    add(transaction, "hook_secrets", secret_id=secret_id, hook_id=hook_id, made_at=at_ms)
    return shown(signer.derived(f"hook {hook_id} {secret_id}"))

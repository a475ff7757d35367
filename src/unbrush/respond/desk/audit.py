"""The audit: an append-only chain of who did what to what, and checkpoints signed by a key.

Every entry holds the hash of the one before, so that an entry which is changed, removed or moved
breaks the chain at its place. A chain can also be cut off at its end or written anew as a whole: a
checkpoint, signed with Ed25519 and kept elsewhere too, shows that. What is cut off after the last
checkpoint is not shown, which is why one is signed every `CHECKPOINT_EVERY` entries, and an hour
after an entry at the latest.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from unbrush.base.clock import HOUR_MS
from unbrush.base.records import Row, Transaction, add, add_many
from unbrush.respond.desk.signing import Signer

CHECKPOINT_EVERY = 1_000
CHECKPOINT_AFTER_MS = HOUR_MS
"""How long an entry stays unsigned at most, where few come."""

CHECKPOINT = ("seq", "hash", "signed_at", "key_id", "signature")
"""What a checkpoint holds."""

GENESIS = "0" * 64
"""What the first entry holds as the hash before it."""

_PARTS = ("seq", "noted_at", "actor", "action", "subject_kind", "subject_id", "detail", "previous")


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same content: sorted keys, no spaces, plain Unicode."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry's content and of the hash before it, as hexadecimal."""
    return hashlib.sha256(canonical([entry[part] for part in _PARTS]).encode()).hexdigest()


class Entry(NamedTuple):
    """What is to be noted.

    Attributes:
        action: What was done, such as ``case.opened``.
        subject_kind: To what.
        subject_id: Its id.
        detail: Whatever else says what was done.
    """

    action: str
    subject_kind: str
    subject_id: str
    detail: Mapping[str, Any]


def note(
    transaction: Transaction,
    at_ms: int,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    /,
    **detail: Any,
) -> int:
    """Append one entry and return its number, from 1.

    It is written in the transaction of what it tells: neither can be there without the other.
    """
    return note_many(transaction, at_ms, actor, [Entry(action, subject_kind, subject_id, detail)])


def note_many(transaction: Transaction, at_ms: int, actor: str, entries: Sequence[Entry], /) -> int:
    """Append entries in their order and return the number of the last; 0 if there are none."""
    if not entries:
        return 0
    # All that does not hang on the entry before is made before the lock is taken.
    details = [canonical(entry.detail) for entry in entries]
    middles = [
        canonical([at_ms, actor, *entry[:3], detail])[1:-1]
        for entry, detail in zip(entries, details, strict=True)
    ]
    transaction.run(
        "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :hash) ON CONFLICT (id) DO NOTHING",
        hash=GENESIS,
    )
    # Also takes the lock: entries are numbered in the order in which they are kept.
    head = transaction.one(
        "UPDATE audit_head SET seq = seq + :n WHERE id = 1 RETURNING seq, hash", n=len(entries)
    )
    assert head is not None
    last, previous = int(head["seq"]), head["hash"]
    rows = []
    first = last - len(entries) + 1
    for seq, (entry, detail, middle) in enumerate(
        zip(entries, details, middles, strict=True), start=first
    ):
        # What `entry_hash` hashes, written out.
        own = hashlib.sha256(f'[{seq},{middle},"{previous}"]'.encode()).hexdigest()
        rows.append((seq, at_ms, actor, *entry[:3], detail, previous, own))
        previous = own
    add_many(transaction, "audit_log", (*_PARTS, "hash"), rows)
    transaction.run("UPDATE audit_head SET hash = :hash WHERE id = 1", hash=previous)
    return last


def history(transaction: Transaction, subject_kind: str, subject_id: str) -> list[Row]:
    """Return the entries about one subject, oldest first, their details read."""
    rows = transaction.all(
        """SELECT * FROM audit_log WHERE subject_kind = :kind AND subject_id = :id ORDER BY seq""",
        kind=subject_kind,
        id=subject_id,
    )
    return [{**row, "detail": json.loads(row["detail"])} for row in rows]


def sign_checkpoint(
    transaction: Transaction, signer: Signer, at_ms: int, *, every: int = CHECKPOINT_EVERY
) -> Row | None:
    """Sign the chain as it stands and return the checkpoint; None if there is no need yet.

    Args:
        transaction: Where the chain is.
        signer: Whose signature.
        at_ms: When.
        every: Fewest new entries since the last checkpoint, unless one of them waits for
            `CHECKPOINT_AFTER_MS`.
    """
    head = transaction.one("SELECT seq, hash FROM audit_head WHERE id = 1")
    last = transaction.one("SELECT max(seq) AS seq FROM audit_checkpoints")
    done = int(last["seq"] or 0) if last else 0
    n_new = int(head["seq"]) - done if head else 0
    if head is None or n_new < 1:
        return None
    if n_new < every:
        first = transaction.one("SELECT noted_at FROM audit_log WHERE seq = :seq", seq=done + 1)
        if first is None or at_ms - int(first["noted_at"]) < CHECKPOINT_AFTER_MS:
            return None
    checkpoint = {"seq": int(head["seq"]), "hash": head["hash"], "signed_at": at_ms}
    signed = {
        **checkpoint,
        "key_id": signer.key_id,
        "signature": signer.sign(canonical(checkpoint).encode()),
    }
    add(transaction, "audit_checkpoints", **signed)
    return signed

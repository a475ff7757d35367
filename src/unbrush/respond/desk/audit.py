"""The audit: an append-only chain of who did what to what, and checkpoints signed by a key.

Every entry holds the hash of the one before, so that an entry which is changed, removed or moved
breaks the chain at its place. A chain can also be cut off at its end or written anew as a whole: a
checkpoint, signed with Ed25519 and kept elsewhere too, shows that. What is cut off after the last
checkpoint is not shown, which is why one is signed every `CHECKPOINT_EVERY` entries.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from unbrush.base.records import Row, Transaction, add
from unbrush.respond.desk.signing import Signer

CHECKPOINT_EVERY = 1_000
GENESIS = "0" * 64
"""What the first entry holds as the hash before it."""

_PARTS = ("seq", "noted_at", "actor", "action", "subject_kind", "subject_id", "detail", "previous")


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same content: sorted keys, no spaces, plain Unicode."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry's content and of the hash before it, as hexadecimal."""
    return hashlib.sha256(canonical([entry[part] for part in _PARTS]).encode()).hexdigest()


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
    transaction.run(
        "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :hash) ON CONFLICT (id) DO NOTHING",
        hash=GENESIS,
    )
    # Also takes the lock: entries are numbered in the order in which they are kept.
    head = transaction.one("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash")
    assert head is not None
    entry = {
        "seq": int(head["seq"]),
        "noted_at": at_ms,
        "actor": actor,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "detail": canonical(detail),
        "previous": head["hash"],
    }
    entry["hash"] = entry_hash(entry)
    add(transaction, "audit_log", **entry)
    transaction.run("UPDATE audit_head SET hash = :hash WHERE id = 1", hash=entry["hash"])
    return int(head["seq"])


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
    """Sign the chain as it stands and return the checkpoint; None if fewer entries are new.

    Args:
        transaction: Where the chain is.
        signer: Whose signature.
        at_ms: When.
        every: Fewest new entries since the last checkpoint.
    """
    head = transaction.one("SELECT seq, hash FROM audit_head WHERE id = 1")
    last = transaction.one("SELECT max(seq) AS seq FROM audit_checkpoints")
    done = int(last["seq"] or 0) if last else 0
    if head is None or int(head["seq"]) - done < max(every, 1):
        return None
    checkpoint = {"seq": int(head["seq"]), "hash": head["hash"], "signed_at": at_ms}
    signed = {
        **checkpoint,
        "key_id": signer.key_id,
        "signature": signer.sign(canonical(checkpoint).encode()),
    }
    add(transaction, "audit_checkpoints", **signed)
    return signed

"""Idempotency keys: a request that is sent twice is done once, and answered the same twice.

A key is claimed before the work begins, in a transaction of its own, so that a second request sees
that the first is running. The answer is kept in the transaction of what was made: a crash leaves
either both or neither. A claim whose work crashed is taken over after `LEASE_MS`; a slow one that
was taken over cannot be kept any more, because the claim names who runs it.

Answers may hold what is shown once (receipts, keys, links), so they are sealed by the vault, and of
a key only its hash is kept. Rules: IETF draft-ietf-httpapi-idempotency-key-header-07.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, MINUTE_MS
from unbrush.base.errors import Conflict, KeyReused
from unbrush.base.records import Records, Row, Transaction
from unbrush.respond.desk.reports.vault import Vault

KEPT_MS = DAY_MS
"""How long an answer can be asked for again."""

LEASE_MS = 5 * MINUTE_MS
"""After how long a request that has not ended counts as crashed."""

_RUNNING = 0  # in the place of the status, while `body` names who runs it


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to do a request.

    Attributes:
        scope: Whose key it is.
        key_hash: SHA-256 of the key.
        token: Names who runs it.
    """

    scope: str
    key_hash: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered the first time.

    Attributes:
        status: Of HTTP.
        body: As it was sent.
        media_type: Of the body; empty if there is none.
    """

    status: int
    body: bytes
    media_type: str


def claim_or_answer(
    records: Records, vault: Vault, at_ms: int, scope: str, key: str, request_hash: str, /
) -> Claim | Answer:
    """Claim a key; return what was answered already, if it is the same request.

    Args:
        records: Where keys are kept.
        vault: Opens answers.
        at_ms: The present.
        scope: Whose key it is: keys of two callers never meet.
        key: What the caller chose.
        request_hash: Says whether it is the same request.

    Raises:
        KeyReused: Another request bore the key.
        Conflict: The first request is running.
    """
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    # Read first: on SQLite a reader does not wait for the first request, which is writing.
    with records.reading() as transaction:
        row = _row(transaction, scope, key_hash)
    for _ in range(2):
        if row is not None and at_ms < int(row["kept_at"]) + KEPT_MS:
            if row["request_hash"] != request_hash:
                raise KeyReused(
                    "This Idempotency-Key was sent with another request.",
                    hint="Send the same request again, or choose a new key for a new one.",
                )
            if row["status"] != _RUNNING:
                return _answer(vault, row)
            if at_ms < int(row["kept_at"]) + LEASE_MS:
                raise Conflict(
                    "The first request with this Idempotency-Key is running.",
                    hint="Send it again in a moment: you get what the first one is answered.",
                )
        claim = Claim(scope=scope, key_hash=key_hash, token=secrets.token_hex(16))
        with records.writing() as transaction:
            if _take(transaction, at_ms, claim, request_hash, row):
                return claim
            row = _row(transaction, scope, key_hash)
    raise Conflict(
        "Several requests with this Idempotency-Key came at once.",
        hint="Send it again in a moment.",
    )


def _row(transaction: Transaction, scope: str, key_hash: str) -> Row | None:
    return transaction.one(
        "SELECT * FROM idempotency WHERE person_id = :scope AND key = :key",
        scope=scope,
        key=key_hash,
    )


def _take(
    transaction: Transaction, at_ms: int, claim: Claim, request_hash: str, seen: Row | None
) -> bool:
    """Write a claim in the place of what was seen; return False if somebody was faster."""
    values = {
        "scope": claim.scope, "key": claim.key_hash, "hash": request_hash, "status": _RUNNING,
        "token": claim.token, "at_ms": at_ms,
    }  # fmt: skip
    if seen is None:
        touched = transaction.run(
            """INSERT INTO idempotency (person_id, key, request_hash, status, body, kept_at)
               VALUES (:scope, :key, :hash, :status, :token, :at_ms)
               ON CONFLICT (person_id, key) DO NOTHING""",
            **values,
        )
    else:
        touched = transaction.run(
            """UPDATE idempotency SET request_hash = :hash, status = :status, body = :token,
                   kept_at = :at_ms
               WHERE person_id = :scope AND key = :key AND body = :seen AND kept_at = :seen_at""",
            seen=seen["body"],
            seen_at=seen["kept_at"],
            **values,
        )
    return touched == 1


def keep_answer(
    transaction: Transaction, vault: Vault, at_ms: int, claim: Claim, answer: Answer, /
) -> None:
    """Keep an answer, in the transaction of what it tells.

    Raises:
        Conflict: It took so long that another request took the claim over; nothing is kept.
    """
    content = json.dumps([answer.media_type, base64.b64encode(answer.body).decode("ascii")])
    touched = transaction.run(
        """UPDATE idempotency SET status = :status, body = :body, kept_at = :at_ms
           WHERE person_id = :scope AND key = :key AND status = :running AND body = :token""",
        status=answer.status,
        body=base64.b64encode(vault.seal(content.encode(), _name(claim))).decode("ascii"),
        at_ms=at_ms,
        scope=claim.scope,
        key=claim.key_hash,
        running=_RUNNING,
        token=claim.token,
    )
    if not touched:
        raise Conflict(
            "This took so long that the same request was begun anew.",
            hint="Send it again: you get what the other one is answered.",
        )


def give_back(records: Records, claim: Claim, /) -> None:
    """Free a key whose request was refused or failed: it made nothing, and may be tried again."""
    with records.writing() as transaction:
        transaction.run(
            """DELETE FROM idempotency
               WHERE person_id = :scope AND key = :key AND status = :running AND body = :token""",
            scope=claim.scope,
            key=claim.key_hash,
            running=_RUNNING,
            token=claim.token,
        )


def prune(transaction: Transaction, at_ms: int) -> int:
    """Forget answers that are a day old; return how many. It is to be called now and then."""
    return transaction.run("DELETE FROM idempotency WHERE kept_at <= :old", old=at_ms - KEPT_MS)


def _answer(vault: Vault, row: Row) -> Answer:
    name = _name(Claim(scope=row["person_id"], key_hash=row["key"], token=""))
    media_type, body = json.loads(vault.open(base64.b64decode(row["body"]), name))
    return Answer(status=int(row["status"]), body=base64.b64decode(body), media_type=media_type)


def _name(claim: Claim) -> str:
    return f"answer {claim.scope} {claim.key_hash}"

"""How what was shared ends: with its term, or at once when what it rests on was reversed."""

from collections.abc import Sequence

from unbrush.base.errors import Conflict
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.settlement.outbox import tell

_AT_ONCE = 500


def shops_are_cleared(
    transaction: Transaction, at_ms: int, shop_ids: Sequence[str], /, *, because: str
) -> int:
    """Revoke what rests on findings about shops that were reversed; return how many indicators.

    What rests on a whole case goes when no shop of it is left whose finding stands. Recipients get
    the revocation with the share's bundle, and platforms' systems by the event ``share.revoked``.
    """
    rows: dict[tuple[str, str], Row] = {}
    for start in range(0, len(shop_ids), _AT_ONCE):
        found = transaction.all(
            """SELECT i.share_id, i.stix_id, i.shop_id, s.case_id FROM share_indicators i
               JOIN shares s ON s.share_id = i.share_id
               WHERE i.revoked_at IS NULL AND s.state IN ('proposed', 'in-force')
                 AND (i.shop_id IN :shops OR (i.shop_id = '' AND EXISTS (
                     SELECT 1 FROM case_subjects c WHERE c.case_id = s.case_id
                         AND c.subject_kind = 'shop' AND c.subject_id IN :shops)))
               ORDER BY i.share_id, i.stix_id""",
            shops=list(shop_ids[start : start + _AT_ONCE]),
        )
        rows |= {(row["share_id"], row["stix_id"]): row for row in found}
    whole = sorted({row["case_id"] for row in rows.values() if not row["shop_id"]})
    stand = {case_id for case_id in whole if _stands(transaction, case_id)}
    gone = [
        key for key, row in sorted(rows.items()) if row["shop_id"] or row["case_id"] not in stand
    ]
    for share_id, stix_id in gone:
        transaction.run(
            """UPDATE share_indicators SET revoked_at = :at_ms, revoked_because = :because
               WHERE share_id = :share AND stix_id = :id""",
            at_ms=at_ms,
            because=because,
            share=share_id,
            id=stix_id,
        )
    for share_id in sorted({share_id for share_id, _ in gone}):
        _end_if_empty(transaction, at_ms, share_id, because)
    return len(gone)


def _stands(transaction: Transaction, case_id: str) -> bool:
    """Say whether the finding about a shop of a case stands."""
    row = transaction.one(
        """SELECT 1 AS there FROM case_subjects c
           JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = c.subject_id
           JOIN verdicts v ON v.subject_kind = 'shop' AND v.subject_id = c.subject_id
           WHERE c.case_id = :id AND c.subject_kind = 'shop'
             AND v.is_fake = 1 AND coalesce(d.human_outcome, '') <> 'reversed'
           LIMIT 1""",
        id=case_id,
    )
    return row is not None


def _end_if_empty(transaction: Transaction, at_ms: int, share_id: str, because: str) -> None:
    share = transaction.one("SELECT * FROM shares WHERE share_id = :id", id=share_id)
    left = transaction.one(
        """SELECT count(*) AS n FROM share_indicators
           WHERE share_id = :id AND revoked_at IS NULL""",
        id=share_id,
    )
    assert share is not None
    assert left is not None
    was_sent = share["state"] == "in-force"
    state = share["state"] if left["n"] else ("revoked" if was_sent else "refused")
    _set(transaction, at_ms, share, state)
    note(
        transaction, at_ms, "system", "share.revoked", "share", share_id,
        because=because, left=int(left["n"]),
    )  # fmt: skip
    if was_sent:
        tell(
            transaction, at_ms, "share.revoked", "share", share_id,
            recipient=share["recipient"], because=because, n_left=int(left["n"]),
        )  # fmt: skip


def revoke(transaction: Transaction, at_ms: int, share: Row, /, *, by: str, because: str) -> None:
    """Take back all of a share that is in force.

    Raises:
        Conflict: It is not in force.
    """
    if share["state"] != "in-force":
        raise Conflict(f"{share['share_id']} is {share['state']}.", hint="Nothing is shared.")
    transaction.run(
        """UPDATE share_indicators SET revoked_at = :at_ms, revoked_because = :because
           WHERE share_id = :id AND revoked_at IS NULL""",
        at_ms=at_ms,
        because=because,
        id=share["share_id"],
    )
    note(
        transaction, at_ms, by, "share.taken-back", "share", share["share_id"], because=because
    )  # fmt: skip
    _end_if_empty(transaction, at_ms, share["share_id"], because)


def expire_shares(transaction: Transaction, at_ms: int) -> int:
    """End every share whose term is over; return how many. It is to be called now and then."""
    due = transaction.all(
        """SELECT * FROM shares WHERE state = 'in-force' AND valid_until <= :at_ms
           ORDER BY share_id""",
        at_ms=at_ms,
    )
    for share in due:
        _set(transaction, at_ms, share, "expired")
        note(transaction, at_ms, "system", "share.expired", "share", share["share_id"])
    return len(due)


def _set(transaction: Transaction, at_ms: int, share: Row, state: str) -> None:
    transaction.run(
        """UPDATE shares SET state = :state, changed_at = :at_ms, version = version + 1
           WHERE share_id = :id""",
        state=state,
        at_ms=at_ms,
        id=share["share_id"],
    )

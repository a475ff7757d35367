"""What is attached to cases that are merged or split: nothing is lost, and the audit names each."""

import secrets

from unbrush.base.records import Row, Transaction, add


def held_by(transaction: Transaction, case_id: str) -> list[str]:
    """Return id and SHA-256 of what is attached to a case, for the audit of where it goes."""
    return [f"{row['attachment_id']} {row['sha256']}" for row in _rows(transaction, case_id)]


def give_to_both(transaction: Transaction, case_id: str, new_id: str) -> list[str]:
    """Attach to a case that was split off what its old one has; return ids and SHA-256.

    Whoever splits a case does not know yet which part a file will speak for. The files themselves
    are there once; who added them, and when, stays.
    """
    for row in _rows(transaction, case_id):
        copy = {**row, "attachment_id": f"F-{secrets.token_hex(8)}", "case_id": new_id}
        add(transaction, "attachments", **{**copy, "came_from": case_id})
    return held_by(transaction, new_id)


def carry_hold(transaction: Transaction, case_id: str, other: str) -> None:
    """Let a legal hold on the files of a case stand for another, to which some of them go."""
    transaction.run(
        """INSERT INTO legal_holds (kind, record_id, held_by, held_because, held_at)
           SELECT kind, :other, held_by, held_because, held_at FROM legal_holds
           WHERE kind = 'case' AND record_id = :id
           ON CONFLICT (kind, record_id) DO NOTHING""",
        id=case_id,
        other=other,
    )


def _rows(transaction: Transaction, case_id: str) -> list[Row]:
    return transaction.all(
        "SELECT * FROM attachments WHERE case_id = :id ORDER BY added_at, attachment_id",
        id=case_id,
    )

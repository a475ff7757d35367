"""Accounts of people who sign in at an identity provider: made and kept by its claims alone."""

import hashlib
from collections.abc import Sequence

from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import SESSION_MS, end_ticket, give_ticket
from unbrush.respond.desk.people import add_person, change_person, person_of
from unbrush.respond.desk.permissions import Role

BY = "provider"
"""Who changes such accounts, as the audit calls it."""


def enter(
    transaction: Transaction, at_ms: int, issuer: str, subject: str, /, *, name: str,
    roles: Sequence[Role],
) -> str | None:  # fmt: skip
    """Return the token of a new session; None if the provider gives no role, or it is disabled.

    An account is known by issuer and subject, never by an address or a name that others could
    bear. Its roles are those that the claims give now. Who is given none any more is signed out
    everywhere.

    Args:
        transaction: A writing one; None is returned, not raised, so that the attempt is kept.
        at_ms: The present.
        issuer: The provider.
        subject: What it calls the person, for good.
        name: Shown to others; decides nothing.
        roles: What the mapping makes of the claims.

    Raises:
        BadRecord: The roles exclude each other.
    """
    key = f"{issuer} {subject}"
    known = hashlib.sha256(key.encode()).hexdigest()[:16]
    row = transaction.one("SELECT * FROM people WHERE oidc_subject = :key", key=key)
    if not roles or (row and row["disabled_at"] is not None):
        if row:
            _sign_out(transaction, at_ms, row)
        why = "disabled" if roles else "no role"
        note(transaction, at_ms, "nobody", "sign-in.failed", "oidc", known, why=why)
        return None
    if row is None:
        person_id = add_person(
            transaction, at_ms, login=f"oidc-{known}", name=name or f"oidc-{known}", roles=roles,
            by=BY, oidc_subject=key,
        )  # fmt: skip
    else:
        person_id = str(row["person_id"])
        person = person_of(transaction, person_id)
        if person["roles"] != sorted(roles):
            change_person(
                transaction, at_ms, person_id, expected_version=person["version"], by=BY,
                roles=roles,
            )  # fmt: skip
    return give_ticket(
        transaction, at_ms, person_id, "session", by=person_id, life_ms=SESSION_MS
    )[1]  # fmt: skip


def note_failure(transaction: Transaction, at_ms: int, why: str) -> None:
    """Put into the audit that somebody came back from the provider and was not let in."""
    note(transaction, at_ms, "nobody", "sign-in.failed", "oidc", "token", why=why)


def _sign_out(transaction: Transaction, at_ms: int, row: Row) -> None:
    for each in transaction.all(
        "SELECT ticket_id FROM tickets WHERE person_id = :id AND ended_at IS NULL",
        id=row["person_id"],
    ):
        end_ticket(transaction, at_ms, each["ticket_id"], by=BY)

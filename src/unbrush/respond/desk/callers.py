"""Who asks: known by a session, a key or a one-time link, each kept as a hash alone."""

import hashlib
import secrets
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.errors import NotAllowed, NotSignedIn
from unbrush.base.records import Row, Transaction, add
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.permissions import MAY, Role

SESSION_MS = 12 * HOUR_MS
LINK_MS = DAY_MS
ALL_SCOPES = "*"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A person or program, as it stands at this moment.

    Attributes:
        person_id: Its id.
        roles: What it is.
        member_of: Shops that it acts for, as their merchant.
        tied_to: Shops in which it has an interest: it takes no part in their cases.
        scopes: Acts that its key is limited to; `*` for none left out.
        ticket_id: The session or key by which it is known.
    """

    person_id: str
    roles: frozenset[Role]
    member_of: frozenset[str] = frozenset()
    tied_to: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset({ALL_SCOPES})
    ticket_id: str = ""

    def may(self, act: str) -> bool:
        """Say whether its roles and its key allow an act."""
        in_scope = ALL_SCOPES in self.scopes or act in self.scopes
        return in_scope and bool(MAY[act] & self.roles)

    def check(self, act: str) -> None:
        """Raise NotAllowed unless it may."""
        if not self.may(act):
            allowed = ", ".join(sorted(MAY[act]))
            raise NotAllowed(
                f"You may not do this ({act}).", hint=f"It takes one of these roles: {allowed}."
            )

    def check_shops(self, shop_ids: set[str]) -> None:
        """Raise NotAllowed if it is tied to one of the shops: nobody judges their own affair."""
        if shop_ids & (self.tied_to | self.member_of):
            raise NotAllowed(
                "You have a tie to a shop of this case.",
                hint="Somebody without one has to take it; the tie is on your account's page.",
            )


def hash_of(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def give_ticket(
    transaction: Transaction,
    at_ms: int,
    person_id: str,
    kind: str,
    /,
    *,
    by: str,
    name: str = "",
    scopes: str = ALL_SCOPES,
    life_ms: int | None = None,
) -> tuple[str, str]:
    """Make a session, key or link for a person; return its id and the token, shown this once."""
    token = f"ub_{kind}_{secrets.token_urlsafe(32)}"
    ticket_id = f"T-{secrets.token_hex(8)}"
    add(
        transaction,
        "tickets",
        ticket_hash=hash_of(token),
        ticket_id=ticket_id,
        kind=kind,
        person_id=person_id,
        name=name,
        scopes=scopes,
        created_at=at_ms,
        expires_at=None if life_ms is None else at_ms + life_ms,
    )
    note(transaction, at_ms, by, f"{kind}.given", "person", person_id, ticket=ticket_id, name=name)
    return ticket_id, token


def tickets_of(transaction: Transaction, at_ms: int, person_id: str, /) -> list[Row]:
    """Return the keys, sessions and links of a person that open something now, the newest first."""
    return transaction.all(
        """SELECT ticket_id AS key_id, kind, name, scopes, created_at, expires_at FROM tickets
           WHERE person_id = :id AND ended_at IS NULL
             AND (expires_at IS NULL OR expires_at > :at)
           ORDER BY created_at DESC, ticket_id""",
        id=person_id,
        at=at_ms,
    )


def end_ticket(transaction: Transaction, at_ms: int, ticket_id: str, /, *, by: str) -> bool:
    """End a session, key or link at once; return whether it had not ended before."""
    touched = transaction.run(
        "UPDATE tickets SET ended_at = :at WHERE ticket_id = :id AND ended_at IS NULL",
        at=at_ms,
        id=ticket_id,
    )
    if touched:
        note(transaction, at_ms, by, "ticket.ended", "ticket", ticket_id)
    return bool(touched)


def caller_of(transaction: Transaction, at_ms: int, token: str, *kinds: str) -> Caller:
    """Return who a token belongs to.

    Raises:
        NotSignedIn: It is unknown, has ended or expired, or its person is disabled; all alike.
    """
    row = transaction.one(
        """SELECT t.ticket_id, t.person_id, t.scopes FROM tickets t
           JOIN people p ON p.person_id = t.person_id
           WHERE t.ticket_hash = :hash AND t.kind IN :kinds AND t.ended_at IS NULL
             AND (t.expires_at IS NULL OR t.expires_at > :at) AND p.disabled_at IS NULL""",
        hash=hash_of(token),
        kinds=list(kinds),
        at=at_ms,
    )
    if row is None:
        raise NotSignedIn("Nobody is signed in with this.", hint="Sign in again, or ask for a key.")
    person_id = str(row["person_id"])
    roles = transaction.all("SELECT role FROM person_roles WHERE person_id = :id", id=person_id)
    shops = transaction.all(
        "SELECT shop_id, kind FROM person_shops WHERE person_id = :id", id=person_id
    )
    return Caller(
        person_id=person_id,
        roles=frozenset(Role(each["role"]) for each in roles),
        member_of=frozenset(each["shop_id"] for each in shops if each["kind"] == "member"),
        tied_to=frozenset(each["shop_id"] for each in shops if each["kind"] == "tie"),
        scopes=frozenset(str(row["scopes"]).split()),
        ticket_id=str(row["ticket_id"]),
    )

"""Accounts of the desk: who is there, in which roles, with which ties; local sign-in."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotSignedIn, Stale, missing_extra
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import LINK_MS, SESSION_MS, end_ticket, give_ticket, hash_of
from unbrush.respond.desk.permissions import Role

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 512


def add_person(
    transaction: Transaction,
    at_ms: int,
    /,
    *,
    login: str,
    name: str,
    roles: Sequence[Role],
    by: str,
    member_of: Sequence[str] = (),
    tied_to: Sequence[str] = (),
    oidc_subject: str | None = None,
) -> str:
    """Make an account and return its id. It has no password: its owner sets one by a link.

    Raises:
        Conflict: The login is taken.
        BadRecord: No login, or roles that exclude each other.
    """
    login = login.strip().lower()
    if not login or len(login) > 200 or any(sign.isspace() for sign in login):
        raise BadRecord("A login is 1 to 200 signs without spaces.", hint="An e-mail address does.")
    _check_roles(roles)
    if transaction.one("SELECT 1 AS there FROM people WHERE login = :login", login=login):
        raise Conflict(
            f"The login {login} is taken.", hint="Choose another, or change that account."
        )
    person_id = f"P-{next_number(transaction, 'person')}"
    add(
        transaction,
        "people",
        person_id=person_id,
        login=login,
        name=name,
        oidc_subject=oidc_subject,
        created_at=at_ms,
        version=1,
    )
    _set_roles(transaction, person_id, roles)
    _set_shops(transaction, person_id, member_of, tied_to)
    note(
        transaction, at_ms, by, "person.added", "person", person_id,
        login=login, roles=sorted(roles), member_of=sorted(member_of), tied_to=sorted(tied_to),
    )  # fmt: skip
    return person_id


def change_person(
    transaction: Transaction,
    at_ms: int,
    person_id: str,
    /,
    *,
    expected_version: int,
    by: str,
    roles: Sequence[Role] | None = None,
    member_of: Sequence[str] | None = None,
    tied_to: Sequence[str] | None = None,
    is_disabled: bool | None = None,
) -> Row:
    """Change roles, shops or whether it is in use; return it. Disabling ends its sessions."""
    person = person_of(transaction, person_id)
    if by == person_id and (roles is not None or is_disabled is not None):
        raise BadRecord("Nobody changes their own roles.", hint="Another administrator has to.")
    touched = transaction.run(
        """UPDATE people SET version = version + 1, disabled_at = :disabled
           WHERE person_id = :id AND version = :version""",
        id=person_id,
        version=expected_version,
        disabled=person["disabled_at"] if is_disabled is None else (at_ms if is_disabled else None),
    )
    if not touched:
        raise Stale(
            "The account was changed meanwhile.", hint=f"It is at version {person['version']}."
        )
    if roles is not None:
        _check_roles(roles)
        transaction.run("DELETE FROM person_roles WHERE person_id = :id", id=person_id)
        _set_roles(transaction, person_id, roles)
    if member_of is not None or tied_to is not None:
        members = person["member_of"] if member_of is None else member_of
        ties = person["tied_to"] if tied_to is None else tied_to
        transaction.run("DELETE FROM person_shops WHERE person_id = :id", id=person_id)
        _set_shops(transaction, person_id, members, ties)
    if is_disabled:
        _end_all(transaction, at_ms, person_id, by=by)
    changed = person_of(transaction, person_id)
    note(
        transaction, at_ms, by, "person.changed", "person", person_id,
        roles=changed["roles"], member_of=changed["member_of"], tied_to=changed["tied_to"],
        is_disabled=changed["disabled_at"] is not None,
    )  # fmt: skip
    return changed


def person_of(transaction: Transaction, person_id: str) -> Row:
    """Return an account without its password.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one(
        """SELECT person_id, login, name, created_at, disabled_at, version FROM people
           WHERE person_id = :id""",
        id=person_id,
    )
    if row is None:
        raise NoSuchRecord(f"No account has the id {person_id}.", hint="GET /people lists them.")
    roles = transaction.all(
        "SELECT role FROM person_roles WHERE person_id = :id ORDER BY role", id=person_id
    )
    shops = transaction.all(
        "SELECT shop_id, kind FROM person_shops WHERE person_id = :id ORDER BY shop_id",
        id=person_id,
    )
    return {
        **row,
        "roles": [each["role"] for each in roles],
        "member_of": [each["shop_id"] for each in shops if each["kind"] == "member"],
        "tied_to": [each["shop_id"] for each in shops if each["kind"] == "tie"],
    }


def invite(transaction: Transaction, at_ms: int, person_id: str, /, *, by: str) -> str:
    """Return a token for one-time setting of a password; an earlier one ends.

    Raises:
        Conflict: The person signs in at an identity provider.
    """
    person_of(transaction, person_id)
    row = transaction.one("SELECT oidc_subject FROM people WHERE person_id = :id", id=person_id)
    if row and row["oidc_subject"]:
        raise Conflict(
            f"{person_id} signs in at the identity provider.",
            hint="A password beside it would outlast what the provider takes back.",
        )
    for row in transaction.all(
        """SELECT ticket_id FROM tickets
           WHERE person_id = :id AND kind = 'link' AND ended_at IS NULL""",
        id=person_id,
    ):
        end_ticket(transaction, at_ms, row["ticket_id"], by=by)
    return give_ticket(transaction, at_ms, person_id, "link", by=by, life_ms=LINK_MS)[1]


def linked_person(transaction: Transaction, at_ms: int, link: str, /) -> Row:
    """Return whom a one-time link was given to: ticket_id, person_id, login, name.

    Raises:
        NotSignedIn: The link is unknown, used or too old; all alike.
    """
    row = transaction.one(
        """SELECT t.ticket_id, t.person_id, p.login, p.name FROM tickets t
           JOIN people p ON p.person_id = t.person_id
           WHERE t.ticket_hash = :hash AND t.kind = 'link' AND t.ended_at IS NULL
             AND t.expires_at > :at AND p.disabled_at IS NULL""",
        hash=hash_of(link),
        at=at_ms,
    )
    if row is None:
        raise NotSignedIn("The link was used or is too old.", hint="Ask for a new one.")
    return row


def set_password(
    transaction: Transaction, at_ms: int, link: str, password: str, /, *, name: str = ""
) -> str:
    """Set the password of whom a one-time link was given to; return the person's id.

    Every session of the person ends, and so does the link.

    Args:
        transaction: A writing one.
        at_ms: The present.
        link: The token of the link.
        password: What the person wants.
        name: What others shall call them; as before if empty.

    Raises:
        NotSignedIn: The link is unknown, used or too old.
        BadRecord: The password is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadRecord(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} signs.",
            hint="A few unrelated words are easy to keep in mind.",
        )
    person = linked_person(transaction, at_ms, link)
    person_id, named = str(person["person_id"]), name.strip() or str(person["name"])
    if not end_ticket(transaction, at_ms, str(person["ticket_id"]), by=person_id):
        # Somebody else with the same link was faster.
        raise NotSignedIn("The link was used or is too old.", hint="Ask for a new one.")
    _end_all(transaction, at_ms, person_id, by=person_id)
    transaction.run(
        """UPDATE people SET password_hash = :hash, name = :name, version = version + 1
           WHERE person_id = :id""",
        hash=_hasher().hash(password),
        name=named,
        id=person_id,
    )
    is_renamed = named != person["name"]
    note(transaction, at_ms, person_id, "password.set", "person", person_id, is_renamed=is_renamed)
    return person_id


def sign_in(transaction: Transaction, at_ms: int, login: str, password: str, /) -> str | None:
    """Return the token of a new session; None if login and password do not belong together.

    It returns None, instead of raising, so that the attempt stays in the audit. It takes the same
    time whether the login is known or not.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    row = transaction.one(
        """SELECT person_id, password_hash FROM people
           WHERE login = :login AND disabled_at IS NULL""",
        login=login.strip().lower(),
    )
    known = row["password_hash"] if row and row["password_hash"] else _nobody()
    try:
        _hasher().verify(known, password[:LONGEST_PASSWORD])
        is_right = row is not None and bool(row["password_hash"])
    except (VerificationError, InvalidHashError):
        is_right = False
    if not is_right or row is None:
        note(transaction, at_ms, "nobody", "sign-in.failed", "login", hash_of(login)[:16])
        return None
    person_id = str(row["person_id"])
    return give_ticket(transaction, at_ms, person_id, "session", by=person_id, life_ms=SESSION_MS)[
        1
    ]


def _end_all(transaction: Transaction, at_ms: int, person_id: str, /, *, by: str) -> None:
    for row in transaction.all(
        "SELECT ticket_id FROM tickets WHERE person_id = :id AND ended_at IS NULL", id=person_id
    ):
        end_ticket(transaction, at_ms, row["ticket_id"], by=by)


def _check_roles(roles: Sequence[Role]) -> None:
    chosen = set(roles)
    if not chosen:
        raise BadRecord("An account has one role at least.", hint=f"Known: {', '.join(Role)}.")
    outside = chosen & {Role.MERCHANT, Role.REPORTER}
    if outside and chosen - outside:
        raise BadRecord(
            "Merchants and reporters hold no role of the desk's own people.",
            hint="Make a second account.",
        )
    if Role.AUDITOR in chosen and len(chosen) > 1:
        raise BadRecord("An auditor is nothing else.", hint="Make a second account.")


def _set_roles(transaction: Transaction, person_id: str, roles: Sequence[Role]) -> None:
    for role in sorted(set(roles)):
        add(transaction, "person_roles", person_id=person_id, role=str(role))


def _set_shops(
    transaction: Transaction, person_id: str, member_of: Sequence[str], tied_to: Sequence[str]
) -> None:
    for kind, shops in (("member", member_of), ("tie", tied_to)):
        for shop_id in sorted(set(shops)):
            add(transaction, "person_shops", person_id=person_id, shop_id=shop_id, kind=kind)


def _hasher() -> "PasswordHasher":
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise missing_extra("desk", "Signing in") from None
    return PasswordHasher()


_NOBODY: list[str] = []


def _nobody() -> str:
    """Return the hash of a password that nobody has, made once."""
    if not _NOBODY:
        _NOBODY.append(_hasher().hash(secrets.token_urlsafe(32)))
    return _NOBODY[0]

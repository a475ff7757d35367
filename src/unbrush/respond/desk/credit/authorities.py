"""Decisions of authorities: entered by one person from the document, confirmed by another.

States: proposed → in-force → withdrawn; proposed → refused. A decision that its authority or a
court has taken back is withdrawn by one person alone, at once: that is in the shop's favour.
"""

from collections.abc import Sequence

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import shops_of
from unbrush.respond.desk.credit.entering import authority_entered
from unbrush.respond.desk.credit.preset import CLASSES
from unbrush.respond.desk.two_people import (
    change,
    check_hash,
    check_said,
    check_said_twice,
    decide,
)
from unbrush.respond.dossier.decisions import Decided
from unbrush.respond.dossier.law import day_in_china

_STATES = ("proposed", "in-force", "refused")
_TABLE, _KEY = "authority_decisions", "decision_id"


def authority_decision_of(transaction: Transaction, decision_id: str) -> Row:
    """Return a decision of an authority.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one(f"SELECT * FROM {_TABLE} WHERE {_KEY} = :id", id=decision_id)
    if row is None:
        raise NoSuchRecord(
            f"No decision of an authority has the id {decision_id}.",
            hint="GET /credit/authority-decisions lists them.",
        )
    return row


def decisions_on(transaction: Transaction, shops: Sequence[str]) -> list[Decided]:
    """Return the decisions in force about shops, as a case file tells them."""
    rows = transaction.all(
        f"""SELECT * FROM {_TABLE} WHERE shop_id IN :shops AND state = 'in-force'
            ORDER BY decided_on, {_KEY}""",
        shops=list(shops),
    )
    return [
        Decided(
            shop_id=row["shop_id"], authority=row["authority"], document_no=row["document_no"],
            day=day_in_china(int(row["decided_on"])), sha256=row["sha256"],
            facts=Words(row["facts_zh"], row["facts_en"]),
        )
        for row in rows
    ]  # fmt: skip


def enter_decision(
    transaction: Transaction,
    at_ms: int,
    shop_id: str,
    /,
    *,
    caller: Caller,
    authority: str,
    document_no: str,
    decided_on: int,
    kind: str,
    facts: Words,
    sha256: str = "",
    case_id: str | None = None,
    n_fake: int | None = None,
    n_genuine: int | None = None,
) -> Row:
    """Enter a decision from its document; it counts when somebody else has confirmed it.

    Args:
        transaction: A writing one.
        at_ms: The present.
        shop_id: The shop.
        caller: Who enters it.
        authority: Who decided.
        document_no: The number of the document.
        decided_on: When it was decided, epoch ms UTC.
        kind: light, general, serious.
        facts: What was found, for the merchant, in both languages.
        sha256: Of the document's file; empty if it is on paper alone.
        case_id: The desk's case about the same conduct, with which it counts once; None if none.
        n_fake: Fake orders or reviews that it names; None if it names none.
        n_genuine: Genuine ones in the same time.
    """
    caller.check("credit.work")
    caller.check_shops({shop_id})
    check_said(authority=authority, document_no=document_no)
    check_said_twice("facts", facts)
    check_hash(sha256)
    if kind not in CLASSES:
        raise BadRecord(f"{kind} is no class.", hint=did_you_mean(kind, CLASSES))
    if decided_on > at_ms:
        raise BadRecord("It is dated in the future.", hint="Take the date of the document.")
    if (n_fake is None) != (n_genuine is None):
        raise BadRecord(
            "Fake and genuine are counted together or not at all.",
            hint="Leave both out if the document names one alone.",
        )
    if case_id is not None and shop_id not in shops_of(transaction, case_id):
        raise BadRecord(f"{shop_id} is no shop of {case_id}.", hint="Leave case_id out.")
    _check_once(transaction, shop_id, authority, document_no, ("proposed", "in-force"))
    decision_id = f"B-{next_number(transaction, 'authority-decision')}"
    add(
        transaction, _TABLE, decision_id=decision_id, shop_id=shop_id, authority=authority,
        document_no=document_no, case_id=case_id, decided_on=decided_on,
        **{"class": kind}, facts_zh=facts.zh, facts_en=facts.en, sha256=sha256,
        n_fake=n_fake, n_genuine=n_genuine, state="proposed",
        proposed_by=caller.person_id, proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "authority-decision.proposed", "authority-decision",
        decision_id, shop=shop_id, authority=authority, document=document_no, kind=kind,
    )  # fmt: skip
    return authority_decision_of(transaction, decision_id)


def _check_once(
    transaction: Transaction,
    shop_id: str,
    authority: str,
    document_no: str,
    states: tuple[str, ...],
) -> None:
    there = transaction.one(
        """SELECT decision_id, state FROM authority_decisions WHERE shop_id = :shop
             AND authority = :authority AND document_no = :number AND state IN :states
           ORDER BY decision_id LIMIT 1""",
        shop=shop_id,
        authority=authority,
        number=document_no,
        states=list(states),
    )
    if there:
        raise Conflict(
            f"{there['decision_id']}, which is {there['state']}, is this document.",
            hint="A document counts once.",
        )


def decide_entry(
    transaction: Transaction,
    at_ms: int,
    decision_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Confirm, having seen the document, or refuse what somebody else entered."""
    caller.check("credit.decide")
    row = authority_decision_of(transaction, decision_id)
    caller.check_shops({row["shop_id"]})
    if is_approved:
        _check_once(
            transaction, row["shop_id"], row["authority"], row["document_no"], ("in-force",)
        )
    state = decide(
        transaction, at_ms, _TABLE, _KEY, row, caller=caller, reason=reason,
        expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="authority-decision",
    )  # fmt: skip
    if state == "in-force":
        authority_entered(transaction, at_ms, row)
    return authority_decision_of(transaction, decision_id)


def withdraw(
    transaction: Transaction,
    at_ms: int,
    decision_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Take a decision out that was taken back, or is not about this shop: as if it had not been."""
    caller.check("credit.decide")
    row = authority_decision_of(transaction, decision_id)
    caller.check_shops({row["shop_id"]})
    check_said(reason=reason)
    if row["state"] not in ("proposed", "in-force"):
        raise Conflict(f"{decision_id} is {row['state']}.", hint="It counts for nothing already.")
    change(transaction, at_ms, _TABLE, _KEY, decision_id, expected_version, state="withdrawn")
    note(
        transaction, at_ms, caller.person_id, "authority-decision.withdrawn", "authority-decision",
        decision_id, reason=reason, shop=row["shop_id"],
    )  # fmt: skip
    return authority_decision_of(transaction, decision_id)

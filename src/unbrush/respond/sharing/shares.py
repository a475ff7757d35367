"""Shares: one person proposes what goes to whom, another decides; it ends, or is revoked.

States: proposed → in-force or refused; in-force → expired with its term, revoked when every finding
that it rests on was reversed. Each giving out is an entry of the audit.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work, shops_of
from unbrush.respond.desk.two_people import check_said, decide
from unbrush.respond.sharing.ending import revoke
from unbrush.respond.sharing.indicators import (
    KINDS,
    MOST,
    Indicator,
    Organisation,
    Tool,
    check_impersonal,
    key_of,
    kind_of,
)
from unbrush.respond.sharing.stix import Shared, Terms
from unbrush.respond.sharing.terms import LONGEST_MS, PURPOSES, RECIPIENTS, TLP


@dataclass(frozen=True, kw_only=True)
class Wish:
    """On what terms somebody wants to share.

    Attributes:
        recipient_kind: One of `RECIPIENTS`.
        recipient: Which organisation.
        purpose: One of `PURPOSES`.
        tlp: One of `TLP`.
        confidence: 1 to 100; never more than what the run says of the shop.
        term_ms: How long.
    """

    recipient_kind: str
    recipient: str
    purpose: str
    tlp: str
    confidence: int
    term_ms: int

    def __post_init__(self) -> None:
        """Raise BadRecord if a term is none."""
        for said, allowed in (
            (self.recipient_kind, RECIPIENTS), (self.purpose, tuple(PURPOSES)),
            (self.tlp, tuple(TLP)),
        ):  # fmt: skip
            if said not in allowed:
                raise BadRecord(f"{said!r} is none of these.", hint=did_you_mean(said, allowed))
        check_impersonal("recipient", self.recipient)
        if not 0 < len(self.recipient.strip()) <= 100 or not self.recipient.isprintable():
            raise BadRecord("A share names its recipient.", hint="An organisation, 1 to 100 signs.")
        if not 1 <= self.confidence <= 100 or not 1 <= self.term_ms <= LONGEST_MS:
            raise BadRecord("Confidence is 1 to 100, and a term a year at most.", hint="Say both.")


def propose_share(
    transaction: Transaction, at_ms: int, case_id: str, wish: Wish,
    indicators: Sequence[Indicator], /, *, caller: Caller,
) -> Row:  # fmt: skip
    """Propose to share indicators of a confirmed case.

    Raises:
        Conflict: The case is not confirmed, or a shop's finding does not stand.
        BadRecord: None or too many, one twice, of another case, or one that the records know as
            a person's.
    """
    case = check_work(transaction, caller, case_id, "sharing.propose")
    if case["outcome"] != "confirmed":
        raise Conflict(
            f"{case_id} is not closed as confirmed.", hint="What people have not found is not told."
        )
    keys = [key_of(each) for each in indicators]
    if not 1 <= len(keys) <= MOST or len(set(keys)) < len(keys):
        raise BadRecord(f"A share has 1 to {MOST} indicators, each once.", hint="Leave out others.")
    for each in indicators:
        _check_finding(transaction, case_id, each, wish.confidence)
        _check_unknown(transaction, each)
    share_id = f"X-{next_number(transaction, 'share')}"
    add(
        transaction, "shares", share_id=share_id, case_id=case_id, **vars(wish), state="proposed",
        proposed_by=caller.person_id, proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    for each in indicators:
        add(
            transaction, "share_indicators", share_id=share_id, stix_id=str(uuid.uuid4()),
            kind=kind_of(each), name=each.name, shop_id=each.shop_id,
            number=each.number if isinstance(each, Organisation) else "",
            version=each.version if isinstance(each, Tool) else "",
        )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "share.proposed", "share", share_id,
        case=case_id, **vars(wish), indicators=[list(key) for key in keys],
    )  # fmt: skip
    return share_of(transaction, share_id)


def _check_finding(
    transaction: Transaction, case_id: str, indicator: Indicator, confidence: int
) -> None:
    """Raise unless an indicator rests on a finding of the case that stands."""
    shops = shops_of(transaction, case_id)
    if indicator.shop_id and indicator.shop_id not in shops:
        raise BadRecord(
            f"{indicator.shop_id} is no shop of {case_id}.",
            hint=did_you_mean(indicator.shop_id, shops),
        )
    rows = transaction.all(
        """SELECT d.subject_id, d.probability FROM decisions d
           JOIN verdicts v ON v.subject_kind = 'shop' AND v.subject_id = d.subject_id
           WHERE d.subject_kind = 'shop' AND d.subject_id IN :shops AND v.is_fake = 1
             AND coalesce(d.human_outcome, '') <> 'reversed'""",
        shops=sorted([indicator.shop_id] if indicator.shop_id else shops),
    )
    if not rows:
        raise Conflict(
            f"No finding stands on which {indicator.name!r} could rest.",
            hint="A possible victim, and who won an appeal, is not told to others.",
        )
    # Where the run gives no probability, people have found it all the same: half is not too much.
    said = [0.5 if row["probability"] is None else float(row["probability"]) for row in rows]
    most = round(100 * max(said))
    if confidence > most:
        raise BadRecord(
            f"A confidence of {confidence} is more than the run has: {most}.",
            hint=f"Say {most} or less.",
        )


def _check_unknown(transaction: Transaction, indicator: Indicator) -> None:
    """Raise BadRecord if the records know a value as that of a person, an order or a parcel."""
    kind, value = key_of(indicator)
    words = sorted({value, indicator.name, *indicator.name.split()})
    row = transaction.one(
        """SELECT subject_kind FROM decisions
           WHERE subject_kind NOT IN ('shop', 'item', 'ring') AND subject_id IN :words
           UNION SELECT 'person' FROM people WHERE login IN :words OR name IN :words
           UNION SELECT 'order' FROM reports WHERE order_id IN :words OR waybill_id IN :words""",
        words=words,
    )
    if row:
        raise BadRecord(
            f"The {kind} {value!r} is what the records call a person or an order.",
            hint="Organisations, domains and tools are shared; what names people stays here.",
        )


def decide_share(
    transaction: Transaction, at_ms: int, share_id: str, /, *, caller: Caller,
    expected_version: int, is_approved: bool, reason: str,
) -> Row:  # fmt: skip
    """Approve or refuse what somebody else proposed; what it rests on is looked at again."""
    caller.check("sharing.approve")
    share = share_of(transaction, share_id)
    caller.check_shops(shops_of(transaction, share["case_id"]))
    if is_approved and share["state"] == "proposed":
        for each in _shared(share):
            _check_finding(transaction, share["case_id"], each.indicator, share["confidence"])
    state = decide(
        transaction, at_ms, "shares", "share_id", share, caller=caller,
        expected_version=expected_version, is_approved=is_approved, reason=reason,
        states=("proposed", "in-force", "refused"), action="share",
    )  # fmt: skip
    if state == "in-force":
        transaction.run(
            "UPDATE shares SET valid_until = :until WHERE share_id = :id",
            until=at_ms + int(share["term_ms"]),
            id=share_id,
        )
    return share_of(transaction, share_id)


def take_back(
    transaction: Transaction, at_ms: int, share_id: str, /, *, caller: Caller, reason: str
) -> Row:
    """Take a share back before its term.

    Raises:
        NotAllowed: The caller has a tie to a shop of its case.
        Conflict: It is not in force.
    """
    caller.check("sharing.revoke")
    check_said(reason=reason)
    share = share_of(transaction, share_id)
    caller.check_shops(shops_of(transaction, share["case_id"]))
    revoke(transaction, at_ms, share, by=caller.person_id, because=reason)
    return share_of(transaction, share_id)


def share_of(transaction: Transaction, share_id: str) -> Row:
    """Return a share with its indicators.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM shares WHERE share_id = :id", id=share_id)
    if row is None:
        raise NoSuchRecord(f"No share has the id {share_id}.", hint="GET /sharing lists them.")
    rows = transaction.all(
        "SELECT * FROM share_indicators WHERE share_id = :id ORDER BY stix_id", id=share_id
    )
    return {**row, "indicators": rows}


def give_out(
    transaction: Transaction, at_ms: int, share_id: str, body: str, /, *, by: str
) -> tuple[Terms, list[Shared]]:
    """Return terms and indicators of a share, to be sent; that it was given out is in the audit.

    Raises:
        Conflict: It was not approved, or its term is over.
    """
    share = share_of(transaction, share_id)
    until = share["valid_until"]
    if share["state"] not in ("in-force", "revoked") or until is None:
        raise Conflict(f"{share_id} is {share['state']}.", hint="What is approved can be sent.")
    if share["state"] == "in-force" and at_ms >= int(until):
        raise Conflict(f"The term of {share_id} is over.", hint="Propose it anew.")
    case = transaction.one("SELECT outcome FROM cases WHERE case_id = :id", id=share["case_id"])
    if share["state"] == "in-force" and (case is None or case["outcome"] != "confirmed"):
        raise Conflict(
            f"{share['case_id']} is looked into again.", hint="Send it when it is closed as before."
        )
    check_impersonal("body", body)
    note(
        transaction, at_ms, by, "share.given-out", "share", share_id,
        recipient=share["recipient"], purpose=share["purpose"], state=share["state"],
    )  # fmt: skip
    terms = Terms(
        share_id=share_id, body=body, recipient=share["recipient"], purpose=share["purpose"],
        tlp=share["tlp"], confidence=int(share["confidence"]), valid_until=int(until),
        decided_at=int(share["decided_at"]),
    )  # fmt: skip
    return terms, _shared(share)


def _shared(share: Row) -> list[Shared]:
    """Return the indicators of a share, each made anew: what is in the records is checked, too."""
    return [
        Shared(indicator=_indicator(row), stix_id=row["stix_id"], revoked_at=row["revoked_at"])
        for row in share["indicators"]
    ]


def _indicator(row: Row) -> Indicator:
    parts = {"organisation": ("number",), "tool": ("version",), "domain": ()}[row["kind"]]
    more = {part: row[part] for part in parts}
    return KINDS[row["kind"]](name=row["name"], shop_id=row["shop_id"], **more)

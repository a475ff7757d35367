"""Owner links: who proved that two shops have one owner, and what a sanction means for the other.

Only documents of ownership link shops; a device, an address or a line that they share never does.
A link stops whoever is suspended or terminated from coming back as another shop. It moves no
score. States: proposed → proven ⇄ disputed → ended; proposed → refused.
"""

from unbrush.base.clock import minute_of
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.ladder import APPEAL_TERM_MS, LADDER
from unbrush.respond.desk.two_people import change, check_hash, check_said, decide

BASES = {
    "licence": Words("同一营业执照（统一社会信用代码）", "one business licence"),
    "legal-representative": Words("同一法定代表人", "one legal representative"),
    "shareholding": Words("控股关系（登记资料）", "a registered controlling share"),
    "judgment": Words("生效裁判文书", "a judgment that is final"),
    "admission": Words("当事人书面承认", "a written admission"),
}
"""What proves an owner."""

SHARED_FROM = "L6"
"""The lowest rung that reaches a linked shop: milder ones concern the shop alone."""

_STATES = ("proposed", "proven", "refused")
_TABLE, _KEY = "owner_links", "link_id"


def link_of(transaction: Transaction, link_id: str) -> Row:
    """Return an owner link.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM owner_links WHERE link_id = :id", id=link_id)
    if row is None:
        raise NoSuchRecord(f"No owner link has the id {link_id}.", hint="GET /owner-links.")
    return row


def propose_link(
    transaction: Transaction,
    at_ms: int,
    shop_id: str,
    other_shop_id: str,
    /,
    *,
    caller: Caller,
    basis: str,
    proof: str,
    sha256: str = "",
) -> Row:
    """Enter that two shops have one owner; it counts when somebody else has seen the proof.

    Args:
        transaction: A writing one.
        at_ms: The present.
        shop_id: One shop.
        other_shop_id: The other.
        caller: Who enters it.
        basis: One of `BASES`.
        proof: Which document, and where it says so.
        sha256: Of its file; empty if it is on paper alone.
    """
    caller.check("credit.work")
    caller.check_shops({shop_id, other_shop_id})
    check_said(proof=proof)
    check_hash(sha256)
    if basis not in BASES:
        raise BadRecord(
            f"{basis} proves no owner.",
            hint=f"{did_you_mean(basis, BASES)} Devices, addresses and lines are shared by many.",
        )
    if shop_id == other_shop_id:
        raise BadRecord("A shop is not linked to itself.", hint="Name two shops.")
    first, second = sorted((shop_id, other_shop_id))
    there = transaction.one(
        """SELECT link_id, state FROM owner_links WHERE shop_id = :first
             AND other_shop_id = :second AND state IN ('proposed', 'proven', 'disputed')""",
        first=first,
        second=second,
    )
    if there:
        raise Conflict(
            f"{there['link_id']} of these shops is {there['state']}.", hint="One link is enough."
        )
    link_id = f"O-{next_number(transaction, 'owner-link')}"
    add(
        transaction, _TABLE, link_id=link_id, shop_id=first, other_shop_id=second, basis=basis,
        proof=proof, sha256=sha256, state="proposed", proposed_by=caller.person_id,
        proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "owner-link.proposed", "owner-link", link_id,
        shops=[first, second], basis=basis,
    )  # fmt: skip
    return link_of(transaction, link_id)


def decide_link(
    transaction: Transaction,
    at_ms: int,
    link_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Confirm a link, having seen its proof, or refuse it."""
    caller.check("credit.decide")
    row = link_of(transaction, link_id)
    caller.check_shops({row["shop_id"], row["other_shop_id"]})
    decide(
        transaction, at_ms, _TABLE, _KEY, row, caller=caller, reason=reason,
        expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="owner-link",
    )  # fmt: skip
    return link_of(transaction, link_id)


def dispute_link(
    transaction: Transaction,
    at_ms: int,
    link_id: str,
    text: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
) -> Row:
    """Dispute a link of one's shop; if nobody settles it within its term it binds no longer."""
    caller.check("credit.ask")
    row = link_of(transaction, link_id)
    if not {row["shop_id"], row["other_shop_id"]} & caller.member_of or row["decided_at"] is None:
        raise NoSuchRecord(f"You have no owner link {link_id}.", hint="GET /me/credit lists them.")
    check_said(text=text)
    if row["state"] != "proven":
        raise Conflict(f"{link_id} is {row['state']}.", hint="There is nothing to dispute.")
    due_at = at_ms + APPEAL_TERM_MS
    change(
        transaction, at_ms, _TABLE, _KEY, link_id, expected_version, state="disputed",
        dispute=text, disputed_at=at_ms, due_at=due_at, settled_by=None, settled_because=None,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "owner-link.disputed", "owner-link", link_id,
        due_at=due_at,
    )  # fmt: skip
    return link_of(transaction, link_id)


def settle_link(
    transaction: Transaction,
    at_ms: int,
    link_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    stands: bool,
    reason: str,
) -> Row:
    """Settle a dispute, or end a link that does not hold any more.

    Raises:
        NotAllowed: The caller entered or confirmed it and would let it stand.
        Conflict: It is neither proven nor disputed.
    """
    caller.check("credit.decide")
    row = link_of(transaction, link_id)
    caller.check_shops({row["shop_id"], row["other_shop_id"]})
    check_said(reason=reason)
    if row["state"] not in ("proven", "disputed") or (stands and row["state"] == "proven"):
        raise Conflict(f"{link_id} is {row['state']}.", hint="There is nothing to settle.")
    if stands and caller.person_id in (row["proposed_by"], row["decided_by"]):
        raise NotAllowed("You had a part in this link.", hint="Somebody who had none settles it.")
    state = "proven" if stands else "ended"
    change(
        transaction, at_ms, _TABLE, _KEY, link_id, expected_version, state=state,
        settled_by=caller.person_id, settled_because=reason, due_at=None,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, f"owner-link.{state}", "owner-link", link_id,
        reason=reason,
    )  # fmt: skip
    return link_of(transaction, link_id)


def stopped_by(transaction: Transaction, at_ms: int, shop_id: str, /) -> list[Row]:
    """Return the suspension or termination that is in force against a shop itself."""
    return transaction.all(
        """SELECT step_id, shop_id, rung, starts_at, ends_at FROM steps
           WHERE shop_id = :shop AND state = 'in-force' AND rung >= :rung
             AND (ends_at IS NULL OR ends_at > :at_ms)
           ORDER BY starts_at, step_id""",
        shop=shop_id,
        rung=SHARED_FROM,
        at_ms=at_ms,
    )


def shared_with(transaction: Transaction, at_ms: int, shop_id: str, /) -> list[Row]:
    """Return the sanctions of other shops of one's owner that reach a shop, with their reason."""
    rows = transaction.all(
        """SELECT l.link_id, l.basis, l.state AS link_state, l.version AS link_version,
                  s.step_id, s.shop_id, s.rung, s.starts_at, s.ends_at
           FROM owner_links l JOIN steps s
               ON s.shop_id = CASE WHEN l.shop_id = :shop THEN l.other_shop_id ELSE l.shop_id END
           WHERE (l.shop_id = :shop OR l.other_shop_id = :shop)
             AND (l.state = 'proven' OR (l.state = 'disputed' AND l.due_at > :at_ms))
             AND s.state = 'in-force' AND s.rung >= :rung
             AND (s.ends_at IS NULL OR s.ends_at > :at_ms)
           ORDER BY s.starts_at, s.step_id, l.link_id""",
        shop=shop_id,
        at_ms=at_ms,
        rung=SHARED_FROM,
    )
    return [{**row, **_said(row)} for row in rows]


def _said(row: Row) -> dict[str, str]:
    basis, rule = BASES[row["basis"]], LADDER[row["rung"]].words
    until = minute_of(int(row["ends_at"]), "Asia/Shanghai")
    return {
        "why_zh": f"与店铺 {row['shop_id']} 为同一经营者（{basis.zh}），该店被{rule.zh}"
        f"（{row['step_id']}），至 {until} 止，期间不得另以本店经营。",
        "why_en": f"It has one owner with shop {row['shop_id']} ({basis.en}), for which there is "
        f"{rule.en} ({row['step_id']}) until {until}; meanwhile it does not trade as this shop.",
        "appeal_zh": f"若并非同一经营者，可对 {row['link_id']} 提出异议，由未参与认定的人在 15 日内"
        "处理，逾期未处理则自动失效。",
        "appeal_en": f"If the owner is not the same, dispute {row['link_id']}: somebody who had no "
        "part in it settles that within 15 days, or it binds no longer.",
    }

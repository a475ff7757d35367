"""Victims of reverse brushing (反向刷单): told when a person has confirmed who was behind it.

A shop is told that a run holds for a victim (rule ``held-as-victim``, L1 at most) and against which
nothing is in force or proposed. One that is merely not shown to be behind it is told nothing:
nobody has said that it is a victim. It is told once for each case.
"""

from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.notices import victim_notice
from unbrush.respond.desk.settlement.outbox import tell

RULE = "held-as-victim"
"""Of a decision: more spoke for a victim than against it, by much (docs/attribution.md)."""


def tell_victims(transaction: Transaction, at_ms: int, case: Row, /) -> list[str]:
    """Tell the victims of a case that is confirmed; return the ids of the notices.

    Args:
        transaction: That in which the case is closed.
        at_ms: When.
        case: It.
    """
    case_id = case["case_id"]
    rows = transaction.all(
        """SELECT s.subject_id AS shop_id, c.n_fake, c.n_genuine FROM case_subjects s
           JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = s.subject_id
           LEFT JOIN shop_counts c ON c.shop_id = s.subject_id
           WHERE s.case_id = :id AND s.subject_kind = 'shop' AND d.rung <= 'L1' AND d.rule = :rule
             AND NOT EXISTS (SELECT 1 FROM steps t WHERE t.shop_id = s.subject_id
                 AND (t.state IN ('proposed', 'in-force')
                      OR (t.case_id = :id AND t.starts_at IS NOT NULL AND t.state <> 'overturned')))
             AND NOT EXISTS (SELECT 1 FROM victim_notices v
                 WHERE v.case_id = :id AND v.shop_id = s.subject_id)
           ORDER BY s.subject_id""",
        id=case_id,
        rule=RULE,
    )
    return [_tell(transaction, at_ms, case_id, row) for row in rows]


def victim_notices_of(transaction: Transaction, case_id: str) -> list[Row]:
    """Return what victims of a case were told, in both languages."""
    return transaction.all(
        "SELECT * FROM victim_notices WHERE case_id = :id ORDER BY shop_id", id=case_id
    )


def _tell(transaction: Transaction, at_ms: int, case_id: str, row: Row) -> str:
    shop_id = row["shop_id"]
    notice_id = f"G-{next_number(transaction, 'victim-notice')}"
    words = victim_notice(
        notice_id, shop_id, at_ms, n_left_out=row["n_fake"], n_counted=row["n_genuine"],
        restored=_restored(transaction, case_id, shop_id),
    )  # fmt: skip
    add(
        transaction, "victim_notices", notice_id=notice_id, case_id=case_id, shop_id=shop_id,
        told_at=at_ms, notice_zh=words.zh, notice_en=words.en,
    )  # fmt: skip
    note(
        transaction, at_ms, "system", "victim.told", "shop", shop_id, notice=notice_id, case=case_id
    )
    tell(transaction, at_ms, "victim.told", "shop", shop_id, notice_id=notice_id)
    return notice_id


def _restored(transaction: Transaction, case_id: str, shop_id: str) -> list[str]:
    """Return ids of steps of the case that were overturned, and of holds that went with them."""
    steps = transaction.all(
        """SELECT step_id FROM steps WHERE case_id = :id AND shop_id = :shop
             AND state = 'overturned' ORDER BY step_id""",
        id=case_id,
        shop=shop_id,
    )
    holds = transaction.all(
        """SELECT h.hold_id FROM holds h JOIN steps t ON t.step_id = h.step_id
           WHERE t.case_id = :id AND t.shop_id = :shop AND t.state = 'overturned'
             AND h.state = 'released' ORDER BY h.hold_id""",
        id=case_id,
        shop=shop_id,
    )
    return [str(row["step_id"]) for row in steps] + [str(row["hold_id"]) for row in holds]

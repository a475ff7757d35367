"""Victims of reverse brushing (反向刷单): told when a person has confirmed who was behind it.

A shop is told that a run holds for a victim (rule ``held-as-victim``, L1 at most) and against which
nothing is in force or proposed. One that is merely not shown to be behind it is told nothing:
nobody has said that it is a victim. It is told once for each case.
"""

from unbrush.base.records import Row, Transaction, add_many, next_numbers
from unbrush.respond.desk.audit import Entry, note_many
from unbrush.respond.desk.notices import victim_notice
from unbrush.respond.desk.settlement.outbox import tell_many

_COLUMNS = ("notice_id", "case_id", "shop_id", "told_at", "notice_zh", "notice_en")

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
    numbers = next_numbers(transaction, "victim-notice", len(rows)) if rows else range(0)
    back = _restored(transaction, case_id)
    notices = []
    for number, row in zip(numbers, rows, strict=True):
        notice_id, shop_id = f"G-{number}", row["shop_id"]
        words = victim_notice(
            notice_id, shop_id, at_ms, n_left_out=row["n_fake"], n_counted=row["n_genuine"],
            restored=back.get(shop_id, []),
        )  # fmt: skip
        notices.append((notice_id, case_id, shop_id, at_ms, words.zh, words.en))
    add_many(transaction, "victim_notices", _COLUMNS, notices)
    told = [(notice[2], {"notice_id": notice[0]}) for notice in notices]
    entries = [
        Entry("victim.told", "shop", shop_id, {"notice": said["notice_id"], "case": case_id})
        for shop_id, said in told
    ]
    note_many(transaction, at_ms, "system", entries)
    tell_many(transaction, at_ms, "victim.told", "shop", told)
    return [notice[0] for notice in notices]


def victim_notices_of(transaction: Transaction, case_id: str) -> list[Row]:
    """Return what victims of a case were told, in both languages."""
    return transaction.all(
        "SELECT * FROM victim_notices WHERE case_id = :id ORDER BY shop_id", id=case_id
    )


def _restored(transaction: Transaction, case_id: str) -> dict[str, list[str]]:
    """Return, by shop, steps of a case that were overturned, and holds that went with them."""
    rows = transaction.all(
        """SELECT shop_id, step_id AS id, 0 AS place FROM steps
           WHERE case_id = :id AND state = 'overturned'
           UNION ALL
           SELECT t.shop_id, h.hold_id, 1 FROM holds h JOIN steps t ON t.step_id = h.step_id
           WHERE t.case_id = :id AND t.state = 'overturned' AND h.state = 'released'
           ORDER BY 1, 3, 2""",
        id=case_id,
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["shop_id"], []).append(str(row["id"]))
    return found

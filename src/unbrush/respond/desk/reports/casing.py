"""Casing: a report joins the case of its shop; the first of a shop that is there opens one.

A case that reports open carries L0: it asks people to look. No step can rest on it, as a step
needs what a run decided about the shop.
"""

from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.cases import TERM_MS, add_subjects, queue_key


def join_case(transaction: Transaction, at_ms: int, report: Row, /) -> str | None:
    """Return the case that a report belongs to; None if people have to say.

    A complaint and a tip from inside join none: the one is the reporter's own affair, the other
    must not be seen by those who read cases.
    """
    shop_id = report["shop_id"]
    if shop_id is None or report["track"] != "report" or report["kind"] == "insider-tip":
        return None
    there = transaction.one(
        """SELECT c.case_id, c.state, c.merged_into FROM cases c
           JOIN case_subjects s ON s.case_id = c.case_id
           WHERE s.subject_kind = 'shop' AND s.subject_id = :shop AND c.state <> 'merged'
           ORDER BY CASE c.state WHEN 'closed' THEN 1 ELSE 0 END, c.opened_at, c.case_id LIMIT 1""",
        shop=shop_id,
    )
    if there:
        return str(there["case_id"])
    # Else anybody could fill the queue with shops that do not exist.
    if not transaction.one(
        """SELECT 1 AS there FROM report_checks
           WHERE report_id = :id AND name = 'shop' AND verdict = 'agrees'""",
        id=report["report_id"],
    ):
        return None
    case_id = f"C-{next_number(transaction, 'case')}"
    add(
        transaction, "cases", case_id=case_id, kind="merchant",
        title=f"店铺 {shop_id}（举报）/ Shop {shop_id} (reported)", state="new", harm_minor=0,
        queue_key=queue_key(0, at_ms), rung="L0", opened_at=at_ms, changed_at=at_ms,
        due_at=at_ms + TERM_MS, version=1,
    )  # fmt: skip
    add_subjects(transaction, case_id, [("shop", shop_id)])
    note(
        transaction, at_ms, "system", "case.opened", "case", case_id,
        kind="merchant", because=report["report_id"], rung="L0",
    )  # fmt: skip
    return case_id

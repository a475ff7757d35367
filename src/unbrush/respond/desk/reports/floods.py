"""Floods: many reports on one shop at once that hang together, from a rival or from one hand.

What ties two reports: the same account or device, a rare device or card that links their accounts,
the same shop's staff; and, unless both bought what they report, nearly the same words or the same
picture. Look-alikes that are spared: a bad batch or a card in every parcel (many buyers at once,
each with their own words), a group of buyers who share a form letter, a family (fewer than
`LEAST`), many who pass on one public call for fake orders. A flood is looked at as one and waits a
little longer; each of its reports is checked, answered and decided like any other.
"""

from collections.abc import Sequence

from unbrush.base.clock import DAY_MS
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.reports.marks import likeness
from unbrush.respond.desk.reports.reliability import weight_of

WINDOW_MS = 3 * DAY_MS
LEAST = 5
LIKE = 0.6
_MOST = 400
"""Reports of one shop and window that are compared, the newest first."""


def join_flood(transaction: Transaction, at_ms: int, report: Row, /) -> str | None:
    """Return the flood that a report, just submitted, makes or belongs to; None if none.

    Every report of it is marked and weighed anew.
    """
    if report["shop_id"] is None or report["kind"] == "insider-tip":
        return None
    others = transaction.all(
        """SELECT r.*, (SELECT count(*) FROM report_checks c WHERE c.report_id = r.report_id
                          AND c.name = 'own-order' AND c.verdict = 'agrees') AS n_own
           FROM reports r
           WHERE r.shop_id = :shop AND r.submitted_at >= :since AND r.kind <> 'insider-tip'
             AND r.report_id <> :id
           ORDER BY r.submitted_at DESC, r.report_id DESC LIMIT :n""",
        shop=report["shop_id"],
        since=at_ms - WINDOW_MS,
        id=report["report_id"],
        n=_MOST,
    )
    own = transaction.one(
        """SELECT count(*) AS n FROM report_checks
           WHERE report_id = :id AND name = 'own-order' AND verdict = 'agrees'""",
        id=report["report_id"],
    )
    everyone = [{**report, "n_own": own["n"] if own else 0}, *others]
    shown = _shown(transaction, [row["report_id"] for row in everyone])
    members, ties = _together(everyone, shown)
    if len(members) < LEAST:
        return None
    flood_id = next((str(row["flood_id"]) for row in members if row["flood_id"]), "")
    if not flood_id:
        flood_id = f"F-{next_number(transaction, 'flood')}"
        add(
            transaction, "floods", flood_id=flood_id, shop_id=report["shop_id"],
            ties=" ".join(sorted(ties)), found_at=at_ms,
        )  # fmt: skip
        note(
            transaction, at_ms, "system", "flood.found", "flood", flood_id,
            shop=report["shop_id"], ties=sorted(ties), n=len(members),
        )  # fmt: skip
    for row in members:
        if row["flood_id"] != flood_id:
            transaction.run(
                """UPDATE reports SET flood_id = :flood, weight = :weight, version = version + 1
                   WHERE report_id = :id""",
                flood=flood_id,
                weight=weight_of(transaction, at_ms, row, in_flood=True),
                id=row["report_id"],
            )
    return flood_id


def _shown(transaction: Transaction, report_ids: list[str]) -> dict[str, set[str]]:
    """Return which pictures each report shows: same ones have the same name."""
    rows = transaction.all(
        """SELECT report_id, evidence_id, same_as FROM report_evidence
           WHERE report_id IN :ids AND kind = 'picture' ORDER BY added_at, evidence_id""",
        ids=report_ids,
    )
    names: dict[str, str] = {}
    shown: dict[str, set[str]] = {}
    for row in rows:
        first = str(row["same_as"] or row["evidence_id"])
        names[row["evidence_id"]] = names.get(first, first)
        shown.setdefault(row["report_id"], set()).add(names[row["evidence_id"]])
    return shown


def _together(everyone: Sequence[Row], shown: dict[str, set[str]]) -> tuple[list[Row], set[str]]:
    """Return the reports that hang together with the first, and the names of what ties them."""
    members, left = [everyone[0]], list(everyone[1:])
    ties: set[str] = set()
    for member in members:  # grows while it is read
        apart = []
        for other in left:
            tie = _tie(member, other, shown)
            if tie:
                ties.add(tie)
                members.append(other)
            else:
                apart.append(other)
        left = apart
    return members, ties


def _tie(one: Row, other: Row, shown: dict[str, set[str]]) -> str:
    """Return the name of what ties two reports; empty for nothing."""
    shared = set(str(one["ties"]).split()) & set(str(other["ties"]).split())
    if shared:
        return min(shared).partition(":")[0]
    if one["reporter_mark"] and one["reporter_mark"] == other["reporter_mark"]:
        return "contact"
    if one["n_own"] and other["n_own"]:
        return ""
    if likeness(str(one["text_marks"]), str(other["text_marks"])) >= LIKE:
        return "words"
    is_public = one["kind"] == other["kind"] == "recruitment-post"
    if not is_public and shown.get(one["report_id"], set()) & shown.get(other["report_id"], set()):
        return "picture"
    return ""


def release(transaction: Transaction, at_ms: int, report: Row, /, *, by: str, reason: str) -> None:
    """Take a report out of its flood: a person has seen that it stands by itself."""
    transaction.run(
        """UPDATE reports SET flood_id = NULL, weight = :weight, version = version + 1
           WHERE report_id = :id""",
        weight=weight_of(transaction, at_ms, report, in_flood=False),
        id=report["report_id"],
    )
    note(
        transaction, at_ms, by, "flood.released", "report", report["report_id"],
        flood=report["flood_id"], reason=reason,
    )  # fmt: skip

"""Disclosing: what the accused learns of reports, so that none can be traced to who made it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from unbrush.base.clock import SECOND_MS
from unbrush.base.records import Transaction
from unbrush.base.working_days import ZONE
from unbrush.respond.desk.reports.kinds import INSIDER, KINDS

LEAST = 5
"""Different reporters behind anything that is said; counts are rounded down to it."""


def facts_for(transaction: Transaction, at_ms: int, shop_id: str) -> list[dict[str, object]]:
    """Return how many reporters told of each kind about a shop, in months that are over.

    What fewer than `LEAST` told is withheld, and counts go in steps of it, so that the difference
    of two answers shows nobody; a tip from inside is never shown. Reports of one hand count once,
    those of a flood not at all.

    Args:
        transaction: Where they are.
        at_ms: The present.
        shop_id: The accused shop.
    """
    now = datetime.fromtimestamp(at_ms / SECOND_MS, UTC).astimezone(ZoneInfo(ZONE))
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = transaction.all(
        """SELECT kind,
               count(DISTINCT CASE reporter_mark WHEN '' THEN report_id ELSE reporter_mark END) AS n
           FROM reports
           WHERE shop_id = :shop AND track = 'report' AND kind <> :insider AND flood_id IS NULL
             AND submitted_at < :until
           GROUP BY kind ORDER BY kind""",
        shop=shop_id,
        insider=INSIDER,
        until=int(month.timestamp()) * SECOND_MS,
    )
    return [
        {
            "kind": row["kind"],
            "zh": KINDS[row["kind"]].words.zh,
            "en": KINDS[row["kind"]].words.en,
            "at_least": int(row["n"]) // LEAST * LEAST,
        }
        for row in rows
        if int(row["n"]) >= LEAST
    ]

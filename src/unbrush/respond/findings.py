"""Findings behind a shop's page: per detector the strongest, each with the rows it rests on."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.evidence_rows import evidence_rows
from unbrush.respond.figures import Money
from unbrush.respond.limits import FINDINGS_SHOWN, SHOPS_SHOWN
from unbrush.respond.terms import FAMILIES, KIND, KINDS, STRENGTHS, said

Row = dict[str, Any]
Finding = dict[str, Any]
"""One detector's findings about one shop."""


def findings_of_shops(engine: Engine, kind: str, money: Money) -> dict[int, list[Finding]]:
    """Return findings by place of the shop in `_listed`, the most telling detector first.

    Args:
        engine: Holds `signals`, `_listed`, `_shop_orders` and `_shop_reviews`.
        kind: What the counts are about, ``shop`` or ``item``.
        money: How amounts are written.
    """
    engine.create("_shown_signals", _shown_sql(kind))
    rows = engine.query(
        """SELECT * EXCLUDE (evidence_ids), len(evidence_ids) AS n_evidence
        FROM _shown_signals JOIN signals USING (signal_id)
        ORDER BY place, strength DESC, n_about_shop DESC, n DESC, detector, at_place"""
    ).to_pylist()
    evidence = evidence_rows(engine, money)
    engine.drop("_shown_signals")
    found: dict[int, list[Finding]] = {}
    for row in rows:
        shop = found.setdefault(row["place"], [])
        if not shop or shop[-1]["detector"] != row["detector"]:
            shop.append(_finding(row))
        shop[-1]["shown"].append(_signal(row, evidence.get(row["signal_id"])))
    return found


def _shown_sql(kind: str) -> str:
    """The strongest signals of each detector about a shop, its orders, reviews and buyers."""
    return f"""
        WITH about AS (
            SELECT place, '{kind}' AS kind, subject_id FROM _listed WHERE place <= {SHOPS_SHOWN}
            UNION ALL SELECT place, 'order', event_id FROM _shop_orders
            UNION ALL SELECT place, 'review', event_id FROM _shop_reviews
            -- Buyers only where their orders here do not count: others are the shop's customers.
            UNION ALL SELECT DISTINCT place, 'account', account_id FROM _shop_orders
                WHERE is_removed
            UNION ALL SELECT DISTINCT place, 'account', account_id FROM _shop_reviews
                WHERE is_removed),
        -- One account may have removed orders and removed reviews: still one finding.
        heard AS (
            SELECT DISTINCT place, signal_id, detector, subject_kind, s.subject_id, score, strength
            FROM signals s JOIN about
                ON s.subject_kind = about.kind AND s.subject_id = about.subject_id)
        SELECT place, signal_id, count(*) OVER (PARTITION BY place, detector) AS n,
            count(*) FILTER (WHERE subject_kind = '{kind}') OVER (PARTITION BY place, detector)
                AS n_about_shop,
            row_number() OVER (
                PARTITION BY place, detector
                ORDER BY subject_kind = '{kind}' DESC, strength DESC, score DESC, subject_id,
                    signal_id) AS at_place
        FROM heard QUALIFY at_place <= {FINDINGS_SHOWN}"""


def _finding(row: Row) -> Finding:
    return {
        "detector": row["detector"],
        "n": figures.count(row["n"]),
        "is_one": row["n"] == 1,
        "is_cut": row["n"] > FINDINGS_SHOWN,
        "n_shown": min(row["n"], FINDINGS_SHOWN),
        "about": said(KINDS, row["subject_kind"]),
        "family": said(FAMILIES, row["family"]),
        "strength": said(STRENGTHS, row["strength"]),
        "strength_name": row["strength"],
        "element": row["element"],
        "shown": [],
    }


def _signal(row: Row, evidence: Row | None) -> Row:
    return {
        "kind": said(KIND, row["subject_kind"]),
        "id": figures.outside(row["subject_id"]),
        "score": figures.decimal(row["score"]),
        "sentence": Words(row["reason_zh"] or "", row["reason_en"] or ""),
        "n_evidence": figures.count(row["n_evidence"] or 0),
        "evidence": evidence,
    }

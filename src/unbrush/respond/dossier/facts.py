"""What was found: elements and what supports them, look-alikes, and what speaks against it."""

from collections.abc import Mapping
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words, counted
from unbrush.respond.dossier.redaction import Labels
from unbrush.respond.explaining.gathering import titles_of
from unbrush.respond.terms import ELEMENTS, FAMILIES, LOOK_ALIKES, OUTCOMES, RULES, RUNGS, said

Row = dict[str, Any]


def merchants(engine: Engine, labels: Labels) -> list[Row]:
    """Return what is decided of each shop in scope, the highest rung first."""
    rows = engine.query(
        """
        WITH n AS (
            SELECT shop_id, sum(n_orders) AS n_orders, sum(n_reviews) AS n_reviews FROM (
                (SELECT shop_id, count(*) AS n_orders, 0 AS n_reviews
                 FROM dossier_orders GROUP BY 1)
                UNION ALL
                (SELECT shop_id, 0, count(*) FROM dossier_reviews GROUP BY 1)) GROUP BY 1)
        SELECT CAST(x.id AS VARCHAR) AS id, coalesce(d.rung, 'L0') AS rung, d.elements, d.rule,
               coalesce(n.n_orders, 0) AS n_orders, coalesce(n.n_reviews, 0) AS n_reviews
        FROM dossier_shops x
        LEFT JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = x.id
        LEFT JOIN n ON n.shop_id = x.id
        ORDER BY 2 DESC, x.id"""
    ).to_pylist()
    return [
        {
            "id": labels.label("shop", row["id"]),
            "rung": row["rung"],
            "rung_words": said(RUNGS, row["rung"]),
            "rule": said(RULES, row["rule"] or "nothing-neutralised"),
            "elements": [each for each in (row["elements"] or "").split(",") if each],
            "is_accused": row["rung"] >= "L2",
            "n_orders": int(row["n_orders"]),
            "n_reviews": int(row["n_reviews"]),
        }
        for row in rows
    ]


def findings(engine: Engine, labels: Labels, detectors: Mapping[str, Any] | None) -> list[Row]:
    """Return what each detector found in scope: how much, when, how it was set, one sentence."""
    titles = titles_of(engine)
    rows = engine.query(
        """
        WITH dated AS (
            SELECT s.signal_id,
                   coalesce(o.placed_at, r.posted_at, p.captured_at, a."at") AS moment,
                   s.evidence_table || ':' || s.id AS row_id
            FROM (SELECT signal_id, evidence_table, CAST(unnest(evidence_ids) AS VARCHAR) AS id
                  FROM dossier_signals) s
            LEFT JOIN orders o ON s.evidence_table = 'orders' AND CAST(o.order_id AS VARCHAR) = s.id
            LEFT JOIN reviews r
                ON s.evidence_table = 'reviews' AND CAST(r.review_id AS VARCHAR) = s.id
            LEFT JOIN posts p ON s.evidence_table = 'posts' AND CAST(p.post_id AS VARCHAR) = s.id
            LEFT JOIN staff_actions a
                ON s.evidence_table = 'staff_actions' AND CAST(a.action_id AS VARCHAR) = s.id),
        spread AS (
            SELECT s.detector, s.element, min(d.moment) AS first_at, max(d.moment) AS last_at,
                   count(DISTINCT d.row_id) AS n_rows
            FROM dossier_signals s LEFT JOIN dated d USING (signal_id)
            GROUP BY s.detector, s.element),
        told AS (
            SELECT detector, element, any_value(family) AS family, max(strength) AS strength,
                   count(*) AS n_signals,
                   first(reason_zh ORDER BY score DESC, signal_id) AS zh,
                   first(reason_en ORDER BY score DESC, signal_id) AS en
            FROM dossier_signals GROUP BY detector, element)
        SELECT * FROM told JOIN spread USING (detector, element)
        ORDER BY strength DESC, n_rows DESC, detector, element"""
    ).to_pylist()
    kept = {each["name"]: each["params"] for each in (detectors or {}).get("detectors", ())}
    return [
        {
            "detector": row["detector"],
            "title": titles.get(row["detector"], Words(row["detector"], row["detector"])),
            "element": row["element"],
            "family": row["family"],
            "family_words": said(FAMILIES, row["family"]),
            "strength": row["strength"],
            "n_signals": int(row["n_signals"]),
            "n_rows": int(row["n_rows"]),
            "first_at": row["first_at"],
            "last_at": row["last_at"],
            "example": labels.sentence(Words(row["zh"], row["en"])),
            "params": kept.get(row["detector"]),
        }
        for row in rows
    ]


def elements(shops: list[Row], found: list[Row]) -> list[Row]:
    """Return the three parts of a proof, with what supports each and for how many merchants."""
    return [
        {
            "element": element,
            "words": words,
            "n_shops": sum(element in shop["elements"] for shop in shops),
            "n_of": len(shops),
            "supports": [row for row in found if row["element"] == element],
        }
        for element, words in ELEMENTS.items()
    ]


def look_alikes(engine: Engine) -> list[Row]:
    """Return each honest explanation that was tested on rows in scope, and how often it held."""
    rows = engine.query(
        """
        WITH asked AS (
            (SELECT 'order' AS kind, order_id AS id, shop_id FROM orders)
            UNION ALL
            (SELECT 'review', r.review_id, coalesce(r.shop_id, i.shop_id)
             FROM reviews r LEFT JOIN items i ON i.item_id = r.item_id))
        SELECT r.name, r.outcome, count(*) AS n
        FROM reasons r JOIN asked a ON a.kind = r.subject_kind
            AND CAST(a.id AS VARCHAR) = CAST(r.subject_id AS VARCHAR)
        WHERE r.kind = 'look-alike' AND CAST(a.shop_id AS VARCHAR) IN (
            SELECT CAST(id AS VARCHAR) FROM dossier_shops)
        GROUP BY r.name, r.outcome ORDER BY r.name, r.outcome"""
    ).to_pylist()
    return [
        {
            "name": row["name"],
            "words": said(LOOK_ALIKES, row["name"]),
            "outcome": row["outcome"],
            "outcome_words": said(OUTCOMES, row["outcome"]),
            "n": int(row["n"]),
        }
        for row in rows
    ]


def against(engine: Engine, shops: list[Row], tested: list[Row], labels: Labels) -> list[Words]:
    """Return what speaks against the findings, or leaves them open; never empty."""
    found: list[Words] = []
    victims = [shop for shop in shops if not shop["is_accused"]]
    if victims:
        n = len(victims)
        found.append(
            Words(
                f"{n:,} 家店铺没有证据表明与此有关：订单可能是他人为陷害而下（反向刷单），"
                "不得据此处罚。",
                f"Nothing ties {counted(n, 'shop')} to it: somebody else may have placed these "
                "orders to harm them (reverse brushing). They must not be punished on this.",
            )
        )
    for row in tested:
        if row["outcome"] == "spares":
            found.append(
                Words(
                    f"{row['n']:,} 行符合正当解释“{row['words'].zh}”，相应依据未采用。",
                    f"{counted(row['n'], 'row')} fit an honest explanation ({row['words'].en}):"
                    " what it explains was set aside.",
                )
            )
        if row["outcome"] == "untested":
            found.append(
                Words(
                    f"{row['n']:,} 行未能检验“{row['words'].zh}”：数据缺列。",
                    f"{counted(row['n'], 'row')} could not be tested for an honest explanation "
                    f"({row['words'].en}): the data lack the columns.",
                )
            )
    found += [labels.sentence(each) for each in _adjudicated(engine)]
    counted_rows = engine.query(
        """SELECT count(*) AS n, count(d.id) AS n_out FROM orders o LEFT JOIN dossier_orders d
               ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR)
           WHERE CAST(o.shop_id AS VARCHAR) IN (SELECT CAST(id AS VARCHAR) FROM dossier_shops)"""
    ).to_pylist()[0]
    n, n_out = int(counted_rows["n"]), int(counted_rows["n_out"])
    if n:
        found.append(
            Words(
                f"这些店铺的 {n:,} 笔订单中，{n - n_out:,} 笔照常计入，没有据以排除的依据。",
                f"Of {counted(n, 'order')} of these shops, {n - n_out:,} count as before: nothing "
                "speaks against them that would leave them out.",
            )
        )
    found += _restored(engine)
    found += [
        Words(
            f"检测方法“{row['title_zh'] or row['detector']}”未能使用：{row['because_zh']}。",
            f"{(row['title_en'] or row['detector']).capitalize()}: could not be looked for, "
            f"because {row['because_en']}.",
        )
        for row in engine.query(
            "SELECT * FROM coverage WHERE status <> 'ran' ORDER BY detector"
        ).to_pylist()
    ]
    return found


def _adjudicated(engine: Engine) -> list[Words]:
    """Return what was weighed for shops in scope being victims of others."""
    rows = engine.query(
        """SELECT reason_zh, reason_en FROM reasons
           WHERE subject_kind = 'shop' AND subject_id IN (SELECT id FROM dossier_shops)
               AND kind = 'adjudication'
           ORDER BY subject_id, name, reason_en LIMIT 50"""
    ).to_pylist()
    return [Words(row["reason_zh"], row["reason_en"]) for row in rows]


def _restored(engine: Engine) -> list[Words]:
    if not engine.columns("restored"):
        return []
    n = engine.value(
        """SELECT count(*) FROM restored x JOIN orders o
               ON x.subject_kind = 'order'
               AND CAST(o.order_id AS VARCHAR) = CAST(x.subject_id AS VARCHAR)
           WHERE CAST(o.shop_id AS VARCHAR) IN (SELECT CAST(id AS VARCHAR) FROM dossier_shops)"""
    )
    if not n:
        return []
    return [
        Words(
            f"其中 {n:,} 笔订单已由人工恢复计入。",
            f"People have restored {counted(n, 'order')} of these shops.",
        )
    ]

"""Facts in the order of time."""

from collections.abc import Sequence
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words, counted
from unbrush.respond.dossier.redaction import Labels
from unbrush.respond.figures import Money

Row = dict[str, Any]

MOST_DAYS = 400
"""Days of orders and reviews that a file lists one by one; further ones are in its rows."""


def timeline(
    engine: Engine, labels: Labels, found: list[Row], money: Money, linked: Sequence[Row] = ()
) -> list[Row]:
    """Return what happened when, the earliest first: at (epoch ms), words.

    Args:
        engine: Holds what `lay_out` left.
        labels: For whoever is named.
        found: What each detector found.
        money: How amounts are written.
        linked: Chains; the steps of those inside are told here, too.
    """
    facts: list[Row] = []
    for row in engine.query(
        """SELECT CAST(s.shop_id AS VARCHAR) AS id, s.opened_at AS moment FROM shops s
           WHERE CAST(s.shop_id AS VARCHAR) IN (SELECT CAST(id AS VARCHAR) FROM dossier_shops)
               AND s.opened_at IS NOT NULL"""
    ).to_pylist():
        who = labels.label("shop", row["id"])
        facts.append(_fact(row["moment"], f"店铺 {who} 开业。", f"Shop {who} opened."))
    for row in engine.query(
        """SELECT r.* FROM rings r SEMI JOIN dossier_rings x ON x.id = r.ring_id"""
    ).to_pylist():
        words = labels.sentence(Words(row["reason_zh"], row["reason_en"]))
        if row["first_at"] is not None:
            facts.append({"at": int(row["first_at"]), "words": words})
    for row in found:
        if row["first_at"] is None:
            continue
        facts.append(
            _fact(
                row["first_at"],
                f"“{row['title'].zh}”最早的一行（共 {row['n_rows']:,} 行）。",
                f"Earliest row behind “{row['title'].en}”, of {counted(row['n_rows'], 'row')}.",
            )
        )
    for chain in linked:
        if who := chain["who"]:
            facts += [
                _fact(step["at"], f"{who}：{step['words'].zh}（{step['table']} {step['row']}）。",
                      f"{who}: {step['words'].en} ({step['table']} {step['row']}).")
                for step in chain["steps"]
            ]  # fmt: skip
    facts += _days(engine, money)
    facts.sort(key=lambda fact: (fact["at"], fact["words"]))
    return facts


def _days(engine: Engine, money: Money) -> list[Row]:
    """Return each day in China on which there were orders or reviews that do not count."""
    day = "(({at} + 28800000) // 86400000)"
    rows = engine.query(
        f"""
        WITH deeds AS (
            (SELECT o.placed_at AS moment, 1 AS n_orders, 0 AS n_reviews,
                    coalesce(paid_minor, 0) AS paid
             FROM orders o JOIN dossier_orders d
                 ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR))
            UNION ALL
            (SELECT r.posted_at, 0, 1, 0 FROM reviews r JOIN dossier_reviews d
                 ON CAST(d.id AS VARCHAR) = CAST(r.review_id AS VARCHAR)))
        SELECT {day.format(at="moment")} AS day, CAST(sum(n_orders) AS BIGINT) AS n_orders,
               CAST(sum(n_reviews) AS BIGINT) AS n_reviews, CAST(sum(paid) AS BIGINT) AS paid
        FROM deeds WHERE moment IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT {MOST_DAYS}"""
    ).to_pylist()
    return [
        _fact(
            int(row["day"]) * 86_400_000 - 28_800_000,
            f"当日不计入：订单 {row['n_orders']:,} 笔（实付 {money.exact(row['paid'])}）、"
            f"评价 {row['n_reviews']:,} 条。",
            f"On this day {counted(row['n_orders'], 'order')} "
            f"(paid {money.exact(row['paid'])}) and {counted(row['n_reviews'], 'review')} "
            "that do not count.",
        )
        for row in rows
    ]


def _fact(at: int, zh: str, en: str) -> Row:
    return {"at": int(at), "words": Words(zh, en)}


def window(engine: Engine) -> tuple[int, int] | None:
    """Return the first and last moment of what does not count; None if nothing does."""
    row = engine.query(
        """SELECT min(moment) AS first_at, max(moment) AS last_at FROM (
               (SELECT o.placed_at AS moment FROM orders o JOIN dossier_orders d
                    ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR))
               UNION ALL
               (SELECT r.posted_at FROM reviews r JOIN dossier_reviews d
                    ON CAST(d.id AS VARCHAR) = CAST(r.review_id AS VARCHAR)))"""
    ).to_pylist()[0]
    return None if row["first_at"] is None else (int(row["first_at"]), int(row["last_at"]))


def n_before(engine: Engine, at_ms: int) -> tuple[int, int]:
    """Return how many orders that do not count were placed before a moment, and from it on."""
    row = engine.query(
        f"""SELECT count(*) FILTER (o.placed_at < {int(at_ms)}) AS before,
                   count(*) FILTER (o.placed_at >= {int(at_ms)}) AS since
            FROM orders o JOIN dossier_orders d
                ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR)"""
    ).to_pylist()[0]
    return int(row["before"]), int(row["since"])

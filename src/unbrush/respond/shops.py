"""Shops: what each lost, how far up the ladder, and a page for those that lost most.

A market that names no shop is told by its items instead; "shop" stands for either here.
"""

from collections.abc import Mapping
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.figures import Money
from unbrush.respond.findings import Finding, findings_of_shops
from unbrush.respond.limits import SHOPS_LISTED, SHOPS_SHOWN
from unbrush.respond.removal import (
    is_restored,
    restored_of,
    tell_removal,
    tell_restored,
    without_each,
)
from unbrush.respond.seams import focus
from unbrush.respond.sparklines import sparklines
from unbrush.respond.terms import (
    APPROVERS,
    ELEMENTS,
    FAMILIES,
    KIND,
    OUTCOMES,
    RULES,
    STRENGTHS,
    said,
)
from unbrush.respond.timelines import shop_timelines

Row = dict[str, Any]

OWN_TABLES = ("_listed", "_shop_orders", "_shop_reviews")


def tell_shops(
    engine: Engine, money: Money, ring_places: Mapping[str, int], zone: str
) -> tuple[Row, Row]:
    """Return what the section on shops says, and its charts.

    Args:
        engine: Holds the tables of `seams.MADE_BY`, `_placed` and `_posted`.
        money: How amounts are written.
        ring_places: Where in the page a ring stands, for those that do.
        zone: The platform's time zone.
    """
    kind = focus(engine)
    total = _list_shops(engine, kind)
    listed = engine.query(f"SELECT * FROM _listed WHERE place <= {SHOPS_LISTED} ORDER BY place")
    rows = listed.to_pylist()
    reasons = _reasons(engine, kind)
    look_alikes = _look_alikes(engine)
    findings = findings_of_shops(engine, kind, money)
    timelines = shop_timelines(engine)
    lines = sparklines(engine, kind)
    without = without_each(engine, kind)
    restored = restored_of(engine, kind)
    for table in OWN_TABLES:
        engine.drop(table)
    charts = {f"shop-{place}": line for place, line in timelines.items()}
    for row in rows:
        row["n_restored"] = restored.get(row["place"], 0)
        row["is_restored"] = is_restored(row)
    pages = [
        _page(
            row,
            money,
            reasons=reasons.get(row["place"], []),
            look_alikes=look_alikes.get(row["place"], []),
            findings=findings.get(row["place"], []),
            has_chart=row["place"] in timelines,
            ring_places=ring_places,
        )
        for row in rows[:SHOPS_SHOWN]
    ]
    section = {
        "kind": said(KIND, kind),
        "is_shop": kind == "shop",
        "rows": [
            {
                **_counts(row, money),
                "line": lines.get(row["place"]),
                "without": _without(row, without.get(row["place"], {}), money),
                "n_restored": figures.count(row["n_restored"]),
                "is_restored": row["is_restored"],
            }
            for row in rows
        ],
        "removal": tell_removal(engine, kind, money),
        "restored": tell_restored(engine, zone),
        "pages": pages,
        "n_listed": len(rows),
        "n_shops": total,
        "has_counts": bool(engine.value("SELECT count(*) FROM clean_counts")),
    }
    return section, charts


def _list_shops(engine: Engine, kind: str) -> int:
    """Leave `_listed`: shops that lost something or were decided about; return how many."""
    total = engine.create("_listed", _listed_sql(kind))
    subject = f"{kind}_id"
    for table, source, extra in (
        ("_shop_orders", "_placed", "is_counted"),
        ("_shop_reviews", "_posted", "rating"),
    ):
        engine.create(
            table,
            f"""SELECT place, event_id, account_id, event_at, is_removed, {extra}
            FROM {source} JOIN _listed ON _listed.subject_id = {source}.{subject}
            WHERE place <= {SHOPS_SHOWN}""",
        )
    return total


def _listed_sql(kind: str) -> str:
    return f"""
        WITH counts AS (SELECT * FROM clean_counts WHERE subject_kind = '{kind}'),
        decided AS (SELECT * FROM decisions WHERE subject_kind = '{kind}'),
        matched AS (
            SELECT coalesce(c.subject_id, d.subject_id) AS subject_id,
                c.* EXCLUDE (subject_kind, subject_id), d.* EXCLUDE (subject_kind, subject_id),
                coalesce(orders_raw - orders_clean, 0) AS orders_removed,
                coalesce(reviews_raw - reviews_clean, 0) AS reviews_removed,
                coalesce(turnover_minor_raw - turnover_minor_clean, 0) AS turnover_removed
            FROM counts c FULL JOIN decided d ON c.subject_id = d.subject_id
            WHERE d.subject_id IS NOT NULL OR orders_raw > orders_clean
                OR reviews_raw > reviews_clean)
        SELECT *, row_number() OVER (
            ORDER BY orders_removed + reviews_removed DESC, turnover_removed DESC,
                rung DESC NULLS LAST, probability DESC NULLS LAST, subject_id) AS place
        FROM matched"""


def _reasons(engine: Engine, kind: str) -> dict[int, list[Row]]:
    """Sentences about the shops themselves, but for signals, which `findings` tells in full."""
    rows = engine.query(
        f"""SELECT place, r.kind, r.name, r.outcome, r.reason_zh, r.reason_en
        FROM reasons r JOIN _listed ON r.subject_id = _listed.subject_id
        WHERE r.subject_kind = '{kind}' AND r.kind <> 'signal' AND place <= {SHOPS_SHOWN}
        ORDER BY place, r.kind, r.name, r.outcome, r.reason_en"""
    ).to_pylist()
    return _by_place(rows)


def _look_alikes(engine: Engine) -> dict[int, list[Row]]:
    """Look-alikes tested for a shop's orders and reviews: for how many, and how it ended."""
    rows = engine.query(
        f"""WITH theirs AS (
            SELECT place, 'order' AS kind, event_id FROM _shop_orders
            UNION ALL SELECT place, 'review', event_id FROM _shop_reviews)
        SELECT place, r.name, r.outcome, count(*) AS n, min(r.reason_zh) AS reason_zh,
            min(r.reason_en) AS reason_en
        FROM reasons r JOIN theirs ON r.subject_kind = theirs.kind
            AND r.subject_id = theirs.event_id
        WHERE r.kind = 'look-alike' AND place <= {SHOPS_SHOWN}
        GROUP BY 1, 2, 3 ORDER BY place, r.name, r.outcome"""
    ).to_pylist()
    return _by_place(rows)


def _by_place(rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["place"], []).append(row)
    return found


def _counts(row: Row, money: Money) -> Row:
    """One row of the table of shops."""
    return {
        "place": row["place"],
        "has_page": row["place"] <= SHOPS_SHOWN,
        "id": figures.outside(row["subject_id"]),
        "category": figures.outside(row["category"]),
        "orders": _sides(row, "orders", figures.count),
        "orders_removed": row["orders_removed"],
        "removed_share": figures.share(row["orders_removed"], row["orders_raw"] or 0),
        "bar": _percent(row["orders_removed"], row["orders_raw"]),
        "turnover": _sides(row, "turnover_minor", money.whole),
        "reviews": _sides(row, "reviews", figures.count),
        "rating": _sides(row, "rating", figures.decimal),
        "interval": _interval(row),
        "rank": _sides(row, "rank", figures.count),
        "n_in_category": figures.count(row["n_in_category"]),
        "rung": row["rung"] or "",
    }


def _without(row: Row, regained: Mapping[str, Row], money: Money) -> Row:
    """The same counts as if one family had said nothing, by family; only where they differ."""
    found = {}
    for family, back in regained.items():
        if any(back.values()):
            less = {
                **row,
                **{f"{what}_clean": (row[f"{what}_clean"] or 0) + n for what, n in back.items()},
            }
            less["orders_removed"] = (row["orders_raw"] or 0) - less["orders_clean"]
            found[family] = {
                key: value
                for key, value in _counts({**less, "place": row["place"]}, money).items()
                if key in ("orders", "turnover", "reviews", "removed_share", "bar")
            }
    return found


def _sides(row: Row, what: str, written: Any) -> Row:
    raw, clean = row[f"{what}_raw"], row[f"{what}_clean"]
    return {"raw": written(raw), "clean": written(clean), "changed": raw != clean}


def _interval(row: Row) -> str:
    """Where the clean rating lies, chance considered; nothing for runs that do not say."""
    low, high = row.get("rating_low_clean"), row.get("rating_high_clean")
    return "" if low is None or high is None else f"{figures.decimal(low)}–{figures.decimal(high)}"


def _percent(part: int, whole: int | None) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _page(
    row: Row,
    money: Money,
    *,
    reasons: list[Row],
    look_alikes: list[Row],
    findings: list[Finding],
    has_chart: bool,
    ring_places: Mapping[str, int],
) -> Row:
    return {
        **_counts(row, money),
        "chart": f"shop-{row['place']}" if has_chart else "",
        "decision": _decision(row, ring_places),
        "is_restored": row["is_restored"],
        "elements": _elements(row, reasons),
        "reasons": [
            Words(each["reason_zh"], each["reason_en"])
            for each in reasons
            if each["kind"] not in ("missing", "look-alike")
        ],
        "look_alikes": [
            _look_alike(each)
            for each in [
                *({**each, "n": 1} for each in reasons if each["kind"] == "look-alike"),
                *look_alikes,
            ]
        ],
        "findings": findings,
    }


def _look_alike(row: Row) -> Row:
    return {
        "name": said({}, row["name"]),
        "outcome": row["outcome"],
        "outcome_words": said(OUTCOMES, row["outcome"]),
        "n": figures.count(row["n"]),
        "sentence": Words(row["reason_zh"] or "", row["reason_en"] or ""),
    }


def _decision(row: Row, ring_places: Mapping[str, int]) -> Row | None:
    if row["rung"] is None:
        return None
    return {
        "rung": row["rung"],
        "probability": figures.decimal(row["probability"]),
        "is_in_force": bool(row["is_in_force"]),
        "approver": said(APPROVERS, row["approver"] or ""),
        "rule": said(RULES, row["rule"] or ""),
        "strength": said(STRENGTHS, row["strength"] or ""),
        "families": [said(FAMILIES, family) for family in _listed(row["families"])],
        "ring": figures.outside(row["ring_id"]) if row["ring_id"] else "",
        "ring_place": ring_places.get(row["ring_id"], 0),
    }


def _elements(row: Row, reasons: list[Row]) -> list[Row]:
    """The three parts of the proof: established or not, and what is said of what is missing."""
    established = _listed(row["elements"])
    missing = {each["name"]: each for each in reasons if each["kind"] == "missing"}
    return [
        {
            "name": element,
            "words": words,
            "is_established": element in established,
            "missing": Words(missing[element]["reason_zh"], missing[element]["reason_en"])
            if element in missing
            else None,
        }
        for element, words in ELEMENTS.items()
    ]


def _listed(text: str | None) -> list[str]:
    return [part for part in (text or "").split(",") if part]

"""Organisers: who stands behind several rings, drawn as one picture and told claim by claim."""

import json
from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.board import NARROW, WIDE, draw_board
from unbrush.respond.claims import hands_with_claims, numbered
from unbrush.respond.deed_rows import forget_deeds, make_deeds
from unbrush.respond.figures import Money
from unbrush.respond.hands import OWN_TABLES, gather
from unbrush.respond.limits import ORGANISERS_LISTED, ORGANISERS_SHOWN, REGIONS_LISTED
from unbrush.respond.regions import listed_regions, regions_of
from unbrush.respond.ring_claims import rings_with_claims, shops_claims
from unbrush.respond.seams import has_organisers
from unbrush.respond.terms import ROLES, TIES, said

Row = dict[str, Any]

WEEK_MS = 7 * DAY_MS

SHARED = {
    **TIES,
    "accounts": Words("同一批账号", "the same accounts"),
    "funds": Words("钱包由同一账户供款", "wallets that one payer fills"),
    "shipper": Words("同一寄件人", "one sender of parcels"),
    "recruiter": Words("同一邀请人", "one recruiter"),
    "posts": Words("同一作者的招募帖", "calls by one author"),
    "text": Words("同一批文稿", "the same supplied texts"),
}
"""What two rings of one organiser can have in common."""


def tell_organisers(engine: Engine, manifest: Manifest, money: Money) -> tuple[Row, Row]:
    """Return what the section on organisers says, and its charts.

    Args:
        engine: Holds the tables of `seams.MADE_BY`, what `seams` names, and, if the run looked for
            organisers, `clusters` and `cluster_members`.
        manifest: What was collected.
        money: How amounts are written.
    """
    if not has_organisers(engine):
        return {"is_there": False, "n": 0, "shown": [], "listed": [], "places": {}}, {}
    gather(engine, manifest)
    make_deeds(engine, manifest.subject_id_type)
    organisers = engine.query("SELECT * FROM _organisers ORDER BY place").to_pylist()
    hands = hands_with_claims(engine, money)
    rings = rings_with_claims(engine, money)
    shops = shops_claims(engine, money)
    listed = _listed(engine, money)
    places = {
        row["cluster_id"]: row["place"]
        for row in engine.query("SELECT cluster_id, place FROM _led ORDER BY place").to_pylist()
    }
    totals = {row["place"]: row for row in engine.query(_totals_sql()).to_pylist()}
    roles = engine.query(_roles_sql()).to_pylist()
    forget_deeds(engine)
    for table in OWN_TABLES:
        engine.drop(table)
    is_orders = bool(engine.value("SELECT count(*) FROM orders"))
    told, charts = [], {}
    for organiser in organisers:
        place = organiser["place"]
        growth = _growth(organiser["growth"])
        if growth:
            charts[f"growth-{place}"] = growth
        told.append(
            _told(
                organiser,
                hands=[row for row in hands if row["place"] == place],
                rings=[row for row in rings if row["place"] == place],
                shops=shops.get(place),
                total=totals[place],
                roles=[row for row in roles if row["place"] == place],
                money=money,
                is_orders=is_orders,
                has_growth=growth is not None,
            )
        )
    section = {
        "is_there": True,
        "n": len(places),
        "n_alone": engine.value("SELECT count(*) FROM clusters") - len(places),
        "shown": told,
        "listed": listed,
        "places": {name: place if place <= len(told) else 0 for name, place in places.items()},
    }
    return section, charts


def _totals_sql() -> str:
    return """
        SELECT o.place, count(r.ring_id) AS n_rings,
            CAST(coalesce(sum(r.n_accounts), 0) AS BIGINT) AS n_ring_accounts,
            (SELECT count(*) FROM _org_acts a WHERE a.place = o.place) AS n_acts,
            (SELECT max(n_hands) FROM _hands h WHERE h.place = o.place) AS n_hands
        FROM _organisers o LEFT JOIN _org_rings r ON r.place = o.place
        GROUP BY o.place ORDER BY o.place"""


def _roles_sql() -> str:
    return """
        SELECT o.place, m.role, count(*) AS n FROM cluster_members m
        JOIN _organisers o ON o.cluster_id = m.cluster_id
        GROUP BY ALL ORDER BY o.place, n DESC, m.role"""


def _told(
    organiser: Row,
    *,
    hands: list[Row],
    rings: list[Row],
    shops: Row | None,
    total: Row,
    roles: list[Row],
    money: Money,
    is_orders: bool,
    has_growth: bool,
) -> Row:
    place = organiser["place"]
    claims = [claim for each in (*hands, *rings) for claim in each["claims"]]
    claims = numbered([*claims, *([shops] if shops else [])], place)
    regions = regions_of(organiser["regions"])
    whole = {
        **total,
        "n_hands": total["n_hands"] or 0,
        "regions": regions,
        "shops": shops,
        "n_shops": organiser["n_shops"],
        "act": Words("笔订单", "order") if is_orders else Words("条评价", "review"),
    }
    return {
        "place": place,
        "id": figures.outside(organiser["cluster_id"]),
        "sentence": Words(organiser["reason_zh"] or "", organiser["reason_en"] or ""),
        **_counts(organiser, money),
        "roles": [
            {"words": said(ROLES, row["role"]), "n": figures.count(row["n"])} for row in roles
        ],
        "joined": _joined(organiser["joined_by"]),
        "boards": [draw_board(sheet, hands, rings, whole) for sheet in (WIDE, NARROW)],
        "carried": sorted({claim["carries"] for claim in claims}),
        "has_hands": bool(hands),
        "claims": claims,
        "n_rings_untold": total["n_rings"] - len(rings),
        "n_hands_untold": whole["n_hands"] - len(hands),
        "growth": f"growth-{place}" if has_growth else "",
        "regions": listed_regions(regions, REGIONS_LISTED),
        "n_regions": len(regions),
    }


def _counts(organiser: Row, money: Money) -> Row:
    return {
        "n_rings": figures.count(organiser["n_rings"]),
        "n_accounts": figures.count(organiser["n_accounts"]),
        "n_shops": figures.count(organiser["n_shops"]),
        "n_orders": figures.count(organiser["n_orders"]),
        "n_reviews": figures.count(organiser["n_reviews"]),
        "turnover": money.whole(organiser["turnover_minor"]),
        "days": figures.days(organiser["first_at"], organiser["last_at"]),
    }


def _joined(text: str | None) -> list[Row]:
    """What its rings share, the most frequent first."""
    shared = sorted(json.loads(text or "{}").items(), key=lambda each: (-each[1], each[0]))
    return [{"words": said(SHARED, kind), "n": figures.count(n)} for kind, n in shared]


def _growth(text: str | None) -> Row | None:
    """The weeks from first to last without a gap; None if there are fewer than two."""
    weeks = json.loads(text or "[]")
    starts = [int(row["week_at"]) for row in weeks]
    if len(set(starts)) < 2:
        return None
    n_weeks = (max(starts) - min(starts)) // WEEK_MS + 1
    growth: Row = {name: [0] * n_weeks for name in ("orders", "accounts", "shops")}
    for start, row in zip(starts, weeks, strict=True):
        for name, line in growth.items():
            line[(start - min(starts)) // WEEK_MS] += int(row.get(f"n_{name}") or 0)
    return {"first_day": min(starts) // DAY_MS, **growth}


def _listed(engine: Engine, money: Money) -> list[Row]:
    """Further organisers, as one table."""
    rows = engine.query(
        f"""SELECT * FROM _led
        WHERE place > {ORGANISERS_SHOWN} AND place <= {ORGANISERS_SHOWN + ORGANISERS_LISTED}
        ORDER BY place"""
    ).to_pylist()
    return [
        {
            "id": figures.outside(row["cluster_id"]),
            **_counts(row, money),
            "joined": _joined(row["joined_by"]),
        }
        for row in rows
    ]

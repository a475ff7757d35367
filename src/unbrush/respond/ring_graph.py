"""The drawing of a ring: its accounts and shops, who ordered where, and the tokens they share."""

from typing import Any

import numpy as np

from unbrush.base.engine import Engine
from unbrush.respond import figures
from unbrush.respond.layout import beside, two_circles
from unbrush.respond.limits import (
    RING_ACCOUNTS_DRAWN,
    RING_HUBS_DRAWN,
    RING_SHOPS_DRAWN,
)

Row = dict[str, Any]


def draw_rings(engine: Engine) -> dict[str, Row]:
    """Return one drawing for each row of `_shown_rings`, by the name of its place in the page."""
    engine.create("_drawn", _drawn_sql())
    nodes = engine.query("SELECT * FROM _drawn ORDER BY ring_id, subject_kind, place").to_pylist()
    edges = engine.query(_edges_sql()).to_pylist()
    hubs = engine.query(_hubs_sql()).to_pylist()
    rings = engine.query("SELECT ring_id, place FROM _shown_rings ORDER BY place").to_pylist()
    engine.drop("_drawn")
    return {
        f"ring-{ring['place']}": _drawing(
            *(
                [row for row in rows if row["ring_id"] == ring["ring_id"]]
                for rows in (nodes, edges, hubs)
            )
        )
        for ring in rings
    }


def _drawn_sql() -> str:
    """The members in a drawing: those with most orders and ties."""
    return f"""
        SELECT m.*, row_number() OVER (
                PARTITION BY ring_id, m.subject_kind ORDER BY n_orders DESC, n_ties DESC, subject_id
            ) AS place, count(*) OVER (PARTITION BY ring_id, m.subject_kind) AS n_of_kind
        FROM (SELECT m.* FROM _ring_members m JOIN _shown_rings USING (ring_id)) m
        QUALIFY place <= CASE m.subject_kind
            WHEN 'account' THEN {RING_ACCOUNTS_DRAWN} ELSE {RING_SHOPS_DRAWN} END"""


def _edges_sql() -> str:
    """How often each account ordered (or reviewed) at each shop, and how much does not count."""
    # A market of reviews alone may name no shop; its rings are then about items.
    return """
        WITH deeds AS (
            SELECT account_id, shop_id, is_removed FROM _placed
            UNION ALL
            SELECT account_id, coalesce(shop_id, item_id), is_removed FROM _posted
            WHERE NOT EXISTS (SELECT 1 FROM orders)),
        theirs AS (
            SELECT ring_id, subject_id AS account_id, shop_id, is_removed
            FROM deeds JOIN _drawn ON subject_kind = 'account' AND subject_id = account_id)
        SELECT t.ring_id, account_id, shop_id, count(*) AS n,
            count(*) FILTER (WHERE is_removed) AS removed
        FROM theirs t JOIN _drawn s
            ON s.subject_kind = 'shop' AND s.ring_id = t.ring_id AND s.subject_id = t.shop_id
        GROUP BY ALL ORDER BY t.ring_id, account_id, shop_id"""


def _hubs_sql() -> str:
    """Tokens that two or more of the drawn accounts have in common; public places left out."""
    return f"""
        WITH shared AS (
            SELECT ring_id, kind, token, list(DISTINCT account_id ORDER BY account_id) AS holders
            FROM _held JOIN _drawn ON subject_kind = 'account' AND subject_id = account_id
            GROUP BY ring_id, kind, token HAVING count(DISTINCT account_id) >= 2)
        SELECT *, count(*) OVER (PARTITION BY ring_id) AS n_hubs FROM shared
        QUALIFY row_number() OVER (
            PARTITION BY ring_id ORDER BY len(holders) DESC, kind, token) <= {RING_HUBS_DRAWN}
        ORDER BY ring_id, len(holders) DESC, kind, token"""


def _drawing(nodes: list[Row], edges: list[Row], hubs: list[Row]) -> Row:
    accounts = [row for row in nodes if row["subject_kind"] == "account"]
    shops = [row for row in nodes if row["subject_kind"] != "account"]
    account_at = {row["subject_id"]: place for place, row in enumerate(accounts)}
    shop_at = {row["subject_id"]: place for place, row in enumerate(shops)}
    weights = np.zeros((len(accounts), len(shops)))
    lines = []
    for edge in edges:
        pair = (account_at[edge["account_id"]], shop_at[edge["shop_id"]])
        weights[pair] = edge["n"]
        lines.append([*pair, edge["n"], edge["removed"]])
    account_points, shop_points = two_circles(weights)
    holders = [[account_at[account] for account in hub["holders"]] for hub in hubs]
    hub_points = beside(account_points, holders)
    return {
        "accounts": _placed(accounts, account_points.tolist()),
        "shops": _placed(shops, shop_points.tolist()),
        "hubs": [
            {"kind": hub["kind"], "id": figures.token(hub["token"]), "at": at, "holders": who}
            for hub, at, who in zip(hubs, hub_points.tolist(), holders, strict=True)
        ],
        "lines": lines,
        "drawn": {
            "accounts": [len(accounts), accounts[0]["n_of_kind"] if accounts else 0],
            "shops": [len(shops), shops[0]["n_of_kind"] if shops else 0],
            "hubs": [len(hubs), hubs[0]["n_hubs"] if hubs else 0],
        },
    }


def _placed(rows: list[Row], points: list[list[float]]) -> list[Row]:
    return [
        {"id": figures.outside(row["subject_id"]), "n": row["n_orders"] or 0, "at": at}
        for row, at in zip(rows, points, strict=True)
    ]

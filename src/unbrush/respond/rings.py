"""Rings: who acts together, drawn and told, the largest first."""

import json
from collections.abc import Mapping
from typing import Any

from unbrush.base.detector import Columns
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.chances import (
    chance_sentence,
    robustness_sentence,
    weight_sentence,
    without_sentence,
)
from unbrush.respond.figures import Money
from unbrush.respond.limits import MEMBERS_LISTED, RINGS_SHOWN
from unbrush.respond.ring_graph import draw_rings
from unbrush.respond.terms import KIND, ROLES, TIES, said

WAYS: Mapping[str, tuple[Columns, ...]] = {
    "lockstep": ({"orders": ("placed_at",)}, {"reviews": ("posted_at",)}),
    "device": ({"orders": ("device_token",)}, {"account_links": ("token",)}),
    "address": ({"orders": ("address_token",)}, {"account_links": ("token",)}),
    "payer": ({"orders": ("payer_token",)},),
    "card": ({"account_links": ("token",)},),
    "phone": ({"accounts": ("phone_token",)}, {"account_links": ("token",)}),
    "money": ({"transfers": ("to_token",)},),
}
"""What data shows a kind of tie: any one of these is enough."""

Charts = dict[str, Any]
"""What the page draws, by the name of its place."""


def tell_rings(
    engine: Engine, manifest: Manifest, money: Money, organiser_places: Mapping[str, int]
) -> tuple[dict[str, Any], Charts]:
    """Return what the section on rings says, and its drawings.

    Args:
        engine: Holds `_rings`, `_ring_members`, `_placed` and `_posted`.
        manifest: What was collected, so that a tie that nobody could see is not called absent.
        money: How amounts are written.
        organiser_places: Where in the page each organiser stands, 0 for those that do not.
    """
    engine.create("_shown_rings", _shown_sql())
    rings = engine.query("SELECT * FROM _shown_rings ORDER BY place").to_pylist()
    members = engine.query(_members_sql()).to_pylist()
    charts = draw_rings(engine)
    engine.drop("_shown_rings")
    told = [
        {
            **_told(ring, [r for r in members if r["ring_id"] == ring["ring_id"]], money, charts),
            "organiser": figures.outside(ring["cluster_id"])
            if ring["cluster_id"] in organiser_places
            else "",
            "organiser_place": organiser_places.get(ring["cluster_id"], 0),
        }
        for ring in rings
    ]
    total = engine.value("SELECT count(*) FROM rings")
    section = {
        "rings": told,
        "n_rings": total,
        "n_shown": len(told),
        "places": {ring["ring_id"]: ring["place"] for ring in rings},
        **_looked_at(manifest),
    }
    return section, charts


def _looked_at(manifest: Manifest) -> dict[str, Any]:
    """Which kinds of tie the data could show, and which it could not."""
    seen = [kind for kind, ways in WAYS.items() if any(not manifest.lacks(way) for way in ways)]
    return {
        "sought": [TIES[kind] for kind in WAYS if kind in seen],
        "unseen": [TIES[kind] for kind in WAYS if kind not in seen],
    }


def _shown_sql() -> str:
    return f"""
        SELECT *, row_number() OVER (
            ORDER BY n_orders + n_reviews DESC, n_accounts DESC, ring_id) AS place
        FROM _rings QUALIFY place <= {RINGS_SHOWN}"""


def _members_sql() -> str:
    """The members that matter most: shops first, then by orders and ties."""
    return f"""
        SELECT m.*, d.rung, d.probability, row_number() OVER (
                PARTITION BY m.ring_id
                ORDER BY m.subject_kind = 'account', m.n_orders DESC, m.n_ties DESC, m.subject_id
            ) AS place, count(*) OVER (PARTITION BY m.ring_id) AS n_members
        FROM (SELECT m.* FROM _ring_members m JOIN _shown_rings USING (ring_id)) m
        LEFT JOIN decisions d
            ON d.subject_kind = m.subject_kind AND d.subject_id = m.subject_id
        QUALIFY place <= {MEMBERS_LISTED} ORDER BY m.ring_id, place"""


def _told(
    ring: dict[str, Any], members: list[dict[str, Any]], money: Money, charts: Charts
) -> dict[str, Any]:
    chart = f"ring-{ring['place']}"
    most = max((row["weight"] or 0.0 for row in members), default=0.0)
    return {
        "place": ring["place"],
        "id": figures.outside(ring["ring_id"]),
        "chart": chart,
        "drawn": charts[chart]["drawn"],
        "sentence": Words(ring["reason_zh"] or "", ring["reason_en"] or ""),
        "score": figures.decimal(ring["score"]),
        "n_accounts": figures.count(ring["n_accounts"]),
        "n_shops": figures.count(ring["n_shops"]),
        "n_orders": figures.count(ring["n_orders"]),
        "n_reviews": figures.count(ring["n_reviews"]),
        "turnover": money.whole(ring["turnover_minor"]),
        "days": figures.days(ring["first_at"], ring["last_at"]),
        "chance": chance_sentence(ring["q_value"]),
        "robustness": robustness_sentence(ring["robustness"]),
        "ties": _ties(ring["ties"]),
        # Runs without q-values counted pairs of accounts; later ones count accounts.
        "ties_are_pairs": ring["q_value"] is None,
        "members": [_member(row, most) for row in members],
        "has_weights": most > 0,
        "n_members": members[0]["n_members"] if members else 0,
    }


def _ties(text: str | None) -> list[dict[str, Any]]:
    """Kinds of tie, the most frequent first, each with the length of its bar (0-100)."""
    ties = sorted(json.loads(text or "{}").items(), key=lambda tie: (-tie[1], tie[0]))
    most = max((n for _, n in ties), default=1)
    return [
        {"name": said(TIES, kind), "n": figures.count(n), "bar": round(100 * n / most, 1)}
        for kind, n in ties
    ]


def _member(row: dict[str, Any], most: float) -> dict[str, Any]:
    """One member; ``most`` is the largest weight among those listed, for the length of its bar."""
    return {
        "kind": said(KIND, row["subject_kind"]),
        "kind_name": row["subject_kind"],
        "id": figures.outside(row["subject_id"]),
        "role": said(ROLES, row["role"] or ""),
        "n_ties": figures.count(row["n_ties"]),
        "n_orders": figures.count(row["n_orders"]),
        "rung": row["rung"] or "",
        "sentence": Words(row["reason_zh"] or "", row["reason_en"] or ""),
        "bar": round(100 * max(0.0, row["weight"] or 0.0) / most, 1) if most else 0.0,
        "weight": weight_sentence(row["weight"]),
        "without": without_sentence(row["q_without"]),
    }

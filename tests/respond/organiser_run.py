"""A market in which one organiser runs several rings: a wallet, a sender, a recruiter, an author.

Written by hand as the earlier stages would leave it; shares no code with what finds organisers.
"""

import json
import random
from typing import Any

import pyarrow as pa

from tests.respond.small_run import quiet_run
from tests.worlds import DAY, HOUR, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import (
    clean_count_schema,
    cluster_member_schema,
    cluster_schema,
    decision_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.base.manifest import Manifest
from unbrush.respond.regions import REGIONS

Rows = list[dict[str, Any]]

WALLET, PAYER, SENDER, AUTHOR = "c0ffee12ab34", "9a9e0000beef", "5e4de4000000ca11", "a0700123ffff"
RECRUITER = 4001
HONEST_SHOP = 50_000
LATER_RING = (("cluster_id", pa.string()), ("q_value", pa.float64()), ("robustness", pa.float64()))
LATER_MEMBER = (("weight", pa.float64()), ("q_without", pa.float64()))


def organiser_run(
    engine: Engine,
    *,
    n_rings: int = 4,
    n_accounts: int = 12,
    n_shops: int = 6,
    n_regions: int = 5,
    n_clusters: int = 1,
    n_hands: int = 1,
    hostile: str = "",
) -> Manifest:
    """Leave a judged run with organisers in ``engine``; return its manifest.

    Args:
        engine: Where the tables go.
        n_rings: Rings of every organiser.
        n_accounts: Accounts of the first ring; each further ring has a little fewer.
        n_shops: Shops of every ring.
        n_regions: Provinces that the shops are in.
        n_clusters: Organisers; the first has a sender, a recruiter and an author too.
        n_hands: Wallets of every organiser.
        hostile: Stands in every name that comes from outside.
    """
    chance = random.Random(5)
    quiet_run(engine, "ran")
    regions = [f"{region}{hostile}" for region in list(REGIONS)[:n_regions]]
    plans = [
        _plan(cluster, ring, n_accounts - ring % 4 * (n_accounts // 6), n_shops)
        for cluster in range(n_clusters)
        for ring in range(n_rings)
    ]
    honest = _honest(chance)
    orders = honest + [row for plan in plans for row in _orders(chance, plan)]
    for number, row in enumerate(orders, start=1):
        row["order_id"] = 900_000 + number
    fake = orders[len(honest) :]
    market = {
        "orders": orders,
        "shops": [{"shop_id": HONEST_SHOP, "region": regions[0]}]
        + [
            {"shop_id": shop, "region": regions[shop % n_regions]}
            for plan in plans
            for shop in plan["shops"]
        ],
        "accounts": [
            # The first is invited by the recruiter, every other one by the one before.
            {"account_id": account, "registered_at": T0 - DAY,
             "invited_by": RECRUITER if place == 0 else account - 1}
            for place, account in enumerate(plans[0]["accounts"])
        ],
        "account_links": [
            {"account_id": plans[0]["accounts"][0], "kind": "card", "token": "ca4d0001"}
        ],
        "transfers": _transfers(fake, n_hands),
        "payouts": [
            {"payout_id": 1, "shop_id": plans[0]["shops"][0], "amount_minor": 5, "at": T0,
             "bank_token": "5409ba4e"}
        ],
        "shipments": [
            {"waybill_id": 700_000 + n, "order_id": row["order_id"], "shipper_token": SENDER,
             "weight_g": 40.0 + n % 9, "sent_at": row["placed_at"] + HOUR,
             "origin_region": regions[0], "destination_region": regions[-1]}
            for n, row in enumerate(fake) if row["cluster"] == 0
        ],
        "posts": [
            {"post_id": 1, "text": f"日结，先垫付后返{hostile}", "captured_at": T0,
             "author_token": AUTHOR, "channel": "qq"}
        ],
    }  # fmt: skip
    manifest = build(
        engine,
        {
            table: [{k: v for k, v in row.items() if k not in ("cluster", "ring")} for row in rows]
            for table, rows in market.items()
        },
    )
    _put_signals(engine, fake)
    _put_rings(engine, plans, fake, hostile)
    _put_clusters(engine, plans, fake, regions, n_hands, hostile)
    decided = [_decision("order", row["order_id"]) for row in fake]
    _put(engine, "decisions", decided, decision_schema(pa.int64()))
    counted = [
        {"subject_kind": "shop", "subject_id": row["shop_id"], "category": "女鞋",
         **{f"{what}_{side}": 1 for what in ("orders", "turnover_minor", "reviews", "rank")
            for side in ("raw", "clean")}, "n_in_category": 1}
        for row in market["shops"]
    ]  # fmt: skip
    _put(engine, "clean_counts", counted, clean_count_schema(pa.int64()))
    return manifest


def wallet(cluster: int, hand: int) -> str:
    """Return the token of one of an organiser's wallets."""
    return f"{cluster}{hand}{WALLET}"


def _plan(cluster: int, ring: int, n_accounts: int, n_shops: int) -> dict[str, Any]:
    number = cluster * 100 + ring
    return {
        "cluster": f"cluster-{cluster + 1:04}",
        "ring": f"ring-{number + 1:04}",
        "number": cluster,
        "accounts": range(5000 + 1000 * number, 5000 + 1000 * number + n_accounts),
        "shops": range(100_000 + 1000 * number, 100_000 + 1000 * number + n_shops),
    }


def _orders(chance: random.Random, plan: dict[str, Any]) -> Rows:
    """Every shop gets orders of some accounts in one evening; every account also buys honestly."""
    rows = []
    for place, shop in enumerate(plan["shops"]):
        evening = T0 + (20 + place % 40) * DAY + 20 * HOUR
        for turn, account in enumerate(chance.sample(list(plan["accounts"]), 5)):
            rows.append(
                {"account_id": account, "shop_id": shop, "placed_at": evening + turn * 60_000,
                 "paid_minor": chance.randrange(2_900, 19_900), "currency": "CNY",
                 "payer_token": PAYER if account % 5 == 0 else None,
                 "cluster": plan["number"], "ring": plan["ring"]}
            )  # fmt: skip
    return rows


def _honest(chance: random.Random) -> Rows:
    return [
        {"account_id": 1000 + n % 200, "shop_id": HONEST_SHOP, "placed_at": T0 + n * 3 * HOUR,
         "paid_minor": chance.randrange(900, 9_900), "currency": "CNY", "payer_token": None}
        for n in range(400)
    ]  # fmt: skip


def _transfers(fake: Rows, n_hands: int) -> Rows:
    """Two orders in three come back; a shop pays the first wallet, which also has dinner."""
    back = [
        {"transfer_id": 300_000 + n, "from_token": wallet(row["cluster"], n % n_hands),
         "to_token": f"{row['account_id']:x}a", "amount_minor": row["paid_minor"] + 500,
         "at": row["placed_at"] + 2 * DAY}
        for n, row in enumerate(fake) if n % 3
    ]  # fmt: skip
    more = [
        ("5409ba4e", wallet(0, 0), 880_000),
        (wallet(0, 0), "d1447e4", 4_200),
        (PAYER, "ca4d0001", 770_000),
    ]
    return back + [
        {"transfer_id": 1 + n, "from_token": who, "to_token": to, "amount_minor": amount, "at": T0}
        for n, (who, to, amount) in enumerate(more)
    ]


def _put_signals(engine: Engine, fake: Rows) -> None:
    rows = [
        {"signal_id": f"cashback-loop-{row['order_id']}", "detector": "cashback-loop",
         "subject_kind": "order", "subject_id": row["order_id"], "score": 0.9, "family": "money",
         "strength": "E2", "element": "b", "facts": json.dumps({"transfer_ids": [300_000 + n]}),
         "evidence_table": "orders", "evidence_ids": [row["order_id"]],
         "reason_zh": "货款退回。", "reason_en": "The price came back."}
        for n, row in enumerate(fake) if n % 3
    ]  # fmt: skip
    _put(engine, "signals", rows, signal_schema(pa.int64()))


def _put_rings(engine: Engine, plans: Rows, fake: Rows, hostile: str) -> None:
    rings, members = [], []
    for plan in plans:
        theirs = [row for row in fake if row["ring"] == plan["ring"]]
        rings.append(
            {**_size(theirs), "ring_id": plan["ring"] + hostile, "score": 0.95,
             "n_firm": len(plan["accounts"]), "n_accounts": len(plan["accounts"]),
             "n_shops": len(plan["shops"]), "ties": json.dumps({"money": 12}),
             "cluster_id": plan["cluster"] + hostile, "q_value": 0.0, "robustness": 46.8,
             "reason_zh": "行动一致。", "reason_en": "They act together."}
        )  # fmt: skip
        for kind, role, ids, key in (
            ("account", "brusher", plan["accounts"], "account_id"),
            ("shop", "merchant", plan["shops"], "shop_id"),
        ):
            for place, subject in enumerate(ids):
                n = sum(row[key] == subject for row in theirs)
                members.append(
                    {"ring_id": plan["ring"] + hostile, "subject_kind": kind,
                     "subject_id": subject, "role": role, "n_ties": 3, "is_firm": True,
                     "n_orders": n, "weight": 2.5 * n, "q_without": 0.2 if place == 0 else 1e-9,
                     "reason_zh": f"圈内下单 {n} 次。", "reason_en": f"{n} orders within it."}
                )  # fmt: skip
    _put(engine, "rings", rings, _longer(ring_schema(), LATER_RING))
    _put(engine, "ring_members", members, _longer(ring_member_schema(pa.int64()), LATER_MEMBER))


def _size(rows: Rows) -> dict[str, Any]:
    return {
        "n_orders": len(rows),
        "n_reviews": 0,
        "turnover_minor": sum(row["paid_minor"] for row in rows),
        "first_at": min(row["placed_at"] for row in rows),
        "last_at": max(row["placed_at"] for row in rows),
    }


def _put_clusters(
    engine: Engine, plans: Rows, fake: Rows, regions: list[str], n_hands: int, hostile: str
) -> None:
    clusters, members = [], []
    for number in sorted({plan["number"] for plan in plans}):
        own = [plan for plan in plans if plan["number"] == number]
        theirs = [row for row in fake if row["cluster"] == number]
        name = own[0]["cluster"] + hostile
        clusters.append(
            {**_size(theirs), "cluster_id": name, "n_rings": len(own),
             "n_accounts": sum(len(plan["accounts"]) for plan in own),
             "n_shops": sum(len(plan["shops"]) for plan in own),
             "regions": json.dumps(_regions(own, theirs, regions)),
             "growth": json.dumps(_growth(theirs)),
             "joined_by": json.dumps({"payer": len(own) - 1, "shipper": 1}),
             "reason_zh": f"{len(own)} 个协同圈由同一钱包返款。",
             "reason_en": f"One wallet pays the {len(own)} rings back."}
        )  # fmt: skip
        hands = [("payer", "organiser", wallet(number, hand), None) for hand in range(n_hands)]
        hands += [("payer", "payer", wallet(number, 0), None)]
        if number == 0:
            hands += [
                ("payer", "payer", PAYER, None),
                ("shipper", "shipper", SENDER, None),
                ("author", "recruiter", AUTHOR, None),
                ("account", "recruiter", None, RECRUITER),
                ("account", "recruiter", None, RECRUITER + 1),
            ]
        for kind, role, token, subject in hands:
            members.append(_member(name, kind, role, token, subject, len(own)))
        for kind, role, key in (("account", "brusher", "accounts"), ("shop", "merchant", "shops")):
            members += [
                _member(name, kind, role, None, subject, 1) for plan in own for subject in plan[key]
            ]
    _put(engine, "clusters", clusters, cluster_schema())
    _put(engine, "cluster_members", members, cluster_member_schema(pa.int64()))


def _member(
    cluster: str, kind: str, role: str, token: str | None, subject: int | None, n_rings: int
) -> dict[str, Any]:
    return {
        "cluster_id": cluster,
        "subject_kind": kind,
        "subject_id": subject,
        "token": token,
        "role": role,
        "n_rings": n_rings,
        "n_deeds": 7,
        "first_at": T0,
        "last_at": T0 + DAY,
        "reason_zh": f"在 {n_rings} 个圈中出现。",
        "reason_en": f"Seen in {n_rings} rings.",
    }


def _regions(own: Rows, theirs: Rows, regions: list[str]) -> Rows:
    shops = [shop for plan in own for shop in plan["shops"]]
    return [
        {"region": region, "n_shops": sum(shop % len(regions) == place for shop in shops),
         "n_accounts": place, "n_orders": sum(row["shop_id"] % len(regions) == place
                                              for row in theirs)}
        for place, region in enumerate(regions)
    ]  # fmt: skip


def _growth(theirs: Rows) -> Rows:
    weeks: dict[int, Rows] = {}
    for row in theirs:
        weeks.setdefault(row["placed_at"] // (7 * DAY) * 7 * DAY, []).append(row)
    return [
        {"week_at": week, "n_orders": len(rows),
         "n_accounts": len({row["account_id"] for row in rows}),
         "n_shops": len({row["shop_id"] for row in rows})}
        for week, rows in sorted(weeks.items())
    ]  # fmt: skip


def _decision(kind: str, subject: int) -> dict[str, Any]:
    return {
        "subject_kind": kind,
        "subject_id": subject,
        "rung": "L1",
        "probability": 0.95,
        "is_neutralised": True,
        "elements": "a,b",
        "families": "money",
        "strength": "E2",
        "approver": "system",
        "is_in_force": True,
        "rule": "two-families",
    }


def _longer(schema: pa.Schema, later: tuple[tuple[str, pa.DataType], ...]) -> pa.Schema:
    for name, kind in later:
        if name not in schema.names:
            schema = schema.append(pa.field(name, kind))
    return schema


def _put(engine: Engine, table: str, rows: Rows, schema: pa.Schema) -> None:
    engine.put(table, pa.Table.from_pylist(rows, schema=schema))

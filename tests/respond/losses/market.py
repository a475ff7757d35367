"""Eight categories of five shops over ninety days; one shop has 200 orders of a ring."""

import random
from dataclasses import replace
from typing import Any

import pyarrow as pa

from tests.worlds import DAY, HOUR, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import (
    cluster_member_schema,
    decision_schema,
    reason_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.base.manifest import Manifest

BRUSHED, RIVAL, ELSEWHERE = 100, 101, 110
RING_BUYERS = range(9_000, 9_020)
FIRST, LAST = 55, 75
FAKE_ID = 500_000
SUBSIDY, FEE, PRICE = 1_000, 800, 10_000

Row = dict[str, Any]


def orders(currency: str = "CNY") -> list[Row]:
    """Return the orders: about ten a day and shop, and ten fakes a day in the window."""
    chance = random.Random(4)
    rows: list[Row] = []
    for day in range(90):
        for shop in (100 + 10 * category + place for category in range(8) for place in range(5)):
            for _ in range(round(chance.gauss(10, 2))):
                rows.append(_order(len(rows) + 1, shop, chance.randrange(1, 4_000), day, currency))
        if FIRST <= day < LAST:
            rows += [
                _order(FAKE_ID + 10 * day + n, BRUSHED, chance.choice(RING_BUYERS), day, currency)
                for n in range(10)
            ]
    return rows


def _order(number: int, shop: int, account: int, day: int, currency: str) -> Row:
    return {
        "order_id": number, "account_id": account, "shop_id": shop, "item_id": shop + 1_000,
        "placed_at": T0 + day * DAY + 10 * HOUR, "paid_minor": PRICE, "currency": currency,
        "status": "confirmed",
    }  # fmt: skip


def views_by_place(rows: list[Row]) -> list[Row]:
    """Return views of shoppers who look down each category's list, by sales of two weeks."""
    sold: dict[int, dict[int, int]] = {}
    for row in rows:
        by_day = sold.setdefault(row["shop_id"], {})
        day = (row["placed_at"] - T0) // DAY
        by_day[day] = by_day.get(day, 0) + 1
    found: list[Row] = []
    for day in range(90):
        recent = {
            shop: sum(by_day.get(each, 0) for each in range(day - 14, day))
            for shop, by_day in sold.items()
        }
        for category in {shop // 10 for shop in sold}:
            shops = [shop for shop in sold if shop // 10 == category]
            for place, shop in enumerate(sorted(shops, key=lambda shop: (-recent[shop], shop))):
                found += [
                    {"at": T0 + day * DAY + HOUR + n, "kind": "view", "account_id": 5_000 + n,
                     "shop_id": shop}
                    for n in range(24 - 4 * place)
                ]  # fmt: skip
    return found


def is_fake(row: Row) -> bool:
    return int(row["order_id"]) >= FAKE_ID


def put_run(
    engine: Engine,
    rows: list[Row],
    *,
    probability: float = 0.9,
    rung: str = "L4",
    is_victim: bool = False,
    has_text_ids: bool = False,
    **more: Any,
) -> Manifest:
    """Leave a judged run in ``engine``."""
    id_type = pa.string() if has_text_ids else pa.int64()
    rows = _named(rows, has_text_ids)
    shops = sorted({row["shop_id"] for row in rows})
    market = {
        "orders": rows,
        "shops": [{"shop_id": shop, "category": f"c{int(shop) // 10}"} for shop in shops],
        "items": [
            {"item_id": _name(int(shop) + 1_000, has_text_ids), "shop_id": shop} for shop in shops
        ],
        **more,
    }
    manifest = replace(build(engine, market), time_zone="Asia/Shanghai")
    for table, schema, found in (
        ("signals", signal_schema(id_type), more_signals(rows) if "transfers" in more else []),
        ("rings", ring_schema(), [{"ring_id": "ring-1", "cluster_id": "gang-1"}]),
        ("ring_members", ring_member_schema(id_type), [
            {"ring_id": "ring-1", "subject_kind": "shop", "subject_id": BRUSHED},
            *({"ring_id": "ring-1", "subject_kind": "account", "subject_id": each}
              for each in RING_BUYERS),
        ]),
        ("cluster_members", cluster_member_schema(id_type), [
            {"cluster_id": "gang-1", "subject_kind": "payer", "token": "wallet", "role": "payer"},
        ]),
        ("reasons", reason_schema(id_type), [
            {"subject_kind": "shop", "subject_id": BRUSHED, "kind": "adjudication",
             "name": "victim", "outcome": "protects"},
        ] if is_victim else []),
        ("decisions", decision_schema(id_type), [
            *({"subject_kind": "order", "subject_id": row["order_id"], "rung": "L1",
               "probability": probability, "is_neutralised": True}
              for row in rows if is_fake(row)),
            {"subject_kind": "shop", "subject_id": BRUSHED, "rung": rung, "probability": 0.9,
             "is_neutralised": True},
        ]),
    ):  # fmt: skip
        engine.put(table, pa.Table.from_pylist(_named(found, has_text_ids), schema=schema))
    return manifest


def _name(number: Any, has_text_ids: bool) -> Any:
    return str(number) if has_text_ids else number


def _named(rows: list[Row], has_text_ids: bool) -> list[Row]:
    ids = ("order_id", "account_id", "shop_id", "item_id", "subject_id")
    return [
        {key: _name(value, has_text_ids) if key in ids and value is not None else value
         for key, value in row.items()}
        for row in rows
    ]  # fmt: skip


def more_signals(rows: list[Row]) -> list[Row]:
    """Return what `cashback-loop` would say: each price came back with eight yuan on top."""
    return [
        {"signal_id": f"s{row['order_id']}", "detector": "cashback-loop", "subject_kind": "order",
         "subject_id": row["order_id"], "evidence_table": "orders",
         "evidence_ids": [row["order_id"]],
         "facts": f'{{"returned_minor": {2 * (PRICE + FEE)}, "claimed_minor": {2 * PRICE}, '
                  '"n_orders": 2}'}
        for row in rows if is_fake(row)
    ]  # fmt: skip

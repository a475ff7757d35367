"""A small judged market as the earlier stages would leave it: two rings, a victim, honest shops."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from tests.worlds import DAY, HOUR, MINUTE, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import (
    COVERAGE,
    clean_count_schema,
    decision_schema,
    reason_schema,
    reject_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.base.manifest import Manifest
from unbrush.base.reversals import Reversal, put_reversals
from unbrush.judge.clean_counts import count_clean

N_DAYS = 60
CATEGORIES = {shop: ("女鞋" if shop <= 105 else "厨房小电") for shop in range(101, 111)}
PACE = {101: 14, 102: 12, 103: 7, 104: 5, 105: 9, 106: 8, 107: 4, 108: 11, 109: 10, 110: 6}
RING_SHOPS = (103, 104, 107)
RING = range(5001, 5019)
RIVALS = range(6001, 6006)
VICTIM = 106
HONEST_TEXT = (
    "尺码合适，走路不磨脚。",
    "颜色比图片深一点。",
    "发货快，包装完整。",
    "一般，跟脚的线头多。",
)
TEMPLATE_TEXT = "质量超赞，物美价廉，下次还来！"

Rows = list[dict[str, Any]]
Naming = Callable[[int], Any]


def small_run(
    engine: Engine,
    *,
    naming: Naming = int,
    text: str = TEMPLATE_TEXT,
    said: Sequence[Reversal] = (),
) -> Manifest:
    """Leave a whole judged run in ``engine``; return its manifest.

    Args:
        engine: Where the tables go.
        naming: Gives every id, so that a test can have ids of text.
        text: What the reviews of the ring say.
        said: What people said against the decisions.
    """
    chance = random.Random(11)
    orders = _honest(chance) + _ring_orders(chance) + _rival_orders(chance)
    orders.sort(key=lambda row: (row["placed_at"], row["account_id"], row["shop_id"]))
    for number, row in enumerate(orders, start=1):
        row["order_id"] = 900_000 + number
    reviews = _reviews(chance, orders, text)
    fake_orders = [row for row in orders if row["account_id"] in (*RING, *RIVALS)]
    fake_reviews = [row for row in reviews if row["account_id"] in RING]
    market = {
        "orders": _named(orders, naming),
        "reviews": _named(reviews, naming),
        "shops": _named([{"shop_id": s, "category": c} for s, c in CATEGORIES.items()], naming),
        "items": _named([{"item_id": s + 100, "shop_id": s} for s in CATEGORIES], naming),
    }
    manifest = _dated(build(engine, market), orders, reviews)
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    signals = _signals(fake_orders, fake_reviews)
    _put(engine, "signals", signals, signal_schema(id_type), naming)
    _put(engine, "coverage", _coverage(signals), COVERAGE, naming)
    _put(engine, "rings", _rings(fake_orders), ring_schema(), naming)
    _put(engine, "ring_members", _members(fake_orders), ring_member_schema(id_type), naming)
    decisions = _decisions(fake_orders, fake_reviews)
    _put(engine, "decisions", decisions, decision_schema(id_type), naming)
    _put(engine, "reasons", _reasons(fake_orders, signals), reason_schema(id_type), naming)
    _put(engine, "rejects", _rejects(), reject_schema(), naming)
    _count(engine, manifest, said)
    return manifest


def _dated(manifest: Manifest, orders: Rows, reviews: Rows) -> Manifest:
    """Say which days the tables cover, as `collect` does."""
    tables = dict(manifest.tables)
    for name, rows, column in (
        ("orders", orders, "placed_at"),
        ("reviews", reviews, "posted_at"),
    ):
        moments = [row[column] for row in rows]
        tables[name] = replace(tables[name], first_at=min(moments), last_at=max(moments))
    orders_table = replace(tables["orders"], n_rejects=12, n_merged=3, ignored=("内部备注",))
    return replace(manifest, tables={**tables, "orders": orders_table}, version="0.1.0")


def _put(engine: Engine, table: str, rows: Rows, schema: pa.Schema, naming: Naming) -> None:
    engine.put(table, pa.Table.from_pylist(_named(rows, naming), schema=schema))


def _named(rows: Rows, naming: Naming) -> Rows:
    ids = ("order_id", "review_id", "account_id", "shop_id", "item_id", "subject_id")
    return [
        {
            key: naming(value)
            if key in ids and value is not None
            else [naming(each) for each in value]
            if key == "evidence_ids"
            else value
            for key, value in row.items()
        }
        for row in rows
    ]


def _honest(chance: random.Random) -> Rows:
    rows = []
    for shop, pace in PACE.items():
        for day in range(N_DAYS):
            weekend = 1.35 if (day + 2) % 7 in (5, 6) else 1.0
            for _ in range(max(0, round(chance.gauss(pace * weekend, pace**0.5)))):
                at = T0 + day * DAY + chance.randrange(7 * HOUR, 24 * HOUR)
                account = chance.randrange(1001, 3500)
                rows.append(_order(shop, account, at, chance, device=f"d{account:08x}"))
    return rows


def _ring_orders(chance: random.Random) -> Rows:
    rows = []
    for shop in RING_SHOPS:
        for day in range(20, 39):
            buyers = chance.sample(list(RING), 4 if shop == 107 else 9)
            for turn, account in enumerate(buyers):
                at = T0 + day * DAY + 20 * HOUR + turn * 3 * MINUTE + chance.randrange(2 * MINUTE)
                device = f"f00d{account % 5:04x}ab12cd34"
                rows.append(_order(shop, account, at, chance, device=device, payer="c0ffee12ab34"))
    return rows


def _rival_orders(chance: random.Random) -> Rows:
    return [
        _order(
            VICTIM,
            chance.choice(RIVALS),
            T0 + day * DAY + 3 * HOUR + turn * MINUTE,
            chance,
            device="bad0cafe00112233",
            status="refunded",
        )
        for day in (44, 45)
        for turn in range(45)
    ]


def _order(
    shop: int,
    account: int,
    at: int,
    chance: random.Random,
    *,
    device: str,
    payer: str | None = None,
    status: str = "confirmed",
) -> dict[str, Any]:
    return {
        "order_id": 0,
        "account_id": account,
        "shop_id": shop,
        "item_id": shop + 100,
        "placed_at": at,
        "paid_minor": chance.randrange(2_900, 19_900),
        "currency": "CNY",
        "status": status,
        "device_token": device,
        "payer_token": payer,
    }


def _reviews(chance: random.Random, orders: Rows, text: str) -> Rows:
    rows: Rows = []
    for order in orders:
        is_ring = order["account_id"] in RING
        if not is_ring and (order["account_id"] in RIVALS or chance.random() > 0.35):
            continue
        rows.append(
            {
                "review_id": 70_000 + len(rows),
                "account_id": order["account_id"],
                "item_id": order["item_id"],
                "shop_id": order["shop_id"],
                "order_id": order["order_id"],
                "posted_at": order["placed_at"] + chance.randrange(2 * DAY, 6 * DAY),
                "rating": 5.0 if is_ring else float(chance.choice((1, 3, 4, 4, 4, 5, 5))),
                "text": text if is_ring else chance.choice(HONEST_TEXT),
                "text_source": "written",
            }
        )
    return rows


def _signal(
    detector: str,
    kind: str,
    subject: int,
    score: float,
    evidence: Sequence[int],
    *,
    words: tuple[str, str],
    traits: str,
) -> dict[str, Any]:
    family, strength, element = traits.split()
    return {
        "signal_id": f"{detector}-{subject}",
        "detector": detector,
        "subject_kind": kind,
        "subject_id": subject,
        "score": score,
        "family": family,
        "strength": strength,
        "element": element,
        "facts": json.dumps({"n_orders": len(evidence)}),
        "evidence_table": "reviews" if kind == "review" else "orders",
        "evidence_ids": list(evidence),
        "reason_zh": words[0],
        "reason_en": words[1],
    }


def _signals(fake_orders: Rows, fake_reviews: Rows) -> Rows:
    rows: Rows = []
    for shop in (*RING_SHOPS, VICTIM):
        ids = [row["order_id"] for row in fake_orders if row["shop_id"] == shop]
        zh = f"{len(ids):,} 笔订单集中在少数几天，是平日同时段的 4.2 倍。"
        en = f"{len(ids):,} orders fell into a few days, 4.2 times as many as usual at those hours."
        rows.append(
            _signal("order-burst", "shop", shop, 0.71, ids, words=(zh, en), traits="time E1 a")
        )
    for row in fake_orders:
        order, account = row["order_id"], row["account_id"]
        if account in RING:
            zh = "4 个账号用同一台设备在这家店铺下单。"
            en = "4 accounts ordered in this shop from one device."
            rows.append(
                _signal(
                    "shared-device",
                    "order",
                    order,
                    0.82,
                    [order],
                    words=(zh, en),
                    traits="graph E2 b",
                )
            )
        if row["shop_id"] == 103 and account in RING:
            zh = f"实付 {row['paid_minor'] / 100:,.2f} 元，签收后 2 天由店铺一方退回 100%。"
            en = f"Paid {row['paid_minor'] / 100:,.2f}; the shop paid all of it back 2 days later."
            rows.append(
                _signal(
                    "cashback-loop",
                    "order",
                    order,
                    0.97,
                    [order],
                    words=(zh, en),
                    traits="money E3 c",
                )
            )
    for row in fake_reviews:
        zh, en = "41 个账号写了同样的话。", "41 accounts wrote the same words."
        rows.append(
            _signal(
                "repeated-text",
                "review",
                row["review_id"],
                0.64,
                [row["review_id"]],
                words=(zh, en),
                traits="text E1 a",
            )
        )
    return rows


def _coverage(signals: Rows) -> Rows:
    ran = ("cashback-loop", "order-burst", "order-concentration", "quick-review", "repeated-text")
    rows = [
        {
            "detector": name,
            "status": "ran",
            "because_zh": "",
            "because_en": "",
            "n_signals": sum(row["detector"] == name for row in signals),
        }
        for name in (*ran, "shared-device")
    ]
    rows.append(
        {
            "detector": "light-parcel",
            "status": "not applicable",
            "because_zh": "数据中没有 shipments",
            "because_en": "the data has no shipments",
            "n_signals": 0,
        }
    )
    rows.append(
        {
            "detector": "shared-address",
            "status": "failed",
            "because_zh": "运行超出内存",
            "because_en": "it ran out of memory",
            "n_signals": 0,
        }
    )
    return rows


def _rings(fake_orders: Rows) -> Rows:
    return [
        _ring(
            "ring-0001", RING, RING_SHOPS, fake_orders, {"device": 27, "payer": 153, "lockstep": 61}
        ),
        _ring("ring-0002", RIVALS, (VICTIM,), fake_orders, {"device": 10}),
    ]


def _ring(
    name: str, accounts: Sequence[int], shops: Sequence[int], orders: Rows, ties: dict[str, int]
) -> dict[str, Any]:
    theirs = [row for row in orders if row["account_id"] in accounts]
    n = len(theirs)
    return {
        "ring_id": name,
        "score": 0.93 if len(shops) > 1 else 0.81,
        "n_accounts": len(accounts),
        "n_firm": len(accounts),
        "n_shops": len(shops),
        "n_orders": n,
        "n_reviews": n if accounts is RING else 0,
        "turnover_minor": sum(row["paid_minor"] for row in theirs),
        "first_at": min(row["placed_at"] for row in theirs),
        "last_at": max(row["placed_at"] for row in theirs),
        "ties": json.dumps(ties),
        "reason_zh": f"{len(accounts)} 个账号在 {len(shops)} 家店铺下单 {n:,} 次（随机约 3 次）。",
        "reason_en": f"{len(accounts)} accounts ordered {n:,} times in {len(shops)} shops "
        "(popularity alone gives about 3.1).",
    }


def _members(fake_orders: Rows) -> Rows:
    rows = []
    for ring, accounts, shops in (
        ("ring-0001", RING, RING_SHOPS),
        ("ring-0002", RIVALS, (VICTIM,)),
    ):
        for kind, role, ids, key in (
            ("account", "brusher", accounts, "account_id"),
            ("shop", "merchant", shops, "shop_id"),
        ):
            for subject in ids:
                n = sum(
                    row[key] == subject and row["account_id"] in accounts for row in fake_orders
                )
                rows.append(
                    {
                        "ring_id": ring,
                        "subject_kind": kind,
                        "subject_id": subject,
                        "role": role,
                        "n_ties": len(accounts) - 1 if kind == "account" else len(accounts),
                        "is_firm": True,
                        "n_orders": n,
                        "reason_zh": f"圈内下单 {n} 次。",
                        "reason_en": f"{n} orders within the ring.",
                    }
                )
    return rows


def _decision(
    kind: str, subject: int, rung: str, probability: float, **more: Any
) -> dict[str, Any]:
    approver = {"L0": "system", "L1": "system", "L2": "reviewer", "L4": "two persons"}[rung]
    return {
        "subject_kind": kind,
        "subject_id": subject,
        "rung": rung,
        "probability": probability,
        "is_neutralised": rung != "L0",
        "elements": "a,b",
        "families": "graph,time",
        "strength": "E2",
        "ring_id": None,
        "approver": approver,
        "is_in_force": rung in ("L0", "L1"),
        "rule": "two-families",
        **more,
    }


def _decisions(fake_orders: Rows, fake_reviews: Rows) -> Rows:
    rows = [_decision("order", row["order_id"], "L1", 0.94) for row in fake_orders]
    rows += [
        _decision("review", row["review_id"], "L1", 0.94, rule="its-order") for row in fake_reviews
    ]
    rows += [
        _decision("account", account, "L1", 0.96, rule="took-part-repeatedly")
        for account in (*RING, *RIVALS)
    ]
    rows += [_decision("account", 1200 + n, "L0", 0.3, rule="seen-once") for n in range(14)]
    rows += [
        _decision(
            "shop",
            103,
            "L4",
            0.97,
            elements="a,b,c",
            families="graph,money,time",
            strength="E3",
            ring_id="ring-0001",
            rule="attributed",
        ),
        _decision("shop", 104, "L1", 0.48, ring_id="ring-0001", rule="not-attributed"),
        _decision("shop", 107, "L1", 0.48, ring_id="ring-0001", rule="not-attributed"),
        _decision("shop", VICTIM, "L1", 0.45, ring_id="ring-0002", rule="not-attributed"),
        _decision(
            "shop", 108, "L0", 0.08, elements="", families="time", rule="nothing-neutralised"
        ),
    ]
    return rows


def _reasons(fake_orders: Rows, signals: Rows) -> Rows:
    rows = [
        _reason(row["subject_kind"], row["subject_id"], "signal", row["detector"], "supports",
                zh=row["reason_zh"], en=row["reason_en"], signal_id=row["signal_id"])
        | {key: row[key] for key in ("family", "strength", "element")}
        for row in signals
    ]  # fmt: skip
    for row in fake_orders:
        for name, zh, en in (
            ("campaign", "平台活动订单：已检验，不成立。", "Ordered in a campaign? Tested: no."),
            (
                "live-stream",
                "直播间下单：已检验，不成立。",
                "Ordered in a live stream? Tested: no.",
            ),
        ):
            rows.append(
                _reason("order", row["order_id"], "look-alike", name, "rejected", zh=zh, en=en)
            )
        rows.append(
            _reason("order", row["order_id"], "look-alike", "gift", "untested",
                    zh="礼物订单：数据缺列，无法检验。", en="A gift? The data has no such column.")
        )  # fmt: skip
    spared = fake_orders[0]["order_id"] - 1
    rows += [
        _reason("order", spared - number, "look-alike", "live-stream", "spares",
                zh="直播间下单：成立，相应证据不予采用。",
                en="Ordered in a live stream: yes, so it was set aside.")
        for number in range(23)
    ]  # fmt: skip
    rows += [
        _reason("shop", shop, "missing", "c", "missing",
                zh="尚无证据表明店铺本身是幕后者：也可能是他人反向刷单，店铺按受害者对待。",
                en="Nothing ties the shop itself to it: a rival may have bought these orders.")
        for shop in (104, 107, VICTIM)
    ]  # fmt: skip
    rows += [
        _reason("shop", shop, "ring", "ring-0001", "supports",
                zh="圈内 18 个账号在此下单。", en="18 accounts of the ring ordered here.")
        for shop in RING_SHOPS
    ]  # fmt: skip
    return rows


def _reason(
    kind: str, subject: int, what: str, name: str, outcome: str, *, zh: str, en: str,
    signal_id: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "subject_kind": kind,
        "subject_id": subject,
        "kind": what,
        "name": name,
        "outcome": outcome,
        "signal_id": signal_id,
        "reason_zh": zh,
        "reason_en": en,
    }


def _rejects() -> Rows:
    return [
        {
            "table": "orders",
            "file": "orders-2023.csv",
            "row": 118 + n,
            "column": "paid_minor" if n < 9 else "placed_at",
            "value": "-5" if n < 9 else "1970-01-01",
            "is_kept": n >= 9,
            "code": "negative-money" if n < 9 else "time-out-of-range",
            "reason_zh": "金额为负" if n < 9 else "时间早于 2000 年",
            "reason_en": "a negative amount" if n < 9 else "a time before the year 2000",
        }
        for n in range(12)
    ]


def _count(engine: Engine, manifest: Manifest, said: Sequence[Reversal]) -> None:
    """Count as `judge` does; say that no row would be left out without the graph."""
    engine.create(
        "rests_on",
        """SELECT subject_kind, subject_id, 'family' AS evidence,
               unnest(string_split(families, ',')) AS name, name = 'graph' AS is_needed
           FROM decisions WHERE subject_kind IN ('order', 'review') AND is_neutralised
           UNION ALL
           SELECT 'review', subject_id, 'order', NULL, true FROM decisions
           WHERE subject_kind = 'review' AND is_neutralised""",
    )
    put_reversals(engine, said)
    count_clean(engine, manifest)


def quiet_run(engine: Engine, *statuses: str) -> Manifest:
    """Leave a run in ``engine`` that found nothing, with one detector of each given status."""
    orders = [
        {"order_id": n, "account_id": n, "shop_id": 1, "placed_at": T0 + n} for n in range(20)
    ]
    manifest = build(engine, {"orders": orders})
    id_type = pa.int64()
    coverage = [
        {
            "detector": f"detector-{number}",
            "status": status,
            "because_zh": "" if status == "ran" else "数据中没有 transfers",
            "because_en": "" if status == "ran" else "the data has no transfers",
            "n_signals": 0,
        }
        for number, status in enumerate(statuses)
    ]
    engine.put("coverage", pa.Table.from_pylist(coverage, schema=COVERAGE))
    for table, schema in (
        ("signals", signal_schema(id_type)),
        ("rings", ring_schema()),
        ("ring_members", ring_member_schema(id_type)),
        ("decisions", decision_schema(id_type)),
        ("reasons", reason_schema(id_type)),
        ("clean_counts", clean_count_schema(id_type)),
        ("rejects", reject_schema()),
    ):
        engine.put(table, schema.empty_table())
    return manifest

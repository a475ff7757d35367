"""The claims about an organiser's rings, and about the shops that their orders went to."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words, counted
from unbrush.respond import figures
from unbrush.respond.chances import chance_sentence, robustness_sentence
from unbrush.respond.claims import Claim, column_of
from unbrush.respond.evidence_rows import row_table
from unbrush.respond.figures import Money
from unbrush.respond.limits import CLAIM_ROWS_SHOWN
from unbrush.respond.ring_deeds import (
    ring_numbers,
    ring_rows,
    ring_sentence,
    stranger_sentence,
    together_sentence,
)

Row = dict[str, Any]

_ORDER_COLUMNS = ("order_id", "account_id", "shop_id", "placed_at", "paid_minor")
_REVIEW_COLUMNS = ("review_id", "account_id", "shop_id", "posted_at")
_SHOP_COLUMNS = ("shop_id", "category", "region")


def rings_with_claims(engine: Engine, money: Money) -> list[Row]:
    """Return each ring that is told of, with one claim on what it did together."""
    is_orders = bool(engine.value("SELECT count(*) FROM orders"))
    rows = ring_rows(engine)
    rings = ring_numbers(engine)
    for ring in rings:
        shown = rows.get((ring["place"], ring["ring_id"]), [])
        ring["claims"] = [_ring_claim(ring, shown, money, is_orders=is_orders)]
    return rings


def shops_claims(engine: Engine, money: Money) -> dict[int, Claim]:
    """Return, by organiser, the claim on where the orders went."""
    totals = engine.query(
        """SELECT place, count(DISTINCT shop_id) AS n_shops, count(DISTINCT region) AS n_regions,
            count(DISTINCT event_id) AS n_acts, CAST(sum(paid_minor) AS BIGINT) AS minor
        FROM _org_acts JOIN (SELECT DISTINCT place, shop_id, region FROM _org_shops)
            USING (place, shop_id)
        GROUP BY place ORDER BY place"""
    ).to_pylist()
    rows = engine.query(
        f"""WITH named AS (SELECT DISTINCT place, shop_id, region FROM _org_shops),
        done AS (
            SELECT place, shop_id, count(*) AS n_orders, count(DISTINCT account_id) AS n_accounts
            FROM _org_acts GROUP BY ALL),
        counted AS (
            SELECT DISTINCT subject_id, category FROM clean_counts WHERE subject_kind = 'shop')
        SELECT place, shop_id, category, region, n_orders, n_accounts, false AS is_removed
        FROM done JOIN named USING (place, shop_id)
        LEFT JOIN counted ON counted.subject_id = shop_id
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY n_orders DESC, shop_id)
            <= {CLAIM_ROWS_SHOWN}
        ORDER BY place, n_orders DESC, shop_id"""
    ).to_pylist()
    return {
        total["place"]: _shops_claim(
            total, [r for r in rows if r["place"] == total["place"]], money
        )
        for total in totals
    }


def _ring_claim(ring: Row, rows: list[Row], money: Money, *, is_orders: bool) -> Claim:
    columns = _ORDER_COLUMNS if is_orders else _REVIEW_COLUMNS
    table = "orders" if is_orders else "reviews"
    n = ring["n_acts"] or 0
    name = figures.outside(ring["ring_id"])
    paid = f" · {money.whole(ring['minor'])}" if ring["minor"] else ""
    more = [
        Words(ring["reason_zh"] or "", ring["reason_en"] or "") if ring["reason_zh"] else None,
        stranger_sentence(ring),
        together_sentence(ring),
        chance_sentence(ring["q_value"]),
        robustness_sentence(ring["robustness"]),
    ]
    return {
        "sentence": ring_sentence(ring, money, is_orders=is_orders),
        "more": [each for each in more if each],
        "deed": Words("下单", "ordered") if is_orders else Words("评价", "reviewed"),
        "brief": Words(
            f"{n:,} {'笔订单' if is_orders else '条评价'}{paid}",
            f"{counted(n, 'order' if is_orders else 'review')}{paid}",
        ),
        "carries": "orders",
        "who": Words(f"协同圈 {name}", f"ring {name}"),
        "table": row_table([column_of(table, each) for each in columns], rows, money),
        "has_counts": True,
        "n_rows": figures.count(n),
        "rest": {"table": table, "ring": name},
    }


def _shops_claim(total: Row, rows: list[Row], money: Money) -> Claim:
    n_shops, n_regions, paid = total["n_shops"], total["n_regions"], total["minor"]
    where_zh = f"分布在 {n_regions:,} 个地区" if n_regions else ""
    where_en = f" in {counted(n_regions, 'region')}" if n_regions else ""
    listed = row_table([column_of("shops", each) for each in _SHOP_COLUMNS], rows, money)
    listed["columns"] += [
        {"words": Words("圈内订单", "orders in it"), "is_number": True},
        {"words": Words("圈内账号", "accounts in it"), "is_number": True},
    ]
    for cells, row in zip(listed["rows"], rows, strict=True):
        cells["cells"] += [figures.count(row["n_orders"]), figures.count(row["n_accounts"])]
    return {
        "sentence": Words(
            f"订单流向 {n_shops:,} 家店铺{'，' if where_zh else ''}{where_zh}"
            + (f"，共 {money.whole(paid)}" if paid else "")
            + "。",
            f"The orders went to {counted(n_shops, 'shop')}{where_en}"
            + (f", {money.whole(paid)} in all" if paid else "")
            + ".",
        ),
        "more": [
            Words(
                "订单流向某店铺，不等于该店铺参与：也可能是他人所为，须另有依据才能认定。",
                "That orders went to a shop does not mean that it took part: somebody else may "
                "have bought them. It needs evidence of its own.",
            )
        ],
        "deed": Words("收到订单", "received orders"),
        "brief": Words(f"{n_shops:,} 家店铺", counted(n_shops, "shop")),
        "carries": "orders",
        "who": Words("店铺", "shops"),
        "table": listed,
        "has_counts": False,
        "n_rows": figures.count(n_shops),
        "rest": {"members": "merchant"},
    }

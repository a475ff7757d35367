"""What a cluster did: its size, its regions, how it grew week by week, what holds it together."""

import json
from typing import Any

import pyarrow as pa

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.engine import Engine
from unbrush.base.evidence import cluster_schema
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words, counted

WEEK_MS = 7 * DAY_MS
MONDAY_MS = 4 * DAY_MS
"""The first Monday of epoch time."""

REGIONS_TOLD = 3

JOIN_WORDS = {
    "accounts": Words("同一批账号", "the same accounts"),
    "device": Words("共用设备", "shared devices"),
    "card": Words("共用银行卡", "shared cards"),
    "address": Words("共用地址", "shared addresses"),
    "phone": Words("共用手机号", "shared phones"),
    "identity": Words("同一身份", "shared identities"),
    "money": Words("同一付款人返款", "money returned by one payer"),
    "funds": Words("钱包由同一账户供款", "wallets that one payer fills"),
    "shipper": Words("同一发件人", "one sender of parcels"),
    "recruiter": Words("同一邀请人", "one recruiter"),
    "posts": Words("同一作者的招募帖", "calls by one author"),
    "text": Words("同一批文稿", "the same supplied texts"),
}
"""Every kind of `_links`, as it is told."""


def describe_clusters(engine: Engine, manifest: Manifest) -> None:
    """Leave table `clusters`, and `_done`: cluster_id and each deed of its rings, once.

    Args:
        engine: Holds what `work.lay_out` leaves, `_links` and `_cluster`.
        manifest: What the market has.
    """
    engine.create(
        "_done",
        """SELECT DISTINCT cluster_id, kind, deed, account, shop, done_at, paid_minor, n_orders,
                  n_reviews
           FROM _work JOIN _cluster USING (ring)""",
    )
    regions = _by_cluster(engine, _regions_sql(manifest))
    growth = _by_cluster(engine, _growth_sql())
    joined = _by_cluster(engine, _joined_sql())
    rows = [
        _cluster(
            row,
            regions.get(row["cluster_id"], []),
            growth.get(row["cluster_id"], []),
            {each["kind"]: each["n"] for each in joined.get(row["cluster_id"], [])},
        )
        for row in engine.query(_sizes_sql()).to_pylist()
    ]
    engine.put("clusters", pa.Table.from_pylist(rows, schema=cluster_schema()))


def _by_cluster(engine: Engine, sql: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in engine.query(sql).to_pylist():
        rows.setdefault(row.pop("cluster_id"), []).append(row)
    return rows


def _sizes_sql() -> str:
    return """
        WITH rings_in AS (
            SELECT cluster_id, count(*) AS n_rings, min(first_at) AS first_at,
                   max(last_at) AS last_at
            FROM _cluster JOIN _circle USING (ring) GROUP BY cluster_id),
        crew AS (SELECT cluster_id, count(DISTINCT account) AS n_accounts
                 FROM _crew JOIN _cluster USING (ring) GROUP BY cluster_id),
        stalls AS (SELECT cluster_id, count(DISTINCT shop) AS n_shops,
                          count(DISTINCT owner) AS n_owners, bool_and(owner IS NOT NULL) AS is_owned
                   FROM _stall JOIN _cluster USING (ring) LEFT JOIN _house USING (shop)
                   GROUP BY cluster_id),
        done AS (SELECT cluster_id, sum(n_orders) AS n_orders, sum(n_reviews) AS n_reviews,
                        count(*) FILTER (WHERE kind = 'like') AS n_likes,
                        sum(paid_minor) AS turnover
                 FROM _done GROUP BY cluster_id)
        SELECT cluster_id, n_rings, coalesce(n_accounts, 0) AS n_accounts,
               coalesce(n_shops, 0) AS n_shops,
               CASE WHEN is_owned THEN n_owners END AS n_owners,
               CAST(coalesce(n_orders, 0) AS BIGINT) AS n_orders,
               CAST(coalesce(n_reviews, 0) AS BIGINT) AS n_reviews,
               coalesce(n_likes, 0) AS n_likes,
               CAST(coalesce(turnover, 0) AS BIGINT) AS turnover_minor, first_at, last_at
        FROM rings_in LEFT JOIN crew USING (cluster_id) LEFT JOIN stalls USING (cluster_id)
        LEFT JOIN done USING (cluster_id)
        ORDER BY n_rings DESC, n_accounts DESC, cluster_id"""


def _regions_sql(manifest: Manifest) -> str:
    """Shops and orders by the region of the shop, accounts by their own; unknown ones left out."""
    return f"""
        WITH shops_in AS (
            SELECT cluster_id, region, count(*) AS n_shops
            FROM (SELECT DISTINCT cluster_id, shop FROM _stall JOIN _cluster USING (ring))
            JOIN _house USING (shop) WHERE region IS NOT NULL GROUP BY cluster_id, region),
        accounts_in AS (
            SELECT cluster_id, region, count(*) AS n_accounts
            FROM (SELECT DISTINCT cluster_id, account FROM _crew JOIN _cluster USING (ring)) c
            JOIN (SELECT CAST(account_id AS {manifest.subject_id_type}) AS account, region
                  FROM accounts WHERE region IS NOT NULL) a USING (account)
            GROUP BY cluster_id, region),
        orders_in AS (
            SELECT cluster_id, region, CAST(sum(n_orders) AS BIGINT) AS n_orders
            FROM _done JOIN _house USING (shop) WHERE region IS NOT NULL
            GROUP BY cluster_id, region)
        SELECT cluster_id, region, coalesce(n_shops, 0) AS n_shops,
               coalesce(n_accounts, 0) AS n_accounts, coalesce(n_orders, 0) AS n_orders
        FROM shops_in FULL JOIN accounts_in USING (cluster_id, region)
        FULL JOIN orders_in USING (cluster_id, region)
        ORDER BY cluster_id, n_shops DESC, n_orders DESC, n_accounts DESC, region"""


def _growth_sql() -> str:
    """What each week brought: deeds, and accounts and shops that were not there before."""
    week = f"((done_at - {MONDAY_MS}) // {WEEK_MS}) * {WEEK_MS} + {MONDAY_MS}"
    return f"""
        WITH told AS (SELECT *, {week} AS week_at FROM _done),
        work AS (SELECT cluster_id, week_at, CAST(sum(n_orders) AS BIGINT) AS n_orders
                 FROM told GROUP BY cluster_id, week_at),
        accounts_new AS (
            SELECT cluster_id, week_at, count(*) AS n
            FROM (SELECT cluster_id, account, min(week_at) AS week_at FROM told
                  GROUP BY cluster_id, account) GROUP BY cluster_id, week_at),
        shops_new AS (
            SELECT cluster_id, week_at, count(*) AS n
            FROM (SELECT cluster_id, shop, min(week_at) AS week_at FROM told
                  GROUP BY cluster_id, shop) GROUP BY cluster_id, week_at)
        SELECT cluster_id, week_at, n_orders, coalesce(a.n, 0) AS n_accounts,
               coalesce(s.n, 0) AS n_shops
        FROM work LEFT JOIN accounts_new a USING (cluster_id, week_at)
        LEFT JOIN shops_new s USING (cluster_id, week_at)
        ORDER BY cluster_id, week_at"""


def _joined_sql() -> str:
    return """SELECT cluster_id, kind, count(*) AS n
              FROM _links JOIN _cluster ON ring = a GROUP BY cluster_id, kind
              ORDER BY cluster_id, n DESC, kind"""


def _cluster(
    row: dict[str, Any],
    regions: list[dict[str, Any]],
    growth: list[dict[str, Any]],
    joined: dict[str, int],
) -> dict[str, Any]:
    told = _what_it_did(row)
    where = _where(regions)
    held = _held_together(row["n_rings"], joined)
    return {
        **row,
        "regions": json.dumps(regions, ensure_ascii=False),
        "growth": json.dumps(growth),
        "joined_by": json.dumps(joined, sort_keys=True),
        "reason_zh": told.zh + where.zh + held.zh,
        "reason_en": told.en + where.en + held.en,
    }


def _what_it_did(row: dict[str, Any]) -> Words:
    n_rings, n_accounts, n_shops = row["n_rings"], row["n_accounts"], row["n_shops"]
    first, last = day_of(row["first_at"]), day_of(row["last_at"])
    owned = row["n_owners"] is not None and row["n_owners"] < n_shops
    owners_zh = f"（分属 {row['n_owners']:,} 个店主）" if owned else ""
    owners_en = f" of {counted(row['n_owners'], 'owner')}" if owned else ""
    if row["n_orders"]:
        zh, en = f"下单 {row['n_orders']:,} 笔", f"placed {counted(row['n_orders'], 'order')}"
    elif row["n_reviews"]:
        zh, en = f"评价 {row['n_reviews']:,} 条", f"wrote {counted(row['n_reviews'], 'review')}"
    else:
        zh, en = f"点赞或收藏 {row['n_likes']:,} 次", f"gave {counted(row['n_likes'], 'like')}"
    return Words(
        f"{n_rings:,} 个协同圈、{n_accounts:,} 个账号为 {n_shops:,} 家店铺{owners_zh}"
        f"{zh}，{first} 至 {last}",
        f"{counted(n_rings, 'ring')} of {counted(n_accounts, 'account')} {en} for "
        f"{counted(n_shops, 'shop')}{owners_en}, {first} to {last}",
    )


def _where(regions: list[dict[str, Any]]) -> Words:
    places = [each["region"] for each in regions if each["n_shops"]]
    if not places:
        return Words("；", "; ")
    shown, rest = places[:REGIONS_TOLD], len(places) - REGIONS_TOLD
    zh, en = "、".join(shown), ", ".join(shown)
    if rest > 0:
        zh, en = f"{zh}等 {len(places)} 个地区", f"{en} and {counted(rest, 'other region')}"
    return Words(f"，店铺在{zh}；", f", shops in {en}; ")


def _held_together(n_rings: int, joined: dict[str, int]) -> Words:
    if n_rings == 1:
        return Words(
            "没有发现与其他协同圈的联系。", "nothing beyond chance joins it to another ring."
        )
    zh = "、".join(f"{JOIN_WORDS[kind].zh}（{n:,} 对协同圈）" for kind, n in joined.items())
    en = ", ".join(
        f"{JOIN_WORDS[kind].en} ({counted(n, 'pair')} of rings)" for kind, n in joined.items()
    )
    return Words(f"联系：{zh}。", f"joined by {en}.")

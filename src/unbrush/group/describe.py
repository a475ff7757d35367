"""What a ring is: its shops, its members' roles, its dates, and the sentence that says so."""

import json
import math
from typing import Any

import pyarrow as pa

from unbrush.base.clock import day_of
from unbrush.base.engine import Engine
from unbrush.base.evidence import ring_member_schema, ring_schema
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words, counted
from unbrush.group.explain import weigh_members
from unbrush.group.names import keep_ring_names
from unbrush.group.params import Params

MIN_SHARED_BY = 3
"""Fewest members that must have dealt with a shop for it to be the ring's."""

TIE_WORDS = {
    "lockstep": Words("光顾同样的冷门店铺", "the same rare shops"),
    "device": Words("共用设备", "a shared device"),
    "address": Words("共用地址", "a shared address"),
    "payer": Words("同一付款人", "one payer"),
    "card": Words("共用银行卡", "a shared card"),
    "phone": Words("共用手机号", "a shared phone"),
    "identity": Words("同一身份", "one identity"),
    "money": Words("货款由同一只手返还", "money returned by one hand"),
}


def describe(
    engine: Engine, manifest: Manifest, params: Params, *, is_update: bool = False
) -> None:
    """Turn the groups in table ``_members`` into tables `rings` and `ring_members`.

    In an update, rings go on under the names that they have in `was_ring_members`.
    """
    _find_shops(engine, params, is_update=is_update)
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    weigh_members(engine, params)
    engine.create("_local", _local_sql(params))
    rings = [_ring(row) for row in engine.query(_rings_sql()).to_pylist()]
    engine.put("rings", pa.Table.from_pylist(rings, schema=ring_schema()))
    members = engine.query(_members_sql(manifest, params)).to_pylist()
    engine.put(
        "ring_members",
        pa.Table.from_pylist([_member(row) for row in members], schema=ring_member_schema(id_type)),
    )
    for name in ("_ring_shops", "_ring_accounts", "_ring_names", "_weights", "_robust", "_local"):
        engine.drop(name)


def _find_shops(engine: Engine, params: Params, *, is_update: bool) -> None:
    """Leave `_ring_shops`, `_ring_accounts` and `_ring_names` for groups that have a shop."""
    engine.create(
        "_ring_shops",
        f"""WITH theirs AS (
                SELECT "group", shop_id, shop, count(*) FILTER (channel <> 'liked') AS n,
                       count(DISTINCT account) AS m
                FROM _members JOIN _deeds ON account = node GROUP BY "group", shop_id, shop),
            totals AS (SELECT "group", sum(n) AS n, sum(m) AS m FROM theirs GROUP BY "group"),
            popular AS (
                SELECT shop_id, count(*) FILTER (channel <> 'liked') AS n,
                       count(DISTINCT account) AS m
                FROM _deeds GROUP BY shop_id),
            whole AS (SELECT sum(n) AS n, sum(m) AS m FROM popular),
            weighed AS (
                SELECT s."group", shop_id, shop, s.n, s.m,
                       t.n * p.n / greatest(1, whole.n) AS mean,
                       -- Meetings of an account with a shop: a habit is one coincidence.
                       t.m * p.m / whole.m AS expected
                FROM theirs s JOIN totals t USING ("group") JOIN popular p USING (shop_id), whole
                WHERE s.m >= {MIN_SHARED_BY})
            SELECT * EXCLUDE expected FROM weighed
            WHERE m > expected
                AND m * ln(m / expected) - m + expected > {params.min_surprise}""",
    )
    # Whoever came first stays first however a ring grows, so its name does not change.
    engine.create(
        "_ring_names",
        """WITH deeds AS (
               SELECT "group", account_id, shop_id, done_at FROM _members
               JOIN _deeds ON _deeds.account = node JOIN _ring_shops USING ("group", shop_id)
               JOIN _accounts ON _accounts.account = node),
           earliest AS (
               SELECT * FROM deeds QUALIFY row_number() OVER (
                   PARTITION BY "group" ORDER BY done_at, account_id, shop_id) = 1),
           hashed AS (
               SELECT "group", substr(md5(concat_ws('#', CAST(account_id AS VARCHAR),
                   CAST(shop_id AS VARCHAR))), 1, 10) AS hash FROM earliest),
           numbered AS (
               SELECT *, row_number() OVER (PARTITION BY hash ORDER BY "group") AS n FROM hashed)
           SELECT "group", concat('ring-', hash, CASE WHEN n > 1 THEN concat('-', n) ELSE '' END)
               AS ring_id FROM numbered""",
    )
    if is_update:
        keep_ring_names(engine)
    engine.create(
        "_ring_accounts",
        """SELECT ring_id, node, account_id, n_ties, is_firm, kinds
           FROM _members JOIN _ring_names USING ("group") JOIN _accounts ON account = node""",
    )


def _local_sql(params: Params) -> str:
    """Whether a ring's shops are all of one region, and its accounts, too: one street's customers.

    A region that holds most of the market says nothing about who is whose neighbour.
    """
    return f"""
        WITH everybody AS (
            SELECT region, count(*) / sum(count(*)) OVER () AS share FROM accounts
            WHERE region IS NOT NULL GROUP BY region),
        place AS (
            SELECT ring_id, min(region) AS region
            FROM _ring_shops r JOIN _ring_names USING ("group")
            LEFT JOIN shops ON CAST(shops.shop_id AS VARCHAR) = CAST(r.shop_id AS VARCHAR)
            GROUP BY ring_id HAVING count(DISTINCT region) = 1 AND count(region) = count(*)),
        near AS (
            SELECT ring_id FROM place JOIN everybody USING (region)
            JOIN _ring_accounts USING (ring_id) LEFT JOIN accounts a USING (account_id)
            WHERE share <= {params.max_local_share}
            GROUP BY ring_id
            HAVING count(*) FILTER (WHERE a.region = place.region) >= {params.min_local} * count(*))
        SELECT ring_id, ring_id IN (SELECT ring_id FROM near) AS is_local FROM _ring_names"""


def _rings_sql() -> str:
    return """
        WITH shops AS (SELECT ring_id, shop_id, n, mean FROM _ring_shops JOIN _ring_names
                       USING ("group")),
        work AS (
            SELECT ring_id, sum(n_orders) AS n_orders, sum(n_reviews) AS n_reviews,
                   sum(paid_minor) AS turnover, min(done_at) AS first_at, max(done_at) AS last_at
            FROM _ring_accounts JOIN _deeds ON account = node JOIN shops USING (ring_id, shop_id)
            GROUP BY ring_id),
        tied AS (
            SELECT ring_id, list(kind ORDER BY kind) AS kinds, list(n ORDER BY kind) AS counts
            FROM (SELECT ring_id, kind, count(*) AS n
                  FROM (SELECT ring_id, unnest(kinds) AS kind FROM _ring_accounts)
                  GROUP BY ring_id, kind) GROUP BY ring_id),
        tested AS (
            SELECT ring_id, ln_q, _robust.robustness FROM _tested JOIN _ring_names USING ("group")
            JOIN _robust USING (ring_id)),
        sizes AS (
            SELECT ring_id, count(*) AS n, count(*) FILTER (WHERE is_firm) AS n_firm
            FROM _ring_accounts GROUP BY ring_id),
        spread AS (SELECT ring_id, count(*) AS n, sum(n) AS seen,
                          sum(CAST(mean * 1000 AS BIGINT)) AS chance FROM shops GROUP BY ring_id)
        SELECT ring_id, sizes.n AS n_accounts, n_firm, spread.n AS n_shops,
               CAST(seen AS BIGINT) AS seen,
               CAST(chance AS BIGINT) AS chance, CAST(n_orders AS BIGINT) AS n_orders,
               CAST(n_reviews AS BIGINT) AS n_reviews, CAST(turnover AS BIGINT) AS turnover_minor,
               first_at, last_at, kinds, counts, ln_q, robustness, is_local
        FROM sizes JOIN spread USING (ring_id) JOIN work USING (ring_id) JOIN tied USING (ring_id)
        JOIN tested USING (ring_id) JOIN _local USING (ring_id)
        ORDER BY n_accounts DESC, ring_id"""


def _members_sql(manifest: Manifest, params: Params) -> str:
    kind = manifest.subject_id_type
    return f"""
        WITH shops AS (SELECT ring_id, shop_id, shop, m FROM _ring_shops JOIN _ring_names
                       USING ("group")),
        deeds AS (
            SELECT ring_id, node, is_firm, shop_id, count(*) AS n
            FROM _ring_accounts JOIN _deeds ON account = node JOIN shops USING (ring_id, shop_id)
            GROUP BY ring_id, node, is_firm, shop_id)
        SELECT _ring_accounts.ring_id, 'account' AS subject_kind,
               CAST(account_id AS {kind}) AS subject_id,
               CASE WHEN is_firm OR (robustness >= {params.min_robustness} AND NOT is_local)
                    THEN 'brusher'
                    ELSE 'companion' END AS role, n_ties, is_firm,
               CAST(coalesce(sum(n), 0) AS BIGINT) AS n_orders,
               count(shop_id) AS n_others, any_value(weight) AS weight,
               any_value(ln_q_without) AS ln_q_without
        FROM _ring_accounts LEFT JOIN deeds USING (ring_id, node, is_firm)
        JOIN _robust USING (ring_id) JOIN _local USING (ring_id)
        JOIN _weights w
            ON w.ring_id = _ring_accounts.ring_id AND NOT w.is_shop AND w.number = node
        GROUP BY _ring_accounts.ring_id, account_id, n_ties, is_firm, robustness,
            is_local
        UNION ALL
        SELECT shops.ring_id, 'shop', CAST(shops.shop_id AS {kind}), 'merchant', any_value(m),
               bool_or(is_firm), CAST(sum(n) AS BIGINT), any_value(m), any_value(weight),
               any_value(ln_q_without)
        FROM shops JOIN deeds ON deeds.ring_id = shops.ring_id AND deeds.shop_id = shops.shop_id
        JOIN _weights w
            ON w.ring_id = shops.ring_id AND w.is_shop AND w.number = shops.shop
        GROUP BY shops.ring_id, shops.shop_id
        ORDER BY ring_id, subject_kind, subject_id"""


def _ring(row: dict[str, Any]) -> dict[str, Any]:
    ties = dict(zip(row["kinds"], row["counts"], strict=True))
    expected = row["chance"] / 1000
    named = [TIE_WORDS[kind] for kind in ties]
    zh = (
        f"{row['n_accounts']:,} 个账号在 {row['n_shops']:,} 家店铺共下单/评价 {row['seen']:,} 次"
        f"(按店铺热度随机应约 {expected:,.1f} 次)，{day_of(row['first_at'])} 至 "
        f"{day_of(row['last_at'])}；联系：{'、'.join(words.zh for words in named)}。"
    )
    en = (
        f"{counted(row['n_accounts'], 'account')} dealt {counted(row['seen'], 'time')} with "
        f"{counted(row['n_shops'], 'shop')} (popularity alone gives about {expected:,.1f}), "
        f"{day_of(row['first_at'])} to {day_of(row['last_at'])}; "
        f"tied by {', '.join(words.en for words in named)}."
    )
    zh += f"巧合可能：{_share_zh(row['ln_q'])}。"
    en += f" Chance of a coincidence: {_share_en(row['ln_q'])}."
    if row["robustness"] > 1:
        zh += (
            f"即使这些账号出于正当原因光顾这些店铺的可能是常人的 {row['robustness']:,.0f} 倍，"
            "仍无法以巧合解释。"
        )
        en += (
            f" Even if honest reasons made them {row['robustness']:,.0f} times likelier than others"
            " to choose these shops, chance would not explain it."
        )
    if not row["n_firm"]:
        zh += "除光顾的店铺和时间外别无联系：抢同一批优惠的人也可能如此。"
        en += (
            " Nothing but shops and times ties them: hunters of the same bargains may look like"
            " this too."
        )
    if row.pop("is_local"):
        zh += "店铺与账号都在同一地区：同一条街的街坊也可能如此。"
        en += " Its shops and accounts are of one region: neighbours on one street may do so too."
    # Rings of likes alone have no orders or reviews to count.
    score = round(max(0.0, 1 - expected / row["seen"]), 6) if row["seen"] else 1.0
    return {
        **row,
        "cluster_id": row["ring_id"],
        "score": score,
        "q_value": math.exp(row["ln_q"]),
        "ties": json.dumps(ties, sort_keys=True),
        "reason_zh": zh,
        "reason_en": en,
    }


def _share_zh(ln_q: float) -> str:
    power = -ln_q / math.log(10)
    return f"低于 10 的 {power:,.0f} 次方分之一" if power >= 4 else f"至多 {math.exp(ln_q):.2%}"


def _share_en(ln_q: float) -> str:
    power = -ln_q / math.log(10)
    return f"below 1 in 10^{power:,.0f}" if power >= 4 else f"at most {math.exp(ln_q):.2%}"


def _member(row: dict[str, Any]) -> dict[str, Any]:
    if row["subject_kind"] == "shop":
        zh = f"圈内 {row['n_others']} 个账号在此下单/评价 {row['n_orders']} 次。"
        en = (
            f"{counted(row['n_others'], 'account')} of the ring dealt "
            f"{counted(row['n_orders'], 'time')} with this shop."
        )
    else:
        zh = (
            f"与圈内至少 {row['n_ties']} 个账号有联系，在圈内 {row['n_others']} 家店铺共 "
            f"{row['n_orders']} 次下单/评价。"
        )
        en = (
            f"Tied to at least {counted(row['n_ties'], 'account')} of the ring; "
            f"{counted(row['n_orders'], 'deal')} with {counted(row['n_others'], 'shop')} of it."
        )
    zh += f"若不计入，巧合可能为{_share_zh(row['ln_q_without'])}。"
    en += f" Without it, chance of a coincidence: {_share_en(row['ln_q_without'])}."
    return {
        **row,
        "weight": round(row["weight"], 3),
        "q_without": math.exp(row["ln_q_without"]),
        "reason_zh": zh,
        "reason_en": en,
    }

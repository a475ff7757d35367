"""Tests of what was said: that the shop is attacked, and that it brushes. Words decide nothing.

Victims and brushers complain in the same words, and so do those who mistake a rush for an attack. A
report on the shop counts a little if it came from whoever placed the orders in question: nobody
reports what they were paid to hide.
"""

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import quote
from unbrush.base.words import Words
from unbrush.judge.adjudication.tests import NO_SHOPS, Test, ids_sql

CLAIMS = (
    "恶意(拍|下单|刷|退)|反向刷|被人?刷单|同行(恶意|攻击|陷害|竞争)|职业打假|栽赃|刷我们|替我们刷"
    "|malicious(ly)? order|reverse brush|competitor.{0,40}(order|attack)|not our doing"
)
"""What a shop says that takes or gives itself for a victim."""

REPORTS = "刷单|刷销量|炒信|虚假交易|假订单|空包|举报|brushing|fake (order|sale|review)"
"""What a report on a shop says."""

AROUND_MS = 30 * DAY_MS
"""How far from the orders in question something said about them may be."""


def _spans() -> str:
    return """spans AS (
            SELECT shop_id, min(placed_at) AS from_at, max(placed_at) AS until_at, count(*) AS n_of
            FROM _questioned GROUP BY shop_id)"""


def _claims_sql(id_type: str, min_rows: int) -> str:
    said = f"regexp_matches(lower(m.text), {quote(CLAIMS)})"
    return f"""
        WITH {_spans()},
        said AS (
            SELECT CAST(m.shop_id AS {id_type}) AS shop_id, m.at AS said_at,
                   CAST(m.message_id AS VARCHAR) AS said_id
            FROM messages m WHERE m.shop_id IS NOT NULL AND {said}
            UNION ALL
            SELECT CAST(m.shop_id AS {id_type}), m.captured_at, CAST(m.post_id AS VARCHAR)
            FROM posts m WHERE m.shop_id IS NOT NULL AND {said})
        SELECT s.shop_id, count(*) AS n, any_value(n_of) AS n_of, true AS holds,
               {ids_sql("said_id")} AS row_ids, {NO_SHOPS} AS shops
        FROM said JOIN spans s USING (shop_id)
        WHERE said_at BETWEEN from_at - {AROUND_MS} AND until_at + {AROUND_MS}
        GROUP BY s.shop_id"""


def _reports_sql(id_type: str, min_rows: int) -> str:
    return f"""
        WITH {_spans()},
        said AS (
            SELECT CAST(shop_id AS {id_type}) AS shop_id, message_id, m.at AS said_at,
                   CAST(sender_id AS {id_type}) AS account_id
            FROM messages m
            WHERE shop_id IS NOT NULL AND regexp_matches(lower(text), {quote(REPORTS)})
                AND NOT regexp_matches(lower(text), {quote(CLAIMS)})),
        suspects AS (SELECT DISTINCT shop_id, account_id FROM _questioned)
        SELECT s.shop_id, count(*) AS n, any_value(n_of) AS n_of, true AS holds,
               {ids_sql("message_id")} AS row_ids, {NO_SHOPS} AS shops
        FROM said JOIN suspects USING (shop_id, account_id) JOIN spans s USING (shop_id)
        WHERE said_at BETWEEN from_at - {AROUND_MS} AND until_at + {AROUND_MS}
        GROUP BY s.shop_id"""


SAID = (
    Test(
        name="reported-by-its-buyers",
        speaks_for="victim",
        weight=0.5,
        needs={"messages": ("sender_id", "shop_id")},
        rows="messages",
        words=Words(
            "下单的账号自己举报该店刷单", "accounts that placed them report the shop for brushing"
        ),
        sql=_reports_sql,
    ),
    Test(
        name="claims-to-be-a-victim",
        speaks_for="nobody",
        weight=0.0,
        needs={"messages": ("shop_id",)},
        rows="messages",
        words=Words(
            "有人称该店遭恶意刷单；只记录，不作为依据",
            "it is said that the shop is attacked; recorded, and decides nothing",
        ),
        sql=_claims_sql,
    ),
)
"""Tests of what was said."""

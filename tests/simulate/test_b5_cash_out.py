"""B5: the numbers that were published, and a fee that flows the other way."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.simulate import simulate_case

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
FAKE = "(SELECT subject_id FROM labels WHERE subject_kind = 'order' AND is_fake)"
TO_BUYERS = f"""(
    SELECT t.*, o.order_id, o.paid_minor, o.placed_at FROM orders AS o
    JOIN account_links AS l ON l.account_id = o.account_id AND l.kind = 'card'
    JOIN transfers AS t ON t.to_token = l.token AND t."at" > o.placed_at
    WHERE o.order_id IN {FAKE}
        AND t.from_token IN (SELECT token FROM gang WHERE subject_kind = 'payer'))"""


def of(name: str) -> str:
    chosen = f"look_alike = '{name}' AND subject_kind = 'order'"
    return f"(SELECT subject_id FROM labels WHERE {chosen})"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("b5")
        simulate_case(out, case="B5", level=level, seed=8)
        return out

    return folder


def one(folder: Path, sql: str) -> tuple:
    with opened(folder) as engine:
        return tuple(engine.query(sql).to_pylist()[0].values())


@each_level
def test_nine_move_a_hundredth_of_two_billion_and_one_of_them_most(made, level: int):
    folder = made(level)
    moved = facts_of(folder)["moved_minor"]
    n, total, most = one(
        folder,
        f"""SELECT count(*), CAST(sum(minor) AS BIGINT), CAST(max(minor) AS BIGINT) FROM (
            SELECT owner_id, sum(paid_minor) AS minor FROM orders JOIN shops USING (shop_id)
            WHERE order_id IN {FAKE} GROUP BY owner_id)""",
    )
    assert (n, total, most) == (9, sum(moved), moved[0])
    assert 2_000_000_000 < total < 2_030_000_000
    assert most > 1_400_000_000


@each_level
def test_buyers_pay_the_fee(made, level: int):
    kept = facts_of(made(level))["fees_kept_minor"]
    assert all(minor > 0 for minor in kept)
    [fees] = one(made(level), "SELECT CAST(sum(fees_minor) AS BIGINT) FROM plans WHERE is_fake")
    assert fees == -sum(kept)
    assert 0.008 < sum(kept) / sum(facts_of(made(level))["moved_minor"]) < 0.07


def test_unhidden_cash_is_the_price_less_the_fee_within_two_hours(made):
    folder = made(0)
    n_orders, n, latest = one(
        folder,
        f"""SELECT (SELECT count(*) FROM orders WHERE order_id IN {FAKE}), count(DISTINCT order_id),
            max("at" - placed_at) / 3600000
        FROM {TO_BUYERS} WHERE amount_minor BETWEEN 0.93 * paid_minor AND 0.995 * paid_minor
            AND "at" < placed_at + 2.2 * 3600000""",
    )
    assert 0.95 * n_orders < n <= n_orders  # of some accounts the wallet is not known
    assert latest < 2.2
    seen, owed = one(
        folder,
        """SELECT CAST(sum(seen_minor) AS BIGINT),
            CAST(sum(returned_minor + fees_minor) AS BIGINT) FROM plans WHERE is_fake""",
    )
    assert 0.99 * owed < seen <= owed


@each_level
def test_orders_are_paid_with_a_credit_line_and_paid_back_from_a_wallet(made, level: int):
    lender = facts_of(made(level))["lender"]
    n, own, wallets = one(
        made(level),
        f"""SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM account_links AS l
                WHERE l.account_id = orders.account_id AND l.token = payer_token)),
            count(*) FILTER (WHERE payer_token IN (
                SELECT to_token FROM transfers WHERE channel <> 'credit'))
        FROM orders WHERE order_id IN {FAKE}""",
    )
    assert own == n
    assert wallets == 0  # cash comes to another one
    back, due = one(
        made(level),
        f"""SELECT count(*), count(DISTINCT from_token) FROM transfers
        WHERE to_token = '{lender}' AND channel = 'credit' AND amount_minor IN (
            SELECT paid_minor FROM orders WHERE order_id IN {FAKE})""",
    )
    assert back > 0.25 * n
    assert due > 200


def test_advances_are_listed_only_where_the_tier_says_so(made, tmp_path):
    simulate_case(tmp_path, case="B5", tier="advances", level=0, seed=8)
    for folder, listed in ((made(0), False), (tmp_path, True)):
        n, advanced = one(
            folder,
            f"""SELECT count(*), count(*) FILTER (WHERE payer_token IN (
                    SELECT to_token FROM transfers WHERE channel = 'credit'
                        AND from_token = '{facts_of(folder)["lender"]}'))
            FROM orders WHERE order_id IN {FAKE} OR order_id IN {of("instalment-promotion")}""",
        )
        assert advanced == (n if listed else 0)


@each_level
def test_nothing_is_sent_or_hardly_anything(made, level: int):
    n, sent, weight = one(
        made(level),
        f"""SELECT count(*), count(waybill_id), coalesce(median(weight_g), 0)
        FROM orders LEFT JOIN shipments USING (order_id) WHERE order_id IN {FAKE}""",
    )
    assert (sent == 0) == (level == 0)
    assert sent <= n
    assert weight < (30, 60, 300, 900)[level]


def test_less_can_be_seen_and_later_the_better_they_hide(made):
    seen, hours = [], []
    for level in range(4):
        [share] = one(
            made(level),
            "SELECT sum(seen_minor) / sum(returned_minor + fees_minor) FROM plans WHERE is_fake",
        )
        [first] = one(
            made(level),
            f"""SELECT median(hours) FROM (
                SELECT min("at" - placed_at) / 3600000 AS hours FROM {TO_BUYERS}
                GROUP BY order_id)""",
        )
        seen.append(share)
        hours.append(first)
    assert seen == sorted(seen, reverse=True)
    assert hours == sorted(hours)


def test_instalments_are_for_goods_that_come_and_are_paid_back(made):
    lender = facts_of(made(0))["lender"]
    n, sent, refunded, given_back = one(
        made(0),
        f"""SELECT count(*), count(*) FILTER (WHERE order_id IN (SELECT order_id FROM shipments)),
            count(*) FILTER (WHERE order_id IN (SELECT order_id FROM refunds)),
            (SELECT count(*) FROM transfers WHERE to_token = '{lender}' AND channel = 'credit')
        FROM orders WHERE order_id IN {of("instalment-promotion")}""",
    )
    assert n > 400
    assert sent > 0.95 * n
    assert refunded > 5
    assert given_back > n


def test_who_takes_goods_back_keeps_the_freight_and_was_asked_first(made):
    n, least, most, asked = one(
        made(0),
        f"""SELECT count(*), min(o.paid_minor - t.amount_minor), max(o.paid_minor - t.amount_minor),
            count(*) FILTER (WHERE m.first_at < t."at")
        FROM orders AS o JOIN account_links AS l ON l.account_id = o.account_id AND l.kind = 'card'
        JOIN transfers AS t ON t.to_token = l.token AND t.memo = '退货款' AND t."at" > o.placed_at
            AND t.amount_minor BETWEEN o.paid_minor - 3000 AND o.paid_minor - 800
        LEFT JOIN (SELECT order_id, min("at") AS first_at FROM messages GROUP BY order_id) AS m
            ON m.order_id = o.order_id
        WHERE o.order_id IN {of("goods-taken-back")}""",
    )
    assert n > 50
    assert 800 <= least < most <= 3_000
    assert asked == n

"""Kinds planted on request that are about money, parcels, victims and declared sales."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from unbrush.simulate import KINDS, USUAL_KINDS, simulate
from unbrush.store.duckdb_engine import DuckDBEngine

Ask = Callable[..., list[tuple]]
LEVELS = [0, 1, 2, 3]
END_AT = 1_764_518_400_000
DAY = 86_400_000
VICTIMLESS = [
    "cash-out",
    "gift-parcel",
    "payout-roundtrip",
    "reused-waybill",
    "review-cash-card",
    "takeaway-marker",
    "undeclared-sales",
]
WITH_VICTIMS = ["malicious-returns", "review-ransom"]
NO_ORDERS = ["prepaid-scam"]
EVERY = [*VICTIMLESS, *WITH_VICTIMS, *NO_ORDERS]
TO_OWNER = "(SELECT shop_id, bank_token FROM shops JOIN owners USING (owner_id))"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Return the rows of a SELECT over a market of one kind: ``ask(sql, kind, level)``."""

    @cache
    def made(kind: str, level: int) -> Path:
        out = tmp_path_factory.mktemp("market")
        simulate(out, n_orders=8_000, seed=11, level=level, kinds=[kind])
        return out

    with DuckDBEngine(threads=2) as engine:

        def rows(sql: str, kind: str, level: int) -> list[tuple]:
            folder = made(kind, level)
            for path in sorted([*folder.glob("*.parquet"), *folder.glob("truth/*.parquet")]):
                engine.view(path.stem, f"SELECT * FROM {engine.scan(path)}")
            chosen = f"SELECT subject_kind, subject_id FROM labels WHERE plan_id LIKE '{kind}-%'"
            engine.view("planted", chosen)
            engine.view(
                "of_kind",
                "SELECT * FROM orders WHERE order_id IN"
                " (SELECT subject_id FROM planted WHERE subject_kind = 'order')",
            )
            table = engine.query(sql)
            return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

        yield rows


def one(ask: Ask, sql: str, kind: str, level: int) -> float:
    [(value,)] = ask(sql, kind, level)
    return value


@pytest.mark.parametrize("kind", EVERY)
def test_it_is_planted_on_request_only(kind: str):
    assert kind in KINDS
    assert kind not in USUAL_KINDS


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", EVERY)
def test_the_truth_names_it_and_no_other_kind(ask, kind: str, level: int):
    named = ask("SELECT DISTINCT kind FROM plans WHERE is_fake", kind, level)
    assert named == [(kind,)]
    n = one(ask, "SELECT count(*) FROM of_kind", kind, level)
    assert (n == 0) == (kind in NO_ORDERS)
    if kind not in NO_ORDERS:
        assert 200 < n < 600


@pytest.mark.parametrize("kind", EVERY)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, kind: str):
    for name in ("a", "b"):
        simulate(tmp_path / name, n_orders=1_500, seed=4, level=2, kinds=[kind])
    for path in sorted((tmp_path / "a").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


# Cash-out


def test_cash_comes_soon_and_is_less_than_was_paid(ask):
    [(share, least, most, hours)] = ask(
        """WITH back AS (
               SELECT order_id, max(t.amount_minor / paid_minor) AS part,
                      min(t.at - placed_at) / 3600000 AS hours
               FROM of_kind JOIN account_links l USING (account_id)
               JOIN transfers t ON t.to_token = l.token AND l.kind = 'card'
                    AND t.at BETWEEN placed_at AND placed_at + 9 * 86400000
                    AND t.amount_minor BETWEEN paid_minor * 0.85 AND paid_minor
               GROUP BY order_id)
           SELECT count(*) / (SELECT count(*) FROM of_kind), quantile_cont(part, 0.03),
                  quantile_cont(part, 0.97), median(hours)
           FROM back""",
        "cash-out",
        0,
    )
    assert share > 0.95
    assert least > 0.87
    assert most < 0.99
    assert hours < 80


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_worth_the_price_is_sent_for_cash(ask, level: int):
    sent = one(
        ask,
        """SELECT avg((s.order_id IS NOT NULL)::INT) FROM of_kind o
           LEFT JOIN (SELECT DISTINCT order_id FROM shipments) s USING (order_id)""",
        "cash-out",
        level,
    )
    assert (sent < 0.3) if level == 0 else (sent > 0.4)
    heavy = one(
        ask,
        """SELECT avg((weight_g > 0.8 * net_weight_g * quantity)::INT) FROM of_kind
           JOIN shipments USING (order_id) JOIN items USING (item_id)""",
        "cash-out",
        level,
    )
    assert heavy < 0.25


def test_the_fee_of_cash_is_the_buyers(ask):
    for level in LEVELS:
        [(turnover, returned, fees)] = ask(
            "SELECT sum(turnover_minor), sum(returned_minor), sum(fees_minor) FROM plans"
            " WHERE is_fake",
            "cash-out",
            level,
        )
        assert returned + fees == turnover
        assert 0.02 < fees / turnover < 0.2


# Payout round trip


@pytest.mark.parametrize("level", [0, 1])
def test_buyers_are_paid_after_their_shop_was_settled(ask, level: int):
    [(matched, after)] = ask(
        f"""WITH paid AS (
                SELECT o.order_id, any_value(o.shop_id) AS shop_id, min(t.at) AS at
                FROM of_kind o JOIN reviews r USING (order_id)
                JOIN transfers t ON t.to_token = o.payer_token AND t.at > r.posted_at
                     AND t.amount_minor BETWEEN 0.28 * o.paid_minor AND 1.02 * o.paid_minor + 1530
                WHERE r.posted_at < {END_AT - 14 * DAY} GROUP BY o.order_id)
            SELECT count(*), avg((p.at - (SELECT max(q.at) FROM payouts q
                WHERE q.shop_id = p.shop_id AND q.at < p.at) < 3 * 86400000)::INT) FROM paid p""",
        "payout-roundtrip",
        level,
    )
    assert matched > 100
    assert after > 0.85


def test_it_is_the_settled_wallet_that_pays_and_later_its_staff(ask):
    direct = f"""SELECT avg((t.from_token = s.bank_token)::INT), avg((a.account_id > 0)::INT)
        FROM of_kind o JOIN {TO_OWNER} s USING (shop_id)
        JOIN transfers t ON t.to_token = o.payer_token AND t.at > o.placed_at
             AND t.amount_minor BETWEEN 0.9 * o.paid_minor AND 1.02 * o.paid_minor + 1530
        LEFT JOIN (account_links l JOIN accounts a ON a.account_id = l.account_id
                   AND a.staff_of_shop_id IS NOT NULL)
             ON l.kind = 'card' AND l.token = t.from_token AND a.staff_of_shop_id = o.shop_id"""
    [(naive, _)] = ask(direct, "payout-roundtrip", 0)
    assert naive > 0.9
    [(hurried, staff)] = ask(direct, "payout-roundtrip", 1)
    assert hurried < 0.1
    assert staff > 0.3


@pytest.mark.parametrize("level", [1, 2])
def test_the_wallets_that_pay_are_filled_from_the_shops(ask, level: int):
    [(filled, spent)] = ask(
        f"""WITH payers AS (
                SELECT DISTINCT t.from_token AS token FROM of_kind o
                JOIN transfers t ON t.to_token = o.payer_token AND t.channel = 'red-packet'
                     AND t.at > o.confirmed_at
                WHERE t.from_token IN (SELECT to_token FROM transfers WHERE channel = 'bank'))
            SELECT (SELECT sum(amount_minor) FROM transfers JOIN payers ON token = to_token
                    WHERE channel = 'bank' AND from_token IN
                    (SELECT bank_token FROM {TO_OWNER} WHERE shop_id IN
                        (SELECT shop_id FROM of_kind))),
                   (SELECT sum(amount_minor) FROM transfers JOIN payers ON token = from_token)""",
        "payout-roundtrip",
        level,
    )
    assert 0.6 < filled / spent < 2


# Praise for cash


@pytest.mark.parametrize("level", LEVELS)
def test_who_buys_and_is_paid_for_praise_is_honest_and_the_praise_is_not(ask, level: int):
    found = ask(
        """SELECT subject_kind, is_fake, count(*) FROM labels
           WHERE plan_id LIKE 'review-cash-card-%' GROUP BY ALL ORDER BY ALL""",
        "review-cash-card",
        level,
    )
    assert {(kind, is_fake) for kind, is_fake, _ in found} == {
        ("account", False),
        ("order", False),
        ("review", True),
        ("shop", True),
    }
    stars = one(
        ask,
        """SELECT min(rating) FROM reviews WHERE review_id IN
           (SELECT subject_id FROM planted WHERE subject_kind = 'review')""",
        "review-cash-card",
        level,
    )
    assert stars == 5


def test_packets_are_small_and_fixed_and_follow_the_review(ask):
    for level in (0, 1):
        [(matched, least, most)] = ask(
            """SELECT avg((t.at > r.posted_at)::INT), min(amount_minor), max(amount_minor)
               FROM of_kind o JOIN reviews r USING (order_id) JOIN transfers t
                    ON t.to_token = o.payer_token AND t.memo IN ('好评返现', '红包')
                    AND t.channel = 'red-packet' AND t.at BETWEEN r.posted_at AND r.posted_at + 4e8
                    AND t.from_token IN (SELECT from_token FROM transfers
                        WHERE channel = 'red-packet' GROUP BY 1 HAVING count(*) > 8)""",
            "review-cash-card",
            level,
        )
        assert matched == 1
        assert 200 <= least <= most <= 2_000


def test_the_chat_asks_for_stars_in_plain_words_only_at_first(ask):
    plain = """SELECT avg((text LIKE '%五星%')::INT) FROM messages
               WHERE order_id IN (SELECT order_id FROM of_kind)"""
    shares = [one(ask, plain, "review-cash-card", level) for level in LEVELS]
    assert shares[0] > 0.4
    assert shares[2] == shares[3] == 0


# Gift parcels


@pytest.mark.parametrize("level", LEVELS)
def test_one_sender_serves_unrelated_shops_with_trifles(ask, level: int):
    [(shops, senders)] = ask(
        """SELECT max(n), count(*) FROM (SELECT count(DISTINCT shop_id) AS n
           FROM of_kind JOIN shipments USING (order_id) GROUP BY shipper_token)""",
        "gift-parcel",
        level,
    )
    assert shops > 25
    assert senders <= 2 * (1, 1, 2, 5)[level]
    light = one(
        ask,
        """SELECT avg((weight_g < 0.5 * net_weight_g)::INT) FROM of_kind
           JOIN shipments USING (order_id) JOIN items USING (item_id)""",
        "gift-parcel",
        level,
    )
    assert light > (0.85, 0.75, 0.6, 0.25)[level]


@pytest.mark.parametrize("level", LEVELS)
def test_gifts_travel_the_whole_way_and_nobody_complains(ask, level: int):
    [(scans,)] = ask(
        """SELECT avg(n) FROM (SELECT count(*) AS n FROM of_kind JOIN shipments USING (order_id)
           JOIN scans USING (waybill_id) GROUP BY waybill_id)""",
        "gift-parcel",
        level,
    )
    assert scans > 3.5
    assert ask("SELECT 1 FROM of_kind JOIN refunds USING (order_id)", "gift-parcel", level) == []


# Reused waybills


def test_numbers_are_used_again_less_the_better_a_dealer_hides(ask):
    shares = []
    for level in LEVELS:
        share = one(
            ask,
            """SELECT avg((n > 1)::INT) FROM of_kind JOIN shipments USING (order_id)
               JOIN (SELECT waybill_id, count(DISTINCT order_id) AS n FROM shipments GROUP BY 1)
               USING (waybill_id)""",
            "reused-waybill",
            level,
        )
        shares.append(share)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.6
    assert 0.05 < shares[3] < 0.35


@pytest.mark.parametrize("level", LEVELS)
def test_a_number_read_off_a_strangers_parcel_leaves_the_stranger_honest(ask, level: int):
    [(strangers,)] = ask(
        """SELECT count(DISTINCT order_id) FROM shipments WHERE waybill_id IN
               (SELECT waybill_id FROM shipments JOIN of_kind USING (order_id))
           AND order_id NOT IN (SELECT order_id FROM of_kind)""",
        "reused-waybill",
        level,
    )
    assert strangers > 5
    wrong = ask(
        """SELECT 1 FROM labels WHERE subject_kind = 'order' AND is_fake
           AND plan_id NOT LIKE 'reused-waybill-%'""",
        "reused-waybill",
        level,
    )
    assert wrong == []


def test_a_copied_number_was_scanned_once_and_often_before_the_order(ask):
    early = []
    for level in LEVELS:
        [(share,)] = ask(
            """SELECT avg((sent_at < placed_at)::INT) FROM of_kind
               JOIN shipments USING (order_id) WHERE waybill_id IN
               (SELECT waybill_id FROM shipments GROUP BY 1 HAVING count(*) > 1)""",
            "reused-waybill",
            level,
        )
        early.append(share)
        twice = ask(
            "SELECT 1 FROM scans GROUP BY waybill_id, kind HAVING count(*) > 1",
            "reused-waybill",
            level,
        )
        assert twice == []
    assert early[0] > 0.3
    assert early[3] < 0.25 < early[1]


# Malicious returns


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", WITH_VICTIMS)
def test_the_shops_it_is_done_to_are_honest_victims(ask, kind: str, level: int):
    found = ask(
        """SELECT DISTINCT l.is_fake, l.look_alike FROM labels l
           WHERE subject_kind = 'shop' AND subject_id IN (SELECT shop_id FROM of_kind)""",
        kind,
        level,
    )
    assert (False, f"{kind}-victim") in found
    assert {is_fake for is_fake, name in found if name.endswith("-victim")} == {False}
    honest = ask(
        "SELECT 1 FROM labels WHERE subject_kind IN ('order', 'account') AND NOT is_fake"
        f" AND plan_id LIKE '{kind}-%'",
        kind,
        level,
    )
    assert honest == []


@pytest.mark.parametrize("level", LEVELS)
def test_goods_go_back_in_bulk_after_receipt_before_an_event(ask, level: int):
    [(returned, after, near)] = ask(
        """WITH signed AS (SELECT order_id, max(s.at) AS signed_at FROM scans s
                    JOIN shipments USING (waybill_id) WHERE s.kind = 'signed' GROUP BY 1),
                r AS (SELECT o.shop_id, f.at AS back_at, signed_at FROM of_kind o
                      LEFT JOIN refunds f USING (order_id) LEFT JOIN signed USING (order_id)),
                e AS (SELECT shop_id, quantile_cont(back_at, 0.95) AS last FROM r GROUP BY 1)
           SELECT avg((back_at IS NOT NULL)::INT), avg((back_at > signed_at)::INT),
                  avg((last - back_at < 9 * 86400000)::INT)
           FROM r JOIN e USING (shop_id)""",
        "malicious-returns",
        level,
    )
    assert returned > 0.55
    assert after > 0.95
    assert near > 0.9


@pytest.mark.parametrize("level", LEVELS)
def test_a_victim_of_returns_pays_none_of_those_accounts(ask, level: int):
    paid = ask(
        f"""SELECT 1 FROM transfers WHERE from_token IN (SELECT bank_token FROM {TO_OWNER}
                WHERE shop_id IN (SELECT subject_id FROM labels
                    WHERE look_alike = 'malicious-returns-victim'))
            AND to_token IN (SELECT payer_token FROM of_kind)""",
        "malicious-returns",
        level,
    )
    assert paid == []


# Ransom for reviews


@pytest.mark.parametrize("level", [0, 1])
def test_the_review_turns_kind_after_the_shop_paid(ask, level: int):
    [(n, kind, before)] = ask(
        f"""SELECT count(*), avg((r.rating >= 4)::INT), min(r.edited_at - t.at)
            FROM of_kind o JOIN reviews r USING (order_id)
            JOIN {TO_OWNER} s ON s.shop_id = o.shop_id
            JOIN transfers t ON t.from_token = s.bank_token AND t.to_token = o.payer_token
                 AND t.at BETWEEN r.posted_at AND r.edited_at
            WHERE r.edited_at IS NOT NULL""",
        "review-ransom",
        level,
    )
    assert n > 60
    assert kind > 0.9
    assert before > 0


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_accounts_go_through_the_shops_of_one_category(ask, level: int):
    [(shops, categories)] = ask(
        """SELECT avg(n), max(c) FROM (SELECT count(DISTINCT o.shop_id) AS n,
               count(DISTINCT s.category) AS c FROM of_kind o JOIN shops s USING (shop_id)
               JOIN labels l ON subject_kind = 'order' AND subject_id = order_id
               GROUP BY o.account_id, l.plan_id)""",
        "review-ransom",
        level,
    )
    assert shops > 3
    assert categories == 1


def test_what_is_not_paid_for_stays_one_or_two_stars(ask):
    for level in LEVELS:
        [(bad,)] = ask(
            """SELECT max(rating) FROM reviews WHERE edited_at IS NULL AND review_id IN
               (SELECT subject_id FROM planted WHERE subject_kind = 'review')""",
            "review-ransom",
            level,
        )
        assert bad <= 2


# Prepaid tasks


@pytest.mark.parametrize("level", LEVELS)
def test_whoever_is_cheated_is_honest_and_nothing_was_ordered(ask, level: int):
    [(n, fakes)] = ask(
        """SELECT count(*), count(*) FILTER (WHERE is_fake) FROM labels
           WHERE look_alike = 'prepaid-scam-victim' AND subject_kind = 'account'""",
        "prepaid-scam",
        level,
    )
    assert n > 20
    assert fakes == 0
    assert ask("SELECT 1 FROM labels WHERE is_fake", "prepaid-scam", level) == []


@pytest.mark.parametrize("level", [0, 1])
def test_small_returns_are_followed_by_growing_losses(ask, level: int):
    # Who is paid back by a wallet without an account that it paid before is a victim of this kind.
    [(first, last, lost)] = ask(
        """WITH v AS (SELECT l.token FROM account_links l JOIN planted ON subject_kind = 'account'
                      AND subject_id = account_id WHERE l.kind = 'card'),
                mules AS (SELECT token FROM (SELECT from_token AS token FROM transfers
                          WHERE to_token IN (SELECT token FROM v)
                          INTERSECT SELECT to_token FROM transfers
                          WHERE from_token IN (SELECT token FROM v))
                          WHERE token NOT IN (SELECT token FROM account_links)),
                t AS (SELECT from_token, amount_minor, row_number() OVER w AS a,
                             count(*) OVER (PARTITION BY from_token) AS z
                      FROM transfers WHERE from_token IN (SELECT token FROM v)
                      AND to_token IN (SELECT token FROM mules)
                      WINDOW w AS (PARTITION BY from_token ORDER BY transfers.at))
           SELECT median(amount_minor) FILTER (WHERE a = 1),
                  median(amount_minor) FILTER (WHERE a = z),
                  (SELECT sum(amount_minor) FROM t) / (SELECT sum(amount_minor) FROM transfers
                   WHERE from_token IN (SELECT token FROM mules)) FROM t""",
        "prepaid-scam",
        level,
    )
    assert last > 10 * first
    assert lost > 5


# Undeclared sales


@pytest.mark.parametrize("level", LEVELS)
def test_owners_declare_and_those_who_brush_declare_less(ask, level: int):
    ratio = """WITH told AS (SELECT owner_id, period_start_at AS a, period_end_at AS z, amount_minor
                   FROM declared_revenue WHERE period_start_at >= 1759248000000),
            shown AS (SELECT owner_id, a, sum(paid_minor) AS sold FROM orders
                      JOIN shops USING (shop_id) JOIN told USING (owner_id)
                      WHERE placed_at >= a AND placed_at < z AND status <> 'cancelled'
                      GROUP BY ALL),
            both_ AS (SELECT owner_id, sum(sold) AS sold, sum(amount_minor) AS told FROM shown
                      JOIN told USING (owner_id, a) GROUP BY 1)
        SELECT median(sold / greatest(told, 1)) FILTER (WHERE owner_id IN (
                   SELECT owner_id FROM shops JOIN planted ON subject_kind = 'shop'
                   AND subject_id = shop_id)),
               median(sold / greatest(told, 1)) FILTER (WHERE owner_id NOT IN (
                   SELECT owner_id FROM shops JOIN planted ON subject_kind = 'shop'
                   AND subject_id = shop_id)), count(*) FROM both_"""
    [(fake, honest, n)] = ask(ratio, "undeclared-sales", level)
    assert n > 50
    assert 0.8 < honest < 1.2
    assert fake > (1.6, 1.4, 1.15, 1.0)[level] * honest


def test_nobody_declares_in_a_market_that_is_not_asked_about_it(tmp_path: Path):
    simulate(tmp_path, n_orders=1_500, seed=4, kinds=["cash-out"])
    assert not (tmp_path / "declared_revenue.parquet").exists()


# Takeaway by agreed sign


def test_one_sign_ends_the_remarks_until_it_changes_or_is_everybodys(ask):
    common = []
    for level in LEVELS:
        [(share,)] = ask(
            """WITH signs AS (SELECT plan_id, right(remark, 2) AS sign, count(*) AS n
                   FROM of_kind JOIN labels ON subject_kind = 'order' AND subject_id = order_id
                   GROUP BY ALL)
               SELECT sum(top) / sum(n) FROM (SELECT max(n) FILTER (WHERE sign IS NOT NULL) AS top,
                   sum(n) AS n FROM signs GROUP BY plan_id)""",
            "takeaway-marker",
            level,
        )
        common.append(float(share))
    assert common[0] == 1
    assert common[0] > common[1] > common[2] > common[3]


@pytest.mark.parametrize("level", LEVELS)
def test_riders_fetch_few_and_within_the_hour(ask, level: int):
    [(fetched, hours)] = ask(
        """SELECT avg((s.order_id IS NOT NULL)::INT),
                  quantile_cont(sent_at - placed_at, 0.95) / 3600000
           FROM of_kind LEFT JOIN shipments s USING (order_id)""",
        "takeaway-marker",
        level,
    )
    assert 0.2 < fetched < (0.5, 0.5, 0.7, 0.85)[level]
    assert hours < 1

"""The gang works as the case says, at every level of camouflage."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from unbrush.simulate import simulate_case
from unbrush.store.duckdb_engine import DuckDBEngine

FAKE = "FROM orders JOIN labels ON subject_kind = 'order' AND subject_id = order_id AND is_fake"
POPULAR = "(SELECT subject_id FROM labels WHERE look_alike = 'popular-with-gang')"
each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])


def of(role: str, column: str = "subject_id") -> str:
    return f"(SELECT {column} FROM gang WHERE role = '{role}' AND {column} IS NOT NULL)"


@pytest.fixture(scope="module")
def ask(tmp_path_factory) -> Iterator[Callable[..., list[tuple]]]:
    @cache
    def made(level: int) -> Path:
        out = tmp_path_factory.mktemp("a5")
        simulate_case(out, case="A5", level=level, seed=8)
        return out

    with DuckDBEngine(threads=2) as engine:

        def rows(sql: str, level: int) -> list[tuple]:
            folder = made(level)
            for path in sorted([*folder.glob("*.parquet"), *folder.glob("truth/*.parquet")]):
                engine.view(path.stem, f"SELECT * FROM {engine.scan(path)}")
            table = engine.query(sql)
            return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

        yield rows


@each_level
def test_the_numbers_are_those_of_the_tier(ask, level: int):
    [(orders, fakes)] = ask(
        f"SELECT (SELECT count(*) FROM orders), (SELECT count(*) {FAKE})", level
    )
    assert (orders, fakes) == (110_000, 10_000)
    [(merchants, provinces)] = ask(
        "SELECT count(*), count(DISTINCT province) FROM gang WHERE role = 'merchant'", level
    )
    assert 20 <= merchants <= 25
    assert provinces == 20


@each_level
def test_honest_shops_are_in_the_same_provinces(ask, level: int):
    alone = ask(
        f"""SELECT province FROM gang WHERE role = 'merchant' AND province NOT IN (
                SELECT region FROM shops WHERE shop_id NOT IN {of("merchant")})""",
        level,
    )
    assert alone == []


@each_level
def test_accounts_work_for_many_merchants_and_merchants_have_many_studios(ask, level: int):
    [(orders, shops)] = ask(
        f"""SELECT median(n), median(s) FROM (SELECT count(*) AS n, count(DISTINCT shop_id) AS s
            {FAKE} GROUP BY account_id)""",
        level,
    )
    assert 20 <= orders <= 60
    assert shops >= 8
    [(fewest,)] = ask(
        f"SELECT min(n) FROM (SELECT count(DISTINCT plan_id) AS n {FAKE} GROUP BY shop_id)", level
    )
    assert fewest >= 2


@each_level
def test_two_reactions_go_with_an_order(ask, level: int):
    [(reviews,)] = ask("SELECT sum(n_reviews) FROM plans WHERE is_fake", level)
    [(likes,)] = ask(
        f"""SELECT count(*) FROM interactions WHERE kind IN ('like', 'favourite')
            AND account_id IN {of("brusher")} AND shop_id IN {of("merchant")}""",
        level,
    )
    assert 0.25 * 10_000 < reviews < 0.95 * 10_000
    # Those within a session that ends in an order come on top.
    assert 2 * 10_000 - reviews <= likes + 0.02 * 20_000 * (level + 1)


@each_level
def test_one_trade_of_senders_ships_for_all_merchants(ask, level: int):
    [(shops, origins, share)] = ask(
        f"""WITH sent AS (SELECT shop_id, shipper_token, origin_region {FAKE}
                JOIN shipments USING (order_id))
            SELECT count(DISTINCT shop_id), count(DISTINCT shipper_token || origin_region),
                   count(*) / (SELECT count(*) FROM sent) FROM sent
            WHERE shipper_token IN {of("shipper", "token")}""",
        level,
    )
    [(merchants, senders)] = ask(
        f"SELECT len({of_list('merchant')}), len({of_list('shipper', 'token')})", level
    )
    assert shops == merchants
    assert origins == senders  # a sender ships from where it is, not from where its shops are
    assert share > 0.45


def of_list(role: str, column: str = "subject_id") -> str:
    return f"(SELECT list({column}) FROM gang WHERE role = '{role}' AND {column} IS NOT NULL)"


@each_level
def test_the_organisers_own_wallet_pays_only_while_it_does_not_hide(ask, level: int):
    [(paid,)] = ask(
        f"""SELECT count(*) FROM transfers WHERE from_token IN (
                SELECT token FROM gang WHERE role = 'organiser' AND subject_kind = 'payer')
            AND to_token IN (SELECT payer_token {FAKE})""",
        level,
    )
    assert (paid > 1_000) == (level < 2)
    [(third,)] = ask(
        f"""SELECT count(*) FROM transfers WHERE from_token IN {of("payer", "token")}
            AND to_token IN (SELECT payer_token {FAKE})""",
        level,
    )
    assert (third > 1_000) or level == 0


@each_level
def test_merchants_settle_with_the_gang(ask, level: int):
    [(shops,)] = ask(
        f"""SELECT count(DISTINCT shop_id) FROM shops JOIN owners USING (owner_id)
            JOIN transfers ON from_token = bank_token
            WHERE shop_id IN {of("merchant")}
            AND to_token IN (SELECT token FROM gang WHERE subject_kind = 'payer')""",
        level,
    )
    assert shops >= (20 if level < 3 else 5)


def test_less_can_be_seen_the_better_the_gang_hides(ask):
    per_device, invited, posts = [], [], []
    for level in range(4):
        [(n,)] = ask(f"SELECT 10000 / count(DISTINCT device_token) {FAKE}", level)
        per_device.append(n)
        recruiters = "SELECT subject_id FROM gang WHERE subject_kind = 'account'"
        [(n,)] = ask(f"SELECT count(*) FROM accounts WHERE invited_by IN ({recruiters})", level)
        invited.append(n)
        [(n,)] = ask("SELECT count(contact_token) FROM posts", level)
        posts.append(n)
    assert per_device == sorted(per_device, reverse=True)
    assert invited == sorted(invited, reverse=True)
    assert posts[0] > posts[3]


@each_level
def test_an_inviter_was_there_before(ask, level: int):
    late = ask(
        f"""SELECT 1 FROM accounts a JOIN accounts b ON a.invited_by = b.account_id
            WHERE a.account_id IN {of("brusher")} AND b.account_id IN (
                SELECT subject_id FROM gang WHERE role IN ('recruiter', 'organiser'))
            AND b.registered_at > a.registered_at""",
        level,
    )
    assert late == []


@each_level
def test_the_popular_shop_is_honest_and_the_gang_buys_there(ask, level: int):
    assert ask(f"SELECT 1 {FAKE} WHERE shop_id IN {POPULAR}", level) == []
    [(accounts, orders)] = ask(
        f"""SELECT count(DISTINCT account_id) FILTER (WHERE account_id IN {of("brusher")}),
                   count(*) FROM orders WHERE shop_id IN (SELECT subject_id FROM labels
                WHERE look_alike = 'popular-with-gang' AND subject_kind = 'shop')""",
        level,
    )
    assert accounts > 10
    assert orders > 20 * accounts


@each_level
def test_nobody_of_the_gang_acts_before_registering(ask, level: int):
    for table, moment in (
        ("orders", "placed_at"),
        ("interactions", "at"),
        ("reviews", "posted_at"),
    ):
        assert (
            ask(
                f"""SELECT 1 FROM {table} t JOIN accounts USING (account_id)
                    WHERE account_id IN {of("brusher")} AND registered_at > t.{moment}""",
                level,
            )
            == []
        ), table

"""Kinds planted on request that are about listings, attention, accounts and networks."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from unbrush.simulate import KINDS, USUAL_KINDS, simulate
from unbrush.store.duckdb_engine import DuckDBEngine

Ask = Callable[..., list[tuple]]
LEVELS = [0, 1, 2, 3]
ORDERING = ["farmed-accounts", "hidden-network", "mutual-brushing", "one-identity"]
NO_ORDERS = ["catalogue-scraping", "engagement-inflation"]
EVERY = [*ORDERING, *NO_ORDERS, "item-swap"]
MADE = "(SELECT * FROM accounts WHERE account_id IN (SELECT subject_id FROM fake_accounts))"
SWAPPED = """(SELECT item_id, i.shop_id, i.category, title, price_minor, version,
        s.category AS of_shop
    FROM items AS i JOIN shops AS s USING (shop_id)
    WHERE item_id IN (SELECT item_id FROM of_kind))"""


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
            for subject in ("order", "account", "shop"):
                engine.view(
                    f"fake_{subject}s",
                    f"""SELECT subject_id FROM labels
                    WHERE is_fake AND kind = '{kind}' AND subject_kind = '{subject}'""",
                )
            engine.view(
                "of_kind",
                f"""SELECT * FROM orders WHERE order_id IN (SELECT subject_id FROM labels
                WHERE subject_kind = 'order' AND plan_id LIKE '{kind}-%')""",
            )
            engine.view(
                "done",
                """SELECT * FROM interactions
                WHERE account_id IN (SELECT subject_id FROM fake_accounts)""",
            )
            table = engine.query(sql)
            return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

        yield rows


def one(ask: Ask, sql: str, kind: str, level: int) -> float:
    [(value,)] = ask(sql, kind, level)
    return value


def by_level(ask: Ask, sql: str, kind: str) -> list[float]:
    return [one(ask, sql, kind, level) for level in LEVELS]


@pytest.mark.parametrize("kind", EVERY)
def test_it_is_planted_on_request_only(kind: str):
    assert kind in KINDS
    assert kind not in USUAL_KINDS


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ORDERING)
def test_who_took_part_is_fake_with_all_orders_that_were_hired(ask, kind: str, level: int):
    [(orders, fakes, accounts, shops)] = ask(
        """SELECT count(*), count(*) FILTER (WHERE order_id IN (FROM fake_orders)),
            count(*) FILTER (WHERE account_id NOT IN (FROM fake_accounts)),
            count(*) FILTER (WHERE shop_id NOT IN (FROM fake_shops)) FROM of_kind""",
        kind,
        level,
    )
    assert 200 < orders < 600
    assert (fakes, accounts, shops) == (orders, 0, 0)


@pytest.mark.parametrize("level", LEVELS)
def test_a_swapped_listing_is_another_product_under_one_number(ask, level: int):
    [(n, shops, versions)] = ask(
        f"""SELECT count(*), count(*) FILTER (WHERE shop_id IN (FROM fake_shops)),
            min(version::INT) FROM {SWAPPED}""",
        "item-swap",
        level,
    )
    assert n == shops > 2
    assert versions >= 2
    [(old, new)] = ask(
        f"""SELECT median(first), median(last) FROM (
            SELECT item_id, arg_min(paid_minor / quantity, placed_at) / price_minor AS first,
                max(paid_minor / quantity) FILTER (WHERE placed_at > 1762790400000)
                / price_minor AS last
            FROM orders JOIN {SWAPPED} USING (item_id) GROUP BY item_id, price_minor)""",
        "item-swap",
        level,
    )
    assert old < (0.6, 0.7, 0.9, 1.01)[level]
    assert new == pytest.approx(1, abs=0.02)


def test_a_swap_stays_nearer_the_better_it_hides(ask):
    away = by_level(ask, f"SELECT avg((category <> of_shop)::INT) FROM {SWAPPED}", "item-swap")
    assert away[0] == 1
    assert away[0] >= away[1] > away[2] >= away[3] == 0


@pytest.mark.parametrize("level", LEVELS)
def test_reviews_of_the_old_good_stay_and_nobody_who_bought_is_fake(ask, level: int):
    [(fakes,)] = ask(
        """SELECT count(*) FILTER (WHERE is_fake) FROM labels
        WHERE subject_kind IN ('order', 'review', 'account')""",
        "item-swap",
        level,
    )
    assert fakes == 0
    [(before, strangers)] = ask(
        f"""SELECT count(*), count(*) FILTER (WHERE NOT contains(
                title, regexp_extract(text, '^(.+?)收到了', 1)))
            FROM reviews JOIN {SWAPPED} USING (item_id)
            WHERE regexp_matches(text, '^.+?收到了') AND posted_at < 1760500000000""",
        "item-swap",
        level,
    )
    assert before > 4
    assert strangers / before > 0.7  # few swaps are earlier than that


@pytest.mark.parametrize("level", LEVELS)
def test_scrapers_read_every_page_and_never_buy_there(ask, level: int):
    [(views, others, bought)] = ask(
        """WITH read AS (SELECT subject_id AS shop_id FROM labels
            WHERE subject_kind = 'shop' AND look_alike = 'catalogue-scraping-victim')
        SELECT count(*) FILTER (WHERE shop_id IN (FROM read)), (SELECT count(*) FROM items
                WHERE shop_id IN (FROM read) AND item_id NOT IN (SELECT item_id FROM done)),
            (SELECT count(*) FROM orders WHERE shop_id IN (FROM read)
                AND account_id IN (SELECT account_id FROM done GROUP BY account_id
                    HAVING count(*) > 1000)) FROM done""",
        "catalogue-scraping",
        level,
    )
    assert views > 1_500
    assert others == 0
    assert bought == 0


def test_scrapers_keep_less_to_the_catalogue_the_better_they_hide(ask):
    in_order = by_level(
        ask,
        """SELECT avg((item_id = before + 1)::INT) FROM (SELECT item_id, lag(item_id)
            OVER (PARTITION BY account_id, session_id ORDER BY "at") AS before FROM done
            WHERE kind = 'view') WHERE before IS NOT NULL""",
        "catalogue-scraping",
    )
    assert in_order[0] > 0.7
    assert in_order == sorted(in_order, reverse=True)
    assert in_order[3] < 0.1


@pytest.mark.parametrize("level", LEVELS)
def test_bought_engagement_leads_to_nothing(ask, level: int):
    [(acts, accounts, shops)] = ask(
        """SELECT count(*), count(DISTINCT account_id), count(DISTINCT shop_id) FROM done
        WHERE shop_id IN (FROM fake_shops) AND kind <> 'view'""",
        "engagement-inflation",
        level,
    )
    assert acts > 400
    assert accounts > 100
    assert shops >= 3
    bought = one(
        ask,
        """SELECT count(*) FROM orders WHERE shop_id IN (FROM fake_shops)
        AND account_id IN (FROM fake_accounts)""",
        "engagement-inflation",
        level,
    )
    assert (
        bought / acts < (0.01, 0.01, 0.05, 0.1)[level]
    )  # people who click for cents may shop there too


def test_clicks_are_in_step_until_it_hides(ask):
    spread = by_level(
        ask,
        """SELECT median(h) FROM (SELECT (quantile_cont("at", 0.9) - quantile_cont("at", 0.1))
                / 3600000 AS h FROM done
            WHERE kind IN ('like', 'favourite', 'follow', 'cart')
            AND shop_id IN (FROM fake_shops) GROUP BY shop_id, kind HAVING count(*) > 15)""",
        "engagement-inflation",
    )
    assert spread[0] < 1
    assert spread == sorted(spread)
    assert spread[3] > 240


def test_an_audience_stays_equally_long_until_it_hides(ask):
    uneven = by_level(
        ask,
        """SELECT median(s) FROM (SELECT stddev(dwell_ms) / avg(dwell_ms) AS s FROM done
            WHERE kind = 'live_leave' AND shop_id IN (FROM fake_shops)
            GROUP BY shop_id HAVING count(*) > 15)""",
        "engagement-inflation",
    )
    assert uneven[0] < 0.05
    assert uneven[0] < uneven[1] < uneven[2]


def test_farmed_accounts_are_registered_in_bursts_long_before_their_first_task(ask):
    sql = f"""WITH made AS (SELECT account_id, registered_at, min(placed_at) AS first_at
            FROM {MADE} JOIN of_kind USING (account_id) GROUP BY ALL)
        SELECT median(beside) FROM (SELECT count(*) OVER (ORDER BY registered_at
            RANGE BETWEEN 3600000 PRECEDING AND 3600000 FOLLOWING) - 1 AS beside FROM made)"""
    beside = by_level(ask, sql, "farmed-accounts")
    assert beside[0] > 10
    assert beside[0] > beside[1] >= beside[2] >= beside[3]
    asleep = by_level(
        ask,
        f"""SELECT median(first_at - registered_at) / 86400000 FROM (
            SELECT account_id, registered_at, min(placed_at) AS first_at
            FROM {MADE} JOIN of_kind USING (account_id) GROUP BY ALL)""",
        "farmed-accounts",
    )
    assert asleep[0] > 14
    assert asleep == sorted(asleep)


def test_numbers_that_receive_codes_serve_several_accounts_until_it_hides(ask):
    per_number = by_level(
        ask,
        f"SELECT count(*) / count(DISTINCT phone_token) FROM {MADE}",
        "farmed-accounts",
    )
    assert per_number[0] > 2
    assert per_number[0] > per_number[1] > per_number[2]
    assert per_number[3] < 1.2


@pytest.mark.parametrize("level", [0, 1, 2])
def test_rented_accounts_are_logged_in_to_on_a_new_device_before_tasks(ask, level: int):
    [(rented, late)] = ask(
        """WITH used AS (SELECT account_id, device_token AS token, min(placed_at) AS first_at
                FROM of_kind GROUP BY ALL),
            known AS (SELECT account_id, token, first_seen_at FROM account_links
                WHERE kind = 'device'),
            own AS (SELECT account_id FROM known GROUP BY account_id HAVING count(*) > 1)
        SELECT count(*), count(*) FILTER (WHERE first_seen_at >= first_at)
        FROM used JOIN known USING (account_id, token) JOIN own USING (account_id)""",
        "farmed-accounts",
        level,
    )
    assert rented > 0
    assert late == 0


def test_few_names_stand_behind_many_accounts(ask):
    per_name = by_level(
        ask,
        f"""SELECT quantile_cont(n, 0.5) FROM (SELECT identity_token, count(*) AS n FROM {MADE}
            WHERE identity_token IS NOT NULL GROUP BY identity_token HAVING n > 1)""",
        "one-identity",
    )
    assert per_name[0] >= 10
    assert per_name == sorted(per_name, reverse=True)
    assert per_name[3] >= 2


@pytest.mark.parametrize("level", LEVELS)
def test_addresses_change_while_the_device_stays(ask, level: int):
    [(per_visit, devices)] = ask(
        """SELECT avg(n), max(d) FROM (SELECT count(DISTINCT ip_token) AS n,
                count(DISTINCT device_token) AS d FROM done
            WHERE shop_id IN (FROM fake_shops) OR kind = 'search'
            GROUP BY account_id, session_id HAVING count(*) > 2
            AND session_id IN (SELECT session_id FROM done JOIN of_kind AS o
                USING (account_id, item_id) WHERE placed_at - "at" BETWEEN 0 AND 600000))""",
        "hidden-network",
        level,
    )
    assert per_visit > (2.3, 2.2, 1.8, 1.2)[level]
    assert devices == 1


def test_a_cheap_service_hands_its_addresses_to_everybody(ask):
    accounts = by_level(
        ask,
        """SELECT avg(n) FROM (SELECT count(DISTINCT account_id) AS n FROM of_kind
            GROUP BY ip_token)""",
        "hidden-network",
    )
    assert accounts[0] > accounts[1] > accounts[2] - 0.2
    borrowed = by_level(
        ask,
        """SELECT avg((ip_token IN (SELECT token FROM account_links WHERE kind = 'ip'
                AND account_id NOT IN (FROM fake_accounts)))::INT) FROM of_kind""",
        "hidden-network",
    )
    assert borrowed[3] > 0.5 > borrowed[0]


def test_what_is_said_of_where_somebody_lives_disagrees_until_it_hides(ask):
    differs = by_level(
        ask,
        """SELECT avg((region <> destination_region)::INT) FROM of_kind
            JOIN accounts USING (account_id) JOIN shipments USING (order_id)""",
        "hidden-network",
    )
    assert differs[0] > 0.6
    assert differs[0] > differs[1] > max(differs[2:])


EDGES = """(SELECT DISTINCT staff_of_shop_id AS buys, shop_id AS sells FROM of_kind
    JOIN accounts USING (account_id) WHERE staff_of_shop_id IS NOT NULL)"""


def test_members_buy_from_one_another_in_circles_that_grow_longer(ask):
    back = by_level(
        ask,
        f"""SELECT avg(EXISTS (SELECT 1 FROM {EDGES} AS y
            WHERE y.buys = x.sells AND y.sells = x.buys)::INT) FROM {EDGES} AS x""",
        "mutual-brushing",
    )
    assert back[0] > 0.2
    assert back[0] > back[3]
    known = by_level(
        ask,
        """SELECT avg((staff_of_shop_id IS NOT NULL)::INT) FROM of_kind
            JOIN accounts USING (account_id)""",
        "mutual-brushing",
    )
    assert known == sorted(known, reverse=True)
    assert known[0] > 0.85


@pytest.mark.parametrize("level", [0, 1])
def test_every_member_buys_and_sells_and_pays_one_collector(ask, level: int):
    [(sellers, buyers)] = ask(
        """SELECT count(DISTINCT shop_id), count(DISTINCT staff_of_shop_id)
        FROM of_kind LEFT JOIN accounts USING (account_id)""",
        "mutual-brushing",
        level,
    )
    assert sellers > 8
    assert buyers > (0.85 if level == 0 else 0.5) * sellers
    [(deposits,)] = ask(
        """SELECT max(n) FROM (SELECT to_token, count(DISTINCT from_token) AS n FROM transfers
            WHERE from_token IN (SELECT bank_token FROM shops JOIN owners USING (owner_id)
                WHERE shop_id IN (FROM fake_shops)) AND amount_minor BETWEEN 30000 AND 50000
                AND amount_minor % 5000 = 0 GROUP BY to_token)""",
        "mutual-brushing",
        level,
    )
    assert deposits > 5

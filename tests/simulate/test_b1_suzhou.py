"""B1: the numbers that were published, the ledger to the fen, and the two sorts of traces."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.base.clock import DAY_MS
from unbrush.simulate import simulate_case
from unbrush.simulate.season import PEAK_DAY, START_AT

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
HIRED = "(SELECT subject_id FROM labels WHERE subject_kind = 'order' AND kind = 'suzhou-hired')"
GIVEN = HIRED.replace("hired", "gifts")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("b1")
        simulate_case(out, case="B1", level=level, seed=8)
        return out

    return folder


def one(folder: Path, sql: str) -> tuple:
    with opened(folder) as engine:
        return tuple(engine.query(sql).to_pylist()[0].values())


@each_level
def test_the_orders_are_those_that_were_published(made, level: int):
    n_hired, n_given, n_shops = one(
        made(level),
        f"""SELECT count(*) FILTER (WHERE order_id IN {HIRED}),
            count(*) FILTER (WHERE order_id IN {GIVEN}), count(DISTINCT shop_id)
        FROM orders WHERE order_id IN {HIRED} OR order_id IN {GIVEN}""",
    )
    assert (n_hired, n_given, n_shops) == (926, 127, 1)


@each_level
def test_they_lie_within_39_days_and_double_11_among_them(made, level: int):
    n_days, first, last = one(
        made(level),
        f"""SELECT count(DISTINCT (placed_at - {START_AT}) // {DAY_MS}),
            min((placed_at - {START_AT}) // {DAY_MS}), max((placed_at - {START_AT}) // {DAY_MS})
        FROM orders WHERE order_id IN {HIRED}""",
    )
    assert n_days == last - first + 1 == 39
    # As many days after it as there were before it in 2020: 30 October to 11 November.
    assert last - PEAK_DAY == 12


@each_level
def test_the_ledger_adds_up_to_the_fen(made, level: int):
    folder = made(level)
    facts = facts_of(folder)
    assert facts["fees_minor"] == 740_800 == facts["n_hired"] * 800
    paid, returned, fees = one(
        folder,
        f"""SELECT CAST(sum(paid_minor) AS BIGINT),
            (SELECT CAST(sum(returned_minor) AS BIGINT) FROM plans WHERE is_fake),
            (SELECT CAST(sum(fees_minor) AS BIGINT) FROM plans WHERE is_fake)
        FROM orders WHERE order_id IN {HIRED} OR order_id IN {GIVEN}""",
    )
    assert paid == returned == facts["turnover_minor"]
    assert fees == facts["fees_minor"]
    assert facts["owed_minor"] == paid + fees
    assert facts["spent_minor"] == fees + facts["gift_cost_minor"]
    assert 127 * 600 <= facts["gift_cost_minor"] < 127 * 1_000


def test_money_that_nobody_hides_is_seen_to_the_fen(made):
    folder = made(0)
    [seen] = one(
        folder,
        """SELECT CAST(sum(amount_minor) AS BIGINT) FROM transfers
        WHERE from_token IN (SELECT token FROM gang WHERE subject_kind = 'payer')
            AND to_token IN (
                SELECT payer_token FROM orders JOIN labels
                    ON subject_kind = 'order' AND subject_id = order_id
                WHERE kind IN ('suzhou-hired', 'suzhou-gifts'))""",
    )
    [in_truth] = one(folder, "SELECT CAST(sum(seen_minor) AS BIGINT) FROM plans WHERE is_fake")
    assert seen == in_truth
    # A parcel or two take more than the week that is left after the last order.
    assert 0.99 <= seen / facts_of(folder)["owed_minor"] <= 1


@each_level
def test_old_customers_bought_before_and_get_a_lighter_pair(made, level: int):
    folder = made(level)
    n_old, n = one(
        folder,
        f"""SELECT count(DISTINCT o.account_id) FILTER (WHERE EXISTS (
                SELECT 1 FROM orders AS p WHERE p.account_id = o.account_id
                    AND p.shop_id = o.shop_id AND p.placed_at < o.placed_at
                    AND p.order_id NOT IN {GIVEN})),
            count(DISTINCT o.account_id)
        FROM orders AS o WHERE order_id IN {GIVEN}""",
    )
    assert n_old == n == 127
    gift, empty, whole = one(
        folder,
        f"""SELECT median(weight_g / net_weight_g) FILTER (WHERE order_id IN {GIVEN}),
            median(weight_g / net_weight_g) FILTER (WHERE order_id IN {HIRED}),
            median(weight_g / net_weight_g) FILTER (
                WHERE order_id NOT IN {GIVEN} AND order_id NOT IN {HIRED})
        FROM shipments JOIN orders USING (order_id) JOIN items USING (item_id)
        WHERE orders.shop_id IN (SELECT subject_id FROM gang WHERE role = 'merchant')
            AND quantity = 1""",
    )
    assert empty < gift < whole


def test_less_can_be_seen_the_better_the_shop_hides(made):
    per_person, in_rush, seen = [], [], []
    for level in range(4):
        folder = made(level)
        each, rush = one(
            folder,
            f"""SELECT count(*) / count(DISTINCT account_id), count(*) FILTER (
                    WHERE (placed_at - {START_AT}) // {DAY_MS} = {PEAK_DAY}) / count(*)
            FROM orders WHERE order_id IN {HIRED}""",
        )
        [share] = one(
            folder,
            "SELECT sum(seen_minor) / sum(returned_minor + fees_minor) FROM plans WHERE is_fake",
        )
        per_person.append(each)
        in_rush.append(rush)
        seen.append(share)
    assert per_person == sorted(per_person, reverse=True)
    assert in_rush[0] < 0.04 < in_rush[3]
    assert seen == sorted(seen, reverse=True)


def test_the_shops_that_say_thanks_pay_nobody_and_send_two_parcels(made):
    orders = """(SELECT subject_id FROM labels
        WHERE subject_kind = 'order' AND look_alike = 'thanked-old-customer')"""
    n, n_second, n_fake = one(
        made(0),
        f"""SELECT count(DISTINCT order_id), count(*) - count(DISTINCT order_id),
            count(*) FILTER (WHERE order_id IN (
                SELECT subject_id FROM labels WHERE subject_kind = 'order' AND is_fake))
        FROM shipments WHERE order_id IN {orders}""",
    )
    assert n > 200
    assert n_second > 100
    assert n_fake == 0

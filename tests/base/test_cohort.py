"""Cohorts against chance: markets where nobody planned anything, and the window that stands out."""

import random

import pytest

from tests.worlds import DAY, T0, build
from unbrush.base.cohort import WEEK_MS, cohort_sql

N_SHOPS = 40
COHORT = 20 * DAY


def chance_market(seed, *, n=900, rush=0):
    """Purchases by popularity; who joined when has nothing to do with where they buy.

    ``rush`` more accounts join in one window, so that they fill every shop.
    """
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(N_SHOPS)]
    joined = [chance.randrange(0, 300) for _ in range(n)] + [100] * rush
    return [
        (account, day, shop, chance.randrange(max(0, day - 200), 100))
        for account, day in enumerate(joined)
        for shop in chance.choices(range(N_SHOPS), weights, k=4)
    ]


def found(engine, purchases, **more):
    orders = [
        {
            "order_id": number,
            "account_id": account,
            "shop_id": shop,
            "placed_at": T0 + bought * DAY,
            "closed_at": T0 + joined * DAY,  # stands for when the account came
        }
        for number, (account, joined, shop, bought) in enumerate(purchases)
    ]
    shops = [{"shop_id": shop, "owner_id": shop, "category": "all"} for shop in range(N_SHOPS)]
    build(engine, {"orders": orders, "shops": shops})
    options = {
        "window_ms": COHORT,
        "min_accounts": 3,
        "min_shops": 1,
        "min_lift": 1.0,
        "max_false": 0.01,
        "felt_share": 1.0,
    }
    return engine.query(
        f"""WITH placed AS (
                SELECT order_id, account_id, shop_id, placed_at // {WEEK_MS} AS week,
                       closed_at // {COHORT} AS cohort
                FROM orders),
            {cohort_sql(**{**options, **more})}"""
    ).to_pylist()


@pytest.mark.parametrize("seed", range(8))
def test_chance_alone_is_not_found(engine, seed):
    assert found(engine, chance_market(seed)) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_rush_that_fills_every_shop_is_not_found(engine, seed):
    assert found(engine, chance_market(seed, rush=400)) == []


def test_a_batch_in_quiet_shops_is_found_beside_chance(engine):
    batch = [(5000 + k, 100, shop, 60 + k % 9) for k in range(25) for shop in (31, 35, 38)]
    rows = found(engine, chance_market(1) + batch, min_shops=2, min_accounts=8)
    assert {row["subject_id"] for row in rows} == {31, 35, 38}
    assert {row["n_other_shops"] for row in rows} == {2}
    # Some of the same days' honest newcomers may be counted, but only who were in two of these.
    assert all(25 <= row["n_accounts"] <= 27 for row in rows)

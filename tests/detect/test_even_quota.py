"""Even quota: independent buyers scatter, bought ones come by the dozen, limits never overflow."""

import numpy as np

from tests.worlds import DAY, HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.even_quota import DETECTOR

DAYS = 84


def orders(shop, per_day, *, first, item=1, hour=2, **more):
    """Orders of one shop, ``per_day[d]`` on day d, each of an account of its own."""
    days = [day for day, n in enumerate(per_day) for _ in range(int(n))]
    return [
        {
            "order_id": first + k,
            "account_id": first + k,
            "shop_id": shop,
            "item_id": 100 * shop + item,
            "placed_at": T0 + day * DAY + hour * HOUR + k % 13 * HOUR,
            **more,
        }
        for k, day in enumerate(days)
    ]


def chance(mean, *, seed, days=DAYS):
    return np.random.default_rng(seed).poisson(mean, days)


def market(*groups, **tables):
    return {"orders": [row for group in groups for row in group], **tables}


def portions(shop, n, *, first, since=14, days=35, wobble=1, **more):
    """Much the same number every day, give or take ``wobble``."""
    off = np.arange(days) % 3 - 1
    return orders(shop, [0] * since + list(n + wobble * off), first=first, **more)


HONEST = [
    row
    for shop in range(1, 9)
    for row in orders(shop, chance(1 + shop, seed=shop), first=10_000 * shop)
]
ON_TOP = portions(2, 14, first=900_000, item=7)  # beside honest trade of three a day
ONE_ITEM = portions(8, 5, first=910_000, item=9, days=60)  # hidden in nine a day of other items

EXAMPLE = Example(
    fake=market(HONEST, ON_TOP, ONE_ITEM),
    finds={2, 8},
    without_fakes=market(HONEST),
    look_alikes={
        "subscription": market(
            HONEST,
            [
                {**row, "account_id": 900_000 + k % 14}
                for k, row in enumerate(portions(2, 14, first=900_000, item=7, wobble=0))
            ],
        ),
        "daily-limit": market(
            HONEST, orders(8, np.minimum(chance(16, seed=77), 10), first=920_000, item=9)
        ),
        "even-by-nature": market(HONEST, portions(11, 12, first=920_000, since=0, days=DAYS)),
        "even-category": market(
            HONEST,
            *(
                portions(shop, 8 + shop, first=100_000 * shop, since=28, days=56)
                for shop in range(11, 18)
            ),
            shops=[{"shop_id": shop, "category": "milk"} for shop in range(11, 18)],
        ),
        "tiny-shop": market(HONEST, orders(11, [1] * DAYS, first=920_000)),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_portions_of_one_item_take_only_its_orders_along(engine):
    signal = found(engine, EXAMPLE.fake)[8]
    assert set(signal["evidence_ids"]) <= {row["order_id"] for row in ONE_ITEM}
    assert len(signal["evidence_ids"]) > len(ONE_ITEM) * 0.6


def test_chance_alone_finds_nothing_in_a_hundred_shops(engine):
    shops = range(1, 101)
    rows = [
        row
        for shop in shops
        for row in orders(shop, chance(3 + shop % 20, seed=500 + shop), first=10_000 * shop)
    ]
    assert not found(engine, market(rows))


def test_weekends_and_growth_only_scatter_more(engine):
    busy = [(1 + day / 40) * (14 if day % 7 > 4 else 8) for day in range(DAYS)]
    rows = orders(2, np.random.default_rng(3).poisson(busy), first=900_000)
    assert not found(engine, market(rows))


def test_portions_of_a_campaign_do_not_count(engine):
    assert not found(engine, market(HONEST, portions(2, 14, first=900_000, campaign_id=5)))


def test_the_more_honest_trade_there_is_beside_it_the_less_is_said(engine):
    scores = [
        found(
            engine,
            market(orders(2, chance(mean, seed=9), first=10_000), portions(2, 14, first=900_000)),
        )[2]["score"]
        for mean in (1, 4)
    ]
    assert scores[0] > scores[1]


def test_a_limit_reached_on_half_of_the_days_is_a_limit_and_the_share_is_a_parameter(engine):
    limited = EXAMPLE.look_alikes["daily-limit"]
    assert not found(engine, limited)
    assert set(found(engine, limited, limit_share=1.0)) == {8}

"""Synchronised buyers: its example, its edges."""

import random

import pytest

from tests.worlds import DAY, HOUR, MINUTE, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.synchronised_buyers import DETECTOR

START = 19_677 * DAY  # the first day of a window
N_SHOPS = 80
SHOPS = [
    {
        "shop_id": shop,
        "owner_id": 500 + shop,
        "category": f"kind-{shop % 8}",
        "region": f"place-{shop // 8 % 5}",
    }
    for shop in range(N_SHOPS)
]


def order(number, account, shop, day, **more):
    at = START + day * DAY + number % 23 * HOUR + number % 59 * MINUTE
    return {"order_id": number, "account_id": account, "shop_id": shop, "placed_at": at, **more}


# 300 people, on six outings each of two or three shops, over sixty days.
CHANCE = random.Random(5)
HONEST = [
    order(1_000 + 18 * n + 3 * k + j, 1000 + n, shop, day + j)
    for n in range(300)
    for k, day in enumerate(CHANCE.sample(range(0, 58), 6))
    for j, shop in enumerate(CHANCE.sample(range(N_SHOPS), CHANCE.choice((2, 3))))
]


def together(shops, *, windows, n=12, first=5000, number=100_000, every=3, **more):
    """Accounts that buy in all of ``shops`` in a window; each window is one third's turn."""
    return [
        order(number + 1000 * w + 20 * k + j, first + k, shop, 3 * window + j % 3, **more)
        for w, window in enumerate(windows)
        for k in range(n)
        if k % every == w % every
        for j, shop in enumerate(shops)
    ]


def market(rows, shops=SHOPS) -> Market:
    return {"orders": [*HONEST, *rows], "shops": shops}


LIST = (3, 17, 30, 44)  # four categories in as many regions
WEEKS = (2, 5, 8, 11, 14, 17)
GANG = together(LIST, windows=WEEKS)


def drawn(shops, *, n, seed):
    """People who in a window buy in some of ``shops``, whichever: what ``shops`` draws."""
    chance = random.Random(seed)
    return [
        order(100_000 + 100 * k + 10 * w + j, 5000 + k, shop, 3 * window + j)
        for k in range(n)
        for w, window in enumerate(chance.sample(range(19), 3))
        for j, shop in enumerate(shops(chance))
    ]


# Phones and covers: whoever buys the one buys the other, in any of the larger shops.
PHONES = [row["shop_id"] for row in SHOPS if row["category"] == "kind-0"][:3]
COVERS = [row["shop_id"] for row in SHOPS if row["category"] == "kind-1"][:3]
COMPLEMENTS = drawn(lambda chance: (chance.choice(PHONES), chance.choice(COVERS)), n=45, seed=1)
# Neighbours who shop along their street for weeks.
STREET = [row["shop_id"] for row in SHOPS if row["region"] == "place-2"][:8]
NEIGHBOURS = drawn(lambda chance: chance.sample(STREET, 3), n=40, seed=2)

# Somebody who buys in every shop, and so beside the gang, too.
EVERYWHERE = [order(95_000 + n, 7000, n, n % 60 // 3 * 3 + n % 2) for n in range(N_SHOPS)]
MET = [order(96_000 + 10 * w + n, 7000, shop, 3 * w) for w in (2, 5) for n, shop in enumerate(LIST)]

EXAMPLE = Example(
    fake=market(GANG),
    finds=set(range(5000, 5012)),
    without_fakes=market([]),
    look_alikes={
        "complementary-goods": market(COMPLEMENTS),
        "one-street": market(NEIGHBOURS),
        "heavy-buyer": market(EVERYWHERE + MET),
        "campaign": market([{**row, "campaign_id": 4} for row in GANG]),
        "fan-club": market(together(LIST, windows=(7,), n=20, every=1)),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_its_evidence_is_what_was_bought_together(engine):
    mine = [order(90_000 + n, 5003, 60 + n, 3 * n + 1) for n in range(6)]
    signal = found(engine, market(GANG + mine))[5003]
    bought = {row["order_id"] for row in GANG if row["account_id"] == 5003}
    assert set(signal["evidence_ids"]) == bought
    assert signal["strength"] == "E1"


def test_whoever_meets_the_gang_among_eighty_shops_is_not_of_it(engine):
    assert set(found(engine, market(GANG + EVERYWHERE + MET))) == EXAMPLE.finds
    assert 7000 in found(engine, market(GANG + EVERYWHERE + MET), min_share=0.0)


def test_two_shops_are_a_pair_and_three_are_a_list(engine):
    assert not found(engine, market(together(LIST[:2], windows=WEEKS)))
    assert set(found(engine, market(together(LIST[:3], windows=WEEKS)))) == EXAMPLE.finds


def test_shops_of_one_owner_are_no_strangers(engine):
    same = [{**row, "owner_id": 7} if row["shop_id"] in LIST else row for row in SHOPS]
    assert not found(engine, market(GANG, same))


@pytest.mark.parametrize("look_alike", ["complementary-goods", "one-street"])
def test_what_kinds_and_places_explain_is_spared_only_where_they_are_known(engine, look_alike):
    rows = EXAMPLE.look_alikes[look_alike]
    bare = [{**row, "category": None, "region": None} for row in SHOPS]
    assert found(engine, {**rows, "shops": bare})


def test_an_event_is_one_window(engine):
    event = together(LIST, windows=(7,), n=20, every=1)
    assert set(found(engine, market(event), max_event_share=1.0, min_windows=1)) >= set(
        range(5000, 5020)
    )
    later = together(LIST, windows=(9, 10), n=20, every=2, number=200_000)
    assert len(found(engine, market(event + later))) == 20


def test_popular_shops_may_meet_often(engine):
    """Two shops where half the market buys, in every window, by chance."""
    crowd = random.Random(9)
    rows = [
        order(200_000 + 10 * n + j, 8000 + n, shop, 3 * (n % 20) + j % 3)
        for n in range(600)
        for j, shop in enumerate(crowd.sample((1, 2, 12, 21, 33, 47), 2))
    ]
    assert not found(engine, market(rows))


def test_whoever_is_everywhere_is_not_looked_at(engine):
    assert not found(engine, market(GANG), max_shops=3)


@pytest.mark.parametrize("seed", range(6))
def test_chance_alone_pairs_nobody(engine, seed):
    """Popular and quiet shops, heavy and light buyers, busy and quiet days; no more than that."""
    chance = random.Random(seed)
    weights = [1 / (rank + 2) for rank in range(N_SHOPS)]
    outings = [
        (account, int(60 * chance.random() ** 2))
        for account in range(400)
        for _ in range(chance.choice((2, 4, 16)))
    ]
    rows = [
        order(10 * n + j, account, shop, day)
        for n, (account, day) in enumerate(outings)
        for j, shop in enumerate(chance.choices(range(N_SHOPS), weights, k=2))
    ]
    loose = {"min_lift": 1.0, "min_shops": 2, "min_windows": 1, "min_share": 0.0, "min_buyers": 3}
    assert not found(engine, {"orders": rows}, **loose)

"""Registration burst: its example, its edges."""

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.registration_burst import DETECTOR

N_SHOPS = 30
SHOPS = [
    {"shop_id": shop, "owner_id": 100 + shop, "category": f"kind-{shop % 6}"}
    for shop in range(N_SHOPS)
]


def person(account, day, *, minute=0, **more):
    return {"account_id": account, "registered_at": T0 + day * DAY + minute * MINUTE, **more}


def order(number, account, shop, day, **more):
    return {
        "order_id": number,
        "account_id": account,
        "shop_id": shop,
        "placed_at": T0 + day * DAY + HOUR,
        **more,
    }


# Four people join on any day of the year before and buy three times in the two months that follow.
PEOPLE = [person(1000 + n, n // 4 - 300, minute=n % 4 * 300) for n in range(1200)]
TRADE = [
    order(10_000 + 3 * n + k, 1000 + n, (n * 7 + k * 11 + n // 30) % N_SHOPS, (n + 20 * k) % 60)
    for n in range(1200)
    for k in range(3)
]


def crowd(n, shops, *, day=20, first=5000, spread=1, **more):
    """People who join on one day, and their orders: each buys in the shops that it is given."""
    people = [person(first + k, day, minute=k * spread) for k in range(n)]
    orders = [
        order(100_000 + 100 * first + 10 * k + j, first + k, shop, day + 2 + k % 5 + j, **more)
        for k in range(n)
        for j, shop in enumerate(shops(k))
    ]
    return people, orders


def market(*crowds) -> Market:
    return {
        "accounts": [*PEOPLE, *(row for people, _ in crowds for row in people)],
        "orders": [*TRADE, *(row for _, orders in crowds for row in orders)],
        "shops": SHOPS,
    }


BATCH = crowd(12, lambda k: (3, 8, 13))
# A viral day: two hundred newcomers, who buy wherever people buy.
VIRAL = crowd(200, lambda k: (k * 7 % N_SHOPS, (k * 11 + 5) % N_SHOPS), spread=7)
DOUBLE_ELEVEN = crowd(120, lambda k: (k * 7 % N_SHOPS, k * 13 % N_SHOPS, k * 19 % N_SHOPS))
# Sixty students furnish their rooms: all in the five shops of one category.
STUDENTS = crowd(60, lambda k: (2 + 6 * (k % 5), 2 + 6 * ((k + 1 + k // 5) % 5)))


def friends(n_each):
    """Twelve newcomers, invited by customers of the very shops in which they buy."""
    people, orders = crowd(12, lambda k: (3, 8))
    hosts = [2000 + k // n_each for k in range(12)]
    before = [
        order(90_000 + 2 * k + j, 2000 + k, shop, 1)
        for k in range(12)
        for j, shop in ((0, 3), (1, 8))
    ]
    invited = [{**row, "invited_by": host} for row, host in zip(people, hosts, strict=True)]
    old = [person(2000 + k, -300 + 20 * k) for k in range(12)]
    return [*old, *invited], [*before, *orders]


EXAMPLE = Example(
    fake=market(BATCH),
    finds={3, 8, 13},
    without_fakes=market(),
    look_alikes={
        "double-eleven-newcomers": market(DOUBLE_ELEVEN),
        "university-enrolment": market(STUDENTS),
        "viral-app": market(VIRAL),
        "referral-programme": market(friends(2)),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_its_evidence_is_the_batch_and_nobody_else(engine):
    signal = found(engine, EXAMPLE.fake)[8]
    of_batch = {row["order_id"] for row in BATCH[1] if row["shop_id"] == 8}
    assert set(signal["evidence_ids"]) == of_batch


def test_one_shop_alone_may_have_been_recommended(engine):
    one = crowd(12, lambda k: (3,))
    assert not found(engine, market(one))
    assert set(found(engine, market(one), min_shops=1)) == {3}


def test_two_shops_of_one_owner_are_one(engine):
    two = market(crowd(12, lambda k: (3, 8)))
    assert set(found(engine, two)) == {3, 8}
    same = [{**row, "owner_id": 7} if row["shop_id"] in (3, 8) else row for row in SHOPS]
    assert not found(engine, {**two, "shops": same})


def test_a_batch_within_a_viral_day_is_lost_only_if_the_day_explains_it(engine):
    assert set(found(engine, market(BATCH, crowd(30, lambda k: (k % 29,), first=6000)))) == {
        3,
        8,
        13,
    }


def test_a_rush_that_a_category_felt_is_spared_only_where_categories_are_known(engine):
    rows = market(STUDENTS)
    without = [{**row, "category": None} for row in SHOPS]
    assert set(found(engine, {**rows, "shops": without})) == {2, 8, 14, 20, 26}


def test_an_inviter_has_only_a_few_friends(engine):
    assert set(found(engine, market(friends(12)))) == {3, 8}


def test_campaign_orders_do_not_count(engine):
    assert not found(engine, market(crowd(12, lambda k: (3, 8, 13), campaign_id=1)))


@pytest.mark.parametrize(("n", "shops"), [(7, set()), (8, {3, 8, 13})])
def test_the_smallest_batch_is_exact(engine, n, shops):
    assert set(found(engine, market(crowd(n, lambda k: (3, 8, 13))))) == shops

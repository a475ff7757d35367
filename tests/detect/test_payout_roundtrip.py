"""Payout round trip: shop, wallet, (wallet,) buyers; and who else a shop's money goes to."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.payout_roundtrip import DETECTOR

PRICES = [2_990, 4_500, 8_900, 12_900, 6_600, 19_900]


def order(number: int, buyer: int, shop: int, paid: int, at: int = 0, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "placed_at": T0 + at,
        "paid_minor": paid,
        "payer_token": f"purse-{buyer}",
        **more,
    }


def transfer(number: int, payer: str, payee: str, amount: float, at: int) -> dict:
    return {
        "transfer_id": number,
        "from_token": payer,
        "to_token": payee,
        "amount_minor": int(amount),
        "at": T0 + at,
    }


HONEST = [
    order(1_000 + 2 * n + k, 100 + n, (3 * n + 7 * k) % 20, PRICES[n % 6], n % 20 * DAY + k * HOUR)
    for n in range(100)
    for k in range(2)
]
FRIENDS = [
    transfer(9_200 + n, f"purse-{100 + n}", f"purse-{101 + n}", PRICES[(n + 1) % 6], n % 20 * DAY)
    for n in range(0, 60, 2)
]
PAYOUTS = [
    {
        "payout_id": n,
        "shop_id": n,
        "amount_minor": 90_000,
        "at": T0 + DAY,
        "bank_token": f"till-{n}",
    }
    for n in range(20)
]
BUYERS = range(6)
TWICE = [
    order(10 * k + n, 10 + n, 3, PRICES[(n + k) % 6], (n + 24 * k) * HOUR)
    for n in BUYERS
    for k in range(2)
]
PAID = {10 + n: PRICES[n % 6] + PRICES[(n + 1) % 6] for n in BUYERS}
TOTAL = sum(PAID.values())


def lumps(payer: str, share: float | list[float] = 1.06, number: int = 0, at: int = 9 * DAY):
    """A week's purchases paid back at once."""
    shares = share if isinstance(share, list) else [share] * 6
    return [
        transfer(number + n, payer, f"purse-{buyer}", paid * shares[n], at + n * HOUR)
        for n, (buyer, paid) in enumerate(PAID.items())
    ]


def market(orders: list[dict], transfers: list[dict], **tables) -> Market:
    return {
        "orders": [*HONEST, *orders],
        "transfers": [*FRIENDS, *transfers],
        "payouts": PAYOUTS,
        **tables,
    }


TWO_HOPS = [transfer(500, "till-3", "agent", TOTAL * 1.1, 8 * DAY), *lumps("agent")]
THREE_HOPS = [
    transfer(500, "till-3", "front", TOTAL * 1.2, 7 * DAY),
    transfer(501, "front", "agent", TOTAL * 1.1, 8 * DAY),
    *lumps("agent"),
]
STAFF = [{"account_id": 10 + n, "staff_of_shop_id": 3} for n in BUYERS]
WAGES = [40.0, 25.0, 60.0, 18.0, 33.0, 50.0]
REFUNDS = [
    {"refund_id": row["order_id"], "order_id": row["order_id"], "amount_minor": 100, "at": T0}
    for row in TWICE
]
TRIALS = [
    {
        "review_id": row["order_id"],
        "order_id": row["order_id"],
        "account_id": row["account_id"],
        "item_id": 1,
        "posted_at": T0 + 5 * DAY,
        "is_disclosed_incentive": True,
    }
    for row in TWICE
]
# A supplier gets most of its income from the shop and pays 30 people, six of whom bought there.
SUPPLIER = [
    transfer(500, "till-3", "agent", 3_000_000, 8 * DAY),
    *lumps("agent", WAGES),
    *(transfer(600 + n, "agent", f"worker-{n}", 100_000, 9 * DAY) for n in range(24)),
]
# A bank gets money from everybody and pays everybody, the six buyers among them.
BANK = [
    *(transfer(500 + n, f"till-{n}", "agent", 400_000, 8 * DAY) for n in range(20)),
    *lumps("agent"),
    *(transfer(600 + n, "agent", f"purse-{100 + n}", 50_000, 9 * DAY) for n in range(100)),
]

EXAMPLE = Example(
    fake=market(TWICE, TWO_HOPS),
    finds={row["order_id"] for row in TWICE},
    without_fakes=market([], []),
    look_alikes={
        "wages": market(TWICE, [TWO_HOPS[0], *lumps("agent", WAGES)]),
        "refunds": market(TWICE, TWO_HOPS, refunds=REFUNDS),
        "suppliers": market(TWICE, SUPPLIER),
        "disclosed-trial": market(TWICE, TWO_HOPS, reviews=TRIALS),
        "public-wallet": market(TWICE, BANK),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def verdicts(signals: dict) -> set[tuple]:
    return {(signal["strength"], signal["element"]) for signal in signals.values()}


def test_three_hops_are_followed_and_told(engine):
    signals = found(engine, market(TWICE, THREE_HOPS))
    assert set(signals) == EXAMPLE.finds
    assert all("3 transfers" in signal["reason_en"] for signal in signals.values())


def test_the_money_is_the_shops_so_it_is_attributed(engine):
    assert verdicts(found(engine, EXAMPLE.fake)) == {("E3", "c")}


def test_a_payer_that_nobody_feeds_or_another_shop_feeds_says_nothing(engine):
    assert not found(engine, market(TWICE, lumps("agent")))
    elsewhere = [{**TWO_HOPS[0], "from_token": "till-4"}, *TWO_HOPS[1:]]
    assert not found(engine, market(TWICE, elsewhere))


def test_money_that_came_before_the_shop_paid_is_not_its(engine):
    late = [{**TWO_HOPS[0], "at": T0 + 15 * DAY}, *TWO_HOPS[1:]]
    assert not found(engine, market(TWICE, late))


def test_a_wallet_that_keeps_the_money_is_no_conduit(engine):
    keeps = [{**TWO_HOPS[0], "amount_minor": 5 * TOTAL}, *TWO_HOPS[1:]]
    assert not found(engine, market(TWICE, keeps))


def test_declared_staff_are_spared_whatever_they_get(engine):
    assert not found(engine, market(TWICE, TWO_HOPS, accounts=STAFF))


@pytest.mark.parametrize(("share", "n"), [(0.5, 0), (0.95, 12), (1.3, 12), (1.8, 0)])
def test_what_comes_is_about_what_was_paid(engine, share, n):
    back = [transfer(500, "till-3", "agent", TOTAL * share, 8 * DAY), *lumps("agent", share)]
    assert len(found(engine, market(TWICE, back))) == n


def test_orders_elsewhere_and_orders_after_the_money_are_not_touched(engine):
    others = [order(300 + n, 10 + n, 7, 5_000) for n in BUYERS]
    after = [order(400 + n, 10 + n, 3, 5_000, 20 * DAY) for n in BUYERS]
    assert set(found(engine, market([*TWICE, *others, *after], TWO_HOPS))) == EXAMPLE.finds


def test_three_buyers_are_strong_only_and_two_too_few(engine):
    def of(n: int) -> Market:
        bought = [row for row in TWICE if row["account_id"] < 10 + n]
        feed = transfer(500, "till-3", "agent", sum(list(PAID.values())[:n]), 8 * DAY)
        return market(bought, [feed, *lumps("agent")[:n]])

    assert verdicts(found(engine, of(3))) == {("E2", "c")}
    assert not found(engine, of(2))

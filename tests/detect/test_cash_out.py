"""Cash-out: the shop keeps a fee, the buyer gets the rest, nothing is sent."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.cash_out import DETECTOR

PRICES = [99_900, 249_900, 50_000, 149_900, 88_800, 320_000]


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


def transfer(number: int, payer: str, payee: str, amount: int, at: int, **more) -> dict:
    return {
        "transfer_id": number,
        "from_token": payer,
        "to_token": payee,
        "amount_minor": amount,
        "at": T0 + at,
        **more,
    }


def parcel(number: int, grams: float | None = 900.0) -> dict:
    return {"waybill_id": number, "order_id": number, "weight_g": grams}


# 100 people buy twice in 20 shops and get parcels; a wallet operator pays out to them.
HONEST = [
    order(1_000 + 2 * n + k, 100 + n, (3 * n + 7 * k) % 20, PRICES[n % 6], n % 20 * DAY + k * HOUR)
    for n in range(100)
    for k in range(2)
]
PARCELS = [parcel(row["order_id"]) for row in HONEST]
WALLETS = [
    transfer(9_000 + n, "wallet", f"purse-{100 + n}", 500 + 331 * n % 9_000, (n + 3) % 25 * DAY)
    for n in range(100)
]
CASHED = [order(n, 10 + n, 3, PRICES[n % 6], n * HOUR) for n in range(6)]


def less(
    share: float | list[float], payer: str = "agent", lag: int = DAY, n: int = 6
) -> list[dict]:
    """A payer returns a share of each order's price to its buyer."""
    shares = share if isinstance(share, list) else [share] * n
    return [
        transfer(k, payer, f"purse-{10 + k}", round(PRICES[k % 6] * part), k * HOUR + lag)
        for k, part in enumerate(shares)
    ]


def market(orders: list[dict], transfers: list[dict], parcels=(), **tables) -> Market:
    return {
        "orders": [*HONEST, *orders],
        "transfers": [*WALLETS, *transfers],
        "shipments": [*PARCELS, *parcels],
        **tables,
    }


TRADED = [0.31, 0.12, 0.9, 0.2, 0.55, 0.08]
EXAMPLE = Example(
    fake=market(CASHED, less(0.93)),
    finds={row["order_id"] for row in CASHED},
    without_fakes=market([], []),
    look_alikes={
        "pay-later-promotion": market(CASHED, less(0.1)),
        "refund-outside": market(CASHED, less(1.0)),
        "trade-in": market(CASHED, less(TRADED), [parcel(n) for n in range(6)]),
        "no-parcels": market(
            [*CASHED, *(order(50 + n, 200 + n, 3, 30_000) for n in range(20))], less(0.93)
        ),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def verdicts(signals: dict) -> set[tuple]:
    return {(signal["strength"], signal["element"]) for signal in signals.values()}


PAYOUTS = [{"payout_id": 1, "shop_id": 3, "amount_minor": 9_000, "at": T0, "bank_token": "agent"}]


def test_an_agent_is_strong_and_the_shop_itself_near_dispositive(engine):
    assert verdicts(found(engine, EXAMPLE.fake)) == {("E2", "b")}
    rows = {**EXAMPLE.fake, "payouts": PAYOUTS}
    assert verdicts(found(engine, rows)) == {("E2", "c")}
    confirmed = [{**row, "status": "confirmed"} for row in CASHED]
    rows = {**market(confirmed, less(0.93)), "payouts": PAYOUTS}
    assert verdicts(found(engine, rows)) == {("E3", "c")}
    few = {**market(CASHED[:3], less(0.93, n=3)), "payouts": PAYOUTS}
    assert verdicts(found(engine, few)) == {("E2", "c")}


@pytest.mark.parametrize(("share", "n"), [(0.995, 6), (0.8, 6), (0.7, 0), (1.02, 0)])
def test_the_fee_is_kept_by_the_shop_and_leaves_most_of_the_price(engine, share, n):
    assert len(found(engine, market(CASHED, less(share)))) == n


def test_a_fixed_fee_for_each_order_is_a_fee(engine):
    back = [{**row, "amount_minor": PRICES[n] - 3_000} for n, row in enumerate(less(1.0))]
    assert set(found(engine, market(CASHED, back))) == EXAMPLE.finds


def test_noise_around_the_price_is_no_fee(engine):
    """Brushing with a noisy return is cashback-loop's; here one share must fit them all."""
    assert not found(engine, market(CASHED, less([0.95, 1.04, 0.97, 1.0, 1.05, 0.96])))


@pytest.mark.parametrize(("grams", "n"), [(20.0, 6), (None, 0), (900.0, 0)])
def test_only_an_empty_parcel_is_like_none(engine, grams, n):
    rows = market(CASHED, less(0.93), [parcel(k, grams) for k in range(6)])
    assert len(found(engine, rows)) == n


def test_a_shop_that_does_nothing_else_is_found_without_any_parcels(engine):
    only = [{**row, "shop_id": 99} for row in CASHED]
    assert set(found(engine, market(only, less(0.93)))) == EXAMPLE.finds
    rows = {**market(only, less(0.93)), "shipments": [parcel(1_000)]}
    assert not found(engine, rows)  # nobody here sends parcels, and the agent may be anybody
    own = [{**PAYOUTS[0], "shop_id": 99}]
    assert set(found(engine, {**rows, "payouts": own})) == EXAMPLE.finds


def test_who_complained_or_was_refunded_is_left_alone(engine):
    bad = {"item_id": 1, "posted_at": T0 + 2 * HOUR, "rating": 1.0}
    reviews = [{"review_id": n, "order_id": n, "account_id": 10 + n, **bad} for n in range(6)]
    assert not found(engine, market(CASHED, less(0.93), reviews=reviews))
    refunds = [{"refund_id": n, "order_id": n, "amount_minor": 100, "at": T0} for n in range(6)]
    assert not found(engine, market(CASHED, less(0.93), refunds=refunds))


def test_cash_long_after_the_order_is_something_else(engine):
    assert not found(engine, market(CASHED, less(0.93, lag=20 * DAY)))


def test_the_instrument_is_named_where_the_channel_says_it(engine):
    paid = [
        transfer(500 + n, f"purse-{10 + n}", "platform", PRICES[n], n * HOUR, channel="bnpl")
        for n in range(6)
    ]
    signals = found(engine, market(CASHED, [*less(0.93), *paid]))
    assert set(signals) == EXAMPLE.finds
    assert all("on credit" in signal["reason_en"] for signal in signals.values())


def test_two_buyers_are_too_few(engine):
    assert not found(engine, market(CASHED[:2], less(0.93, n=2)))

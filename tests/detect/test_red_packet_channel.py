"""Red-packet channel: small fixed sums after five stars, and small sums for other reasons."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.red_packet_channel import DETECTOR

STARS = [5.0, 4.0, 5.0, 3.0, 5.0]  # three fifths of honest reviews


def order(number: int, buyer: int, shop: int, at: int = 0) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "placed_at": T0 + at,
        "payer_token": f"purse-{buyer}",
    }


def review(number: int, buyer: int, shop: int, stars: float, at: int, **more) -> dict:
    return {
        "review_id": number,
        "account_id": buyer,
        "item_id": shop,
        "shop_id": shop,
        "order_id": number,
        "rating": stars,
        "posted_at": T0 + at,
        **more,
    }


def packet(number: int, payer: str, buyer: int, amount: int, at: int, **more) -> dict:
    return {
        "transfer_id": number,
        "from_token": payer,
        "to_token": f"purse-{buyer}",
        "amount_minor": amount,
        "at": T0 + at,
        **more,
    }


# 200 people buy in 20 shops and review; friends send each other small sums.
HONEST_ORDERS = [order(1_000 + n, 1_000 + n, n % 20, n % 30 * DAY) for n in range(200)]
HONEST_REVIEWS = [
    review(1_000 + n, 1_000 + n, n % 20, STARS[(n // 20) % 5], n % 30 * DAY + 4 * DAY)
    for n in range(200)
]
FRIENDS = [
    packet(9_000 + n, f"purse-{1_000 + n}", 1_001 + n, 500 + 37 * n, n % 30 * DAY)
    for n in range(0, 90, 2)
]
N = 24
ORDERS = [order(n, n, 3, n * HOUR) for n in range(N)]
POSTED = [3 * DAY + n * 5 * HOUR for n in range(N)]


def reviews(stars=(5.0,), **more) -> list[dict]:
    return [review(n, n, 3, stars[n % len(stars)], POSTED[n], **more) for n in range(N)]


def rewards(amounts=(500, 800), lag: int = 6 * HOUR, n: int = N, **more) -> list[dict]:
    return [
        packet(k, "card", k, amounts[k % len(amounts)], POSTED[k] + lag, **more) for k in range(n)
    ]


def market(written: list[dict], packets: list[dict], orders=ORDERS, **tables) -> Market:
    return {
        "orders": [*HONEST_ORDERS, *orders],
        "reviews": [*HONEST_REVIEWS, *written],
        "transfers": [*FRIENDS, *packets],
        **tables,
    }


COUPONS = [*rewards(), *(packet(100 + n, "card", 1_000 + n, 500, n % 30 * DAY) for n in range(200))]

EXAMPLE = Example(
    fake=market(reviews(), rewards()),
    finds=set(range(N)),
    without_fakes=market([], [], orders=[]),
    look_alikes={
        "lottery": market(reviews(STARS), rewards()),
        "warranty-gift": market(reviews(), [{**row, "at": T0 + 2 * DAY} for row in rewards()]),
        "compensation": market(reviews((1.0, 2.0)), rewards((500, 800))),
        "platform-packets": market(reviews(), COUPONS),
        "disclosed-incentive": market(reviews(is_disclosed_incentive=True), rewards()),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def verdicts(signals: dict) -> set[tuple]:
    return {(signal["strength"], signal["element"]) for signal in signals.values()}


def said(text: str) -> list[dict]:
    return [{"message_id": 1, "thread_id": 1, "sender_id": 7, "at": T0, "text": text, "shop_id": 3}]


def test_stars_alone_are_weak_and_words_make_them_strong(engine):
    assert verdicts(found(engine, EXAMPLE.fake)) == {("E1", "b")}
    for words in ("收到货五星晒图，截图给客服返5元", "加微信领红包，只要好评哦"):
        rows = market(reviews(), rewards(), messages=said(words))
        assert verdicts(found(engine, rows)) == {("E2", "b")}
    memo = market(reviews(), rewards(memo="好评返现"))
    assert verdicts(found(engine, memo)) == {("E2", "b")}


@pytest.mark.parametrize(
    "words",
    [
        "欢迎如实评价",
        "五星级酒店同款毛巾",
        "运费险返 5 元",
        "晒图抽红包",
        "本店从不好评返现，谨防受骗",
    ],
)
def test_words_about_something_else_do_not(engine, words):
    rows = market(reviews(), rewards(), messages=said(words))
    assert verdicts(found(engine, rows)) == {("E1", "b")}


def test_few_stars_in_a_row_happen_by_chance_unless_words_say_otherwise(engine):
    few = market(reviews()[:8], rewards(n=8), orders=ORDERS[:8])
    assert not found(engine, few)
    assert set(found(engine, {**few, "messages": said("五星好评返现")})) == set(range(8))
    four = market(reviews()[:4], rewards(n=4), orders=ORDERS[:4], messages=said("五星好评返现"))
    assert not found(engine, four)


def test_stars_that_everybody_gives_this_shop_need_no_pay(engine):
    happy = [review(2_000 + n, 1_000 + n, 3, 5.0, n * HOUR) for n in range(150)]
    assert not found(engine, market([*reviews(), *happy], rewards()))


def test_the_shops_own_purse_is_attributed_where_words_say_what_it_pays_for(engine):
    own = [{"payout_id": 1, "shop_id": 3, "amount_minor": 900, "at": T0, "bank_token": "card"}]
    assert verdicts(found(engine, {**EXAMPLE.fake, "payouts": own})) == {("E1", "b")}
    rows = market(reviews(), rewards(memo="五星返现"), payouts=own)
    assert verdicts(found(engine, rows)) == {("E2", "c")}


def test_sums_that_vary_late_sums_and_large_sums_are_something_else(engine):
    assert not found(engine, market(reviews(), rewards([300 + 61 * n for n in range(N)])))
    assert not found(engine, market(reviews(), rewards(lag=20 * DAY)))
    assert not found(engine, market(reviews(), rewards((8_800,))))


def test_default_praise_and_others_of_the_shop_are_not_touched(engine):
    assert not found(engine, market(reviews(text_source="default"), rewards()))
    silent = [review(500 + n, 500 + n, 3, 5.0, n * HOUR) for n in range(2)]
    signals = found(engine, market([*reviews(), *silent], rewards()))
    assert set(signals) == EXAMPLE.finds


def test_it_speaks_of_the_stars_and_not_against_who_bought(engine):
    detect(engine, build(engine, EXAMPLE.fake), chosen=[DETECTOR])
    assert engine.query("SELECT DISTINCT implicates FROM signals").to_pylist() == [
        {"implicates": "goods"}
    ]

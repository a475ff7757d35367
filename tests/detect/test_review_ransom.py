"""Review ransom: bad review, the shop pays, the review changes; and those who complain in truth."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.review_ransom import DETECTOR

SHOPS = range(20)


def order(number: int, buyer: int, shop: int, at: int = 0) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "item_id": 500 + shop,
        "placed_at": T0 + at,
        "payer_token": f"purse-{buyer}",
    }


def review(number: int, buyer: int, shop: int, stars: float, at: int, edited: int | None = None):
    return {
        "review_id": number,
        "order_id": number,
        "account_id": buyer,
        "item_id": 500 + shop,
        "shop_id": shop,
        "rating": stars,
        "posted_at": T0 + at,
        "edited_at": None if edited is None else T0 + edited,
    }


def payment(number: int, shop: int, buyer: int, at: int, amount: int = 5_000) -> dict:
    return {
        "transfer_id": number,
        "from_token": f"till-{shop}",
        "to_token": f"purse-{buyer}",
        "amount_minor": amount,
        "at": T0 + at,
    }


def market(*parts: Market, **tables) -> Market:
    joined: dict[str, list] = {}
    for part in (HONEST, *parts, tables):
        for name, rows in part.items():
            joined[name] = [*joined.get(name, []), *rows]
    return joined


def course(number: int, buyer: int, shop: int, at: int, *, paid=True, changed=True, stars=1.0):
    """A purchase, a bad review four days later, the shop's money a day after, the edit next day."""
    edited = at + 6 * DAY if changed else None
    return {
        "orders": [order(number, buyer, shop, at)],
        "reviews": [review(number, buyer, shop, stars, at + 4 * DAY, edited)],
        "transfers": [payment(number, shop, buyer, at + 5 * DAY)] if paid else [],
    }


# 200 people buy and review in 20 shops, some of them edit; four complain once and are compensated.
HONEST: dict[str, list] = {
    "orders": [order(1_000 + n, 1_000 + n % 100, n % 20, n % 30 * DAY) for n in range(200)],
    "reviews": [
        review(
            1_000 + n,
            1_000 + n % 100,
            n % 20,
            [5.0, 4.0, 5.0, 2.0, 3.0][n // 20 % 5],
            n % 30 * DAY + 5 * DAY,
            n % 30 * DAY + 9 * DAY if n % 7 == 0 else None,
        )
        for n in range(200)
    ],
    "transfers": [],
    "payouts": [
        {"payout_id": n, "shop_id": n, "amount_minor": 1, "at": T0, "bank_token": f"till-{n}"}
        for n in SHOPS
    ],
    "shops": [{"shop_id": n, "category": f"trade-{n % 4}"} for n in SHOPS],
}
ONCE = [course(3_000 + n, 3_000 + n, n, n * DAY) for n in range(4)]


def hits(*accounts: int, **how) -> list[dict]:
    """Each account strikes the same five shops of one trade, a day apart."""
    return [
        course(10 * who + k, who, 4 * k + 1, (k + who) * DAY, **how)
        for who in accounts
        for k in range(5)
    ]


HITS = hits(1, 2)
HIT = {part["reviews"][0]["review_id"] for part in HITS}
BUSY = [
    {"orders": [order(5_000 + n, who, n % 20, n % 60 * DAY)]}
    for who in (1, 2)
    for n in range(60 * (who - 1), 60 * who)
]
OTHERS = [
    {"reviews": [review(6_000 + 10 * shop + n, 6_000 + 10 * shop + n, shop, 1.0, n * HOUR)]}
    for shop in range(1, 20, 4)
    for n in range(6)
]

EXAMPLE = Example(
    fake=market(*ONCE, *HITS),
    finds=HIT,
    without_fakes=market(*ONCE),
    look_alikes={
        "compensated-complainer": market(
            *ONCE, *(course(3_100 + n, 3_000 + n, n + 5, n * DAY) for n in range(4))
        ),
        "heavy-buyer": market(*ONCE, *HITS, *BUSY),
        "bad-batch": market(*ONCE, *HITS, *OTHERS),
        "consumer-activist": market(*ONCE, *hits(1, 2, paid=False), *hits(3, 4, changed=False)),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def strengths(signals: dict) -> set[tuple]:
    return {(signal["strength"], signal["element"]) for signal in signals.values()}


def messages(text: str, who: int, n: int) -> dict:
    rows = [
        {
            "message_id": 100 * who + k,
            "thread_id": 100 * who + k,
            "sender_id": who,
            "shop_id": 4 * k + 1,
            "at": T0 + (k + who) * DAY + 4 * DAY + HOUR,
            "text": text,
        }
        for k in range(n)
    ]
    return {"messages": rows}


def test_two_accounts_in_the_same_shops_are_strong_and_one_alone_weak(engine):
    assert strengths(found(engine, EXAMPLE.fake)) == {("E2", "a")}
    assert strengths(found(engine, market(*ONCE, *HITS[:5]))) == {("E1", "a")}


def shared(parts: list[Market]) -> list[Market]:
    """Let all of them pay from one wallet, and be paid into it."""
    return [
        {
            **part,
            "orders": [{**row, "payer_token": "shared"} for row in part["orders"]],
            "transfers": [{**row, "to_token": "shared"} for row in part["transfers"]],
        }
        for part in parts
    ]


def test_a_band_that_shares_one_wallet_is_found(engine):
    band = hits(*range(1, 11))
    assert len(found(engine, market(*ONCE, *shared(band)))) == len(band)
    assert not found(engine, market(*ONCE, *shared(hits(*range(1, 11), changed=False))))
    unpaid = [{**part, "transfers": []} for part in shared(band)]
    assert not found(engine, market(*ONCE, *unpaid))


@pytest.mark.parametrize(
    ("text", "n", "strength"),
    [
        ("转我50元我就删差评", 2, "E2"),
        ("转我50元我就删差评", 1, "E1"),
        ("收到的杯子是坏的", 5, "E1"),
    ],
)
def test_asking_for_money_for_the_review_is_strong_where_it_is_repeated(engine, text, n, strength):
    rows = market(*ONCE, *HITS[:5], messages(text, 1, n))
    assert strengths(found(engine, rows)) == {(strength, "a")}


def test_an_edited_review_may_show_new_stars_where_its_author_spoke_up(engine):
    praise = hits(1, stars=5.0)
    assert not found(engine, market(*ONCE, *praise))
    rows = market(*ONCE, *praise, messages("不退钱给我就写差评", 1, 5))
    assert len(found(engine, rows)) == 5


def test_removal_by_the_platform_is_a_change(engine):
    removed = [
        {
            "action_id": n,
            "staff_id": 1,
            "kind": "review_change",
            "subject_kind": "review",
            "subject_id": 10 + n,
            "at": T0 + (n + 1) * DAY + 6 * DAY,
        }
        for n in range(5)
    ]
    parts = hits(1, changed=False)
    assert not found(engine, market(*ONCE, *parts))
    assert len(found(engine, market(*ONCE, *parts, staff_actions=removed))) == 5


def test_money_before_the_review_or_a_change_before_the_money_is_no_ransom(engine):
    for shift in (-3 * DAY, 2 * DAY):
        moved = [
            {**part, "transfers": [{**row, "at": row["at"] + shift} for row in part["transfers"]]}
            for part in HITS
        ]
        assert not found(engine, market(*ONCE, *moved))


@pytest.mark.parametrize("how", [{"paid": False}, {"changed": False}], ids=str)
def test_without_pay_or_without_a_change_it_is_only_a_complaint(engine, how):
    assert not found(engine, market(*ONCE, *hits(1, 2, **how)))


def test_two_shops_are_too_few(engine):
    assert not found(engine, market(*ONCE, *HITS[:2]))


def test_the_other_reviews_of_such_an_account_are_not_touched(engine):
    own = [
        {"orders": [order(800 + n, 1, 2)], "reviews": [review(800 + n, 1, 2, 5.0, 3 * DAY)]}
        for n in range(3)
    ]
    assert set(found(engine, market(*ONCE, *HITS, *own))) == HIT

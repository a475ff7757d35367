"""Payer hub: its example, its edges."""

import pytest

from tests.worlds import Example, Market, build
from unbrush.detect import detect
from unbrush.detect.payer_hub import DETECTOR


def order(number: int, buyer: int, shop: int, payer: str | None, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "placed_at": 1_700_000_000_000 + number,
        "payer_token": payer,
        **more,
    }


# 120 people who pay for themselves, three orders each, over 40 shops.
HONEST = [
    order(1_000 + 3 * n + k, 100 + n, (n * 7 + k * 11) % 40, f"own-{n}")
    for n in range(120)
    for k in range(3)
]
HUB = [order(n, 10 + n, 3, "studio") for n in range(12)]
SMALL_HUB = [order(20 + n, 30 + n, 5, "boss") for n in range(6)]


def market(rows: list[dict], **tables) -> Market:
    return {"orders": [*HONEST, *rows], **tables}


FAMILY = [order(n, 10 + n % 5, 3, "parents") for n in range(15)]
CARER = [order(n, 10 + n % 8, (n * 7 + n // 8) % 40, "carer") for n in range(64)]
COMPANY = [
    *[order(n, 10 + n, 3, "firm", quantity=30) for n in range(10)],
    *[order(50 + n, 10 + n, 4, "firm", address_token="tower") for n in range(10)],
]
OFFICE = [{"account_id": 10, "kind": "address", "token": "tower", "address_type": "office"}]
SERVICE = [order(n, 500 + n // 2, (n * 13) % 40, "service") for n in range(160)]
# Holders of one shop's own card, who pay for everything else themselves.
CARD = [
    row
    for n in range(30)
    for row in (
        order(200 + 3 * n, 600 + n, 3, "card-of-3"),
        order(201 + 3 * n, 600 + n, (n * 7) % 40, f"self-{n}"),
        order(202 + 3 * n, 600 + n, (n * 11 + 5) % 40, f"self-{n}"),
    )
]
LEADER = [order(n, 10 + n, 3, "leader", group_id=77) for n in range(12)]

EXAMPLE = Example(
    fake=market(HUB + SMALL_HUB),
    finds={row["order_id"] for row in HUB + SMALL_HUB},
    without_fakes=market([]),
    look_alikes={
        "family": market(FAMILY),
        "carer": market(CARER),
        "company-procurement": market(COMPANY, account_links=OFFICE),
        "proxy-payment": market(SERVICE),
        "gift-card-issuer": market(CARD),
        "group-leader": market(LEADER),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_a_hub_is_strong_and_a_few_accounts_are_not(engine):
    signals = found(engine, EXAMPLE.fake)
    assert {signals[row["order_id"]]["strength"] for row in HUB} == {"E2"}
    assert {signals[row["order_id"]]["strength"] for row in SMALL_HUB} == {"E1"}
    assert {row["family"] for row in signals.values()} == {"money"}


def test_some_own_shopping_does_not_hide_an_account(engine):
    own = [order(300 + n, 10 + n, (n * 11) % 40, f"mine-{n}") for n in range(12)]
    assert set(found(engine, market(HUB + own))) == {row["order_id"] for row in HUB}


def test_a_card_is_named_where_nothing_else_is_known_of_its_holders(engine):
    only = [row for row in CARD if row["payer_token"] == "card-of-3"]
    assert set(found(engine, market(only))) == {row["order_id"] for row in only}


def test_holders_of_a_card_are_spared_because_they_pay_elsewhere(engine):
    named = {row["order_id"] for row in CARD if row["payer_token"] == "card-of-3"}
    assert set(found(engine, market(CARD), min_dependence=0.0)) == named


def test_a_hub_of_many_shops_is_named_in_those_that_stand_out(engine):
    broad = [order(300 + n, 10 + n % 12, (n * 7) % 40, "studio") for n in range(24)]
    assert set(found(engine, market(HUB + broad))) >= {row["order_id"] for row in HUB}


def test_hubs_do_not_make_their_own_shop_popular(engine):
    hubs = [
        order(10_000 + 8 * hub + n, 5_000 + 8 * hub + n, 3, f"hub-{hub}")
        for hub in range(40)
        for n in range(8)
    ]
    assert set(found(engine, market(hubs))) == {row["order_id"] for row in hubs}


@pytest.mark.parametrize(("min_buyers", "n"), [(12, 12), (13, 0)])
def test_the_smallest_number_of_buyers_is_exact(engine, min_buyers, n):
    assert len(found(engine, market(HUB), min_buyers=min_buyers)) == n


PRICED = [{**row, "paid_minor": 1_000} for row in HUB]
OWN_CARDS = [
    {"account_id": row["account_id"], "kind": "card", "token": f"own-{row['account_id']}"}
    for row in HUB
]


def paid_back(share: float, *, returned: float = 0.0) -> list[dict]:
    """Transfers of a share of each price to the hub, and of another share back again."""
    flows = [("own-{}", "studio", share), ("studio", "own-{}", returned)]
    return [
        {
            "transfer_id": 2 * row["order_id"] + n,
            "from_token": source.format(row["account_id"]),
            "to_token": target.format(row["account_id"]),
            "amount_minor": round(1_000 * part),
            "at": row["placed_at"] - 1,
        }
        for row in PRICED
        for n, (source, target, part) in enumerate(flows)
        if part
    ]


@pytest.mark.parametrize(
    ("share", "returned", "n"), [(1.05, 0.0, 0), (0.5, 0.0, 0), (0.4, 0.0, 12), (1.05, 1.0, 12)]
)
def test_who_pays_the_wallet_back_is_a_customer(engine, share, returned, n):
    rows = market(PRICED, account_links=OWN_CARDS, transfers=paid_back(share, returned=returned))
    assert len(found(engine, rows)) == n


def test_a_wallet_that_is_nobodys_card_is_weak_where_its_users_have_cards(engine):
    strengths = {
        row["strength"] for row in found(engine, market(HUB, account_links=OWN_CARDS)).values()
    }
    assert strengths == {"E1"}
    bound = [{"account_id": 10, "kind": "card", "token": "studio"}]
    strengths = {
        row["strength"]
        for row in found(engine, market(HUB, account_links=[*OWN_CARDS, *bound])).values()
    }
    assert strengths == {"E2"}
    few = market(HUB, account_links=OWN_CARDS[:5])
    assert {row["strength"] for row in found(engine, few).values()} == {"E2"}


SHOPS = [{"shop_id": 3, "owner_id": 3}, {"shop_id": 4, "owner_id": 4}]
OWNERS = [
    {"owner_id": 3, "bank_token": "till-of-3"},
    {"owner_id": 4, "bank_token": "till-of-4"},
]


def gives(giver: str, shares: list[float], *, taken: float = 0.0) -> list[dict]:
    """What somebody gives the hub for each order, and what it gives them back."""
    flows = [(giver, "studio", share) for share in shares]
    flows += [("studio", giver, taken)] if taken else []
    return [
        {
            "transfer_id": 10_000 + n,
            "from_token": source,
            "to_token": target,
            "amount_minor": round(1_000 * share),
            "at": 1_700_000_100_000 + n,
        }
        for n, (source, target, share) in enumerate(flows)
        if share
    ]


@pytest.mark.parametrize(
    ("own", "others", "element"),
    [
        ([0.5] * 12, [0.5] * 12, "c"),  # a second wallet pays for the shop, too
        ([0.5] * 12, [], "b"),  # a high commission, and nobody makes the rest good
        ([0.1] * 12, [0.9] * 12, "b"),  # a commission beside the money of whoever is behind it
    ],
)
def test_the_owner_may_share_with_other_payers(engine, own, others, element):
    beside = [{**row, "transfer_id": 20_000 + n} for n, row in enumerate(gives("agent", others))]
    assert elements(engine, gives("till-of-3", own) + beside) == {element}


def elements(engine, transfers: list[dict], orders: list[dict] = PRICED, **tables) -> set[str]:
    rows = market(orders, transfers=transfers, shops=SHOPS, owners=OWNERS, **tables)
    return {row["element"] for row in found(engine, rows).values()}


@pytest.mark.parametrize(
    ("giver", "shares", "element"),
    [
        ("till-of-3", [1.05] * 12, "c"),  # price and fee, order by order
        ("till-of-3", [4.0] * 3, "c"),  # in lumps, which need not come after the orders
        ("till-of-3", [12.0], "b"),  # one sum may be for anything
        ("till-of-3", [0.1] * 12, "b"),  # a commission
        ("till-of-3", [3.0] * 12, "b"),  # far more than it bought for: a supplier
        ("till-of-4", [1.05] * 12, "b"),  # a rival's money says nothing of this shop
        ("anybody", [1.05] * 12, "b"),
    ],
)
def test_a_shop_that_fills_the_wallet_pays_itself(engine, giver, shares, element):
    assert elements(engine, gives(giver, shares)) == {element}


def test_what_the_wallet_gives_back_to_the_shop_is_taken_off(engine):
    assert elements(engine, gives("till-of-3", [1.05] * 12, taken=12.0)) == {"b"}


@pytest.mark.parametrize("rating", [{"rating": 1}, {"rating": 5, "edited_at": 1_700_000_300_000}])
def test_a_ransom_does_not_tie_the_shop_that_pays_it(engine, rating):
    reviews = [
        {
            "review_id": n,
            "account_id": row["account_id"],
            "order_id": row["order_id"],
            "posted_at": 1_700_000_000_900,
            **rating,
        }
        for n, row in enumerate(PRICED[:8])
    ]
    assert elements(engine, gives("till-of-3", [1.0] * 12), reviews=reviews) == {"b"}


def test_reviews_that_were_taken_away_do_not_hide_a_ransom(engine):
    """Four are left of what twelve wrote, all of them changed; of content buyers few are."""

    def reviews(n_changed: int) -> list[dict]:
        return [
            {
                "review_id": n,
                "account_id": row["account_id"],
                "order_id": row["order_id"],
                "posted_at": 1_700_000_000_900,
                "rating": 5,
                "edited_at": 1_700_000_300_000 if n < n_changed else None,
            }
            for n, row in enumerate(PRICED[:4])
        ]

    assert elements(engine, gives("till-of-3", [1.0] * 12), reviews=reviews(4)) == {"b"}
    assert elements(engine, gives("till-of-3", [1.0] * 12), reviews=reviews(1)) == {"c"}


def test_an_attack_that_is_undone_does_not_tie_the_shop(engine):
    undone = [{**row, "status": "cancelled" if n < 8 else None} for n, row in enumerate(PRICED)]
    assert elements(engine, gives("till-of-3", [1.0] * 12), undone) == {"b"}


def test_shops_of_one_owner_are_settled_together(engine):
    both = [*PRICED, *({**row, "order_id": 500 + n, "shop_id": 4} for n, row in enumerate(PRICED))]
    owners = [{**row, "owner_id": 3} for row in SHOPS]
    rows = market(both, transfers=gives("till-of-3", [2.1] * 12), shops=owners, owners=OWNERS)
    assert {row["element"] for row in found(engine, rows).values()} == {"c"}


def test_an_allowance_of_people_with_cards_of_their_own_does_not_tie_the_shop(engine):
    assert elements(engine, gives("till-of-3", [1.05] * 12), account_links=OWN_CARDS) == {"a"}

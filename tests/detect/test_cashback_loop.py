"""Cashback loop: its example, the article's red-packet loop (domain A3), its edges."""

import random
from itertools import pairwise

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.cashback_loop import DETECTOR

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


def transfer(number: int, payer: str, payee: str, amount: int, at: int) -> dict:
    return {
        "transfer_id": number,
        "from_token": payer,
        "to_token": payee,
        "amount_minor": amount,
        "at": T0 + at,
    }


# 100 people buy twice in 20 shops; a wallet operator pays out to them, friends settle up.
HONEST = [
    order(1_000 + 2 * n + k, 100 + n, (3 * n + 7 * k) % 20, PRICES[n % 6], n % 20 * DAY + k * HOUR)
    for n in range(100)
    for k in range(2)
]
WALLETS = [
    transfer(9_000 + n, "wallet", f"purse-{100 + n}", 500 + 331 * n % 9_000, (n + 3) % 25 * DAY)
    for n in range(100)
]
FRIENDS = [
    transfer(9_200 + n, f"purse-{100 + n}", f"purse-{101 + n}", PRICES[(n + 1) % 6], n % 20 * DAY)
    for n in range(0, 60, 2)
]
LOOP = [order(n, 10 + n, 3, PRICES[n % 6], n * HOUR) for n in range(6)]
PAID_BACK = [
    transfer(n, "agent", f"purse-{10 + n}", PRICES[n % 6], (2 + n % 4) * DAY + n * HOUR)
    for n in range(6)
]


def with_honest(orders: list[dict], transfers: list[dict], **tables) -> Market:
    return {
        "orders": [*HONEST, *orders],
        "transfers": [*WALLETS, *FRIENDS, *transfers],
        **tables,
    }


def paying(payer: str, share: list[float], number: int = 0) -> list[dict]:
    """One payer returns a share of each loop order's price."""
    return [
        transfer(number + n, payer, f"purse-{10 + n}", int(PRICES[n % 6] * part), (3 + n) * DAY)
        for n, part in enumerate(share)
    ]


REFUNDS = [
    {"refund_id": n, "order_id": n, "amount_minor": PRICES[n % 6], "at": T0 + 3 * DAY}
    for n in range(6)
]
COMPLAINTS = [
    {
        "review_id": n,
        "account_id": 10 + n,
        "item_id": 1,
        "order_id": n,
        "rating": 1.0,
        "posted_at": T0 + DAY,
    }
    for n in range(6)
]
FAMILY = [
    transfer(n, "mother", "purse-10", PRICES[n % 6], (n + 1) * DAY + n * HOUR) for n in range(6)
]


def asking(text: str) -> list[dict]:
    """Every buyer of the loop writes to the shop before its money comes."""
    return [
        {"message_id": n, "thread_id": n, "sender_id": row["account_id"],
         "order_id": row["order_id"], "at": row["placed_at"] + HOUR, "text": text}
        for n, row in enumerate(LOOP)
    ]  # fmt: skip


EXAMPLE = Example(
    fake=with_honest(LOOP, PAID_BACK),
    finds={row["order_id"] for row in LOOP},
    without_fakes=with_honest([], []),
    look_alikes={
        "official-refund": with_honest(LOOP, PAID_BACK, refunds=REFUNDS),
        "compensation": with_honest(LOOP, PAID_BACK, reviews=COMPLAINTS),
        "goods-taken-back": with_honest(
            LOOP, PAID_BACK, messages=asking("这个有问题，我要退货退款")
        ),
        "family": with_honest([order(n, 10, 3, PRICES[n % 6]) for n in range(6)], FAMILY),
        "affiliate": with_honest(LOOP, paying("network", [0.05, 0.2, 0.12, 0.4, 0.31, 0.08])),
        "group-leader": with_honest(LOOP, paying("shop", [0.1, 0.75, 2.3, 0.4, 1.8, 0.6])),
        "wages": with_honest(LOOP, paying("employer", [200.0, 160.0, 90.0, 45.0, 100.0, 30.0])),
        "prizes": with_honest(
            LOOP, [transfer(n, "draw", f"purse-{10 + n}", 5_000, 2 * DAY) for n in range(6)]
        ),
    },
)


def found(engine, market: Market, **params) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def verdicts(signals: dict) -> set[tuple]:
    return {(signal["strength"], signal["element"]) for signal in signals.values()}


@pytest.mark.parametrize("share", [[1.0] * 6, [1.1] * 6, [0.95, 1.04, 0.97, 1.0, 1.05, 0.96]])
def test_principal_fee_and_noise_are_all_a_return(engine, share):
    assert set(found(engine, with_honest(LOOP, paying("agent", share)))) == EXAMPLE.finds


def of_one_home(n: int, **tokens: str) -> Market:
    """Somebody with an order of their own pays ``n`` buyers of shop 3 what they paid."""
    head = order(90, 9, 7, 4_000, payer_token="agent", **tokens)
    children = [order(k, 10 + k, 3, PRICES[k], k * HOUR, **tokens) for k in range(n)]
    return with_honest([head, *children], PAID_BACK[:n])


@pytest.mark.parametrize("token", ["address_token", "device_token"])
@pytest.mark.parametrize(("n", "n_found"), [(4, 0), (6, 6)])
def test_who_pays_for_the_family_is_no_agent_but_the_head_of_a_farm_is(engine, token, n, n_found):
    assert len(found(engine, of_one_home(n, **{token: "home"}))) == n_found


def test_a_shop_that_lives_with_its_buyers_is_no_family(engine):
    payouts = [
        {"payout_id": 1, "shop_id": 3, "amount_minor": 9_000, "at": T0, "bank_token": "agent"}
    ]
    market = {**of_one_home(4, address_token="home"), "payouts": payouts}
    assert verdicts(found(engine, market)) == {("E3", "c")}


@pytest.mark.parametrize(("n_shops", "element"), [(6, "c"), (7, "b")])
def test_an_account_that_many_owners_are_paid_through_is_no_shops_own(engine, n_shops, element):
    payouts = [
        {"payout_id": n, "shop_id": 3 + n, "amount_minor": 9_000, "at": T0, "bank_token": "agent"}
        for n in range(n_shops)
    ]
    signals = found(engine, {**with_honest(LOOP, PAID_BACK), "payouts": payouts})
    assert verdicts(signals) == {("E3", element)}


def test_one_owner_of_many_shops_is_still_behind_them(engine):
    shops = [{"shop_id": 3 + n, "owner_id": 1} for n in range(9)]
    payouts = [
        {"payout_id": n, "shop_id": 3 + n, "amount_minor": 9_000, "at": T0, "bank_token": "agent"}
        for n in range(9)
    ]
    tables = {"payouts": payouts, "shops": shops, "owners": [{"owner_id": 1}]}
    signals = found(engine, {**with_honest(LOOP, PAID_BACK), **tables})
    assert verdicts(signals) == {("E3", "c")}


def test_who_pays_the_buyers_of_every_shop_is_no_agent_of_a_popular_one(engine):
    """An insurer pays 1,000 of 2,000 people: busy ones rather, who are this shop's buyers, too."""
    paid = [order(n, 10_000 + n, 3, PRICES[n % 6], n % 20 * DAY) for n in range(450)]
    paid += [
        order(n, 10_000 + n, 100 + n % 50, PRICES[n % 6], n % 20 * DAY) for n in range(450, 1_000)
    ]
    others = [order(n, 10_000 + n, 3, PRICES[n % 6]) for n in range(1_000, 1_150)]
    others += [order(n, 10_000 + n, 200 + n % 50, PRICES[n % 6]) for n in range(1_150, 2_000)]
    transfers = [
        transfer(n, "insurer", row["payer_token"], row["paid_minor"], row["placed_at"] - T0 + DAY)
        for n, row in enumerate(paid)
    ]
    assert len(found(engine, {"orders": paid + others, "transfers": transfers})) == 0


def test_payers_of_few_do_not_make_each_other_near_dispositive(engine):
    """Six buyers of the shop got their money back, but from two payers of three people each."""
    apart = [{**row, "from_token": f"agent-{n // 3}"} for n, row in enumerate(PAID_BACK)]
    assert verdicts(found(engine, with_honest(LOOP, apart))) == {("E2", "b")}


def test_a_fee_of_so_much_for_an_order_is_a_return(engine):
    back = [{**row, "amount_minor": row["amount_minor"] + 800} for row in PAID_BACK]
    assert set(found(engine, with_honest(LOOP, back))) == EXAMPLE.finds


def test_the_shop_paying_from_its_own_account_is_attributed(engine):
    agent = with_honest(LOOP, PAID_BACK)
    assert verdicts(found(engine, agent)) == {("E3", "b")}
    payouts = [
        {
            "payout_id": 1,
            "shop_id": 3,
            "amount_minor": 90_000,
            "at": T0,
            "bank_token": "agent",
        }
    ]
    assert verdicts(found(engine, {**agent, "payouts": payouts})) == {("E3", "c")}


def test_three_buyers_are_strong_but_not_near_dispositive(engine):
    assert verdicts(found(engine, with_honest(LOOP[:3], PAID_BACK[:3]))) == {("E2", "b")}
    assert found(engine, with_honest(LOOP[:2], PAID_BACK[:2])) == {}


def test_money_to_a_linked_card_is_money_to_the_buyer(engine):
    back = [{**row, "to_token": f"card-{row['to_token']}"} for row in PAID_BACK]
    links = [
        {"account_id": 10 + n, "kind": "card", "token": f"card-purse-{10 + n}"} for n in range(6)
    ]
    assert found(engine, with_honest(LOOP, back)) == {}
    assert set(found(engine, with_honest(LOOP, back, account_links=links))) == EXAMPLE.finds


def test_money_before_the_order_or_long_after_is_no_return(engine):
    for shift in (-20 * DAY, 40 * DAY):
        moved = [{**row, "at": row["at"] + shift} for row in PAID_BACK]
        assert found(engine, with_honest(LOOP, moved)) == {}


def test_a_late_review_keeps_the_window_open(engine):
    moved = [{**row, "at": row["at"] + 25 * DAY} for row in PAID_BACK]
    reviews = [
        {**row, "rating": 5.0, "posted_at": T0 + 24 * DAY, "review_id": row["review_id"]}
        for row in COMPLAINTS
    ]
    assert set(found(engine, with_honest(LOOP, moved, reviews=reviews))) == EXAMPLE.finds


def test_one_agent_for_many_shops_is_found_in_each(engine):
    """Brushers work for several shops at once; their returns mix."""
    orders = [
        order(100 * shop + n, 10 + n, shop, PRICES[(n + shop) % 6], (n + 2 * shop) * HOUR)
        for shop in range(2, 8)
        for n in range(6)
    ]
    back = [
        transfer(
            row["order_id"],
            "agent",
            row["payer_token"],
            row["paid_minor"],
            row["placed_at"] - T0 + (1 + row["order_id"] % 7) * DAY,
        )
        for row in orders
    ]
    assert set(found(engine, with_honest(orders, back))) == {row["order_id"] for row in orders}


def test_an_own_purchase_among_paid_ones_is_left_alone(engine):
    """Sums of everything do not fit then; single transfers do."""
    own = [order(50 + n, 10 + n, 3, 77_700 + 900 * n, n * HOUR) for n in range(6)]
    assert set(found(engine, with_honest(LOOP + own, PAID_BACK))) == EXAMPLE.finds


@pytest.mark.parametrize(("days", "is_found"), [(12, False), (3, True)])
def test_what_a_prompt_payer_would_pay_for_much_too_late_is_the_buyers_own(engine, days, is_found):
    """Twelve are paid within two days; a dinner of one of them, days before, costs the same."""
    loop = [order(n, 10 + n, 3, PRICES[n % 6], 13 * DAY + n * HOUR) for n in range(12)]
    back = [
        transfer(n, "agent", f"purse-{10 + n}", PRICES[n % 6], (14 + n % 2) * DAY + n * HOUR)
        for n in range(12)
    ]
    own = order(50, 30, 3, 8_900, (15 - days) * DAY)
    late = transfer(50, "agent", "purse-30", 8_900, 15 * DAY)
    expected = {row["order_id"] for row in loop} | ({50} if is_found else set())
    assert set(found(engine, with_honest([*loop, own], [*back, late]))) == expected


def test_a_shop_where_paid_buyers_also_buy_is_left_alone(engine):
    """Their small change there would fit into the sum of what came back."""
    loop = [order(n, 10 + n, 3, PRICES[n % 6], n * HOUR) for n in range(10)]
    back = [transfer(n, "agent", f"purse-{10 + n}", PRICES[n % 6], 3 * DAY) for n in range(10)]
    own = [order(50 + n, 10 + n, 0, 100, n * HOUR) for n in range(4)]
    assert set(found(engine, with_honest(loop + own, back))) == {row["order_id"] for row in loop}


# --- A3: 400 orders, 3 payers, 1-3 parts, 5 % noise, 1-10 days; 200 compensations beside them.


def article_market(seed: int, *, n_buyers: int, fee: int = 0) -> tuple[Market, dict, set]:
    """Return the market, the loop transfers with their amounts, and the loop orders."""
    chance = random.Random(seed)
    orders, transfers = [], []

    def pay(payer: str, payee: str, amount: int, at: int) -> None:
        transfers.append(transfer(len(transfers), payer, payee, amount, at))

    def price() -> int:
        return chance.randrange(1_990, 29_900)

    loop_orders = range(400)
    for number in loop_orders:
        buyer, at, paid = 10_000 + number % n_buyers, chance.randrange(60 * DAY), price()
        orders.append(order(number, buyer, 7, paid, at))
        left = int((paid + fee) * chance.uniform(0.95, 1.05))
        cuts = sorted(chance.randrange(1, left) for _ in range(chance.randrange(3)))
        edges = [0, *cuts, left]
        for low, high in pairwise(edges):
            lag = chance.randrange(DAY, 10 * DAY)
            pay(f"payer-{chance.randrange(3)}", f"purse-{buyer}", high - low, at + lag)
    loops = {row["transfer_id"]: row["amount_minor"] for row in transfers}
    for number in range(400, 4_400):
        buyer, at, paid = 20_000 + chance.randrange(1_500), chance.randrange(60 * DAY), price()
        orders.append(order(number, buyer, chance.randrange(40), paid, at))
        if number < 600:  # compensated by the shop, without a word on the platform
            amount = int(paid * chance.choice([0.1, 0.2, 0.3, 0.5, 0.8, chance.random()]))
            pay(f"service-{orders[-1]['shop_id']}", f"purse-{buyer}", amount + 1, at + 3 * DAY)
        if number % 3 == 0:
            at += chance.randrange(12 * DAY)
            pay("wallet", f"purse-{buyer}", chance.randrange(100, 60_000), at)
        if number % 5 == 0:
            at += chance.randrange(12 * DAY)
            pay(f"purse-{20_000 + chance.randrange(1_500)}", f"purse-{buyer}", price(), at)
    return {"orders": orders, "transfers": transfers}, loops, set(loop_orders)


@pytest.mark.parametrize(("n_buyers", "fee"), [(400, 0), (200, 0), (50, 0), (200, 800)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_red_packet_loop_is_matched_by_value(engine, seed, n_buyers, fee):
    market, loops, loop_orders = article_market(seed, n_buyers=n_buyers, fee=fee)
    found(engine, market)
    matched = engine.query(
        "SELECT DISTINCT unnest(CAST(json_extract(facts, '$.transfer_ids') AS BIGINT[])) AS id "
        "FROM signals"
    )["id"].to_pylist()
    by_id = {row["transfer_id"]: row["amount_minor"] for row in market["transfers"]}
    value = sum(by_id[number] for number in matched)
    right = sum(loops.get(number, 0) for number in matched)
    assert right >= 0.95 * sum(loops.values())
    assert right >= 0.99 * value
    flagged = set(engine.query("SELECT subject_id FROM signals")["subject_id"].to_pylist())
    assert flagged <= loop_orders


@pytest.mark.parametrize(
    ("text", "stars", "expected"),
    [
        ("用着不合适，想退", None, set()),
        ("It is broken, refund please", 2, set()),
        ("本金什么时候退款", None, {("E3", "b")}),  # who is hired asks for money, not about goods
        ("想退，算了，挺好的", 5, {("E1", "a")}),
        ("好的，收到了", None, {("E3", "b")}),
    ],
)
def test_who_wants_to_give_goods_back_is_spared_and_heard_weakly_if_it_praised_them(
    engine, text, stars, expected
):
    reviews = [
        {"review_id": n, "account_id": row["account_id"], "item_id": 1, "rating": stars,
         "order_id": row["order_id"], "posted_at": row["placed_at"] + 2 * HOUR}
        for n, row in enumerate(LOOP)
    ] if stars else []  # fmt: skip
    market = with_honest(LOOP, PAID_BACK, messages=asking(text), reviews=reviews)
    assert verdicts(found(engine, market)) == expected


def test_compensation_alone_gives_no_hit(engine):
    market, loops, loop_orders = article_market(1, n_buyers=200)
    honest = {
        "orders": [row for row in market["orders"] if row["order_id"] not in loop_orders],
        "transfers": [row for row in market["transfers"] if row["transfer_id"] not in loops],
    }
    assert found(engine, honest) == {}


def test_wages_that_happen_to_be_the_price_are_no_return(engine):
    """Six packers are paid every week; one week each the sum is what they paid for something."""
    weekly = [
        transfer(100 * week + n, "shop", f"purse-{10 + n}", 31_000 + 700 * n, (30 + 7 * week) * DAY)
        for week in range(1, 6)
        for n in range(6)
    ]
    chance = paying("shop", [1.0] * 6)
    assert set(found(engine, with_honest(LOOP, chance))) == EXAMPLE.finds
    assert found(engine, with_honest(LOOP, [*chance, *weekly])) == {}


# --- One hand pays prices back to some, and packets, compensation and prizes to more.

FREE = [order(n, 10 + n, 3, 3_000 + 1_700 * n, n * HOUR) for n in range(12)]
RETURNED = [
    transfer(n, "agent", f"purse-{10 + n}", row["paid_minor"], 3 * DAY + n * HOUR)
    for n, row in enumerate(FREE)
]
PACKETED = [order(100 + n, 50 + n, 3, PRICES[n % 6], n % 12 * HOUR) for n in range(40)]
PACKETS, PRIZES = [500, 300], [8_100, 4_700, 13_200]


def praise(orders: list[dict]) -> list[dict]:
    return [
        {
            "review_id": row["order_id"],
            "account_id": row["account_id"],
            "item_id": 1,
            "order_id": row["order_id"],
            "rating": 5.0,
            "posted_at": T0 + 30 * HOUR,
        }
        for row in orders
    ]


def mixed(back: list[dict], *, sums: list[int], reviews: list[dict]) -> Market:
    """The agent also pays 40 other buyers of the shop something else each."""
    else_paid = [
        transfer(100 + n, "agent", f"purse-{50 + n}", sums[n % len(sums)], 2 * DAY)
        for n in range(40)
    ]
    return with_honest(FREE + PACKETED, back + else_paid, reviews=reviews)


def test_a_hand_that_also_pays_much_else_is_found_after_praise(engine):
    market = mixed(RETURNED, sums=PACKETS, reviews=praise(FREE + PACKETED))
    assert set(found(engine, market)) == {row["order_id"] for row in FREE}


@pytest.mark.parametrize(
    "reviews", [[], praise(FREE[:9]), [{**r, "is_disclosed_incentive": True} for r in praise(FREE)]]
)
def test_prices_that_come_back_without_praise_may_be_compensation(engine, reviews):
    assert found(engine, mixed(RETURNED, sums=PACKETS, reviews=reviews)) == {}


def test_prizes_that_happen_to_be_prices_fit_the_next_customer_as_well(engine):
    """All have bought one of three things, whose prices are among five prizes that are drawn."""
    prizes = [*PRIZES, 600, 700]
    orders = [{**row, "paid_minor": PRIZES[n % 3]} for n, row in enumerate(FREE + PACKETED)]
    drawn = [
        transfer(n, "agent", row["payer_token"], prizes[n * 7 // 3 % 5], 3 * DAY + n * HOUR)
        for n, row in enumerate(orders)
    ]
    market = with_honest(orders, drawn, reviews=praise(orders))
    assert found(engine, market) == {}


def test_wages_are_told_by_all_that_one_payee_gets(engine):
    weekly = [
        transfer(200 + n, "agent", f"purse-{10 + n % 12}", 31_000 + 700 * n, 40 * DAY + n * HOUR)
        for n in range(48)
    ]
    market = mixed(RETURNED + weekly, sums=PACKETS, reviews=praise(FREE + PACKETED))
    assert found(engine, market) == {}

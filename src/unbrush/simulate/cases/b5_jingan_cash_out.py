"""B5, Jing'an: people buy on credit what is never sent, and the shop gives them the price in cash.

Published: nine people, convicted of illegal business operation; one of them moved more than 1.4
billion yuan, all of them more than 2 billion. Buyers pay with consumer credit or credit cards, the
shop hands the money on quickly less a fee, and nothing or an empty parcel is sent. The fee flows
the other way than in brushing: who buys pays for it, so `fees_minor` is negative.

Money moved is a hundredth of it at tier ci, a tenth at nightly, all at full. Not published, so
drawn by seed within ranges of our own: how many shops each of the nine has, what one order moves
(2,000 to 20,000 yuan), the fee (1 to 6 %), how often one buyer comes back.

A credit line is a card of its own: the order is paid with it, what the buyer pays back month by
month stands among the transfers as `credit`, and the cash comes to the wallet that the buyer has
besides. Lenders settle with the platform; tier `advances`, as large as ci, is an export that lists
what is lent as well, as a transfer to the credit line.

At levels 0 and 1 the sum is typed in as so many pieces of something for one yuan; deeper, goods are
entered at such prices. Levels also change how soon cash comes (by level within 2 hours, 6 hours, a
day, three days) and from whom, how even the fee is, and what is sent.

Beside them: shops that sell dear goods on instalments and send them, with refunds as usual; and
shops that took back goods bought on credit, and return the price by transfer less the freight.
"""

from dataclasses import dataclass, replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, orders_of, real_people
from unbrush.simulate.drawing import Firm, found_firm
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Post, Talk, Ties, look_alike
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import (
    BROWSING,
    DIRECT,
    KEPT,
    NO_PARCEL,
    TWO_NODES,
    Sheet,
    decide,
    rows,
)
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "B5"
TITLE = Words(
    "静安刷单套现：九人以虚假交易为信用卡、消费贷套现，买家付手续费，货款很快返回",
    "Jing'an: nine people turn credit into cash through sham orders, buyers pay the fee",
)
KIND = "credit-cash-out"
INSTALMENTS, TAKEN_BACK = "instalment-promotion", "goods-taken-back"
ADVANCES = "advances"
TIERS = {"ci": 60_000, ADVANCES: 60_000, "nightly": 500_000, "full": 3_000_000}  # orders
_TOTAL_YUAN = {
    "ci": 20_000_000,
    ADVANCES: 20_000_000,
    "nightly": 200_000_000,
    "full": 2_000_000_000,
}
_SHOPS_OF_FIRST = {"ci": 6, ADVANCES: 6, "nightly": 15, "full": 40}
"""By tier: money moved; shops of the one who moved most of it."""

N_PEOPLE = 9
FIRST_SHARE = (0.705, 0.74)
SHOPS_OF_OTHERS = (1, 3)
DEAR = tuple(n for n, c in enumerate(CATEGORIES) if c.name in ("数码", "首饰", "小家电"))
EACH_YUAN = (2_000, 20_000)
PER_BUYER = (1.8, 3.2)
FEE_PERCENT = (1.0, 6.0)
_FEE_SPREAD = (0.0, 0.1, 0.3, 0.5)
_STRAYS = (0.0, 0.0, 0.002, 0.01)
_BACK_HOURS = ((0.1, 1.3), (0.3, 4.0), (2.0, 16.0), (8.0, 48.0))
_N_DAYS = ((35, 45), (45, 60), (60, 70), (70, 76))
_SENDS_NOTHING = (1.0, 0.6, 0.15, 0.0)
_CAPTURED = (0.9, 0.6, 0.3, 0.1)
"""By level: how uneven fees are; how amounts stray; when cash comes, days it goes on; orders of
which nothing is sent; chance of a captured call."""

MONTH_MS = 30 * DAY_MS
N_PROMOTIONS, PER_PROMOTION, N_PARTS = 3, 160, 3
N_TAKERS, PER_TAKER = 2, 90
FREIGHT_YUAN = (8, 30)
_WANTS_BACK = ("用着不合适，想退，已经确认收货了怎么办", "这个有问题，我要退货退款")
_TAKES_BACK = ("亲，寄回来签收后直接转您，运费您承担一下", "可以退的，收到货扣除运费给您转账")


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the nine, one after the other, and honest credit beside them."""
    first = between(rng, FIRST_SHARE)
    others = rng.dirichlet([4.0] * (N_PEOPLE - 1)) * (1 - first)
    lender = _Lender(int(world.wallets(1)[0]), tier == ADVANCES)
    nine = []
    for number, share in enumerate((first, *map(float, others))):
        n_shops = whole(rng, SHOPS_OF_OTHERS) if number else _SHOPS_OF_FIRST[tier]
        shops = world.take_shops(n_shops, categories=DEAR)
        firm = found_firm(world, rng, shops)
        total = round(_TOTAL_YUAN[tier] * share) * 100
        nine.append(_turn_into_cash(world, rng, firm, total, number=number, lender=lender))
    heads = np.array([one.head for one in nine])
    buyers = np.setdiff1d(np.concatenate([one.planting.accounts for one in nine]), heads)
    shops = np.concatenate([one.planting.shops for one in nine])
    region = world.people["region"]
    signed = [post.author for one in nine for post in one.planting.posts]
    return Staged(
        plantings=[
            *(one.planting for one in nine),
            *(_sell_on_instalments(world, rng, lender) for _ in range(N_PROMOTIONS)),
            *(_take_back(world, rng, lender) for _ in range(N_TAKERS)),
        ],
        roles=[
            Role("organiser", "account", heads, region[heads]),
            Role("brusher", "account", buyers, region[buyers]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
            Role("payer", "payer", np.concatenate([one.payers for one in nine])),
            Role("recruiter", "author", np.array(signed, np.int64)),
        ],
        facts={
            "moved_minor": [int(one.planting.orders["paid_minor"].sum()) for one in nine],
            "fees_kept_minor": [-one.planting.plan.fees_minor for one in nine],
            "lender": f"wa{lender.wallet}",
        },
    )


@dataclass(frozen=True)
class _Lender:
    """Who lends: its wallet, and whether what it advances is listed among the transfers."""

    wallet: int
    lists_advances: bool


@dataclass(frozen=True)
class _Organiser:
    """One of the nine: account, wallets that hand the cash on, and what was planted."""

    head: int
    payers: Array
    planting: Planting


def _turn_into_cash(
    world: World, rng: Rng, firm: Firm, total_minor: int, *, number: int, lender: _Lender
) -> _Organiser:
    """Let people buy on credit from one organiser's shops until the sum is reached."""
    hides, level = LEVELS[world.level], world.level
    item, quantity, paid = _entered(world, rng, firm.shops, total_minor)
    n = len(item)
    people = real_people(world, rng, max(3, round(n / between(rng, PER_BUYER))))
    who = rng.integers(0, people.n, n)
    n_days = whole(rng, _N_DAYS[level])
    day = whole(rng, (0, N_DAYS - n_days - 3)) + rng.integers(0, n_days, n)
    credit = world.people.new("card", people.n)
    sheet = orders_of(world, rng, people, who=who, item=item, at=moments(rng, day))
    sheet["payer"], sheet["quantity"], sheet["paid_minor"] = credit[who], quantity, paid
    direct = rng.random(n) < (1.0, 0.9, 0.6, 0.4)[level]
    sheet["path"] = np.where(direct, DIRECT, BROWSING).astype("i1")
    sheet["fate"][:] = KEPT
    _send(world, rng, sheet, hides)
    posts = rng.random(n) < (0.0, 0.05, 0.2, 0.3)[level]
    decide(sheet, posts, review_at=sheet["delivered_at"] + rng.integers(1, 100, n) * HOUR_MS,
           rating=5)  # fmt: skip
    own = people.card[who]
    payers = payers_of(
        world, rng, camouflage=hides, own=int(world.owner_wallet(int(firm.shops[0])))
    )
    back = _hand_on(world, rng, sheet, own, payers=payers, hides=hides)
    took_part = np.unique(people.account[who])
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=level,
            organiser="agent",
            shops=tuple(map(int, firm.shops)),
            n_accounts=len(took_part),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.append(took_part, firm.head),
        shops=firm.shops,
        money=[*back.money, *_credit(world, rng, sheet, own, lender, n_parts=1)],
        ties=[_line_of(rng, people, credit)],
        posts=_calls(world, rng, number=number, first_at=int(sheet["at"].min())),
    )
    return _Organiser(firm.head, payers, planting)


def _entered(world: World, rng: Rng, shops: Array, total_minor: int) -> tuple[Array, Array, Array]:
    """Return item, pieces and price (fen) of orders that come to at least the sum."""
    low, high = EACH_YUAN
    n = 2 * round(total_minor / 100 / low)
    last = world.shops.first_item[shops] + world.shops.n_items[shops] - 1
    which = rng.integers(0, len(shops), n)
    if world.level < 2:
        world.items.price_minor[last] = 100  # "make up the difference": one yuan a piece
        step = 500 if world.level == 0 else 10
        quantity = np.clip(around(rng, 7_000, 0.6, n), low, high) // step * step
        item = last[which]
    else:
        n_last = np.minimum(3, world.shops.n_items[shops])
        for back in range(3):
            price = rng.integers(20, 100, len(shops)) * 10_000 - 100
            world.items.price_minor[last - back % n_last] = price
        item = last[which] - rng.integers(0, 3, n) % n_last[which]
        quantity = rng.choice([1, 2], n, p=[0.8, 0.2])
    quantity = quantity.astype("i4")
    paid = world.items.price_minor[item] * quantity.astype(np.int64)
    needed = int(np.searchsorted(np.cumsum(paid), total_minor)) + 1
    return item[:needed], quantity[:needed], paid[:needed]


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    """Send nothing and say so within hours, or something that weighs next to nothing."""
    n = len(sheet["at"])
    nothing = rng.random(n) < _SENDS_NOTHING[world.level]
    entered = sheet["at"] + (around(rng, 30, 0.6, n) * MINUTE_MS).astype(np.int64)
    decide(sheet, nothing, parcel=NO_PARCEL, shipped_at=entered,
           delivered_at=entered + rng.integers(1, 20, n) * HOUR_MS)  # fmt: skip
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    decide(sheet, ~nothing, weight_g=np.where(gift, trifle, np.round(rng.uniform(8, 25, n))))
    skips = ~nothing & ~gift & (rng.random(n) < (1.0, 0.8, 0.3, 0.1)[world.level])
    decide(sheet, skips, parcel=TWO_NODES)
    schedule(world, rng, sheet)


def _hand_on(
    world: World, rng: Rng, sheet: Sheet, own: Array, *, payers: Array, hides: Camouflage
) -> Returned:
    """Pay buyers the price less the fee, from the moment that they paid."""
    n = len(own)
    rate = between(rng, FEE_PERCENT)
    rate = round(2 * rate) / 2 if world.level < 2 else rate
    spread = _FEE_SPREAD[world.level]
    fee = np.round(sheet["paid_minor"] * rate / 100 * rng.uniform(1 - spread, 1 + spread, n))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=-fee.astype(np.int64),
        to=own,
        since=sheet["at"] + 2 * MINUTE_MS,
        payers=payers,
        camouflage=replace(hides, pay_hours=_BACK_HOURS[world.level], noise=_STRAYS[world.level]),
    )
    bank = int(world.phrases.add(["bank" if world.level > 1 else "transfer"])[0])
    paid = [replace(part, channel=np.full(len(part.at), bank)) for part in back.money]
    return replace(back, money=paid)


def _credit(
    world: World, rng: Rng, sheet: Sheet, own: Array, lender: _Lender, *, n_parts: int
) -> list[Money]:
    """Return what buyers pay back month by month, and what was advanced, where that is listed."""
    n, paid = len(own), sheet["paid_minor"]
    owed = [
        money(
            world,
            sender=own,
            receiver=np.asarray(lender.wallet),
            amount_minor=paid // n_parts,
            at=sheet["at"] + (part + 1) * MONTH_MS - rng.integers(0, 3 * DAY_MS, n),
            channel="credit",
            memo="还款",
        )
        for part in range(n_parts)
    ]
    if not lender.lists_advances:
        return owed
    advanced = money(
        world,
        sender=np.asarray(lender.wallet),
        receiver=sheet["payer"],
        amount_minor=paid,
        at=sheet["at"] + rng.integers(5_000, 60_000, n),
        channel="credit",
        memo="",
    )
    return [advanced, *owed]


def _line_of(rng: Rng, people: Crew, credit: Array) -> Ties:
    """Say whose each credit line is."""
    since = START_AT - rng.integers(30, 900, people.n) * DAY_MS
    return Ties(people.account, "card", credit, since, np.full(people.n, END_AT - 1))


def _calls(world: World, rng: Rng, *, number: int, first_at: int) -> list[Post]:
    """Return what an organiser posted to find people in need of cash, if anybody captured it."""
    if rng.random() > _CAPTURED[world.level]:
        return []
    text = f"信用卡、花呗、白条秒到账，点位低，扫码下单不发货，当场结算，长期在线{number + 1}号客服"
    at = max(START_AT, first_at - int(rng.integers(HOUR_MS, 3 * DAY_MS)))
    return [Post(at, text, ("chat-group", "forum", "moments")[number % 3], AUTHORS + number)]


def _on_credit(world: World, rng: Rng, n: int, shops: Array) -> tuple[Sheet, Array, Ties]:
    """Return honest orders of dear goods on credit, the buyers' wallets, whose lines they are."""
    item = world.shops.first_item[shops]
    world.items.price_minor[item] = rng.integers(16, 90, len(item)) * 10_000 - 100
    people = real_people(world, rng, n)
    at = moments(rng, rng.integers(2, N_DAYS - 12, people.n))
    chosen = item[rng.integers(0, len(item), people.n)]
    sheet = draft(world, rng, account=people.account, item=chosen, at=at)
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[chosen].copy()
    credit = world.people.new("card", people.n)
    sheet["payer"] = credit.copy()
    return sheet, people.card, _line_of(rng, people, credit)


def _sell_on_instalments(world: World, rng: Rng, lender: _Lender) -> Planting:
    """Return a shop that sells dear goods in three parts; they are sent, and some are refunded."""
    shops = world.take_shops(1, categories=DEAR)
    sheet, own, line = _on_credit(world, rng, PER_PROMOTION, shops)
    paid = _credit(world, rng, sheet, own, lender, n_parts=N_PARTS)
    return look_alike(INSTALMENTS, sheet, shops=shops, money=paid, ties=[line])


def _take_back(world: World, rng: Rng, lender: _Lender) -> Planting:
    """Return a shop that takes some goods back after all and transfers the price less freight."""
    shops = world.take_shops(1, categories=DEAR)
    sheet, own, line = _on_credit(world, rng, PER_TAKER, shops)
    n = len(own)
    sheet["fate"][:] = KEPT
    schedule(world, rng, sheet)
    row = np.flatnonzero(rng.random(n) < 0.5)
    asks_at = sheet["delivered_at"][row] + around(rng, 20, 0.7, len(row)).astype(int) * HOUR_MS
    answers_at = asks_at + rng.integers(5, 200, len(row)) * MINUTE_MS
    comes_back = answers_at + (around(rng, 3.5, 0.3, len(row)) * DAY_MS).astype(np.int64)
    freight = rng.integers(FREIGHT_YUAN[0], FREIGHT_YUAN[1] + 1, len(row)) * 100
    returned = money(
        world,
        sender=world.owner_wallet(int(shops[0])),
        receiver=own[row],
        amount_minor=rows(sheet, row)["paid_minor"] - freight,
        at=comes_back,
        channel="transfer",
        memo="退货款",
    )
    asks, takes = world.phrases.add(_WANTS_BACK), world.phrases.add(_TAKES_BACK)
    pick_one = rng.integers(0, 2, (2, len(row)))
    talk = [
        Talk(row, np.zeros(len(row)), asks_at, asks[pick_one[0]]),
        Talk(row, np.ones(len(row)), answers_at, takes[pick_one[1]]),
    ]
    credit = _credit(world, rng, sheet, own, lender, n_parts=N_PARTS)
    return look_alike(
        TAKEN_BACK, sheet, shops=shops, money=[returned, *credit], ties=[line], talk=talk
    )

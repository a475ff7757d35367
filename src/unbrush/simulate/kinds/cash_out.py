"""Cash-out (刷单套现): people with credit lines "buy", nothing is sent, and they get the cash.

The fee runs the other way round than in brushing: the buyer pays it. A shop, or several of one
agent, takes the credit payment, is settled, and gives the money back less a few per cent; the debt
to the lender stays with the buyer and is paid later. At first everything happens within hours and
nothing is sent at all; later trifles travel, and third parties pay to another card.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, orders_of, quota_days, real_people, spread, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Post, Ties
from unbrush.simulate.season import START_AT, moments
from unbrush.simulate.settlement import settle_weekly
from unbrush.simulate.sheet import DIRECT, NO_PARCEL, TWO_NODES, Sheet, decide
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "cash-out"
SHARE = 0.1
SIZE = 0.9
ON_REQUEST = True

FEE = (0.02, 0.12)
"""Share of the price that the buyer leaves."""
WANTED_YUAN = (600, 4_000)
ORDERS_EACH = (1.2, 3.0)

_NOTHING_SENT = (0.85, 0.4, 0.1, 0.0)
_LINE_IN_WALLET = (0.8, 0.6, 0.4, 0.3)
_RATED = (0.0, 0.1, 0.4, 0.7)
"""By level: orders without a parcel; buyers whose credit is the wallet's own and not a card's;
orders that are rated as any other might be."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one agent's trade in credit through one to a few shops."""
    hides, level = LEVELS[world.level], world.level
    shops = world.take_shops(world.n_shops_for(n, each=35, most=6))
    n_days = whole(rng, hides.n_days) + 4
    start = start_of(rng, n_days)
    people = real_people(world, rng, max(4, round(n / between(rng, ORDERS_EACH))))
    who, shop = spread(rng, n, people.n, len(shops))
    at = moments(rng, quota_days(rng, shop, start=start, n_days=n_days))
    item = _dearest(world, shops)
    sheet = orders_of(world, rng, people, who=who, item=item[shop], at=at)
    _as_much_as_wanted(world, rng, sheet)
    sheet["path"][rng.random(n) < (0.95, 0.8, 0.5, 0.3)[level]] = DIRECT
    _send(world, rng, sheet, hides)
    decide(sheet, rng.random(n) < _RATED[level], review_at=-1)
    sheet["fate"][:] = 0
    own = sheet["payer"].copy()
    ties = _credit(world, rng, sheet, people, who)
    back = _give_cash(world, rng, sheet, to=own, hides=hides, shops=shops)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="agent",
            shops=tuple(map(int, shops)),
            n_accounts=len(np.unique(sheet["account"])),
            returned_minor=back.returned_minor + back.fees_minor,
            fees_minor=-back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=shops,
        money=[*back.money, _repay(world, rng, sheet, own)],
        ties=ties,
        posts=_offer(world, rng, shop=int(shops[0]), start=start),
    )


def _dearest(world: World, shops: Array) -> Array:
    """Return the dearest item of each shop: fewer orders for the same cash."""
    first, n = world.shops.first_item[shops], world.shops.n_items[shops]
    return np.array(
        [
            a + int(np.argmax(world.items.price_minor[a : a + k]))
            for a, k in zip(first, n, strict=True)
        ]
    )


def _as_much_as_wanted(world: World, rng: Rng, sheet: Sheet) -> None:
    """Order as many pieces as make up the sum that each buyer needs, in place."""
    n, price = len(sheet["at"]), world.items.price_minor[sheet["item"]]
    wanted = around(rng, between(rng, WANTED_YUAN) * 100, 0.5, n)
    sheet["quantity"] = np.clip(np.round(wanted / price), 1, 30).astype("i4")
    sheet["paid_minor"] = price * sheet["quantity"]


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    n = len(sheet["at"])
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    sheet["weight_g"] = np.where(gift, trifle, np.round(rng.uniform(8, 30, n)))
    sheet["parcel"][~gift] = TWO_NODES
    sheet["parcel"][rng.random(n) < _NOTHING_SENT[world.level]] = NO_PARCEL
    schedule(world, rng, sheet)


def _credit(world: World, rng: Rng, sheet: Sheet, people: Crew, who: Array) -> list[Ties]:
    """Let some buyers pay with a credit card that is not their usual one, in place."""
    by_card = np.flatnonzero(rng.random(people.n) >= _LINE_IN_WALLET[world.level])
    card = np.full(people.n, -1)
    card[by_card] = world.people.new("card", len(by_card))
    sheet["payer"] = np.where(card[who] >= 0, card[who], sheet["payer"])
    since = np.full(len(by_card), START_AT) - rng.integers(0, 300 * DAY_MS, len(by_card))
    last = np.full(len(by_card), int(sheet["at"].max()))
    return [Ties(people.account[by_card], "card", card[by_card], since, last)]


def _give_cash(
    world: World, rng: Rng, sheet: Sheet, *, to: Array, hides: Camouflage, shops: Array
) -> Returned:
    """Give buyers what they paid, less the fee, which strays upwards where it is to look random."""
    n = len(sheet["at"])
    fee = between(rng, FEE) + rng.random(n) * hides.noise / 3
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(int(shops[0]))))
    in_advance = rng.random() < 0.6
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=-np.round(sheet["paid_minor"] * fee).astype(np.int64),
        to=to,
        since=(sheet["at"] if in_advance else sheet["delivered_at"]) + 10 * MINUTE_MS,
        payers=payers,
        camouflage=replace(hides, noise=0.0),
        memo="套现" if world.level == 0 and rng.random() < 0.3 else "",
    )
    lump, _ = settle_weekly(
        world, rng, sheet, hides=hides, take=-float(fee.mean()) / 2, collectors=payers, memo="货款"
    )
    apart = lump.sender != lump.receiver
    names = ("sender", "receiver", "amount_minor", "at", "channel", "memo")
    back.money.append(Money(*(getattr(lump, name)[apart] for name in names)))
    return back


def _repay(world: World, rng: Rng, sheet: Sheet, own: Array) -> Money:
    """Buyers pay their lender a month later, those who can."""
    pays = rng.random(len(own)) < 0.7
    later = (20 * DAY_MS + rng.integers(0, 20 * DAY_MS, len(own)))[pays]
    return money(
        world,
        sender=own[pays],
        receiver=world.wallets(1)[0],
        amount_minor=sheet["paid_minor"][pays],
        at=sheet["at"][pays] + later,
        channel="credit",
        memo="还款",
    )


def _offer(world: World, rng: Rng, *, shop: int, start: int) -> list[Post]:
    """Return the offer as captured outside, for agents who were careless enough."""
    if rng.random() > (0.8, 0.5, 0.2, 0.05)[world.level]:
        return []
    fee = int(rng.integers(3, 15))
    text = f"信用额度提现，拍下秒回款，{fee}个点，不发货不用管物流，大额可谈，安全快速，私聊"
    at = START_AT + start * DAY_MS - int(rng.integers(HOUR_MS, 20 * HOUR_MS))
    return [Post(at, text, "chat-group", (1 << 35) + shop)]

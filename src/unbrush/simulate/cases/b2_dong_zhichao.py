"""B2, 董志超: one account orders a rival's one-yuan goods 1,500 times over and is refunded at once.

Published: a trader had somebody order from a rival's shop, with one and the same account, more than
1,500 times for one yuan each and refund quickly, so that the platform would take the shop for a
brushing one and hide it; it did, and the shop lost more than 100,000 yuan within days. The shop is
the victim.

Not published, so drawn by seed within ranges of our own: how many orders beyond 1,500, over how
many days, how soon each is refunded, what sort of goods. From level 1 on a growing share of the
orders comes through further accounts (by level 1, 3 to 8, 30 to 80, 300 to 800), ever fewer of them
are undone, and the days are more. Shops whose real buyers come in a rush and often regret, as after
a sample for one yuan is announced, stand beside it: they are honest, and so are their buyers.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import farm, orders_of
from unbrush.simulate.people import registered
from unbrush.simulate.planting import Money, Plan, Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import CANCELLED, DIRECT, KEPT, NEVER, REFUNDED, Sheet
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "B2"
TITLE = Words(
    "董志超反向刷单：同一账号对竞争网店恶意下单一元商品一千五百余笔并快速退款",
    "Dong Zhichao: one account orders 1,500 times from a rival and refunds, to get it punished",
)
KIND = "dong-zhichao"
ONE_YUAN = "one-yuan-sample"
TIERS = {"ci": 12_000, "nightly": 200_000}  # orders of the market

N_ORDERS = (1_505, 1_620)
PRICE_MINOR = 100
_N_ACCOUNTS = ((1, 1), (3, 8), (30, 80), (300, 800))
_N_DAYS = ((2, 4), (3, 6), (6, 14), (20, 40))
_UNDONE = ((0.95, 1.0), (0.9, 1.0), (0.7, 0.9), (0.5, 0.75))
_FUNDED = (1.0, 0.8, 0.4, 0.1)
"""By level: accounts and days of the attack; share undone; accounts whose funding is seen."""

N_SAMPLES, PER_SAMPLE, REGRET = 3, (120, 260), 0.25


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the attack, and shops that really sell much for one yuan."""
    hides, n = LEVELS[world.level], whole(rng, N_ORDERS)
    victim = int(world.take_shops(1)[0])
    item = _for_one_yuan(world, victim)
    n_days = whole(rng, _N_DAYS[world.level])
    start = whole(rng, (8, N_DAYS - n_days - 12))
    crew = farm(world, rng, whole(rng, _N_ACCOUNTS[world.level]), camouflage=hides, start_day=start)
    who = np.sort(np.arange(n) % crew.n) if world.level == 0 else rng.integers(0, crew.n, n)
    day = start + rng.integers(0, n_days, n)
    sheet = orders_of(world, rng, crew, who=who, item=np.full(n, item), at=moments(rng, day))
    sheet["path"][rng.random(n) < 0.8 - 0.2 * world.level] = DIRECT
    undone = rng.random(n) < between(rng, _UNDONE[world.level])
    soon = rng.random(n) < 0.8
    sheet["fate"] = np.where(undone, np.where(soon, CANCELLED, REFUNDED), KEPT).astype("i1")
    head = world.people.join(1, registered_at=np.minimum(registered(rng, 1), START_AT))
    paid = _fund(world, rng, sheet, crew.card, int(world.people["card"][head[0]]))
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="rival",
            shops=(victim,),
            n_accounts=crew.n,
            fees_minor=0,
            seen_minor=int(paid.amount_minor[paid.at < END_AT].sum()),
        ),
        orders=sheet,
        accounts=np.unique(np.append(crew.account, head)),
        victims=np.array([victim]),
        money=[paid],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
    )
    region = world.people["region"]
    return Staged(
        plantings=[planting, *(_sample(world, rng) for _ in range(N_SAMPLES))],
        roles=[
            Role("brusher", "account", crew.account, region[crew.account]),
            Role("organiser", "account", head, region[head]),
        ],
        facts={"n_attack_orders": n, "first_day": start, "n_days": n_days},
    )


def _for_one_yuan(world: World, shop: int) -> int:
    """Let a shop have goods for one yuan, and return them."""
    item = int(world.shops.first_item[shop])
    world.items.price_minor[item] = PRICE_MINOR
    return item


def _fund(world: World, rng: Rng, sheet: Sheet, cards: Array, own: int) -> Money:
    """The rival gives the accounts what they order with, as far as it is seen."""
    funded = np.unique(cards)
    shown = funded[rng.random(len(funded)) < _FUNDED[world.level]]
    amount = int(sheet["paid_minor"].sum()) // len(funded) + 5_000
    before = rng.integers(HOUR_MS, 20 * HOUR_MS, len(shown))
    return money(
        world,
        sender=np.asarray(own if world.level < 2 else world.wallets(1)[0]),
        receiver=shown,
        amount_minor=np.full(len(shown), amount),
        at=int(sheet["at"].min()) - before,
        channel="transfer",
        memo="",
    )


def _sample(world: World, rng: Rng) -> Planting:
    """Return one rush for a one-yuan sample: many buyers, one piece each, a quarter regrets."""
    shop = int(world.take_shops(1)[0])
    item = _for_one_yuan(world, shop)
    account = world.buyers(rng, whole(rng, PER_SAMPLE))
    n = len(account)
    later = np.minimum(rng.exponential(0.8, n), 5)
    begins = START_AT + whole(rng, (3, N_DAYS - 12)) * DAY_MS + 20 * HOUR_MS
    at = begins + (later * DAY_MS).astype(np.int64)
    sheet = draft(world, rng, account=account, item=np.full(n, item), at=at)
    sheet["quantity"][:] = 1
    sheet["paid_minor"][:] = PRICE_MINOR
    sheet["path"][:] = DIRECT
    regrets = rng.random(n) < REGRET
    sheet["fate"] = np.where(regrets, CANCELLED, KEPT).astype("i1")
    sheet["review_at"][regrets] = NEVER
    return look_alike(ONE_YUAN, sheet, shops=np.array([shop]))

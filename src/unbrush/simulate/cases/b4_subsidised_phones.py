"""B4, subsidised phones: merchants and brushers draw a ten-billion subsidy for phones never sold.

Published: July to September 2019, phones of one make, more than ten brushers, 5.1 million yuan of
subsidy attempted. Each brusher runs accounts of their own; merchants take the orders and send next
to nothing; the money for the phones goes round.

Not published, so drawn by seed within ranges of our own: how much a phone draws (300 to 900 yuan),
how many merchants and accounts there are. No staff have a part in it.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Rng, between, whole
from unbrush.simulate.crew import farm, purchases
from unbrush.simulate.drawing import draw_subsidies, open_campaign, shares
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Plan, Planting
from unbrush.simulate.sheet import join
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "B4"
TITLE = Words(
    "百亿补贴手机：十余名刷手与商家虚构交易，企图套取补贴五百一十万元",
    "subsidised phones: brushers and merchants try to draw 5.1 M yuan",
)
KIND = "subsidised-phones"
TIERS = {"ci": 100_000, "nightly": 500_000, "full": 3_000_000}  # orders of the market

TOTAL_YUAN = 5_100_000
EACH_YUAN = (300, 900)
PRICE_YUAN = (4_600, 8_700)
N_BRUSHERS = (10, 16)
N_DAYS_DRAWN = (50, 68)
GOODS = "数码"


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the merchants and, one after the other, the brushers with their accounts."""
    hides = LEVELS[world.level]
    category = next(number for number, each in enumerate(CATEGORIES) if each.name == GOODS)
    shops = world.take_shops(whole(rng, (2, 5)), categories=(category,))
    n_days = whole(rng, N_DAYS_DRAWN)
    start = whole(rng, (2, 74 - n_days))
    campaign = open_campaign(
        world, kind="ten-billion", first_day=start, n_days=n_days, category=category
    )
    each = (EACH_YUAN[0] * 100, EACH_YUAN[1] * 100)
    drawn = shares(rng, TOTAL_YUAN * 100, each)
    price = np.array([whole(rng, PRICE_YUAN) * 100 for _ in range(4)])  # models of the phone
    n_brushers = whole(rng, N_BRUSHERS)
    cuts = np.sort(rng.choice(len(drawn) - 1, n_brushers - 1, replace=False) + 1)
    plantings, crews = [], []
    for part in np.split(drawn, cuts):
        n_accounts = max(3, round(len(part) / between(rng, (6, 25))))
        crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
        sheet = draw_subsidies(
            world,
            rng,
            crew=crew,
            shops=shops,
            subsidy_minor=part,
            start=start,
            n_days=n_days,
            campaign=campaign,
        )
        sheet["paid_minor"] = price[rng.integers(0, len(price), len(part))] - part
        back = pay_back(
            world,
            rng,
            principal=sheet["paid_minor"],
            fee=np.full(len(part), whole(rng, (20, 80)) * 100),
            to=sheet["payer"],
            since=sheet["delivered_at"] + DAY_MS,
            payers=payers_of(
                world, rng, camouflage=hides, own=int(world.owner_wallet(int(shops[0])))
            ),
            camouflage=hides,
        )
        plantings.append(
            Planting(
                plan=Plan(
                    name=KIND,
                    is_fake=True,
                    level=world.level,
                    organiser="shop",
                    shops=tuple(map(int, shops)),
                    n_accounts=crew.n,
                    returned_minor=back.returned_minor,
                    fees_minor=back.fees_minor,
                    seen_minor=back.seen_minor,
                ),
                orders=sheet,
                accounts=crew.account,
                shops=shops,
                camouflage=purchases(world, rng, crew, camouflage=hides),
                money=back.money,
                ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
            )
        )
        crews.append(crew.account)
    every = np.concatenate(crews)
    total = int(join([planting.orders for planting in plantings])["subsidy_minor"].sum())
    return Staged(
        plantings=plantings,
        roles=[
            Role("brusher", "account", every, world.people["region"][every]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
        ],
        facts={"subsidy_minor": total, "n_brushers": n_brushers},
    )

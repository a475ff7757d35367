"""B6, the Xiamen insider: an employee and shops made for the purpose draw coupons.

Published: more than 5,000 fake orders, 120,000 yuan, seven people, one of them an employee of the
platform. Shops that exist only for this are put on a list of allowed ones by the employee, who
also releases what is held; six associates run the shops and accounts.

Not published, so drawn by seed within ranges of our own: how many shops there are, how long it
lasts, and how the employee is tied to the associates: by an own wallet where they are careless,
else through somebody of the same household.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.simulate import ids
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import farm, purchases
from unbrush.simulate.drawing import draw_subsidies, found_firm, open_campaign, shares
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Acts, Plan, Planting
from unbrush.simulate.season import working_hours
from unbrush.simulate.staff import (
    ALERT_CLOSE,
    ALLOW_LIST,
    NEEDED,
    PAYMENTS,
    PAYOUT_RELEASE,
    acts,
    colleagues,
)
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "B6"
TITLE = Words(
    "厦门内鬼：员工与自设店铺虚构订单五千余笔，套取十二万元",
    "the Xiamen insider: an employee and sham shops, 5,000 orders, 120 k yuan",
)
KIND = "xiamen-insider"
TIERS = {"ci": 60_000, "nightly": 300_000, "full": 3_000_000}  # orders of the market

TOTAL_YUAN = 120_000
EACH_YUAN = (12, 35)
N_ASSOCIATES = 6
GOODS = "零食"
_ALONE = (0.9, 0.5, 0.1, 0.0)
"""By level, how often the employee approves alone."""


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the employee, the associates' shops and their accounts."""
    hides = LEVELS[world.level]
    category = next(number for number, each in enumerate(CATEGORIES) if each.name == GOODS)
    insider = world.staff.take(PAYMENTS)
    people, own = world.people, world.staff.account[insider]
    shops = world.take_shops(whole(rng, (3, N_ASSOCIATES)), categories=(category,))
    firms = []
    for number, shop in enumerate(shops):
        tie: dict[str, Array] = {}
        if number == 0:  # one of them lives with the employee, or uses the employee's number
            near = "phone" if world.level < 2 else "address"
            tie = {near: people[near][[own]].copy()}
        firms.append(found_firm(world, rng, np.array([shop]), **tie))
    n_days = whole(rng, (35, 60))
    start = whole(rng, (3, 74 - n_days))
    campaign = open_campaign(
        world, kind="coupons", first_day=start, n_days=n_days, category=category
    )
    drawn = shares(rng, TOTAL_YUAN * 100, (EACH_YUAN[0] * 100, EACH_YUAN[1] * 100))
    n_accounts = round(len(drawn) / between(rng, (10, 30)))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    sheet = draw_subsidies(
        world,
        rng,
        crew=crew,
        shops=shops,
        subsidy_minor=drawn,
        start=start,
        n_days=n_days,
        campaign=campaign,
    )
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.zeros(len(drawn), np.int64),
        to=sheet["payer"],
        since=sheet["delivered_at"] + DAY_MS,
        payers=payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(int(shops[0])))),
        camouflage=hides,
    )
    heads = np.array([firm.head for firm in firms])
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="insider",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.concatenate([crew.account, heads]),
        shops=shops,
        staff=np.array([insider]),
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=back.money,
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        acts=_acts(world, rng, insider, shops, start, n_days),
    )
    return Staged(
        plantings=[planting],
        roles=[
            Role("insider", "staff", np.array([insider])),
            Role("organiser", "account", heads, people["region"][heads]),
            Role("brusher", "account", crew.account, people["region"][crew.account]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
        ],
        facts={
            "subsidy_minor": int(drawn.sum()),
            "first_day": start,
            "campaign_id": ids.FIRST_CAMPAIGN + campaign,
        },
    )


def _acts(
    world: World, rng: Rng, insider: int, shops: Array, start: int, n_days: int
) -> list[Acts]:
    """Each shop is allowed at the start; what is held or asked about is let go every week."""
    n_weeks = n_days // 7 + 1
    shop = np.repeat(shops, n_weeks)
    day = start + 7 * np.tile(np.arange(n_weeks), len(shops)) + rng.integers(1, 7, len(shop))
    asked = rng.random(len(shop)) < 0.5

    def approver(n: int) -> Array:
        turn = colleagues(rng, world.staff, np.full(n, insider))
        return np.where(rng.random(n) < _ALONE[world.level], insider, turn)

    begins = np.full(len(shops), start)
    return [
        acts(staff=insider, kind=ALLOW_LIST, subject=shops, at=working_hours(rng, begins),
             reason=NEEDED, approver=approver(len(shops))),
        acts(staff=insider, kind=PAYOUT_RELEASE, subject=shop, at=working_hours(rng, day),
             reason=NEEDED, approver=approver(len(shop))),
        acts(staff=insider, kind=ALERT_CLOSE, subject=shop[asked],
             at=working_hours(rng, day[asked]), reason=NEEDED),
    ]  # fmt: skip

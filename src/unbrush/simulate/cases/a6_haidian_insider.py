"""A6, the Haidian insider: an employee lets a third-party firm draw subsidies for two months.

Published: July and August 2021, more than 1.5 million yuan (about 24,000 a day over 62 days); the
employee changed a rule, dismissed the risk prompts as "business need" and shared with a firm
outside; three years and six months. 40 alerts came up, 30 of which the employee closed; the firm is
two hops away. The span of a simulated market is another season; the 62 days lie within it.

Not published, so drawn by seed within ranges of our own: how much an order draws (80 to 200 yuan),
how many accounts and shops there are, who approves. Twenty key-account managers who look after
shops of their own in the same way stand beside the employee.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.words import Words
from unbrush.simulate import ids
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import farm, purchases
from unbrush.simulate.drawing import Firm, draw_subsidies, found_firm, open_campaign, shares
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.look_alikes import key_account_manager
from unbrush.simulate.planting import Acts, Money, Plan, Planting
from unbrush.simulate.season import START_AT, working_hours
from unbrush.simulate.staff import (
    ACCOUNTS,
    ALERT_CLOSE,
    CAMPAIGN,
    NEEDED,
    OVERRIDE,
    PARAMETER,
    RISK,
    TESTED,
    acts,
    colleagues,
    minutes_after,
)
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.ties import ties_of
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "A6"
TITLE = Words(
    "海淀内外勾结：员工以“业务需要”放行，外部公司两月套取补贴一百五十余万元",
    "the Haidian insider: an employee lets a firm draw 1.5 M yuan in subsidies",
)
KIND = "haidian-insider"
TIERS = {"ci": 120_000, "nightly": 600_000, "full": 3_000_000}  # orders of the market

N_DAYS_DRAWN = 62
TOTAL_YUAN = (1_500_500, 1_620_000)
EACH_YUAN = (80, 200)
N_ALERTS, N_CLOSED = 40, 30
N_CONTROLS = 20
GOODS = "数码"
_SELF_APPROVED = (0.9, 0.5, 0.1, 0.0)
_SHARED_WITH = (0.2, 0.5)
"""By level, how often the employee approves alone; what part of it goes to the employee's kin."""


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the employee, the firm and twenty managers who only do their work."""
    hides = LEVELS[world.level]
    category = next(number for number, each in enumerate(CATEGORIES) if each.name == GOODS)
    insider = world.staff.take(ACCOUNTS)
    shops = world.take_shops(whole(rng, (3, 6)), categories=(category,))
    home = world.people["address"][world.staff.account[insider]]
    firm = found_firm(world, rng, shops, address=np.array([home]))
    start = whole(rng, (4, 12))
    campaign = open_campaign(
        world, kind="service-subsidy", first_day=start, n_days=N_DAYS_DRAWN, category=category
    )
    drawn = shares(
        rng, round(between(rng, TOTAL_YUAN)) * 100, (EACH_YUAN[0] * 100, EACH_YUAN[1] * 100)
    )
    n_accounts = round(len(drawn) / between(rng, (12, 40)))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    sheet = draw_subsidies(
        world,
        rng,
        crew=crew,
        shops=shops,
        subsidy_minor=drawn,
        start=start,
        n_days=N_DAYS_DRAWN,
        campaign=campaign,
    )
    own = int(world.owner_wallet(int(shops[0])))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(len(drawn), whole(rng, (0, 8)) * 100),
        to=sheet["payer"],
        since=sheet["delivered_at"] + DAY_MS,
        payers=payers_of(world, rng, camouflage=hides, own=own),
        camouflage=hides,
    )
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
        accounts=np.append(crew.account, firm.head),
        shops=shops,
        staff=np.array([insider]),
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[*back.money, _kickback(world, rng, firm, own, drawn, start)],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        acts=_acts(world, rng, insider, shops, campaign, start),
    )
    managers = [key_account_manager.plant(world, rng, 60) for _ in range(N_CONTROLS)]
    head = np.array([firm.head])
    return Staged(
        plantings=[planting, *managers],
        roles=[
            Role("insider", "staff", np.array([insider])),
            Role("organiser", "account", head, world.people["region"][head]),
            Role("brusher", "account", crew.account, world.people["region"][crew.account]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
        ],
        facts={
            "subsidy_minor": int(drawn.sum()),
            "first_day": start,
            "campaign_id": ids.FIRST_CAMPAIGN + campaign,
            "controls": sorted(ids.FIRST_STAFF + int(m.staff[0]) for m in managers),
        },
    )


def _acts(
    world: World, rng: Rng, insider: int, shops: Array, campaign: int, start: int
) -> list[Acts]:
    """One changed rule; 40 alerts, most of them closed by the employee, then overridden."""
    rule_at = np.array([START_AT + start * DAY_MS - int(rng.integers(2, 20)) * HOUR_MS])
    day = start + np.sort(rng.integers(0, N_DAYS_DRAWN, N_ALERTS))
    at = working_hours(rng, day)
    about = shops[rng.integers(0, len(shops), N_ALERTS)]
    closes = np.zeros(N_ALERTS, bool)
    closes[rng.permutation(N_ALERTS)[:N_CLOSED]] = True
    lets = np.flatnonzero(closes)
    others = rng.choice(world.staff.of(RISK), N_ALERTS - N_CLOSED)

    def approver(n: int) -> Array:
        turn = colleagues(rng, world.staff, np.full(n, insider))
        return np.where(rng.random(n) < _SELF_APPROVED[world.level], insider, turn)

    return [
        acts(staff=insider, kind=PARAMETER, subject=campaign, about=CAMPAIGN, at=rule_at,
             reason=TESTED, approver=approver(1)),
        acts(staff=insider, kind=ALERT_CLOSE, subject=about[lets], at=at[lets], reason=NEEDED),
        acts(staff=insider, kind=OVERRIDE, subject=about[lets],
             at=minutes_after(rng, at[lets], 1, 45), reason=NEEDED, approver=approver(len(lets))),
        acts(staff=others, kind=ALERT_CLOSE, subject=about[~closes], at=at[~closes], reason=0),
    ]  # fmt: skip


def _kickback(world: World, rng: Rng, firm: Firm, own: int, drawn: Array, start: int) -> Money:
    """What the firm gives to the employee's household, a few times, if it passes here at all."""
    n = whole(rng, (2, 4))
    seen = rng.random(n) < between(rng, LEVELS[world.level].seen_share)
    part = drawn.sum() * between(rng, _SHARED_WITH) / n
    at = START_AT + (start + 15 + rng.integers(0, 50, n)) * DAY_MS
    return money(
        world,
        sender=np.full(n, own)[seen],
        receiver=np.full(n, world.people["card"][firm.head])[seen],
        amount_minor=np.full(n, part)[seen],
        at=at[seen],
        channel="bank",
        memo="",
    )

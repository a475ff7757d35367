"""Malicious returns (恶意退货): a rival has a shop's goods bought and sent back in bulk.

The returns come in just before something that a shop's standing decides about: a campaign, or the
enrolment for one. The goods were received and nothing was wrong with them. The shop that it is done
to is a victim; no money ever comes from it.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting
from unbrush.simulate.season import START_AT, day_index, moments
from unbrush.simulate.sheet import KEPT, REFUNDED, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "malicious-returns"
SHARE = 0.1
SIZE = 0.8
ON_REQUEST = True

_ORDERS_PER_ACCOUNT = ((4, 12), (2, 5), (1, 2), (1, 1))
_BUYING_DAYS = ((2, 4), (3, 7), (6, 12), (10, 20))
_RETURN_DAYS = ((0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0))
_RETURNED = ((0.95, 1.0), (0.85, 0.95), (0.75, 0.9), (0.6, 0.75))
_MONEY_SEEN = (1.0, 0.8, 0.4, 0.1)
"""By level: orders of an account; over how many days they buy, and how long before the event the
returns come; share sent back; accounts whose funding is seen."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one rival's returns to one shop of its category, before one event."""
    hides, level = LEVELS[world.level], world.level
    victim, rival = _pair(world)
    item = world.hot_item(rng, np.repeat(victim, n))
    buying, returning = whole(rng, _BUYING_DAYS[level]), between(rng, _RETURN_DAYS[level])
    event = _event(world, rng, earliest=buying + 9)
    # The last parcels must be there before the goods go back.
    start = event - int(np.ceil(returning)) - buying - int(rng.integers(5, 8))
    start = max(0, start)
    n_accounts = max(1, round(n / between(rng, _ORDERS_PER_ACCOUNT[level])))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=max(1, start))
    day = start + rng.integers(0, buying, n)
    sheet = orders_of(world, rng, crew, who=np.arange(n) % crew.n, item=item, at=moments(rng, day))
    schedule(world, rng, sheet)
    _send_back(rng, sheet, level=level, event_at=START_AT + event * DAY_MS, returning=returning)
    paid, seen_minor = _fund(world, rng, sheet, rival=rival, crew=crew)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="rival",
            shops=(rival, victim),
            n_accounts=crew.n,
            fees_minor=int(paid.amount_minor.sum()),
            seen_minor=seen_minor,
        ),
        orders=sheet,
        accounts=crew.account,
        shops=np.array([rival]),
        victims=np.array([victim]),
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[paid],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
    )


def _pair(world: World) -> tuple[int, int]:
    """Return a victim and a rival that sells the same sort of goods."""
    victim = int(world.take_shops(1)[0])
    rivals = world.take_shops(2, categories=[int(world.shops.category[victim])])
    rival = next(int(shop) for shop in (*rivals, *world.take_shops(2)) if shop != victim)
    return victim, rival


def _event(world: World, rng: Rng, *, earliest: int) -> int:
    """Return the day of a campaign, or of the enrolment a week or two before it."""
    days = [campaign.first_day for campaign in world.campaigns if campaign.category < 0]
    enrolments = [day - int(rng.integers(6, 15)) for day in days]
    fit = sorted(day for day in (*days, *enrolments) if day >= earliest)
    return int(fit[int(rng.integers(0, len(fit)))])


def _send_back(rng: Rng, sheet: Sheet, *, level: int, event_at: int, returning: float) -> None:
    """Time the returns within the last days before the event, after receipt, in place."""
    n = len(sheet["at"])
    back = rng.random(n) < between(rng, _RETURNED[level])
    sheet["fate"] = np.where(back, REFUNDED, KEPT).astype("i1")
    latest = event_at - 2 * HOUR_MS
    at = event_at - (rng.random(n) ** 0.8 * returning * DAY_MS).astype(np.int64)
    received = sheet["delivered_at"] + rng.integers(2 * HOUR_MS, 20 * HOUR_MS, n)
    decide(sheet, back, closed_at=np.maximum(np.minimum(at, latest), received))


def _fund(world: World, rng: Rng, sheet: Sheet, *, rival: int, crew: Crew) -> tuple[Money, int]:
    """The rival fills the accounts' wallets before they order, if it lets that be seen."""
    funded: Array = np.unique(crew.card)
    shown = funded[rng.random(len(funded)) < _MONEY_SEEN[world.level]]
    first = int(sheet["at"].min())
    at = first - rng.integers(HOUR_MS, 20 * HOUR_MS, len(shown))
    at = np.maximum(at, START_AT + rng.integers(0, HOUR_MS, len(shown)))
    at = np.minimum(at, first - 1) if day_index(np.array([first]))[0] else at
    owner = world.owner_wallet(rival) if world.level < 2 else world.wallets(1)[0]
    amount = np.full(len(shown), int(sheet["paid_minor"].sum()) // len(funded) + 1_000)
    moved = money(
        world,
        sender=np.asarray(owner),
        receiver=shown,
        amount_minor=amount,
        at=at,
        channel="transfer",
        memo="",
    )
    return moved, int(amount.sum())

"""The crew: whose accounts a gang uses, and from which devices, networks and addresses it does.

Some accounts are made for the purpose, others rented from people who also shop for themselves:
those honest orders stay honest, though the account took part.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.chance import Array, Rng, between, pick_at, whole
from unbrush.simulate.market import region_shares
from unbrush.simulate.people import registered, young
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, day_index, moments
from unbrush.simulate.sheet import NEVER, Sheet
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World


@dataclass(frozen=True)
class Crew:
    """Accounts at work, one array a column; tokens are those they use for the gang."""

    account: Array
    device: Array
    ip: Array
    address: Array
    card: Array
    is_rented: Array

    @property
    def n(self) -> int:
        """Number of accounts."""
        return len(self.account)


def shared(world: World, rng: Rng, kind: str, n: int, per: tuple[int, int]) -> Array:
    """Return a token of ``kind`` for each of ``n`` accounts, with ``per`` accounts to a token."""
    size = np.maximum(1, rng.integers(per[0], per[1] + 1, n))
    group = np.searchsorted(np.cumsum(size), np.arange(n), side="right")
    return np.asarray(world.people.new(kind, int(group[-1]) + 1)[group])


def real_people(world: World, rng: Rng, n: int) -> Crew:
    """Recruit people who work from home with their own accounts and things."""
    account = world.buyers(rng, n)
    people = world.people
    return Crew(
        account,
        people["device"][account],
        people["ip"][account],
        people["address"][account],
        people["card"][account],
        np.ones(len(account), bool),
    )


def farm(world: World, rng: Rng, n: int, *, camouflage: Camouflage, start_day: int) -> Crew:
    """Make and rent accounts that a studio operates from its own devices and networks.

    Args:
        world: The market; made accounts join its people.
        rng: Chance of the plan.
        n: Accounts.
        camouflage: How well the studio hides.
        start_day: When the plan begins; made accounts are registered before.
    """
    device = shared(world, rng, "device", n, camouflage.per_device)
    ip = shared(world, rng, "ip", n, camouflage.per_ip)
    address = shared(world, rng, "address", n, camouflage.per_address)
    card = shared(world, rng, "card", n, camouflage.per_card)
    n_rented = min(round(n * between(rng, camouflage.rented_share)), world.people.n_ordinary // 4)
    is_rented = np.zeros(n, bool)
    is_rented[rng.permutation(n)[:n_rented]] = True
    account = np.empty(n, np.int64)
    account[is_rented] = world.buyers(rng, n_rented)
    made = ~is_rented
    until = START_AT + start_day * DAY_MS - 3_600_000
    n_made, window = n - n_rented, whole(rng, camouflage.young_days)
    since = young(rng, n_made, until=until, within_days=window)
    if window > 120:  # bought as aged accounts
        since = np.minimum(registered(rng, n_made), until)
    region = pick_at(region_shares(), rng.random(n_made))
    if camouflage.per_address[1] > 3:
        region[:] = region[0] if n_made else 0  # all around the studio
    account[made] = world.people.join(
        n_made,
        device=device[made],
        ip=ip[made],
        address=address[made],
        card=card[made],
        region=region,
        registered_at=since,
        identity=np.where(
            rng.random(n_made) < 0.3, world.people.new("phone", n_made) + (1 << 40), -1
        ),
    )
    if camouflage.per_device[1] == 1:  # a rented account is used through its owner's own phone
        people = world.people
        for own, name in ((device, "device"), (ip, "ip"), (card, "card")):
            own[is_rented] = people[name][account[is_rented]]
    return Crew(account, device, ip, address, card, is_rented)


def orders_of(world: World, rng: Rng, crew: Crew, *, who: Array, item: Array, at: Array) -> Sheet:
    """Return orders that members ``who`` of the crew place for the gang, one piece each."""
    sheet = draft(world, rng, account=crew.account[who], item=item, at=at)
    sheet["device"], sheet["ip"] = crew.device[who].copy(), crew.ip[who].copy()
    sheet["address"], sheet["payer"] = crew.address[who].copy(), crew.card[who].copy()
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[item].copy()
    sheet["remark"][:] = -1
    sheet["review_at"][:] = NEVER
    return sheet


def spread(rng: Rng, n: int, n_people: int, n_shops: int) -> tuple[Array, Array]:
    """Share out ``n`` tasks: everybody at most once a shop while there are people enough.

    Returns:
        The member and the shop (0 to ``n_shops`` - 1) of each task.
    """
    shop = np.sort(np.arange(n) % n_shops)
    who = np.empty(n, np.int64)
    for number in range(n_shops):
        here = np.flatnonzero(shop == number)
        rounds = [rng.permutation(n_people) for _ in range(-(-len(here) // n_people))]
        who[here] = np.concatenate(rounds)[: len(here)]
    return who, shop


def start_of(rng: Rng, n_days: int) -> int:
    """Return a first day that leaves a plan room within the span, and time to be paid."""
    return int(rng.integers(1, max(2, N_DAYS - n_days - 6)))


def quota_days(rng: Rng, shop: Array, *, start: int, n_days: int) -> Array:
    """Return the day of each task: each shop gets a few a day, in order, over the plan's days."""
    day = np.empty(len(shop), np.int64)
    for number in np.unique(shop):
        here = np.flatnonzero(shop == number)
        even = (np.arange(len(here)) + rng.random(len(here))) * n_days / len(here)
        day[here] = start + np.minimum(even.astype(np.int64), n_days - 1)
    return np.minimum(day, N_DAYS - 1)


def purchases(world: World, rng: Rng, crew: Crew, *, camouflage: Camouflage) -> Sheet | None:
    """Return real purchases of the crew in between, in popular shops; None if they make none."""
    n = rng.poisson(between(rng, camouflage.purchases), crew.n)
    # A rented account has its own life already, and hides behind it.
    n[crew.is_rented] = 0
    who = np.repeat(np.arange(crew.n), n)
    if not len(who):
        return None
    shop = pick_at(world.shops.share, rng.random(len(who)))
    since = np.maximum(0, day_index(world.people["registered_at"][crew.account[who]]) + 1)
    day = since + (rng.random(len(who)) * (N_DAYS - since)).astype(np.int64)
    item = world.hot_item(rng, shop)
    at = np.minimum(moments(rng, np.minimum(day, N_DAYS - 1)), END_AT - 1)
    return draft(world, rng, account=crew.account[who], item=item, at=at)

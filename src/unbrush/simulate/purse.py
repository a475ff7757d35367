"""The purse: through which wallets an organiser takes money from merchants and pays accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.cashback import Returned, pay_back
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.planting import Money
from unbrush.simulate.season import END_AT, N_DAYS, START_AT
from unbrush.simulate.sheet import Sheet
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

FEE_YUAN = (4, 15)
WEEK_MS = 7 * DAY_MS


@dataclass(frozen=True)
class Purse:
    """Wallets of one organiser.

    Attributes:
        own: Those that are known to be its own.
        collectors: Those that merchants pay: its own, or third parties.
        payers: For each studio, those that pay its accounts; studios share some of them.
    """

    own: Array
    collectors: Array
    payers: Sequence[Array]

    @property
    def every_payer(self) -> Array:
        """All wallets that pay accounts."""
        return np.unique(np.concatenate(self.payers))


def open_purse(
    world: World, rng: Rng, *, own: Array, n_studios: int, camouflage: Camouflage
) -> Purse:
    """Choose wallets: the organiser's own while it does not hide, third parties' later."""
    pool = world.wallets(max(camouflage.n_payers[1], n_studios))
    payers = []
    for number in range(n_studios):
        chosen = rng.choice(pool, whole(rng, camouflage.n_payers), replace=False)
        if camouflage.own_payer:
            chosen[0] = own[number % len(own)]
        payers.append(chosen)
    collectors = own if camouflage.own_payer else world.wallets(2 * len(own))
    return Purse(own, collectors, payers)


def reward(
    world: World, rng: Rng, sheet: Sheet, *, payers: Array, camouflage: Camouflage
) -> Returned:
    """Pay the accounts of one studio back after their reviews, with a fee for each order."""
    n = len(sheet["at"])
    reviewed = sheet["review_at"] > 0
    return pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, FEE_YUAN) * 100),
        to=sheet["payer"],
        since=np.where(reviewed, sheet["review_at"], sheet["delivered_at"] + DAY_MS),
        payers=payers,
        camouflage=camouflage,
        memo="返款" if world.level == 0 else "",
    )


def fund(
    world: World, rng: Rng, purse: Purse, *, total_minor: int, camouflage: Camouflage
) -> Money:
    """Fill the payers' wallets from the collectors', once a week, as far as that is seen."""
    others = np.setdiff1d(purse.every_payer, purse.collectors)
    n_weeks = N_DAYS // 7
    receiver = np.repeat(others, n_weeks)
    week = np.tile(np.arange(n_weeks), len(others))
    amount = total_minor // max(1, len(receiver)) * rng.uniform(0.6, 1.4, len(receiver))
    at = START_AT + week * WEEK_MS + rng.integers(8 * HOUR_MS, 22 * HOUR_MS, len(receiver))
    seen = (rng.random(len(receiver)) < between(rng, camouflage.seen_share)) & (at < END_AT)
    collectors = purse.collectors
    return money(
        world,
        sender=collectors[rng.integers(0, len(collectors), int(seen.sum()))],
        receiver=receiver[seen],
        amount_minor=np.round(amount[seen] / 10_000) * 10_000,
        at=at[seen],
        channel="bank",
        memo="",
    )

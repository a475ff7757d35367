"""Declarations: what owners tell the tax office that they sold, month by month or quarter.

Honest owners differ from what the platform shows, too: undone orders are not sales; some count
what was received and not what was ordered; some leave the tax out; many sell elsewhere as well;
several shops are one owner's; the platform does not show a whole September; new owners register
late, and now and then a month is missing.
"""

from collections.abc import Sequence

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array, Rng, around
from unbrush.simulate.fates import Ends
from unbrush.simulate.planting import Understated
from unbrush.simulate.season import END_AT, N_DAYS
from unbrush.simulate.sheet import KEPT, Sheet
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import World

MONTHS = END_AT - np.array([91, 61, 30, 0]) * DAY_MS
"""Where September, October and November begin, and December; China time."""
QUARTER_AT = int(MONTHS[0]) - 62 * DAY_MS
PLACED, RECEIVED, FAKE = range(3)
BASES = 3
_SEEN_OF_FIRST = 30 / (N_DAYS - 61)


def no_sales(world: World) -> Array:
    """Return sales by basis, shop and month (fen), before anything is sold."""
    return np.zeros((BASES, world.shops.n, len(MONTHS) - 1))


def sales(world: World, sheet: Sheet, ends: Ends) -> Array:
    """Return what shops sold by a chunk of orders, as `no_sales` lays it out."""
    kept, fake = sheet["fate"] == KEPT, sheet["is_fake"]
    shop, size = world.items.shop[sheet["item"]], world.shops.n * (len(MONTHS) - 1)

    def by_month(at: Array, chosen: Array) -> Array:
        chosen = chosen & (at < END_AT)
        month = np.searchsorted(MONTHS, at[chosen], side="right") - 1
        cell = shop[chosen] * (len(MONTHS) - 1) + month
        amount = sheet["paid_minor"][chosen].astype(np.float64)
        return np.bincount(cell, weights=amount, minlength=size).reshape(world.shops.n, -1)

    honest = kept & ~fake
    return np.stack(
        [
            by_month(sheet["at"], honest),
            by_month(ends.confirmed_at, honest),
            by_month(sheet["at"], kept & fake),
        ]
    )


def write_declared(
    world: World, rng: Rng, sold: Array, understated: Sequence[Understated], sink: Sink
) -> None:
    """Write what every owner declared.

    Args:
        world: The market.
        rng: Chance of this part.
        sold: Sales of the span, as `no_sales` lays them out.
        understated: Shops whose fake sales are declared in part only; those of all others, who
            may be victims and do not know, are declared as the rest is.
        sink: Where the table goes.
    """
    share = np.ones(world.shops.n)
    for plan in understated:
        share[plan.shop] = plan.declared_share
    n = world.shops.n_owners
    late = rng.random(n) < 0.4
    basis = np.where(late[world.shops.owner][:, None], sold[RECEIVED], sold[PLACED])
    shown = basis + sold[FAKE] * share[:, None]
    total = np.zeros((n, len(MONTHS) - 1))
    np.add.at(total, world.shops.owner, shown)
    total[:, 0] *= _SEEN_OF_FIRST * around(rng, 1.0, 0.1, n)
    elsewhere = np.where(rng.random(n) < 0.45, 1 + rng.uniform(0.05, 0.8, n), 1.0)
    tax = rng.choice([1.0, 1.01, 1.13], n, p=[0.5, 0.35, 0.15])
    total *= (elsewhere / tax)[:, None] * around(rng, 1.0, 0.01, total.size).reshape(total.shape)
    quarterly = rng.random(n) < 0.3
    opened = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(opened, world.shops.owner, world.shops.opened_at)
    delay = np.where(rng.random(n) < 0.5, rng.integers(10, 75, n), 0) * DAY_MS
    registered_at = np.where(opened > QUARTER_AT, opened + delay, opened)
    missing = rng.random(total.shape) < 0.02
    told = ~quarterly[:, None] & ~missing & (MONTHS[1:] > registered_at[:, None])
    owner, month = np.nonzero(told)
    of_quarter = np.flatnonzero(quarterly & (MONTHS[1] > registered_at))
    owners = np.concatenate([owner, of_quarter])
    since = np.concatenate([MONTHS[month], np.full(len(of_quarter), QUARTER_AT)])
    until = np.concatenate([MONTHS[month + 1], np.full(len(of_quarter), MONTHS[1])])
    amount = np.concatenate(
        [total[owner, month], total[of_quarter, 0] * 3 * around(rng, 1.0, 0.15, len(of_quarter))]
    )
    order = np.lexsort((since, owners))
    sink.write(
        "declared_revenue",
        {
            "owner_id": col.numbers(ids.FIRST_OWNER + owners[order]),
            "period_start_at": col.numbers(since[order]),
            "period_end_at": col.numbers(until[order]),
            "amount_minor": col.numbers(amount[order]),
        },
    )

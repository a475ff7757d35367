"""Settlement: what shops owe whoever orders for them, in a lump each week."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.chance import Array, Rng, between
from unbrush.simulate.planting import Money
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sheet import Sheet
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World


def settle_weekly(
    world: World,
    rng: Rng,
    sheet: Sheet,
    *,
    hides: Camouflage,
    take: float,
    collectors: Array,
    memo: str,
) -> tuple[Money, int]:
    """Shops pay each week what their orders cost and a share on top.

    Args:
        world: Where shops have owners.
        rng: Chance of the plan.
        sheet: Orders placed for the shops.
        hides: How much of it the platform's own wallets show.
        take: Share on top (0-1).
        collectors: Wallets that are paid.
        memo: What the shops write.

    Returns:
        The transfers that are seen, and what they come to within the span (fen).
    """
    shop = world.items.shop[sheet["item"]]
    week = (sheet["at"] - START_AT) // (7 * DAY_MS)
    key, index = np.unique(shop * 64 + week, return_inverse=True)
    owed = np.bincount(index, weights=sheet["paid_minor"]) * (1 + take)
    at = START_AT + (key % 64 + 1) * 7 * DAY_MS + rng.integers(8, 20, len(key)) * 3_600_000
    seen = rng.random(len(key)) < between(rng, hides.seen_share)
    moved = money(
        world,
        sender=world.owner_wallet(key[seen] // 64),
        receiver=collectors[rng.integers(0, len(collectors), int(seen.sum()))],
        amount_minor=owed[seen],
        at=at[seen],
        channel="bank",
        memo=memo,
    )
    return moved, int(owed[seen & (at < END_AT)].sum())

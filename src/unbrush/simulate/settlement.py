"""Settlement: what shops owe whoever orders for them, in a lump each week."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.chance import Array, Rng, between
from unbrush.simulate.crew import Crew
from unbrush.simulate.planting import Money, Plan, Planting
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


def settled(
    world: World,
    rng: Rng,
    sheet: Sheet,
    *,
    name: str,
    organiser: str,
    crew: Crew,
    shops: Array,
    hides: Camouflage,
    take: float,
    collectors: Array,
    memo: str,
) -> Planting:
    """Return a planting whose shops settle weekly, with its plan; the rest is for the kind to add.

    Args:
        world: Where shops have owners.
        rng: Chance of the plan.
        sheet: Orders placed for the shops, complete.
        name: The kind.
        organiser: Who organises it, in a word or two.
        crew: The accounts that order.
        shops: The customers.
        hides: How much of it the platform's own wallets show.
        take: Share on top (0-1).
        collectors: Wallets that are paid.
        memo: What the shops write.
    """
    lump, seen_minor = settle_weekly(
        world, rng, sheet, hides=hides, take=take, collectors=collectors, memo=memo
    )
    total = int(sheet["paid_minor"].sum())
    plan = Plan(
        name=name,
        is_fake=True,
        level=world.level,
        organiser=organiser,
        shops=tuple(map(int, shops)),
        n_accounts=crew.n,
        returned_minor=total,
        fees_minor=round(total * take),
        seen_minor=seen_minor,
    )
    return Planting(plan=plan, orders=sheet, accounts=crew.account, shops=shops, money=[lump])


def settled_with_farm(
    world: World,
    rng: Rng,
    sheet: Sheet,
    *,
    name: str,
    organiser: str,
    crew: Crew,
    shops: Array,
    hides: Camouflage,
    take: float,
) -> Planting:
    """Return what `settled` does, paid to the farm's own card where nobody hides, else to two."""
    own = hides.own_payer
    return settled(
        world,
        rng,
        sheet,
        name=name,
        organiser=organiser,
        crew=crew,
        shops=shops,
        hides=hides,
        take=take,
        collectors=np.unique(crew.card)[:1] if own else world.wallets(2),
        memo="推广费" if own else "货款",
    )

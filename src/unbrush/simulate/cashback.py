"""Cashback: the money that goes back to buyers outside refunds, and the fee on top."""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import HOUR_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.planting import Money
from unbrush.simulate.season import END_AT
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World


@dataclass(frozen=True)
class Returned:
    """What was paid back: transfers as the platform may see them, and the whole truth."""

    money: list[Money]
    returned_minor: int
    fees_minor: int
    seen_minor: int


def payers_of(world: World, rng: Rng, *, camouflage: Camouflage, own: int) -> Array:
    """Return the wallets that pay: the organiser's own, or third parties."""
    n = whole(rng, camouflage.n_payers)
    if camouflage.own_payer:
        return np.append(own, world.wallets(n - 1)).astype(np.int64)
    return world.wallets(n)


def pay_back(
    world: World,
    rng: Rng,
    *,
    principal: Array,
    fee: Array,
    to: Array,
    since: Array,
    payers: Array,
    camouflage: Camouflage,
    memo: str = "",
) -> Returned:
    """Pay buyers their principal and fee.

    Args:
        world: Where memos are written down.
        rng: Chance of the plan.
        principal: What each order cost (fen).
        fee: What each buyer earns (fen).
        to: Wallet of each buyer.
        since: Moment that payment waits for (review or receipt), epoch ms.
        payers: Wallets that pay.
        camouflage: Delay, splits, noise, and how much is seen.
        memo: What the payer writes, if anything.
    """
    n = len(principal)
    seen = rng.random(n) < between(rng, camouflage.seen_share)
    strays = 1 + rng.uniform(-camouflage.noise, camouflage.noise, n)
    owed = np.round((principal + fee) * strays).astype(np.int64)
    n_parts = rng.integers(1, camouflage.most_parts + 1, n)
    order = np.repeat(np.arange(n), n_parts)
    amount = _split(rng, owed, n_parts, order)
    low, high = camouflage.pay_hours
    wait = np.clip(around(rng, np.sqrt(low * high), 0.55, len(order)), low, high * 1.5)
    at = since[order] + (wait * HOUR_MS).astype(np.int64)
    payer = payers[rng.integers(0, len(payers), len(order))]
    shown = seen[order] & (amount > 0)
    channel = "red-packet" if camouflage.most_parts > 1 else "transfer"
    moved = money(
        world,
        sender=payer[shown],
        receiver=to[order][shown],
        amount_minor=amount[shown],
        at=at[shown],
        channel=channel,
        memo=memo,
    )
    in_span = shown & (at < END_AT)
    returned, fees = int(owed.sum() - fee.sum()), int(fee.sum())
    return Returned([moved], returned, fees, int(amount[in_span].sum()))


def _split(rng: Rng, owed: Array, n_parts: Array, order: Array) -> Array:
    """Split each amount into its parts, whole fen, nothing lost."""
    if not len(order):
        return order
    share = rng.uniform(0.4, 1.0, len(order))
    starts = np.cumsum(n_parts) - n_parts
    share /= np.repeat(np.add.reduceat(share, starts), n_parts)
    amount = np.floor(owed[order] * share).astype(np.int64)
    amount[starts] += owed - np.add.reduceat(amount, starts)
    return amount

"""A savings club (标会): friends pay one another in turn, a little more each time."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "savings-club"
SHARE = 0.002
SIZE = 0.4


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one club: every two weeks all pay a member, who has won the turn by her bid."""
    members = world.buyers(rng, max(4, min(16, n // 3)))
    account = members[rng.integers(0, len(members), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    card, stake = world.people["card"][members], int(rng.integers(3, 21)) * 10_000
    turns = N_DAYS // 14
    turn = np.repeat(np.arange(turns), len(members))
    payer = np.tile(np.arange(len(members)), turns)
    winner = turn % len(members)
    pays = payer != winner
    paid = money(
        world,
        sender=card[payer[pays]],
        receiver=card[winner[pays]],
        amount_minor=stake + 1_000 * turn[pays],
        at=START_AT + (turn[pays] * 14 + 3) * DAY_MS + rng.integers(8, 22, pays.sum()) * HOUR_MS,
        channel="transfer",
        memo="会钱",
    )
    return look_alike(NAME, sheet, accounts=members, money=[paid])

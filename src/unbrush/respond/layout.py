"""Where the nodes of a ring's drawing stand: shops on a small circle, accounts on a big one.

Nothing here is random: accounts are ordered by where their shops stand, so that lines cross little.
"""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
"""One row per node, x and y, within -1 and 1."""

SHOP_RADIUS = 0.42
"""Radius of the inner circle, as a part of the outer one."""

MANY_SHOPS, WIDE_SHOP_RADIUS = 6, 0.6
"""More shops than this stand on a wider circle, so that their names do not touch."""

HUB_RADIUS = 1.24
"""Radius of the circle of shared tokens."""

LEAST_GAP = 0.16
"""Least turn between two tokens, in radians, so that their marks do not cover each other."""

ROUNDS = 4
"""How often each side is put in order by the other; later rounds change nothing to see."""


def two_circles(weights: npt.NDArray[np.float64]) -> tuple[Points, Points]:
    """Place accounts and shops.

    Args:
        weights: One row per account, one column per shop: how often it ordered there.

    Returns:
        Points of the accounts and of the shops, in the order of rows and columns.
    """
    n_accounts, n_shops = weights.shape
    shop_turn, account_turn = _turns(np.arange(n_shops)), _turns(np.arange(n_accounts))
    for _ in range(ROUNDS):
        account_turn = _in_order(weights, shop_turn, account_turn)
        shop_turn = _in_order(weights.T, account_turn, shop_turn)
    account_turn += _lean(weights, account_turn, shop_turn)
    radius = WIDE_SHOP_RADIUS if n_shops > MANY_SHOPS else SHOP_RADIUS
    radius = 0.0 if n_shops == 1 else radius
    return _on_circle(account_turn, 1.0), _on_circle(shop_turn, radius)


def _turns(rank: npt.NDArray[np.int64]) -> Points:
    """Spread ranks evenly over a full turn, from the top clockwise."""
    return np.pi / 2 - 2 * np.pi * rank / max(1, len(rank))


def _in_order(weights: Points, others: Points, now: Points) -> Points:
    """Order nodes by the mean direction of what they are tied to; the untied stay as they are."""
    pull = weights @ np.exp(1j * others)
    wanted = np.where(np.abs(pull) > 1e-9, np.angle(pull), now)
    # Equal wishes are broken by position, never by how the sort happens to work.
    clockwise = np.round((np.pi / 2 - wanted) % (2 * np.pi), 6)
    rank = np.empty(len(now), dtype=np.int64)
    rank[np.lexsort((np.arange(len(now)), clockwise))] = np.arange(len(now))
    return _turns(rank)


def _lean(weights: Points, account_turn: Points, shop_turn: Points) -> float:
    """Return the turn of the outer circle that brings accounts nearest to their shops."""
    apart = np.exp(1j * account_turn) @ weights @ np.exp(-1j * shop_turn)
    return 0.0 if abs(apart) < 1e-6 * max(1.0, weights.sum()) else float(-np.angle(apart))


def _on_circle(turns: Points, radius: float) -> Points:
    return np.round(radius * np.column_stack((np.cos(turns), np.sin(turns))), 4)


def beside(accounts: Points, holders: list[list[int]]) -> Points:
    """Place each shared token outside the big circle, in the mean direction of its holders.

    Args:
        accounts: Points of the accounts.
        holders: For each token, the rows of ``accounts`` that hold it.
    """
    if not holders:
        return np.zeros((0, 2))
    towards = np.array([accounts[rows].mean(axis=0) for rows in holders])
    turns = np.arctan2(towards[:, 1], towards[:, 0])
    order = np.lexsort((np.arange(len(turns)), np.round(turns, 6)))
    gap = min(LEAST_GAP, 2 * np.pi / len(turns))
    spread = turns[order]
    for place in range(1, len(spread)):
        spread[place] = max(spread[place], spread[place - 1] + gap)
    turns[order] = spread
    return _on_circle(turns, HUB_RADIUS)

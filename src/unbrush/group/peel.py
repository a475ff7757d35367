"""Peel a graph of accounts and columns: take away whoever is tied least, again and again.

The greedy peel of FRAUDAR (Hooi et al. 2016) with two differences. A meeting weighs the logarithm
of how unlikely it is, given the account's activity and the column's crowd, so popular goods bought
as camouflage hide nobody and an active shopper makes nobody suspicious. And the state that is kept
is not the densest but the one that chance explains least (see chance.py), so that sparse rings
count once they are large enough.

Nodes go level by level: all below a level, and whom they leave below it, before the level rises by
a fiftieth. That takes a node at most a fiftieth above the least, touches each meeting's memory
once, and stays linear.
"""

import numpy as np
from numba import njit

from unbrush.group.chance import ln_chance
from unbrush.group.columns import Floats, Ints, Longs
from unbrush.group.grow import turned

UNIT = 20
"""Weights are whole twentieths of a natural logarithm: sums are exact in any order."""

RISE = 1.02
"""How much a level is above the one before."""

CLOSE = 100_000
"""Nodes left from which on every state is looked at; before, one in 64."""

_OUT, _WAITS = -1, -2


@njit(
    "Tuple((int32[::1], int64, float64))"
    "(int64[::1], int32[::1], float64[::1], float64[::1], float64[::1])",
    cache=True,
)
def peel(
    start: Longs, member: Ints, activity: Floats, crowd: Floats, totals: Floats
) -> tuple[Ints, int, float]:
    """Order of removal, where in it the least explained state begins, and its `ln_chance`.

    Accounts are numbered from 0, columns after them, and ascend within a column. ``activity`` and
    ``crowd`` count all their meetings in the market; ``totals`` is the market's edges, accounts and
    columns, the taste, and the fewest accounts and columns of a state that is of interest: among
    smaller ones there is always one that chance explains least.
    """
    n_edges, all_accounts, all_columns, taste = totals[0], totals[1], totals[2], totals[3]
    few, narrow = totals[4], totals[5]
    n_accounts = len(activity)
    account_start, column_of = turned(start, member, n_accounts)
    n = n_accounts + len(crowd)
    half = 0.5 * (np.log(n_edges / taste) - 1.0)
    nodes = np.zeros((n, 2), np.int64)  # weight that is left, or _WAITS or _OUT; worth
    sum_activity, sum_crowd = 0.0, 0.0
    for account in range(n_accounts):
        nodes[account, 1] = round(UNIT * (half - np.log(activity[account])))
        sum_activity += activity[account]
    for column in range(len(crowd)):
        nodes[n_accounts + column, 1] = round(UNIT * (half - np.log(crowd[column])))
        sum_crowd += crowd[column]
    for column in range(len(crowd)):
        for at in range(start[column], start[column + 1]):
            weight = max(0, nodes[member[at], 1] + nodes[n_accounts + column, 1])
            nodes[member[at], 0] += weight
            nodes[n_accounts + column, 0] += weight
    seen, accounts_in, columns_in = len(member), n_accounts, len(crowd)
    best, best_first = np.inf, 0
    order = np.empty(n, np.int32)
    alive = np.arange(n).astype(np.int32)
    n_alive, n_out, n_waiting, level = n, 0, 0, np.int64(0)
    while n_out < n:
        least, to = np.int64(1) << 62, 0
        for place in range(n_alive):
            node = alive[place]
            if nodes[node, 0] >= 0:
                alive[to] = node
                to += 1
                least = min(least, nodes[node, 0])
        n_alive = to
        level = max(np.int64(level * RISE), least) + 1
        for place in range(n_alive):
            node = alive[place]
            if nodes[node, 0] < level:
                nodes[node, 0] = _WAITS
                order[n_waiting] = node
                n_waiting += 1
        while n_out < n_waiting:
            if (
                (n - n_out < CLOSE or n_out % 64 == 0)
                and accounts_in >= few
                and columns_in >= narrow
            ):
                chance = ln_chance(
                    seen, sum_activity, sum_crowd, accounts_in, columns_in,
                    n_edges, all_accounts, all_columns, taste,
                )  # fmt: skip
                if chance < best:
                    best, best_first = chance, n_out
            node = order[n_out]
            n_out += 1
            nodes[node, 0] = _OUT
            worth = nodes[node, 1]
            is_account = node < n_accounts
            if is_account:
                first, last = account_start[node], account_start[node + 1]
                sum_activity -= activity[node]
                accounts_in -= 1
            else:
                column = node - n_accounts
                first, last = start[column], start[column + 1]
                sum_crowd -= crowd[column]
                columns_in -= 1
            for at in range(first, last):
                other = n_accounts + column_of[at] if is_account else member[at]
                left = nodes[other, 0]
                if left == _OUT:
                    continue
                seen -= 1
                if left == _WAITS:
                    continue
                left -= max(0, worth + nodes[other, 1])
                if left < level:
                    left = _WAITS
                    order[n_waiting] = other
                    n_waiting += 1
                nodes[other, 0] = left
    return order, best_first, best

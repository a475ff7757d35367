"""Split a block into the gangs in it: accounts and targets that hang together.

The most surprising state of a market may be several gangs at once, which share nothing but their
being surprising. Labels spread from targets to accounts and back, each taking the most frequent
among its neighbours (label propagation, Raghavan et al. 2007); ties go to the smallest, so the
answer is always the same.
"""

import numpy as np
from numba import njit

from unbrush.group.columns import Ints, Longs

ROUNDS = 20


def split(start: Longs, member: Ints, target: Ints, n_accounts: int) -> tuple[Ints, Ints]:
    """Return a label for each account and for each column; equal labels hang together.

    Args:
        start: First meeting of each column of the block, and the end.
        member: Its accounts, numbered from 0.
        target: Target of each column; columns of one target stay together.
        n_accounts: Accounts of the block.
    """
    names, places = np.unique(target, return_inverse=True)
    number: Ints = places.astype(np.int32)
    labels, of_target = _spread(start, member, number, n_accounts, len(names))
    return labels, np.asarray(of_target[number], np.int32)


@njit(
    "Tuple((int64[::1], int32[::1], int64[::1], int32[::1]))"
    "(int64[::1], int32[::1], int32[::1], int64, int64)",
    cache=True,
)
def _both_ways(
    start: Longs, member: Ints, number: Ints, n_accounts: int, n_targets: int
) -> tuple[Longs, Ints, Longs, Ints]:
    """Targets by account, and accounts by target."""
    account_start = np.zeros(n_accounts + 1, np.int64)
    target_start = np.zeros(n_targets + 1, np.int64)
    for column in range(len(number)):
        for at in range(start[column], start[column + 1]):
            account_start[member[at] + 1] += 1
            target_start[number[column] + 1] += 1
    account_start = np.cumsum(account_start)
    target_start = np.cumsum(target_start)
    targets = np.empty(len(member), np.int32)
    accounts = np.empty(len(member), np.int32)
    by_account, by_target = account_start[:-1].copy(), target_start[:-1].copy()
    for column in range(len(number)):
        for at in range(start[column], start[column + 1]):
            targets[by_account[member[at]]] = number[column]
            by_account[member[at]] += 1
            accounts[by_target[number[column]]] = member[at]
            by_target[number[column]] += 1
    return account_start, targets, target_start, accounts


@njit("boolean(int64[::1], int32[::1], int32[::1], int32[::1], int32[::1])", cache=True)
def _take_most(start: Longs, linked: Ints, theirs: Ints, own: Ints, votes: Ints) -> bool:
    """Give each node the most frequent label of its neighbours; say whether any changed."""
    has_changed = False
    for node in range(len(own)):
        best, most = own[node], 0
        for at in range(start[node], start[node + 1]):
            label = theirs[linked[at]]
            votes[label] += 1
        for at in range(start[node], start[node + 1]):
            label = theirs[linked[at]]
            if votes[label] > most or (votes[label] == most and label < best):
                best, most = label, votes[label]
        for at in range(start[node], start[node + 1]):
            votes[theirs[linked[at]]] = 0
        if best != own[node]:
            own[node] = best
            has_changed = True
    return has_changed


@njit(
    "Tuple((int32[::1], int32[::1]))(int64[::1], int32[::1], int32[::1], int64, int64)", cache=True
)
def _spread(
    start: Longs, member: Ints, number: Ints, n_accounts: int, n_targets: int
) -> tuple[Ints, Ints]:
    label_of_target = np.arange(n_targets).astype(np.int32)
    label_of_account = np.full(n_accounts, -1, np.int32)
    account_start, targets, target_start, accounts = _both_ways(
        start, member, number, n_accounts, n_targets
    )
    votes = np.zeros(n_targets, np.int32)
    for _ in range(ROUNDS):
        has_changed = _take_most(account_start, targets, label_of_target, label_of_account, votes)
        has_changed |= _take_most(target_start, accounts, label_of_account, label_of_target, votes)
        if not has_changed:
            break
    return label_of_account, label_of_target

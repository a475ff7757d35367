"""Near: the accounts that could be in one block with those whose deeds are new.

Two members of a ring deal with the same shops, and what popularity makes likely says nothing; so
whoever shares no three unlikely shops with any fresh account is in no new ring, nor in one that
grew. The cost is that of the fresh accounts' shops, whatever the size of the market.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from unbrush.group.columns import Floats, Ints, Longs, arrange
from unbrush.group.grow import turned

Flags = npt.NDArray[np.bool_]


def near(account: Ints, shop: Ints, fresh: Ints, *, taste: float, min_shared: int) -> Ints:
    """Return fresh accounts of two shops or more, and all that share shops with one; ascending.

    Args:
        account: Number of the account of each deed, from 0.
        shop: Number of its shop, from 0.
        fresh: Accounts to begin with.
        taste: How many times likelier than by popularity a deal may be for honest reasons.
        min_shared: Fewest shops to share.
    """
    if not len(account) or not len(fresh):
        return np.empty(0, np.int32)
    table = arrange(account, shop, None)
    activity = np.bincount(table.member, minlength=table.n_accounts).astype(np.float64)
    crowd = np.diff(table.start).astype(np.float64)
    account_start, column_of = turned(table.start, table.member, table.n_accounts)
    is_near = _near(
        table.start,
        table.member,
        account_start,
        column_of,
        activity,
        crowd,
        np.ascontiguousarray(fresh[fresh < table.n_accounts], np.int32),
        len(table.member) / (taste * np.e),
        min_shared,
    )
    return np.flatnonzero(is_near).astype(np.int32)


@njit(
    "boolean[::1](int64[::1], int32[::1], int64[::1], int32[::1], float64[::1], float64[::1],"
    " int32[::1], float64, int64)",
    cache=True,
)
def _near(
    start: Longs,
    member: Ints,
    account_start: Longs,
    column_of: Ints,
    activity: Floats,
    crowd: Floats,
    fresh: Ints,
    n_likely: float,
    min_shared: int,
) -> Flags:
    is_near = np.zeros(len(activity), np.bool_)
    shared = np.zeros(len(activity), np.int32)
    for one in fresh:
        if activity[one] < 2:
            continue
        is_near[one] = True
        for at in range(account_start[one], account_start[one + 1]):
            column = column_of[at]
            if activity[one] * crowd[column] >= n_likely:
                continue
            for to in range(start[column], start[column + 1]):
                other = member[to]
                if activity[other] * crowd[column] < n_likely:
                    shared[other] += 1
                    if shared[other] == min_shared:
                        is_near[other] = True
        for at in range(account_start[one], account_start[one + 1]):
            column = column_of[at]
            for to in range(start[column], start[column + 1]):
                shared[member[to]] = 0
    return is_near

"""Accounts × columns: a market's deeds as one compressed table, sorted without comparing.

A column is a target, or a target within one time window: who bought the same rare thing in the
same week says far more than who ever bought it. Only an account's first deed with a target counts:
a habit is one coincidence, however often it is repeated.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from unbrush.base.errors import BadParameter

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
AnyInts = npt.NDArray[np.integer]

MAX_INDEX = 2**31 - 2
MAX_WINDOWS = 2**22
"""Beyond this span, windows are numbered by rank, which costs a sort."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Each column's distinct accounts: those of column c are ``member[start[c] : start[c + 1]]``.

    ``target`` and ``window`` say what a column is. Columns are in ascending order of both, accounts
    within a column in the order of the input.
    """

    n_accounts: int
    start: Longs
    member: Ints
    target: Ints
    window: Longs

    @property
    def n_columns(self) -> int:
        """Columns, those without any account left included."""
        return len(self.target)


def arrange(account: AnyInts, target: AnyInts, window: AnyInts | None) -> Columns:
    """Sort deeds into columns, each account once per target, in time linear in the deeds.

    Args:
        account: Index of the account of each deed, from 0; gaps cost memory.
        target: Index of what was bought, reviewed or liked, from 0.
        window: Number of the time window of each deed, any whole numbers; None for no time.

    Raises:
        BadParameter: Unequal lengths, or an index that is negative or beyond 2³¹.
    """
    who, what = _index(account, "account"), _index(target, "target")
    if len(who) != len(what) or (window is not None and len(window) != len(who)):
        raise BadParameter(
            f"{len(who)} accounts, {len(what)} targets and "
            f"{len(who) if window is None else len(window)} windows do not make rows.",
            hint="Give arrays of the same length, one entry per deed.",
        )
    n_accounts = int(who.max()) + 1 if len(who) else 0
    n_targets = int(what.max()) + 1 if len(what) else 0
    when, named = _number(window, len(who))
    n_windows = 1 if when is None else int(when.max()) + 1
    if when is not None:
        who, what, ends = _by_window(who, what, when, n_windows)
        del when
    else:
        ends = np.array([len(who)], np.int64)
    who, slot, starts = _by_target(who, what, ends, n_targets)
    start, member, kinds, slots = _by_column(who, slot, starts, n_accounts)
    return Columns(
        n_accounts=n_accounts,
        start=start,
        member=member,
        target=kinds,
        window=named[slots] if isinstance(named, np.ndarray) else slots + np.int64(named),
    )


def _index(values: AnyInts, name: str) -> Ints:
    if len(values) and (values.min() < 0 or values.max() > MAX_INDEX):
        raise BadParameter(
            f"{name} holds {values.min()} to {values.max()}.",
            hint=f"Number them from 0; at most {MAX_INDEX:,} are possible.",
        )
    return np.require(values, np.int32, ["C", "W"])  # Arrow lends its memory for reading only


def _number(window: AnyInts | None, n: int) -> tuple[Ints | None, Longs | int]:
    """Windows from 0, and what to add (or to look up) to get the given ones back."""
    if window is None or n == 0:
        return None, 0
    first, last = int(window.min()), int(window.max())
    if last - first < MAX_WINDOWS:
        return (window - first).astype(np.int32, copy=False), first
    named, number = np.unique(window, return_inverse=True)
    return number.astype(np.int32), named.astype(np.int64)


@njit(
    "Tuple((int32[::1], int32[::1], int64[::1]))(int32[::1], int32[::1], int32[::1], int64)",
    cache=True,
)
def _by_window(who: Ints, what: Ints, when: Ints, n_windows: int) -> tuple[Ints, Ints, Longs]:
    end = np.zeros(n_windows, np.int64)
    for at in range(len(when)):
        end[when[at]] += 1
    total = 0
    for slot in range(n_windows):
        total += end[slot]
        end[slot] = total - end[slot]
    sorted_who = np.empty_like(who)
    sorted_what = np.empty_like(what)
    for at in range(len(when)):
        to = end[when[at]]
        end[when[at]] = to + 1
        sorted_who[to] = who[at]
        sorted_what[to] = what[at]
    return sorted_who, sorted_what, end


@njit(
    "Tuple((int32[::1], int32[::1], int64[::1]))(int32[::1], int32[::1], int64[::1], int64)",
    cache=True,
)
def _by_target(who: Ints, what: Ints, ends: Longs, n_targets: int) -> tuple[Ints, Ints, Longs]:
    start = np.zeros(n_targets + 1, np.int64)
    for at in range(len(what)):
        start[what[at] + 1] += 1
    for kind in range(n_targets):
        start[kind + 1] += start[kind]
    filled = start[:-1].copy()
    sorted_who = np.empty_like(who)
    slots = np.empty_like(who)
    at = 0
    for slot in range(len(ends)):
        while at < ends[slot]:
            to = filled[what[at]]
            filled[what[at]] = to + 1
            sorted_who[to] = who[at]
            slots[to] = slot
            at += 1
    return sorted_who, slots, start


@njit(
    "Tuple((int64[::1], int32[::1], int32[::1], int32[::1]))"
    "(int32[::1], int32[::1], int64[::1], int64)",
    cache=True,
)
def _by_column(
    who: Ints, slot: Ints, start: Longs, n_accounts: int
) -> tuple[Longs, Ints, Ints, Ints]:
    n_columns = 0
    for kind in range(len(start) - 1):
        for at in range(start[kind], start[kind + 1]):
            if at == start[kind] or slot[at] != slot[at - 1]:
                n_columns += 1
    column_start = np.empty(n_columns + 1, np.int64)
    kinds = np.empty(n_columns, np.int32)
    slots = np.empty(n_columns, np.int32)
    seen_in = np.full(n_accounts, -1, np.int32)
    column, to = -1, 0
    for kind in range(len(start) - 1):
        for at in range(start[kind], start[kind + 1]):
            if at == start[kind] or slot[at] != slots[column]:
                column += 1
                column_start[column] = to
                kinds[column] = kind
                slots[column] = slot[at]
            account = who[at]
            if seen_in[account] != kind:
                seen_in[account] = kind
                who[to] = account
                to += 1
    column_start[n_columns] = to
    return column_start, who[:to], kinds, slots

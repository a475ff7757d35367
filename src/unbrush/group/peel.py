"""Dense blocks of accounts × columns: peel the least connected, again and again, keep the best.

The greedy peel of FRAUDAR (Hooi et al. 2016) takes away the node of least weighted degree until
nothing is left and returns the densest of all states on the way, at least half as dense as the
best there is. Density is the weight of the edges over the number of nodes. Columns that many share
weigh little, so that bought popular goods hide nobody. Its answer misses members: whoever has fewer
edges than the block's density is peeled from it. So each block is grown afterwards by everyone
whose part in it is more than chance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from unbrush.group.columns import UNIT, AnyInts, Columns, arrange
from unbrush.group.grow import Market, grow, market, turned
from unbrush.group.prune import Graph, in_company, lossless, prune

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TRIES = 10
"""Blocks looked at for each that may be returned: couples and families are dense, and too small."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Accounts and columns that are denser together than anything around them.

    Attributes:
        accounts: Members, ascending.
        targets: Target of each column of the block.
        windows: Window of each column, zeros where there is no time.
        n_edges: Pairs of member and column.
        density: Weight of the pairs over accounts and columns, as the peel found it.
    """

    accounts: Ints
    targets: Ints
    windows: Longs
    n_edges: int
    density: float


def blocks(
    account: AnyInts,
    column: AnyInts,
    *,
    window: AnyInts | None = None,
    max_blocks: int = 20,
    min_accounts: int = 5,
    min_density: float = 0.5,
) -> list[Block]:
    """Find dense blocks, the densest first; the order of the rows changes nothing.

    Args:
        account: Index of the account of each deed, from 0. Repeats count once.
        column: Index of its target, from 0.
        window: Number of its time window; with it, a target in a window is a column of its own,
            and a deed in a rush on its target weighs five times one on any other day. Windows of a
            week suit rings that work within a day up to a month; eight windows or more are best.
        max_blocks: Stop after so many.
        min_accounts: Blocks of fewer accounts are left out.
        min_density: Stop at blocks less dense than this. With windows, the densest block of nine
            random markets, sparse and crowded, reached 0.44; without windows, 2 and more.

    Raises:
        BadParameter: Arrays that do not fit together, or indexes below 0.
    """
    table = arrange(account, column, window)
    floor = min_density * UNIT
    company = in_company(table.start, table.member, table.weight)
    left, accounts = _beyond(company, table.n_accounts, floor)
    around: Market | None = None
    found: list[Block] = []
    for _ in range(max_blocks * TRIES):
        core = _densest(prune(left, len(accounts), floor), len(accounts))
        if core is None or core[2] < floor:
            break
        around = around or _market(table, company)
        members, columns, n_edges = grow(around, accounts[core[0]], core[1])
        if len(members) >= min_accounts:
            named = company[3][columns]
            found.append(
                Block(
                    accounts=members,
                    targets=table.target[named],
                    windows=table.window[named],
                    n_edges=n_edges,
                    density=core[2] / UNIT,
                )
            )
            if len(found) == max_blocks:
                break
        left = _without(left, np.isin(accounts, members), np.isin(left[3], columns))
    return found


def _beyond(company: Graph, n_accounts: int, floor: float) -> tuple[Graph, Ints]:
    """What could be as dense as the floor, numbered anew; columns by their place in company."""
    numbered = (*company[:3], np.arange(len(company[3]), dtype=np.int32))
    (start, member, weight, named), _ = lossless(numbered, n_accounts, floor)
    accounts, number = _renumber(member, n_accounts)
    return (start, number, weight, named), accounts


def _market(table: Columns, company: Graph) -> Market:
    activity = np.bincount(table.member, minlength=table.n_accounts)
    return market(company, activity, n_edges=len(table.member))


def _densest(graph: Graph, n_accounts: int) -> tuple[Ints, Ints, float] | None:
    """Accounts, columns by name and density of the greedy peel's best block."""
    start, member, weight, named = graph
    if not len(member):
        return None
    accounts, number = _renumber(member, n_accounts)
    order, first, density = _peel(start, number, weight, len(accounts))
    kept = order[first:]
    columns = kept[kept >= len(accounts)] - len(accounts)
    return accounts[kept[kept < len(accounts)]], named[columns], density


@njit("Tuple((int32[::1], int32[::1]))(int32[::1], int64)", cache=True)
def _renumber(member: Ints, n_accounts: int) -> tuple[Ints, Ints]:
    number = np.full(n_accounts, -1, np.int32)
    for account in member:
        number[account] = 0
    accounts = np.empty(len(member), np.int32)
    n = 0
    for account in range(n_accounts):
        if number[account] == 0:
            number[account] = n
            accounts[n] = account
            n += 1
    numbered = np.empty_like(member)
    for at in range(len(member)):
        numbered[at] = number[member[at]]
    return accounts[:n].copy(), numbered


@njit("void(int32[::1], int32[::1], int32[::1], int64, int64)", cache=True)
def _link(head: Ints, after: Ints, before: Ints, node: int, key: int) -> None:
    after[node] = head[key]
    before[node] = -1
    if head[key] != -1:
        before[head[key]] = node
    head[key] = node


@njit("Tuple((int32[::1], int64, float64))(int64[::1], int32[::1], int64[::1], int64)", cache=True)
def _peel(start: Longs, member: Ints, weight: Longs, n_accounts: int) -> tuple[Ints, int, float]:
    """Order of removal (columns after accounts), where the densest state begins, its density.

    Nodes lie in one linked list per weighted degree. Lists exist up to a limit that doubles when
    all below it are used up: at least as much weight per node is then left, so the limit never
    exceeds four times the best density and everything stays linear.
    """
    account_start, column_of = turned(start, member, n_accounts)
    # Turned twice, each column's accounts ascend: ties no longer depend on the order of rows.
    start, member = turned(account_start, column_of, len(weight))
    n = n_accounts + len(weight)
    key = np.zeros(n, np.int64)
    total = 0
    for column in range(len(weight)):
        for at in range(start[column], start[column + 1]):
            key[member[at]] += weight[column]
            key[n_accounts + column] += weight[column]
            total += weight[column]
    limit = 1024
    head = np.full(limit, -1, np.int32)
    after = np.full(n, -1, np.int32)
    before = np.full(n, -1, np.int32)
    is_out = np.zeros(n, np.bool_)
    order = np.empty(n, np.int32)
    best_total, best_n, best_first = total, n, 0
    low, n_out, linked_to = 0, 0, 0
    while n_out < n:
        while low < linked_to and head[low] == -1:
            low += 1
        if low == linked_to:
            if linked_to > 0:
                limit *= 2
                longer = np.full(limit, -1, np.int32)
                longer[:linked_to] = head
                head = longer
            for node in range(n - 1, -1, -1):
                if not is_out[node] and linked_to <= key[node] < limit:
                    _link(head, after, before, node, key[node])
            linked_to = limit
            continue
        node = head[low]
        head[low] = after[node]
        if after[node] != -1:
            before[after[node]] = -1
        is_out[node] = True
        order[n_out] = node
        n_out += 1
        total -= key[node]
        if n_out < n and total * best_n > best_total * (n - n_out):
            best_total, best_n, best_first = total, n - n_out, n_out
        is_account = node < n_accounts
        column = node - n_accounts
        first = account_start[node] if is_account else start[column]
        last = account_start[node + 1] if is_account else start[column + 1]
        for at in range(first, last):
            other = n_accounts + column_of[at] if is_account else member[at]
            if is_out[other]:
                continue
            lost = weight[column_of[at]] if is_account else weight[column]
            was = key[other]
            key[other] = was - lost
            if was < linked_to:
                if before[other] == -1:
                    head[was] = after[other]
                else:
                    after[before[other]] = after[other]
                if after[other] != -1:
                    before[after[other]] = before[other]
            if key[other] < linked_to:
                _link(head, after, before, other, key[other])
                low = min(low, key[other])
    return order, best_first, best_total / max(1, best_n)


def _without(left: Graph, is_member: Flags, is_column: Flags) -> Graph:
    """The graph without the block's own edges; its members keep their other ones."""
    start, member, weight, named = left
    kept_start, kept = _cut(start, member, is_column, is_member)
    return kept_start, kept, weight, named


@njit(
    "Tuple((int64[::1], int32[::1]))(int64[::1], int32[::1], boolean[::1], boolean[::1])",
    cache=True,
)
def _cut(start: Longs, member: Ints, is_cut: Flags, is_member: Flags) -> tuple[Longs, Ints]:
    kept_start = np.empty_like(start)
    kept = np.empty_like(member)
    to = 0
    for column in range(len(is_cut)):
        kept_start[column] = to
        for at in range(start[column], start[column + 1]):
            if not (is_cut[column] and is_member[member[at]]):
                kept[to] = member[at]
                to += 1
    kept_start[len(is_cut)] = to
    return kept_start, kept[:to].copy()

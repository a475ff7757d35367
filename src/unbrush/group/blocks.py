"""Blocks of accounts × columns that chance explains least: peel, split, grow, and test each.

Columns are targets, or targets within windows of time, where rings meet and strangers do not.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit

from unbrush.group.chance import ln_chance, robustness
from unbrush.group.columns import AnyInts, Columns, Floats, Ints, Longs, arrange
from unbrush.group.company import Graph, in_company, within, without
from unbrush.group.grow import Market, grow, spread, turned
from unbrush.group.peel import CLOSE, peel
from unbrush.group.split import split

SEARCH_TASTES = (16.0, 4.0, 1.0)
"""Factors on the taste that is allowed for, surest rings first: dense cores, then what is thin."""


MAX_FAILED = 8
"""States in a row of one search that turn out to hold no ring, before it ends."""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What was pruned from the deeds, so that chance is measured by the whole market.

    Attributes:
        target, window, crowd: Accounts that were left out of each column, each at its first deed.
        n_accounts: Accounts left out.
    """

    target: AnyInts
    window: AnyInts
    crowd: Longs
    n_accounts: int


@dataclass(frozen=True, kw_only=True)
class Block:
    """Accounts and columns that met more often than chance and tastes explain.

    Attributes:
        accounts: Members, ascending.
        targets: Target of each column of the block.
        windows: Window of each column, zeros where there is no time.
        n_edges: Pairs of member and column that met.
        expected: Pairs that activity and popularity alone lead to expect.
        ln_chance: Logarithm of the expected number of blocks as surprising by chance.
        robustness: How many times likelier than by popularity, for honest reasons, all meetings
            could have been before chance explained the block.
    """

    accounts: Ints
    targets: Ints
    windows: Longs
    n_edges: int
    expected: float
    ln_chance: float
    robustness: float


def blocks(
    account: AnyInts,
    target: AnyInts,
    *,
    window: AnyInts | None = None,
    rest: Rest | None = None,
    max_blocks: int = 1_000,
    min_accounts: int = 5,
    min_targets: int = 3,
    taste: float = 2.0,
    max_chance: float = 0.01,
) -> list[Block]:
    """Find blocks beyond chance, the surest first; the order of the rows changes nothing.

    Args:
        account: Index of the account of each deed, from 0.
        target: Index of its target, from 0. An account's deeds with one target count once, at the
            first.
        window: Number of its time window; with it, a target in a window is a column of its own.
        rest: What was pruned from the deeds; None if nothing was.
        max_blocks: Stop after so many.
        min_accounts: Blocks of fewer accounts are left out.
        min_targets: Blocks of fewer distinct targets are left out: regulars of one shop meet too.
        taste: How many times likelier than by popularity a meeting may be for honest reasons.
        max_chance: Most blocks as surprising that chance is expected to make, anywhere.

    Raises:
        BadParameter: Arrays that do not fit together, or indexes below 0.
    """
    table = arrange(account, target, window)
    if not len(table.member):
        return []
    ln_allowed = math.log(max_chance) if max_chance > 0 else -math.inf
    market, graph = _market(table, rest, taste)
    found: list[Block] = []
    is_member = np.zeros(len(market.activity), np.bool_)
    is_column = np.zeros(table.n_columns, np.bool_)
    for factor in SEARCH_TASTES:
        left, n_failed = graph, 0
        while len(found) < max_blocks and n_failed < MAX_FAILED:
            left = _core(left, market, factor)
            if not len(left[1]):
                break
            left, *picked = _least_explained(
                left, market, taste * factor, (min_accounts, min_targets)
            )
            n_before, n_left = len(found), len(left[1])
            for part in _parts(left, table.target, *picked):
                accounts, columns, n_inside = grow(market, *part)
                block = _tested(table, market, accounts, columns, n_inside, ln_allowed)
                cut = [part]
                if block is not None:
                    cut.append((accounts, columns))
                    if (
                        len(block.accounts) >= min_accounts
                        and len(np.unique(block.targets)) >= min_targets
                        # Two halves of one gang grow into the same block.
                        and not any(np.array_equal(block.accounts, b.accounts) for b in found)
                    ):
                        found.append(block)
                for who, what in cut:
                    is_member[who], is_column[what] = True, True
                    left = without(left, is_member, is_column)
                    graph = without(graph, is_member, is_column) if block is not None else graph
                    is_member[who], is_column[what] = False, False
            n_failed = 0 if len(found) > n_before else n_failed + 1
            if len(left[1]) == n_left:  # the same graph would only be peeled the same way
                break
    found.sort(key=lambda b: (b.ln_chance, b.accounts.tolist()))
    return _outermost(found)[:max_blocks]


def _outermost(found: list[Block]) -> list[Block]:
    """Those that do not lie within a surer one: a dense core is seen before the whole gang is."""
    kept: list[Block] = []
    sides: list[tuple[set[int], set[tuple[int, int]]]] = []
    for block in found:
        accounts = set(block.accounts.tolist())
        columns = set(zip(block.targets.tolist(), block.windows.tolist(), strict=True))
        if not any(accounts <= who and columns <= what for who, what in sides):
            kept.append(block)
            sides.append((accounts, columns))
    return kept


def _market(table: Columns, rest: Rest | None, taste: float) -> tuple[Market, Graph]:
    """What chance is measured by, and the meetings that could belong to any ring."""
    crowd = np.diff(table.start).astype(np.float64)
    activity = np.bincount(table.member, minlength=table.n_accounts).astype(np.float64)
    n_accounts, n_edges = float((activity > 0).sum()), float(len(table.member))
    n_elsewhere = 0
    if rest is not None:
        n_accounts += rest.n_accounts
        n_edges += float(rest.crowd.sum())
        n_elsewhere = _add_rest(crowd, table, rest)
    n_columns = float((crowd > 0).sum() + n_elsewhere)
    whole = (table.start, table.member, np.arange(table.n_columns, dtype=np.int32))
    graph = in_company(whole, activity, crowd, n_edges / (taste * np.e))
    column_start, account_of = spread(graph, table.n_columns)
    account_start, column_of = turned(column_start, account_of, len(activity))
    # Turned twice, each column's accounts ascend: ties no longer depend on the order of rows.
    column_start, account_of = turned(account_start, column_of, table.n_columns)
    graph = (graph[0], account_of, graph[2])
    market = Market(
        column_start=column_start,
        account_of=account_of,
        account_start=account_start,
        column_of=column_of,
        activity=activity,
        crowd=crowd,
        seen_columns=np.zeros(table.n_columns, np.int32),
        seen_accounts=np.zeros(len(activity), np.int32),
        n_edges=n_edges,
        n_accounts=n_accounts,
        n_columns=n_columns,
        taste=taste,
    )
    return market, graph


def _add_rest(crowd: Floats, table: Columns, rest: Rest) -> int:
    """Add to the columns' crowds who was pruned from them; return how many have no row here."""
    least = min(table.window.min(), rest.window.min()) if len(rest.window) else 0
    span = (max(table.window.max(), rest.window.max()) if len(rest.window) else 0) - least + 1
    here = table.target.astype(np.int64) * span + (table.window - least)
    there = rest.target.astype(np.int64) * span + (rest.window - least)
    place = np.searchsorted(here, there)
    place[place == len(here)] = 0
    is_here = here[place] == there
    np.add.at(crowd, place[is_here], rest.crowd[is_here])
    return int((~is_here).sum())


def _core(graph: Graph, market: Market, factor: float) -> Graph:
    n_likely = market.n_edges / (market.taste * factor * np.e)
    return in_company(graph, market.activity, market.crowd, n_likely)


def _least_explained(
    graph: Graph, market: Market, taste: float, least: tuple[int, int]
) -> tuple[Graph, Ints, Ints]:
    """Accounts, and places in the graph's columns, of the peel's most surprising state.

    Also returns the graph that is left near the end of the peel, where all rings are that a peel
    can see: a large market is peeled whole only once.
    """
    start, member, named = graph
    accounts, number = _renumber(member, len(market.activity))
    totals = np.array([market.n_edges, market.n_accounts, market.n_columns, taste, *least])
    order, first, _ = peel(start, number, market.activity[accounts], market.crowd[named], totals)
    if len(order) > CLOSE and first >= len(order) - CLOSE:
        late = order[-CLOSE:]
        is_member = np.zeros(len(market.activity), np.bool_)
        is_column = np.zeros(len(market.crowd), np.bool_)
        is_member[accounts[late[late < len(accounts)]]] = True
        is_column[named[late[late >= len(accounts)] - len(accounts)]] = True
        graph = within(graph, is_member, is_column)
    kept = order[first:]
    columns = named[kept[kept >= len(accounts)] - len(accounts)]
    places = np.searchsorted(graph[2], np.sort(columns)).astype(np.int32)
    return graph, np.sort(accounts[kept[kept < len(accounts)]]), places


def _parts(
    graph: Graph, target: Ints, accounts: Ints, columns: Ints
) -> Iterator[tuple[Ints, Ints]]:
    """The gangs in a block: accounts, and columns by their number in the full table."""
    start, member, named = graph
    inner_start, inner = _inside(start, member, accounts, columns)
    labels, column_labels = split(inner_start, inner, target[named[columns]], len(accounts))
    for label in np.unique(column_labels):
        who, what = accounts[labels == label], np.sort(named[columns[column_labels == label]])
        if len(who) and len(what):
            yield who, what


def _inside(start: Longs, member: Ints, accounts: Ints, columns: Ints) -> tuple[Longs, Ints]:
    """The meetings of these accounts in these columns, accounts numbered by their place."""
    sizes = start[columns + 1] - start[columns]
    at = np.repeat(start[columns] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    who = member[at + np.arange(len(at))]
    place = np.minimum(np.searchsorted(accounts, who), len(accounts) - 1)
    is_in = accounts[place] == who
    counts = np.bincount(np.repeat(np.arange(len(columns)), sizes)[is_in], minlength=len(columns))
    begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return begin, place[is_in].astype(np.int32)


def _tested(
    table: Columns,
    market: Market,
    accounts: Ints,
    columns: Ints,
    n_inside: int,
    ln_allowed: float,
) -> Block | None:
    """The block if chance does not explain it."""
    if not len(accounts) or not len(columns):
        return None
    activity, crowd = market.activity[accounts].sum(), market.crowd[columns].sum()
    n = (float(len(accounts)), float(len(columns)))
    whole = (market.n_edges, market.n_accounts, market.n_columns)
    chance = ln_chance(n_inside, activity, crowd, *n, *whole, market.taste)
    if chance > ln_allowed:
        return None
    plain = ln_chance(n_inside, activity, crowd, *n, *whole, 1.0)
    mean = activity * crowd / market.n_edges
    return Block(
        accounts=accounts,
        targets=table.target[columns],
        windows=table.window[columns],
        n_edges=n_inside,
        expected=float(mean),
        ln_chance=float(chance),
        robustness=robustness(plain, n_inside, mean, ln_allowed),
    )


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

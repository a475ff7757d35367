"""Company: the core is what naive repeated removal leaves, whatever the order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unbrush.group.company import MIN_INSIDE, MIN_SHARED, in_company, without

N_ACCOUNTS, N_COLUMNS = 9, 8
PAIRS = st.lists(
    st.sets(st.integers(0, N_ACCOUNTS - 1), max_size=6), min_size=N_COLUMNS, max_size=N_COLUMNS
).map(lambda columns: [(c, a) for c, accounts in enumerate(columns) for a in sorted(accounts)])
NOTHING_LIKELY = float("inf")


def graph_of(pairs):
    """Columns with members in the order of the pairs; those without any are there too."""
    by_column = [[a for c, a in pairs if c == column] for column in range(N_COLUMNS)]
    start = np.cumsum([0, *map(len, by_column)])
    member = np.array([a for members in by_column for a in members], np.int32)
    return start, member, np.arange(N_COLUMNS, dtype=np.int32)


def pairs_of(graph):
    start, member, named = graph
    assert len(start) == len(named) + 1
    assert start[-1] == len(member)
    return [
        (int(c), int(a))
        for i, c in enumerate(named)
        for a in member[start[i] : start[i + 1]].tolist()
    ]


def naive(pairs):
    """Take away one account or one column at a time, until nobody is out of company."""
    left = set(pairs)
    while True:
        columns = [c for c, _ in left]
        accounts = [a for _, a in left]
        lone = {p for p in left if columns.count(p[0]) < 3 or accounts.count(p[1]) < 2}
        if not lone:
            return left
        gone = min(lone)
        is_column = columns.count(gone[0]) < 3
        left = {p for p in left if p[not is_column] != gone[not is_column]}


def core(pairs, activity=None, crowd=None, n_likely=NOTHING_LIKELY):
    activity = np.ones(N_ACCOUNTS) if activity is None else np.array(activity, float)
    crowd = np.ones(N_COLUMNS) if crowd is None else np.array(crowd, float)
    return in_company(graph_of(pairs), activity, crowd, n_likely)


def test_a_ring_has_columns_of_three_and_accounts_of_two():
    assert (MIN_SHARED, MIN_INSIDE) == (3, 2)
    least = [(c, a) for c in range(2) for a in range(3)]
    assert pairs_of(core(least)) == least
    for gone in least:
        assert pairs_of(core([p for p in least if p != gone])) == []


@given(PAIRS)
def test_the_core_is_what_naive_removal_leaves(pairs):
    assert set(pairs_of(core(pairs))) == naive(pairs)


SIZES = st.integers(1, 4)


@given(
    PAIRS,
    st.lists(SIZES, min_size=N_ACCOUNTS, max_size=N_ACCOUNTS),
    st.lists(SIZES, min_size=N_COLUMNS, max_size=N_COLUMNS),
    st.sampled_from([4, 6, 8, 9, 12, 16]),
)
def test_likely_meetings_are_left_out_first(pairs, activity, crowd, n_likely):
    unlikely = [(c, a) for c, a in pairs if activity[a] * crowd[c] < n_likely]
    assert set(pairs_of(core(pairs, activity, crowd, n_likely))) == naive(unlikely)


@given(PAIRS, st.randoms(), st.permutations(range(N_ACCOUNTS)), st.permutations(range(N_COLUMNS)))
def test_neither_order_nor_numbers_matter(pairs, random, accounts, columns):
    shuffled = [(columns[c], accounts[a]) for c, a in pairs]
    random.shuffle(shuffled)
    renamed = {(columns[c], accounts[a]) for c, a in pairs_of(core(pairs))}
    assert set(pairs_of(core(shuffled))) == renamed


@given(PAIRS)
def test_the_core_of_a_core_is_itself_and_the_graph_is_not_changed(pairs):
    graph = graph_of(pairs)
    before = [array.copy() for array in graph]
    sizes = np.ones(N_ACCOUNTS), np.ones(N_COLUMNS)
    once = in_company(graph, *sizes, NOTHING_LIKELY)
    assert all(map(np.array_equal, graph, before))
    assert all(map(np.array_equal, in_company(once, *sizes, NOTHING_LIKELY), once))


@given(PAIRS, st.sets(st.integers(0, N_ACCOUNTS - 1)), st.sets(st.integers(0, N_COLUMNS - 1)))
def test_without_takes_only_these_meetings(pairs, accounts, columns):
    is_member, is_column = np.zeros(N_ACCOUNTS, bool), np.zeros(N_COLUMNS, bool)
    is_member[list(accounts)], is_column[list(columns)] = True, True
    graph = graph_of(pairs)
    left = [p for p in pairs if not (p[0] in columns and p[1] in accounts)]
    assert pairs_of(without(graph, is_member, is_column)) == left

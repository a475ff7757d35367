"""Split: gangs that share nothing come apart, and one that hangs together stays whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbrush.group.split import split

N_ACCOUNTS, N_COLUMNS = 8, 7
MEETINGS = st.lists(
    st.sets(st.integers(0, N_ACCOUNTS - 1), max_size=4), min_size=N_COLUMNS, max_size=N_COLUMNS
)
TARGETS = st.lists(st.integers(0, 4), min_size=N_COLUMNS, max_size=N_COLUMNS)


def labels_of(columns, targets=None, n_accounts=N_ACCOUNTS):
    """Labels of accounts and of columns, given each column's accounts."""
    start = np.cumsum([0, *map(len, columns)])
    member = np.array([a for accounts in columns for a in accounts], np.int32)
    targets = range(len(columns)) if targets is None else targets
    found = split(start, member, np.array(targets, np.int32), n_accounts)
    return [labels.tolist() for labels in found]


def gang(accounts, n_targets, density, rng):
    """Accounts of each of some columns, chosen at random."""
    return [[a for a in accounts if rng.random() < density] for _ in range(n_targets)]


@pytest.mark.parametrize("density", [1.0, 0.5])
def test_gangs_that_share_nothing_come_apart_each_whole(density):
    rng = np.random.default_rng(1)
    ours, theirs = gang(range(20), 10, density, rng), gang(range(20, 50), 12, density, rng)
    accounts, columns = labels_of(ours + theirs, n_accounts=50)
    assert [len(set(part)) for part in (accounts[:20], accounts[20:])] == [1, 1]
    assert [len(set(part)) for part in (columns[:10], columns[10:])] == [1, 1]
    assert (accounts[0], accounts[20]) == (columns[0], columns[10])
    assert accounts[0] != accounts[20]


@pytest.mark.parametrize("n_shared", [1, 3])
def test_accounts_that_work_for_both_gangs_join_nothing(n_shared):
    rng = np.random.default_rng(2)
    ours = gang(range(20), 10, 0.7, rng)
    theirs = gang(range(20 - n_shared, 40), 12, 0.7, rng)
    accounts, columns = labels_of(ours + theirs, n_accounts=40)
    assert set(columns[:10]).isdisjoint(columns[10:])
    assert set(accounts[: 20 - n_shared]).isdisjoint(accounts[20:])
    assert len(set(columns)) == 2


@given(MEETINGS, TARGETS)
def test_who_has_the_same_label_hangs_together(meetings, targets):
    accounts, columns = labels_of([sorted(one) for one in meetings], targets)
    reached = {(("account", a), ("target", targets[c])) for c, m in enumerate(meetings) for a in m}
    nodes = {("account", a): accounts[a] for a in range(N_ACCOUNTS)}
    for target, label in zip(targets, columns, strict=True):
        assert nodes.setdefault(("target", target), label) == label, "a target stays together"
    component = {node: {node} for node in nodes}
    for x, y in reached:
        whole = component[x] | component[y]
        for node in whole:
            component[node] = whole
    lone = {("account", a) for a in range(N_ACCOUNTS)} - {x for x, _ in reached}
    for x in nodes.keys() - lone:
        for y in nodes.keys() - lone - component[x]:
            assert nodes[x] != nodes[y]


@given(MEETINGS, TARGETS, st.randoms())
def test_the_order_within_columns_changes_nothing(meetings, targets, random):
    plain = [sorted(accounts) for accounts in meetings]
    shuffled = [random.sample(accounts, len(accounts)) for accounts in plain]
    assert labels_of(plain, targets) == labels_of(shuffled, targets)


def test_a_target_in_two_windows_is_one():
    """Nobody buys the same twice; what makes the two weeks one is that they are of one shop."""
    first, second = [[0, 1, 2]], [[3, 4, 5]]
    apart, _ = labels_of(first + second, [0, 1], 6)
    together, columns = labels_of(first + second, [7, 7], 6)
    assert len(set(apart)) == 2
    assert len(set(together)) == len(set(columns)) == 1


def test_ties_go_to_the_smallest():
    assert labels_of([[0, 1], [0, 1]], n_accounts=2) == [[0, 0], [0, 0]]

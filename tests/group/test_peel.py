"""Columns and the peel: each step and each state is recomputed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbrush.base.errors import BadParameter
from unbrush.group.chance import ln_chance
from unbrush.group.columns import arrange
from unbrush.group.peel import RISE, UNIT, peel

DEEDS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5), st.integers(-2, 2)), max_size=45)
FAR = st.integers(-(2**40), 2**40)


def arrays(deeds):
    return tuple(np.array([deed[i] for deed in deeds], np.int64) for i in range(3))


# Columns


def columns_of(table):
    """Target and window of each column, and its accounts as they stand there."""
    return [
        (int(table.target[c]), int(table.window[c]),
         table.member[table.start[c] : table.start[c + 1]].tolist())
        for c in range(table.n_columns)
    ]  # fmt: skip


@given(DEEDS)
def test_an_account_is_once_in_each_target_at_its_first_window(deeds):
    first = {}
    for a, t, w in deeds:
        first[a, t] = min(w, first.get((a, t), w))
    found = columns_of(arrange(*arrays(deeds)))
    assert [column[:2] for column in found] == sorted({(t, w) for _, t, w in deeds})
    edges = [(a, t, w) for t, w, accounts in found for a in accounts]
    assert sorted(edges) == sorted((a, t, w) for (a, t), w in first.items())


@given(DEEDS)
def test_accounts_stand_in_the_order_of_the_input(deeds):
    for target, _, accounts in columns_of(arrange(*arrays(deeds)[:2], None)):
        assert accounts == list(dict.fromkeys(a for a, t, _ in deeds if t == target))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), FAR), max_size=12))
def test_windows_far_apart_are_numbered_and_given_back(deeds):
    found = columns_of(arrange(*arrays(deeds)))
    assert [column[:2] for column in found] == sorted({(t, w) for _, t, w in deeds})


@pytest.mark.parametrize(
    ("account", "target", "window"),
    [([-1], [0], None), ([0], [-1], None), ([2**31], [0], None), ([0], [2**31], None),
     ([0, 1], [0], None), ([0], [0], [0, 1]), ([0, 1], [0, 1], [0])],
)  # fmt: skip
def test_arrays_that_cannot_be_deeds_are_refused_with_a_hint(account, target, window):
    with pytest.raises(BadParameter) as refused:
        arrange(np.array(account), np.array(target), None if window is None else np.array(window))
    assert refused.value.hint


def test_what_may_only_be_read_is_not_written():
    given_out = np.array([0, 1, 0, 0], np.int32)
    given_out.flags.writeable = False
    table = arrange(given_out, given_out, given_out)
    assert given_out.tolist() == [0, 1, 0, 0]
    assert columns_of(table) == [(0, 0, [0]), (1, 1, [1])]


# The peel

N_EDGES, ALL_ACCOUNTS, ALL_COLUMNS = 500.0, 100.0, 80.0


def peeled(deeds, taste, activity_elsewhere, crowd_elsewhere):
    """Peel a part of a market; sizes count what is elsewhere too."""
    table = arrange(*arrays(sorted(deeds)))
    activity = np.bincount(table.member, minlength=table.n_accounts) + 1.0 + activity_elsewhere
    crowd = np.diff(table.start) + 1.0 + crowd_elsewhere
    totals = np.array([N_EDGES, ALL_ACCOUNTS, ALL_COLUMNS, taste, 1.0, 1.0])
    return table, activity, crowd, peel(table.start, table.member, activity, crowd, totals)


SOME = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 1)), min_size=1, max_size=60
)
TASTES = st.sampled_from([1.0, 2.0, 32.0])
ELSEWHERE = st.integers(0, 12)


@given(SOME, TASTES, ELSEWHERE, ELSEWHERE)
def test_each_step_takes_hardly_more_than_the_least_and_the_best_state_is_kept(
    deeds, taste, activity_elsewhere, crowd_elsewhere
):
    table, activity, crowd, (order, first, best) = peeled(
        deeds, taste, activity_elsewhere, crowd_elsewhere
    )
    n = table.n_accounts
    half = 0.5 * (np.log(N_EDGES / taste) - 1)
    worth = [round(UNIT * (half - np.log(size))) for size in (*activity, *crowd)]
    left = {
        (int(a), n + c): max(0, worth[a] + worth[n + c])
        for c in range(table.n_columns)
        for a in table.member[table.start[c] : table.start[c + 1]]
    }
    nodes = set(range(n + table.n_columns))
    assert sorted(order.tolist()) == sorted(nodes)
    highest, states = 0, []
    for node in order.tolist():
        accounts = [one for one in nodes if one < n]
        columns = [one - n for one in nodes if one >= n]
        states.append(
            ln_chance(
                len(left), activity[accounts].sum(), crowd[columns].sum(),
                len(accounts), len(columns), N_EDGES, ALL_ACCOUNTS, ALL_COLUMNS, taste,
            ) if accounts and columns else np.inf
        )  # fmt: skip
        weight = {one: sum(w for pair, w in left.items() if one in pair) for one in nodes}
        # While a level is taken away, others may fall below the one that waits in it.
        highest = max(highest, min(weight.values()))
        assert weight[node] <= RISE * highest
        nodes.remove(node)
        left = {pair: w for pair, w in left.items() if node not in pair}
    assert best == min(states) == states[first]


def test_a_block_in_a_crowd_is_the_state_that_is_kept():
    """Eight accounts in five columns, and strangers in these and in others."""
    block = [(a, t, 0) for a in range(8) for t in range(5)]
    strangers = [(8 + n, n % 9, 0) for n in range(60)] + [(a, 5 + a % 4, 0) for a in range(8)]
    table = arrange(*arrays(block + strangers))
    activity = np.bincount(table.member).astype(float)
    crowd = np.diff(table.start).astype(float)
    totals = np.array([3_000.0, 500.0, 100.0, 2.0, 5.0, 3.0])
    order, first, _ = peel(table.start, table.member, activity, crowd, totals)
    n = table.n_accounts
    assert sorted(order[first:].tolist()) == [*range(8), *range(n, n + 5)]

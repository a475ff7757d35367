import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbrush.base.errors import BadParameter
from unbrush.group.columns import LEVELLING, UNIT, arrange
from unbrush.group.peel import _densest, _peel, blocks
from unbrush.group.prune import prune

DEEDS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5), st.integers(-1, 1)), max_size=45)
WEEK = 7


def arrays(deeds):
    return tuple(np.array([deed[i] for deed in deeds], np.int64) for i in range(3))


def weighted(deeds):
    """Distinct edges with the weight of their column, by hand."""
    edges = {(a, (t, w)) for a, t, w in deeds}
    columns = [column for _, column in edges]
    return {e: round(UNIT / np.log(columns.count(e[1]) + LEVELLING)) for e in edges}


def plain(found):
    return [(b.accounts.tolist(), b.targets.tolist(), b.windows.tolist(), b.n_edges) for b in found]


def market(seed, *, density, n_deeds=20_000, n_accounts=4_000, n_targets=1_000, n_days=182):
    """Deeds of a quiet market and of 60 accounts that buy 20 rare targets within one week."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, n_targets + 1) ** 0.8
    who = rng.integers(0, n_accounts, n_deeds)
    what = rng.choice(n_targets, n_deeds, p=popularity / popularity.sum())
    when = rng.integers(0, n_days, n_deeds)
    row, column = np.nonzero(rng.random((60, 20)) < density)
    members = n_accounts + np.arange(60)
    targets = rng.choice(np.arange(n_targets // 10, n_targets), 20, replace=False)
    who = np.concatenate([who, members[row]])
    what = np.concatenate([what, targets[column]])
    when = np.concatenate([when, 80 + rng.integers(0, WEEK, len(row))])
    return who, what, when // WEEK, set(members.tolist()), set(targets.tolist())


@given(DEEDS)
def test_each_account_is_in_each_of_its_columns_once(deeds):
    table = arrange(*arrays(deeds))
    edges = {
        (int(a), (int(table.target[c]), int(table.window[c])))
        for c in range(table.n_columns)
        for a in table.member[table.start[c] : table.start[c + 1]]
    }
    assert edges == set(weighted(deeds))
    assert len(table.member) == len(edges)


@given(DEEDS)
def test_the_peel_always_takes_a_node_of_least_weight_and_returns_the_densest_state(deeds):
    table = arrange(*arrays(deeds))
    order, first, density = _peel(table.start, table.member, table.weight, table.n_accounts)
    left = {
        (int(a), table.n_accounts + c): int(table.weight[c])
        for c in range(table.n_columns)
        for a in table.member[table.start[c] : table.start[c + 1]]
    }
    nodes = set(range(table.n_accounts + table.n_columns))
    densities = []
    for node in order.tolist():
        densities.append(sum(left.values()) / len(nodes))
        degree = {n: sum(w for e, w in left.items() if n in e) for n in nodes}
        assert degree[node] == min(degree.values())
        nodes.remove(node)
        left = {e: w for e, w in left.items() if node not in e}
    assert not nodes
    if densities:
        assert density == max(densities) == densities[first]


@given(DEEDS)
@settings(max_examples=60)
def test_pruning_loses_nothing_of_the_densest_block(deeds):
    table = arrange(*arrays(deeds))
    edges = {}
    for c in range(table.n_columns):
        for a in table.member[table.start[c] : table.start[c + 1]]:
            edges[int(a), c] = int(table.weight[c])
    best, densest = 0.0, []
    for chosen in range(1, 2**table.n_accounts):
        gains = [0] * table.n_columns
        for (a, c), weight in edges.items():
            gains[c] += weight * (chosen >> a & 1)
        # For given accounts, the best columns are those of greatest weight.
        n, total, picked = chosen.bit_count(), 0, []
        for c in sorted(range(table.n_columns), key=lambda c: (-gains[c], c)):
            if (total + gains[c]) * (n + len(picked)) <= total * (n + len(picked) + 1):
                break
            total += gains[c]
            picked.append(c)
        if picked and total / (n + len(picked)) > best:
            best, densest = total / (n + len(picked)), [(chosen, picked)]
    whole = (table.start, table.member, table.weight, np.arange(table.n_columns, dtype=np.int32))
    start, member, _, named = prune(whole, table.n_accounts, 0.0)
    kept = {
        (int(a), int(named[i])) for i in range(len(named)) for a in member[start[i] : start[i + 1]]
    }
    for chosen, picked in densest:
        assert {e for e in edges if chosen >> e[0] & 1 and e[1] in picked} <= kept
    for block in blocks(*arrays(deeds)[:2], window=arrays(deeds)[2], min_accounts=1, max_blocks=1):
        assert block.density * UNIT >= best / 2


def test_the_pruned_market_peels_to_the_same_block_as_the_whole():
    who, what, week, *_ = market(1, density=0.3)
    table = arrange(who, what, week)
    named = np.arange(table.n_columns, dtype=np.int32)
    whole = (table.start, table.member, table.weight, named)
    part = prune(whole, table.n_accounts, 0.0)
    assert len(part[1]) < len(table.member) / 10
    (accounts, columns, density), (others, other_columns, other_density) = (
        _densest(graph, table.n_accounts) for graph in (whole, part)
    )
    assert sorted(accounts.tolist()) == sorted(others.tolist())
    assert sorted(columns.tolist()) == sorted(other_columns.tolist())
    assert density == other_density


@given(DEEDS, st.randoms())
def test_the_order_of_rows_and_repeats_change_nothing(deeds, random):
    shuffled = deeds + deeds[: len(deeds) // 2]
    random.shuffle(shuffled)
    answers = []
    for rows in (deeds, shuffled):
        account, target, window = arrays(rows)
        found = blocks(account, target, window=window, min_accounts=1, min_density=0.1)
        answers.append(plain(found))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("density", [1.0, 0.5, 0.3])
def test_a_block_within_a_week_is_found_whole_and_alone(density):
    who, what, week, members, targets = market(1, density=density)
    (block, *others) = blocks(who, what, window=week)
    assert not others
    assert set(block.targets.tolist()) == targets
    accounts = set(block.accounts.tolist())
    assert accounts <= members
    assert len(accounts) >= 0.95 * len(members)


def test_without_time_the_same_block_is_not_seen():
    who, what, week, members, _ = market(1, density=0.3, n_deeds=80_000)
    for window, is_seen in ((None, False), (week, True)):
        found = blocks(who, what, window=window)
        assert is_seen == any(set(block.accounts.tolist()) <= members for block in found)


def test_two_blocks_come_out_apart_the_denser_first():
    who, what, week, members, targets = market(1, density=0.5)
    row, column = np.divmod(np.arange(30 * 10), 10)
    who = np.concatenate([who, 5_000 + row])
    what = np.concatenate([what, 1_000 + column])
    week = np.concatenate([week, np.full(300, 3)])
    first, second = blocks(who, what, window=week)
    assert first.density > second.density
    assert {tuple(sorted(b.accounts.tolist())) for b in (first, second)} == {
        tuple(range(5_000, 5_030)),
        tuple(sorted(members)),
    }
    assert {len(set(first.targets.tolist())), len(targets)} == {10, 20}


def test_a_market_with_nothing_planted_has_no_block():
    who, what, week, *_ = market(2, density=0.0)
    assert blocks(who, what, window=week) == []


def test_windows_may_be_any_whole_numbers():
    who, what, week, *_ = market(1, density=0.5)
    (near,) = blocks(who, what, window=week)
    (far,) = blocks(who, what, window=week * 10**12 - 5)
    assert near.accounts.tolist() == far.accounts.tolist()
    assert (near.windows * 10**12 - 5).tolist() == far.windows.tolist()


NOTHING = np.array([], np.int64)
THOUSAND = np.arange(1_000)


@pytest.mark.parametrize(
    ("account", "target"),
    [
        (NOTHING, NOTHING),
        (THOUSAND, np.zeros(1_000, np.int64)),
        (np.zeros(1_000, np.int64), THOUSAND),
        (np.zeros(1_000, np.int64), np.zeros(1_000, np.int64)),
        (THOUSAND, THOUSAND),
    ],
    ids=["empty", "one shop has all", "one account has all", "one pair", "each its own"],
)
@pytest.mark.parametrize("has_time", [False, True])
def test_a_market_without_company_has_no_block(account, target, has_time):
    window = np.zeros(len(account), np.int64) if has_time else None
    assert blocks(account, target, window=window) == []


def test_one_time_for_all_is_as_no_time():
    who, what, week, *_ = market(1, density=1.0)
    timeless = blocks(who, what)
    assert timeless
    same = blocks(who, what, window=np.full_like(week, 99))
    assert [b.accounts.tolist() for b in same] == [b.accounts.tolist() for b in timeless]


@pytest.mark.parametrize(("account", "target"), [([-1], [0]), ([0], [2**31]), ([0, 1], [0])])
def test_arrays_that_cannot_be_deeds_are_refused_with_a_hint(account, target):
    with pytest.raises(BadParameter) as refused:
        blocks(np.array(account), np.array(target))
    assert refused.value.hint

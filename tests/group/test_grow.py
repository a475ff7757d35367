"""Grow: missed members come in, strangers do not, and what is inside is counted right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbrush.group.grow import Market, grow, spread, turned

N_ACCOUNTS, N_COLUMNS = 600, 200


def market_of(met: np.ndarray, *, taste: float = 2.0) -> Market:
    """A market from who met what; all of it may belong to rings."""
    n_accounts, n_columns = met.shape
    _, account = np.nonzero(met.T)
    start = np.concatenate([[0], np.cumsum(met.sum(axis=0))]).astype(np.int64)
    account_start, column_of = turned(start, account.astype(np.int32), n_accounts)
    return Market(
        column_start=start,
        account_of=account.astype(np.int32),
        account_start=account_start,
        column_of=column_of,
        activity=met.sum(axis=1).astype(float),
        crowd=met.sum(axis=0).astype(float),
        seen_columns=np.zeros(n_columns, np.int32),
        seen_accounts=np.zeros(n_accounts, np.int32),
        n_edges=float(met.sum()),
        n_accounts=float(n_accounts),
        n_columns=float(n_columns),
        taste=taste,
    )


def trade(rng: np.random.Generator, n: int = 4_000) -> np.ndarray:
    """Honest meetings: some columns are popular, some accounts active."""
    popular = 1 / np.arange(1, N_COLUMNS + 1) ** 0.8
    active = 1 / np.arange(1, N_ACCOUNTS + 1) ** 0.4
    met = np.zeros((N_ACCOUNTS, N_COLUMNS), bool)
    met[
        rng.choice(N_ACCOUNTS, n, p=active / active.sum()),
        rng.choice(N_COLUMNS, n, p=popular / popular.sum()),
    ] = True
    return met


def picks(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def planted(seed: int, density: float) -> np.ndarray:
    """A gang of accounts 500 to 529 in columns 150 to 161, in the midst of honest trade."""
    rng = np.random.default_rng(seed)
    met = trade(rng)
    met[500:530, 150:162] |= rng.random((30, 12)) < density
    return met


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("density", "least"), [(0.9, 1.0), (0.6, 0.8)])
def test_half_of_a_gang_grows_into_it_and_nobody_else(seed, density, least):
    met = planted(seed, density)
    accounts, columns, n_inside = grow(
        market_of(met), picks(*range(500, 515)), picks(*range(150, 156))
    )
    assert set(range(150, 162)) >= set(columns.tolist()) >= set(range(150, 156))
    assert set(range(500, 530)) >= set(accounts.tolist()) >= set(range(500, 515))
    assert len(accounts) >= least * 30
    assert len(columns) >= least * 12
    assert n_inside == met[np.ix_(accounts, columns)].sum()


@pytest.mark.parametrize("seed", range(5))
def test_strangers_bring_nobody_and_go(seed):
    met = trade(np.random.default_rng(seed))
    accounts, columns = picks(*range(300, 320)), picks(*range(60, 75))
    who, what, n_inside = grow(market_of(met), accounts, columns)
    assert set(who.tolist()) <= set(accounts.tolist())
    assert len(who) < len(accounts) / 2
    assert what.tolist() == columns.tolist()
    assert n_inside == met[np.ix_(who, what)].sum()


def test_who_buys_everything_and_what_everybody_buys_stay_out():
    met = planted(1, 0.9)
    met[0] = True  # a collector meets all twelve columns of the gang
    met[:, 0] = True  # and all of the gang buys what everybody buys
    accounts, columns, _ = grow(market_of(met), picks(*range(500, 530)), picks(*range(150, 162)))
    assert 0 not in accounts
    assert 0 not in columns


def test_a_stronger_taste_lets_in_fewer_accounts_and_columns():
    met = trade(np.random.default_rng(1))
    met[500:530, 150:162] = True
    met[400, 150:153] = True  # one who met three of the columns
    met[510:514, 100] = True  # and one column that four of the accounts met
    sizes = []
    for taste in (1.0, 16.0):
        found = grow(market_of(met, taste=taste), picks(*range(500, 530)), picks(*range(150, 162)))
        sizes.append((len(found[0]), len(found[1])))
    (many, wide), (few, narrow) = sizes
    assert many >= 30 > few
    assert wide == 13
    assert narrow == 12


SETS = st.sets(st.integers(0, 11), min_size=1)


@given(st.integers(0, 2**32), SETS, SETS)
@settings(max_examples=60)
def test_a_block_keeps_its_columns_and_counts_what_is_inside(seed, accounts, columns):
    rng = np.random.default_rng(seed)
    met = rng.random((40, 30)) < 0.04
    met[:12, :12] |= rng.random((12, 12)) < 0.5
    met[np.arange(40), rng.integers(0, 30, 40)] = True
    met[rng.integers(0, 40, 30), np.arange(30)] = True
    market = market_of(met, taste=1.0)
    who, what, n_inside = grow(market, picks(*sorted(accounts)), picks(*sorted(columns)))
    assert columns <= set(what.tolist())
    assert who.tolist() == sorted(set(who.tolist()))
    assert what.tolist() == sorted(set(what.tolist()))
    assert n_inside == met[np.ix_(who, what)].sum()
    assert not market.seen_accounts.any()
    assert not market.seen_columns.any()


COLUMNS = st.lists(st.lists(st.integers(0, 5), unique=True, max_size=6), min_size=1, max_size=6)


def table_of(columns):
    start = np.cumsum([0, *map(len, columns)])
    return start, np.array([a for accounts in columns for a in accounts], np.int32)


@given(COLUMNS)
def test_turned_is_by_account_ascending_and_turned_back_is_sorted(columns):
    start, member = table_of(columns)
    turned_start, column_of = turned(start, member, 6)
    for account in range(6):
        expected = [c for c, accounts in enumerate(columns) if account in accounts]
        assert column_of[turned_start[account] : turned_start[account + 1]].tolist() == expected
    back = turned(turned_start, column_of, len(columns))
    assert [part.tolist() for part in back] == [
        part.tolist() for part in table_of([sorted(accounts) for accounts in columns])
    ]


@given(COLUMNS, st.data())
def test_spread_puts_each_column_at_its_number(columns, data):
    start, member = table_of(columns)
    n = len(columns) + data.draw(st.integers(0, 5))
    named = sorted(
        data.draw(st.sets(st.integers(0, n - 1), min_size=len(columns), max_size=len(columns)))
    )
    wide, same = spread((start, member, np.array(named, np.int32)), n)
    found = {c: same[wide[c] : wide[c + 1]].tolist() for c in range(n)}
    assert found == {c: [] for c in range(n)} | dict(zip(named, columns, strict=True))

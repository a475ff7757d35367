"""Blocks in markets made here: gangs in any disguise are found, and honest crowds are not."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbrush.base.errors import BadParameter
from unbrush.group.blocks import Rest, blocks

N_ACCOUNTS, N_TARGETS, N_WEEKS = 4_000, 1_000, 26


@dataclass(frozen=True)
class Deeds:
    """Who did what in which week."""

    who: np.ndarray
    what: np.ndarray
    week: np.ndarray

    def __add__(self, other: "Deeds") -> "Deeds":
        mine, theirs = (self.who, self.what, self.week), (other.who, other.what, other.week)
        return Deeds(*map(np.concatenate, zip(mine, theirs, strict=True)))


def popular(n: int = N_TARGETS) -> np.ndarray:
    shares = 1 / np.arange(1, n + 1) ** 0.8
    return shares / shares.sum()


def trade(rng: np.random.Generator, n: int = 20_000) -> Deeds:
    """A quiet market: accounts alike, targets popular and rare."""
    return Deeds(
        rng.integers(0, N_ACCOUNTS, n),
        rng.choice(N_TARGETS, n, p=popular()),
        rng.integers(0, N_WEEKS, n),
    )


def gang(rng, density, *, accounts=None, targets=None, weeks=(11, 12)) -> Deeds:
    """Sixty accounts that deal with twenty rare targets, as many of them as ``density`` says."""
    accounts = N_ACCOUNTS + np.arange(60) if accounts is None else accounts
    targets = N_TARGETS - 1 - 7 * np.arange(20) if targets is None else targets
    row, column = np.nonzero(rng.random((len(accounts), len(targets))) < density)
    return Deeds(accounts[row], targets[column], rng.integers(*weeks, len(row)))


def blocks_of(deeds: Deeds, *, has_time: bool = True, **options):
    return blocks(deeds.who, deeds.what, window=deeds.week if has_time else None, **options)


def plain(found):
    return [
        (b.accounts.tolist(), b.targets.tolist(), b.windows.tolist(), b.n_edges, b.ln_chance)
        for b in found
    ]


def is_gang(block, *, of: Deeds, least: float, n_strangers: int = 0) -> bool:
    """At least so many of its accounts and of its targets, and hardly anybody else."""
    members, targets = set(of.who.tolist()), set(of.what.tolist())
    accounts, found = set(block.accounts.tolist()), set(block.targets.tolist())
    return (
        len(accounts - members) <= n_strangers
        and found <= targets
        and len(accounts) >= least * len(members)
        and len(found) >= least * len(targets)
    )


# Gangs


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("density", "least"), [(1.0, 1.0), (0.5, 0.95), (0.3, 0.9), (0.2, 0.8)])
def test_a_gang_within_a_week_is_found_whole_and_alone(seed, density, least):
    rng = np.random.default_rng(seed)
    planted = gang(rng, density)
    (block,) = blocks_of(trade(rng) + planted)
    assert is_gang(block, of=planted, least=least)
    assert set(block.windows.tolist()) == {11}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("density", "least"), [(1.0, 1.0), (0.5, 1.0), (0.3, 0.9)])
def test_a_gang_that_takes_all_its_time_is_found_by_what_it_has_in_common(seed, density, least):
    rng = np.random.default_rng(seed)
    planted = gang(rng, density, weeks=(0, N_WEEKS))
    (block,) = blocks_of(trade(rng) + planted, has_time=False)
    assert is_gang(block, of=planted, least=least)


@pytest.mark.parametrize("has_time", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_camouflage_on_popular_targets_hides_nobody(seed, has_time):
    """Twice as much of everybody's favourites as of the job."""
    rng = np.random.default_rng(seed)
    planted = gang(rng, 0.5)
    cover = Deeds(
        rng.choice(planted.who, 1_200),
        rng.choice(N_TARGETS, 1_200, p=popular()),
        rng.integers(0, N_WEEKS, 1_200),
    )
    (block,) = blocks_of(trade(rng) + planted + cover, has_time=has_time)
    # One stranger in a market may join by chance; the threshold allows for no more.
    assert is_gang(block, of=planted, least=0.95, n_strangers=1)


@pytest.mark.parametrize("seed", range(3))
def test_hijacked_accounts_are_found_by_what_they_were_used_for(seed):
    """Accounts with an honest life of their own, some of it busy."""
    rng = np.random.default_rng(seed)
    planted = gang(rng, 0.5, accounts=rng.choice(N_ACCOUNTS, 60, replace=False))
    (block,) = blocks_of(trade(rng) + planted)
    assert is_gang(block, of=planted, least=0.95)


@pytest.mark.parametrize("has_time", [True, False])
def test_two_gangs_that_share_one_account_come_out_apart(has_time):
    rng = np.random.default_rng(1)
    ours = gang(rng, 0.6)
    theirs = gang(
        rng,
        0.8,
        accounts=N_ACCOUNTS + 59 + np.arange(40),
        targets=N_TARGETS - 2 - 7 * np.arange(15),
        weeks=(15, 16),
    )
    found = blocks_of(trade(rng) + ours + theirs, has_time=has_time)
    assert len(found) == 2
    assert all(any(is_gang(b, of=one, least=0.95) for b in found) for one in (ours, theirs))
    assert found[0].ln_chance <= found[1].ln_chance


def test_what_a_block_says_is_what_the_deeds_say():
    rng = np.random.default_rng(1)
    deeds = trade(rng) + gang(rng, 0.4)
    (block,) = blocks_of(deeds)
    first: dict[tuple[int, int], int] = {}
    for a, t, w in zip(*(x.tolist() for x in (deeds.who, deeds.what, deeds.week)), strict=True):
        first[a, t] = min(w, first.get((a, t), w))
    columns = set(zip(block.targets.tolist(), block.windows.tolist(), strict=True))
    accounts = set(block.accounts.tolist())
    inside = sum(a in accounts and (t, w) in columns for (a, t), w in first.items())
    activity = sum(a in accounts for a, _ in first)
    crowd = sum((t, w) in columns for (_, t), w in first.items())
    assert block.n_edges == inside
    assert block.expected == pytest.approx(activity * crowd / len(first))
    assert block.robustness > 2.0, "the taste that is allowed for was not what it needed"


# Honest crowds


@pytest.mark.parametrize("seed", range(20))
def test_a_market_with_nothing_planted_has_no_block(seed):
    deeds = trade(np.random.default_rng(seed))
    assert blocks_of(deeds) == blocks_of(deeds, has_time=False) == []


@pytest.mark.parametrize("seed", range(5))
def test_busy_accounts_are_no_block(seed):
    """Where some do a hundred times what others do, they meet a lot, everywhere."""
    rng = np.random.default_rng(seed)
    deeds = trade(rng)
    busy = Deeds(rng.geometric(0.004, 20_000), deeds.what, deeds.week)
    assert blocks_of(busy) == blocks_of(busy, has_time=False) == []


@pytest.mark.parametrize("has_time", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_a_club_with_a_taste_for_what_is_popular_is_spared(seed, has_time):
    """Eighty fans whose every purchase is twice as likely to be among thirty known names."""
    rng = np.random.default_rng(seed)
    shares = popular()
    shares[5:35] *= 2
    fans = Deeds(
        rng.integers(0, 80, 640),
        rng.choice(N_TARGETS, 640, p=shares / shares.sum()),
        rng.integers(0, N_WEEKS, 640),
    )
    assert blocks_of(trade(rng) + fans, has_time=has_time) == []


@pytest.mark.parametrize("n_shops", [1, 2])
@pytest.mark.parametrize("has_time", [True, False])
def test_regulars_of_one_or_two_shops_are_spared(has_time, n_shops):
    """They come again and again, all of them on the same days."""
    rng = np.random.default_rng(1)
    regulars = [
        gang(rng, 1.0, targets=N_TARGETS - 1 - np.arange(n_shops), weeks=(week, week + 1))
        for week in range(N_WEEKS)
    ]
    deeds = sum(regulars, trade(rng, 60_000))
    assert blocks_of(deeds, has_time=has_time) == []
    # Two shops are no coincidence; what spares the regulars is only that it takes more for a ring.
    assert len(blocks_of(deeds, has_time=False, min_targets=1)) == n_shops - 1


@pytest.mark.parametrize("has_time", [True, False])
def test_a_rush_on_one_day_is_spared(has_time):
    """Half of the market buys on one day, what is popular anyway."""
    rng = np.random.default_rng(1)
    rush = trade(rng)
    deeds = trade(rng) + Deeds(rush.who, rush.what, np.full(len(rush.who), 13))
    assert blocks_of(deeds, has_time=has_time) == []


# What changes nothing


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_rows_and_repeats_change_nothing(seed):
    """In a market of many ties: all accounts alike, and two gangs of a kind."""
    rng = np.random.default_rng(seed)
    jobs = [
        gang(rng, 0.5, accounts=300 + 20 * n + np.arange(20), targets=100 + 10 * n + np.arange(10))
        for n in range(2)
    ]
    quiet = Deeds(np.arange(2_400) % 300, rng.integers(0, 120, 2_400), rng.integers(0, 26, 2_400))
    deeds = sum(jobs, quiet)
    for has_time in (True, False):
        expected = plain(blocks_of(deeds, has_time=has_time, max_chance=1e30))
        for _ in range(3):
            order = rng.permutation(np.append(np.arange(len(deeds.who)), np.arange(0, 600, 3)))
            shuffled = Deeds(deeds.who[order], deeds.what[order], deeds.week[order])
            assert plain(blocks_of(shuffled, has_time=has_time, max_chance=1e30)) == expected
        assert expected or not has_time


def test_windows_may_be_any_whole_numbers():
    rng = np.random.default_rng(1)
    deeds = trade(rng) + gang(rng, 0.5)
    (near,) = blocks_of(deeds)
    (far,) = blocks(deeds.who, deeds.what, window=deeds.week * 10**12 - 5)
    assert near.accounts.tolist() == far.accounts.tolist()
    assert near.ln_chance == far.ln_chance
    assert (near.windows * 10**12 - 5).tolist() == far.windows.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_gaps_between_numbers_change_nothing(seed):
    rng = np.random.default_rng(seed)
    deeds = trade(rng) + gang(rng, 0.3)
    (dense,) = blocks(deeds.who, deeds.what)
    (sparse,) = blocks(deeds.who * 500, deeds.what * 3)
    assert (dense.accounts * 500).tolist() == sparse.accounts.tolist()
    assert (dense.targets * 3).tolist() == sparse.targets.tolist()
    assert dense.ln_chance == sparse.ln_chance


def test_one_time_for_all_is_as_no_time():
    rng = np.random.default_rng(1)
    deeds = trade(rng) + gang(rng, 0.5)
    same = blocks(deeds.who, deeds.what, window=np.full_like(deeds.week, 99))
    timeless = blocks_of(deeds, has_time=False)
    assert [b.ln_chance for b in timeless] == [b.ln_chance for b in same]
    assert [b.accounts.tolist() for b in timeless] == [b.accounts.tolist() for b in same]
    assert set(same[0].windows.tolist()) == {99}
    assert set(timeless[0].windows.tolist()) == {0}


def pruned(deeds: Deeds, is_gone: np.ndarray, has_time: bool) -> tuple[Deeds, Rest]:
    """Deeds without those of some accounts, and what they leave of the crowds, by hand."""
    first: dict[tuple[int, int], int] = {}
    gone = is_gone[deeds.who]
    rows = (deeds.who[gone], deeds.what[gone], deeds.week[gone] * has_time)
    for a, t, w in zip(*(x.tolist() for x in rows), strict=True):
        first[a, t] = min(w, first.get((a, t), w))
    crowd: dict[tuple[int, int], int] = {}
    for (_, t), w in first.items():
        crowd[t, w] = crowd.get((t, w), 0) + 1
    keys = sorted(crowd)
    rest = Rest(
        target=np.array([t for t, _ in keys], np.int64),
        window=np.array([w for _, w in keys], np.int64),
        crowd=np.array([crowd[key] for key in keys], np.int64),
        n_accounts=len({a for a, _ in first}),
    )
    return Deeds(deeds.who[~gone], deeds.what[~gone], deeds.week[~gone]), rest


@pytest.mark.parametrize("has_time", [True, False])
@given(seed=st.integers(0, 2**32), density=st.sampled_from([0.2, 0.3, 0.6]))
@settings(max_examples=8)
def test_whoever_is_known_for_one_target_can_be_pruned_without_a_trace(has_time, seed, density):
    rng = np.random.default_rng(seed)
    deeds = trade(rng, 6_000) + gang(rng, density)
    whole = plain(blocks_of(deeds, has_time=has_time))
    targets = [len(set(deeds.what[deeds.who == a].tolist())) for a in range(deeds.who.max() + 1)]
    left, rest = pruned(deeds, np.array(targets) < 2, has_time)
    assert rest.n_accounts > 1_000
    assert plain(blocks_of(left, has_time=has_time, rest=rest)) == whole


# Bounds


def test_blocks_too_small_or_too_many_are_left_out():
    rng = np.random.default_rng(1)
    smaller = gang(rng, 0.9, accounts=np.arange(30), targets=500 + np.arange(20), weeks=(3, 4))
    deeds = trade(rng) + gang(rng, 0.9) + smaller
    assert len(blocks_of(deeds)) == 2
    assert len(blocks_of(deeds, max_blocks=1)) == 1
    assert len(blocks_of(deeds, min_accounts=31)) == 1
    assert blocks_of(deeds, min_accounts=61) == blocks_of(deeds, min_targets=21) == []
    assert blocks_of(deeds, max_blocks=0) == []


def test_no_more_chance_is_put_up_with_than_is_said():
    rng = np.random.default_rng(1)
    deeds = trade(rng) + gang(rng, 0.3)
    (block,) = blocks_of(deeds)
    assert len(blocks_of(deeds, max_chance=float(np.exp(block.ln_chance) * 1.01))) == 1
    for chance in (float(np.exp(block.ln_chance) * 0.99), 0.0):
        assert all(b.ln_chance < block.ln_chance for b in blocks_of(deeds, max_chance=chance))


# Odd markets

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
        (np.repeat(np.arange(40), 25), np.tile(np.arange(25), 40)),
    ],
    ids=["empty", "one shop has all", "one account has all", "one pair", "each its own",
         "everybody has everything"],
)  # fmt: skip
@pytest.mark.parametrize("has_time", [False, True])
def test_a_market_without_company_has_no_block(account, target, has_time):
    window = np.zeros(len(account), np.int64) if has_time else None
    assert blocks(account, target, window=window) == []


@pytest.mark.parametrize("has_time", [False, True])
def test_one_account_with_everything_and_one_target_with_everybody_change_no_gang(has_time):
    rng = np.random.default_rng(1)
    planted = gang(rng, 0.5)
    n = N_ACCOUNTS + 60
    collector = Deeds(np.full(N_TARGETS, n), np.arange(N_TARGETS), np.full(N_TARGETS, 11))
    bestseller = Deeds(np.arange(n), np.full(n, N_TARGETS), np.full(n, 11))
    (block,) = blocks_of(trade(rng) + planted + collector + bestseller, has_time=has_time)
    assert is_gang(block, of=planted, least=0.95)


@pytest.mark.parametrize(
    ("account", "target", "window"),
    [([-1], [0], None), ([0], [2**31], None), ([0, 1], [0], None), ([0], [0], [1, 2])],
)
def test_arrays_that_cannot_be_deeds_are_refused_with_a_hint(account, target, window):
    with pytest.raises(BadParameter) as refused:
        blocks(
            np.array(account),
            np.array(target),
            window=None if window is None else np.array(window),
        )
    assert refused.value.hint

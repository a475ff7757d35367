"""Chance: every bound is held against exact sums over all blocks of small markets."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbrush.group.chance import ln_chance, ln_q_values, robustness, surprise

MARGINS = st.lists(st.integers(1, 4), min_size=2, max_size=5)
TINY = 1e-9


def subsets(n: int) -> np.ndarray:
    """Every non-empty subset of n things, one row each."""
    return np.array([row for row in itertools.product((0, 1), repeat=n) if any(row)])


def ways(n: int, k: int, m: int, j: int) -> float:
    """What `ln_chance` allows for blocks of one size, without their surprise."""
    return ln_chance(0, 1, 1, k, j, 1e9, n, m, 1.0)


# Surprise


def tail(pmf: list[float], seen: int) -> float:
    return math.fsum(pmf[seen:])


@given(st.integers(1, 60), st.floats(0.001, 50))
def test_surprise_bounds_the_tail_of_poisson_closely(seen, mean):
    pmf = [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(400)]
    bound = math.exp(-surprise(seen, mean))
    assert tail(pmf, seen) <= bound + TINY
    if seen > mean:
        assert bound <= pmf[seen] * math.e * math.sqrt(seen) * (1 + TINY)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.001, 0.999))
def test_surprise_bounds_the_tail_of_binomials(seen, n, share):
    pmf = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    assert tail(pmf, seen) <= math.exp(-surprise(seen, n * share)) + TINY


@given(st.floats(0, 50), st.floats(0.01, 50))
def test_nothing_up_to_the_mean_is_a_surprise(seen, mean):
    assert (surprise(seen, mean) > 0) == (seen > mean)


# Blocks


def chance_by_hand(activity, crowd, n_edges, taste) -> list[tuple[float, float]]:
    """Each outcome of each block: its `ln_chance` and its exact probability."""
    p = np.minimum(1.0, taste * np.outer(activity, crowd) / n_edges)
    found = []
    for who in subsets(len(activity)):
        for what in subsets(len(crowd)):
            pmf = np.ones(1)
            for one in p[np.ix_(who > 0, what > 0)].ravel():
                pmf = np.convolve(pmf, [1 - one, one])
            block = (who @ activity, what @ crowd, who.sum(), what.sum())
            found += [
                (ln_chance(seen, *block, n_edges, len(activity), len(crowd), taste), one)
                for seen, one in enumerate(pmf)
            ]
    return found


@given(MARGINS, MARGINS, st.integers(20, 2_000), st.sampled_from([1.0, 2.0]))
@settings(max_examples=25)
def test_chance_makes_no_more_blocks_than_is_said(activity, crowd, n_edges, taste):
    """Exact: the expected number of blocks of any size at every level that there is."""
    outcomes = sorted(chance_by_hand(np.array(activity), np.array(crowd), n_edges, taste))
    expected = np.cumsum([one for _, one in outcomes])
    levels = np.array([level for level, _ in outcomes])
    last = np.append(levels[1:] > levels[:-1], True)
    assert (expected[last] <= np.exp(levels[last]) + TINY).all()


def test_shuffled_markets_show_no_more_blocks_than_is_said():
    """With the margins that were seen instead of given ones, as they are used."""
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(7), [1, 1, 1, 2, 2, 3, 4])
    what = np.repeat(np.arange(6), [1, 1, 2, 2, 3, 5])
    rows, columns = subsets(7), subsets(6)
    counts = np.zeros(3)
    levels = np.array([2.0, 4.0, 6.0])
    chance = np.frompyfunc(ln_chance, 9, 1)
    for _ in range(60):
        met = np.zeros((7, 6), int)
        met[who, rng.permutation(what)] = 1
        seen = rows @ met @ columns.T
        activity, crowd = rows @ met.sum(axis=1), columns @ met.sum(axis=0)
        values = chance(
            seen, activity[:, None], crowd, rows.sum(axis=1)[:, None], columns.sum(axis=1),
            met.sum(), 7, 6, 1.0,
        ).astype(float)  # fmt: skip
        counts += (values[:, :, None] <= levels).sum(axis=(0, 1))
    assert counts[-1] > 0, "levels that nothing reaches test nothing"
    assert (counts / 60 <= np.exp(levels)).all()


@pytest.mark.parametrize(("n", "m"), [(1, 1), (5, 3), (40, 30)])
def test_all_sizes_share_one_unit_of_chance(n, m):
    sizes = itertools.product(range(1, n + 1), range(1, m + 1))
    shares = [math.comb(n, k) * math.comb(m, j) / math.exp(ways(n, k, m, j)) for k, j in sizes]
    assert 0.2 < math.fsum(shares) <= 1 + TINY


@given(st.integers(1, 30), st.integers(1, 30), st.floats(1, 50))
def test_more_meetings_are_less_chance_and_a_taste_is_more(seen, more, taste):
    block = (20.0, 30.0, 5, 5, 10_000.0, 1_000, 500)
    assert ln_chance(seen + more, *block, 1.0) < ln_chance(seen, *block, 1.0) or seen + more < 1
    assert ln_chance(seen, *block, taste) >= ln_chance(seen, *block, 1.0)


def test_a_block_by_hand():
    # 3 of 10 accounts, 2 of 8 columns; sizes take 1/12 and 1/6 of the chance; λ = 2 * 12 * 9 / 100.
    mean = 2.16
    number = 120 * 12 * 28 * 6 * math.exp(6 - mean - 6 * math.log(6 / mean))
    assert ln_chance(6, 12, 9, 3, 2, 100, 10, 8, 2.0) == pytest.approx(math.log(number))


HUGE = st.floats(1, 1e10)


@given(HUGE, HUGE, HUGE, HUGE, HUGE, HUGE, HUGE, HUGE, st.floats(1, 1e6))
def test_no_size_of_market_is_too_large(seen, activity, crowd, k, j, n_edges, n, m, taste):
    value = ln_chance(seen, activity, crowd, k, j, n_edges, n, m, taste)
    assert math.isfinite(value)
    mean = activity * crowd / n_edges
    assert 1 <= robustness(value, seen, mean, math.log(0.01)) <= 1e6


# Robustness


@given(st.integers(10, 500), st.floats(0.01, 5), st.floats(0, 100))
def test_at_its_robustness_a_block_is_just_allowed(seen, mean, n_ways):
    allowed = math.log(0.01)
    value = robustness(n_ways - surprise(seen, mean), seen, mean, allowed)
    below, above = (n_ways - surprise(seen, mean * (value + by)) for by in (-0.0501, 0.0501))
    assert above > allowed
    assert below <= allowed or value == 1


@given(st.integers(10, 500), st.integers(0, 50), st.floats(0.01, 5), st.floats(0, 100))
def test_more_meetings_are_never_less_robust(seen, more, mean, n_ways):
    first, second = (
        robustness(n_ways - surprise(n, mean), n, mean, math.log(0.01)) for n in (seen, seen + more)
    )
    assert 1 <= first <= second


def test_a_block_that_chance_explains_has_no_robustness():
    assert robustness(3.0, 10, 9.0, math.log(0.01)) == 1.0


# Shares of chance


def logs(numbers):
    return [math.log(number) for number in numbers]


def test_q_values_by_hand():
    # Expected by chance at its level, over found there; the least of all weaker levels.
    expected = [0.5, 0.02, 8.0, 0.001, 0.03]
    q = [0.5 / 4, 0.03 / 3, 1.0, 0.001, 0.03 / 3]
    assert ln_q_values(logs(expected)) == pytest.approx(logs(q))
    doubled = [min(1.0, 2 * one) for one in q]
    assert ln_q_values(logs(expected), n_searches=2) == pytest.approx(logs(doubled))
    assert ln_q_values([]) == []


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=12))
def test_q_values_are_those_of_benjamini_and_hochberg(p_values):
    n = len(p_values)
    ascending = sorted(p_values)
    adjusted = {
        p: min(1.0, *(ascending[j] * n / (j + 1) for j in range(n) if ascending[j] >= p), 1.0)
        for p in p_values
    }
    found = ln_q_values([math.log(p * n) for p in p_values])
    assert found == pytest.approx(logs(adjusted[p] for p in p_values), abs=1e-9)

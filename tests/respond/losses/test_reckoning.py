"""The methods on small arrays, where the answer is known."""

import numpy as np
import pytest

from unbrush.respond.losses.counterfactual import conformal_spread, nearest, predict, weights
from unbrush.respond.losses.court import court_value
from unbrush.respond.losses.diversion import diverted, prices_lost
from unbrush.respond.losses.draws import significant, student_quantile, sum_draws
from unbrush.respond.losses.pricing import overpaid, price_rise
from unbrush.respond.losses.quality import shortfall

DAYS = 90
BEFORE, WINDOW = np.arange(DAYS) < 60, np.arange(DAYS) >= 60


def shops(n, *, seed=1, noise=0.1, growth=1.0):
    rng = np.random.default_rng(seed)
    level = rng.uniform(50, 150, (n, 1))
    trend = np.where(WINDOW, growth, 1.0)
    return level * trend * rng.normal(1, noise, (n, DAYS))


def test_draws_average_to_the_expected_sum():
    amounts, p = np.array([100.0, 50.0, 30.0]), np.array([0.5, 0.2, 0.9])
    draws = sum_draws(amounts, p, np.array([0, 0, 1]), seed=3, n=20_000)
    assert draws.mean() == pytest.approx((amounts * p).sum(), rel=0.02)


def test_rows_of_one_ring_are_fake_together():
    amounts, p = np.full(100, 10.0), np.full(100, 0.5)
    apart = sum_draws(amounts, p, np.arange(100), seed=3)
    together = sum_draws(amounts, p, np.zeros(100, np.int64), seed=3)
    assert set(together) == {0.0, 1_000.0}
    assert apart.std() < together.std() / 5


def test_certain_rows_do_not_scatter_and_impossible_ones_add_nothing():
    draws = sum_draws(np.array([7.0, 9.0]), np.array([1.0, 0.0]), np.array([0, 1]), seed=1)
    assert set(draws) == {7.0}


def test_the_same_seed_gives_the_same_draws():
    given = (np.arange(50.0), np.linspace(0, 1, 50), np.arange(50) // 3)
    assert (sum_draws(*given, seed=4) == sum_draws(*given, seed=4)).all()
    assert (sum_draws(*given, seed=4) != sum_draws(*given, seed=5)).any()


@pytest.mark.parametrize("way", ["differences", "synthetic"])
def test_a_trend_that_all_share_is_no_effect(way):
    donors, unit = shops(20, growth=1.5), shops(1, seed=9, growth=1.5)[0]
    found = predict(unit, donors, BEFORE, WINDOW, way=way, seed=2)
    assert found.total == pytest.approx(unit[WINDOW].sum(), rel=0.05)
    low, high = np.quantile(found.draws, (0.05, 0.95))
    assert low < unit[WINDOW].sum() < high


@pytest.mark.parametrize("way", ["differences", "synthetic"])
def test_a_loss_of_a_third_is_found(way):
    unit = shops(1, seed=9)[0] * np.where(WINDOW, 2 / 3, 1.0)
    found = predict(unit, shops(20), BEFORE, WINDOW, way=way, seed=2)
    lost = found.total - unit[WINDOW].sum()
    assert lost == pytest.approx(unit[WINDOW].sum() / 2, rel=0.15)
    assert np.quantile(found.draws, 0.05) > unit[WINDOW].sum()


def test_synthetic_control_takes_the_donors_that_move_alike():
    donors = shops(10, noise=0.02)
    wave = 1 + 0.4 * np.sin(np.arange(DAYS) / 12)
    donors[3] *= wave
    unit = shops(1, seed=5, noise=0.02)[0] * wave
    found = weights(unit, donors, BEFORE)
    assert found.argmax() == 3
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_the_band_holds_more_than_nine_in_ten_errors():
    errors = np.arange(1.0, 40.0)
    assert (errors <= conformal_spread(errors) * student_quantile(38) + 1e-9).sum() == 38
    few = np.arange(1.0, 9.0)
    assert conformal_spread(few) * student_quantile(7) == pytest.approx(9)


def test_shops_are_compared_with_shops_of_their_size():
    others = np.outer([1, 100, 90, 5_000, 110], np.ones(DAYS))
    assert list(nearest(np.full(DAYS, 100.0), others, BEFORE, n=3)) == [1, 2, 4]


def test_the_court_takes_the_lower_of_trend_and_own_mean():
    trade = np.ones((10, DAYS)) * 100
    unit = np.where(WINDOW, 40.0, 80.0)
    assert court_value(unit, trade, BEFORE, WINDOW).formula == pytest.approx(30 * 40)
    grown = court_value(unit, trade * np.where(WINDOW, 1.5, 1), BEFORE, WINDOW)
    assert grown.formula == pytest.approx(30 * 40)  # growth never enlarges it
    fallen = court_value(unit, trade * np.where(WINDOW, 0.75, 1), BEFORE, WINDOW)
    assert fallen.formula == pytest.approx(30 * 20)  # decline always lessens it


def test_what_a_court_is_given_allows_for_chance_and_is_never_below_nothing():
    trade = shops(20, noise=0.3)
    unit = shops(1, seed=8, noise=0.3)[0]
    value = court_value(unit, trade, BEFORE, WINDOW)
    assert value.conservative == 0
    lost = court_value(unit * np.where(WINDOW, 0.3, 1), trade, BEFORE, WINDOW)
    assert 0 < lost.conservative < lost.formula


def test_a_market_that_only_grew_takes_nothing_from_others():
    uplift = np.full(100, 30.0)
    none = diverted(uplift, share=0.3, share_of_shop=0.4, expansion=(1, 1), seed=1)
    full = diverted(uplift, share=0.3, share_of_shop=0.4, expansion=(0, 0), seed=1)
    assert none == pytest.approx(np.zeros(100))
    assert full == pytest.approx(np.full(100, 15.0))


def test_prices_lost_lie_among_those_of_the_others():
    found = prices_lost(np.array([100.0, 300.0]), np.array([3.0, 1.0]), seed=1, n=4_000)
    assert found.min() == 100
    assert found.max() == 300
    assert found.mean() == pytest.approx(150, rel=0.05)


def test_a_rise_that_the_category_shares_is_not_overpaid():
    rng = np.random.default_rng(1)
    siblings, elsewhere = rng.normal(0.05, 0.002, 30), [rng.normal(-0.1, 0.002, 30)]
    same, more = (
        price_rise(np.array([rise]), siblings, elsewhere, seed=2) for rise in (0.05, 0.15)
    )
    paid = np.full(len(same.draws), 1_000_000.0)
    assert abs(overpaid(same, 1_000_000, paid)[0]) < 2_000
    point, draws = overpaid(more, 1_000_000, paid)
    assert point == pytest.approx(1_000_000 * (1 - np.exp(-0.1)), rel=0.02)
    assert np.quantile(draws, 0.05) > 0


def test_quality_is_the_failing_share_times_what_it_costs():
    point, draws = shortfall(1_000_000, n_failed=50, n=100, lost_share=(0.2, 0.4), seed=1)
    assert point == pytest.approx(150_000)
    assert np.quantile(draws, 0.05) < point < np.quantile(draws, 0.95)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, 0), (7.4, 7), (1_234_567, 1_235_000), (-98_765, -98_760), (9_999, 9_999)],
)
def test_estimates_are_rounded_to_what_can_be_known(value, shown):
    assert significant(value) == pytest.approx(shown, abs=10 if value == -98_765 else 0)


@pytest.mark.parametrize(("df", "quantile"), [(5, 2.015), (9, 1.833), (23, 1.714), (39, 1.685)])
def test_quantiles_of_student(df, quantile):
    assert student_quantile(df) == pytest.approx(quantile, abs=0.003)

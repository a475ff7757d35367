"""The posterior by hand and against known answers."""

import pytest

from unbrush.base.clock import DAY_MS
from unbrush.respond.desk.inspections.quality import LabResult, Params, quality, weight_at
from unbrush.respond.desk.inspections.results import Measured

PARAMS = Params()
ALONE = Params(alike=(0.0,))
SURE = LabResult(n_tested=1, n_failed=0, sensitivity=1, specificity=1)


def many(n_passed: int, n_failed: int, **error: float) -> list[LabResult]:
    rate = {"sensitivity": 1.0, "specificity": 1.0} | error
    return [LabResult(n_tested=n_passed + n_failed, n_failed=n_failed, **rate)]  # type: ignore[arg-type]


def test_nothing_tested_is_the_prior() -> None:
    found = quality([], PARAMS)
    assert found.mean == 0.5
    assert found.high - found.low == pytest.approx(0.95, abs=0.002)


def test_a_test_that_never_errs_gives_the_beta_posterior() -> None:
    # Beta(1 + 18, 1 + 2): mean 19/22, and its narrowest 95 % by another program's quantiles.
    found = quality(many(18, 2), ALONE)
    assert found.mean == pytest.approx(19 / 22, abs=1e-3)
    assert (found.low, found.high) == pytest.approx((0.7234, 0.9824), abs=1.5e-3)


def test_an_interval_may_reach_the_end_where_all_pass() -> None:
    assert quality(many(30, 0), ALONE).high == 1.0
    assert quality(many(0, 30), ALONE).low == 0.0


def test_what_the_test_errs_is_taken_out() -> None:
    # A tenth of good goods fails: 10 of 100 failing is what all good would give.
    plain = quality(many(90, 10), ALONE).mean
    known = quality(many(90, 10, specificity=0.9), ALONE)
    assert plain == pytest.approx(91 / 102, abs=1e-3)
    assert known.mean > 0.95
    assert known.high == 1.0
    # A test that misses half of the bad: 10 of 100 failing are twenty.
    assert quality(many(90, 10, sensitivity=0.5001), ALONE).mean == pytest.approx(0.79, abs=0.01)


def test_errors_that_are_hardly_known_widen_the_interval() -> None:
    def width(n: int | None) -> float:
        each = LabResult(n_tested=60, n_failed=12, sensitivity=0.9, specificity=0.9, n_bad=n,
                      n_good=n)  # fmt: skip
        found = quality([each], ALONE)
        return found.high - found.low

    assert width(20) > width(200) > width(None)


def test_units_of_one_sample_say_less_than_units_of_many() -> None:
    one = quality(many(10, 0), PARAMS)
    ten = quality([SURE] * 10, PARAMS)
    assert ten.low > one.low
    assert ten.mean > one.mean


def test_order_changes_nothing() -> None:
    results = [*many(3, 1), *many(5, 0, specificity=0.95), SURE]
    assert quality(results, PARAMS) == quality(results[::-1], PARAMS)


@pytest.mark.parametrize(
    ("day", "weight"), [(-1, 0), (0, 1), (50, 1), (75, 0.5), (99, 0.02), (100, 0)]
)
def test_a_result_fades_and_is_nothing_at_its_end(day: int, weight: float) -> None:
    assert weight_at(day * DAY_MS, 0, 100 * DAY_MS, PARAMS) == pytest.approx(weight)


def test_a_result_without_weight_says_nothing() -> None:
    gone = LabResult(n_tested=40, n_failed=40, sensitivity=1, specificity=1, weight=0.0)
    assert quality([gone], PARAMS) == quality([], PARAMS)


@pytest.mark.parametrize(
    ("value", "bound", "fails"),
    [(10.0, "at-most", 0.5), (11.0, "at-most", 0.9772), (9.0, "at-most", 0.0228),
     (9.0, "at-least", 0.9772)],
)  # fmt: skip
def test_a_measurement_near_its_limit_fails_in_part(value: float, bound: str, fails: float) -> None:
    measured = Measured(value=value, limit=10.0, bound=bound, unit="mg/kg", uncertainty=1.0)
    assert measured.fails() == pytest.approx(fails, abs=1e-4)


def test_a_measurement_without_uncertainty_is_on_one_side() -> None:
    sure = Measured(value=10.1, limit=10, bound="at-most", unit="mg", uncertainty=0)
    assert sure.fails() == 1.0

"""Senders beside others: what strikes everybody is expected of each, and nobody excuses himself."""

import pyarrow as pa
import pytest

from unbrush.base.beside_others import beside_others_sql


def cases(sender, n, n_odd, *, day=0, pool="swift"):
    return [{"pool": pool, "sender": sender, "day": day, "is_odd": k < n_odd} for k in range(n)]


def odd(engine, *groups, **limits):
    engine.put("given", pa.Table.from_pylist([row for group in groups for row in group]))
    limits = {"min_odd": 5, "min_others": 20, "max_chance": 1e-6} | limits
    ctes = beside_others_sql(places=("day",), **limits)
    rows = engine.query(
        f"WITH cases AS (SELECT * FROM given), {ctes} SELECT * FROM odd_senders ORDER BY sender"
    )
    return {row["sender"]: row["expected"] for row in rows.to_pylist()}


OTHERS = cases("others", 1000, 9)


def test_the_share_among_others_is_expected(engine):
    """(9 + 1) / (1000 + 2), and the sender's own share is not counted."""
    assert odd(engine, OTHERS, cases("vendor", 50, 40)) == {"vendor": pytest.approx(0.5, abs=0.01)}


def test_a_bad_day_of_others_is_expected_of_all(engine):
    bad_day = cases("others", 40, 40, day=1)
    assert odd(engine, OTHERS, bad_day, cases("vendor", 40, 40, day=1)) == {}
    assert list(odd(engine, OTHERS, bad_day, cases("vendor", 40, 40, day=2))) == ["vendor"]


def test_a_place_with_hardly_anybody_is_taken_for_the_usual(engine):
    quiet_day = cases("others", 1, 1, day=1)
    [expected] = odd(engine, OTHERS, quiet_day, cases("vendor", 40, 40, day=1)).values()
    assert 1 < expected < 3


def test_without_others_in_the_pool_nothing_is_said(engine):
    assert odd(engine, OTHERS, cases("vendor", 40, 40, pool="own")) == {}


def test_so_many_by_chance_are_left_alone(engine):
    assert odd(engine, OTHERS, cases("shop", 400, 10)) == {}
    assert list(odd(engine, OTHERS, cases("shop", 400, 10), max_chance=0.05)) == ["shop"]

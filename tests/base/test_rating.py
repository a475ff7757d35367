"""The interval of a mean rating: one formula, in Python and in SQL."""

import numpy as np
import pytest

from unbrush.base.engine import Engine
from unbrush.base.rating import interval_sql, mean_of


@pytest.mark.parametrize("ends", [(1.0, 5.0), (0.0, 10.0)])
@pytest.mark.parametrize("n", [1, 2, 7, 400])
def test_sql_and_python_give_the_same_interval(engine: Engine, ends, n):
    drawn = np.random.default_rng(n).uniform(*ends, n).round(3)
    ratings = [ends[1]] * n if n == 2 else drawn.tolist()
    total = sum(round(rating * 1000) for rating in ratings)
    low, high = interval_sql(f"CAST({total} AS BIGINT)", f"CAST({n} AS BIGINT)", ends)
    row = engine.query(f"SELECT {low} AS low, {high} AS high").to_pylist()[0]
    mean = mean_of(ratings, ends)
    assert (row["low"], row["high"]) == pytest.approx((mean.low, mean.high), abs=1e-4)
    assert ends[0] <= row["low"] < row["high"] <= ends[1]


def test_no_ratings_have_no_interval(engine: Engine):
    low, high = interval_sql("CAST(NULL AS BIGINT)", "CAST(0 AS BIGINT)", (1.0, 5.0))
    row = engine.query(f"SELECT {low} AS low, {high} AS high").to_pylist()[0]
    assert row == {"low": None, "high": None}


def test_a_slip_beyond_the_scale_counts_as_its_end(engine: Engine):
    low, high = interval_sql("CAST(50000 AS BIGINT)", "CAST(1 AS BIGINT)", (1.0, 5.0))
    row = engine.query(f"SELECT {low} AS low, {high} AS high").to_pylist()[0]
    assert row["high"] == 5.0

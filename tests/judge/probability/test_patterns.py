"""A weak sign that honest trade seldom gives is held to that, unless it is common here."""

import pytest

from tests.judge.test_judge import judged, order, signal
from unbrush.base.engine import Engine

LIGHT = {"detector": "light-parcel", "family": "logistics"}


def likely(engine: Engine, *, n_light: int, n_proven: int, detector: str = "light-parcel") -> float:
    """How likely a row is that bears a weak sign alone, each in a shop of its own."""
    n = n_light + n_proven
    orders = [order(k, shop_id=k) for k in range(1, n + 1)]
    orders += [order(k, shop_id=k % 500) for k in range(10_000, 12_000)]
    weak = [signal(k, **{**LIGHT, "detector": detector}) for k in range(1, n_light + 1)]
    strong = [signal(k, "d", strength="E3", family="money") for k in range(n_light + 1, n + 1)]
    said = judged(engine, {"orders": orders}, [*weak, *strong])
    assert not said["order", 1]["is_neutralised"], "one weak family never is enough"
    return float(said["order", 1]["probability"])


@pytest.mark.parametrize(("n_light", "is_believed"), [(50, True), (51, False)])
def test_it_is_believed_up_to_ten_hidden_rows_for_each_proven_one(
    engine: Engine, n_light, is_believed
):
    assert (likely(engine, n_light=n_light, n_proven=5) > 0.5) == is_believed


def test_where_nothing_is_proven_no_weak_sign_is_believed(engine: Engine):
    assert likely(engine, n_light=20, n_proven=0) < 0.2


def test_a_sign_that_is_not_listed_is_measured_in_the_market_alone(engine: Engine):
    assert likely(engine, n_light=30, n_proven=10, detector="order-burst") < 0.2

from tests.worlds import DAY, T0, build
from unbrush.base.engine import Engine
from unbrush.respond.seams import name_events
from unbrush.respond.timelines import market_timeline


def timeline(engine: Engine, days: list[int], **order: object) -> dict | None:
    orders = [
        {"order_id": n, "account_id": 1, "shop_id": 1, "placed_at": T0 + day * DAY, **order}
        for n, day in enumerate(days)
    ]
    manifest = build(engine, {"orders": orders})
    engine.create(
        "decisions",
        "SELECT 'order' AS subject_kind, 0 AS subject_id, true AS is_neutralised",
    )
    name_events(engine, manifest)
    return market_timeline(engine)


def test_days_without_orders_are_zero_and_not_left_out(engine: Engine):
    found = timeline(engine, [0, 0, 3])
    assert found["orders"] == {"raw": [2, 0, 0, 1], "clean": [1, 0, 0, 1]}
    assert found["step"] == 1
    assert found["reviews"] is None


def test_years_are_drawn_by_the_week(engine: Engine):
    found = timeline(engine, [0, 6, 7, 800])
    assert found["step"] == 7
    assert found["orders"]["raw"][:2] == [2, 1]
    assert sum(found["orders"]["raw"]) == 4


def test_decades_still_fit(engine: Engine):
    found = timeline(engine, [0, 20_000])
    assert len(found["orders"]["raw"]) <= 366


def test_cancelled_orders_count_on_neither_side(engine: Engine):
    assert timeline(engine, [0, 1], status="cancelled") is None


def test_a_market_without_dates_has_no_timeline(engine: Engine):
    assert timeline(engine, []) is None

"""Quick review: the order's own times, and the habits of its category."""

import math

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.quick_review import DETECTOR

SIGNED = T0 + 4 * DAY + 7 * MINUTE
CHAIR, NOODLES = 1, 2
ITEMS = [
    {"item_id": CHAIR, "shop_id": 1, "category": "furniture"},
    {"item_id": NOODLES, "shop_id": 1, "category": "meals"},
]


def review(number, lag, *, item=CHAIR, scans=("out_for_delivery", "signed"), account=None, **more):
    """One order with its parcel, scans two hours apart up to the signature, and its review."""
    account = account or number
    times = range(len(scans) - 1, -1, -1)
    return {
        "orders": [
            {
                "order_id": number,
                "account_id": account,
                "shop_id": 1,
                "item_id": item,
                "placed_at": T0,
                "shipped_at": T0 + DAY,
            }
        ],
        "shipments": [{"waybill_id": number, "order_id": number}],
        "scans": [
            {"waybill_id": number, "kind": kind, "at": SIGNED - 2 * HOUR * back}
            for kind, back in zip(scans, times, strict=True)
        ],
        "reviews": [
            {
                "review_id": number,
                "order_id": number,
                "account_id": account,
                "item_id": item,
                "posted_at": SIGNED + round(lag),
                **more,
            }
        ],
    }


def market(*parts, **tables):
    joined = {"items": ITEMS}
    for part in (*parts, tables):
        for name, rows in part.items():
            joined[name] = [*joined.get(name, []), *rows]
    return joined


def spread(first, median, *, item=CHAIR, n=60):
    """Reviews whose lags lie around a median, a few times as long or short."""
    return [
        review(first + k, median * math.exp(1.6 * (k / (n - 1) - 0.5)), item=item) for k in range(n)
    ]


HONEST = spread(100, 3 * DAY) + spread(200, HOUR / 2, item=NOODLES)
BEFORE = review(1, -30 * HOUR)
AT_ONCE = review(2, 5 * MINUTE)

EXAMPLE = Example(
    fake=market(*HONEST, BEFORE, AT_ONCE),
    finds={1, 2},
    without_fakes=market(*HONEST),
    look_alikes={
        "instant-use": market(*HONEST, review(3, 10 * MINUTE, item=NOODLES)),
        "default-praise": market(*HONEST, review(3, MINUTE, text_source="default")),
        "complaint-of-waiting": market(*HONEST, review(3, -30 * HOUR, rating=1.0)),
        "added-review": market(*HONEST, review(3, MINUTE, append_of=100)),
        "repeat-buyer": market(
            *HONEST,
            review(3, -30 * HOUR, account=9),
            orders=[
                {
                    "order_id": 4,
                    "account_id": 9,
                    "shop_id": 1,
                    "item_id": CHAIR,
                    "placed_at": T0 - 60 * DAY,
                }
            ],
        ),
        "signed-late": market(*HONEST, review(3, -HOUR), review(4, -20 * HOUR, scans=("signed",))),
        "missing-scans": market(
            *HONEST, review(3, -30 * HOUR), shipments=[{"waybill_id": 5, "order_id": 3}]
        ),
        "dates-only": market(
            *[
                {**part, "reviews": [{**row, "posted_at": row["posted_at"] // DAY * DAY}]}
                for part in [*HONEST, review(3, -HOUR), review(4, 5 * MINUTE)]
                for row in part["reviews"]
            ]
        ),
        "clock-skew": market(*HONEST, *[review(n, -30 * HOUR) for n in range(1, 60)]),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def test_before_delivery_is_strong_and_soon_after_is_weak(engine):
    signals = found(engine, EXAMPLE.fake)
    assert [signals[n]["strength"] for n in (1, 2)] == ["E2", "E1"]
    assert "28 hours before" in signals[1]["reason_en"]
    assert "0.08 hours after the order was signed for" in signals[2]["reason_en"]


def test_a_meal_may_be_praised_within_minutes_but_a_chair_may_not(engine):
    meal, chair = review(3, 9 * MINUTE, item=NOODLES), review(4, 9 * MINUTE)
    assert set(found(engine, market(*HONEST, meal, chair))) == {4}


def test_a_category_without_enough_reviews_is_not_judged_by_lag(engine):
    few = spread(100, 3 * DAY, n=30)
    assert not found(engine, market(*few, AT_ONCE))
    assert set(found(engine, market(*few, AT_ONCE), min_reviews=20)) == {2}


@pytest.mark.parametrize(("before_dispatch", "is_found"), [(2 * HOUR, False), (25 * HOUR, True)])
def test_without_scans_dispatch_must_have_been_well_before(engine, before_dispatch, is_found):
    """Dispatch is at T0 + a day; it may be recorded a day late."""
    part = review(3, T0 + DAY - before_dispatch - SIGNED, scans=())
    signals = found(engine, market(*HONEST, {**part, "shipments": []}))
    assert [signal["strength"] for signal in signals.values()] == ["E1"] * is_found


def test_arrival_in_the_region_of_the_buyer_makes_a_review_possible(engine):
    part = review(3, -30 * HOUR)
    part["shipments"] = [{"waybill_id": 3, "order_id": 3, "destination_region": "330100"}]
    arrival = {"waybill_id": 3, "kind": "arrived", "at": SIGNED - 31 * HOUR}
    near = {**part, "scans": [*part["scans"], {**arrival, "region": "330100"}]}
    far = {**part, "scans": [*part["scans"], {**arrival, "region": "440300"}]}
    assert not found(engine, market(*HONEST, near))
    assert set(found(engine, market(*HONEST, far))) == {3}


def test_a_fifth_of_quick_fakes_does_not_move_the_limit_over_them(engine):
    fakes = [review(n, (5 + n) * MINUTE) for n in range(1, 13)]
    assert set(found(engine, market(*HONEST, *fakes))) == set(range(1, 13))


def test_a_day_too_early_is_early_even_where_times_are_dates(engine):
    rows = market(
        *[
            {**part, "reviews": [{**row, "posted_at": row["posted_at"] // DAY * DAY}]}
            for part in [*HONEST, review(3, -50 * HOUR)]
            for row in part["reviews"]
        ]
    )
    assert set(found(engine, rows)) == {3}


def unsigned(first: int, lag: float, *, confirms_before: float, n: int) -> list[dict]:
    """Orders without a scan of the signature, confirmed some time before their review."""
    parts = []
    for number in range(first, first + n):
        part = review(number, lag * (1 + number % 7), scans=())
        [posted] = [row["posted_at"] for row in part["reviews"]]
        [row] = part["orders"]
        parts.append({**part, "orders": [{**row, "confirmed_at": posted - round(confirms_before)}]})
    return parts


@pytest.mark.parametrize(("confirms_before", "n"), [(MINUTE, 0), (20 * MINUTE, 1)])
def test_who_confirms_only_to_review_is_not_quick(engine, confirms_before, n):
    usual = unsigned(300, DAY, confirms_before=2 * DAY, n=60)
    at_once = unsigned(400, DAY, confirms_before=confirms_before, n=1)
    assert len(found(engine, market(*usual, *at_once))) == n

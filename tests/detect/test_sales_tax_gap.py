"""Sales and tax: what a shop shows against what its owner declares."""

import pyarrow as pa
import pytest

from tests.worlds import DAY, T0, Example, Market, build
from unbrush.base.evidence import ring_member_schema, ring_schema
from unbrush.detect import detect
from unbrush.detect.sales_tax_gap import DETECTOR
from unbrush.judge import judge

QUARTER = 90 * DAY
SHOPS = [{"shop_id": n, "owner_id": 100 + n} for n in range(1, 5)] + [
    {"shop_id": 11, "owner_id": 101}
]


def orders(shop: int, n: int, paid: int, *, first: int = 0, at: int = 0, **more) -> list[dict]:
    """``n`` orders, one a day from ``at`` on."""
    return [
        {
            "order_id": 1_000 * shop + first + k,
            "account_id": 7,
            "shop_id": shop,
            "placed_at": T0 + at + k * DAY,
            "paid_minor": paid,
            **more,
        }
        for k in range(n)
    ]


def declared(owner: int, amount: int, quarter: int = 0) -> dict:
    start = T0 + quarter * QUARTER
    return {
        "owner_id": owner,
        "period_start_at": start,
        "period_end_at": start + QUARTER,
        "amount_minor": amount,
    }


HONEST = [  # sold 60 × 500 yuan each, declared a bit less
    *orders(2, 60, 50_000),
    *orders(3, 60, 50_000),
]
HONESTLY = [declared(102, 2_700_000), declared(103, 2_550_000)]
SHOWN = orders(1, 60, 50_000)  # 30,000 yuan before the last 30 days of the quarter


def market(sold: list[dict], told: list[dict], **tables) -> Market:
    return {
        "orders": [*HONEST, *sold],
        "declared_revenue": [*HONESTLY, *told],
        "shops": SHOPS,
        **tables,
    }


BACK = [
    {"refund_id": row["order_id"], "order_id": row["order_id"], "amount_minor": 50_000, "at": T0}
    for row in SHOWN[:40]
]
TOGETHER = [{"owner_id": 101, "bank_token": "b"}, {"owner_id": 104, "bank_token": "b"}]
COMMISSION = [{"payout_id": 1, "shop_id": 1, "amount_minor": 300_000, "at": T0 + 60 * DAY}]

EXAMPLE = Example(
    fake=market(SHOWN, [declared(101, 500_000)]),
    finds={1},
    without_fakes=market(SHOWN[:12], [declared(101, 500_000)]),
    look_alikes={
        "refunds": market(
            [*SHOWN, *orders(1, 30, 90_000, first=500, status="cancelled")],
            [declared(101, 500_000)],
            refunds=BACK,
        ),
        "several-owners": market(
            SHOWN, [declared(101, 500_000), declared(104, 2_000_000)], owners=TOGETHER
        ),
        "period-boundary": market(orders(1, 29, 100_000, at=61 * DAY), [declared(101, 0)]),
        "agency": market(SHOWN, [declared(101, 300_000)], payouts=COMMISSION),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_it_says_both_sums_and_leaves_the_shop_where_it_is(engine):
    manifest = build(engine, EXAMPLE.fake)
    detect(engine, manifest, chosen=[DETECTOR])
    signal = engine.query("SELECT * FROM signals").to_pylist()[0]
    assert "30000.00 net" in signal["reason_en"]
    assert "5000.00 was declared" in signal["reason_en"]
    engine.put("rings", pa.Table.from_pylist([], schema=ring_schema()))
    engine.put("ring_members", pa.Table.from_pylist([], schema=ring_member_schema(pa.int64())))
    judge(engine, manifest)
    assert engine.query("SELECT * FROM decisions").num_rows == 0


def test_all_shops_of_an_owner_are_summed_and_named(engine):
    half = market([*SHOWN[:30], *orders(11, 30, 50_000)], [declared(101, 500_000)])
    assert set(found(engine, half)) == {1, 11}


@pytest.mark.parametrize(("amount", "is_found"), [(0, True), (1_200_000, True), (1_300_000, False)])
def test_fees_are_taken_off_before_the_ratio(engine, amount, is_found):
    """30,000 yuan less 15 % is 25,500; half of it is 12,750."""
    assert bool(found(engine, market(SHOWN, [declared(101, amount)]))) is is_found


def test_a_late_sale_counts_where_the_next_period_is_declared(engine):
    late = orders(1, 29, 100_000, at=61 * DAY)
    two = [declared(101, 0), declared(101, 100_000, quarter=1)]
    assert set(found(engine, market(late, two))) == {1}
    made_up = [declared(101, 0), declared(101, 2_000_000, quarter=1)]
    assert not found(engine, market(late, made_up))


def test_full_payouts_excuse_nothing(engine):
    paid_out = [{"payout_id": 1, "shop_id": 1, "amount_minor": 2_900_000, "at": T0 + 60 * DAY}]
    assert set(found(engine, market(SHOWN, [declared(101, 500_000)], payouts=paid_out))) == {1}


def test_a_common_owner_who_declares_as_little_excuses_nothing(engine):
    rows = market(SHOWN, [declared(101, 500_000), declared(104, 100_000)], owners=TOGETHER)
    assert set(found(engine, rows)) == {1}


def test_sales_outside_the_declared_periods_are_not_compared(engine):
    assert not found(engine, market(orders(1, 60, 50_000, at=-70 * DAY), [declared(101, 500_000)]))


def test_a_small_gap_is_not_worth_a_question(engine):
    assert not found(engine, market(orders(1, 60, 5_000), [declared(101, 10_000)]))


def test_a_period_that_began_before_the_records_is_left_out(engine):
    """What was declared of unseen days says nothing of the days that are seen."""
    sold = orders(1, 60, 50_000, at=91 * DAY)
    told = [declared(101, 2_500_000), declared(101, 500_000, quarter=1)]
    for first_day, expected in ((70, {1}), (1, set())):
        rows = {
            "orders": [*sold, *orders(3, 1, 50_000, at=first_day * DAY)],
            "declared_revenue": [*told, declared(103, 100_000)],
            "shops": SHOPS,
        }
        assert set(found(engine, rows)) == expected

"""Order concentration: exact over every interval, blind to what only looks alike."""

from collections import Counter

import pyarrow.csv
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worlds import DAY, HOUR, MINUTE, SECOND, T0, Example, build, data_folder
from unbrush.base.market import whole_table_sql
from unbrush.base.params import with_values
from unbrush.base.tables import TABLES
from unbrush.detect import find
from unbrush.detect.order_concentration import DETECTOR, Params, sql
from unbrush.store.duckdb_engine import DuckDBEngine


def orders(shop, *placed, first=1, **more):
    """Orders of one shop from (account, time) pairs; numbered from ``first``."""
    return [
        {
            "order_id": first + n,
            "shop_id": shop,
            "account_id": account,
            "placed_at": T0 + at,
            **more,
        }
        for n, (account, at) in enumerate(placed)
    ]


HONEST = [
    *orders(1, (1, 0), (2, MINUTE), (3, 2 * MINUTE), (4, 3 * MINUTE), (1, DAY), first=100),
    *orders(2, (1, 0), (1, 59 * MINUTE), (1, 2 * HOUR + 1), (5, DAY), first=200),
]
BRUSHED = [
    *orders(3, *[(7, n * MINUTE) for n in range(4)], *[(8, n * MINUTE) for n in range(5)], (9, 0)),
    *orders(4, (7, DAY), (7, DAY + HOUR // 2), (7, DAY + HOUR), first=50),
]

EXAMPLE = Example(
    fake={"orders": HONEST + BRUSHED},
    finds={3, 4},
    without_fakes={"orders": HONEST},
    look_alikes={
        "group-buying": {
            "orders": orders(1, *[(1, n * MINUTE) for n in range(6)], (2, DAY), group_id=77)
        },
        "split-checkout": {
            "orders": [
                {**row, "item_id": n, "paid_at": T0 + MINUTE}
                for n, row in enumerate(orders(1, *[(1, 0)] * 5, (2, DAY)))
            ]
        },
        "bulk-buying": {
            "orders": orders(1, *[(1, n * MINUTE) for n in range(6)], (2, DAY), quantity=12)
        },
        "gifts": {
            "orders": [
                {**row, "is_gift": True, "address_token": f"home {n}"}
                for n, row in enumerate(orders(1, *[(1, n * MINUTE) for n in range(5)]))
            ]
        },
        "payment-retries": {
            "orders": [
                *orders(1, *[(1, n * MINUTE) for n in range(4)], status="cancelled"),
                *orders(1, (1, 5 * MINUTE), first=9, status="paid", paid_at=T0 + 6 * MINUTE),
            ]
        },
        "dates-only": {"orders": orders(1, (1, 0), (1, 0), (1, 0), (1, DAY))},
    },
)


def found(engine, rows, **values):
    build(engine, {"orders": rows})
    engine.create("found", sql(with_values(Params(), values, owner=DETECTOR.name)))
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM found").to_pylist()}


def test_busy_buyers_are_named_and_a_single_order_beside_them_is_no_evidence(engine):
    signal = found(engine, BRUSHED)[3]
    assert signal["buyers"] == [8]
    assert (signal["n_orders"], signal["n_buyers"], signal["ratio"]) == (10, 3, 3.333)
    assert signal["evidence_ids"] == list(range(1, 10))


def test_buyers_who_tie_are_all_named(engine):
    pairs = [(buyer, n * MINUTE) for buyer in (5, 4) for n in range(3)]
    assert found(engine, orders(1, *pairs))[1]["buyers"] == [4, 5]


@pytest.mark.parametrize(
    ("last", "is_found"), [(HOUR, True), (HOUR + 1, False), (HOUR + SECOND, False)]
)
def test_the_interval_is_closed_at_both_ends(engine, last, is_found):
    assert bool(found(engine, orders(1, (1, 0), (1, 5), (1, last)))) == is_found


def test_an_interval_may_start_between_orders(engine):
    """Buyer 2 stands in the way of every interval that starts or ends at an order of buyer 1."""
    pairs = [(2, 0), (1, 1), (1, 2), (1, HOUR // 2), (3, HOUR + 1)]
    assert found(engine, orders(1, *pairs))[1]["n_buyers"] == 1
    assert not found(engine, orders(1, (2, 0), (1, 0), (1, 2), (1, HOUR), (3, HOUR)))


def test_same_item_again_is_not_a_split_checkout(engine):
    rows = orders(1, *[(1, 0)] * 3, (2, HOUR), item_id=5, paid_at=T0)
    assert set(found(engine, rows)) == {1}


def test_gifts_to_one_address_count(engine):
    rows = orders(1, (1, 0), (1, 1), (1, 2), is_gift=True, address_token="one")
    assert set(found(engine, rows)) == {1}


def test_both_orders_of_a_split_checkout_are_evidence(engine):
    rows = [
        {**row, "item_id": n % 2, "paid_at": row["placed_at"]}
        for n, row in enumerate(orders(1, *[(1, n // 2 * MINUTE) for n in range(6)]))
    ]
    signal = found(engine, rows)[1]
    assert signal["n_orders"] == 3
    assert signal["evidence_ids"] == [1, 2, 3, 4, 5, 6]


def brute_force(rows, window, ratio):
    """Every interval by trying all starts, half milliseconds included: slow and plainly right."""
    answers = {}
    for shop in {row["shop_id"] for row in rows}:
        own = [(row["placed_at"], row["account_id"], row["order_id"]) for row in rows]
        own = [each for each, row in zip(own, rows, strict=True) if row["shop_id"] == shop]
        first, last = min(own)[0], max(own)[0]
        inside = set()
        for half in range(2 * (first - window), 2 * last + 1):
            held = [each for each in own if half <= 2 * each[0] <= half + 2 * window]
            if held and len(held) >= ratio * len({account for _, account, _ in held}):
                inside.update(held)
        if inside:
            counts = Counter(account for _, account, _ in inside)
            answers[shop] = sorted(a for a, n in counts.items() if n == max(counts.values()))
    return answers


@pytest.fixture(scope="module")
def quiet_engine():
    with DuckDBEngine(threads=1) as engine:
        yield engine


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    placed=st.lists(
        st.tuples(st.integers(1, 2), st.integers(1, 4), st.integers(0, 5000)),
        min_size=1,
        max_size=24,
    ),
    grain=st.sampled_from([1, 250, 500, 1000]),
    ratio=st.sampled_from([1.5, 2.0, 2.5, 3.0]),
)
def test_it_agrees_with_trying_every_interval(quiet_engine, placed, grain, ratio):
    rows = [
        {"order_id": n, "shop_id": shop, "account_id": account, "placed_at": at // grain * grain}
        for n, (shop, account, at) in enumerate(placed)
    ]
    answers = found(quiet_engine, rows, window_s=1, min_ratio=ratio)
    assert {shop: row["buyers"] for shop, row in answers.items()} == brute_force(rows, 1000, ratio)


@pytest.mark.data
def test_the_shopee_key_comes_out_whole(engine):
    folder = data_folder("shopee-order-brush")
    engine.put("raw", pyarrow.csv.read_csv(folder / "orders.csv.gz"))
    engine.create(
        "_raw_orders",
        "SELECT order_id, shop_id, user_id AS account_id, "
        "epoch_ms(event_time::TIMESTAMP) AS placed_at FROM raw",
    )
    ids = dict.fromkeys(("order", "shop", "account"), "BIGINT")
    engine.view("orders", whole_table_sql(engine, TABLES["orders"], "_raw_orders", ids))
    key = pyarrow.csv.read_csv(
        folder / "answers.csv.gz",
        convert_options=pyarrow.csv.ConvertOptions(column_types={"user_ids": pyarrow.string()}),
    ).to_pylist()
    expected = {
        row["shop_id"]: [int(user) for user in row["user_ids"].split("&")]
        for row in key
        if row["user_ids"]
    }
    answers = {row["subject_id"]: row["buyers"] for row in find(engine, DETECTOR).to_pylist()}
    assert len(expected) == 163
    assert answers == expected

"""Bad rows and values: each goes to rejects with file, row, column and reason, and no further."""

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.sources import JAN_5, NOW, ORDERS, gather, orders
from unbrush.base.errors import TooManyRejects

DAY = 86_400_000
HEADER = f"{ORDERS},quantity,paid_minor,paid_at,is_gift"


def order(number: int, placed: object = JAN_5, quantity="", paid="", paid_at="", gift="") -> str:
    return f"{number},1,1,{placed},{quantity},{paid},{paid_at},{gift}"


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (f",1,1,{JAN_5},,,,", "order_id", "", "missing-value"),
        (f"  ,1,1,{JAN_5},,,,", "order_id", "", "missing-value"),
        (f"2,NULL,1,{JAN_5},,,,", "account_id", "", "missing-value"),
        (order(2, ""), "placed_at", "", "missing-value"),
        (order(2, "nan"), "placed_at", "", "missing-value"),
        (order(2, "yesterday"), "placed_at", "yesterday", "unreadable-time"),
        (order(2, "2024-02-30"), "placed_at", "2024-02-30", "unreadable-time"),
        (order(2, 0), "placed_at", "0", "zero-date"),
        (order(2, "1970-01-01 08:00:00"), "placed_at", "1970-01-01 08:00:00", "zero-date"),
        (order(2, "0000-00-00"), "placed_at", "0000-00-00", "zero-date"),
        (order(2, "0000/00/00 00:00:00"), "placed_at", "0000/00/00 00:00:00", "zero-date"),
        (order(2, "1999-12-31"), "placed_at", "1999-12-31", "date-before-2000"),
        (order(2, 1_000), "placed_at", "1000", "zero-date"),
        (order(2, NOW + 2 * DAY), "placed_at", str(NOW + 2 * DAY), "date-in-future"),
        (order(2, paid="-5"), "paid_minor", "-5", "negative-value"),
    ],
)
def test_a_useless_row_is_rejected_and_the_run_goes_on(tmp_path, row, column, value, code):
    found = gather(tmp_path, {"orders.csv": orders(row, order(3), header=HEADER)})
    assert found.faults == [(3, column, value, code)]
    assert found.column("orders", "order_id") == [1, 3]
    assert found.manifest.tables["orders"].n_rejects == 1
    reject = found.rejects[0]
    assert (reject["table"], reject["file"], reject["is_kept"]) == ("orders", "orders.csv", False)
    assert column in reject["reason_en"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in reject["reason_zh"])


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (order(2, quantity="two"), "quantity", "two", "unreadable-count"),
        (order(2, quantity="1.5"), "quantity", "1.5", "unreadable-count"),
        (order(2, quantity="-1"), "quantity", "-1", "negative-value"),
        (order(2, quantity="inf"), "quantity", "inf", "unreadable-count"),
        (order(2, paid="12.34"), "paid_minor", "12.34", "unreadable-money"),
        (order(2, paid="12.00"), "paid_minor", "12.00", "unreadable-money"),
        (order(2, paid="1e30"), "paid_minor", "1e30", "unreadable-money"),
        (order(2, paid_at="soon"), "paid_at", "soon", "unreadable-time"),
        (order(2, paid_at="1985-05-05"), "paid_at", "1985-05-05", "date-before-2000"),
        (order(2, paid_at="2099-01-01"), "paid_at", "2099-01-01", "date-in-future"),
        (order(2, gift="maybe"), "is_gift", "maybe", "unreadable-flag"),
    ],
)
def test_a_bad_optional_value_is_left_out_and_listed(tmp_path, row, column, value, code):
    found = gather(tmp_path, {"orders.csv": orders(row, header=HEADER)})
    assert found.faults == [(3, column, value, code)]
    assert found.rejects[0]["is_kept"]
    assert found.rows("orders")[1][column] is None
    table = found.manifest.tables["orders"]
    assert (table.n_rows, table.n_rejects, table.n_emptied) == (2, 0, 1)


@pytest.mark.parametrize(
    ("row", "column", "stored"),
    [
        (order(2, paid_at="0"), "paid_at", None),
        (order(2, paid_at="1970-01-01"), "paid_at", None),
        (order(2, paid_at="NaT"), "paid_at", None),
        (order(2, quantity="NaN"), "quantity", None),
        (order(2, quantity="3.0"), "quantity", 3),
        (order(2, paid="1230.0"), "paid_minor", 1230),
        (order(2, paid='"1,234"'), "paid_minor", 1234),
        (order(2, paid="￥１２３"), "paid_minor", 123),
        (order(2, gift="是"), "is_gift", True),
        (order(2, gift="0"), "is_gift", False),
    ],
)
def test_what_people_and_programs_write_is_understood(tmp_path, row, column, stored):
    found = gather(tmp_path, {"orders.csv": orders(row, header=HEADER)})
    assert found.faults == []
    assert found.rows("orders")[1][column] == stored


def test_a_payout_may_be_negative_and_a_campaign_may_lie_ahead(tmp_path):
    files = {
        "payouts.csv": f"payout_id,shop_id,amount_minor,at\n1,1,-50,{JAN_5}\n",
        "campaigns.csv": "campaign_id,kind,starts_at,ends_at\n1,sale,2025-06-01,2025-06-18\n",
    }
    found = gather(tmp_path, files)
    assert found.column("payouts", "amount_minor") == [-50]
    assert found.rejects == []


def test_today_is_not_the_future_in_any_time_zone(tmp_path):
    found = gather(tmp_path, {"orders.csv": orders(f"2,1,1,{NOW + DAY}")})
    assert found.rejects == []


def test_a_weight_is_finite_and_not_negative(tmp_path):
    rows = ["1,1,inf", "2,1,-3", "3,1,nan", '4,1,"1,250.5"']
    found = gather(tmp_path, {"items.csv": "\n".join(["item_id,shop_id,net_weight_g", *rows])})
    assert [fault[3] for fault in found.faults] == ["unreadable-number", "negative-value"]
    assert found.column("items", "net_weight_g") == [None, None, None, 1250.5]


def test_every_fault_of_a_row_is_listed_but_the_row_counts_once(tmp_path):
    found = gather(tmp_path, {"orders.csv": orders(order(2, "soon", paid="-5"), header=HEADER)})
    assert [fault[1] for fault in found.faults] == ["paid_minor", "placed_at"]
    assert found.manifest.tables["orders"].n_rejects == 1


def test_parquet_values_are_checked_like_text(tmp_path):
    table = pa.table(
        {
            "order_id": [1, 2, 3, 4],
            "account_id": [1, 1, None, 1],
            "shop_id": [1, 1, 1, 1],
            "placed_at": [JAN_5, 0, JAN_5, NOW + 9 * DAY],
            "paid_minor": [float("nan"), 5.0, 5.0, float("inf")],
            "paid_at": pa.array([JAN_5, None, None, None], pa.timestamp("ms")),
            "shipped_at": pa.array([19727, None, None, None], pa.date32()),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    found = gather(tmp_path, {"orders.parquet": buffer.getvalue()})
    row = found.rows("orders")[0]
    assert (row["paid_minor"], row["paid_at"], row["shipped_at"]) == (None, JAN_5, JAN_5)
    assert [(fault[0], fault[3]) for fault in found.faults] == [
        (2, "zero-date"),
        (3, "missing-value"),
        (4, "unreadable-money"),
        (4, "date-in-future"),
    ]


def test_not_a_number_is_empty_in_any_typed_column(tmp_path):
    nan = float("nan")
    table = pa.table(
        {
            "review_id": [1, 2, 3],
            "account_id": [1.0, 2.0, nan],
            "item_id": [1, 1, 1],
            "posted_at": [float(JAN_5), float(JAN_5), nan],
            "rating": pa.array([4.5, nan, 5.0], pa.float32()),
            "edited_at": [nan, float(JAN_5), nan],
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    found = gather(tmp_path, {"reviews.parquet": buffer.getvalue()})
    assert found.column("reviews", "rating") == [4.5, None]
    assert found.column("reviews", "edited_at") == [None, JAN_5]
    assert [(fault[0], fault[1], fault[3]) for fault in found.faults] == [
        (3, "account_id", "missing-value"),
        (3, "posted_at", "missing-value"),
    ]


@pytest.mark.parametrize(
    ("scale", "stored"), [(0, [12, 13, None]), (1, [12, 13, None]), (2, [None, None, None])]
)
def test_decimals_of_parquet_are_minor_units_as_their_digits_say(tmp_path, scale, stored):
    amounts = [Decimal(12), Decimal(13), None]
    table = pa.table(
        {
            "order_id": [1, 2, 3],
            "account_id": [1, 1, 1],
            "shop_id": [1, 1, 1],
            "placed_at": [JAN_5, JAN_5, JAN_5],
            "paid_minor": pa.array(amounts, pa.decimal128(18, scale)),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    found = gather(tmp_path, {"orders.parquet": buffer.getvalue()})
    assert found.column("orders", "paid_minor") == stored


def test_too_many_rejects_stop_with_the_most_common_reasons(tmp_path):
    files = {
        "orders.csv": orders(*(order(n, "soon") for n in range(2, 5)), order(9), header=HEADER)
    }
    with pytest.raises(TooManyRejects) as error:
        gather(tmp_path, files, max_reject_share=None)
    assert "3 of 5 rows of orders" in error.value.message
    assert "placed_at" in error.value.message
    assert "orders.csv, row 3, value 'soon'" in error.value.message


def test_the_share_of_rejects_is_exact(tmp_path):
    files = {
        "orders.csv": orders(*(order(n) for n in range(2, 5)), order(5, "soon"), header=HEADER)
    }
    assert gather(tmp_path, files, max_reject_share=0.2).manifest.tables["orders"].n_rows == 4
    with pytest.raises(TooManyRejects):
        gather(tmp_path, files, max_reject_share=0.19)


def test_a_column_that_is_bad_all_over_stops_too(tmp_path):
    rows = [order(n, paid_at="32/01/2024") for n in range(2, 9)]
    with pytest.raises(TooManyRejects) as error:
        gather(tmp_path, {"orders.csv": orders(*rows, header=HEADER)}, max_reject_share=None)
    assert "paid_at" in error.value.message


def test_too_many_duplicates_stop(tmp_path):
    rows = [f"1,{n},1,{JAN_5},,,," for n in range(2, 5)]
    with pytest.raises(TooManyRejects) as error:
        gather(tmp_path, {"orders.csv": orders(*rows, header=HEADER)}, max_reject_share=None)
    assert "order_id" in error.value.message


def test_a_waybill_may_carry_several_orders(tmp_path):
    parcels = "waybill_id,order_id\n7,1\n7,2\n7,2\n"
    files = {"orders.csv": orders(order(2), header=HEADER), "shipments.csv": parcels}
    collected = gather(tmp_path, files)
    assert collected.rejects == []
    assert [row["order_id"] for row in collected.rows("shipments")] == [1, 2]

"""The shipped mappings on the data they were made for."""

import csv
import gzip

import pyarrow.parquet as pq
import pytest

from tests.collect.sources import Collected, gather
from tests.worlds import data_folder
from unbrush.base.run_folder import RunFolder
from unbrush.collect import collect

pytestmark = pytest.mark.data
NOW = 1_790_000_000_000


@pytest.fixture
def read(engine, tmp_path):
    def reading(name: str, mapping: str) -> Collected:
        folder = RunFolder(tmp_path / "out")
        return Collected(
            folder, collect(engine, data_folder(name), folder, now_ms=NOW, mapping=mapping)
        )

    return reading


def source(name: str, file: str) -> list[dict[str, str]]:
    with gzip.open(data_folder(name) / file, "rt", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_shopee_is_read_whole_with_its_official_rule(read):
    found = read("shopee-order-brush", "shopee-order-brushing")
    theirs = {
        (int(row["order_id"]), int(row["user_id"]), int(row["shop_id"]))
        for row in source("shopee-order-brush", "orders.csv.gz")
    }
    ours = {(r["order_id"], r["account_id"], r["shop_id"]) for r in found.rows("orders")}
    assert ours == theirs
    assert found.rejects == []
    assert found.manifest.params == {"order-concentration": {"window_s": 3600, "min_ratio": 3.0}}
    assert "answers.csv.gz" in found.notes


def test_the_original_shopee_layout_is_read_too(tmp_path):
    files = {
        "order_brush_order.csv": "orderid,shopid,userid,event_time\n"
        "31076582227611,93950878,30530270,2019-12-27 00:23:03\n"
    }
    found = gather(tmp_path, files, mapping="shopee-order-brushing")
    assert found.column("orders", "shop_id") == [93950878]


def test_yelp_is_read_without_its_labels(read):
    found = read("yelp-spam-metadata", "yelp-metadata")
    table = found.manifest.tables["reviews"]
    assert (table.n_rows, table.n_rejects, table.ignored) == (67_395, 0, ("is_filtered",))
    theirs = pq.read_table(data_folder("yelp-spam-metadata") / "reviews.parquet").to_pylist()
    by_id = {row["review_id"]: row for row in found.rows("reviews")}
    for row in theirs[::500]:
        ours = by_id[row["review_id"]]
        assert (ours["account_id"], ours["item_id"]) == (row["user_id"], row["product_id"])
        assert (ours["shop_id"], ours["rating"]) == (row["product_id"], row["rating"])


def test_olist_is_joined_grouped_and_accounted_for(read):
    found = read("olist-subset", "olist")
    theirs = {row["order_id"]: row for row in source("olist-subset", "orders.csv.gz")}
    people = {r["customer_id"]: r for r in source("olist-subset", "customers.csv.gz")}
    lines: dict[str, list] = {}
    for row in source("olist-subset", "order_items.csv.gz"):
        lines.setdefault(row["order_id"], []).append(row)
    paid: dict[str, int] = {}
    for row in source("olist-subset", "order_payments.csv.gz"):
        paid[row["order_id"]] = paid.get(row["order_id"], 0) + round(
            float(row["payment_value"]) * 100
        )
    for order in found.rows("orders"):
        key = str(order["order_id"])
        assert str(order["account_id"]) == people[theirs[key]["customer_id"]]["customer_unique_id"]
        assert str(order["shop_id"]) == lines[key][0]["seller_id"]
        assert order["quantity"] == len(lines[key])
        assert order["paid_minor"] == paid[key]
        assert order["currency"] == "BRL"
    orders = found.manifest.tables["orders"]
    assert orders.n_rows + orders.n_rejects == len(theirs)
    assert orders.n_rows == sum(key in lines for key in theirs)
    faults = {(reject["table"], reject["code"]) for reject in found.rejects}
    # Olist itself gives one review id to reviews of several orders, a few times.
    assert faults == {
        ("orders", "missing-value"),
        ("reviews", "missing-value"),
        ("reviews", "duplicate-id"),
    }
    reviews = found.manifest.tables["reviews"]
    assert reviews.n_rows + reviews.n_rejects + reviews.n_merged == 8_225
    assert set(found.manifest.id_types.values()) == {"BIGINT"}
    allowed = {"created", "paid", "shipped", "delivered", "cancelled"}
    assert set(found.column("orders", "status")) <= allowed


def test_ratings_without_times_are_read_at_one_moment(read):
    found = read("shilling-filmtrust", "filmtrust-shilling")
    theirs = [
        (int(row["user_id"]), int(row["item_id"]), float(row["rating"]))
        for row in source("shilling-filmtrust", "attacked_ratings.csv.gz")
    ]
    rows = found.rows("reviews")
    assert sorted((r["account_id"], r["item_id"], r["rating"]) for r in rows) == sorted(theirs)
    assert {row["posted_at"] for row in rows} == {1_306_886_400_000}
    assert {"attacked_users.csv.gz", "clean_ratings.csv.gz"} <= set(found.notes)

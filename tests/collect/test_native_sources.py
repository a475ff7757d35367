"""Folders of our own tables: which files are read, how ids come out, what the manifest says."""

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.sources import JAN_5, NOW, ORDERS, gather, orders, write
from unbrush.base.errors import (
    BadMapping,
    BadParameter,
    EmptyTable,
    MissingColumn,
    SourceNotFound,
    UnreadableFile,
    UsageError,
)
from unbrush.base.run_folder import RunFolder
from unbrush.collect import collect
from unbrush.store.duckdb_engine import DuckDBEngine

DAY = 86_400_000


def parquet(**columns) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_every_format_gives_the_same_table(tmp_path):
    row = {"order_id": 7, "account_id": 8, "shop_id": 9, "placed_at": JAN_5}
    as_csv = f"{ORDERS}\n7,8,9,{JAN_5}\n"
    formats = {
        "orders.csv": as_csv,
        "orders.csv.gz": gzip.compress(as_csv.encode()),
        "orders.jsonl": json.dumps(row) + "\n",
        "orders.jsonl.gz": gzip.compress(json.dumps(row).encode()),
        "orders.parquet": parquet(**{name: [value] for name, value in row.items()}),
        "orders.tsv": as_csv.replace(",", "\t"),
    }
    for name, content in formats.items():
        assert gather(tmp_path / name, {name: content}).rows("orders") == [row], name


def test_pieces_of_a_table_are_read_together_and_other_folders_are_not(tmp_path):
    files = {
        "orders.csv": f"{ORDERS}\n1,1,1,{JAN_5}\n",
        "orders-2023.csv": f"{ORDERS},quantity\n2,1,1,{JAN_5},3\n",
        "orders_2024Q1.jsonl": f'{{"order_id":3,"account_id":1,"shop_id":1,"placed_at":{JAN_5}}}',
        "reviews/part-0.csv": f"review_id,account_id,item_id,posted_at\n1,1,1,{JAN_5}\n",
        "reviews/part-1.csv": f"review_id,account_id,item_id,posted_at\n2,1,1,{JAN_5}\n",
        "truth/orders.csv": f"{ORDERS}\n99,1,1,{JAN_5}\n",
    }
    found = gather(tmp_path, files)
    assert found.column("orders", "order_id") == [1, 2, 3]
    assert found.column("orders", "quantity") == [None, 3, None]
    assert found.column("reviews", "review_id") == [1, 2]
    assert "truth/" in found.notes


def test_what_is_not_read_is_said(tmp_path):
    files = {
        "orders.csv": orders(header=f"{ORDERS},paid_minr,colour"),
        "order_reviews.csv": "a\n1\n",
        "revews.csv": "a\n1\n",
        "items.xlsx": b"PK",
        ".DS_Store": b"x",
    }
    found = gather(tmp_path, files)
    assert found.manifest.tables["orders"].ignored == ("colour", "paid_minr")
    assert "reviews?" in found.notes["revews.csv"]
    assert "CSV" in found.notes["items.xlsx"]
    assert "paid_minor" in found.notes["orders.paid_minr"]
    assert ".DS_Store" not in found.notes


def test_titles_may_differ_in_case_and_space(tmp_path):
    files = {"orders.csv": f" Order ID,ACCOUNT-ID,shop_id,Placed_At\n1,2,3,{JAN_5}\n"}
    assert gather(tmp_path, files).rows("orders") == [
        {"order_id": 1, "account_id": 2, "shop_id": 3, "placed_at": JAN_5}
    ]


def test_a_single_file_is_a_source(tmp_path):
    found = gather(tmp_path, {"orders.csv": orders()}, source="orders.csv")
    assert found.column("orders", "order_id") == [1]


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        (["7", "8"], [7, 8]),
        (["007", "8"], ["007", "8"]),
        (["+7", "8"], ["+7", "8"]),
        (["9223372036854775807", "-3"], [-3, 9223372036854775807]),
        (["9223372036854775808", "1"], ["1", "9223372036854775808"]),
        (["7.0", "8"], ["7.0", "8"]),
        ([" a1 ", "　b2"], ["a1", "b2"]),
    ],
)
def test_ids_keep_the_value_they_came_with(tmp_path, values, stored):
    rows = "\n".join(f"{value},1,1,{JAN_5}" for value in values)
    assert (
        gather(tmp_path, {"orders.csv": f"{ORDERS}\n{rows}\n"}).column("orders", "order_id")
        == stored
    )


def test_one_odd_value_makes_the_id_text_in_every_table_of_its_domain(tmp_path):
    files = {
        "orders.csv": orders(),
        "accounts.csv": "account_id,invited_by\n1,u2\n",
    }
    found = gather(tmp_path, files)
    assert found.manifest.id_types == {"account": "VARCHAR", "order": "BIGINT", "shop": "BIGINT"}
    assert found.column("orders", "account_id") == ["1"]


def test_types_of_parquet_and_json_decide_over_ids(tmp_path):
    text = parquet(order_id=["7"], account_id=[1], shop_id=[2.0], placed_at=[JAN_5])
    found = gather(tmp_path / "a", {"orders.parquet": text})
    assert (found.column("orders", "order_id"), found.column("orders", "shop_id")) == (["7"], [2])
    line = f'{{"order_id": "7", "account_id": 1, "shop_id": 1, "placed_at": {JAN_5}}}'
    assert gather(tmp_path / "b", {"orders.jsonl": line}).column("orders", "order_id") == ["7"]


def test_ids_of_any_kind_are_text(tmp_path):
    files = {
        "orders.csv": orders(),
        "labels.csv": "subject_kind,subject_id,is_fake,source\norder,1,yes,me\n",
    }
    row = gather(tmp_path, files).rows("labels")[0]
    assert (row["subject_id"], row["is_fake"]) == ("1", True)


def test_the_manifest_says_what_is_there(tmp_path):
    files = {
        "orders.csv": orders(
            f"2,1,1,{JAN_5 + DAY},5",
            "3,1,1,soon,5",
            f"2,1,1,{JAN_5 + DAY},5",
            header=f"{ORDERS},quantity",
        )
    }
    table = gather(tmp_path, files).manifest.tables["orders"]
    assert (table.n_rows, table.n_rejects, table.n_merged, table.n_emptied) == (2, 1, 1, 0)
    assert table.fill["quantity"] == 0.5
    assert (table.first_at, table.last_at) == (JAN_5, JAN_5 + DAY)


def test_equal_rows_are_merged_and_later_ones_that_differ_are_rejected(tmp_path):
    files = {
        "orders-1.csv": f"{ORDERS}\n1,1,1,{JAN_5}\n2,1,1,{JAN_5}\n",
        "orders-2.csv": f"{ORDERS}\n2,1,1,{JAN_5}\n1,9,1,{JAN_5}\n1,1,1,{JAN_5}\n",
    }
    found = gather(tmp_path, files)
    assert found.column("orders", "account_id") == [1, 1]
    assert found.manifest.tables["orders"].n_merged == 2
    assert found.faults == [(3, "order_id", "1", "duplicate-id")]
    assert found.rejects[0]["file"] == "orders-2.csv"


def test_repeats_of_a_table_without_ids_are_merged(tmp_path):
    header = "account_id,kind,at,item_id,dwell_ms"
    rows = [f"1,view,{JAN_5},3,10", f"1,view,{JAN_5},3,20", f"1,view,{JAN_5},,10"]
    found = gather(tmp_path, {"interactions.csv": "\n".join([header, *rows])})
    assert found.column("interactions", "dwell_ms") == [10, 10]
    assert found.manifest.tables["interactions"].n_merged == 1
    assert found.rejects == []


def test_row_order_of_the_source_changes_no_byte(tmp_path):
    rows = [f"{n},{n % 3},{n % 5},{JAN_5 + n * 1000}" for n in range(50)]
    one = gather(tmp_path / "a", {"orders.csv": "\n".join([ORDERS, *rows])})
    other = gather(tmp_path / "b", {"orders.csv": "\n".join([ORDERS, *reversed(rows)])})
    for path in (one.folder.event("orders"), one.folder.manifest, one.folder.output("rejects")):
        twin = other.folder.root / path.relative_to(one.folder.root)
        assert path.read_bytes() == twin.read_bytes(), path.name


def test_a_collected_folder_is_collected_again_without_hashing_twice(tmp_path):
    first = gather(tmp_path, {"orders.csv": orders(f"2,1,1,{JAN_5},d1", header=f"{ORDERS},device")})
    before = first.rows("orders")
    again = gather(tmp_path / "again", {}, source=str(first.folder.root), key=None)
    assert again.rows("orders") == before
    assert again.manifest.key_fingerprint == first.manifest.key_fingerprint
    assert again.manifest.id_types == first.manifest.id_types
    in_place = gather(tmp_path, {}, source=str(first.folder.root))
    assert in_place.rows("orders") == before
    with pytest.raises(BadMapping):
        gather(tmp_path / "third", {}, source=str(first.folder.root), mapping="olist")


def test_a_failed_collect_leaves_the_last_one_alone(tmp_path):
    first = gather(tmp_path, {"orders.csv": orders()})
    with pytest.raises(MissingColumn):
        gather(tmp_path, {"reviews.csv": "review_id\n1\n"})
    assert first.column("orders", "order_id") == [1]
    assert [p.name for p in first.folder.root.iterdir() if p.name.startswith(".coll")] == []


def test_what_a_killed_run_left_is_removed(tmp_path):
    (tmp_path / "out" / ".collecting-x").mkdir(parents=True)
    gather(tmp_path, {"orders.csv": orders()})
    assert not (tmp_path / "out" / ".collecting-x").exists()


def test_tables_of_an_earlier_run_do_not_linger(tmp_path):
    gather(tmp_path, {"orders.csv": orders(), "shops.csv": "shop_id\n1\n"})
    (tmp_path / "data" / "shops.csv").unlink()
    found = gather(tmp_path, {})
    assert not found.folder.event("shops").exists()


def test_progress_goes_from_start_to_end(tmp_path):
    told = []
    gather(tmp_path, {"orders.csv": orders()}, progress=lambda what, share: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_nothing_to_read_is_an_error_that_helps(tmp_path):
    with pytest.raises(SourceNotFound):
        gather(tmp_path, {}, source="nowhere")
    with pytest.raises(SourceNotFound) as error:
        gather(tmp_path / "a", {"oders.csv": "a\n1\n"})
    assert "orders" in error.value.hint
    with pytest.raises(SourceNotFound):
        gather(tmp_path / "b", {"notes.docx": b"x"}, source="notes.docx")


def test_a_missing_required_column_names_file_and_column(tmp_path):
    with pytest.raises(MissingColumn) as error:
        gather(tmp_path, {"orders.csv": f"order_id,acount_id,shop_id,placed_at\n1,1,1,{JAN_5}\n"})
    assert "orders.csv" in error.value.message
    assert "account_id" in error.value.message
    assert "acount_id" in error.value.hint


@pytest.mark.parametrize(
    "files",
    [
        {"orders.csv": ORDERS + "\n"},
        {"orders.csv": ORDERS},
        {"orders.csv": ""},
        {"orders.csv": f"{ORDERS}\n1,1,1,\n"},
        {"orders.csv": orders(), "refunds.csv": "refund_id,order_id,amount_minor,at\n\n,,,\n"},
        {"orders.jsonl": "\n\n"},
        {"orders.parquet": parquet(order_id=pa.array([], pa.int64()))},
    ],
)
def test_a_table_without_a_usable_row_stops(tmp_path, files):
    with pytest.raises(EmptyTable):
        gather(tmp_path, files)


def test_the_reject_share_must_be_a_share(tmp_path):
    with pytest.raises(BadParameter):
        gather(tmp_path, {"orders.csv": orders()}, max_reject_share=20, now_ms=NOW)


def test_the_output_may_lie_within_the_records_but_not_among_them(tmp_path):
    data = write(tmp_path / "data", {"orders.csv": orders()})
    with DuckDBEngine(threads=1) as engine:
        for out in ("out", "orders-out"):
            collect(engine, data, RunFolder(data / out), now_ms=NOW)
        assert gather(tmp_path, {}).column("orders", "order_id") == [1]
        for source in (data, data / "orders.csv"):
            with pytest.raises(UsageError):
                collect(engine, source, RunFolder(data / ".." / "data"), now_ms=NOW)
    assert not (data / "manifest.json").exists()


def test_a_column_that_the_engine_would_take_for_its_own_is_named(tmp_path):
    row = {"order_id": [1], "account_id": [1], "shop_id": [1], "placed_at": [JAN_5]}
    with pytest.raises(UnreadableFile) as error:
        gather(tmp_path, {"orders.parquet": parquet(**row, file_row_number=[7])})
    assert "file_row_number" in error.value.message


def test_fields_of_json_may_have_any_name(tmp_path):
    names = ["", '"', "a'b", "c\\d", "e.f", "*", "[0]", "\n", "中文"]
    row = {"order_id": 1, "account_id": 1, "shop_id": 1, "placed_at": JAN_5}
    found = gather(tmp_path, {"orders.jsonl": json.dumps(row | dict.fromkeys(names, 1))})
    assert found.column("orders", "order_id") == [1]


def test_a_parquet_file_damaged_in_its_middle_is_named(tmp_path):
    ids = [f"{n * 7919 % 10_007:x}" for n in range(20_000)]
    whole = parquet(order_id=range(20_000), account_id=ids, shop_id=ids, placed_at=[JAN_5] * 20_000)
    third = len(whole) // 3
    broken = whole[:third] + bytes(byte ^ 0xA5 for byte in whole[third : 2 * third])
    with pytest.raises(UnreadableFile) as error:
        gather(tmp_path, {"orders.parquet": broken + whole[2 * third :]})
    assert "orders.parquet is a damaged" in error.value.message

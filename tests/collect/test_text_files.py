"""Text files as they come: encodings, marks, delimiters, quotes, ragged rows, damaged files."""

import gzip

import pytest

from tests.collect.sources import JAN_5, ORDERS, gather, orders
from unbrush.base.errors import EmptyTable, MissingColumn, UnreadableFile

TEXT = f'{ORDERS},remark\n1,a,s,{JAN_5},请发圆通，谢谢\n2,b,s,{JAN_5},"两行\n备注, ""加急"""\n'
REMARKS = ["请发圆通，谢谢", '两行\n备注, "加急"']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_are_recognised(tmp_path, encoding):
    found = gather(tmp_path, {"orders.csv": TEXT.encode(encoding)})
    assert found.column("orders", "remark") == REMARKS
    assert ("orders.csv" in found.notes) == (encoding == "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_json_lines_may_be_encoded_so_too(tmp_path, encoding):
    line = f'{{"order_id":1,"account_id":1,"shop_id":1,"placed_at":{JAN_5},"remark":"备注"}}\n'
    found = gather(tmp_path, {"orders.jsonl": line.encode(encoding)})
    assert found.column("orders", "remark") == ["备注"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiters_and_line_ends_are_recognised(tmp_path, delimiter, newline):
    text = f"{ORDERS}\n1,1,1,{JAN_5}\n\n2,1,1,{JAN_5}".replace(",", delimiter)
    found = gather(tmp_path, {"orders.csv": text.replace("\n", newline)})
    assert found.column("orders", "order_id") == [1, 2]


def test_ragged_rows_are_rejected_and_later_rows_keep_their_numbers(tmp_path):
    rows = ["2,1,1", f'3,"x\ny",1,{JAN_5}', "", f"5,1,1,{JAN_5},extra", "6,1,1,soon"]
    found = gather(tmp_path, {"orders.csv": orders(*rows)})
    assert found.faults == [
        (3, "", "", "ragged-row"),
        (6, "", "", "ragged-row"),
        (7, "placed_at", "soon", "unreadable-time"),
    ]
    assert "3 cells where the header has 4" in found.rejects[0]["reason_en"]
    assert found.manifest.tables["orders"].n_rejects == 3


def test_rows_are_numbered_over_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("unbrush.collect.delimited.BLOCK", 1 << 10)
    rows = [f"{n},1,1,{JAN_5}" if n % 7 else f"{n},1" for n in range(2, 500)]
    found = gather(tmp_path, {"orders.csv": orders(*rows)})
    assert [fault[0] for fault in found.faults] == [n + 1 for n in range(2, 500) if n % 7 == 0]


def test_a_lone_quotation_mark_within_a_value_is_text(tmp_path):
    text = f'{ORDERS},remark\n1,1,1,{JAN_5},5" screen\n2,1,1,{JAN_5},"a\nb"\n3,1,1,{JAN_5},c\n'
    found = gather(tmp_path, {"orders.csv": text})
    assert found.column("orders", "remark") == ['5" screen', "a\nb", "c"]


def test_rows_of_only_delimiters_are_blank(tmp_path):
    assert gather(tmp_path, {"orders.csv": orders(",,,", ",,,")}).rejects == []


def test_lines_that_are_no_object_are_rejected(tmp_path):
    good = f'{{"order_id":1,"account_id":1,"shop_id":1,"placed_at":{JAN_5}}}'
    found = gather(tmp_path, {"orders.jsonl": "\n".join([good, "{oops", "", "[1]", "null"])})
    assert [(fault[0], fault[3]) for fault in found.faults] == [
        (2, "not-json"),
        (4, "not-json"),
        (5, "not-json"),
    ]


def test_json_numbers_times_flags_and_lists_are_read(tmp_path):
    line = (
        '{"review_id":1,"account_id":2,"item_id":3,"posted_at":"2024-01-05T00:00:00Z",'
        '"rating":4.5,"is_disclosed_incentive":true,"text":null,"photo_hashes":["a","b"]}'
    )
    row = gather(tmp_path, {"reviews.jsonl": line}).rows("reviews")[0]
    assert row["posted_at"] == JAN_5
    assert (row["rating"], row["is_disclosed_incentive"], row["text"]) == (4.5, True, None)
    assert row["photo_hashes"] == '["a","b"]'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("orders.csv", TEXT.encode()[:60] + b"\xff\xff" + TEXT.encode()[60:], "byte"),
        ("orders.csv", "\ufeffa,b\n".encode() + b"1,\xff\n", "UTF-8 at byte 9"),
        ("orders.csv", ("中" * 40).encode() + b"\xff\xff\n1\n", "UTF-8 at byte 120"),
        ("orders.csv", b"a,b\n1,\x00\n", "byte 6"),
        ("orders.csv", b"PK\x03\x04rest of a workbook", "spreadsheet"),
        ("orders.csv", gzip.compress(b"a\n1\n", mtime=0), "gz"),
        ("orders.csv.gz", b"a,b\n1,2\n", "gzip"),
        ("orders.csv.gz", gzip.compress(b"a,b\n1,2\n" * 900, mtime=0)[:40], "gzip"),
        ("orders.parquet", b"PAR1 and then nothing", "Parquet"),
        ("orders.parquet", b"", "Parquet"),
        ("orders.csv", f'{ORDERS}\n1,"1,1,{JAN_5}\n2,1,1,{JAN_5}\n', "never closed"),
        ("orders.csv", f'{ORDERS}\n1,1,1,"{JAN_5}\n2,1,1,{JAN_5}\n', "never closed"),
        ("orders.csv", TEXT.encode("utf-32"), "UTF-32"),
        ("orders.csv", TEXT.encode("utf-16-le"), "UTF-16"),
        ("orders.json", '[{"order_id": 1}]', "array"),
        ("orders.json", "{oops\n{}\n", "JSON object"),
        ("orders.csv", f"{ORDERS},shop_id\n1,1,1,{JAN_5},2\n", "twice"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_stops(tmp_path, name, content, said):
    with pytest.raises(UnreadableFile) as error:
        gather(tmp_path, {name: content})
    assert name in error.value.message
    assert said in error.value.message
    assert error.value.hint


def test_a_record_longer_than_a_block_stops(tmp_path, monkeypatch):
    monkeypatch.setattr("unbrush.collect.delimited.BLOCK", 1 << 10)
    with pytest.raises(UnreadableFile):
        gather(tmp_path, {"orders.csv": orders(f'2,"{"x" * 5000}",1,{JAN_5}')})


def test_a_file_without_header_says_which_columns_it_seeks(tmp_path):
    with pytest.raises(MissingColumn) as error:
        gather(tmp_path, {"orders.csv": f"1,2,3,{JAN_5}\n2,2,3,{JAN_5}\n"})
    assert "order_id" in error.value.message


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_blank_lines_before_the_header_count_as_rows(tmp_path, newline):
    lines = ["", " ,,,", "", ORDERS, "", f"1,1,1,{JAN_5}", "2,1,1,oops"]
    found = gather(tmp_path, {"orders.csv": newline.join(lines)})
    assert found.column("orders", "order_id") == [1]
    assert [fault[:2] for fault in found.faults] == [(7, "placed_at")]


def test_a_file_of_only_delimiters_is_empty(tmp_path):
    with pytest.raises(EmptyTable):
        gather(tmp_path, {"orders.csv": ",,,\n,,,\n"})

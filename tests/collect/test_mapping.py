"""Mapping files: foreign exports become our tables, and mistakes in them are explained."""

import pytest

from tests.collect.sources import JAN_5, gather
from unbrush.base.errors import BadMapping, MissingColumn, SourceNotFound
from unbrush.collect import shipped_mappings
from unbrush.collect.mapping import read_mapping

LEAST = """
[tables.orders]
file = "sales"
[tables.orders.columns]
order_id = "no"
account_id = "buyer"
shop_id = { value = "s1" }
placed_at = "time"
"""
SALES = "no,buyer,time\n1,a,2024-01-05 08:00:00\n"


def mapped(tmp_path, mapping: str, files, **options):
    path = tmp_path / "mine.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mapping)
    return gather(tmp_path, files, mapping=path, **options)


def test_renames_constants_and_a_time_zone(tmp_path):
    found = mapped(tmp_path, 'time_zone = "Asia/Shanghai"\n' + LEAST, {"sales.csv": SALES})
    assert found.rows("orders") == [
        {"order_id": 1, "account_id": "a", "shop_id": "s1", "placed_at": JAN_5}
    ]
    assert found.manifest.source == "mine"


def test_units_words_formats_and_decimal_marks(tmp_path):
    mapping = LEAST.replace(
        'placed_at = "time"',
        """
placed_at = { from = "time", format = "%d/%m/%Y", zone = "Asia/Shanghai" }
paid_minor = { from = "price", unit = "major", decimal = "," }
status = { from = "state", words = { "已完成" = "confirmed", "Closed" = "cancelled" } }
[tables.items]
file = "goods"
[tables.items.columns]
item_id = "sku"
shop_id = { value = "s1" }
net_weight_g = { from = "weight", unit = "kg" }
price_minor = { from = "price", unit = "major", decimals = 0 }
[tables.interactions]
file = "clicks"
[tables.interactions.columns]
at = { from = "t", unit = "s" }
kind = { value = "view" }
account_id = "who"
dwell_ms = { from = "stay", unit = "s" }
""",
    )
    files = {
        "sales.csv": "no;buyer;time;price;state\n1;a;05/01/2024;1.234,5;已完成\n"
        "2;a;05/01/2024;;closed\n3;a;05/01/2024;;odd\n",
        "goods.csv": "sku,weight,price\nx,1.25,980\n",
        "clicks.csv": f"t,who,stay\n{JAN_5 // 1000},a,1.5\n",
    }
    found = mapped(tmp_path, mapping, files)
    first = found.rows("orders")[0]
    assert (first["placed_at"], first["paid_minor"]) == (JAN_5 - 8 * 3_600_000, 123_450)
    assert found.column("orders", "status") == ["confirmed", "cancelled", "odd"]
    assert found.rows("items")[0]["net_weight_g"] == 1250
    assert found.rows("items")[0]["price_minor"] == 980
    assert found.rows("interactions")[0]["dwell_ms"] == 1500


LINES = """
[tables.orders]
file = "lines"
group_by = "order"
[tables.orders.join.people]
file = "people"
on = { login = "name" }
[tables.orders.join.payments]
file = "payments"
on = "order"
if_present = true
[tables.orders.columns]
order_id = "order"
account_id = "people.id"
shop_id = "shop"
placed_at = "time"
item_id = "sku"
quantity = { from = "sku", group = "count" }
paid_minor = { from = "price", unit = "major", group = "sum" }
remark = { from = "note", group = "last" }
payer_token = "payments.card"
"""
LINE_FILES = {
    "lines.csv": "order,login,shop,time,sku,price,note\n"
    '1,ann,s,2024-01-05,x,"1,000.10",first\n2,bob,s,2024-01-05,y,5,\n1,ann,s,2024-01-05,z,0.2,last\n',
    "people.csv": "name,id\nann,11\nbob,12\n",
}


def test_lines_become_orders_and_people_are_looked_up(tmp_path):
    found = mapped(tmp_path, LINES, LINE_FILES)
    ann, bob = found.rows("orders")
    assert (ann["account_id"], ann["item_id"], ann["quantity"]) == (11, "x", 2)
    assert (ann["paid_minor"], ann["remark"]) == (100_030, "last")
    assert (bob["account_id"], bob["quantity"], bob["paid_minor"]) == (12, 1, 500)
    assert "payer_token" not in ann


def test_a_line_that_finds_nobody_is_rejected_where_it_stands(tmp_path):
    files = {**LINE_FILES, "people.csv": "name,id\nann,11\n"}
    found = mapped(tmp_path, LINES, files)
    assert found.faults == [(3, "account_id", "", "missing-value")]


def test_a_bad_amount_does_not_hide_in_a_sum(tmp_path):
    lines = LINE_FILES["lines.csv"].replace("0.2", "much")
    found = mapped(tmp_path, LINES, {**LINE_FILES, "lines.csv": lines})
    assert found.faults == [(2, "paid_minor", "much", "unreadable-money")]


def test_lines_without_a_key_are_not_grouped_together(tmp_path):
    lines = LINE_FILES["lines.csv"] + ",ann,s,2024-01-05,z,1,\n,ann,s,2024-01-05,z,1,\n"
    found = mapped(tmp_path, LINES, {**LINE_FILES, "lines.csv": lines})
    assert found.faults == [
        (5, "order_id", "", "missing-value"),
        (6, "order_id", "", "missing-value"),
    ]


def test_joined_files_may_come_in_several_formats_and_pieces(tmp_path):
    people = {
        "people-1.jsonl": '{"name": "ann", "id": 11}\n',
        "people-2.csv": "id,name\n12,bob\n",
    }
    files = {"lines.csv": LINE_FILES["lines.csv"], **people}
    assert mapped(tmp_path, LINES, files).column("orders", "account_id") == [11, 12]


def test_a_lookup_may_pass_through_an_earlier_one(tmp_path):
    mapping = (
        LEAST.replace('account_id = "buyer"', 'account_id = "cards.person"')
        + """
[tables.orders.join.buyers]
file = "buyers"
on = "buyer"
[tables.orders.join.cards]
file = "cards"
on = { "buyers.card" = "number" }
"""
    )
    files = {
        "sales.csv": SALES,
        "buyers.csv": "buyer,card\na,007\n",
        "cards.csv": "number,person\n7,wrong\n007,right\n",
    }
    assert mapped(tmp_path, mapping, files).column("orders", "account_id") == ["right"]


def test_row_numbers_serve_as_ids_where_there_are_none(tmp_path):
    found = mapped(tmp_path, LEAST.replace('"no"', '"#row"'), {"sales.csv": SALES})
    assert found.column("orders", "order_id") == [2]


def test_the_first_name_that_exists_is_taken(tmp_path):
    mapping = LEAST.replace('"no"', '["id", "no"]').replace('"sales"', '["orders", "sales"]')
    assert mapped(tmp_path, mapping, {"sales.csv": SALES}).column("orders", "order_id") == [1]


def test_what_the_source_may_lack_is_marked(tmp_path):
    maybe = LEAST + 'remark = { from = "note", if_present = true }\n'
    assert "remark" not in mapped(tmp_path, maybe, {"sales.csv": SALES}).rows("orders")[0]
    with pytest.raises(MissingColumn) as error:
        mapped(tmp_path, LEAST + 'remark = "buyr"\n', {"sales.csv": SALES})
    assert "mine.toml: tables.orders.columns.remark" in error.value.message
    assert "buyer" in error.value.hint
    assert "if_present" in error.value.hint
    with pytest.raises(SourceNotFound) as error:
        mapped(tmp_path / "b", LEAST, {"sale.csv": SALES})
    assert "sale" in error.value.hint


def test_parameters_and_the_share_of_rejects_come_from_the_mapping(tmp_path):
    mapping = "max_reject_share = 0.5\n" + LEAST + "[params.order-burst]\nmin_orders = 9\n"
    files = {"sales.csv": SALES + "2,a,soon\n"}
    found = mapped(tmp_path, mapping, files, max_reject_share=None)
    assert found.manifest.params == {"order-burst": {"min_orders": 9}}
    assert found.manifest.tables["orders"].n_rejects == 1


def test_columns_that_nothing_reads_are_listed(tmp_path):
    found = mapped(tmp_path, LEAST, {"sales.csv": "no,buyer,time,shoe\n1,a,2024-01-05,9\n"})
    assert found.manifest.tables["orders"].ignored == ("shoe",)


@pytest.mark.parametrize(
    ("mapping", "said", "hint"),
    [
        ("[tables.orders", "not TOML", ""),
        ("", "[tables] is missing", ""),
        ("[tables]", "maps no table", "tables.orders"),
        ("[tables.order]\nfile = 'x'", "'order'", "orders"),
        ("colour = 1\n" + LEAST, "'colour'", "Known"),
        (LEAST.replace("file", "fiel"), "'fiel'", "file"),
        (LEAST + 'paid_at = { form = "x" }', "'form'", "from"),
        (LEAST + 'payed_at = "x"', "'payed_at'", "paid_at"),
        (LEAST + "paid_at = 3", "paid_at is 3", ""),
        (LEAST + 'paid_at = { unit = "s" }', "either from or value", ""),
        (LEAST + 'paid_at = { from = "x", value = "y" }', "either from or value", ""),
        (LEAST + 'paid_at = { from = "x", unit = "kg" }', "s, ms, us, ns", ""),
        (LEAST + 'remark = { from = "x", unit = "kg" }', "left out", ""),
        (LEAST + 'paid_at = { from = "x", format = "dd/mm" }', "a time format", ""),
        (LEAST + 'paid_at = { from = "x", format = "%Q" }', "a time format", ""),
        (LEAST + 'remark = { from = "x", format = "%Y" }', "holds no time", ""),
        (LEAST + 'paid_minor = { from = "x", decimals = 9 }', "0 to 6", ""),
        (LEAST + 'paid_minor = { from = "x", decimal = ";" }', "decimal", ""),
        (LEAST + 'paid_at = { from = "x", zone = "Mars" }', "a time zone", ""),
        (LEAST + 'paid_at = { from = "x", group = "avg" }', "first, last, sum, count", ""),
        (LEAST + 'quantity = { from = "x", group = "sum" }', "no group_by", "group_by"),
        (LEAST + 'paid_at = { from = "x", if_present = "yes" }', "true or false", ""),
        (LEAST.replace('order_id = "no"', ""), "has no order_id", "order_id"),
        (LEAST.replace('file = "sales"', ""), "names no file", "file"),
        ('time_zone = "Peking"\n' + LEAST, "a time zone", ""),
        ("max_reject_share = 20\n" + LEAST, "between 0 and 1", ""),
        (LEAST + "[tables.orders.join.b]\nfile = 'b'", "join.b.on", ""),
        (LEAST + "remark = 'c.x'\n[tables.orders.join.b]\nfile = 'b'\non = 'x'", "'c'", "b"),
    ],
)
def test_a_mapping_that_makes_no_sense_says_where_and_what_to_do(tmp_path, mapping, said, hint):
    with pytest.raises(BadMapping) as error:
        mapped(tmp_path, mapping, {"sales.csv": SALES})
    assert "mine.toml" in error.value.message
    assert said in error.value.message
    assert hint in error.value.hint
    assert error.value.hint


def test_a_key_that_no_file_has_is_named(tmp_path):
    with pytest.raises(BadMapping) as error:
        mapped(tmp_path, LINES.replace('name"', 'nme"'), LINE_FILES)
    assert "people.csv has no column nme" in error.value.message


def test_an_unknown_name_lists_what_is_shipped(tmp_path):
    with pytest.raises(BadMapping) as error:
        gather(tmp_path, {"sales.csv": SALES}, mapping="olits")
    for name in shipped_mappings():
        assert name in error.value.hint


def test_every_shipped_mapping_is_sound():
    assert shipped_mappings() == [
        "filmtrust-shilling",
        "olist",
        "public-reviews",
        "shopee-order-brushing",
        "yelp-metadata",
    ]
    for name in shipped_mappings():
        assert read_mapping(name).name == name

"""The example of docs/mapping.md does what the page says, and the page names what there is."""

import re
from pathlib import Path

from tests.collect.sources import gather
from unbrush.base.tables import TABLES
from unbrush.collect import shipped_mappings
from unbrush.collect.mapping import _COLUMN, _JOIN, _TABLE, _TOP
from unbrush.collect.rejects import _CODES
from unbrush.collect.units import units_of

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', PAGE, re.DOTALL))


def test_the_example_works(tmp_path):
    mapping = tmp_path / "my-shop.toml"
    mapping.write_text(BLOCKS["my-shop.toml"], encoding="utf-8")
    files = {name: text for name, text in BLOCKS.items() if name.startswith("export/")}
    found = gather(tmp_path, files, source="export", mapping=mapping, max_reject_share=None)
    first = found.rows("orders")[0]
    assert (first["order_id"], first["account_id"], first["item_id"]) == ("A1", 1001, "tea")
    assert (first["quantity"], first["paid_minor"], first["status"]) == (2, 102_050, "confirmed")
    assert len(first["address_token"]) == 32
    assert (len(found.rows("orders")), len(found.rows("accounts"))) == (4, 2)
    assert found.faults == [(5, "account_id", "", "missing-value")]


def test_every_key_unit_code_and_mapping_is_on_the_page():
    units = {unit for table in TABLES.values() for c in table.columns for unit in units_of(c)}
    words = {*_COLUMN, *_JOIN, *_TABLE, *_TOP, *units, *_CODES.values(), *shipped_mappings()}
    words -= {"params", "tables", "join", "on"}  # shown in the examples
    missing = [word for word in sorted(words) if f"`{word}`" not in PAGE]
    assert missing == []

"""From a closed case to labels, and from labels to `unbrush learn`'s input."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

pytest.importorskip("sqlalchemy", reason='the desk is an extra: pip install "unbrush[desk]"')

from tests.respond.desk.office import person
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.appeals import restore_shop
from unbrush.respond.desk.cases import move, queue
from unbrush.respond.desk.permissions import Role
from unbrush.serve.cli import run_command
from unbrush.serve.desk import present
from unbrush.serve.labels import read_labels
from unbrush.store.records import SqlRecords


def test_labels_of_a_confirmed_and_of_a_refuted_case(tmp_path: Path, capsys) -> None:
    market, out, desk = (str(tmp_path / name) for name in ("m", "out", "desk"))
    assert run_command(["simulate", "--scale", "tiny", "--seed", "3", "--out", market]) == 0
    assert run_command(["run", market, "--out", out]) == 0
    assert run_command(["desk", "import", out, "--desk", desk]) == 0
    gone = _gone(RunFolder(Path(out)))
    restored = max(gone, key=lambda shop: len(gone[shop]))
    records = SqlRecords(f"sqlite:///{desk}/records.sqlite")
    with records.writing() as tx:
        rita = person(tx, "rita", Role.REVIEWER)
        case = queue(tx, present())[0]
        move(
            tx, present(), case["case_id"], "closed", caller=rita, outcome="confirmed",
            expected_version=case["version"], reason="seen",
        )  # fmt: skip
        restore_shop(tx, present() + 1, str(restored), by=rita.person_id, because="A-1")
    records.close()
    capsys.readouterr()

    file = tmp_path / "labels.parquet"
    assert run_command(["desk", "labels", out, "--desk", desk, "--to", str(file)]) == 0
    assert "labels" in capsys.readouterr().out
    rows = pq.read_table(file).to_pylist()
    said = {(row["subject_kind"], row["subject_id"]): row["is_fake"] for row in rows}
    assert len(said) == len(rows), "one label for each"
    orders = [said[("order", str(order))] for order in gone[restored]]
    assert orders
    assert not any(orders), "the appeal came last"
    assert any(said.values()), "and the case confirms others"
    assert len(read_labels(file)) == len(rows)

    assert run_command(["desk", "labels", out, "--desk", desk, "--to", "labels.txt"]) != 0
    assert ".csv or .parquet" in capsys.readouterr().err


def _gone(folder: RunFolder) -> dict[int, list[int]]:
    """Return the orders that do not count, by shop."""
    decisions = pq.read_table(folder.output("decisions")).to_pylist()
    out = {
        row["subject_id"]
        for row in decisions
        if row["subject_kind"] == "order" and row["is_neutralised"]
    }
    shops: dict[int, list[int]] = {}
    orders = pq.read_table(folder.event("orders"), columns=["order_id", "shop_id"])
    for row in orders.to_pylist():
        if row["order_id"] in out:
            shops.setdefault(row["shop_id"], []).append(row["order_id"])
    return shops

"""An appeal that is right reaches the counts of the run that is on disk, without anybody's help."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

pytest.importorskip("fastapi", reason='the desk is an extra: pip install "unbrush[desk]"')

from tests.respond.desk.office import NOW, person
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.appeals import decide_appeal, file_appeal, restore_shop
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.left_out import left_out_of
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.state import Desk
from unbrush.serve.cli import run_command
from unbrush.serve.recounting import follow_words
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords


def test_counts_follow_an_appeal_to_the_file_the_report_and_the_desk(tmp_path: Path) -> None:
    """From the run of a market to what its merchant is told."""
    folder = judged(tmp_path)
    shop = _worst(folder)
    shop_id = str(shop["subject_id"])
    records = SqlRecords(f"sqlite:///{tmp_path / 'records.sqlite'}")
    desk = Desk(records=records, clock=lambda: NOW, folder=tmp_path, signer=Signer(b"k" * 32))
    assert run_command(["desk", "import", str(folder.root), "--desk", str(tmp_path)]) == 0
    with records.writing() as tx:
        merchant = person(tx, "mia", Role.MERCHANT, member_of=[shop_id])
        reviewer = person(tx, "rita", Role.REVIEWER)
        n_fake = shop["orders_raw"] - shop["orders_clean"]
        assert left_out_of(tx, [shop_id])[0]["n_left_out"] == n_fake > 0
        appeal = file_appeal(tx, NOW, shop_id, "真实订单", caller=merchant)
        decide_appeal(
            tx, NOW, appeal["appeal_id"], "overturned", caller=reviewer, expected_version=1,
            reason="parcels were weighed",
        )  # fmt: skip
    assert follow_words(desk) == 1
    now = next(row for row in _shops(folder) if row["subject_id"] == shop["subject_id"])
    assert now["orders_clean"] == now["orders_raw"]
    assert now["reviews_clean"] == now["reviews_raw"]
    assert appeal["appeal_id"] in folder.report.read_text(encoding="utf-8")
    with records.reading() as tx:
        told = left_out_of(tx, [shop_id])[0]
        assert (told["is_restored"], told["n_left_out"]) == (True, 0)
        assert told["n_counted"] == shop["orders_raw"]
        (done,) = tx.all("SELECT n_orders FROM recounts")
        assert done["n_orders"] == n_fake
    assert follow_words(desk) == 0
    records.close()


def test_a_shop_of_which_no_run_says_anything_is_restored_too(tmp_path: Path) -> None:
    folder = judged(tmp_path)
    shop = str(_worst(folder)["subject_id"])
    records = SqlRecords(f"sqlite:///{tmp_path / 'records.sqlite'}")
    desk = Desk(records=records, clock=lambda: NOW, folder=tmp_path, signer=Signer(b"k" * 32))
    with DuckDBEngine() as engine:
        import_run(records, engine, folder, NOW, by="system")
    with records.writing() as tx:
        tx.run("DELETE FROM decisions WHERE subject_kind = 'shop' AND subject_id = :id", id=shop)
        restore_shop(tx, NOW, shop, by="system", because="A-1")
    assert follow_words(desk) == 1
    now = next(row for row in _shops(folder) if str(row["subject_id"]) == shop)
    assert now["orders_clean"] == now["orders_raw"]
    records.close()


def judged(path: Path) -> RunFolder:
    market, out = path / "m", path / "out"
    assert run_command(["simulate", "--scale", "tiny", "--seed", "3", "--out", str(market)]) == 0
    assert run_command(["run", str(market), "--out", str(out)]) == 0
    return RunFolder(out)


def _shops(folder: RunFolder) -> list[dict]:
    rows = pq.read_table(folder.output("clean_counts")).to_pylist()
    return [row for row in rows if row["subject_kind"] == "shop"]


def _worst(folder: RunFolder) -> dict:
    return max(_shops(folder), key=lambda row: row["orders_raw"] - row["orders_clean"])

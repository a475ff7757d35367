import json
from pathlib import Path

import pytest

from tests.respond.small_run import quiet_run, small_run
from unbrush.base.engine import Engine
from unbrush.base.errors import NotReady
from unbrush.base.run_folder import RunFolder
from unbrush.respond import respond


def test_the_summary_on_disk_is_the_one_returned(engine: Engine, tmp_path: Path):
    summary = respond(engine, RunFolder(tmp_path), small_run(engine))
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert json.loads(text) == summary
    assert text == json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_what_was_neutralised_is_counted_raw_and_clean(engine: Engine, tmp_path: Path):
    summary = respond(engine, RunFolder(tmp_path), small_run(engine))
    n_orders = engine.value("SELECT count(*) FROM orders")
    n_fake = engine.value("SELECT count(*) FROM orders WHERE account_id > 5000")
    paid = engine.value("SELECT sum(paid_minor) FROM orders WHERE account_id > 5000")
    lost = summary["neutralised"]
    assert lost["orders"] == {
        "raw": n_orders,
        "clean": n_orders - n_fake,
        "removed": n_fake,
        "removed_share": round(n_fake / n_orders, 6),
    }
    assert lost["turnover_minor"]["removed"] == paid
    assert lost["reviews"]["removed"] == 418
    assert summary["affected"]["shops"] == {"affected": 4, "counted": 10}


def test_decisions_are_counted_by_kind_and_rung_with_proposals_apart(
    engine: Engine, tmp_path: Path
):
    shops = respond(engine, RunFolder(tmp_path), small_run(engine))["decisions"]["shop"]
    assert shops["L4"] == {"in_force": 0, "n": 1, "neutralised": 1, "proposed": 1}
    assert shops["L1"] == {"in_force": 3, "n": 3, "neutralised": 3, "proposed": 0}


def test_silence_and_blindness_are_told_apart(engine: Engine, tmp_path: Path):
    coverage = respond(engine, RunFolder(tmp_path), small_run(engine))["coverage"]
    assert coverage["quick-review"]["status"] == "ran"
    assert coverage["quick-review"]["n_signals"] == 0
    assert coverage["light-parcel"] == {
        "because_en": "the data has no shipments",
        "because_zh": "数据中没有 shipments",
        "n_signals": 0,
        "status": "not applicable",
    }


def test_rejects_look_alikes_and_rings_are_counted(engine: Engine, tmp_path: Path):
    summary = respond(engine, RunFolder(tmp_path), small_run(engine))
    assert summary["rejects"] == {
        "by_table": {"orders": {"negative-money": 9, "time-out-of-range": 3}},
        "n": 12,
        "n_kept": 3,
    }
    assert summary["look_alikes"]["live-stream"] == {"rejected": 508, "spares": 23}
    assert summary["rings"]["n"] == 2
    assert summary["rings"]["n_accounts"] == 23


def test_the_shop_that_lost_most_comes_first(engine: Engine, tmp_path: Path):
    most = respond(engine, RunFolder(tmp_path), small_run(engine))["most_affected"]
    lost = [
        row["orders_raw"] - row["orders_clean"] + row["reviews_raw"] - row["reviews_clean"]
        for row in most
    ]
    assert lost == sorted(lost, reverse=True)
    assert {row["subject_id"] for row in most} == {103, 104, 106, 107}


def test_a_run_that_found_nothing_has_a_summary_too(engine: Engine, tmp_path: Path):
    summary = respond(engine, RunFolder(tmp_path), quiet_run(engine, "ran"))
    assert summary["decisions"] == {}
    assert summary["outputs"]["signals"] == 0
    assert summary["neutralised"]["orders"]["removed"] == 0


def test_it_names_the_stage_that_has_not_run(engine: Engine, tmp_path: Path):
    manifest = small_run(engine)
    engine.drop("decisions")
    with pytest.raises(NotReady, match="decisions") as error:
        respond(engine, RunFolder(tmp_path), manifest)
    assert error.value.hint == "Run judge first."


def test_it_leaves_nothing_of_its_own_in_the_engine(engine: Engine, tmp_path: Path):
    manifest = small_run(engine)
    tables = "SELECT table_name FROM information_schema.tables ORDER BY 1"
    before = engine.query(tables)
    respond(engine, RunFolder(tmp_path), manifest)
    assert engine.query(tables) == before

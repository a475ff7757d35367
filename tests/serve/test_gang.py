"""The truth about a gang meets a run: its tokens by the run's own key, its rings where they are."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unbrush.base.run_folder import RunFolder
from unbrush.serve.cli import run_command
from unbrush.serve.gang import gang_file, put_gang
from unbrush.simulate.staging import GANG
from unbrush.store.duckdb_engine import DuckDBEngine

ORDERS = """order_id,account_id,shop_id,placed_at,payer_token
1,11,1,2024-05-01T10:00:00Z,wa7
2,12,1,2024-05-01T11:00:00Z,wa8
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A judged run, and a truth in which one wallet and one account are the gang's."""
    monkeypatch.delenv("UNBRUSH_KEY", raising=False)
    data, truth = tmp_path / "data", tmp_path / "truth"
    data.mkdir()
    truth.mkdir()
    (data / "orders.csv").write_text(ORDERS, encoding="utf-8")
    assert run_command(["run", str(data), "--out", str(tmp_path / "out"), "--json"]) == 0
    rows = [
        {"subject_kind": "payer", "token": "wa7", "role": "payer"},
        {"subject_kind": "account", "subject_id": 11, "role": "brusher"},
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=GANG), truth / "gang.parquet")
    (truth / "labels.csv").write_text("subject_kind,subject_id,is_fake\norder,1,true\n")
    return tmp_path / "out", truth


def tokens(out: Path, truth: Path) -> list:
    path = gang_file(truth)
    with DuckDBEngine() as engine:
        folder = RunFolder(out)
        engine.view("rings", f"SELECT * FROM {engine.scan(folder.output('rings'))}")
        put_gang(engine, folder, path)
        return engine.query("SELECT token FROM gang")["token"].to_pylist()


def test_a_token_is_hashed_as_the_run_hashed_it(run):
    out, truth = run
    used = pq.read_table(out / "events" / "orders.parquet")["payer_token"].to_pylist()
    assert tokens(out, truth) == [used[0], None]


def test_without_the_runs_key_a_token_is_unknown(run, monkeypatch):
    out, truth = run
    monkeypatch.setenv("UNBRUSH_KEY", "another key, and long enough")
    assert tokens(out, truth) == [None, None]


def test_score_tells_of_a_gang_only_where_there_was_one(run, capsys):
    out, truth = run
    for labels, has_gang in ((truth, True), (truth / "labels.csv", True)):
        capsys.readouterr()
        assert run_command(["score", str(out), "--truth", str(labels), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert ("gang" in said) == has_gang
    assert said["gang"][0] == {"what": "gang accounts found", "n": 0, "of": 1, "share": 0.0}
    (truth / "gang.parquet").unlink()
    assert run_command(["score", str(out), "--truth", str(truth), "--json"]) == 0
    assert "gang" not in json.loads(capsys.readouterr().out)

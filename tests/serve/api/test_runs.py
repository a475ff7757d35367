"""Runs over HTTP: taken in once, by whoever asks twice, too, and listed."""

from pathlib import Path

from tests.respond.desk.test_importing import a_run
from tests.serve.api.conftest import Start
from tests.serve.api.test_idempotency import post
from unbrush.serve.api.idempotency import REPLAYED


def test_a_run_is_taken_in_once(start: Start, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    a_run(tmp_path / "runs" / "first", {1: "L5", 2: "L1", 3: "L2"})
    desk = start(runs=tmp_path / "runs")
    first = post(desk, "sys", "/runs", "k1", json={"folder": "first"})
    assert (first.status_code, first.json()["is_new"]) == (201, True)
    assert (first.json()["n_opened"], first.json()["completed"]) == (2, "")
    again = post(desk, "sys", "/runs", "k1", json={"folder": "first"})
    assert (again.headers[REPLAYED], again.content) == ("true", first.content)
    anew = post(desk, "sys", "/runs", "k2", json={"folder": "first"})
    assert (anew.status_code, anew.json()["is_new"]) == (201, False)
    listed = desk.ask("ann", "GET", "/runs").json()
    assert [row["run_id"] for row in listed["rows"]] == [first.json()["run_id"], "r1"]
    assert listed["under_way"] is None

"""A desk that took in a run, and what its people do, for the public cases."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from tests.respond.desk.office import NOW
from tests.serve.api.conftest import Running
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.importing import import_run
from unbrush.run import Source, run_collect, run_stage
from unbrush.store.duckdb_engine import DuckDBEngine

Made = dict[str, bytes]


def judged(root: Path, *asked: str) -> RunFolder:
    """Simulate a market into ``root``/market and judge it; the report is left out."""
    market, folder = root / "market", RunFolder(root / "run")
    line = [sys.executable, "-m", "unbrush", "simulate", *asked, "--out", str(market)]
    subprocess.run(line, check=True, capture_output=True)
    with DuckDBEngine(threads=1) as engine:
        source = Source(path=market, now_ms=NOW, time_zone="Asia/Shanghai")
        run_collect(engine, source, folder)
        for stage in ("detect", "group", "judge"):
            run_stage(engine, stage, folder)
    return folder


def take_in(running: Running, folder: RunFolder) -> list[dict[str, Any]]:
    """Import a run as the desk's own program does, and return the cases that it opened."""
    with DuckDBEngine() as engine:
        import_run(running.records, engine, folder, NOW, by="system")
    rows: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        more = f"&cursor={page['next']}" if page["next"] else ""
        page = running.ask("ann", "GET", f"/cases?n=200{more}").json()
        rows += page["rows"]
    return [row for row in rows if row["case_id"] != "C-1"]


def case_file(running: Running, case_id: str, audience: str, **asked: Any) -> Made:
    """Return the files of a case file that Carl, who is counsel, asks for."""
    answer = running.ask(
        "carl", "POST", f"/cases/{case_id}/dossiers", json={"audience": audience, **asked}
    )
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(files: Made) -> dict[str, Any]:
    """Return what a case file says, as programs read it."""
    found: dict[str, Any] = json.loads(files["case.json"])
    return found


def confirmed(running: Running, case_id: str, **finding: Any) -> str:
    """Let Ann enter a finding of a document and Rita confirm it; return its id."""
    entered = running.ask("ann", "POST", f"/cases/{case_id}/documents", json=finding)
    assert entered.status_code == 201, entered.text
    finding_id = str(entered.json()["finding_id"])
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过原件"}
    answer = running.ask("rita", "POST", f"/documents/{finding_id}/decide", json=verdict)
    assert answer.json()["state"] == "confirmed", answer.text
    return finding_id


def keep(files: Made, folder: Path) -> Path:
    """Write a case file as a zip, as whoever got it would keep it."""
    path = folder / "case.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path

"""What keeps a desk running: numbers, ids of requests, readiness, retention, runs on the spot."""

import json
import logging
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.respond.desk.office import NOW
from tests.respond.desk.test_importing import a_run
from tests.serve.api.conftest import Running, Start
from tests.serve.api.test_attachments import send
from tests.serve.api.test_reports import Reporter
from unbrush.base.clock import DAY_MS
from unbrush.respond.desk.reports.retention import KEPT_MS
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.serve.api.metrics import Meter
from unbrush.serve.api.pulse import SILENT_S, Pulse
from unbrush.serve.keeping import Keeper, tick

LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? -?[0-9.e+-]+')


def numbers(running: Running) -> dict[str, float]:
    answer = running.ask("sys", "GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    found = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
    assert len(found) == len(lines)
    return found


def test_numbers_tell_requests_queues_clocks_outbox_and_audit(running: Running) -> None:
    for _ in range(3):
        running.ask("ann", "GET", "/cases/C-1")
    running.ask("ann", "GET", "/cases/C-404")
    running.ask("", "GET", "/no/such/page?x=13800138000")
    with running.records.writing() as tx:
        tx.run(
            """INSERT INTO hooks (hook_id, name, url, kinds, created_by, created_at, version)
               VALUES ('H-1', 'x', 'x', '*', 'x', 0, 1)"""
        )
        tell(tx, NOW - 90_000, "decision.reversed", "shop", "s1")
        tx.run("UPDATE cases SET due_at = :late", late=NOW - 1)
    got = numbers(running)
    route = 'method="GET",route="/cases/{case_id}"'
    assert got[f'unbrush_http_requests_total{{{route},status="200"}}'] == 3
    assert got[f'unbrush_http_requests_total{{{route},status="404"}}'] == 1
    assert got['unbrush_http_request_seconds_count{route="/cases/{case_id}"}'] == 4
    assert got['unbrush_http_request_seconds_bucket{route="/cases/{case_id}",le="+Inf"}'] == 4
    assert got['unbrush_cases{state="new"}'] == 1
    assert got['unbrush_overdue{clock="case"}'] == 1
    assert got['unbrush_overdue{clock="report reply"}'] == 0
    assert got["unbrush_outbox_lag_seconds"] == 90
    assert got['unbrush_deliveries{state="waiting"}'] == 1
    assert got["unbrush_audit_entries"] == got["unbrush_audit_unsigned_entries"] > 20
    assert not any("13800138000" in name or "C-1" in name for name in got)  # no ids, no cardinality
    assert running.ask("ann", "GET", "/metrics").status_code == 403


def test_a_histogram_adds_up() -> None:
    meter = Meter()
    for seconds in (0.004, 0.005, 0.006, 99.0):
        meter.count("GET", "/x", 200, seconds)
    meter.count('BREW"', "/x", 200, 0.0)
    text = "\n".join(meter.lines())
    assert '_bucket{route="/x",le="0.005"} 3' in text
    assert '_bucket{route="/x",le="10.0"} 4' in text
    assert '_bucket{route="/x",le="+Inf"} 5' in text
    assert 'method="other"' in text


def test_an_id_goes_from_request_to_answer_problem_and_log(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "unbrush.access")
    own = {"X-Request-Id": "order-77.a"}
    answer = httpx.get(f"{running.url}/cases/C-404?token=secret", headers=own)
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "order-77.a"
    for _ in range(200):  # the line is written once the answer is out
        lines = [each.getMessage() for each in caplog.records if each.name == "unbrush.access"]
        if lines:
            break
        time.sleep(0.02)
    [line] = lines
    assert "order-77.a" in line
    assert "/cases/{case_id} 401" in line
    assert "secret" not in line
    made = {
        httpx.get(f"{running.url}/health/live", headers={"X-Request-Id": given}).headers[
            "x-request-id"
        ]
        for given in ("", "x" * 65, "a b", "{}")
    }
    assert len(made) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)


def test_a_fault_is_in_the_log_by_its_id_and_says_nothing_else(
    running: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unbrush.serve.api.routes import cases

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(cases, "queue", broken)
    answer = running.ask("ann", "GET", "/cases")
    assert (answer.status_code, answer.json()["title"]) == (500, "fault")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["request_id"] != ""
    faults = [each for each in caplog.records if each.name == "unbrush.desk"]
    assert [each.exc_info is not None for each in faults] == [True]


def test_a_silent_keeper_is_not_ready_but_alive(running: Running) -> None:
    now_s = 0.0
    pulse = Pulse(lambda: now_s)
    object.__setattr__(running.api.state.desk, "pulse", pulse)
    assert running.ask("", "GET", "/health/ready").status_code == 200  # no keeper in this program
    pulse.beat()
    now_s = SILENT_S + 1
    answer = running.ask("", "GET", "/health/ready")
    assert (answer.status_code, answer.json()["title"]) == (503, "not-working")
    assert running.ask("", "GET", "/health/live").status_code == 200
    pulse.beat()
    assert running.ask("", "GET", "/health/ready").status_code == 200


def test_a_keeper_beats(running: Running) -> None:
    now_s = 0.0
    pulse = Pulse(lambda: now_s)
    desk = running.api.state.desk
    object.__setattr__(desk, "pulse", pulse)
    keeper = Keeper(desk, look_s=0.01)
    keeper.start()
    now_s = SILENT_S + 1
    for _ in range(500):
        if not pulse.is_silent():
            break
        keeper._ended.wait(0.02)
    keeper.stop()
    assert not pulse.is_silent()


def test_records_that_are_away_are_not_ready(start: Start) -> None:
    running = start()
    running.records.close()
    (running.api.state.desk.folder / "records.sqlite").unlink()
    (running.api.state.desk.folder / "records.sqlite").mkdir()
    assert running.ask("", "GET", "/health/ready").status_code == 503
    assert running.ask("", "GET", "/health/live").status_code == 200


def test_what_reporters_sent_goes_with_its_term_unless_it_is_held(running: Running) -> None:
    held, free = Reporter(running), Reporter(running, statement="另一家店也返现。")
    for one in (held, free):
        one.send("聊天记录".encode())
        one.submit()
    reason = {"reason": "（2026）沪01民初1号", "is_held": True}
    assert running.ask("rita", "POST", f"/reports/{held.id}/hold", json=reason).status_code == 200
    with running.records.writing() as tx:
        tx.run("UPDATE reports SET state = 'closed', closed_at = :at", at=NOW)
    desk = running.api.state.desk
    tick(desk, NOW + KEPT_MS)
    proof = running.ask("rita", "GET", f"/reports/{free.id}/erasure").json()
    assert (proof["n_left_sealed"], proof["n_left_files"]) == (0, 0)
    [entry] = proof["entries"]
    assert (entry["why"], entry["by"], len(entry["files"])) == ("term", "system", 1)
    left = running.ask("rita", "GET", f"/reports/{held.id}/erasure").json()
    assert (left["entries"], left["held_because"]) == ([], "（2026）沪01民初1号")
    assert left["n_left_files"] == 2
    end = {"reason": "已审结", "is_held": False}
    assert running.ask("rita", "POST", f"/reports/{held.id}/hold", json=end).status_code == 409
    assert running.ask("rob", "POST", f"/reports/{held.id}/hold", json=end).status_code == 200
    tick(desk, NOW + KEPT_MS + DAY_MS)
    assert running.ask("rita", "GET", f"/reports/{held.id}/erasure").json()["n_left_files"] == 0
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]


def test_attachments_go_with_their_term_unless_they_are_held(running: Running) -> None:
    send(running, "ann", "转账记录".encode())
    close = {"expected_version": 1, "state": "closed", "outcome": "confirmed", "reason": "清楚"}
    assert running.ask("rita", "POST", "/cases/C-1/move", json=close).status_code == 200
    hold = {"reason": "（2026）沪01民初1号", "is_held": True}
    assert running.ask("rita", "POST", "/cases/C-1/legal-hold", json=hold).status_code == 200
    desk = running.api.state.desk
    tick(desk, NOW + KEPT_MS)
    case = running.ask("ann", "GET", "/cases/C-1").json()
    assert (case["attachments"][0]["erased_at"], case["legal_hold"]["held_because"]) == (
        None, "（2026）沪01民初1号",
    )  # fmt: skip
    end = {"reason": "已审结", "is_held": False}
    assert running.ask("rita", "POST", "/cases/C-1/legal-hold", json=end).status_code == 409
    assert running.ask("carl", "POST", "/cases/C-1/legal-hold", json=end).status_code == 200
    tick(desk, NOW + KEPT_MS)
    [left] = running.ask("ann", "GET", "/cases/C-1").json()["attachments"]
    assert left["erased_at"] == NOW + KEPT_MS
    path = f"/attachments/{left['attachment_id']}"
    assert running.ask("ann", "GET", path).status_code == 404
    assert list((desk.folder / "attachments").iterdir()) == []


def test_a_run_is_imported_on_the_command_line(tmp_path: Path) -> None:
    folder = a_run(tmp_path / "run", {1: "L5", 2: "L1"})
    command = [
        sys.executable, "-m", "unbrush", "desk", "import", str(folder.root), "--desk",
        str(tmp_path / "desk"), "--json",
    ]  # fmt: skip
    done = [
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    ]
    assert (done[0]["is_new"], done[0]["n_opened"]) == (True, 1)
    assert (done[1]["is_new"], done[1]["run_id"]) == (False, done[0]["run_id"])
    said = subprocess.run(command[:-1], capture_output=True, text=True, check=True).stdout
    assert "未作改动" in said
    assert "nothing was changed" in said
    nowhere = [*command[:5], str(tmp_path / "none"), *command[6:]]
    answer = subprocess.run(nowhere, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "unbrush run" in answer.stderr

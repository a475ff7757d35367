"""A6, the Haidian insider: a tip past the actor's chain, and the chain of deeds in the case file.

The market is drawn by the simulator, which shares no code with what is tested here; the truth is
read from what it wrote beside the market.
"""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.serve.api.acceptance.desk import case_file, judged, take_in, told
from tests.serve.api.conftest import Running
from tests.serve.api.test_reports import TRUE, TWO, Reporter
from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.run_folder import RunFolder
from unbrush.detect import detect
from unbrush.detect.insider_override import DETECTOR
from unbrush.store.duckdb_engine import DuckDBEngine

CHINA_MS = 8 * 3_600_000
DAY_MS = 86_400_000
DATED = {"staff_actions": "at", "orders": "placed_at", "payouts": "at", "transfers": "at",
         "subsidies": "at", "shipments": "sent_at"}  # fmt: skip
TIP = "运营小二把风险提示都关了，放行一家外包公司套补贴。"


@dataclass
class Case:
    """The simulated case: its run, and the truth of it."""

    run: RunFolder
    truth: dict[str, Any]
    insider: int
    managed: set[str]


@pytest.fixture(scope="module")
def a6(tmp_path_factory: pytest.TempPathFactory) -> Case:
    root = tmp_path_factory.mktemp("a6")
    run = judged(root, "--case", "A6", "--tier", "ci", "--seed", "3")
    truth = json.loads((root / "market/truth/market.json").read_text(encoding="utf-8"))
    gang = pq.read_table(root / "market/truth/gang.parquet").to_pylist()
    plans = pq.read_table(root / "market/truth/plans.parquet").to_pylist()
    [insider] = [row["subject_id"] for row in gang if row["role"] == "insider"]
    managed = {str(shop) for plan in plans if plan["look_alike"] == "key-account-manager"
               for shop in plan["shops"]}  # fmt: skip
    return Case(run, truth, int(insider), managed)


@pytest.mark.slow
def test_the_chain_stands_in_the_case_file_and_managers_have_no_case(
    running: Running, a6: Case
) -> None:
    cases = take_in(running, a6.run)
    [case_id] = [case["case_id"] for case in cases if case["rung"] >= "L3"]
    _managers_are_left_alone(running, a6, case_id)
    files = case_file(running, case_id, "police")
    said = told(files)
    [chain] = said["chains"]
    steps = {step["step"]: step for step in chain["steps"]}
    assert list(steps) == ["parameter", "alert", "override", "order", "payout"]
    moments = [step["at"] for step in chain["steps"]]
    assert moments == sorted(moments)
    assert "through one other" in chain["link"]["en"]
    _steps_are_rows(files, steps)
    page = files["index.html"].decode().partition("What was done after what")[2]
    places = [page.index(text) for text in ("an alert is closed", "an override</span>",
              "a payout to the shop", "tied to who is behind")]  # fmt: skip
    assert places == sorted(places)
    assert str(a6.insider) not in json.dumps(said)
    _the_day_is_the_earliest(a6, chain["earliest"]["day"])


def _managers_are_left_alone(running: Running, a6: Case, case_id: str) -> None:
    """Twenty who look after shops in the same way: no finding, no case at L3, no step."""
    assert len(a6.truth["controls"]) == 20
    case = running.ask("ann", "GET", f"/cases/{case_id}").json()
    assert not {each["subject_id"] for each in case["subjects"]} & a6.managed
    staff = running.ask("ann", "GET", "/decisions?kind=staff&rung=L0&n=200").json()["rows"]
    assert {row["subject_id"] for row in staff} == {str(a6.insider)}
    rows = running.ask("ann", "GET", "/decisions?rung=L3&n=200").json()["rows"]
    high = [row["subject_id"] for row in rows]
    assert high
    assert not set(high) & a6.managed
    for shop in sorted(a6.managed)[:20]:
        step = {"shop_id": shop, "rung": "L3", "facts_zh": "事实", "facts_en": "Facts",
                "basis": "规则一", "proportionality": "已提醒过"}  # fmt: skip
        answer = running.ask("ann", "POST", f"/cases/{case_id}/steps", json=step)
        assert answer.status_code == 422, answer.text


def _steps_are_rows(files: dict[str, bytes], steps: dict[str, Any]) -> None:
    kinds = {"parameter": "parameter", "alert": "alert_close", "override": "override"}
    for name, step in steps.items():
        text = files[f"rows/{step['table']}.csv"].decode("utf-8-sig")
        key = {"staff_actions": "action_id", "orders": "order_id", "payouts": "payout_id"}
        [row] = [each for each in csv.DictReader(io.StringIO(text))
                 if each[key[step["table"]]] == step["row"]]  # fmt: skip
        assert row.get("kind", kinds.get(name)) == kinds.get(name)
        assert int(row.get("at") or row["placed_at"]) == step["at"]


def _the_day_is_the_earliest(a6: Case, day: str) -> None:
    """A run on what was there at the end of that day finds the insider; of the day before, not."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
    end = int(midnight.timestamp()) * 1_000 - CHINA_MS
    assert a6.insider in _found_until(a6.run, end)
    assert a6.insider not in _found_until(a6.run, end - DAY_MS)


def _found_until(run: RunFolder, end: int) -> set[int]:
    with DuckDBEngine() as engine:
        manifest = Manifest.read(run.manifest)
        open_market(engine, run.events, manifest)
        for table, moment in DATED.items():
            kept = f'SELECT * FROM {engine.scan(run.event(table))} WHERE "{moment}" < {end}'
            engine.view(table, kept)
        detect(engine, manifest, chosen=[DETECTOR])
        return set(engine.query("SELECT subject_id FROM signals").column("subject_id").to_pylist())


def a_tip(running: Running, about: str) -> Reporter:
    """A tip about one of the desk's people, submitted."""
    person = running.ask(about, "GET", "/me").json()["person_id"]
    one = Reporter(running, kind="insider-tip", statement=TIP, about_person_id=person)
    assert one.ask("POST", "/receipt/submit", json=TRUE).status_code == 200
    return one


EVERYBODY = ("ann", "rita", "rob", "pia", "carl", "adm", "sys", "mia", "tom")
"""The actor is Rita; who of the others is above or below her is for no program to guess."""


def test_a_tip_reaches_auditors_and_is_not_there_for_anybody_else(running: Running) -> None:
    one = a_tip(running, "rita")
    act = f"/reports/{one.id}"
    asked = [("GET", act, None), ("GET", act + "/erasure", None), ("POST", act + "/reply", TWO),
             ("POST", act + "/identity", {"reason": "想看"}),
             ("POST", act + "/move", {"state": "investigating", "reason": "想看"}),
             ("POST", act + "/decide", TWO | {"outcome": "not-upheld"})]  # fmt: skip
    for who in EVERYBODY:
        for method, path, body in asked:
            answer = running.ask(who, method, path, json=body)
            assert answer.status_code in (403, 404), (who, path, answer.text)
        for path in ("/reports?state=verified", "/cases/C-1", "/me/reports", "/audit?n=200"):
            assert one.id not in running.ask(who, "GET", path).text, (who, path)
    [row] = running.ask("aud", "GET", "/reports?state=verified").json()["rows"]
    assert row["report_id"] == one.id
    assert running.ask("aud", "GET", act).json()["statement"] == TIP
    assert running.ask("aud", "POST", act + "/reply", json=TWO).status_code == 200


def test_numbers_of_the_desk_do_not_move_when_a_tip_comes(running: Running) -> None:
    def numbers(who: str) -> list[str]:
        lines = running.ask(who, "GET", "/metrics").text.splitlines()
        return [line for line in lines if line.startswith(("unbrush_reports", "unbrush_overdue"))]

    Reporter(running).submit()  # a report of a consumer is counted
    before = {who: numbers(who) for who in ("sys", "adm", "aud")}
    assert any(line.endswith(" 1") for line in before["sys"])
    a_tip(running, "adm")
    assert {who: numbers(who) for who in before} == before


def test_an_auditor_reads_nothing_of_a_tip_about_themselves_in_the_audit(running: Running) -> None:
    other = Reporter(running)
    one = a_tip(running, "aud")
    assert running.ask("aud", "GET", f"/reports/{one.id}").status_code == 404
    rows = running.ask("aud", "GET", "/audit?n=200").json()["rows"]
    assert one.id not in json.dumps(rows)
    assert "insider-tip" not in json.dumps(rows)
    assert other.id in json.dumps(rows)
    assert "withheld" in {row["action"] for row in rows}
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]
    assert one.ask("GET", "/receipt").json()["state"] == "verified"  # its reporter sees it

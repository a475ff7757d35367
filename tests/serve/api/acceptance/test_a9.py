"""A9: lists of personal data just below and at the numbers that the law names.

Kinds and numbers are those of the interpretation of 2017, art. 5: 50 (tracks, communications,
credit, property), 500 (lodging, call records, health, trades), 5,000 (others).
"""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.respond.desk.office import NOW, found
from tests.respond.dossier.conftest import ACCUSED, write_run
from tests.serve.api.acceptance.desk import case_file, confirmed, keep, told
from tests.serve.api.conftest import Running
from unbrush.base.records import add
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.importing import run_id_of
from unbrush.serve.dossier import verify

KINDS = {"personal-tracks": 50, "personal-trades": 500, "personal-others": 5_000}
VERDICTS = (
    "构成", "犯罪", "有罪", "已达到立案标准", "违法", "应当追究", "guilty", "commits", "crime",
    "illegal", "offence", "liable", "must be",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return write_run(tmp_path_factory.mktemp("a9") / "run")


@pytest.fixture
def desk(running: Running, run: RunFolder) -> Running:
    """A desk with C-2, the case of the organiser of the hand-made run."""
    with running.records.writing() as tx:
        add(tx, "runs", run_id=run_id_of(run), imported_at=NOW, policy_version="v1",
            n_decisions=1, folder=str(run.root), summary="{}")  # fmt: skip
        case = found(keys=("ring-0001",), shops=((str(ACCUSED), "L4"),))
        open_or_renew(tx, NOW, case, run_id=run_id_of(run), by="system")
    return running


def a_list(kind: str, n: int, **changes: Any) -> dict[str, Any]:
    """A seized list: its hash is that of a file with as many lines."""
    data = "".join(f"{number}\n" for number in range(n)).encode()
    return {"kind": kind, "n": n, "source": f"扣押清单 {kind} 第 1 号, 2026-03-02",
            "sha256": hashlib.sha256(data).hexdigest()} | changes  # fmt: skip


def the_hints(desk: Running, audience: str = "police") -> list[dict[str, Any]]:
    hints: list[dict[str, Any]] = told(case_file(desk, "C-2", audience))["legal"]["hints"]
    return hints


def withdraw(desk: Running, finding_id: str) -> None:
    ending = {"expected_version": 2, "reason": "另有更正后的清单"}
    answer = desk.ask("rita", "POST", f"/documents/{finding_id}/withdraw", json=ending)
    assert answer.json()["state"] == "withdrawn"


def test_a_hint_is_there_from_the_number_on_and_not_one_below(desk: Running) -> None:
    for kind, number in KINDS.items():
        below = confirmed(desk, "C-2", **a_list(kind, number - 1))
        assert the_hints(desk) == [], kind
        withdraw(desk, below)
        at = confirmed(desk, "C-2", **a_list(kind, number))
        [hint] = the_hints(desk)
        assert (hint["id"], hint["n"], hint["at_least"]) == (kind, number, number)
        assert [each["id"] for each in hint["documents"]] == [at]
        assert hint["documents"][0]["sha256"] == a_list(kind, number)["sha256"]
        _is_a_fact_with_its_provision(hint, number)
        withdraw(desk, at)


def _is_a_fact_with_its_provision(hint: dict[str, Any], number: int) -> None:
    assert hint["words"]["en"].startswith(f"{number:,} items (")
    assert hint["words"]["en"].endswith(f"the provision names {number:,}.")
    assert f"{number:,} 条信息" in hint["words"]["zh"]
    for words in (hint["words"], hint["note"], hint["provision"]["verified_words"]):
        said = words["zh"] + words["en"].lower()
        assert not [verdict for verdict in VERDICTS if verdict in said]
    provision = hint["provision"]
    assert provision["article"] == {"zh": "第五条", "en": "art. 5"}
    assert provision["in_force_from"] == "2017-06-01"
    assert provision["verified"]
    assert provision["source"]
    assert provision["text_as_of"]
    assert provision["verified_on"]


def test_less_of_each_kind_comes_together_in_proportion(desk: Running) -> None:
    confirmed(desk, "C-2", **a_list("personal-tracks", 49))
    short = confirmed(desk, "C-2", **a_list("personal-trades", 9))
    assert the_hints(desk) == []  # 49/50 + 9/500 = 0.998
    withdraw(desk, short)
    confirmed(desk, "C-2", **a_list("personal-trades", 10))
    [hint] = the_hints(desk)
    assert hint["id"] == "personal-together"
    assert "49/50 + 10/500" in hint["words"]["en"]


def test_two_people_and_the_hash_of_the_document_stand_behind_a_finding(desk: Running) -> None:
    path, finding = "/cases/C-2/documents", a_list("personal-trades", 500)
    for wrong in ({"sha256": ""}, {"sha256": "no hash"}, {"kind": "identities"}, {"n": -1},
                  {"unit_minor": 5}, {"source": " "}):  # fmt: skip
        assert desk.ask("ann", "POST", path, json=finding | wrong).status_code == 422, wrong
    entered = desk.ask("rita", "POST", path, json=finding).json()
    counted = told(case_file(desk, "C-2", "police", counts={"personal-trades": 500}))["legal"]
    assert [each["n"] for each in counted["reckoned"]] == [500]
    assert counted["hints"] == []  # nobody else has seen the document yet
    act = f"/documents/{entered['finding_id']}/decide"
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过原件"}
    assert desk.ask("rita", "POST", act, json=verdict).status_code == 403
    assert desk.ask("ann", "POST", act, json=verdict).status_code == 403
    assert desk.ask("rob", "POST", act, json=verdict).json()["state"] == "confirmed"
    assert [hint["id"] for hint in the_hints(desk)] == ["personal-trades"]
    assert desk.ask("ann", "POST", path, json=finding).status_code == 409  # counts once
    actions = [row["action"] for row in desk.ask("aud", "GET", "/audit?n=200").json()["rows"]]
    assert {"document.proposed", "document.confirmed"} <= set(actions)
    assert desk.ask("mia", "GET", path).status_code == 403


def test_what_was_done_before_the_provision_is_no_hint(desk: Running) -> None:
    confirmed(desk, "C-2", **a_list("personal-trades", 500, day="2017-05-31"))
    assert the_hints(desk) == []
    confirmed(desk, "C-2", **a_list("personal-tracks", 50, day="2017-06-01"))
    assert [hint["id"] for hint in the_hints(desk)] == ["personal-tracks"]


def test_the_page_says_the_same_and_the_file_is_made_again_from_the_run(
    desk: Running, run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    confirmed(desk, "C-2", **a_list("personal-trades", 500, day="2026-03-01"))
    files = case_file(desk, "C-2", "police")
    page = files["index.html"].decode()
    assert "the provision names 500." in page
    assert a_list("personal-trades", 500)["sha256"] in page
    legal = told(files)["legal"]
    assert all(hint["provision"]["verified"] for hint in legal["hints"])
    assert all(each["verified"] for each in legal["provisions"])
    assert all(not each["says"]["zh"] and not each["says"]["en"] for each in legal["unverified"])
    verify(keep(files, tmp_path), run=run.root)  # exits with 1 if a file differs
    assert "is the same" in capsys.readouterr().out

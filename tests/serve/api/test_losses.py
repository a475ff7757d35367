"""Losses of a case over HTTP: what goes in, what people said, what stands in the audit."""

from pathlib import Path
from typing import Any

import pytest

from tests.respond.desk.office import NOW, found
from tests.respond.losses.market import BRUSHED
from tests.respond.losses.run import write_run
from tests.serve.api.conftest import Running
from unbrush.base.records import add
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.losses.sheet import make_sheet
from unbrush.serve.api.routes import losses

PATH = "/cases/C-2/losses"


@pytest.fixture
def desk(running: Running, tmp_path: Path) -> Running:
    """A desk with a case, C-2, of the ring of the hand-made market."""
    folder = write_run(tmp_path / "run")
    with running.records.writing() as tx:
        add(tx, "runs", run_id="r2", imported_at=NOW, policy_version="v1", n_decisions=1,
            folder=str(folder.root), summary="{}")  # fmt: skip
        add(tx, "decisions", subject_kind="shop", subject_id=str(BRUSHED), run_id="r2", rung="L5",
            probability=0.9, elements="a,b,c", families="money", strength="E3",
            rule="attributed")  # fmt: skip
        case = found(keys=("ring-1",), shops=((str(BRUSHED), "L5"),))
        open_or_renew(tx, NOW, case, run_id="r2", by="system")
    return running


def reckon(desk: Running, **asked: Any) -> Any:
    return desk.ask("ann", "POST", PATH, json=asked)


def test_a_case_is_reckoned_and_the_audit_says_so(desk: Running):
    answer = reckon(desk, stated={"margin": {"low": 0.1, "high": 0.2, "source": "books"}})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [each["family"] for each in told["families"]] == ["gains", "losses", "exposures"]
    assert told["run"]["policy"] == {"name": "default", "version": "v1"}
    assert told["scope"]["name"] == "C-2"
    measures = {row["measure"] for row in told["families"][0]["rows"]}
    assert measures == {"turnover", "profit"}
    entries = desk.ask("aud", "GET", "/audit").json()["rows"]
    assert any(each["action"] == "losses.reckoned" for each in entries)


def test_others_write_while_a_case_is_reckoned(desk: Running, monkeypatch: pytest.MonkeyPatch):
    def slow(*given: Any, **more: Any) -> Any:
        note = desk.ask("ann", "POST", "/cases/C-2/notes", json={"text": "meanwhile"})
        assert note.status_code == 201, note.text
        return make_sheet(*given, **more)

    monkeypatch.setattr(losses, "make_sheet", slow)
    answer = reckon(desk)
    assert answer.status_code == 200, answer.text


def test_documents_are_summed_to_the_minor_unit(desk: Running):
    line = {"kind": "commission", "n": 926, "unit_minor": 800, "currency": "CNY", "source": "a"}
    told = reckon(desk, entries=[line]).json()
    assert told["totals"] == [
        {"family": "gain", "currency": "CNY", "minor": 740_800, "written": "¥7,408.00"}
    ]


def test_what_the_desk_confirmed_is_proved_and_what_it_reversed_is_genuine(desk: Running):
    assert all(row["proved"] is None for f in reckon(desk).json()["families"] for row in f["rows"])
    with desk.records.writing() as tx:
        add(tx, "verdicts", subject_kind="shop", subject_id=str(BRUSHED), is_fake=1, source="case",
            case_id="C-2", given_by="rita", given_at=NOW)  # fmt: skip
    owed = reckon(desk).json()["families"][2]["rows"][0]
    assert owed["proved"]["point_minor"] > 0
    with desk.records.writing() as tx:
        tx.run("UPDATE verdicts SET is_fake = 0 WHERE subject_kind = 'shop'")
    told = reckon(desk).json()
    assert all(row["method"] != "uplift" for row in told["families"][0]["rows"])
    assert told["given"]["reversed"] == [["shop", str(BRUSHED)]]


@pytest.mark.parametrize(
    "asked",
    [
        {"stated": {"margin": {"low": 0.4, "high": 0.2}}},
        {"stated": {"wages": {"low": 0.1, "high": 0.2}}},
        {"stated": {"margin": {"low": -0.5, "high": 0.2}}},
        {"entries": [{"kind": "gift", "unit_minor": 1, "currency": "CNY", "source": "a"}]},
        {"first_day": "2024-05-01"},
        {"first_day": "2024-05-02", "last_day": "2024-05-01"},
    ],
)
def test_what_cannot_be_is_refused_with_what_can(desk: Running, asked: dict[str, Any]):
    answer = reckon(desk, **asked)
    assert answer.status_code == 422
    assert answer.json()["hint"]


def test_who_has_no_part_in_the_case_reckons_nothing(desk: Running):
    assert desk.ask("mia", "POST", PATH, json={}).status_code == 403
    assert desk.ask("pia", "POST", PATH, json={}).status_code == 403
    assert desk.ask("ann", "POST", "/cases/C-9/losses", json={}).status_code == 404

"""Overrides over HTTP: from a case that nobody closes alone to two people in the audit."""

from tests.serve.api.conftest import Running

CLOSE = {"expected_version": 1, "state": "closed", "outcome": "refuted", "reason": "是直播"}
ASKED = {"expected_version": 1, "outcome": "refuted", "reason": "是直播"}
YES = {"expected_version": 1, "is_approved": True, "reason": "看过直播记录"}


def test_from_proposal_to_a_closed_case(running: Running) -> None:
    alone = running.ask("rita", "POST", "/cases/C-1/move", json=CLOSE)
    assert (alone.status_code, alone.json()["title"]) == (409, "conflict")
    assert "POST /cases/C-1/overrides" in alone.json()["hint"]
    proposed = running.ask("rita", "POST", "/cases/C-1/overrides", json=ASKED)
    assert proposed.status_code == 201, proposed.text
    [waits] = running.ask("rob", "GET", "/overrides").json()["rows"]
    assert (waits["record_id"], waits["rung"], waits["reason"]) == ("C-1", "L5", "是直播")
    path = f"/overrides/{waits['override_id']}"
    assert running.ask("rita", "POST", f"{path}/decide", json=YES).status_code == 403
    assert running.ask("tom", "POST", f"{path}/decide", json=YES).status_code == 403
    assert running.ask("ann", "GET", "/cases/C-1").json()["state"] == "new"
    done = running.ask("rob", "POST", f"{path}/decide", json=YES).json()
    assert done["state"] == "confirmed"
    case = running.ask("ann", "GET", "/cases/C-1").json()
    assert (case["state"], case["outcome"]) == ("closed", "refuted")
    assert case["overrides"] == [running.ask("aud", "GET", path).json()]
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]
    assert 'unbrush_overrides{state="confirmed"} 1' in running.ask("aud", "GET", "/metrics").text


def test_taken_back(running: Running) -> None:
    override_id = running.ask("ann", "POST", "/cases/C-1/overrides", json=ASKED).json()[
        "override_id"
    ]
    why = {"expected_version": 1, "reason": "看错了"}
    path = f"/overrides/{override_id}/withdraw"
    assert running.ask("rob", "POST", path, json=why).status_code == 403
    assert running.ask("ann", "POST", path, json=why).json()["state"] == "withdrawn"
    assert running.ask("ann", "GET", "/overrides").json()["rows"] == []
    empty = running.ask("ann", "POST", "/cases/C-1/overrides", json=ASKED | {"reason": " "})
    assert empty.status_code == 422


def test_steps_and_holds_in_the_same_form(running: Running) -> None:
    step = {
        "shop_id": "s1", "rung": "L3", "facts_zh": "三笔返现", "facts_en": "Three payments back",
        "basis": "规则一", "proportionality": "已提醒过",
    }  # fmt: skip
    step_id = running.ask("ann", "POST", "/cases/C-1/steps", json=step).json()["step_id"]
    running.ask("rita", "POST", f"/steps/{step_id}/decide", json=YES)
    why = {"expected_version": 2, "reason": "已整改"}
    alone = running.ask("rob", "POST", f"/steps/{step_id}/lift", json=why)
    assert (alone.status_code, alone.json()["title"]) == (409, "conflict")
    proposed = running.ask("rob", "POST", f"/steps/{step_id}/overrides", json=why)
    path = f"/overrides/{proposed.json()['override_id']}/decide"
    assert running.ask("pia", "POST", path, json=YES).json()["state"] == "confirmed"
    assert running.ask("rob", "GET", f"/steps/{step_id}").json()["state"] == "lifted"
    assert running.ask("rob", "POST", "/holds/H-404/overrides", json=why).status_code == 404

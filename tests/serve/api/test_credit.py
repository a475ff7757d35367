"""Credit over HTTP, from a step to its repair, and who is stopped at the door."""

from tests.respond.desk.office import in_force
from tests.serve.api.conftest import Running
from tests.serve.api.test_api import caller

YES = {"expected_version": 1, "is_approved": True, "reason": "看过材料"}


def a_step(running: Running) -> str:
    people = {name: caller(running, name) for name in ("ann", "rita", "pia")}
    with running.records.writing() as tx:
        return in_force(tx, people, "L4", "rita", "pia")


def test_from_a_step_to_its_repair(running: Running) -> None:
    a_step(running)
    [mine] = running.ask("mia", "GET", "/me/credit").json()["rows"]
    assert (mine["shop_id"], mine["score"], mine["shared"]) == ("s1", 96.25, [])
    [item] = mine["items"]
    assert item["repair_needs"] == ["restitution", "training"]
    path = f"/credit/items/{item['item_id']}/requests"
    asked = {"kind": "repair", "text": "退款凭证附后", "measures": ["training"]}
    lacking = running.ask("mia", "POST", path, json=asked)
    assert (lacking.status_code, "restitution" in lacking.json()["detail"]) == (422, True)
    asked["measures"] = item["repair_needs"]
    assert running.ask("aud", "POST", path, json=asked).status_code == 403
    request = running.ask("mia", "POST", path, json=asked)
    assert request.status_code == 201
    decide = f"/credit/requests/{request.json()['request_id']}/decide"
    assert running.ask("ann", "POST", decide, json=YES).status_code == 403
    assert running.ask("rob", "POST", decide, json=YES).json()["state"] == "granted"
    [mine] = running.ask("mia", "GET", "/me/credit").json()["rows"]
    assert mine["score"] == 98.12
    [row] = running.ask("mia", "GET", "/me/credit/requests").json()["rows"]
    assert row["decided_because"] == "看过材料"
    [history] = running.ask("mia", "GET", "/me/credit/history?days=3").json()["rows"]
    assert [day["score"] for day in history["days"]] == [100, 100, 98.12]
    assert running.ask("sys", "GET", "/shops/s1/credit").json()["score"] == 98.12
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]


def test_risk_is_never_shown_to_merchants_or_programs(running: Running) -> None:
    assert running.ask("ann", "GET", "/shops/s1/risk").json()["risk"] == 0.9
    for who in ("mia", "sys", "adm"):
        assert running.ask(who, "GET", "/shops/s1/risk").status_code == 403
    said = running.ask("mia", "GET", "/me/credit").text
    assert "risk" not in said
    assert "0.9" not in said


def test_a_preset_is_copied_changed_and_put_in_force_by_another(running: Running) -> None:
    text = running.ask("rita", "GET", "/credit/presets/default").text
    wrong = {"text": text.replace("max_days = 365", "max_days = 3"), "reason": "试"}
    answer = running.ask("rita", "POST", "/credit/presets", json=wrong)
    assert answer.status_code == 422
    assert "classes.general.max_days (3)" in answer.json()["detail"]
    ours = {"text": text.replace('name = "default"', 'name = "ours"'), "reason": "试"}
    made = running.ask("rita", "POST", "/credit/presets", json=ours).json()
    path = f"/credit/presets/{made['preset_id']}/decide"
    assert running.ask("rita", "POST", path, json=YES).status_code == 403
    assert running.ask("pia", "POST", path, json=YES).json()["state"] == "in-force"
    listed = running.ask("ann", "GET", "/credit/presets").json()
    assert listed["in_force"]["name"] == "ours"


def test_who_owns_two_shops_does_not_come_back_as_the_other(running: Running) -> None:
    people = {name: caller(running, name) for name in ("ann", "rita", "pia", "pat", "carl")}
    with running.records.writing() as tx:
        in_force(tx, people, "L4", "rita", "pia")
        tx.run("UPDATE steps SET state = 'expired'")
        in_force(tx, people, "L6", "pia", "pat", "carl")
    itself = running.ask("sys", "GET", "/shops/s1/entry").json()
    assert (itself["may_enter"], itself["own"][0]["rung"], itself["because"]) == (False, "L6", [])
    link = {"shop_id": "s1", "other_shop_id": "new", "basis": "device", "proof": "同一设备"}
    assert running.ask("ann", "POST", "/owner-links", json=link).status_code == 422
    link |= {"basis": "licence", "proof": "执照 9131…"}
    made = running.ask("ann", "POST", "/owner-links", json=link).json()
    assert running.ask("sys", "GET", "/shops/new/entry").json()["may_enter"]
    path = f"/owner-links/{made['link_id']}"
    assert running.ask("rita", "POST", f"{path}/decide", json=YES).json()["state"] == "proven"
    stopped = running.ask("sys", "GET", "/shops/new/entry").json()
    assert (stopped["may_enter"], stopped["because"][0]["rung"]) == (False, "L6")
    dispute = {"expected_version": 2, "text": "店铺已转让"}
    disputed = running.ask("mia", "POST", f"{path}/dispute", json=dispute)
    assert disputed.json()["state"] == "disputed"
    end = {"expected_version": 3, "stands": False, "reason": "已转让"}
    assert running.ask("pol", "POST", f"{path}/settle", json=end).json()["state"] == "ended"
    assert running.ask("sys", "GET", "/shops/new/entry").json()["may_enter"]


def test_an_authoritys_decision_is_entered_by_two(running: Running) -> None:
    decision = {
        "shop_id": "s1", "authority": "某市监管局", "document_no": "〔2026〕7号", "decided_on": 0,
        "kind": "serious", "facts_zh": "刷单", "facts_en": "Fake orders",
    }  # fmt: skip
    path = "/credit/authority-decisions"
    decision["decided_on"] = running.api.state.desk.clock() - 86_400_000
    made = running.ask("ann", "POST", path, json=decision).json()
    assert running.ask("sys", "GET", "/shops/s1/credit").json()["score"] == 100
    path = f"{path}/{made['decision_id']}"
    assert running.ask("rita", "POST", f"{path}/decide", json=YES).json()["state"] == "in-force"
    assert running.ask("sys", "GET", "/shops/s1/credit").json()["score"] == 92.5
    back = {"expected_version": 2, "reason": "复议撤销"}
    answer = running.ask("carl", "POST", f"{path}/withdraw", json=back)
    assert answer.json()["state"] == "withdrawn"
    assert running.ask("sys", "GET", "/shops/s1/credit").json()["score"] == 100

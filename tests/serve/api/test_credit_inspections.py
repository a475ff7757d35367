"""Inspections over HTTP: an analyst and a body's own program, a merchant, a second analysis."""

from typing import Any

from tests.respond.desk.office import NOW
from tests.serve.api.conftest import Running
from tests.serve.api.test_api import caller
from unbrush.base.clock import DAY_MS

YES = {"expected_version": 1, "is_approved": True, "reason": "证书已核"}
BOUGHT, TESTED = NOW - 20 * DAY_MS, NOW - 5 * DAY_MS


def a_body(running: Running, name: str, person_id: str | None = None) -> str:
    body = {
        "name": name, "accreditation_no": f"CMA {name}", "person_id": person_id,
        "methods": [{"standard": "GB 1", "sensitivity": 0.9, "specificity": 0.97, "n_bad": 80}],
        "valid_from": NOW - 300 * DAY_MS, "valid_until": NOW + 300 * DAY_MS,
    }  # fmt: skip
    made = running.ask("ann", "POST", "/inspections/bodies", json=body)
    assert made.status_code == 201, made.text
    path = f"/inspections/bodies/{made.json()['body_id']}"
    assert running.ask("ann", "POST", f"{path}/decide", json=YES).status_code == 403
    assert running.ask("rita", "POST", f"{path}/decide", json=YES).json()["state"] == "accepted"
    return str(made.json()["body_id"])


def sample_of(body_id: str, **changes: Any) -> dict[str, Any]:
    hands = ("采购员", "甲检测")
    return {
        "body_id": body_id, "shop_id": "s1", "item_id": "i1", "category": "shoes",
        "chosen_by": "random", "bought_by": "采购员", "bought_at": BOUGHT, "n_units": 8,
        "n_reserve": 2, "seal_no": "F1",
        "custody": [{"at_ms": BOUGHT + DAY_MS, "from_whom": hands[0], "to_whom": hands[1],
                     "place": "南昌", "seal": "intact"}],
    } | changes  # fmt: skip


def result_of(**changes: Any) -> dict[str, Any]:
    return {
        "standard": "GB 1", "n_tested": 6, "n_failed": 5, "certificate": "Z1", "sha256": "a" * 64,
        "tested_at": TESTED, "expires_at": TESTED + 365 * DAY_MS,
    } | changes  # fmt: skip


def test_from_the_purchase_to_the_second_analysis(running: Running) -> None:
    first = a_body(running, "甲检测", caller(running, "sys").person_id)
    second = a_body(running, "乙检测")
    made = running.ask("sys", "POST", "/inspections/samples", json=sample_of(first))
    assert made.status_code == 201, made.text
    path = f"/inspections/samples/{made.json()['sample_id']}"
    measured = {"value": 1e308 * 10, "limit": 1, "bound": "at-most", "unit": "mg", "uncertainty": 0}
    odd = result_of(measured={**measured, "value": 1e16})
    assert running.ask("sys", "POST", f"{path}/results", json=odd).status_code == 422
    result = running.ask("sys", "POST", f"{path}/results", json=result_of())
    assert result.status_code == 201, result.text
    [mine] = running.ask("mia", "GET", "/me/quality").json()["rows"]
    assert mine["mean"] < 0.5
    assert mine["results"][0]["second_until"] > NOW
    assert "second analysis" in mine["results"][0]["second_en"]
    dispute = f"/inspections/results/{result.json()['result_id']}/dispute"
    asked = {"expected_version": 1, "text": "样品受潮"}
    assert running.ask("ann", "POST", dispute, json=asked).status_code == 403
    assert running.ask("mia", "POST", dispute, json=asked).json()["state"] == "disputed"
    assert running.ask("sys", "GET", "/shops/s1/quality").json()["mean"] is None
    on = {"at_ms": TESTED, "from_whom": "甲检测", "to_whom": "乙检测", "place": "南昌",
          "seal": "intact"}  # fmt: skip
    assert running.ask("ann", "POST", f"{path}/custody", json=on).status_code == 201
    again = result_of(
        n_tested=2, n_failed=0, certificate="Z2", body_id=second,
        second_of=result.json()["result_id"],
    )  # fmt: skip
    assert running.ask("sys", "POST", f"{path}/results", json=again).status_code == 403
    assert running.ask("ann", "POST", f"{path}/results", json=again).status_code == 201
    assert running.ask("sys", "GET", "/shops/s1/quality").json()["mean"] > 0.5
    assert running.ask("sys", "GET", "/shops/s1/credit").json()["score"] == 100
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]


def test_a_body_with_a_tie_is_refused_and_says_why(running: Running) -> None:
    body_id = a_body(running, "甲检测")
    tie = {"shop_id": "s9", "nature": "客户", "category": "shoes"}
    path = f"/inspections/bodies/{body_id}"
    assert running.ask("ann", "POST", f"{path}/ties", json=tie).status_code == 201
    answer = running.ask("ann", "POST", "/inspections/samples", json=sample_of(body_id))
    assert answer.status_code == 409
    assert "a rival of s1 in shoes" in answer.json()["detail"]
    end = {"expected_version": 2, "reason": "停业"}
    assert running.ask("pia", "POST", f"{path}/suspend", json=end).json()["state"] == "suspended"


def test_rows_of_the_table_are_taken_and_bad_ones_told(running: Running) -> None:
    a_body(running, "甲检测")
    header = "inspection_id,shop_id,result,at,laboratory,standard,certificate\n"
    rows = "1,s1,pass,2026-09-01,甲检测,GB 1,Z1\n2,s1,pass,2026-09-01,谁,GB 1,Z2\n"
    table = {"form": "csv", "chosen_by": "random", "text": header + rows}
    done = running.ask("ann", "POST", "/inspections/import", json=table).json()
    assert done["n_entered"] == 1
    [reject] = done["rejects"]
    assert (reject["row"], reject["column"]) == (3, "laboratory")
    table["text"] = "a\x00b"
    assert running.ask("ann", "POST", "/inspections/import", json=table).status_code == 422

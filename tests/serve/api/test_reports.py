"""Reports over the API: told by anybody, followed by a receipt, dealt with, decided, reviewed."""

import io
import zipfile

import numpy as np
import pytest

from tests.serve.api.conftest import PLAIN, Running
from unbrush.respond.desk.reports.kinds import KINDS

PIL = pytest.importorskip("PIL.Image", reason="pictures are an extra")

TOLD = {
    "kind": "cashback-card", "statement": "包裹里有好评返现卡，五星返两元。", "shop_id": "s1",
    "order_id": "o1",
}  # fmt: skip
TWO = {"zh": "已收到，正在核实。", "en": "We have it and are checking."}
TRUE = {"affirms_truth": True}


def photo(seed: int = 0, **save: object) -> bytes:
    """Return a JPEG photo of nothing in particular, different for each seed."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 255, (12, 9, 3), np.uint8)
    image = PIL.fromarray(small).resize((450, 600), PIL.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", **({"quality": 90} | save))
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.exe", "x" * 100)
    return out.getvalue()


class Reporter:
    """Somebody with a receipt."""

    def __init__(self, running: Running, **told: object) -> None:
        self.running = running
        answer = running.ask("", "POST", "/reports", json=TOLD | told)
        assert answer.status_code == 201, answer.text
        self.filed = answer.json()
        self.id = self.filed["report_id"]

    def ask(self, method: str, path: str, **more: object):  # type: ignore[no-untyped-def]
        import httpx

        headers = {"X-Receipt": self.filed["receipt"]}
        url = self.running.url + path
        return httpx.request(method, url, headers=headers, timeout=60, verify=PLAIN, **more)

    def send(self, data: bytes):  # type: ignore[no-untyped-def]
        return self.ask("POST", "/receipt/evidence", files={"file": ("x", data)})

    def submit(self) -> dict[str, object]:
        answer = self.ask("POST", "/receipt/submit", json=TRUE)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def test_from_receipt_to_result_review_and_result_again(running: Running) -> None:
    one = Reporter(running)
    assert one.send(photo()).status_code == 201
    standing = one.submit()
    assert standing["state"] == "in-case"  # s1 has a case
    [sent] = standing["evidence"]
    assert (sent["kind"], sent["n_bytes"]) == ("picture", len(photo()))
    assert "2026-09-24" in str(standing["next_zh"])  # three working days
    act = f"/reports/{one.id}"
    shown = running.ask("ann", "GET", act).json()
    assert shown["statement"] == TOLD["statement"]
    assert "identity" not in shown
    for who, path, asked, state in (
        ("ann", "/reply", TWO, "in-case"),
        ("ann", "/move", {"state": "investigating", "reason": "看图"}, "investigating"),
        ("rita", "/decide", TWO | {"outcome": "not-upheld"}, "not-upheld"),
        ("ann", "/notify", None, "notified"),
    ):
        answer = running.ask(who, "POST", act + path, json=asked)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.text
    assert one.ask("POST", "/receipt/appeal", json={"text": "不服"}).json()["state"] == "appeal"
    again = TWO | {"is_right": True}
    assert running.ask("rita", "POST", f"{act}/review", json=again).status_code == 403
    assert running.ask("rob", "POST", f"{act}/review", json=again).json()["state"] == "reopened"
    told = one.ask("GET", "/receipt").json()
    assert [each["from"] for each in told["messages"]].count("reporter") == 1
    assert any("未认定属实" in each.get("zh", "") for each in told["messages"])
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]
    assert running.ask("ann", "GET", "/steps").json()["rows"] == []


def test_a_receipt_opens_its_own_report_and_nothing_else(running: Running) -> None:
    one, other = Reporter(running), Reporter(running)
    one.filed["receipt"] = one.filed["receipt"].lower().replace("-", " ")
    assert one.ask("GET", "/receipt").json()["report_id"] == one.id
    assert other.ask("GET", "/receipt").json()["report_id"] == other.id
    one.filed["receipt"] = "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"
    assert one.ask("GET", "/receipt").status_code == 404
    with running.records.reading() as transaction:
        kept = transaction.one("SELECT * FROM reports WHERE report_id = :id", id=other.id)
        assert other.filed["receipt"] not in str(kept)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 \x00\x01", "neither"),
        (b"PK\x03\x04\x00\x00", "neither"),
        (b"<html><script>alert(1)</script>", "markup"),
        (b"\xff\xd8\xff\xe0 no picture", "broken"),
        (b"GIF89a\x01\x00", "neither"),
        (b"", "empty"),
        (b"a" * 1_000_001, "1,000,000"),
        (b"\x00" * 12_000_001, "12,000,000"),
        (photo() + archive(), "same time"),
    ],
)
def test_what_is_no_plain_picture_or_text_is_refused(
    running: Running, data: bytes, says: str
) -> None:
    answer = Reporter(running).send(data)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["detail"]
    assert answer.json()["hint"]


def test_the_copy_has_pixels_alone_and_the_original_is_sealed(running: Running) -> None:
    exif = PIL.Exif()
    exif[0x010E] = "at home: 12 Secret Street"
    data = photo(exif=exif)
    assert b"Secret Street" in data
    one = Reporter(running)
    evidence_id = one.send(data).json()["evidence_id"]
    one.submit()
    path = f"/reports/{one.id}/evidence/{evidence_id}"
    copy = running.ask("ann", "GET", path)
    assert copy.headers["content-type"] == "image/jpeg"
    assert copy.headers["x-content-type-options"] == "nosniff"
    assert b"Secret Street" not in copy.content
    assert PIL.open(io.BytesIO(copy.content)).size == (450, 600)
    assert running.ask("ann", "POST", path + "/original", json={"reason": "x"}).status_code == 403
    assert running.ask("rita", "POST", path + "/original", json={"reason": " "}).status_code == 422
    original = running.ask("rita", "POST", path + "/original", json={"reason": "鉴定"})
    assert original.content == data
    rows = running.ask("aud", "GET", "/audit?n=200").json()["rows"]
    read = [row["detail"] for row in rows if row["action"] == "vault.read"]
    assert {"what": "original", "evidence": evidence_id, "reason": "鉴定"} in read
    with running.records.reading() as transaction:
        kept = transaction.all("SELECT * FROM sealed")
    assert kept
    assert TOLD["statement"] not in str(kept)


def test_what_was_paid_is_told_with_its_currency(running: Running) -> None:
    one = Reporter(running, paid_minor=500, currency="CNY")
    one.submit()
    [row] = running.ask("ann", "GET", "/reports").json()["rows"]
    shown = running.ask("ann", "GET", f"/reports/{one.id}").json()
    for said in (row, shown):
        assert (said["paid_minor"], said["currency"]) == (500, "CNY")
    wrong = running.ask("", "POST", "/reports", json=TOLD | {"currency": "yuan"})
    assert wrong.status_code == 422


def test_a_tip_from_inside_is_seen_by_auditors_alone(running: Running) -> None:
    one = Reporter(running, kind="insider-tip", statement="运营小二收钱放行刷单店铺。")
    one.submit()
    assert running.ask("rita", "GET", f"/reports/{one.id}").status_code == 404
    assert running.ask("ann", "GET", "/reports?state=verified").json()["rows"] == []
    [row] = running.ask("aud", "GET", "/reports?state=verified").json()["rows"]
    assert row["report_id"] == one.id
    assert row["case_id"] is None
    assert running.ask("aud", "GET", f"/reports/{one.id}").status_code == 200
    done = running.ask("aud", "POST", f"/reports/{one.id}/reply", json=TWO)
    assert done.status_code == 200


def test_an_auditor_does_not_see_a_tip_about_themselves(running: Running) -> None:
    me = running.ask("aud", "GET", "/me").json()["person_id"]
    one = Reporter(running, kind="insider-tip", statement="审计人员也有份", about_person_id=me)
    one.submit()
    assert running.ask("aud", "GET", f"/reports/{one.id}").status_code == 404
    assert running.ask("aud", "GET", "/reports?state=verified").json()["rows"] == []


def test_a_victim_of_a_scam_is_told_to_stop_paying_in_the_first_answer(running: Running) -> None:
    one = Reporter(running, kind="scam-victim", statement="让我继续垫付才能提现", shop_id=None)
    assert "立即停止付款" in one.filed["advice_zh"]
    assert "Stop paying now" in one.filed["advice_en"]
    told = one.submit()["messages"]
    assert any("96110" in each["zh"] for each in told)  # type: ignore[index,attr-defined]


def test_somebody_with_a_tie_to_the_shop_takes_no_part(running: Running) -> None:
    one = Reporter(running)
    one.submit()
    assert running.ask("tom", "GET", f"/reports/{one.id}").status_code == 403


def test_too_little_says_what_would_help(running: Running) -> None:
    one = Reporter(running, kind="empty-parcel", statement="收到空包裹")
    one.submit()
    act = f"/reports/{one.id}"
    running.ask("ann", "POST", act + "/move", json={"state": "investigating", "reason": "x"})
    running.ask("rita", "POST", act + "/decide", json=TWO | {"outcome": "insufficient"})
    told = one.ask("GET", "/receipt").json()
    last = told["messages"][-1]
    assert "运单号" in last["zh"]
    assert "waybill" in last["en"]
    assert "the number of the order" not in last["en"]  # the kind does not ask for it
    again = one.ask("POST", "/receipt/messages", json={"text": "运单号是 SF123"}).json()
    assert again["state"] == "reopened"


def test_the_picker_lists_every_kind(running: Running) -> None:
    rows = running.ask("", "GET", "/reports/kinds").json()["rows"]
    assert [row["kind"] for row in rows] == list(KINDS)
    assert all(row["zh"] and row["en"] for row in rows)
    for kind in KINDS:
        Reporter(running, kind=kind)


def test_nobody_vouches_for_their_own_account(running: Running) -> None:
    told = TOLD | {"account_id": "a1"}
    assert running.ask("", "POST", "/reports", json=told).status_code == 422
    assert running.ask("ann", "POST", "/platform/reports", json=told).status_code == 403
    assert running.ask("sys", "POST", "/platform/reports", json=told).status_code == 201


def test_erasing_leaves_the_audit_whole(running: Running) -> None:
    one = Reporter(running, contact_mode="confidential", identity="王小明 13800000000")
    one.send(photo())
    one.submit()
    assert one.ask("POST", "/receipt/erase", json={"everything": True}).status_code == 409
    assert one.ask("POST", "/receipt/erase", json={}).status_code == 204
    answer = running.ask("rita", "POST", f"/reports/{one.id}/identity", json={"reason": "核实"})
    assert answer.json()["identity"] == []
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]

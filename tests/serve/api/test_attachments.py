"""Attachments over HTTP: hostile files, and what a browser may do with what it gets."""

import hashlib
from pathlib import Path

import pytest

from tests.serve.api.conftest import Running
from tests.serve.api.test_reports import Reporter, archive, photo

PATH = "/cases/C-1/attachments"


def send(running: Running, who: str, data: bytes, path: str = PATH, **form: str):  # type: ignore[no-untyped-def]
    return running.ask(who, "POST", path, files={"file": ("evil.html", data)}, data=form)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html><script>alert(1)</script>", b"\x00\x01\x02",
        b"%PDF-1.7\n\x00\x01", b"%PDF-1.7\n%%EOF\n" + archive(), b"%PDF-9.9\n%%EOF",
        b"%PDFx<script>%%EOF", b" %PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"x" * 12_000_000 + b"%%EOF",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", b"%!PS-Adobe", b"x" * 1_000_001,
        b"\xff\xd8\xff\xe0 broken", archive(),
    ],
)  # fmt: skip
def test_what_is_no_picture_and_no_text_is_refused(running: Running, data: bytes) -> None:
    answer = send(running, "ann", data)
    assert answer.status_code == 422, answer.text
    assert answer.json()["hint"]
    assert running.ask("ann", "GET", "/cases/C-1").json()["attachments"] == []


def test_a_picture_comes_back_without_what_was_hidden_in_it(running: Running) -> None:
    data = photo() + b"<script>alert(1)</script>"
    answer = send(running, "ann", photo(comment=b"GPS 31.2"))
    assert answer.status_code == 201, answer.text
    attachment = answer.json()
    [listed] = running.ask("aud", "GET", "/cases/C-1").json()["attachments"]
    assert listed == attachment
    got = running.ask("aud", "GET", f"/attachments/{attachment['attachment_id']}")
    assert got.content.startswith(b"\xff\xd8\xff")
    assert b"GPS" not in got.content
    for name, value in (
        ("content-disposition", f'attachment; filename="{attachment["attachment_id"]}.img"'),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("content-type", "application/octet-stream"),
        ("cache-control", "no-store"),
    ):
        assert got.headers[name] == value
    why = {"reason": "核对", "original": True}
    path = f"/attachments/{attachment['attachment_id']}/open"
    assert running.ask("rita", "POST", path, json=why).content == photo(comment=b"GPS 31.2")
    assert running.ask("ann", "POST", path, json=why).status_code == 403
    assert running.ask("rita", "POST", path, json=why | {"reason": " "}).status_code == 422
    assert send(running, "ann", data).status_code == 422


def test_a_merchant_attaches_to_an_appeal_and_reads_it_again(running: Running) -> None:
    appeal = running.ask("mia", "POST", "/appeals", json={"shop_id": "s1", "text": "是直播"})
    path = f"/appeals/{appeal.json()['appeal_id']}/attachments"
    sealed = send(running, "mia", "聊天记录".encode(), path, is_sealed="true").json()
    [mine] = running.ask("mia", "GET", "/me/appeals").json()["rows"]
    assert [each["attachment_id"] for each in mine["attachments"]] == [sealed["attachment_id"]]
    shown = running.ask("rita", "GET", f"/appeals/{appeal.json()['appeal_id']}").json()
    assert shown["attachments"] == mine["attachments"]
    path = f"/attachments/{sealed['attachment_id']}"
    assert running.ask("rita", "GET", path).status_code == 403
    got = running.ask("rita", "POST", f"{path}/open", json={"reason": "复核"})
    assert got.content.decode() == "聊天记录"
    assert running.ask("mia", "GET", f"/me{path}").content.decode() == "聊天记录"
    reads = [
        row for row in running.ask("aud", "GET", "/audit?n=200").json()["rows"]
        if row["action"] == "attachment.read"
    ]  # fmt: skip
    assert len(reads) == 2


def pdf() -> bytes:
    """Return what begins and ends as a PDF, and would run something if anybody opened it."""
    act = b"<</OpenAction <</S/JavaScript/JS(app.alert(1))>>>>"
    return b"%PDF-1.7\n1 0 obj " + act + b" endobj\n%%EOF\n"


def test_a_pdf_is_sealed_never_opened_and_given_as_it_came(
    running: Running, tmp_path: Path
) -> None:
    attached = send(running, "ann", pdf()).json()
    assert (attached["kind"], attached["is_sealed"]) == ("pdf", 1)
    assert attached["sha256"] == hashlib.sha256(pdf()).hexdigest()
    assert all(
        b"JavaScript" not in path.read_bytes() for path in (tmp_path / "attachments").iterdir()
    )
    path = f"/attachments/{attached['attachment_id']}"
    assert running.ask("rita", "GET", path).status_code == 403
    for who in ("ann", "tom", "pia"):
        assert running.ask(who, "POST", f"{path}/open", json={"reason": "x"}).status_code == 403
    got = running.ask("rita", "POST", f"{path}/open", json={"reason": "核对合同"})
    assert got.content == pdf()
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    name = f'attachment; filename="{attached["attachment_id"]}.pdf"'
    assert got.headers["content-disposition"] == name
    entry = running.ask("aud", "GET", "/cases/C-1/history").json()["rows"][-1]
    assert (entry["action"], entry["detail"]["what"]) == ("attachment.read", "original")


def test_reporters_send_no_pdf(running: Running) -> None:
    answer = Reporter(running).send(pdf())
    assert (answer.status_code, answer.json()["hint"]) == (422, "Send a screenshot of it.")

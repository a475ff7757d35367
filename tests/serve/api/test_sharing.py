"""Sharing over HTTP and on the command line."""

import base64
import json
import subprocess
import sys

from tests.respond.desk.office import NOW
from tests.respond.sharing.test_shares import WISH
from tests.serve.api.conftest import Running
from unbrush.respond.desk.signing import is_signed, signer_of

COMPANY = {
    "kind": "organisation", "name": "某某网络科技有限公司", "number": "91350100M000100Y43",
    "shop_id": "s1",
}  # fmt: skip
SITE = {"kind": "domain", "name": "renwu.example.com"}


def approved(running: Running) -> str:
    close = {"expected_version": 1, "state": "closed", "outcome": "confirmed", "reason": "清楚"}
    assert running.ask("rita", "POST", "/cases/C-1/move", json=close).status_code == 200
    asked = WISH | {"indicators": [COMPANY, SITE]}
    share = running.ask("ann", "POST", "/cases/C-1/shares", json=asked)
    assert share.status_code == 201, share.text
    path = f"/sharing/{share.json()['share_id']}"
    assert running.ask("sys", "GET", f"{path}/bundle").status_code == 409
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过"}
    assert running.ask("carl", "POST", f"{path}/decide", json=verdict).json()["valid_until"] > NOW
    return path


def test_from_proposal_to_bundle_to_hint_to_revocation(running: Running) -> None:
    path = approved(running)
    answer = running.ask("sys", "GET", f"{path}/bundle")
    assert answer.headers["content-type"] == "application/stix+json;version=2.1"
    signer = running.api.state.desk.signer
    assert is_signed(signer.public, answer.content, answer.headers["x-unbrush-signature"])
    assert running.ask("ann", "GET", f"{path}/bundle").status_code == 403
    sent = {"source": "Other Mall", "bundle": answer.json()}
    taken = running.ask("ann", "POST", "/sharing/hints", json=sent).json()
    assert (taken["n_new"], taken["left_out"]) == (2, {"no indicator": 5})
    assert len(running.ask("rita", "GET", "/sharing/hints").json()["rows"]) == 2
    back = running.ask("rita", "POST", f"{path}/revoke", json={"reason": "域名写错"})
    assert back.json()["state"] == "revoked"
    again = running.ask("sys", "GET", f"{path}/bundle").json()
    assert all(each["revoked"] for each in again["objects"] if each["type"] == "indicator")
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]


def test_a_person_is_refused_with_what_may_be_shared(running: Running) -> None:
    for indicator in (
        {"kind": "account", "name": "a77"}, COMPANY | {"phone": "13800138000"},
        SITE | {"name": "13800138000.example.com"}, COMPANY | {"number": "92350100M000100Y43"},
    ):  # fmt: skip
        asked = WISH | {"indicators": [indicator]}
        answer = running.ask("ann", "POST", "/cases/C-1/shares", json=asked)
        assert answer.status_code == 422
        assert answer.json()["hint"]


def test_the_command_writes_a_file_and_its_signature(running: Running) -> None:
    share_id = approved(running).rpartition("/")[2]
    desk = running.api.state.desk.folder
    out = desk / "bundle.json"
    command = [sys.executable, "-m", "unbrush", "sharing", "export", share_id]
    # The clock of the command is the present, which is before the term of a share of this office.
    done = subprocess.run(
        [*command, "--desk", str(desk), "--out", str(out)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Example Mall" in done.stdout
    assert json.loads(out.read_bytes())["type"] == "bundle"
    signature = out.with_name("bundle.json.sig").read_text().strip()
    assert base64.b64decode(signature)
    assert is_signed(signer_of(desk).public, out.read_bytes(), signature)
    row = running.ask("aud", "GET", "/audit?n=200").json()["rows"][-1]
    assert (row["action"], row["actor"]) == ("share.given-out", "command line")
    nowhere = [*command, "--desk", str(desk), "--out", str(desk / "no" / "where.json")]
    assert subprocess.run(nowhere, capture_output=True, check=False).returncode == 1

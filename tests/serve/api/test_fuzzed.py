"""The API against its own description: no fault of ours, no answer that is not described.

Each role is tried on what it may do: that others are turned away is asked of every route elsewhere
(`test_who_may_what`). There is a case, a step in force, a hold, a block, an endpoint, a share and a
run with files, and the ids of them are what is asked for, so that requests get past "not found".

UNBRUSH_FUZZ_ALL=1 also goes through every bound of every value (schemathesis' coverage phase): some
ten minutes on two cores.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.respond.desk.office import NOW, in_force
from tests.serve.api.conftest import Running
from tests.serve.api.test_api import caller
from tests.serve.api.test_settlement import SAID, with_money
from tests.serve.api.test_who_may_what import BY_ROLE, FOR_ALL, OPEN, _routes
from unbrush.base.clock import DAY_MS
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.permissions import MAY
from unbrush.serve.api.callers import may_of
from unbrush.serve.api.idempotency import HEADER

TOOL = Path(sys.executable).with_name("schemathesis")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance"
)
PHASES = "examples,coverage,fuzzing" if os.environ.get("UNBRUSH_FUZZ_ALL") else "examples,fuzzing"
KEYED = {"add_note", "add_a_hook"}
"""Where keys are tried: every route takes them by the same code, and each costs 20 requests."""

NOT_HERE = {
    "close_session",  # ends the caller: tried below
    "open_session", "choose_password",  # 0.1 s each, by design: tried below
}  # fmt: skip


def market(running: Running, path: Path) -> dict[str, str]:
    """Fill the records; return the ids that are asked for."""
    with_money(running, path)
    ids = {"case_id": "C-1", "subject_kind": "shop", "subject_id": "s1", "seq": "1"}
    with running.records.writing() as tx:
        people = {name: caller(running, name) for name in ("ann", "rita", "pia")}
        ids["step_id"] = in_force(tx, people, "L4", "rita", "pia")
    hold = SAID | {"kind": "subsidy", "term_ms": DAY_MS}
    made = running.ask("ann", "POST", f"/steps/{ids['step_id']}/holds", json=hold).json()
    ids["hold_id"] = made["hold_id"]
    hook = {"name": "x", "url": "https://93.184.215.14/"}
    ids["hook_id"] = running.ask("adm", "POST", "/hooks", json=hook).json()["hook_id"]
    told = {"kind": "cashback-card", "statement": "好评返现", "shop_id": "s1"}
    report = running.ask("", "POST", "/reports", json=told).json()
    ids["report_id"] = report["report_id"]
    file = {"file": ("x", "收款记录".encode())}
    attached = running.ask("ann", "POST", "/cases/C-1/attachments", files=file)
    ids["attachment_id"] = attached.json()["attachment_id"]
    listed = {"kind": "personal-trades", "n": 500, "source": "清单", "sha256": "a" * 64}
    entered = running.ask("ann", "POST", "/cases/C-1/documents", json=listed)
    ids["finding_id"] = entered.json()["finding_id"]
    ids["person_id"] = people["pia"].person_id
    return ids


def fuzz(
    running: Running, token: str, names: set[str], ids: dict[str, str], path: Path, examples: int
) -> str:
    """Try routes by name; return what is wrong, empty if nothing."""
    if not TOOL.is_file():
        pytest.skip("schemathesis is not installed")
    schema: dict[str, Any] = json.loads(json.dumps(running.api.openapi()))
    for methods in schema["paths"].values():
        for operation in methods.values():
            if operation["operationId"] not in KEYED:
                operation["parameters"] = [
                    each for each in operation.get("parameters", ()) if each["name"] != HEADER
                ]
    (path / "openapi.json").write_text(json.dumps(schema))
    known = "\n".join(f'"path.{name}" = "{value}"' for name, value in ids.items())
    (path / "schemathesis.toml").write_text(f"[parameters]\n{known}\n")
    chosen = [part for name in sorted(names) for part in ("--include-operation-id", name)]
    done = subprocess.run(
        [
            str(TOOL), "run", "openapi.json", "--url", running.url, "--checks", CHECKS,
            "--header", f"Authorization: Bearer {token}", "--max-examples", str(examples),
            "--seed", "7", "--phases", PHASES, "--suppress-health-check",
            "all", "--no-color", *chosen,
        ],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=path,
        check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout[-6_000:] + done.stderr[-2_000:]


def allowed(running: Running, who: str) -> set[str]:
    """Return names of the routes that somebody may use and that somebody before them does not."""
    role = next(role for role, name in BY_ROLE.items() if name == who)
    own = {
        route.name for route in _routes(running)
        if any(role in MAY[act] for act in may_of(route))
    }  # fmt: skip
    return own - NOT_HERE


@pytest.mark.slow
@pytest.mark.parametrize("who", ["rita", "adm"])
def test_every_answer_is_described(running: Running, who: str, tmp_path: Path) -> None:
    ids = market(running, tmp_path / "run")
    names = allowed(running, who)
    if who == "adm":
        names |= (OPEN | FOR_ALL) - NOT_HERE
    assert fuzz(running, running.tokens[who], names, ids, tmp_path, 5) == ""


@pytest.mark.slow
def test_signing_in_and_out_is_described(running: Running, tmp_path: Path) -> None:
    with running.records.writing() as tx:
        ann = caller(running, "ann").person_id
        token = give_ticket(tx, NOW, ann, "session", by="system", life_ms=DAY_MS)[1]
    assert fuzz(running, token, NOT_HERE, {}, tmp_path, 5) == ""
    assert running.ask("ann", "GET", "/cases").status_code == 200  # another ticket of hers
    running.tokens["gone"] = token
    assert running.ask("gone", "GET", "/cases").status_code == 401  # it was tried to its end

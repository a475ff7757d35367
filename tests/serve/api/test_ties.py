"""Who has a tie to a shop finds nothing of it, in no list and at no address."""

import re
from pathlib import Path
from typing import Any

from tests.respond.desk.office import NOW, person
from tests.serve.api.conftest import Running
from tests.serve.api.test_fuzzed import market
from tests.serve.api.test_reports import Reporter
from tests.serve.api.test_who_may_what import _routes
from unbrush.base.clock import DAY_MS
from unbrush.base.records import add
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.permissions import Role

OF_ALL = {
    "read_audit", "verify_audit",  # the auditor's, whole or worth nothing
    "list_runs", "list_people", "get_person", "list_keys", "list_hooks", "get_hook",
    "list_deliveries", "read_metrics", "list_presets", "default_preset", "list_hints",
    "list_bodies", "get_body", "list_report_kinds", "who_am_i", "read_block_list",
}  # fmt: skip
"""Routes of GET that are about no shop."""

ELSEWHERE = {
    "list_blocks", "get_block", "list_block_pairs", "list_payers", "show_payers",
}  # fmt: skip
"""Blocked payers, which have tests of their own."""

STATES = {"list_steps": "in-force", "list_holds": "proposed"}


def filled(running: Running, path: Path) -> dict[str, str]:
    """Make one record of each kind about s1, or about the case that it is in."""
    ids = market(running, path)
    said = "x"
    mia = running.ask("mia", "POST", "/appeals", json={"shop_id": "s1", "text": said}).json()
    ids["appeal_id"] = mia["appeal_id"]
    asked = {"shop_id": "s1", "authority": said, "document_no": said, "decided_on": NOW,
             "kind": "light", "facts_zh": said, "facts_en": said}  # fmt: skip
    made = running.ask("ann", "POST", "/credit/authority-decisions", json=asked)
    ids["decision_id"] = made.json()["decision_id"]
    link = {"shop_id": "s2", "other_shop_id": "s1", "basis": "licence", "proof": said}
    made = running.ask("ann", "POST", "/owner-links", json=link)
    ids["link_id"] = made.json()["link_id"]
    step = running.ask("ann", "GET", f"/steps/{ids['step_id']}").json()
    wish = {"expected_version": step["version"], "reason": said}
    made = running.ask("ann", "POST", f"/steps/{ids['step_id']}/overrides", json=wish)
    ids["override_id"] = made.json()["override_id"]
    one = Reporter(running)
    one.submit()
    ids["report_id"] = one.id
    with running.records.writing() as tx:
        add(tx, "verdicts", subject_kind="shop", subject_id="s2", is_fake=1, source=said,
            case_id="C-1", given_by="P-1", given_at=NOW)  # fmt: skip
    return ids


def seen(running: Running, who: str, ids: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Return the answers of every GET about shops to somebody, by name of the route."""
    found = {}
    for route in _routes(running):
        names = set(re.findall(r"\{(\w+)\}", route.path))
        if "GET" not in route.methods or route.name in OF_ALL | ELSEWHERE or not names <= set(ids):
            continue
        path = route.path.format(**{**ids, "shop_id": "s1"})
        state = f"?state={STATES[route.name]}" if route.name in STATES else ""
        answer = running.ask(who, "GET", path + state)
        if answer.status_code not in (401,):
            found[route.name] = (answer.status_code, answer.text)
    return found


def test_nothing_of_an_own_shop_is_read(running: Running, tmp_path: Path) -> None:
    ids = {**filled(running, tmp_path / "run"), "shop_id": "s1"}
    all_roles = (Role.ANALYST, Role.REVIEWER, Role.APPROVER, Role.COUNSEL)
    with running.records.writing() as tx:
        for name, ties in (("free", []), ("tied", ["s1"]), ("other", ["s9"])):
            one = person(tx, name, *all_roles, tied_to=ties)
            running.tokens[name] = give_ticket(
                tx, NOW, one.person_id, "session", by="system", life_ms=DAY_MS
            )[1]
    free, tied = seen(running, "free", ids), seen(running, "tied", ids)
    names_it = re.compile(r'"s1"|"C-1"')
    shown = {
        name for name, (status, text) in free.items() if status == 200 and names_it.search(text)
    }
    lists = {"list_cases", "list_steps", "list_appeals", "list_holds", "list_overrides",
             "list_reports", "list_decisions", "list_verdicts", "list_authority_decisions",
             "list_owner_links"}  # fmt: skip
    singles = {"get_case", "get_step", "get_appeal", "get_hold", "get_override", "get_report",
               "get_decision", "get_authority_decision", "get_owner_link", "get_credit",
               "get_credit_history", "get_risk", "get_quality", "may_a_shop_enter",
               "what_may_be_held", "list_document_findings", "get_history"}  # fmt: skip
    assert (lists | singles) - shown == set()
    told = {name: text for name, (status, text) in tied.items() if names_it.search(text)}
    assert told == {}
    assert {name: tied[name][0] for name in singles} == dict.fromkeys(singles, 403)
    assert {name: tied[name][0] for name in lists} == dict.fromkeys(lists, 200)
    other = seen(running, "other", ids)  # a tie to another shop hides nothing
    assert {name: other[name] for name in lists} == {name: free[name] for name in lists}
    assert {name: other[name][0] for name in singles} == dict.fromkeys(singles, 200)

"""What the report says of staff and of victims, and that nothing was done to them."""

import json

import pyarrow as pa

from tests.respond.small_run import small_run
from tests.worlds import T0
from unbrush.base.engine import Engine
from unbrush.base.evidence import signal_schema
from unbrush.respond.figures import Money
from unbrush.respond.page import make_page
from unbrush.respond.people import tell_staff, tell_victims
from unbrush.respond.seams import name_events, name_rings
from unbrush.respond.summary import summarise

ACTIONS = [
    {"action_id": n, "staff_id": 70, "kind": "override", "subject_kind": "shop", "subject_id": 103,
     "at": T0 + n, "reason": "业务需要"}
    for n in range(1, 4)
]  # fmt: skip


def said(staff: int, strength: str, score: float) -> dict:
    return {
        "signal_id": f"s{staff}",
        "detector": "insider-override",
        "subject_kind": "staff",
        "subject_id": staff,
        "score": score,
        "family": "staff",
        "strength": strength,
        "element": "c",
        "facts": json.dumps({"n": 3}),
        "evidence_table": "staff_actions",
        "evidence_ids": [1, 2, 3],
        "reason_zh": f"{staff} 放行 3 次",
        "reason_en": f"{staff} let 3 pass",
    }


def run_with_staff(engine: Engine):
    manifest = small_run(engine)
    engine.put("_more", pa.Table.from_pylist([said(70, "E1", 0.9), said(71, "E2", 0.5)],
                                             schema=signal_schema(pa.int64())))  # fmt: skip
    engine.create("signals", "SELECT * FROM signals UNION ALL SELECT * FROM _more")
    engine.drop("_more")
    engine.put("_acts", pa.Table.from_pylist(ACTIONS))
    engine.create("_all", "SELECT * FROM staff_actions UNION ALL BY NAME SELECT * FROM _acts")
    engine.drop("_acts")
    engine.view("staff_actions", "SELECT * FROM _all")
    return manifest


def test_the_stronger_comes_first_and_opens_into_its_actions(engine: Engine):
    run_with_staff(engine)
    section = tell_staff(engine, Money("CNY"))
    assert [row["id"] for row in section["rows"]] == ["71", "70"]
    assert section["n"] == "2"
    shown = section["rows"][0]["evidence"]
    assert len(shown["rows"]) == 3
    assert "业务需要" in shown["rows"][0]["cells"]


def test_a_run_that_says_nothing_of_staff_has_no_section(engine: Engine):
    manifest = small_run(engine)
    assert tell_staff(engine, Money("CNY")) == {"rows": [], "n": "0"}
    assert 'id="staff"' not in page(engine, manifest)


def test_the_page_says_that_nothing_was_done_to_them(engine: Engine):
    html = page(engine, run_with_staff(engine))
    assert 'id="staff"' in html
    assert "70 放行 3 次" in html
    assert "no step is taken against anybody" in html


def test_victims_are_named_to_be_warned_and_not_as_staff(engine: Engine):
    manifest = small_run(engine)
    account = 1200
    victim = {**said(account, "E1", 0.8), "subject_kind": "account", "implicates": "nobody",
              "evidence_table": "accounts", "evidence_ids": [account]}  # fmt: skip
    accused = {**victim, "signal_id": "other", "implicates": "actors"}
    engine.put("_more", pa.Table.from_pylist([victim, accused], schema=signal_schema(pa.int64())))
    engine.create("signals", "SELECT * FROM signals UNION ALL SELECT * FROM _more")
    engine.drop("_more")
    section = tell_victims(engine, Money("CNY"))
    assert [row["id"] for row in section["rows"]] == [str(account)]
    html = page(engine, manifest)
    assert 'id="victims"' in html
    assert 'id="staff"' not in html
    assert "they must not be punished" in html


def page(engine: Engine, manifest) -> str:
    name_events(engine, manifest)
    name_rings(engine)
    return make_page(engine, manifest, summarise(engine, manifest), lambda what, share: None)

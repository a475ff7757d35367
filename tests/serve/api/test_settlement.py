"""Holds, blocked payers and endpoints, driven over HTTP as their users do."""

from pathlib import Path
from typing import Any

import pytest

from tests.respond.desk.office import NOW, in_force
from tests.respond.desk.settlement.receiver import receiving, run_with_money
from tests.serve.api.conftest import Running, Start
from tests.serve.api.test_api import caller
from unbrush.base.clock import DAY_MS
from unbrush.base.records import add_many
from unbrush.respond.desk.appeals import restore_shop
from unbrush.respond.desk.ladder import APPEAL_MS
from unbrush.respond.desk.settlement.payer_simulation import PayerTrial
from unbrush.serve.keeping import Keeper, tick

SAID = {"reason_zh": "虚假订单的补贴", "reason_en": "Subsidies for fake orders", "basis": "规则"}


def with_money(running: Running, path: Path) -> None:
    """Make the run of the records one that has money, about shop s1 of the office."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    folder = run_with_money(path)
    for name in ("orders", "payouts"):
        table = pq.read_table(folder.event(name))
        index = table.column_names.index("shop_id")
        text = pc.binary_join_element_wise("s", pc.cast(table["shop_id"], "string"), "")
        pq.write_table(table.set_column(index, "shop_id", text), folder.event(name))
    counts = pq.read_table(folder.output("clean_counts"))
    ids = pc.binary_join_element_wise("s", pc.cast(counts["subject_id"], "string"), "")
    at = counts.column_names.index("subject_id")
    pq.write_table(counts.set_column(at, "subject_id", ids), folder.output("clean_counts"))
    with running.records.writing() as tx:
        tx.run("UPDATE runs SET folder = :folder", folder=str(folder.root))


def test_from_hold_to_release(running: Running, tmp_path: Path) -> None:
    with_money(running, tmp_path / "run")
    names = ("ann", "rita", "pia")
    with running.records.writing() as tx:
        people = {name: caller(running, name) for name in names}
        step_id = in_force(tx, people, "L4", "rita", "pia")
    most = running.ask("ann", "GET", f"/steps/{step_id}/holdable").json()
    assert (most["subsidies_minor"], most["turnover_minor"]) == (30, 550)
    path = f"/steps/{step_id}/holds"
    ask: dict[str, Any] = SAID | {"kind": "payout", "term_ms": DAY_MS}
    assert running.ask("ann", "POST", path, json=ask).status_code == 409
    hold = running.ask("ann", "POST", path, json=ask | {"kind": "subsidy"}).json()
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过"}
    path = f"/holds/{hold['hold_id']}"
    assert running.ask("ann", "POST", f"{path}/decide", json=verdict).status_code == 403
    assert running.ask("rita", "POST", f"{path}/decide", json=verdict).json()["state"] == "in-force"
    [mine] = running.ask("mia", "GET", "/me/holds").json()["rows"]
    assert (mine["amount_minor"], mine["ends_at"]) == (30, NOW + DAY_MS)
    for said in ("¥0.30", "北京时间", "自动放行", SAID["reason_zh"], SAID["basis"], "免费申诉"):
        assert said in mine["notice_zh"], said
    for said in ("¥0.30", "China", "by itself", SAID["reason_en"], "appeal against S-1"):
        assert said in mine["notice_en"], said
    assert mine["appeal_until"] == NOW + APPEAL_MS
    assert len(running.ask("sys", "GET", "/holds/due").json()["rows"]) == 1
    tick(running.api.state.desk, NOW + DAY_MS)
    assert running.ask("aud", "GET", path).json()["release_cause"] == "term"
    [mine] = running.ask("mia", "GET", "/me/holds").json()["rows"]
    assert "期限届满" in mine["notice_zh"]
    assert "its term is over" in mine["notice_en"]
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]


def test_a_block_is_tried_before_it_is_proposed(running: Running, tmp_path: Path) -> None:
    with_money(running, tmp_path / "run")
    assert running.ask("ann", "GET", "/cases/C-1/payers").json()["rows"] == []
    path = "/cases/C-1/payers/try"
    tried = running.ask("ann", "POST", path, json={"tokens": ["w1", "w2"]}).json()
    assert (tried["everybody"]["stopped_minor"], tried["everybody"]["innocents"]) == (3_500, 3)
    assert (tried["brushers"]["stopped_minor"], tried["brushers"]["innocents"]) == (3_500, 0)
    assert (tried["brushers"]["left_out"], tried["suggested_scope"]) == (1, "brushers")
    block = SAID | {"tokens": ["w1"], "term_ms": DAY_MS}
    path = "/cases/C-1/payer-blocks"
    assert running.ask("ann", "POST", path, json=block).status_code == 422  # the scope is said
    for scope in ("everybody", "brushers"):
        answer = running.ask("ann", "POST", path, json=block | {"scope": scope})
        assert answer.status_code == 409  # pays two brushers: may be a friend
    assert running.ask("sys", "GET", "/payer-blocks/list?after=0").json()["rows"] == []
    assert running.ask("ann", "GET", "/payer-blocks/list").status_code == 403


def test_payers_and_blocks_are_shown_in_both_scopes(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = running.ask("ann", "GET", "/cases/C-1/payers/page?lang=en")
    assert (page.status_code, "nobody can tell whom" in page.text) == (200, True), "no transfers"
    with_money(running, tmp_path / "run")
    monkeypatch.setattr("unbrush.respond.desk.settlement.payers.FEWEST_BRUSHERS", 1)
    monkeypatch.setitem(PayerTrial.payers.__kwdefaults__, "fewest_brushers", 1)
    first, second = running.ask("ann", "GET", "/cases/C-1/payers").json()["rows"]
    assert (first["token"], first["suggested_scope"]) == ("w1", "everybody")
    assert (second["token"], second["suggested_scope"]) == ("w2", "brushers")
    assert (second["everybody"]["innocents"], second["brushers"]["innocents"]) == (3, 0)
    assert second["brushers"]["left_out"] == 1
    for scope, tokens in (("brushers", ["w1"]), ("everybody", ["w2"])):
        block = SAID | {"tokens": tokens, "term_ms": DAY_MS, "scope": scope}
        assert running.ask("ann", "POST", "/cases/C-1/payer-blocks", json=block).status_code == 201
    path = "/cases/C-1/payers/page"
    page = running.ask("ann", "GET", path)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert '<html lang="en">' in page.text
    for shown in ("w1", "B-1", "B-2", "仅对刷手", "brushers alone"):
        assert shown in page.text, shown
    assert '<html lang="zh-CN">' in running.ask("ann", "GET", f"{path}?lang=zh").text
    for each in (path, "/cases/C-1/payers"):
        assert running.ask("tom", "GET", each).status_code == 403, "a tie to the shop"
    assert running.ask("mia", "GET", path).status_code == 403


def test_a_narrow_block_from_trial_to_a_won_appeal(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_money(running, tmp_path / "run")
    monkeypatch.setattr("unbrush.respond.desk.settlement.payers.FEWEST_BRUSHERS", 1)
    with running.records.writing() as tx:
        columns = ("subject_kind", "subject_id", "run_id", "rung", "elements", "families",
                   "strength", "rule")  # fmt: skip
        rows = [("order", str(i), "r1", "L1", "a", "money", "E2", "strong") for i in (1, 2, 3)]
        add_many(tx, "decisions", columns, rows)
    block = SAID | {"tokens": ["w1", "w2"], "term_ms": DAY_MS, "scope": "brushers"}
    made = running.ask("ann", "POST", "/cases/C-1/payer-blocks", json=block).json()
    assert (made["scope"], made["n_pairs"], made["needs_panel"]) == ("brushers", 3, False)
    path = f"/payer-blocks/{made['block_id']}"
    first = running.ask("rita", "GET", f"{path}/pairs?n=2").json()
    rest = running.ask("rita", "GET", f"{path}/pairs?cursor={first['next']}").json()
    purses = [row["payee"] for row in first["rows"] + rest["rows"]]
    assert purses == ["p11", "p12", "p13"]
    [row] = running.ask("rita", "GET", "/payer-blocks").json()["rows"]
    assert (row["scope"], row["n_innocents"]) == ("brushers", 0)
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过"}
    done = running.ask("rita", "POST", f"{path}/decide", json=verdict).json()
    assert done["state"] == "in-force"
    listed = running.ask("sys", "GET", "/payer-blocks/list").json()["rows"]
    assert [(row["payee"], row["action"]) for row in listed] == [(p, "block") for p in purses]
    tick(running.api.state.desk, NOW)
    assert len(running.ask("sys", "GET", "/payer-blocks/list").json()["rows"]) == 3
    with running.records.writing() as tx:
        restore_shop(tx, NOW, "s1", by="rita", because="A-1")
    tick(running.api.state.desk, NOW)
    listed = running.ask("sys", "GET", "/payer-blocks/list?after=3").json()["rows"]
    assert [(row["payee"], row["action"]) for row in listed] == [(p, "unblock") for p in purses]
    assert running.ask("rita", "GET", path).json()["state"] == "lifted"
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]


def test_an_endpoint_inside_is_refused_and_a_running_desk_delivers(start: Start) -> None:
    running = start()
    inside = {"name": "x", "url": "https://169.254.169.254/latest"}
    assert running.ask("adm", "POST", "/hooks", json=inside).status_code == 422
    assert running.ask("ann", "POST", "/hooks", json=inside).status_code == 403
    with receiving() as receiver:
        here = {"name": "platform", "url": receiver.url}
        assert running.ask("adm", "POST", "/hooks", json=here).status_code == 422
        object.__setattr__(running.api.state.desk, "may_post_to_loopback", True)
        hook = running.ask("adm", "POST", "/hooks", json=here | {"kinds": ["step.in-force"]}).json()
        assert hook["secret"].startswith("whsec_")
        assert "secret" not in running.ask("aud", "GET", f"/hooks/{hook['hook_id']}").json()
        with running.records.writing() as tx:
            in_force(tx, {n: caller(running, n) for n in ("ann", "rita")}, "L2", "rita")
        keeper = Keeper(running.api.state.desk, look_s=0.01)
        keeper.start()
        for _ in range(2_000):
            if receiver.got:
                break
            keeper._ended.wait(0.01)
        keeper.stop()
        assert [event["type"] for event in receiver.events] == ["step.in-force"]
    path = f"/hooks/{hook['hook_id']}"
    [row] = running.ask("aud", "GET", f"{path}/deliveries?state=delivered").json()["rows"]
    assert (row["kind"], row["last_status"]) == ("step.in-force", 200)
    assert running.ask("adm", "POST", f"{path}/deliveries/1/again").status_code == 409
    new = running.ask("adm", "POST", f"{path}/secrets", json={})
    assert new.json()["secret"] != hook["secret"]
    assert running.ask("adm", "DELETE", path).status_code == 204

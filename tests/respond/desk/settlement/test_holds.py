"""Holds: no more than what is disputed, for no longer than the step, and all of it back."""

from typing import Any

import pytest

from tests.respond.desk.office import FACTS, NOW, overridden, person
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NotAllowed, Stale
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.settlement.holdable import Holdable, holdable, newest_run
from unbrush.respond.desk.settlement.holds import (
    decide_hold,
    due_for_release,
    hold_of,
    propose_hold,
    release_hold,
)
from unbrush.respond.desk.settlement.releasing import release_due
from unbrush.respond.desk.steps import decide, expire, propose
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords

People = dict[str, Caller]


def step(tx: Transaction, people: People, rung: str = "L5", term_ms: int | None = None) -> str:
    row = propose(
        tx, NOW, "C-1", caller=people["ann"], shop_id="1", rung=rung, facts=FACTS, basis="规则",
        proportionality="最轻", term_ms=term_ms,
    )  # fmt: skip
    who = {"L3": ["rita"], "L4": ["rita", "pia"], "L5": ["pia", "pat", "pol"]}[rung]
    for version, name in enumerate(who, start=1):
        row = decide(
            tx, NOW, row["step_id"], caller=people[name], expected_version=version,
            is_approved=True, reason="看过",
        )  # fmt: skip
    return str(row["step_id"])


def most(tx: Transaction, engine: DuckDBEngine, folder: RunFolder, **more: Any) -> Holdable:
    return holdable(engine, folder, "1", run_id=newest_run(tx)[0], **more)


def proposed(tx: Transaction, people: People, step_id: str, most: Holdable, **more: Any) -> Row:
    values: dict[str, Any] = {
        "kind": "payout", "reason": FACTS, "basis": "规则", "term_ms": 10 * DAY_MS
    }  # fmt: skip
    return propose_hold(tx, NOW, step_id, caller=people["ann"], most=most, **(values | more))


def held(tx: Transaction, people: People, step_id: str, most: Holdable, **more: Any) -> Row:
    hold = proposed(tx, people, step_id, most, **more)
    return decide_hold(
        tx, NOW, hold["hold_id"], caller=people["rita"], expected_version=1, is_approved=True,
        reason="看过",
    )  # fmt: skip


def told(tx: Transaction) -> list[str]:
    return [row["kind"] for row in tx.all("SELECT kind FROM outbox ORDER BY seq")]


def test_what_may_be_held_is_what_does_not_count(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.reading() as tx:
        found = most(tx, engine, folder)
        # Orders 1-3: 100 + 200 + 400, of which 150 went back; the counts say 600 and allow it.
        assert (found.turnover_minor, found.currency) == (550, "CNY")
        assert [(g.grant_id, g.amount_minor) for g in found.grants] == [("71", 10), ("72", 20)]
        fewer = most(tx, engine, folder, reversed_orders=["1"])
        assert (fewer.turnover_minor, fewer.subsidies_minor) == (450, 20)
        assert holdable(engine, folder, "77", run_id="x").turnover_minor == 0


def test_a_hold_is_proposed_by_one_and_approved_by_another(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        both = person(tx, "bob", Role.ANALYST, Role.REVIEWER)
        step_id = step(tx, people)
        hold = proposed(tx, people | {"ann": both}, step_id, most(tx, engine, folder))
        assert (hold["state"], hold["amount_minor"]) == ("proposed", 550)
        assert "hold.placed" not in told(tx)
        said: dict[str, Any] = {"is_approved": True, "reason": "x", "expected_version": 1}
        with pytest.raises(NotAllowed, match="never"):
            decide_hold(tx, NOW, hold["hold_id"], caller=both, **said)
        for who in ("ann", "mia", "adm", "aud", "sys", "carl"):
            with pytest.raises(NotAllowed):
                decide_hold(tx, NOW, hold["hold_id"], caller=people[who], **said)
        with pytest.raises(Stale):
            decide_hold(
                tx, NOW, hold["hold_id"], caller=people["rita"], **(said | {"expected_version": 2})
            )
        done = decide_hold(tx, NOW, hold["hold_id"], caller=people["rita"], **said)
        assert (done["state"], done["ends_at"]) == ("in-force", NOW + 10 * DAY_MS)
        assert told(tx) == ["step.in-force", "hold.placed"]
        assert audit_faults(tx, []) == []


def test_no_more_is_held_than_is_disputed(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        step_id, found = step(tx, people), most(tx, engine, folder)
        with pytest.raises(Conflict, match="550"):
            proposed(tx, people, step_id, found, amount_minor=551)
        held(tx, people, step_id, found, amount_minor=500)
        with pytest.raises(Conflict, match="50"):
            proposed(tx, people, step_id, found, amount_minor=51)
        hold = proposed(tx, people, step_id, found, kind="subsidy", grant_ids=["72"])
        assert (hold["amount_minor"], hold["grants"][0]["order_id"]) == (20, "2")
        with pytest.raises(Conflict, match="already"):
            proposed(tx, people, step_id, found, kind="subsidy", grant_ids=["72"])
        with pytest.raises(BadRecord, match="74"):  # for an order that counts
            proposed(tx, people, step_id, found, kind="subsidy", grant_ids=["74"])
        assert proposed(tx, people, step_id, found, kind="subsidy")["amount_minor"] == 10
        with pytest.raises(Conflict, match="No subsidy"):
            proposed(tx, people, step_id, found, kind="subsidy")


def test_a_step_of_l4_holds_subsidies_alone_and_lower_ones_nothing(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        label = step(tx, people, "L3")
        found = most(tx, engine, folder)
        with pytest.raises(Conflict, match="holds no subsidy"):
            proposed(tx, people, label, found, kind="subsidy")
        ban = step(tx, people, "L4")
        with pytest.raises(Conflict, match="holds no payout"):
            proposed(tx, people, ban, found)
        assert proposed(tx, people, ban, found, kind="subsidy")["amount_minor"] == 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"basis": " "}, {"reason": type(FACTS)("事实", " ")}, {"term_ms": 91 * DAY_MS},
        {"term_ms": 0}, {"kind": "deposit"}, {"grant_ids": ["71"]},
        {"kind": "subsidy", "amount_minor": 5},
    ],
)  # fmt: skip
def test_no_hold_without_its_reasons(
    records: SqlRecords,
    engine: DuckDBEngine,
    people: People,
    folder: RunFolder,
    wrong: dict[str, Any],
) -> None:
    with records.writing() as tx:
        step_id = step(tx, people)
        with pytest.raises(BadRecord):
            proposed(tx, people, step_id, most(tx, engine, folder), **wrong)
        assert tx.all("SELECT * FROM holds") == []


def test_a_hold_ends_by_itself_and_not_after_its_step(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        step_id, found = step(tx, people, term_ms=20 * DAY_MS), most(tx, engine, folder)
        first = held(tx, people, step_id, found, amount_minor=1)
        second = held(tx, people, step_id, found, amount_minor=2, term_ms=90 * DAY_MS)
        assert second["ends_at"] == NOW + 20 * DAY_MS
        due = due_for_release(tx, NOW + 15 * DAY_MS)
        assert [row["hold_id"] for row in due] == [first["hold_id"]]
        assert release_due(tx, NOW + 10 * DAY_MS - 1) == 0
        assert release_due(tx, NOW + 10 * DAY_MS) == 1
        hold = hold_of(tx, first["hold_id"])
        assert (hold["state"], hold["release_cause"]) == ("released", "term")
        assert expire(tx, NOW + 20 * DAY_MS) == 1
        assert hold_of(tx, second["hold_id"])["release_cause"] == "step-ended"
        body = tx.all("SELECT body FROM outbox WHERE kind = 'hold.released' ORDER BY seq")
        assert '"interest_minor":0' in body[0]["body"]
        assert release_due(tx, NOW + 99 * DAY_MS) == 0


def test_a_right_appeal_releases_everything_at_once(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        step_id, found = step(tx, people), most(tx, engine, folder)
        first = held(tx, people, step_id, found)
        second = proposed(tx, people, step_id, found, kind="subsidy")
        merchant = person(tx, "max", Role.MERCHANT, member_of=["1"])
        appeal = file_appeal(tx, NOW, "1", "是直播", caller=merchant, step_id=step_id)
        decide_appeal(
            tx, NOW + 5, appeal["appeal_id"], "overturned", caller=people["rob"],
            expected_version=1, reason="直播",
        )  # fmt: skip
        hold = hold_of(tx, first["hold_id"])
        assert (hold["state"], hold["release_cause"], hold["released_at"]) == (
            "released", "appeal", NOW + 5,
        )  # fmt: skip
        assert hold_of(tx, second["hold_id"])["state"] == "refused"
        assert told(tx)[-3:] == ["hold.released", "step.ended", "decision.reversed"]


def test_a_hold_is_released_by_a_person(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        step_id = step(tx, people)
        hold = held(tx, people, step_id, most(tx, engine, folder))
        said: dict[str, Any] = {"caller": people["rob"], "reason": "已核实"}
        with pytest.raises(Stale):
            release_hold(tx, NOW, hold["hold_id"], expected_version=1, **said)
        with pytest.raises(Conflict, match="stand against"):
            release_hold(tx, NOW, hold["hold_id"], expected_version=2, **said)
        tx.run("UPDATE decisions SET rung = 'L3'")  # a later run: it does not carry L5 any more
        done = release_hold(tx, NOW, hold["hold_id"], expected_version=2, **said)
        assert (done["state"], done["release_cause"]) == ("released", "person")
        with pytest.raises(Conflict):
            release_hold(tx, NOW, hold["hold_id"], expected_version=3, **said)


def test_nothing_is_held_for_a_step_that_has_ended(
    records: SqlRecords, engine: DuckDBEngine, people: People, folder: RunFolder
) -> None:
    with records.writing() as tx:
        step_id, found = step(tx, people), most(tx, engine, folder)
        hold = proposed(tx, people, step_id, found)
        overridden(tx, people, "step", step_id, 4)
        assert hold_of(tx, hold["hold_id"])["state"] == "refused"
        with pytest.raises(Conflict, match="not in force"):
            proposed(tx, people, step_id, found)

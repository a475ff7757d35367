"""Overrides on both databases: two people, one reason, and nothing until the second has spoken."""

from typing import Any

import pytest

from tests.respond.desk.office import NOW, a_case, a_step, found, in_force, office, overridden
from unbrush.base.errors import BadRecord, Conflict, NotAllowed, Stale
from unbrush.base.records import Transaction, add
from unbrush.respond.desk.audit import history
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_joining import merge
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.cases import assign, case_of, move
from unbrush.respond.desk.overrides import (
    decide_override,
    override_of,
    overrides_of,
    propose_override,
    withdraw_override,
)
from unbrush.respond.desk.settlement.holds import hold_of, release_hold
from unbrush.respond.desk.staff_actions import staff_actions
from unbrush.respond.desk.steps import step_of
from unbrush.store.records import SqlRecords

People = dict[str, Caller]
YES: dict[str, Any] = {"is_approved": True, "reason": "看过", "expected_version": 1}


def asked(tx: Transaction, people: People, who: str = "ann", **more: Any) -> str:
    """Propose to close C-1 as refuted and return the override's id."""
    said = {"expected_version": 1, "reason": "是直播", "outcome": "refuted"} | more
    return str(propose_override(tx, NOW, "case", "C-1", caller=people[who], **said)["override_id"])


def a_hold(tx: Transaction, step_id: str, state: str = "in-force") -> None:
    """Keep a hold for a step."""
    add(
        tx, "holds", hold_id="H-1", step_id=step_id, shop_id="s1", kind="payout", state=state,
        amount_minor=5, currency="CNY", run_id="r1", reason_zh="x", reason_en="x", most_minor=5,
        basis="b", term_ms=9, proposed_by="P-1", proposed_at=NOW, changed_at=NOW, version=1,
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["refuted", "inconclusive"])
@pytest.mark.parametrize("rung", ["L2", "L5"])
def test_nobody_alone_closes_a_case_against_what_stands(
    records: SqlRecords, rung: str, outcome: str
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, rung)
        with pytest.raises(Conflict, match=f"{rung} stand against C-1") as refused:
            move(
                tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=1, reason="x",
                outcome=outcome,
            )  # fmt: skip
        assert "/cases/C-1/overrides" in str(refused.value.hint)
        asked(tx, people, outcome=outcome)
        case = case_of(tx, "C-1")
        assert (case["state"], case["version"], case["outcome"]) == ("new", 1, None)
        assert tx.all("SELECT * FROM verdicts") == []
        assert staff_actions(tx).num_rows == 0


@pytest.mark.parametrize("undone", ["rung = 'L1'", "human_outcome = 'reversed'"])
def test_one_person_closes_what_nothing_stands_against(records: SqlRecords, undone: str) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run(f"UPDATE decisions SET {undone}")
        with pytest.raises(Conflict, match="Nothing of L2"):
            asked(tx, people)
        case = move(
            tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=1, reason="x",
            outcome="refuted",
        )  # fmt: skip
        assert case["state"] == "closed"
        assert {row["approver_id"] for row in staff_actions(tx).to_pylist()} == {None}


def test_who_may_not_confirm(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        override_id = asked(tx, people, "rita")
        for who in ("rita", "ann", "carl", "tom", "aud", "mia", "adm", "sys"):
            with pytest.raises(NotAllowed):
                decide_override(tx, NOW, override_id, caller=people[who], **YES)
        with pytest.raises(NotAllowed, match="tie"):
            asked(tx, people, "tom")
        with pytest.raises(BadRecord):
            decide_override(tx, NOW, override_id, caller=people["pia"], **YES | {"reason": " "})
        assert case_of(tx, "C-1")["state"] == "new"
        decide_override(tx, NOW, override_id, caller=people["pia"], **YES)
        assert case_of(tx, "C-1")["state"] == "closed"


def test_both_are_in_the_audit_and_in_staff_actions(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        override_id = asked(tx, people)
        decide_override(tx, NOW + 1, override_id, caller=people["rob"], **YES)
        ann, rob = people["ann"].person_id, people["rob"].person_id
        told = [
            (entry["action"], entry["actor"], entry["detail"]["reason"])
            for entry in history(tx, "override", override_id)
        ]
        assert told == [("override.proposed", ann, "是直播"), ("override.confirmed", rob, "看过")]
        moved = history(tx, "case", "C-1")[-1]
        assert (moved["action"], moved["actor"]) == ("case.moved", rob)
        assert (moved["detail"]["override"], moved["detail"]["proposed_by"]) == (override_id, ann)
        rows = staff_actions(tx).to_pylist()
        assert [(r["staff_id"], r["approver_id"], r["subject_id"], r["reason"]) for r in rows] == [
            (ann, rob, "s1", "是直播"), (ann, rob, "s2", "是直播"),
        ]  # fmt: skip
        assert tx.one("SELECT human_outcome FROM decisions WHERE subject_id = 's1'") == {
            "human_outcome": "reversed"
        }
        assert audit_faults(tx, []) == []


def test_one_waits_at_a_time_and_is_refused_or_taken_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        first = asked(tx, people)
        with pytest.raises(Conflict, match="waits"):
            asked(tx, people, "rob")
        with pytest.raises(NotAllowed):
            withdraw_override(tx, NOW, first, caller=people["rob"], expected_version=1, reason="x")
        withdraw_override(tx, NOW, first, caller=people["ann"], expected_version=1, reason="误")
        second = asked(tx, people)
        decide_override(tx, NOW, second, caller=people["rob"], **YES | {"is_approved": False})
        with pytest.raises(Conflict):
            decide_override(tx, NOW, second, caller=people["rita"], **YES | {"expected_version": 2})
        assert [row["state"] for row in overrides_of(tx, "C-1")] == ["withdrawn", "refused"]
        assert case_of(tx, "C-1")["state"] == "new"
        assert staff_actions(tx).num_rows == 0


def test_what_changed_meanwhile_is_proposed_anew(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        override_id = asked(tx, people)
        assign(tx, NOW, "C-1", people["ann"], caller=people["ann"], expected_version=1)
    with pytest.raises(Conflict, match="changed since"), records.writing() as tx:
        decide_override(tx, NOW, override_id, caller=people["rob"], **YES)
    with records.writing() as tx:
        assert override_of(tx, override_id)["state"] == "proposed"
        assert case_of(tx, "C-1")["state"] == "new"
        decide_override(tx, NOW, override_id, caller=people["rob"], **YES | {"is_approved": False})
        with pytest.raises(Stale):
            asked(tx, people)
        asked(tx, people, expected_version=2)


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"outcome": "confirmed"}, {"outcome": None}])
def test_none_without_its_reason_and_outcome(records: SqlRecords, wrong: dict[str, Any]) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        with pytest.raises(BadRecord):
            asked(tx, people, **wrong)
        assert tx.all("SELECT * FROM overrides") == []


def test_a_case_with_steps_is_not_refuted(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        override_id = asked(tx, people)
        step_id = a_step(tx, people)
    with pytest.raises(Conflict, match="steps"), records.writing() as tx:
        decide_override(tx, NOW, override_id, caller=people["rob"], **YES)
    with records.writing() as tx, pytest.raises(Conflict, match="is proposed"):
        overridden(tx, people, "step", step_id, 1)


def test_lifting_a_step_takes_two_and_lets_its_money_go(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = in_force(tx, people, "L4", "rita", "pia")
        a_hold(tx, step_id)
        with pytest.raises(BadRecord, match="no outcome"):
            overridden(tx, people, "step", step_id, 3, outcome="refuted")
        overridden(tx, people, "step", step_id, 3)
        assert step_of(tx, step_id)["state"] == "lifted"
        assert hold_of(tx, "H-1")["release_cause"] == "step-ended"
        tx.run("UPDATE decisions SET human_outcome = 'reversed'")


def test_releasing_a_hold_takes_two_while_the_evidence_carries_its_step(
    records: SqlRecords,
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        a_hold(tx, in_force(tx, people, "L4", "rita", "pia"))
        said: dict[str, Any] = {"caller": people["rob"], "expected_version": 1, "reason": "x"}
        with pytest.raises(Conflict, match="stand against H-1"):
            release_hold(tx, NOW, "H-1", **said)
        overridden(tx, people, "hold", "H-1", 1, reason="买家已退款")
        hold = hold_of(tx, "H-1")
        assert (hold["state"], hold["release_reason"]) == ("released", "买家已退款")
        [row] = staff_actions(tx).to_pylist()
        assert (row["kind"], row["approver_id"]) == ("payout_release", people["rob"].person_id)
        with pytest.raises(Conflict, match="released"):
            overridden(tx, people, "hold", "H-1", 2)


def test_one_person_withdraws_a_hold_that_holds_nothing_yet(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        a_hold(tx, in_force(tx, people, "L4", "rita", "pia"), "proposed")
        said: dict[str, Any] = {"caller": people["rob"], "expected_version": 1, "reason": "x"}
        assert release_hold(tx, NOW, "H-1", **said)["state"] == "refused"


def test_an_open_case_is_not_closed_by_merging_it(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        overridden(tx, people, "case", "C-1", 1, outcome="refuted")
        other = found(kind="merchant", keys=("s9",), shops=(("s9", "L3"),))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        with pytest.raises(Conflict, match="C-1 is closed"):
            merge(tx, NOW, "C-2", "C-1", caller=people["ann"], expected_version=1, reason="x")

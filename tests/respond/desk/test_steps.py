"""Steps and appeals: four eyes, terms, notices, and full restoration."""

import pytest

from tests.respond.desk.office import (
    FACTS,
    NOW,
    a_case,
    a_step,
    decided,
    found,
    in_force,
    office,
    person,
)
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.respond.desk.appeals import decide_appeal, file_appeal, reversed_subjects
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.case_joining import merge
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.cases import assign, move, write_note
from unbrush.respond.desk.ladder import APPEAL_MS
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.steps import decide, expire, lift, propose, step_of
from unbrush.store.records import SqlRecords


def test_a_notice_says_facts_basis_term_and_appeal(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step = step_of(tx, in_force(tx, people, "L3", "rita"))
        assert step["ends_at"] == NOW + 30 * DAY_MS
        for words in ("事实", "规则一", "已提醒过", "申诉", "自动失效", "北京时间"):
            assert words in step["notice_zh"]
        assert "You may appeal" in step["notice_en"]


def test_who_proposed_never_approves(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step = propose(
            tx, NOW, "C-1", caller=people["rita"], shop_id="s1", rung="L2", facts=FACTS,
            basis="b", proportionality="p",
        )  # fmt: skip
        with pytest.raises(NotAllowed, match="never"):
            decide(
                tx, NOW, step["step_id"], caller=people["rita"], expected_version=1,
                is_approved=True, reason="mine",
            )  # fmt: skip


@pytest.mark.parametrize(
    ("rung", "who", "error"),
    [
        ("L2", "ann", NotAllowed),
        ("L2", "pia", NotAllowed),  # a reviewer's
        ("L5", "rita", NotAllowed),  # the panel's
        ("L2", "tom", NotAllowed),  # has a tie
        ("L2", "mia", NotAllowed),
        ("L2", "adm", NotAllowed),
        ("L2", "aud", NotAllowed),
        ("L2", "sys", NotAllowed),
    ],
)
def test_who_may_not_approve(
    records: SqlRecords, rung: str, who: str, error: type[Exception]
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = a_step(tx, people, rung)
        with pytest.raises(error):
            decide(
                tx, NOW, step_id, caller=people[who], expected_version=1, is_approved=True,
                reason="x",
            )  # fmt: skip


def test_one_person_has_one_voice_and_the_panel_three(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = a_step(tx, people, "L5")
        for version, name in ((1, "pia"), (2, "pat")):
            step = decide(
                tx, NOW, step_id, caller=people[name], expected_version=version, is_approved=True,
                reason="x",
            )  # fmt: skip
            assert step["state"] == "proposed"
        with pytest.raises(Conflict, match="already"):
            decide(
                tx, NOW, step_id, caller=people["pat"], expected_version=3, is_approved=True,
                reason="x",
            )  # fmt: skip
        with pytest.raises(Stale):
            decide(
                tx, NOW, step_id, caller=people["pol"], expected_version=1, is_approved=True,
                reason="x",
            )  # fmt: skip


def test_one_refusal_ends_a_proposal(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = a_step(tx, people)
        step = decide(
            tx, NOW, step_id, caller=people["rita"], expected_version=1, is_approved=False,
            reason="too thin",
        )  # fmt: skip
        assert step["state"] == "refused"
        a_step(tx, people)  # it can be proposed anew


def test_no_step_beyond_the_evidence(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L1")  # a possible victim
        with pytest.raises(Conflict, match="L1"):
            a_step(tx, people, "L2")


def test_suspension_takes_repetition_and_counsel(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        with pytest.raises(Conflict, match="repetition"):
            a_step(tx, people, "L6")
        in_force(tx, people, "L4", "rita", "pia")
        step_id = a_step(tx, people, "L6")
        for version, name in ((1, "pia"), (2, "pat"), (3, "pol")):
            step = decide(
                tx, NOW, step_id, caller=people[name], expected_version=version, is_approved=True,
                reason="x",
            )  # fmt: skip
        assert step["state"] == "proposed"
        step = decide(
            tx, NOW, step_id, caller=people["carl"], expected_version=4, is_approved=True,
            reason="x",
        )  # fmt: skip
        assert step["state"] == "in-force"


@pytest.mark.parametrize("missing", ["facts", "basis", "proportionality", "term"])
def test_nothing_adverse_is_written_without_its_reasons(records: SqlRecords, missing: str) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        values = {"facts": FACTS, "basis": "b", "proportionality": "p", "term_ms": DAY_MS}
        wrong = {"facts": {"facts": type(FACTS)("事实", "")}, "term": {"term_ms": 31 * DAY_MS}}
        values |= wrong.get(missing, {missing: " "})
        with pytest.raises(BadRecord):
            propose(tx, NOW, "C-1", caller=people["ann"], shop_id="s1", rung="L3", **values)
        assert tx.all("SELECT * FROM steps") == []


def test_a_step_ends_by_itself(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = in_force(tx, people, "L3", "rita")
        assert expire(tx, NOW + 30 * DAY_MS - 1) == 0
        assert expire(tx, NOW + 30 * DAY_MS) == 1
        assert step_of(tx, step_id)["state"] == "expired"
        assert expire(tx, NOW + 31 * DAY_MS) == 0


def test_a_step_is_lifted_with_a_reason(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = in_force(tx, people, "L3", "rita")
        with pytest.raises(BadRecord):
            lift(tx, NOW, step_id, caller=people["rob"], expected_version=2, reason=" ")
        with pytest.raises(Conflict, match="L5 stand"):
            lift(tx, NOW, step_id, caller=people["rob"], expected_version=2, reason="mended")
        tx.run("UPDATE decisions SET rung = 'L2'")  # a later run: it does not carry L3 any more
        step = lift(tx, NOW, step_id, caller=people["rob"], expected_version=2, reason="mended")
        assert step["state"] == "lifted"


def test_a_merchant_that_is_right_gets_everything_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = in_force(tx, people, "L3", "rita")
        appeal = file_appeal(tx, NOW, "s1", "是直播", caller=people["mia"], step_id=step_id)
        with pytest.raises(NotAllowed, match="part"):
            decide_appeal(
                tx, NOW, appeal["appeal_id"], "overturned", caller=people["rita"],
                expected_version=1, reason="x",
            )  # fmt: skip
        with pytest.raises(NotAllowed, match="tie"):
            decide_appeal(
                tx, NOW, appeal["appeal_id"], "upheld", caller=people["tom"],
                expected_version=1, reason="x",
            )  # fmt: skip
        decide_appeal(
            tx, NOW, appeal["appeal_id"], "overturned", caller=people["rob"], expected_version=1,
            reason="it was a live stream",
        )  # fmt: skip
        assert step_of(tx, step_id)["state"] == "overturned"
        assert [row["subject_id"] for row in reversed_subjects(tx)] == ["s1"]
        with pytest.raises(Conflict):  # nothing stands any more to propose a step on
            a_step(tx, people)
        assert audit_faults(tx, []) == []


@pytest.mark.parametrize("part", ["had it", "moved it", "wrote in it", "had what was merged"])
@pytest.mark.parametrize("is_about_step", [True, False])
def test_who_investigated_decides_no_appeal_even_if_the_case_was_handed_on(
    records: SqlRecords, part: str, is_about_step: bool
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        rob, ann = people["rob"], people["ann"]
        step_id = in_force(tx, people, "L3", "rita")
        if part == "had it":
            assign(tx, NOW, "C-1", rob, caller=ann, expected_version=1)
            assign(tx, NOW, "C-1", None, caller=ann, expected_version=2)
        elif part == "moved it":
            move(tx, NOW, "C-1", "investigating", caller=rob, expected_version=1, reason="x")
        elif part == "wrote in it":
            write_note(tx, NOW, "C-1", "fake", caller=rob)
        else:
            other = found(keys=("R-2",), shops=(("s1", "L5"),))
            open_or_renew(tx, NOW, other, run_id="r1", by="system")
            write_note(tx, NOW, "C-2", "fake", caller=rob)
            merge(tx, NOW, "C-2", "C-1", caller=ann, expected_version=1, reason="one hand")
        about = {"step_id": step_id} if is_about_step else {}
        file_appeal(tx, NOW, "s1", "是直播", caller=people["mia"], **about)
        with pytest.raises(NotAllowed, match="part"):
            decide_appeal(
                tx, NOW, "A-1", "upheld", caller=rob, expected_version=1, reason="x",
            )  # fmt: skip
        dora = person(tx, "dora", Role.REVIEWER)
        assert decide_appeal(
            tx, NOW, "A-1", "upheld", caller=dora, expected_version=1, reason="x",
        )["state"] == "upheld"  # fmt: skip


def test_who_has_a_tie_to_another_shop_of_the_case_lifts_nothing(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = in_force(tx, people, "L3", "rita")
        tied = person(tx, "tim", Role.REVIEWER, tied_to=["s2"])
        with pytest.raises(NotAllowed, match="tie"):
            lift(tx, NOW, step_id, caller=tied, expected_version=2, reason="x")
        file_appeal(tx, NOW, "s1", "是直播", caller=people["mia"], step_id=step_id)
        with pytest.raises(NotAllowed, match="tie"):
            decide_appeal(tx, NOW, "A-1", "upheld", caller=tied, expected_version=1, reason="x")


def test_a_merchant_may_have_people_look_at_its_counts(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        decided(tx, "L1")
        appeal = file_appeal(tx, NOW, "s1", "真实订单", caller=people["mia"])
        with pytest.raises(Conflict, match="open"):
            file_appeal(tx, NOW, "s1", "again", caller=people["mia"])
        decide_appeal(
            tx, NOW, appeal["appeal_id"], "overturned", caller=people["rita"], expected_version=1,
            reason="genuine",
        )  # fmt: skip
        assert [row["subject_id"] for row in reversed_subjects(tx)] == ["s1"]


def test_appeals_that_are_refused(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        proposed = a_step(tx, people)
        with pytest.raises(NoSuchRecord):  # only proposed: the merchant need not know
            file_appeal(tx, NOW, "s1", "x", caller=people["mia"], step_id=proposed)
        with pytest.raises(NoSuchRecord):  # of somebody else
            file_appeal(tx, NOW, "s2", "x", caller=people["mia"])
        with pytest.raises(NotAllowed):
            file_appeal(tx, NOW, "s1", "x", caller=people["ann"])
        lift(tx, NOW, proposed, caller=people["rob"], expected_version=1, reason="x")
        step_id = in_force(tx, people, "L3", "rita")
        with pytest.raises(Conflict, match="six months"):
            file_appeal(tx, NOW + APPEAL_MS + 1, "s1", "x", caller=people["mia"], step_id=step_id)

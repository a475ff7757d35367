"""What people adjudicate reaches a shop's credit, and what falls leaves it; on both databases."""

from dataclasses import replace
from typing import Any

import pytest

from tests.respond.desk.office import NOW, a_case, in_force, office, overridden
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed
from unbrush.base.records import Transaction, add
from unbrush.base.words import Words
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import case_of, move
from unbrush.respond.desk.credit.authorities import decide_entry, enter_decision, withdraw
from unbrush.respond.desk.credit.owners import (
    decide_link,
    dispute_link,
    propose_link,
    settle_link,
    shared_with,
)
from unbrush.respond.desk.credit.preset_file import default_text
from unbrush.respond.desk.credit.presets import decide_preset, propose_preset
from unbrush.respond.desk.credit.requests import decide_request, file_request
from unbrush.respond.desk.credit.risk import risk_of
from unbrush.respond.desk.credit.standing import history_of, standing_of
from unbrush.respond.desk.credit.telling import told
from unbrush.respond.desk.steps import expire
from unbrush.store.records import SqlRecords

People = dict[str, Caller]
L4 = ("L4", "rita", "pia")
YES: Any = {"is_approved": True, "reason": "看过材料"}


@pytest.fixture
def people(records: SqlRecords) -> People:
    """The office with case C-1, in which half of what s1 sold does not count."""
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        add(tx, "shop_counts", shop_id="s1", run_id="r1", n_fake=10, n_genuine=10)
    return people


def score(tx: Transaction, at_ms: int = NOW, shop: str = "s1") -> float:
    return standing_of(tx, at_ms, shop).score


def audited(tx: Transaction) -> list[str]:
    return [row["action"] for row in tx.all("SELECT action FROM audit_log ORDER BY seq")]


def decide_it(tx: Transaction, people: People, appeal: str, outcome: str, at_ms: int = NOW) -> None:
    decide_appeal(
        tx, at_ms, appeal, outcome, caller=people["rob"], expected_version=1, reason="看过"
    )


def test_a_step_counts_from_the_moment_it_is_in_force(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        assert score(tx) == 100
        in_force(tx, people, *L4)
        assert score(tx) == 85  # 15 x log2(1 + 10/10) x 1, for E3
        assert score(tx, shop="s2") == 100
        assert audited(tx)[-1] == "credit.entered"
        expire(tx, NOW + 91 * DAY_MS)
        assert score(tx, NOW + 90 * DAY_MS) == 85
        assert score(tx, NOW + 182 * DAY_MS) == 92.5
        assert score(tx, NOW + 365 * DAY_MS) == 100


def test_an_overturned_step_gives_all_of_it_back_at_once_and_backwards(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        step = in_force(tx, people, *L4)
        later = NOW + 3 * DAY_MS
        appeal = file_appeal(tx, later, "s1", "是直播", caller=people["mia"], step_id=step)
        assert [day["score"] for day in history_of(tx, later, "s1", 5)] == [100, 85, 85, 85, 100]
        [item] = told(standing_of(tx, later, "s1"))["items"]
        assert item["state"]["name"] == "suspended"
        decide_it(tx, people, appeal["appeal_id"], "overturned", later + DAY_MS)
        days = history_of(tx, later + DAY_MS, "s1", 6)
        assert {day["score"] for day in days} == {100}
        [item] = told(standing_of(tx, later + DAY_MS, "s1"))["items"]
        assert item["state"]["name"] == "given-back"


@pytest.mark.parametrize(("outcome", "left"), [("upheld", 85), ("partly", 92.5)])
def test_an_appeal_that_is_not_right_ends_the_suspension(
    records: SqlRecords, people: People, outcome: str, left: float
) -> None:
    with records.writing() as tx:
        step = in_force(tx, people, *L4)
        appeal = file_appeal(tx, NOW, "s1", "是直播", caller=people["mia"], step_id=step)
        assert score(tx) == 100
        decide_it(tx, people, appeal["appeal_id"], outcome, NOW + 1)
        assert score(tx, NOW + 1) == left
        if outcome == "upheld":  # a second appeal about the same suspends nothing
            file_appeal(tx, NOW + 2, "s1", "再申诉", caller=people["mia"], step_id=step)
            assert score(tx, NOW + 2) == 85


def test_strong_evidence_counts_half_until_the_case_is_confirmed(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        tx.run("UPDATE decisions SET strength = 'E2'")
        in_force(tx, people, *L4)
        assert score(tx) == 92.5
        move(
            tx, NOW + 9, "C-1", "closed", caller=people["rita"], reason="属实", outcome="confirmed",
            expected_version=int(case_of(tx, "C-1")["version"]),
        )  # fmt: skip
        assert (score(tx, NOW + 8), score(tx, NOW + 9)) == (92.5, 85)
        assert len(standing_of(tx, NOW + 9, "s1").lines) == 1  # the case does not count beside it


def test_a_confirmed_case_counts_lightly_and_never_for_a_possible_victim(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        tx.run("UPDATE decisions SET rung = 'L1' WHERE subject_id = 's2'")
        move(
            tx, NOW, "C-1", "closed", caller=people["rita"], reason="属实", outcome="confirmed",
            expected_version=1,
        )  # fmt: skip
        assert (score(tx), score(tx, shop="s2")) == (95, 100)
        move(tx, NOW + 1, "C-1", "investigating", caller=people["rita"], reason="新证据",
             expected_version=2)  # fmt: skip
        assert score(tx, NOW + 1) == 100
        overridden(tx, people, "case", "C-1", 3, at_ms=NOW + 2, outcome="refuted")
        assert {day["score"] for day in history_of(tx, NOW + 2, "s1", 3)} == {100}


def test_an_appeal_against_the_counts_gives_back_what_rests_on_them(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        in_force(tx, people, *L4)
        appeal = file_appeal(tx, NOW, "s1", "订单真实", caller=people["mia"])
        assert score(tx) == 85
        decide_it(tx, people, appeal["appeal_id"], "overturned")
        assert score(tx) == 100


def test_escalation_is_one_conduct_and_another_time_is_a_repeat(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        in_force(tx, people, "L2", "rita")
        in_force(tx, people, *L4)
        assert score(tx) == 85
        assert [line.counted_in for line in standing_of(tx, NOW, "s1").lines] == ["I-2", None]
        entered = enter_decision(
            tx, NOW, "s1", caller=people["ann"], authority="某市监管局", document_no="〔2026〕1号",
            decided_on=NOW - DAY_MS, kind="general", facts=Words("刷单", "Fake orders"),
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            decide_entry(
                tx, NOW, entered["decision_id"], caller=people["ann"], expected_version=1, **YES
            )
        decide_entry(
            tx, NOW, entered["decision_id"], caller=people["carl"], expected_version=1, **YES
        )
        # The authority's: 15 x 0.25; the step after it is a repetition: 15 x 1.5.
        assert score(tx) == pytest.approx(100 - 3.75 - 22.5)
        withdraw(
            tx, NOW, entered["decision_id"], caller=people["rita"], expected_version=2,
            reason="已被撤销",
        )  # fmt: skip
        assert score(tx) == 85


def test_an_authority_and_the_desk_about_one_conduct_count_once(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        in_force(tx, people, *L4)
        later = NOW + 200 * DAY_MS
        entered = enter_decision(
            tx, later, "s1", caller=people["ann"], authority="某局", document_no="2号",
            case_id="C-1", decided_on=later, kind="general", facts=Words("刷单", "Fakes"),
            n_fake=30, n_genuine=10,
        )  # fmt: skip
        decide_entry(
            tx, later, entered["decision_id"], caller=people["rita"], expected_version=1, **YES
        )
        assert score(tx, later) == 70
        with pytest.raises(Conflict):  # a document counts once
            enter_decision(
                tx, later, "s1", caller=people["ann"], authority="某局", document_no="2号",
                decided_on=later, kind="general", facts=Words("刷单", "Fakes"),
            )  # fmt: skip


def test_repair_is_asked_by_the_merchant_and_decided_by_somebody_else(
    records: SqlRecords, people: People
) -> None:
    mia, rob = people["mia"], people["rob"]
    done = ["restitution", "training"]
    with records.writing() as tx:
        in_force(tx, people, *L4)
        with pytest.raises(BadRecord) as caught:
            file_request(tx, NOW, "I-1", "repair", "已退款", caller=mia, measures=["restitution"])
        assert "training" in caught.value.message
        asked = file_request(tx, NOW, "I-1", "repair", "已退款", caller=mia, measures=done)
        with pytest.raises(Conflict):
            file_request(tx, NOW, "I-1", "repair", "已退款", caller=mia, measures=done)
        proposer = replace(people["ann"], roles=people["rita"].roles)
        for who in (proposer, people["tom"], mia):
            with pytest.raises(NotAllowed):
                decide_request(tx, NOW, asked["request_id"], caller=who, expected_version=1, **YES)
        decide_request(tx, NOW + DAY_MS, asked["request_id"], caller=rob, expected_version=1, **YES)
        assert (score(tx), score(tx, NOW + DAY_MS)) == (85, 92.5)
        file_request(tx, NOW, "I-1", "self-report", "事前已报告", caller=mia)
        with pytest.raises(NoSuchRecord):
            file_request(
                tx, NOW, "I-1", "repair", "x", measures=done,
                caller=replace(mia, member_of=frozenset({"s9"})),
            )  # fmt: skip


def test_roles_are_asked_for_and_granted_by_others(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        in_force(tx, people, *L4)
        with pytest.raises(BadRecord):
            file_request(tx, NOW, "I-1", "role", "x", caller=people["mia"], role="merchant")
        asked = file_request(
            tx, NOW, "I-1", "role", "为他人组织", caller=people["rita"], role="organiser"
        )
        with pytest.raises(NotAllowed):
            decide_request(
                tx, NOW, asked["request_id"], caller=people["rita"], expected_version=1, **YES
            )
        decide_request(
            tx, NOW, asked["request_id"], caller=people["carl"], expected_version=1, **YES
        )
        assert score(tx) == 77.5
        pressed = file_request(
            tx, NOW, "I-1", "role", "受胁迫", caller=people["mia"], role="coerced"
        )
        decide_request(
            tx, NOW + 1, pressed["request_id"], caller=people["pia"], expected_version=1, **YES
        )
        assert score(tx) == 94


def test_a_new_preset_changes_nothing_that_was_entered(records: SqlRecords, people: People) -> None:
    text = default_text().replace("weight = 15", "weight = 20")
    with records.writing() as tx:
        in_force(tx, people, "L2", "rita")
        made = propose_preset(tx, NOW, text, "更严", caller=people["rita"])
        with pytest.raises(NotAllowed):
            decide_preset(
                tx, NOW, made["preset_id"], caller=people["rita"], expected_version=1, **YES
            )
        decide_preset(tx, NOW, made["preset_id"], caller=people["pia"], expected_version=1, **YES)
        assert score(tx) == 95
        in_force(tx, people, *L4)
        assert score(tx) == 80


def test_risk_moves_with_a_run_and_credit_does_not(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        assert risk_of(tx, "s1")["risk"] == 0.9
        assert risk_of(tx, "s9")["risk"] == 0.0
        assert score(tx) == 100
        tx.run("UPDATE decisions SET human_outcome = 'reversed' WHERE subject_id = 's1'")
        assert risk_of(tx, "s1")["risk"] == 0.0


def test_a_sanction_reaches_another_shop_by_its_proven_owner_alone(
    records: SqlRecords, people: People
) -> None:
    ann, mia = people["ann"], people["mia"]
    with records.writing() as tx:
        in_force(tx, people, *L4)
        for basis in ("device", "ip", "address"):
            with pytest.raises(BadRecord) as caught:
                propose_link(tx, NOW, "s1", "s7", caller=ann, basis=basis, proof="同一设备")
            assert "shared by many" in caught.value.hint
        link = propose_link(tx, NOW, "s7", "s1", caller=ann, basis="licence", proof="执照复印件")
        with pytest.raises(NotAllowed):
            decide_link(
                tx, NOW, link["link_id"], expected_version=1, **YES,
                caller=replace(ann, roles=people["rita"].roles),
            )  # fmt: skip
        assert shared_with(tx, NOW, "s7") == []
        expire(tx, NOW + 90 * DAY_MS)
        step = in_force(tx, people, "L6", "pia", "pat", "carl")
        assert shared_with(tx, NOW, "s7") == []  # not proven yet
        decide_link(tx, NOW, link["link_id"], caller=people["rita"], expected_version=1, **YES)
        [shared] = shared_with(tx, NOW, "s7")
        assert (shared["step_id"], shared["rung"]) == (step, "L6")
        assert score(tx, shop="s7") == 100
        assert shared_with(tx, NOW + 365 * DAY_MS, "s7") == []
        dispute_link(tx, NOW, link["link_id"], "已转让", caller=mia, expected_version=2)
        assert shared_with(tx, NOW + 14 * DAY_MS, "s7")
        assert shared_with(tx, NOW + 15 * DAY_MS, "s7") == []  # nobody settled it
        for who in ("rita", "tom"):
            with pytest.raises(NotAllowed):
                settle_link(
                    tx, NOW, link["link_id"], caller=people[who], expected_version=3, stands=True,
                    reason="看过",
                )  # fmt: skip
        settle_link(
            tx, NOW, link["link_id"], caller=people["pol"], expected_version=3, stands=False,
            reason="已转让",
        )  # fmt: skip
        assert shared_with(tx, NOW, "s7") == []


def test_a_merchant_reads_why_until_when_and_what_to_do(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        in_force(tx, people, *L4)
        mine = told(standing_of(tx, NOW, "s1"))
    assert (mine["score"], mine["band"]["name"]) == (85, "B")
    [item] = mine["items"]
    assert item["class"]["name"] == "general"
    assert item["ends_at"] == NOW + 365 * DAY_MS
    assert "S-1" in item["why_zh"]
    assert "10 do not count" in item["why_en"]
    for what in ("why", "until", "repair", "appeal"):
        assert item[f"{what}_zh"] != item[f"{what}_en"]
        assert "{" not in item[f"{what}_zh"] + item[f"{what}_en"]


def test_the_text_of_a_preset_is_kept_once_and_entries_from_before_have_it_whole(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        in_force(tx, people, *L4)
        before = score(tx)
        move(
            tx, NOW, "C-1", "closed", caller=people["rita"], reason="属实", outcome="confirmed",
            expected_version=int(case_of(tx, "C-1")["version"]),
        )  # fmt: skip
        items = tx.all("SELECT DISTINCT preset_text FROM credit_items")
        [kept] = tx.all("SELECT name, text FROM preset_texts")
        assert items == [{"preset_text": kept["name"]}]
        tx.run("UPDATE credit_items SET preset_text = :text", text=kept["text"])
        assert score(tx) == before < 100

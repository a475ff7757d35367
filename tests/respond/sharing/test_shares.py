"""Shares on both databases: two people, terms, revocation, and never a consumer."""

import json
from typing import Any

import pytest

from tests.respond.desk.office import NOW, a_case, found, office, overridden
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NotAllowed
from unbrush.base.records import Transaction, add
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.audit import history
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_joining import split
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.cases import case_of, move, write_note
from unbrush.respond.sharing.ending import expire_shares, revoke
from unbrush.respond.sharing.indicators import Domain, Indicator, Organisation, Tool
from unbrush.respond.sharing.shares import (
    Wish,
    decide_share,
    give_out,
    propose_share,
    share_of,
    take_back,
)
from unbrush.respond.sharing.stix import bundle_of
from unbrush.serve.api.routes.sharing import bundle_text
from unbrush.store.records import SqlRecords

COMPANY = Organisation(name="某某网络科技有限公司", number="91350100M000100Y43", shop_id="s1")
SITE = Domain(name="renwu.example.com")
TOOL = Tool(name="群控助手's", version="2.1", shop_id="s2")
ALL: tuple[Indicator, ...] = (COMPANY, SITE, TOOL)
WISH = {
    "recipient_kind": "platform", "recipient": "Example Mall", "purpose": "stop-organisers",
    "tlp": "amber", "confidence": 80, "term_ms": 90 * DAY_MS,
}  # fmt: skip


def confirmed(tx: Transaction) -> dict[str, Caller]:
    people = office(tx)
    a_case(tx)
    move(
        tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=1, reason="clear",
        outcome="confirmed",
    )  # fmt: skip
    return people


def proposed(tx: Transaction, people: dict[str, Caller], *what: Indicator, **other: Any) -> str:
    share = propose_share(
        tx, NOW, "C-1", Wish(**(WISH | other)), what or ALL, caller=people["ann"]
    )  # fmt: skip
    return str(share["share_id"])


def approved(tx: Transaction, people: dict[str, Caller], *what: Indicator, **other: Any) -> str:
    share_id = proposed(tx, people, *what, **other)
    decide_share(
        tx, NOW, share_id, caller=people["carl"], expected_version=1, is_approved=True, reason="对"
    )
    return share_id


def test_who_has_a_tie_to_a_shop_takes_nothing_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = approved(tx, people)
        with pytest.raises(NotAllowed, match="tie"):
            take_back(tx, NOW, share_id, caller=people["tom"], reason="wrong")
        with pytest.raises(NotAllowed):
            take_back(tx, NOW, share_id, caller=people["ann"], reason="wrong")
        taken = take_back(tx, NOW, share_id, caller=people["rita"], reason="wrong")
        assert taken["state"] == "revoked"


def given(tx: Transaction, share_id: str, at_ms: int = NOW) -> dict[str, Any]:
    terms, shared = give_out(tx, at_ms, share_id, "某平台", by="P-x")
    return bundle_of(terms, shared)


def of(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in bundle["objects"] if each["type"] == kind]


def test_a_bundle_is_stix_with_terms_on_each_object(records: SqlRecords, faults: Any) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = approved(tx, people)
        bundle = given(tx, share_id)
        assert bundle_text(bundle) == bundle_text(given(tx, share_id))  # the same bytes
    assert faults(bundle) == []
    patterns = {each["pattern"] for each in of(bundle, "indicator")}
    assert patterns == {
        "[domain-name:value = 'renwu.example.com']",
        "[x-unbrush-business:register_number = '91350100M000100Y43']",
        r"[software:name = '群控助手\'s' AND software:version = '2.1']",
    }
    for each in of(bundle, "indicator"):
        assert each["confidence"] == 80
        assert each["valid_until"] > each["valid_from"]
        assert len(each["object_marking_refs"]) == 2
    statement, tlp = (
        next(m for m in of(bundle, "marking-definition") if m["definition_type"] == kind)
        for kind in ("statement", "tlp")
    )
    assert tlp["definition"] == {"tlp": "amber"}
    assert "Example Mall" in statement["definition"]["statement"]
    assert "阻止组织刷单者" in statement["definition"]["statement"]
    broken = json.loads(json.dumps(bundle))
    del of(broken, "indicator")[0]["pattern"]
    of(broken, "tool")[0]["created"] = "yesterday"
    assert len(faults(broken)) >= 2  # the schemas do look


def test_it_takes_two_people_and_every_step_is_in_the_audit(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = proposed(tx, people)
        with pytest.raises(Conflict, match="proposed"):
            given(tx, share_id)
        for name in ("ann", "rita", "tom"):  # proposed it; no role for it
            with pytest.raises(NotAllowed):
                decide_share(
                    tx, NOW, share_id, caller=people[name], expected_version=1, is_approved=True,
                    reason="x",
                )  # fmt: skip
        decide_share(
            tx, NOW, share_id, caller=people["pia"], expected_version=1, is_approved=True,
            reason="x",
        )  # fmt: skip
        given(tx, share_id)
        actions = [entry["action"] for entry in history(tx, "share", share_id)]
        assert actions == ["share.proposed", "share.in-force", "share.given-out"]


def test_only_what_people_found_and_that_stands_is_shared(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        with pytest.raises(Conflict, match="confirmed"):
            proposed(tx, people)
        tx.run("UPDATE decisions SET rung = 'L1' WHERE subject_id = 's2'")  # a possible victim
        move(
            tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=1, reason="clear",
            outcome="confirmed",
        )  # fmt: skip
        with pytest.raises(Conflict, match="No finding"):
            proposed(tx, people, TOOL)
        with pytest.raises(BadRecord, match="no shop of"):
            proposed(tx, people, Tool(name="x", shop_id="s9"))
        with pytest.raises(BadRecord, match="confidence"):
            proposed(tx, people, SITE, confidence=91)
        with pytest.raises(BadRecord, match="once"):
            proposed(tx, people, SITE, SITE)
        assert proposed(tx, people, SITE, confidence=90)


@pytest.mark.parametrize(
    "other",
    [
        {"recipient": "13800138000"}, {"recipient": ""}, {"purpose": "marketing"},
        {"tlp": "clear"}, {"recipient_kind": "friend"}, {"term_ms": 366 * DAY_MS},
        {"confidence": 0},
    ],
)  # fmt: skip
def test_terms_that_are_none_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(BadRecord):
        Wish(**(WISH | other))


CONSUMERS = ("a77", "tok9f3", "o-5521", "王小明", "wb-118")


def plant(tx: Transaction, people: dict[str, Caller]) -> None:
    """Put what names consumers wherever the records have room for it."""
    for kind, subject_id in (
        ("account", "a77"), ("device", "tok9f3"), ("order", "o-5521"), ("account", "王小明"),
    ):  # fmt: skip
        add(
            tx, "case_subjects", case_id="C-1", subject_kind=kind, subject_id=subject_id
        )  # fmt: skip
        add(
            tx, "decisions", subject_kind=kind, subject_id=subject_id, run_id="r1", rung="L1",
            probability=0.9, elements="a", families="money", strength="E3", rule="x",
        )  # fmt: skip
    tx.run("UPDATE cases SET title = :t", t=" ".join(CONSUMERS))
    tx.run("UPDATE decisions SET ring_id = 'tok9f3', families = :f", f=" ".join(CONSUMERS))
    write_note(tx, NOW, "C-1", " ".join(CONSUMERS), caller=people["ann"])


def test_no_consumer_gets_into_a_bundle(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        plant(tx, people)
        tx.run("UPDATE verdicts SET source = :t", t=" ".join(CONSUMERS))
        share_id = approved(tx, people)
        tx.run(
            "UPDATE shares SET decided_because = :t, proposed_by = :t WHERE share_id = :id",
            t=" ".join(CONSUMERS),
            id=share_id,
        )
        tx.run("UPDATE share_indicators SET revoked_because = :t", t=" ".join(CONSUMERS))
        text = bundle_text(given(tx, share_id)).decode()
        own = {people[name].person_id for name in ("ann", "carl")} | {"C-1", "R-1"}
        assert [each for each in CONSUMERS if each in text] == []
        assert [each for each in own if f'"{each}"' in text] == []
        for name in ("a77", "王小明", "Tool a77", "o-5521", "tok9f3"):
            with pytest.raises(BadRecord, match="person or an order"):
                proposed(tx, people, Tool(name=name))


def test_what_was_put_into_the_records_by_hand_is_not_sent(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = approved(tx, people)
        tx.run("UPDATE share_indicators SET name = '13800138000' WHERE kind = 'tool'")
        with pytest.raises(BadRecord, match="could name a person"):
            given(tx, share_id)


def win_appeal(tx: Transaction, people: dict[str, Caller]) -> None:
    appeal = file_appeal(tx, NOW + 5, "s1", "是直播", caller=people["mia"])
    decide_appeal(
        tx, NOW + 6, appeal["appeal_id"], "overturned", caller=people["rob"], expected_version=1,
        reason="有直播记录",
    )  # fmt: skip


def test_a_won_appeal_revokes_what_rested_on_it(records: SqlRecords, faults: Any) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id, alone = approved(tx, people), approved(tx, people, COMPANY)
        win_appeal(tx, people)
        bundle = given(tx, share_id, NOW + 7)
        assert faults(bundle) == []
        revoked = {each["pattern"]: each.get("revoked", False) for each in of(bundle, "indicator")}
        assert sorted(revoked.values()) == [False, False, True]
        assert revoked["[x-unbrush-business:register_number = '91350100M000100Y43']"]
        [gone] = [each for each in of(bundle, "indicator") if each.get("revoked")]
        assert gone["modified"] > gone["created"]
        assert share_of(tx, share_id)["state"] == "in-force"
        assert share_of(tx, alone)["state"] == "revoked"
        assert all(each["revoked"] for each in of(given(tx, alone, NOW + 8), "indicator"))
        told = tx.all("SELECT kind FROM outbox WHERE kind = 'share.revoked'")
        assert len(told) == 2
        with pytest.raises(Conflict):
            approved(tx, people, COMPANY)


def test_what_was_only_proposed_is_refused_by_an_appeal(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = proposed(tx, people, COMPANY)
        win_appeal(tx, people)
        assert share_of(tx, share_id)["state"] == "refused"


def test_an_appeal_reaches_what_was_shared_before_the_case_was_split(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = approved(tx, people, COMPANY)
        split(
            tx, NOW, "C-1", ["s1"], caller=people["ann"], reason="two hands",
            expected_version=case_of(tx, "C-1")["version"],
        )  # fmt: skip
        win_appeal(tx, people)
        assert share_of(tx, share_id)["state"] == "revoked"


def test_a_case_that_is_opened_again_is_not_told_meanwhile(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = approved(tx, people)
        version = case_of(tx, "C-1")["version"]
        move(
            tx, NOW, "C-1", "investigating", caller=people["ann"], expected_version=version,
            reason="new facts",
        )  # fmt: skip
        with pytest.raises(Conflict, match="again"):
            given(tx, share_id)
        overridden(tx, people, "case", "C-1", version + 1, outcome="refuted")
        assert share_of(tx, share_id)["state"] == "revoked"
        assert all(each["revoked"] for each in of(given(tx, share_id), "indicator"))


def test_it_ends_with_its_term_or_is_taken_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        open_or_renew(tx, NOW, found(keys=("R-2",), shops=()), run_id="r1", by="system")
        share_id, other = approved(tx, people), approved(tx, people, SITE)
        revoke(tx, NOW, share_of(tx, other), by="P-x", because="wrong domain")
        assert share_of(tx, other)["state"] == "revoked"
        end = NOW + 90 * DAY_MS
        with pytest.raises(Conflict, match="over"):
            given(tx, share_id, end)
        assert expire_shares(tx, end - 1) == 0
        assert expire_shares(tx, end) == 1
        with pytest.raises(Conflict, match="expired"):
            given(tx, share_id, end)

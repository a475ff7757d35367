"""What comes from others: weak, without people, and never a reason for a step."""

from typing import Any

import pytest

from tests.respond.desk.office import FACTS, NOW, a_case, office
from tests.respond.sharing.test_shares import approved, confirmed, given, win_appeal
from unbrush.base.errors import BadRecord, Conflict, UnbrushError
from unbrush.base.records import Transaction
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.steps import propose
from unbrush.respond.sharing.hints import hints_now, take_bundle
from unbrush.store.records import SqlRecords


def indicator(pattern: str, n: int = 1, **other: object) -> dict[str, object]:
    return {
        "type": "indicator", "spec_version": "2.1", "pattern": pattern, "pattern_type": "stix",
        "id": f"indicator--00000000-0000-4000-8000-{n:012d}", "confidence": 95,
        "modified": "2026-09-01T00:00:00.000Z", "valid_from": "2026-09-01T00:00:00Z",
    } | other  # fmt: skip


def take(tx: Transaction, people: dict[str, Caller], *objects: object) -> Any:
    bundle = {"type": "bundle", "id": "bundle--x", "objects": list(objects)}
    return take_bundle(tx, NOW, "Other Mall", bundle, caller=people["ann"])


def test_what_we_send_others_can_take_and_take_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = confirmed(tx)
        share_id = approved(tx, people)
        first = take_bundle(tx, NOW, "Other", given(tx, share_id), caller=people["ann"])
        assert (first.n_new, first.n_changed) == (3, 0)
        again = take_bundle(tx, NOW, "Other", given(tx, share_id), caller=people["ann"])
        assert (again.n_new, again.n_changed) == (0, 0)
        rows = hints_now(tx, NOW, "", 10)
        assert {(row["kind"], row["value"], row["version"]) for row in rows} == {
            ("organisation", "91350100M000100Y43", ""), ("domain", "renwu.example.com", ""),
            ("tool", "群控助手's", "2.1"),
        }  # fmt: skip
        assert {row["tlp"] for row in rows} == {"amber"}
        win_appeal(tx, people)
        gone = take_bundle(tx, NOW, "Other", given(tx, share_id, NOW + 9), caller=people["ann"])
        assert gone.n_changed == 1
        assert {row["kind"] for row in hints_now(tx, NOW, "", 10)} == {"domain", "tool"}
        assert hints_now(tx, NOW + 10**12, "", 10) == []  # their term is over


def test_people_in_a_bundle_are_not_kept(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        taken = take(
            tx, people,
            indicator("[user-account:account_login = 'wang77']"),
            indicator("[email-addr:value = 'wang@example.com']"),
            indicator("[software:name = '13800138000']"),
            indicator("[domain-name:value = '5f2b9c1e0d4a5f2b.example.com']"),
            indicator("[x-unbrush-business:register_number = '92350100M000100Y43']"),
            indicator("[domain-name:value = 'a.b'] OR [email-addr:value = 'w@x.y']"),
            indicator("[domain-name:value = 'ok.example']", id="indicator--wang"),
            indicator("[domain-name:value = 'ok.example']", modified="soon"),
            indicator("title: x", pattern_type="sigma"),
            {"type": "user-account", "account_login": "wang77"}, {"type": "identity"}, "wang", 7,
        )  # fmt: skip
        assert taken.n_new == 0
        assert sum(taken.left_out.values()) == 13
        kept = repr([tx.all("SELECT * FROM hints"), tx.all("SELECT * FROM audit_log"), taken])
        assert "wang" not in kept
        assert "13800138000" not in kept


def test_a_hint_is_weak_and_carries_no_step(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run("DELETE FROM decisions")
        before = {t: tx.all(f"SELECT * FROM {t}") for t in ("cases", "steps", "decisions")}
        take(tx, people, indicator("[domain-name:value = 'shop.example']", confidence=100))
        assert {t: tx.all(f"SELECT * FROM {t}") for t in before} == before
        [hint] = hints_now(tx, NOW, "", 10)
        assert hint["strength"] == "E1"
        assert hint["tlp"] == "red"  # not marked: no further
        with pytest.raises(UnbrushError):
            propose(
                tx, NOW, "C-1", caller=people["ann"], shop_id="s1", rung="L2", facts=FACTS,
                basis="x", proportionality="x",
            )  # fmt: skip


def test_no_hint_can_be_written_as_more(records: SqlRecords) -> None:
    with records.writing() as tx:
        take(tx, office(tx), indicator("[domain-name:value = 'shop.example']"))
    with pytest.raises(Conflict), records.writing() as tx:
        tx.run("UPDATE hints SET strength = 'E3'")


@pytest.mark.parametrize("bundle", [None, [], {}, {"type": "bundle"}, {"objects": []}, "x"])
def test_what_is_no_bundle_is_refused(records: SqlRecords, bundle: object) -> None:
    with records.writing() as tx:
        people = office(tx)
        with pytest.raises(BadRecord):
            take_bundle(tx, NOW, "Other", bundle, caller=people["ann"])

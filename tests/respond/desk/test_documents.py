"""Findings of documents on both databases: entered once, by two people, moved with their case."""

import pytest

from tests.respond.desk.office import NOW, a_case, found, office
from unbrush.base.errors import Conflict, NotAllowed, Stale
from unbrush.respond.desk.case_joining import merge
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.documents import (
    confirmed_of,
    decide_finding,
    enter_finding,
    findings_of,
    withdraw_finding,
)
from unbrush.store.records import SqlRecords

HASH = "a" * 64
SEEN = {"is_approved": True, "reason": "看过原件"}
FEE = {"kind": "service-fee", "n": 1, "unit_minor": 500_000, "currency": "CNY"}
LIST = {"kind": "personal-trades", "n": 500}


def test_what_one_enters_another_confirms_and_it_counts_once(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        said = {"caller": people["ann"], "source": "清单一", "sha256": HASH}
        one = enter_finding(tx, NOW, "C-1", **said, **LIST)
        enter_finding(tx, NOW, "C-1", **said, **FEE)
        assert [row["finding_id"] for row in findings_of(tx, "C-1")] == ["D-1", "D-2"]
        with pytest.raises(Conflict, match="says this"):
            enter_finding(tx, NOW, "C-1", **said, **LIST)
        assert confirmed_of(tx, "C-1") == ([], [])
        rita = {"caller": people["rita"], **SEEN}
        decide_finding(tx, NOW, one["finding_id"], expected_version=1, **rita)
        decide_finding(tx, NOW, "D-2", expected_version=1, **rita)
        counted, entries = confirmed_of(tx, "C-1")
        assert [(each.kind, each.n) for each in counted] == [("personal-trades", 500)]
        assert [each.amount_minor for each in entries] == [500_000]
        assert entries[0].confirmed_by == people["rita"].person_id
        with pytest.raises(Stale):
            withdraw_finding(tx, NOW, "D-1", caller=people["rob"], expected_version=1, reason="误")
        withdraw_finding(tx, NOW, "D-1", caller=people["rob"], expected_version=2, reason="误")
        assert confirmed_of(tx, "C-1")[0] == []
        enter_finding(tx, NOW, "C-1", **said, **LIST)  # the right number, of the same document


def test_a_tie_keeps_out_and_a_merge_takes_along(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        other = found(keys=("R-2",), shops=(("s9", "L3"),))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        said = {"source": "清单一", "sha256": HASH, **LIST}
        with pytest.raises(NotAllowed):
            enter_finding(tx, NOW, "C-1", caller=people["tom"], **said)
        enter_finding(tx, NOW, "C-1", caller=people["ann"], **said)
        merge(tx, NOW, "C-1", "C-2", caller=people["rita"], expected_version=1, reason="同一案")
        assert [row["finding_id"] for row in findings_of(tx, "C-2")] == ["D-1"]

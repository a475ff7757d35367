"""Cases: opened by runs, moved by people, merged and split without losing anything."""

import pytest

from tests.respond.desk.office import NOW, a_case, found, office, overridden, restored
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.base.records import Transaction
from unbrush.respond.desk.audit import history, note
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_joining import merge, split
from unbrush.respond.desk.case_renewal import open_or_renew, open_or_renew_all
from unbrush.respond.desk.cases import (
    TERM_MS,
    assign,
    case_of,
    move,
    queue,
    queue_key,
    write_note,
)
from unbrush.store.records import SqlRecords


def test_a_case_is_opened_once(records: SqlRecords) -> None:
    with records.writing() as tx:
        a_case(tx)
        assert open_or_renew(tx, NOW + 1, found(), run_id="r1", by="system") == "same"
        assert (
            open_or_renew(tx, NOW + 2, found(harm_minor=9), run_id="r1", by="system") == "renewed"
        )
        assert len(queue(tx, NOW)) == 1
        assert case_of(tx, "C-1")["harm_minor"] == 9


def test_it_moves_and_every_move_is_in_the_audit(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        move(
            tx, NOW, "C-1", "investigating", caller=people["ann"], expected_version=1, reason="look"
        )
        case = move(
            tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=2, reason="clear",
            outcome="confirmed",
        )  # fmt: skip
        assert (case["state"], case["outcome"], case["version"]) == ("closed", "confirmed", 3)
        actions = [entry["action"] for entry in history(tx, "case", "C-1")]
        assert actions == ["case.opened", "case.moved", "case.moved"]
        verdicts = tx.all("SELECT subject_id, is_fake FROM verdicts ORDER BY subject_id")
        assert [(row["subject_id"], row["is_fake"]) for row in verdicts] == [
            ("R-1", 1), ("s1", 1), ("s2", 1),
        ]  # fmt: skip


def test_a_possible_victim_of_a_confirmed_case_gets_no_verdict(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run("UPDATE decisions SET rung = 'L1' WHERE subject_id = 's2'")
        move(
            tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=1, reason="clear",
            outcome="confirmed",
        )  # fmt: skip
        verdicts = tx.all("SELECT subject_id FROM verdicts ORDER BY subject_id")
        assert [row["subject_id"] for row in verdicts] == ["R-1", "s1"]


def test_a_shop_of_which_no_run_says_anything_any_more_gets_no_verdict(
    records: SqlRecords,
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run("DELETE FROM decisions WHERE subject_id = 's2'")
        _confirm(tx, people)
        assert _labelled(tx) == ["R-1", "s1"]


def test_an_appeal_that_was_right_outlives_the_confirmed_case(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        restored(tx, people)
        _confirm(tx, people)
        assert _labelled(tx) == ["R-1", "s2"]
        row = tx.one("SELECT human_outcome FROM decisions WHERE subject_id = 's1'")
        assert row == {"human_outcome": "reversed"}
        assert tx.all("SELECT shop_id FROM credit_items") == [{"shop_id": "s2"}]


def test_who_was_refuted_is_labelled_when_the_case_is_taken_up_again_and_confirmed(
    records: SqlRecords,
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L2")
        overridden(tx, people, "case", "C-1", 1, outcome="refuted")
        version = case_of(tx, "C-1")["version"]
        move(
            tx, NOW, "C-1", "investigating", caller=people["ann"], expected_version=version,
            reason="new evidence",
        )  # fmt: skip
        _confirm(tx, people, version + 1)
        assert tx.all("SELECT DISTINCT is_fake FROM verdicts") == [{"is_fake": 1}]
        row = tx.one("SELECT human_outcome FROM decisions WHERE subject_id = 's1'")
        assert row == {"human_outcome": "upheld"}


def _confirm(tx: Transaction, people: dict[str, Caller], version: int = 1) -> None:
    move(
        tx, NOW + 9, "C-1", "closed", caller=people["rita"], expected_version=version,
        reason="clear", outcome="confirmed",
    )  # fmt: skip


def _labelled(tx: Transaction) -> list[str]:
    rows = tx.all("SELECT subject_id FROM verdicts WHERE is_fake = 1 ORDER BY subject_id")
    return [row["subject_id"] for row in rows]


@pytest.mark.parametrize(
    ("who", "state", "outcome", "error"),
    [
        ("ann", "closed", "confirmed", NotAllowed),  # an analyst does not close
        ("aud", "investigating", None, NotAllowed),
        ("mia", "investigating", None, NotAllowed),
        ("tom", "investigating", None, NotAllowed),  # has a tie to s1
        ("rita", "waiting", None, Conflict),  # not from new
        ("rita", "closed", None, BadRecord),
        ("rita", "closed", "guilty", BadRecord),
        ("rita", "investigating", "confirmed", BadRecord),
    ],
)
def test_moves_that_are_refused(
    records: SqlRecords, who: str, state: str, outcome: str | None, error: type[Exception]
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        with pytest.raises(error):
            move(
                tx, NOW, "C-1", state, caller=people[who], expected_version=1, reason="x",
                outcome=outcome,
            )  # fmt: skip
        assert case_of(tx, "C-1")["state"] == "new"


def test_who_is_slower_is_told(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        assign(tx, NOW, "C-1", people["ann"], caller=people["rita"], expected_version=1)
        with pytest.raises(Stale):
            assign(tx, NOW, "C-1", people["rita"], caller=people["rita"], expected_version=1)
        with pytest.raises(NotAllowed):
            assign(tx, NOW, "C-1", people["tom"], caller=people["rita"], expected_version=2)


def test_a_refuted_case_stays_closed_and_its_subjects_reversed(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L2")
        overridden(tx, people, "case", "C-1", 1, outcome="refuted")
        open_or_renew(tx, NOW, found("L5"), run_id="r2", by="system")
        assert case_of(tx, "C-1")["state"] == "closed"
        row = tx.one("SELECT human_outcome FROM decisions WHERE subject_id = 's1'")
        assert row == {"human_outcome": "reversed"}


def test_a_case_that_was_left_open_is_taken_up_by_stronger_evidence(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L2")
        overridden(tx, people, "case", "C-1", 1, outcome="inconclusive")
        open_or_renew(tx, NOW, found("L5"), run_id="r2", by="system")
        assert case_of(tx, "C-1")["state"] == "investigating"


@pytest.mark.parametrize("by_run", [True, False])
def test_a_case_that_is_taken_up_again_has_its_term_again(
    records: SqlRecords, by_run: bool
) -> None:
    late = NOW + 40 * DAY_MS
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L3")
        tx.run("UPDATE decisions SET rung = 'L1'")  # one person may close it
        move(
            tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=1, reason="x",
            outcome="inconclusive",
        )  # fmt: skip
        if by_run:
            open_or_renew(tx, late, found("L5"), run_id="r2", by="system")
        else:
            move(
                tx, late, "C-1", "investigating", caller=people["ann"], expected_version=2,
                reason="new",
            )  # fmt: skip
        assert case_of(tx, "C-1")["due_at"] == late + TERM_MS
        assert [row["is_overdue"] for row in queue(tx, late + 1)] == [False]
        open_or_renew(tx, late + DAY_MS, found("L5", harm_minor=9), run_id="r3", by="system")
        assert case_of(tx, "C-1")["due_at"] == late + TERM_MS, "a run alone gives no more time"


def test_the_queue_of_one_shop(records: SqlRecords) -> None:
    with records.writing() as tx:
        office(tx)
        a_case(tx)
        other = found(kind="merchant", keys=("s9",), shops=(("s9", "L3"),))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        assert [row["case_id"] for row in queue(tx, NOW, shop_id="s2")] == ["C-1"]
        assert [row["case_id"] for row in queue(tx, NOW, shop_id="s9")] == ["C-2"]
        assert queue(tx, NOW, shop_id="s1", states=["closed"]) == []


def test_merging_keeps_subjects_notes_and_audit(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        other = found(kind="merchant", keys=("s9",), shops=(("s9", "L3"),))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        write_note(tx, NOW, "C-2", "同一付款人", caller=people["ann"])
        case = merge(
            tx, NOW, "C-2", "C-1", caller=people["ann"], expected_version=1, reason="one payer"
        )
        assert case["harm_minor"] == 2_000
        assert {s["subject_id"] for s in case["subjects"]} == {"R-1", "s1", "s2", "s9"}
        assert tx.all("SELECT case_id FROM case_notes") == [{"case_id": "C-1"}]
        assert case_of(tx, "C-2")["merged_into"] == "C-1"
        assert [e["action"] for e in history(tx, "case", "C-2")] == [
            "case.opened", "case.noted", "case.merged",
        ]  # fmt: skip
        with pytest.raises(Conflict):
            merge(tx, NOW, "C-2", "C-1", caller=people["ann"], expected_version=2, reason="x")
        # What a later run says of s9 goes to where it is now, and opens nothing new.
        assert open_or_renew(tx, NOW, other, run_id="r2", by="system") != "opened"


def test_splitting_takes_shops_along(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        with pytest.raises(BadRecord, match="s3"):
            split(tx, NOW, "C-1", ["s3"], caller=people["ann"], expected_version=1, reason="x")
        with pytest.raises(BadRecord):
            split(
                tx, NOW, "C-1", ["s1", "s2"], caller=people["ann"], expected_version=1, reason="x"
            )
        new = split(
            tx, NOW, "C-1", ["s2"], caller=people["ann"], expected_version=1, reason="other"
        )
        assert [s["subject_id"] for s in new["subjects"]] == ["s2"]
        assert {s["subject_id"] for s in case_of(tx, "C-1")["subjects"]} == {"R-1", "s1"}


def test_the_queue_weighs_harm_and_age() -> None:
    assert queue_key(1_000, NOW) > queue_key(100, NOW)
    assert queue_key(1_000, NOW) < queue_key(600, NOW - 5 * DAY_MS)
    assert queue_key(1_000, NOW) > queue_key(400, NOW - 5 * DAY_MS)


def test_the_queue_is_read_page_by_page(records: SqlRecords) -> None:
    with records.writing() as tx:
        for i in range(25):
            one = found(
                kind="merchant", keys=(f"s{i}",), shops=((f"s{i}", "L2"),), harm_minor=i % 4
            )
            open_or_renew(tx, NOW, one, run_id="r1", by="system")
        seen: list[str] = []
        after = None
        while page := queue(tx, NOW, after=after, n=10):
            seen += [row["case_id"] for row in page]
            after = (page[-1]["queue_key"], page[-1]["case_id"])
        assert len(seen) == len(set(seen)) == 25
        assert all(row["is_overdue"] for row in queue(tx, NOW + 16 * DAY_MS))


def test_no_such_case(records: SqlRecords) -> None:
    with records.reading() as tx, pytest.raises(NoSuchRecord):
        case_of(tx, "C-404")


def test_two_organisers_of_a_run_that_were_one_case_before(records: SqlRecords) -> None:
    with records.writing() as tx:
        office(tx)
        one = found(keys=("R-1", "R-2"), shops=(("s1", "L3"), ("s2", "L1")))
        parts = [
            found(harm_minor=700, keys=("R-1",), shops=(("s1", "L4"),)),
            found(harm_minor=300, keys=("R-2",), shops=(("s2", "L2"), ("s3", "L2"))),
            found(kind="merchant", keys=("s9",), shops=(("s9", "L3"),)),
        ]
        assert open_or_renew_all(tx, NOW, [one], run_id="r1", by="system") == ["opened"]
        said = open_or_renew_all(tx, NOW + 1, parts, run_id="r2", by="system")
        assert said == ["renewed", "renewed", "opened"]
        case = case_of(tx, "C-1")
        assert (case["version"], case["harm_minor"], len(case["subjects"])) == (2, 300, 5)
        assert case_of(tx, "C-2")["kind"] == "merchant"
        assert audit_faults(tx, []) == []
        said = open_or_renew_all(tx, NOW + 2, parts[1:], run_id="r2", by="system")
        assert said == ["same", "same"]


def test_others_write_while_a_run_opens_cases(records: SqlRecords) -> None:
    if records.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    cases = [
        found(kind="merchant", keys=(f"s{i}",), shops=((f"s{i}", "L2"),)) for i in range(1_001)
    ]
    seen: list[float] = []

    def meanwhile(_step: str, share: float) -> None:
        with records.writing() as other:
            other.run("SET LOCAL lock_timeout = '5s'")
            note(other, NOW, "P-1", "case.noted", "case", "C-0")
        seen.append(share)

    with records.writing() as tx:
        open_or_renew_all(tx, NOW, cases, run_id="r1", by="system", progress=meanwhile)
    assert len(seen) == 3
    with records.reading() as tx:
        assert tx.one("SELECT count(*) AS n FROM audit_log") == {"n": 1_004}
        assert audit_faults(tx, []) == []

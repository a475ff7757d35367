"""What people said at the desk, as losses hear it: a case's verdicts, single orders, appeals."""

from tests.respond.desk.office import NOW, a_case, office
from unbrush.base.records import add
from unbrush.respond.desk.cases import case_of, move
from unbrush.respond.losses.heard import heard
from unbrush.store.records import SqlRecords


def test_nothing_is_heard_while_a_case_is_open(records: SqlRecords) -> None:
    with records.writing() as tx:
        a_case(tx)
        assert heard(tx, case_of(tx, "C-1")["subjects"]) == ([], [])


def test_a_case_that_was_confirmed_confirms_what_it_is_about(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        move(tx, NOW, "C-1", "investigating", caller=people["ann"], expected_version=1, reason="x")
        move(
            tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=2, reason="clear",
            outcome="confirmed",
        )  # fmt: skip
        confirmed, reversed_ = heard(tx, case_of(tx, "C-1")["subjects"])
        assert ("shop", "s1") in confirmed
        assert not reversed_
        assert heard(tx, []) == ([], [])  # another case's shops are not this one's


def test_an_order_that_an_appeal_reversed_is_genuine(records: SqlRecords) -> None:
    with records.writing() as tx:
        a_case(tx)
        add(tx, "decisions", subject_kind="order", subject_id="o1", run_id="r1", rung="L1",
            probability=0.9, elements="a", families="money", strength="E2", rule="x",
            human_outcome="reversed", human_by="rita", human_at=NOW)  # fmt: skip
        assert heard(tx, []) == ([], [("order", "o1")])

"""What was done against a warning, as the detectors of staff read it."""

from tests.respond.desk.office import NOW, a_case, in_force, office, overridden
from unbrush.base.tables import TABLES
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.staff_actions import STAFF_ACTIONS, staff_actions
from unbrush.respond.desk.steps import step_of
from unbrush.store.records import SqlRecords


def test_only_what_goes_against_a_warning_is_told(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L4")
        first = in_force(tx, people, "L2", "rita")
        assert staff_actions(tx).num_rows == 0, "proposing and approving is what warnings are for"
        version = int(step_of(tx, first)["version"])
        overridden(tx, people, "step", first, version, at_ms=NOW + 1, reason="a friend")
        in_force(tx, people, "L3", "rita")
        appeal = file_appeal(tx, NOW + 2, "s1", "我们没有刷单", caller=people["mia"])
        decide_appeal(
            tx, NOW + 3, appeal["appeal_id"], "upheld", caller=people["rob"], expected_version=1,
            reason="no",
        )  # fmt: skip
        rows = staff_actions(tx).to_pylist()
        rita, rob = people["rita"].person_id, people["rob"].person_id
        [row] = rows
        assert (row["staff_id"], row["approver_id"], row["kind"]) == (rita, rob, "override")
        assert (row["subject_id"], row["reason"]) == ("s1", "a friend")


def test_a_refuted_case_is_an_alert_closed_for_each_shop(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L2")
        overridden(tx, people, "case", "C-1", 1, outcome="refuted")
        rows = staff_actions(tx).to_pylist()
        assert [(row["kind"], row["subject_id"]) for row in rows] == [
            ("alert_close", "s1"), ("alert_close", "s2"),
        ]  # fmt: skip
        assert len({row["action_id"] for row in rows}) == 2
        people_of = {(row["staff_id"], row["approver_id"]) for row in rows}
        assert people_of == {(people["rita"].person_id, people["rob"].person_id)}


def test_it_is_the_event_table() -> None:
    columns = [column.name for column in TABLES["staff_actions"].columns]
    assert sorted(STAFF_ACTIONS.names) == sorted(columns)

"""Victims of reverse brushing, on both databases: told once, in both languages, of nobody else."""

import pytest

from tests.respond.desk.office import NOW, a_case, found, in_force, office
from unbrush.base.records import Transaction, add
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.cases import case_of, move
from unbrush.respond.desk.victims import victim_notices_of
from unbrush.store.records import SqlRecords

VICTIM = "UPDATE decisions SET rung = 'L1', rule = 'held-as-victim' WHERE subject_id = 's2'"


def close(tx: Transaction, people: dict[str, Caller], outcome: str = "confirmed") -> None:
    """Close C-1 as Rita."""
    version = int(case_of(tx, "C-1")["version"])
    move(
        tx, NOW, "C-1", "closed", caller=people["rita"], expected_version=version, reason="清楚",
        outcome=outcome,
    )  # fmt: skip


def again(tx: Transaction, people: dict[str, Caller]) -> None:
    """Take C-1 up again as Ann."""
    version = int(case_of(tx, "C-1")["version"])
    move(
        tx, NOW, "C-1", "investigating", caller=people["ann"], expected_version=version, reason="新"
    )


def test_a_victim_is_told_once_what_happened_and_whom_to_ask(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run(VICTIM)
        add(tx, "shop_counts", shop_id="s2", run_id="r1", n_fake=1_234, n_genuine=56)
        assert victim_notices_of(tx, "C-1") == []
        close(tx, people)
        [notice] = victim_notices_of(tx, "C-1")
        assert (notice["shop_id"], notice["told_at"]) == ("s2", NOW)
        for said in ("反向刷单", "1234", "其余 56", "不采取任何措施", "无须恢复", "申诉", "G-1"):
            assert said in notice["notice_zh"]
        for said in ("victim", "1,234", "other 56", "no money is held", "Whom to ask", "appeal"):
            assert said in notice["notice_en"]
        for other in ("s1", "R-1", "C-1"):  # nobody else, and nothing to find them by
            assert other not in notice["notice_zh"] + notice["notice_en"]
        [event] = tx.all("SELECT * FROM outbox WHERE kind = 'victim.told'")
        assert event["subject_id"] == "s2"
        again(tx, people)
        close(tx, people)
        assert len(victim_notices_of(tx, "C-1")) == 1


@pytest.mark.parametrize(
    "undone",
    [
        "UPDATE decisions SET rung = 'L1', rule = 'not-attributed' WHERE subject_id = 's2'",
        "UPDATE decisions SET rung = 'L2' WHERE subject_id = 's2'",
    ],
)
def test_nobody_is_called_a_victim_who_was_not(records: SqlRecords, undone: str) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run(VICTIM)
        tx.run(undone)
        close(tx, people)
        assert victim_notices_of(tx, "C-1") == []


def test_none_is_told_of_a_case_that_shows_nothing(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        tx.run(VICTIM)
        tx.run("UPDATE decisions SET rung = 'L1'")
        close(tx, people, "inconclusive")
        assert victim_notices_of(tx, "C-1") == []


def test_it_says_what_was_given_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        step_id = in_force(tx, people, "L4", "rita", "pia")
        add(
            tx, "holds", hold_id="H-1", step_id=step_id, shop_id="s1", kind="subsidy",
            state="in-force", amount_minor=5, currency="CNY", run_id="r1", reason_zh="x",
            reason_en="x", most_minor=5, basis="b", term_ms=9, proposed_by="P-1", proposed_at=NOW,
            starts_at=NOW, changed_at=NOW, version=1,
        )  # fmt: skip
        appeal = file_appeal(tx, NOW, "s1", "被人刷单", caller=people["mia"], step_id=step_id)
        decide_appeal(
            tx, NOW, appeal["appeal_id"], "overturned", caller=people["rob"], expected_version=1,
            reason="是受害者",
        )  # fmt: skip
        tx.run("UPDATE decisions SET rung = 'L1', rule = 'held-as-victim' WHERE subject_id = 's1'")
        close(tx, people)
        [notice] = victim_notices_of(tx, "C-1")
        assert f"{step_id}, H-1" in notice["notice_zh"]
        assert f"{step_id}, H-1" in notice["notice_en"]


def test_a_shop_under_a_step_elsewhere_is_not_told_that_nothing_is_done(
    records: SqlRecords,
) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        in_force(tx, people, "L2", "rita")
        other = found(kind="organiser", keys=("R-2",), shops=(("s1", "L1"), ("s3", "L5")))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        tx.run("UPDATE decisions SET rung = 'L1', rule = 'held-as-victim' WHERE subject_id = 's1'")
        move(
            tx, NOW, "C-2", "closed", caller=people["rita"], expected_version=1, reason="清楚",
            outcome="confirmed",
        )  # fmt: skip
        assert victim_notices_of(tx, "C-2") == []

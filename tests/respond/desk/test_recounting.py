"""Which words of people a run's counts do not follow yet, and why."""

from tests.respond.desk.office import NOW, a_case, office, overridden
from unbrush.base.records import add
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.recounting import note_recount, owed_recounts
from unbrush.store.records import SqlRecords


def test_what_an_appeal_reverses_is_owed_until_it_is_done(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        assert owed_recounts(tx) == []
        appeal = file_appeal(tx, NOW, "s1", "真实订单", caller=people["mia"])
        decide_appeal(
            tx, NOW + 5, appeal["appeal_id"], "overturned", caller=people["rita"],
            expected_version=1, reason="weighed",
        )  # fmt: skip
        (owed,) = owed_recounts(tx)
        word = owed.word
        assert (word.action, word.kind, word.id, word.at) == ("restore", "shop", "s1", NOW + 5)
        assert appeal["appeal_id"] in word.because
        note_recount(tx, NOW + 6, owed, n_orders=3, n_reviews=1)
        assert owed_recounts(tx) == []


def test_a_new_run_owes_it_again_and_later_words_take_it_back(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        a_case(tx, "L2")
        overridden(tx, people, "case", "C-1", 1, outcome="refuted")
        for owed in owed_recounts(tx):
            assert owed.word.because.endswith("C-1")
            note_recount(tx, NOW, owed, n_orders=0, n_reviews=0)
        add(
            tx, "runs", run_id="r2", imported_at=NOW + 9, policy_version="p", n_decisions=2,
            folder="out2", summary="{}",
        )  # fmt: skip
        assert {(each.run_id, each.word.id) for each in owed_recounts(tx)} == {
            ("r2", "s1"), ("r2", "s2"),
        }  # fmt: skip
        upheld = "UPDATE decisions SET human_outcome = 'upheld', human_at = :at"
        tx.run(upheld, at=NOW + 20)
        assert owed_recounts(tx) == [], "never restored there: nothing to take back"
        tx.run("UPDATE decisions SET human_outcome = 'reversed', human_at = :at", at=NOW + 30)
        for owed in owed_recounts(tx):
            note_recount(tx, NOW, owed, n_orders=0, n_reviews=0)
        tx.run(upheld, at=NOW + 40)
        assert {each.word.action for each in owed_recounts(tx)} == {"again"}

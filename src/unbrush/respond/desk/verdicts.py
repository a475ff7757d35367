"""What people found of a case, kept for each of its subjects: labels that go back to `judge`."""

from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.settlement.releasing import shop_restored


def give_verdicts(
    transaction: Transaction, at_ms: int, case: Row, is_fake: bool, /, *, by: str
) -> None:
    """Keep what people found for every subject of a case.

    That somebody brushed says nothing of shops that are held as its possible victims.
    """
    subjects = case["subjects"]
    if is_fake:
        victims = possible_victims(transaction, case["case_id"])
        subjects = [
            each for each in subjects
            if each["subject_kind"] != "shop" or each["subject_id"] not in victims
        ]  # fmt: skip
    for subject in subjects:
        transaction.run(
            """INSERT INTO verdicts
                   (subject_kind, subject_id, is_fake, source, case_id, given_by, given_at)
               VALUES (:kind, :id, :is_fake, 'case', :case_id, :given_by, :given_at)
               ON CONFLICT (subject_kind, subject_id) DO UPDATE SET
                   is_fake = excluded.is_fake, source = 'case', case_id = excluded.case_id,
                   given_by = excluded.given_by, given_at = excluded.given_at""",
            kind=subject["subject_kind"],
            id=subject["subject_id"],
            is_fake=int(is_fake),
            case_id=case["case_id"],
            given_by=by,
            given_at=at_ms,
        )
        transaction.run(
            """UPDATE decisions SET human_outcome = :outcome, human_by = :given_by,
                   human_at = :given_at WHERE subject_kind = :kind AND subject_id = :id""",
            outcome="upheld" if is_fake else "reversed",
            given_by=by,
            given_at=at_ms,
            kind=subject["subject_kind"],
            id=subject["subject_id"],
        )
        if subject["subject_kind"] == "shop" and not is_fake:
            shop_restored(transaction, at_ms, subject["subject_id"], because=case["case_id"])


def possible_victims(transaction: Transaction, case_id: str) -> set[str]:
    """Return shops of a case that are at L1 at most, and of which no step says otherwise."""
    rows = transaction.all(
        """SELECT s.subject_id FROM case_subjects s
           JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = s.subject_id
           WHERE s.case_id = :id AND s.subject_kind = 'shop' AND d.rung <= 'L1'
               AND NOT EXISTS (SELECT 1 FROM steps t WHERE t.case_id = :id
                   AND t.shop_id = s.subject_id AND t.starts_at IS NOT NULL
                   AND t.state <> 'overturned')""",
        id=case_id,
    )
    return {row["subject_id"] for row in rows}

"""What people found of a case, kept for each of its subjects: labels that go back to `judge`.

An organiser's case may have thousands of shops: whoever closes it does not wait for one after the
other.
"""

from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.settlement.releasing import shops_restored

_SUBJECTS = "SELECT subject_kind, subject_id FROM case_subjects WHERE case_id = :case_id"

_BUT_POSSIBLE_VICTIMS = f"""{_SUBJECTS} AND NOT (subject_kind = 'shop' AND subject_id IN (
    SELECT s.subject_id FROM case_subjects s
    JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = s.subject_id
    WHERE s.case_id = :case_id AND s.subject_kind = 'shop' AND d.rung <= 'L1'
        AND NOT EXISTS (SELECT 1 FROM steps t WHERE t.case_id = :case_id
            AND t.shop_id = s.subject_id AND t.starts_at IS NOT NULL
            AND t.state <> 'overturned')))"""
"""Subjects but for shops that are at L1 at most, and of which no step says otherwise."""


def give_verdicts(
    transaction: Transaction, at_ms: int, case: Row, is_fake: bool, /, *, by: str
) -> None:
    """Keep what people found for every subject of a case.

    That somebody brushed says nothing of shops that are held as its possible victims.
    """
    case_id = case["case_id"]
    subjects = _BUT_POSSIBLE_VICTIMS if is_fake else _SUBJECTS
    transaction.run(
        f"""INSERT INTO verdicts
                (subject_kind, subject_id, is_fake, source, case_id, given_by, given_at)
            SELECT subject_kind, subject_id, CAST(:is_fake AS INTEGER), 'case', :case_id,
                   :given_by, CAST(:given_at AS BIGINT)
            FROM ({subjects}) AS found WHERE true
            ON CONFLICT (subject_kind, subject_id) DO UPDATE SET
                is_fake = excluded.is_fake, source = 'case', case_id = excluded.case_id,
                given_by = excluded.given_by, given_at = excluded.given_at""",
        is_fake=int(is_fake),
        case_id=case_id,
        given_by=by,
        given_at=at_ms,
    )
    transaction.run(
        f"""UPDATE decisions SET human_outcome = :outcome, human_by = :given_by,
                human_at = :given_at WHERE (subject_kind, subject_id) IN ({subjects})""",
        outcome="upheld" if is_fake else "reversed",
        given_by=by,
        given_at=at_ms,
        case_id=case_id,
    )
    if not is_fake:
        shops = sorted(
            each["subject_id"] for each in case["subjects"] if each["subject_kind"] == "shop"
        )
        shops_restored(transaction, at_ms, shops, because=case_id)

"""What people found of a case, kept for each of its subjects: labels that go back to `judge`.

An organiser's case may have thousands of shops: whoever closes it does not wait for one after the
other.
"""

from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.settlement.releasing import shops_restored

_SUBJECTS = "SELECT subject_kind, subject_id FROM case_subjects WHERE case_id = :case_id"

_SHOWN = f"""{_SUBJECTS} AND (subject_kind <> 'shop' OR (
    subject_id NOT IN (
        SELECT a.shop_id FROM appeals a JOIN decisions d
            ON d.subject_kind = 'shop' AND d.subject_id = a.shop_id AND d.human_at = a.decided_at
        WHERE a.state = 'overturned' AND d.human_outcome = 'reversed')
    AND (subject_id IN (
            SELECT subject_id FROM decisions WHERE subject_kind = 'shop' AND rung > 'L1')
        OR subject_id IN (
            SELECT t.shop_id FROM steps t WHERE t.case_id = :case_id
                AND t.starts_at IS NOT NULL AND t.state <> 'overturned'))))"""
"""Subjects but for shops that may be victims, of which no run says anything any more, or whose
appeal was right."""


def give_verdicts(
    transaction: Transaction, at_ms: int, case: Row, is_fake: bool, /, *, by: str
) -> None:
    """Keep what people found for every subject of a case.

    That somebody brushed says nothing of shops that are held as its possible victims, and takes
    back no appeal that was right.
    """
    case_id = case["case_id"]
    subjects = _SHOWN if is_fake else _SUBJECTS
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

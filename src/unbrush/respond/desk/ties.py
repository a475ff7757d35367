"""Who has a tie to a shop reads nothing of it: neither one record nor its row in a list."""

from collections.abc import Iterable, Sequence

from unbrush.base.records import Transaction
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import shops_of

OF_STEP = (
    "(SELECT tied_step.case_id FROM steps tied_step WHERE tied_step.step_id = {table}.step_id)"
)
"""The case of what hangs on a step, as SQL."""


def apart_from(
    caller: Caller,
    *,
    shops: Sequence[str] = ("shop_id",),
    case: str | None = None,
    subject: str | None = None,
) -> tuple[str, dict[str, list[str]]]:
    """Return what a statement has to ask, after ``AND``, to leave out what a caller may not read.

    Args:
        caller: Who reads.
        shops: Columns that name a shop; they may be empty.
        case: What names the case of a row, as SQL of ours: all its shops count; None if none.
        subject: A table with subject_kind and subject_id: cases about such a subject count, too.

    Returns:
        A condition, and the values that it binds.
    """
    tied = sorted(caller.tied_to | caller.member_of)
    if not tied:
        return "1 = 1", {}
    conditions = [f"coalesce({shop}, '') NOT IN :tied" for shop in shops]
    if case:
        conditions.append(
            f"""NOT EXISTS (SELECT 1 FROM case_subjects tied_case
                WHERE tied_case.case_id = {case} AND tied_case.subject_kind = 'shop'
                  AND tied_case.subject_id IN :tied)"""
        )
    if subject:
        conditions.append(
            f"""NOT ({subject}.subject_kind = 'shop' AND {subject}.subject_id IN :tied)
                AND NOT EXISTS (SELECT 1 FROM case_subjects mine
                    JOIN case_subjects tied_case ON tied_case.case_id = mine.case_id
                    WHERE mine.subject_kind = {subject}.subject_kind
                      AND mine.subject_id = {subject}.subject_id
                      AND tied_case.subject_kind = 'shop' AND tied_case.subject_id IN :tied)"""
        )
    return " AND ".join(conditions), {"tied": tied}


def check_apart(
    transaction: Transaction,
    caller: Caller,
    /,
    shops: Iterable[str | None] = (),
    *,
    case_id: str | None = None,
    step_id: str | None = None,
) -> None:
    """Raise NotAllowed if a caller has a tie to one of the shops, or to one of the case.

    Args:
        transaction: Where the records are.
        caller: Who reads.
        shops: Shops that a record names; None are passed over.
        case_id: Its case, if it has one.
        step_id: The step that it hangs on, if it has one: that step's case counts.
    """
    if step_id:
        row = transaction.one("SELECT case_id FROM steps WHERE step_id = :id", id=step_id)
        case_id = case_id or (str(row["case_id"]) if row else None)
    of_case = shops_of(transaction, case_id) if case_id else set()
    caller.check_shops({shop for shop in shops if shop} | of_case)

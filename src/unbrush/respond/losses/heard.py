"""What people have said at the desk: confirmed or reversed, case by case."""

from collections.abc import Iterable, Mapping
from typing import Any

from unbrush.base.records import Transaction

Subjects = list[tuple[str, str]]


def heard(
    transaction: Transaction, subjects: Iterable[Mapping[str, Any]]
) -> tuple[Subjects, Subjects]:
    """Return what people confirmed and what they reversed: kind and id.

    Of a case's shops and rings, the verdict that closed it; of single orders, any verdict or
    appeal.

    Args:
        transaction: A reading one.
        subjects: Of the case: subject_kind, subject_id.
    """
    asked = {(each["subject_kind"], each["subject_id"]) for each in subjects}
    said = {
        (row["subject_kind"], row["subject_id"]): bool(row["is_fake"])
        for row in transaction.all(
            """SELECT subject_kind, subject_id, is_fake FROM verdicts
               WHERE subject_kind IN ('order', 'shop', 'ring')"""
        )
    }
    said |= {
        (row["subject_kind"], row["subject_id"]): False
        for row in transaction.all(
            """SELECT subject_kind, subject_id FROM decisions
               WHERE human_outcome = 'reversed' AND subject_kind IN ('order', 'shop')"""
        )
    }
    heard_ = {
        each: is_fake for each, is_fake in said.items() if each in asked or each[0] == "order"
    }
    return (
        sorted(each for each, is_fake in heard_.items() if is_fake),
        sorted(each for each, is_fake in heard_.items() if not is_fake),
    )

"""Entries: what people adjudicated goes into a merchant's credit, in the transaction that does it.

Steps from L2 on when they come into force; closed cases that are confirmed; decisions of
authorities. Each keeps the preset and the counts of its moment, so that neither a later run nor a
later preset changes it. What becomes of it afterwards is read from its source, never copied.
"""

from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.credit.preset_file import read_preset
from unbrush.respond.desk.credit.presets import text_in_force

CERTAIN = frozenset({"E3", "confirmed", "authority"})
"""What an entry rests on that is certain from the start."""

_FROM_CASE = "L2"
"""A possible victim (L1) is left alone even where its case is confirmed."""


def step_entered(transaction: Transaction, at_ms: int, step: Row, /) -> None:
    """Enter a step that comes into force."""
    kind = read_preset(text_in_force(transaction)).class_of(step["rung"])
    _enter(
        transaction, at_ms, step["shop_id"], "step", step["step_id"], kind,
        strength=step["strength"], counts=_counts(transaction, step["shop_id"]),
    )  # fmt: skip


def case_entered(transaction: Transaction, at_ms: int, case: Row, /) -> None:
    """Enter a case that is closed as confirmed: lightly, for its shops that are no possible victim.

    Where the shop has had a step in this case, that counts in its place.
    """
    rows = transaction.all(
        """SELECT s.subject_id AS shop_id FROM case_subjects s
           JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = s.subject_id
           WHERE s.case_id = :id AND s.subject_kind = 'shop' AND d.rung >= :rung
             AND NOT EXISTS (
                 SELECT 1 FROM credit_items i LEFT JOIN steps t
                     ON i.source_kind = 'step' AND t.step_id = i.source_id
                 WHERE i.shop_id = s.subject_id
                   AND ((i.source_kind = 'case' AND i.source_id = :id)
                        OR (t.case_id = :id AND t.state <> 'overturned')))
           ORDER BY s.subject_id""",
        id=case["case_id"],
        rung=_FROM_CASE,
    )
    for row in rows:
        _enter(
            transaction, at_ms, row["shop_id"], "case", case["case_id"], "light",
            strength="confirmed", counts=_counts(transaction, row["shop_id"]),
        )  # fmt: skip


def authority_entered(transaction: Transaction, at_ms: int, decision: Row, /) -> None:
    """Enter a decision of an authority that two people have entered."""
    _enter(
        transaction, at_ms, decision["shop_id"], "authority", decision["decision_id"],
        decision["class"], strength="authority",
        counts={"n_fake": decision["n_fake"], "n_genuine": decision["n_genuine"], "run_id": None},
        began_at=int(decision["decided_on"]),
    )  # fmt: skip


def _counts(transaction: Transaction, shop_id: str) -> Row:
    """Return what the newest run counted of a shop; nothing if it did not."""
    row = transaction.one(
        "SELECT n_fake, n_genuine, run_id FROM shop_counts WHERE shop_id = :id", id=shop_id
    )
    return row or {"n_fake": None, "n_genuine": None, "run_id": None}


def _enter(
    transaction: Transaction,
    at_ms: int,
    shop_id: str,
    source_kind: str,
    source_id: str,
    kind: str,
    /,
    *,
    strength: str,
    counts: Row,
    began_at: int | None = None,
) -> None:
    item_id = f"I-{next_number(transaction, 'credit-item')}"
    text = text_in_force(transaction)
    add(
        transaction, "credit_items", item_id=item_id, shop_id=shop_id, source_kind=source_kind,
        source_id=source_id, **{"class": kind}, strength=strength, **counts, preset_text=text,
        began_at=at_ms if began_at is None else began_at, entered_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, "system", "credit.entered", "shop", shop_id, item=item_id,
        source=source_id, kind=kind, preset=read_preset(text).version,
    )  # fmt: skip

"""Entries: what people adjudicated goes into a merchant's credit, in the transaction that does it.

Steps from L2 on when they come into force; closed cases that are confirmed; decisions of
authorities. Each keeps the preset and the counts of its moment, so that neither a later run nor a
later preset changes it. What becomes of it afterwards is read from its source, never copied.
"""

from collections.abc import Sequence

from unbrush.base.records import Row, Transaction, add_many, next_numbers
from unbrush.respond.desk.audit import Entry, note_many
from unbrush.respond.desk.credit.preset_file import read_preset
from unbrush.respond.desk.credit.presets import keep_text, text_in_force

CERTAIN = frozenset({"E3", "confirmed", "authority"})
"""What an entry rests on that is certain from the start."""

_COLUMNS = (
    "item_id", "shop_id", "source_kind", "source_id", "class", "strength", "n_fake", "n_genuine",
    "run_id", "preset_text", "began_at", "entered_at",
)  # fmt: skip

_FROM_CASE = "L2"
"""A possible victim (L1) is left alone even where its case is confirmed."""


def step_entered(transaction: Transaction, at_ms: int, step: Row, /) -> None:
    """Enter a step that comes into force."""
    kind = read_preset(text_in_force(transaction)).class_of(step["rung"])
    _enter(
        transaction, at_ms, [_counted(transaction, step["shop_id"])], "step", step["step_id"], kind,
        strength=step["strength"],
    )  # fmt: skip


def case_entered(transaction: Transaction, at_ms: int, case: Row, /) -> None:
    """Enter a case that is closed as confirmed: lightly, for its shops that are no possible victim.

    Where the shop has had a step in this case, that counts in its place.
    """
    rows = transaction.all(
        """SELECT s.subject_id AS shop_id, c.n_fake, c.n_genuine, c.run_id FROM case_subjects s
           JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = s.subject_id
           LEFT JOIN shop_counts c ON c.shop_id = s.subject_id
           WHERE s.case_id = :id AND s.subject_kind = 'shop' AND d.rung >= :rung
             AND coalesce(d.human_outcome, '') <> 'reversed'
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
    _enter(
        transaction, at_ms, rows, "case", case["case_id"], "light", strength="confirmed"
    )  # fmt: skip


def authority_entered(transaction: Transaction, at_ms: int, decision: Row, /) -> None:
    """Enter a decision of an authority that two people have entered."""
    shop = {
        "shop_id": decision["shop_id"], "n_fake": decision["n_fake"],
        "n_genuine": decision["n_genuine"], "run_id": None,
    }  # fmt: skip
    _enter(
        transaction, at_ms, [shop], "authority", decision["decision_id"], decision["class"],
        strength="authority", began_at=int(decision["decided_on"]),
    )  # fmt: skip


def _counted(transaction: Transaction, shop_id: str) -> Row:
    """Return a shop with what the newest run counted of it; nothing if it did not."""
    row = transaction.one("SELECT * FROM shop_counts WHERE shop_id = :id", id=shop_id)
    return row or {"shop_id": shop_id, "n_fake": None, "n_genuine": None, "run_id": None}


def _enter(
    transaction: Transaction,
    at_ms: int,
    shops: Sequence[Row],
    source_kind: str,
    source_id: str,
    kind: str,
    /,
    *,
    strength: str,
    began_at: int | None = None,
) -> None:
    """Make one entry for each of ``shops``, which are given with their counts."""
    if not shops:
        return
    text = text_in_force(transaction)
    name, version = keep_text(transaction, text), read_preset(text).version
    numbers = next_numbers(transaction, "credit-item", len(shops))
    ids = [f"I-{number}" for number in numbers]
    rows = [
        (item_id, shop["shop_id"], source_kind, source_id, kind, strength, shop["n_fake"],
         shop["n_genuine"], shop["run_id"], name, at_ms if began_at is None else began_at, at_ms)
        for item_id, shop in zip(ids, shops, strict=True)
    ]  # fmt: skip
    add_many(transaction, "credit_items", _COLUMNS, rows)
    entries = [
        Entry("credit.entered", "shop", shop["shop_id"], {
            "item": item_id, "source": source_id, "kind": kind, "preset": version,
        })
        for item_id, shop in zip(ids, shops, strict=True)
    ]  # fmt: skip
    note_many(transaction, at_ms, "system", entries)

"""What people at the desk did against a warning → the event table `staff_actions`.

So that `insider-override` and `self-approval` watch the desk as they watch the platform's staff: a
case closed as refuted or over findings that stand, a step refused or lifted, a hold let go, an
appeal that turned a step over. Of what two people did, the first is the one who asked for it.
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from unbrush.base.records import Row, Transaction

STAFF_ACTIONS = pa.schema(
    [
        ("action_id", pa.string()),
        ("staff_id", pa.string()),
        ("kind", pa.string()),
        ("subject_kind", pa.string()),
        ("subject_id", pa.string()),
        ("at", pa.int64()),
        ("reason", pa.string()),
        ("approver_id", pa.string()),
    ]
)
"""As the event table; ``staff_id`` is the person's id at the desk, ``at`` is epoch ms UTC."""

_ACTIONS = {
    "case.moved": "alert_close",
    "step.refused": "override",
    "step.lifted": "override",
    "hold.released": "payout_release",
    "appeal.decided": "override",
}
"""Entries of the audit that may go against a warning, and what the table calls them."""


def staff_actions(transaction: Transaction) -> pa.Table:
    """Return one row for each shop that something was done for, in the order of the audit."""
    entries = transaction.all(
        """SELECT * FROM audit_log WHERE action IN :actions AND actor <> 'system' ORDER BY seq""",
        actions=list(_ACTIONS),
    )
    rows = [row for entry in entries for row in _rows(transaction, entry)]
    return pa.Table.from_pylist(rows, schema=STAFF_ACTIONS)


def _rows(transaction: Transaction, entry: Row) -> Iterator[dict[str, Any]]:
    detail = json.loads(entry["detail"])
    for shop_id, approver in _about(transaction, entry, detail):
        yield {
            "action_id": f"desk-{entry['seq']}-{shop_id}",
            "staff_id": detail.get("proposed_by", entry["actor"]),
            "kind": _ACTIONS[entry["action"]],
            "subject_kind": "shop",
            "subject_id": shop_id,
            "at": int(entry["noted_at"]),
            "reason": detail.get("reason"),
            "approver_id": approver,
        }


def _about(
    transaction: Transaction, entry: Row, detail: dict[str, Any]
) -> list[tuple[str, str | None]]:
    """Return the shops that an entry goes against a warning of, and who else had to agree."""
    confirmed_by = str(entry["actor"]) if "override" in detail else None
    match entry["action"]:
        case "case.moved" if confirmed_by or detail.get("outcome") == "refuted":
            shops = transaction.all(
                """SELECT subject_id FROM case_subjects
                   WHERE case_id = :id AND subject_kind = 'shop' ORDER BY subject_id""",
                id=entry["subject_id"],
            )
            return [(str(shop["subject_id"]), confirmed_by) for shop in shops]
        case "step.refused" | "step.lifted":
            step = transaction.one(
                "SELECT shop_id, proposed_by FROM steps WHERE step_id = :id", id=entry["subject_id"]
            )
            return [(str(step["shop_id"]), confirmed_by)] if step else []
        case "hold.released" if detail.get("cause") == "person":
            return [(str(detail["shop"]), confirmed_by)]
        case "appeal.decided" if detail.get("outcome") == "overturned":
            appeal = transaction.one(
                "SELECT filed_by FROM appeals WHERE appeal_id = :id", id=entry["subject_id"]
            )
            # The merchant asked for it: nobody decides one on their own.
            return [(str(detail["shop"]), str(appeal["filed_by"]) if appeal else None)]
    return []

"""The audit, to be read and verified; reading it is an entry, too."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query

from unbrush.base.records import Row
from unbrush.respond.desk.audit import note, sign_checkpoint
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import Caller
from unbrush.serve.api.callers import DeskOf, Writing, may
from unbrush.serve.api.shapes import WHOLE, Page, PageSize

router = APIRouter(tags=["audit"])

AuditRead = Annotated[Caller, may("audit.read")]
AuditSign = Annotated[Caller, may("audit.sign")]


@router.get("/audit")
def read_audit(
    desk: DeskOf,
    caller: AuditRead,
    transaction: Writing,
    n: PageSize = 50,
    after: Annotated[int, Query(ge=0, le=WHOLE, description="Number of the last entry read.")] = 0,
) -> Page:
    """Read entries in order; of one about a tip from inside about you, only the number is told."""
    rows = transaction.all(
        """SELECT a.*, r.about_person_id FROM audit_log a
           LEFT JOIN reports r ON a.subject_kind = 'report' AND r.report_id = a.subject_id
           WHERE a.seq > :after ORDER BY a.seq LIMIT :n""",
        after=after,
        n=n + 1,
    )
    note(transaction, desk.clock(), caller.person_id, "audit.read", "audit", str(after))
    shown = [_shown(row, caller.person_id) for row in rows[:n]]
    return Page(rows=shown, next=str(shown[-1]["seq"]) if len(rows) > n else None)


def _shown(row: Row, reader: str) -> dict[str, Any]:
    """Return an entry as its reader may see it."""
    entry = {key: value for key, value in row.items() if key != "about_person_id"}
    if row["about_person_id"] == reader:
        hidden = dict.fromkeys(entry, "") | {"noted_at": 0, "action": "withheld", "detail": {}}
        return hidden | {"seq": row["seq"]}
    return entry | {"detail": json.loads(row["detail"])}


@router.post("/audit/checkpoints", status_code=201)
def sign_the_audit(desk: DeskOf, caller: AuditSign, transaction: Writing) -> dict[str, Any]:
    """Sign the chain as it stands: keep what is returned elsewhere, too."""
    at_ms = desk.clock()
    note(transaction, at_ms, caller.person_id, "audit.signed", "audit", desk.signer.key_id)
    checkpoint = sign_checkpoint(transaction, desk.signer, at_ms, every=1)
    return {**(checkpoint or {}), "public_key": desk.signer.public}


@router.get("/audit/faults")
def verify_audit(desk: DeskOf, caller: AuditRead, transaction: Writing) -> dict[str, Any]:
    """Read the whole chain and say what was changed, removed, moved or cut off."""
    faults = audit_faults(transaction, [desk.signer.public])
    note(transaction, desk.clock(), caller.person_id, "audit.verified", "audit", str(len(faults)))
    return {
        "is_whole": not faults,
        "faults": [
            {"seq": each.seq, "kind": each.kind, "zh": each.words.zh, "en": each.words.en}
            for each in faults
        ],
    }

"""Evidence: what a reporter sends. The original is sealed; people see a clean copy.

What comes in here was opened already, by whoever may open files of anybody: a picture was decoded
and encoded anew, so that nothing but its pixels is left in the copy.
"""

from dataclasses import dataclass

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.reports.looks import first_like
from unbrush.respond.desk.reports.vault import Vault

MOST_FILES = 12
_COMPARED = 5_000
"""Pictures of other reports, the newest first, that a new one is compared with."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file that was opened safely.

    Attributes:
        kind: picture, text or pdf.
        format: jpeg, png, webp, txt or pdf.
        original: The file as it came.
        copy: What is left of it when all but pixels or words is taken away; of a PDF, which nobody
            opens here, all of it.
        copy_type: Media type of the copy.
        sha256: Of the original, hexadecimal.
        look: What a picture looks like (`looks.look_of`); empty for a text.
        traces: Names of traces of editing.
    """

    kind: str
    format: str
    original: bytes
    copy: bytes
    copy_type: str
    sha256: str
    look: str = ""
    traces: tuple[str, ...] = ()


def add_evidence(
    transaction: Transaction, vault: Vault, at_ms: int, report: Row, opened: Opened, /
) -> str:
    """Keep a file with a report and return its id; the same file again is the same evidence.

    Raises:
        Conflict: The report is closed.
        BadRecord: There are as many as may be.
    """
    report_id = report["report_id"]
    if report["state"] == "closed":
        raise Conflict(f"{report_id} is closed.", hint="Open it again with what is new.")
    there = transaction.all(
        """SELECT evidence_id, sha256 FROM report_evidence
           WHERE report_id = :id AND erased_at IS NULL""",
        id=report_id,
    )
    for row in there:
        if row["sha256"] == opened.sha256:
            return str(row["evidence_id"])
    if len(there) >= MOST_FILES:
        raise BadRecord(
            f"A report has {MOST_FILES} files at most.", hint="Send the most telling ones."
        )
    evidence_id = f"E-{next_number(transaction, 'report evidence')}"
    vault.put_file(f"{evidence_id}-original", opened.original)
    vault.put_file(f"{evidence_id}-copy", opened.copy)
    add(
        transaction, "report_evidence", evidence_id=evidence_id, report_id=report_id,
        kind=opened.kind, format=opened.copy_type, n_bytes=len(opened.original),
        sha256=opened.sha256, look=opened.look, traces=" ".join(opened.traces),
        same_as=_same_as(transaction, report_id, opened), added_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, "reporter", "report.evidence", "report", report_id,
        evidence=evidence_id, sha256=opened.sha256, n_bytes=len(opened.original),
    )  # fmt: skip
    return evidence_id


def _same_as(transaction: Transaction, report_id: str, opened: Opened) -> str | None:
    """Return evidence of another report that is the same file, or shows the same picture."""
    # A tip from inside is compared with nothing and nothing with it: matches would show it.
    others = """FROM report_evidence e JOIN reports r ON r.report_id = e.report_id
        WHERE e.report_id <> :id AND r.kind <> 'insider-tip' AND e.erased_at IS NULL"""
    own = transaction.one("SELECT kind FROM reports WHERE report_id = :id", id=report_id)
    if own is None or own["kind"] == "insider-tip":
        return None
    same = transaction.one(
        f"""SELECT e.evidence_id {others} AND e.sha256 = :sha256
            ORDER BY e.added_at, e.evidence_id LIMIT 1""",
        id=report_id,
        sha256=opened.sha256,
    )
    if same or not opened.look:
        return str(same["evidence_id"]) if same else None
    held = transaction.all(
        f"""SELECT e.evidence_id, e.look {others} AND e.look <> ''
            ORDER BY e.added_at DESC, e.evidence_id LIMIT :n""",
        id=report_id,
        n=_COMPARED,
    )
    place = first_like(opened.look, [row["look"] for row in held])
    return str(held[place]["evidence_id"]) if place >= 0 else None


def evidence_of(transaction: Transaction, report_id: str) -> list[Row]:
    """Return a report's evidence without its content, in the order in which it came."""
    return transaction.all(
        """SELECT evidence_id, kind, format, n_bytes, sha256, traces, same_as, added_at, erased_at
           FROM report_evidence WHERE report_id = :id ORDER BY added_at, evidence_id""",
        id=report_id,
    )


def read_evidence(
    transaction: Transaction,
    vault: Vault,
    at_ms: int,
    report_id: str,
    evidence_id: str,
    /,
    *,
    by: str,
    reason: str,
    original: bool = False,
) -> tuple[bytes, str]:
    """Return the copy, or the original, and its media type; the reading is in the audit.

    Raises:
        BadRecord: The original without a reason.
        NoSuchRecord: The report has no such evidence, or it was erased.
    """
    row = transaction.one(
        """SELECT format FROM report_evidence
           WHERE evidence_id = :id AND report_id = :report_id AND erased_at IS NULL""",
        id=evidence_id,
        report_id=report_id,
    )
    if row is None:
        raise NoSuchRecord(f"{report_id} has no evidence {evidence_id}.", hint="It lists its own.")
    if original and not reason.strip():
        raise BadRecord("An original is not read without a reason.", hint="One sentence.")
    what = "original" if original else "copy"
    note(
        transaction, at_ms, by, "vault.read", "report", report_id,
        what=what, evidence=evidence_id, reason=reason.strip(),
    )  # fmt: skip
    content = vault.get_file(f"{evidence_id}-{what}")
    return content, "application/octet-stream" if original else str(row["format"])

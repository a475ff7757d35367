"""Submitting: a draft becomes a report that is owed an answer, in one step and with dates."""

from unbrush.base.errors import BadRecord, Conflict
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.reports.casing import join_case
from unbrush.respond.desk.reports.changing import change, tell
from unbrush.respond.desk.reports.checking import Checked, keep_checks
from unbrush.respond.desk.reports.clocks import clocks_of
from unbrush.respond.desk.reports.floods import join_flood
from unbrush.respond.desk.reports.intake import report_of
from unbrush.respond.desk.reports.kinds import KINDS
from unbrush.respond.desk.reports.marks import tie_marks
from unbrush.respond.desk.reports.reliability import weight_of
from unbrush.respond.desk.reports.vault import Vault


def submit(
    transaction: Transaction,
    vault: Vault,
    at_ms: int,
    report_id: str,
    /,
    *,
    checked: Checked,
    affirms_truth: bool,
) -> Row:
    """Submit a draft: start its clocks, keep what was looked up, join flood and case, give advice.

    Raises:
        BadRecord: The reporter does not say that it is true as far as they know.
        Conflict: It was submitted already.
    """
    report = report_of(transaction, report_id)
    if report["state"] != "draft":
        raise Conflict(f"{report_id} was submitted already.", hint="Add what is new as a message.")
    if not affirms_truth:
        raise BadRecord(
            "A report is submitted with the statement that it is true as far as you know.",
            hint="To be mistaken is no fault; to say what one knows to be false is.",
        )
    clocks = clocks_of(report["kind"], at_ms)
    own_ties = set(str(report["ties"]).split())
    if report["kind"] != "insider-tip":
        own_ties |= set(tie_marks(vault, checked.ties).split())
    change(
        transaction, at_ms, report, state="received", submitted_at=at_ms,
        shop_id=report["shop_id"] or checked.shop_id, ties=" ".join(sorted(own_ties)),
        triage_due_at=clocks.triage, reply_due_at=clocks.reply, decide_due_at=clocks.decide,
        weight=weight_of(transaction, at_ms, report, in_flood=False),
    )  # fmt: skip
    note(transaction, at_ms, "reporter", "report.submitted", "report", report_id)
    keep_checks(transaction, at_ms, report_id, checked.checks)
    change(transaction, at_ms, report_of(transaction, report_id), state="verified")
    join_flood(transaction, at_ms, report_of(transaction, report_id))
    report = report_of(transaction, report_id)
    case_id = join_case(transaction, at_ms, report)
    if case_id:
        change(transaction, at_ms, report, state="in-case", case_id=case_id, triaged_at=at_ms)
        note(
            transaction, at_ms, "system", "report.joined", "report", report_id,
            case=case_id, flood=report["flood_id"],
        )  # fmt: skip
    advice = KINDS[report["kind"]].advice
    if advice:
        tell(transaction, at_ms, report_id, "system", advice)
    if clocks.note:
        tell(transaction, at_ms, report_id, "system", clocks.note)
    tell(transaction, at_ms, report_id, "system", _THANKS)
    return report_of(transaction, report_id)


_THANKS = Words(
    "已收到您的举报。仅凭举报不会对任何人采取措施，我们会先核实事实。",
    "Your report was received. Nothing is done to anybody on a report alone: the facts are checked "
    "first.",
)

"""Reports of consumers: what they say, what proves it, what was answered, what was sealed."""

import sqlalchemy as sa
from alembic import op

revision = "reports"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _reports()
    _evidence()
    _answers()


def _id(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=True)


def _text(name: str, to: str = "", *, null: bool = False) -> "sa.Column[str]":
    link = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, sa.Text, *link, nullable=null)


def _whole(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=null)


def _reports() -> None:
    op.create_table(
        "floods",  # many reports at once that hang together: looked at as one
        _id("flood_id"),
        _text("shop_id"),
        _text("ties"),  # names of what ties them, spaces between
        _whole("found_at"),
    )
    op.create_table(
        "reports",
        _id("report_id"),
        sa.Column("receipt_hash", sa.Text, nullable=False, unique=True),
        _text("track"),  # report: a violation; complaint: the reporter's own dispute
        _text("kind"),
        _text("contact_mode"),  # named, confidential, anonymous
        _text("shop_id", null=True),
        _text("item_id", null=True),
        _text("order_id", null=True),
        _text("waybill_id", null=True),
        _text("review_id", null=True),
        _whole("happened_at", null=True),
        _whole("paid_minor", null=True),
        _text("about_person_id", null=True),  # staff that an insider's tip is about
        # Keyed marks by which reports of one hand are known; gone when the reporter is erased.
        _text("reporter_mark"),  # of the account or contact; empty for nobody known
        _text("ties"),  # of account, device and what links the account, spaces between
        _text("text_marks"),  # of the words
        _text("state"),
        _text("outcome", null=True),
        _text("case_id", "cases.case_id", null=True),
        _text("flood_id", "floods.flood_id", null=True),
        sa.Column("weight", sa.Float(53), nullable=False),  # in the queue only
        _whole("filed_at"),
        _whole("submitted_at", null=True),
        _whole("triage_due_at", null=True),
        _whole("reply_due_at", null=True),
        _whole("decide_due_at", null=True),
        _whole("triaged_at", null=True),
        _whole("replied_at", null=True),
        _whole("decided_at", null=True),
        _text("decided_by", null=True),
        _whole("extended_at", null=True),
        _whole("closed_at", null=True),
        _text("held_by", null=True),  # who put it under legal hold
        _text("held_because", null=True),
        _whole("erased_at", null=True),
        _whole("changed_at"),
        _whole("version"),
    )
    op.create_index("reports_by_state_weight", "reports", ["state", "weight"])
    op.create_index("reports_by_shop", "reports", ["shop_id", "submitted_at"])
    op.create_index("reports_by_reporter", "reports", ["reporter_mark"])
    op.create_index("reports_by_case", "reports", ["case_id"])


def _evidence() -> None:
    op.create_table(
        "report_evidence",
        _id("evidence_id"),
        _text("report_id", "reports.report_id"),
        _text("kind"),  # picture, text
        _text("format"),
        _whole("n_bytes"),
        _text("sha256"),  # of the original
        _text("look"),  # how a picture looks, to know it again
        _text("traces"),  # of editing, spaces between
        _text("same_as", null=True),  # evidence of another report that shows the same
        _whole("added_at"),
        _whole("erased_at", null=True),
    )
    op.create_index("report_evidence_by_report", "report_evidence", ["report_id"])
    op.create_index("report_evidence_by_sha256", "report_evidence", ["sha256"])
    op.create_table(
        "report_checks",  # what the records of the market say of what a report states
        _id("report_id"),
        _id("name"),
        _text("verdict"),  # agrees, contradicts, unchecked
        _text("zh"),
        _text("en"),
        _whole("checked_at"),
    )


def _answers() -> None:
    op.create_table(
        "report_messages",
        _id("message_id"),
        _text("report_id", "reports.report_id"),
        _text("sender"),  # a person's id, `system`, or `reporter`
        _whole("sent_at"),
        _text("zh"),  # empty for the reporter's, which are sealed
        _text("en"),
    )
    op.create_index("report_messages_by_report", "report_messages", ["report_id", "sent_at"])
    op.create_table(
        "sealed",  # encrypted by the vault's key; without it this is noise
        _id("sealed_id"),
        _text("report_id", "reports.report_id"),
        _text("what"),  # identity, statement, message
        _text("content"),
    )
    op.create_index("sealed_by_report", "sealed", ["report_id"])

"""The desk: audit, people, runs and decisions, cases, steps of the ladder, appeals, outbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _audit()
    _people()
    _runs()
    _cases()
    _steps()
    _outbox()


def _id(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=True)


def _text(name: str, to: str = "", *, null: bool = False) -> "sa.Column[str]":
    link = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, sa.Text, *link, nullable=null)


def _whole(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=null)


def _real(name: str, *, null: bool = False) -> "sa.Column[float]":
    return sa.Column(name, sa.Float(53), nullable=null)


def _index(table: str, columns: Sequence[str]) -> None:
    op.create_index(f"{table}_by_{'_'.join(columns)}", table, list(columns))


def _audit() -> None:
    op.create_table("counters", _id("name"), _whole("value"))
    # One row: whoever writes to the chain holds it until the transaction ends.
    op.create_table(
        "audit_head", sa.Column("id", sa.Integer, primary_key=True), _whole("seq"), _text("hash")
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _whole("noted_at"),
        _text("actor"),  # a person's id, or `system`
        _text("action"),
        _text("subject_kind"),
        _text("subject_id"),
        _text("detail"),  # a JSON object in canonical form
        _text("previous"),
        _text("hash"),
    )
    _index("audit_log", ["subject_kind", "subject_id", "seq"])
    op.create_table(
        "audit_checkpoints",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("hash"),
        _whole("signed_at"),
        _text("key_id"),
        _text("signature"),
    )


def _people() -> None:
    op.create_table(
        "people",
        _id("person_id"),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        _text("name"),
        _text("password_hash", null=True),
        sa.Column("oidc_subject", sa.Text, nullable=True, unique=True),
        _whole("created_at"),
        _whole("disabled_at", null=True),
        _whole("version"),
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.person_id"), primary_key=True),
        _id("role"),
    )
    # `member`: acts for the shop, as its merchant; `tie`: staff with an interest in it.
    op.create_table(
        "person_shops",
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.person_id"), primary_key=True),
        _id("shop_id"),
        _id("kind"),
    )
    op.create_table(
        "tickets",  # sessions, keys of programs and one-time links, all known by a hash alone
        _id("ticket_hash"),
        sa.Column("ticket_id", sa.Text, nullable=False, unique=True),
        _text("kind"),  # session, key, link
        _text("person_id", "people.person_id"),
        _text("name"),
        _text("scopes"),  # names of acts, spaces between; `*` for all that the person may do
        _whole("created_at"),
        _whole("expires_at", null=True),
        _whole("ended_at", null=True),
    )
    _index("tickets", ["person_id"])


def _runs() -> None:
    op.create_table(
        "runs",
        _id("run_id"),  # from the content of its decisions: the same run is one run
        _whole("imported_at"),
        _text("policy_version"),
        _whole("n_decisions"),
        _text("folder"),
        _text("summary"),
    )
    op.create_table(
        "decisions",
        _id("subject_kind"),
        _id("subject_id"),
        _text("run_id", "runs.run_id"),
        _text("rung"),
        _real("probability", null=True),
        _text("elements"),
        _text("families"),
        _text("strength"),
        _text("ring_id", null=True),
        _text("rule"),
        _text("shop_id", null=True),
        # What a person decided stands, whatever a later run says: `upheld`, `reversed`.
        _text("human_outcome", null=True),
        _text("human_by", null=True),
        _whole("human_at", null=True),
    )
    _index("decisions", ["ring_id"])
    _index("decisions", ["rung", "subject_kind"])
    op.create_table(  # what a run says while it is being compared with what is there
        "incoming_decisions",
        _id("subject_kind"),
        _id("subject_id"),
        _text("rung"),
        _real("probability", null=True),
        _text("elements"),
        _text("families"),
        _text("strength"),
        _text("ring_id", null=True),
        _text("rule"),
        _text("shop_id", null=True),
    )
    op.create_table(
        "past_decisions",
        _id("subject_kind"),
        _id("subject_id"),
        _id("run_id"),
        _text("rung"),
        _real("probability", null=True),
        _text("rule"),
        _text("replaced_by"),  # the run that says otherwise
    )


def _cases() -> None:
    op.create_table(
        "cases",
        _id("case_id"),
        _text("kind"),  # ring, shop
        _text("title"),
        _text("state"),
        _text("outcome", null=True),
        _text("assignee", "people.person_id", null=True),
        _whole("harm_minor"),  # turnover that does not count
        _real("queue_key"),  # harm and age in one number, highest first
        _text("rung"),  # the highest that a run proposes for one of its subjects
        _whole("opened_at"),
        _whole("changed_at"),
        _whole("due_at"),
        _whole("closed_at", null=True),
        _text("merged_into", null=True),
        _text("run_id", null=True),
        _whole("version"),
    )
    _index("cases", ["state", "queue_key", "case_id"])
    _index("cases", ["assignee", "state"])
    op.create_table(
        "case_subjects",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
        _id("subject_kind"),
        _id("subject_id"),
    )
    _index("case_subjects", ["subject_kind", "subject_id"])
    op.create_table(
        "case_notes",
        _id("note_id"),
        _text("case_id", "cases.case_id"),
        _text("author"),
        _whole("written_at"),
        _text("text"),
    )
    _index("case_notes", ["case_id", "written_at"])
    op.create_table(
        "attachments",
        _id("attachment_id"),
        _text("case_id", "cases.case_id"),
        _text("sha256"),
        _text("name"),
        _text("media_type"),
        _whole("n_bytes"),
        _text("added_by"),
        _whole("added_at"),
    )
    _index("attachments", ["case_id"])
    op.create_table(
        "verdicts",  # labels that go back to `judge`
        _id("subject_kind"),
        _id("subject_id"),
        _whole("is_fake"),  # 1 or 0
        _text("source"),
        _text("case_id", "cases.case_id"),
        _text("given_by"),
        _whole("given_at"),
    )


def _steps() -> None:
    op.create_table(
        "steps",
        _id("step_id"),
        _text("case_id", "cases.case_id"),
        _text("shop_id"),
        _text("rung"),
        _text("state"),  # proposed, in-force, refused, lifted, expired, overturned
        _text("facts_zh"),
        _text("facts_en"),
        _text("basis"),
        _text("proportionality"),
        _text("strength"),
        _text("proposed_by"),
        _whole("proposed_at"),
        _whole("starts_at", null=True),
        _whole("ends_at", null=True),
        _whole("term_ms", null=True),
        _text("notice_zh", null=True),
        _text("notice_en", null=True),
        _whole("changed_at"),
        _whole("version"),
    )
    _index("steps", ["shop_id", "state"])
    _index("steps", ["case_id"])
    _index("steps", ["state", "ends_at"])
    op.create_table(
        "approvals",
        sa.Column("step_id", sa.Text, sa.ForeignKey("steps.step_id"), primary_key=True),
        _id("person_id"),
        _text("verdict"),  # approve, refuse
        _text("reason"),
        _whole("given_at"),
    )
    op.create_table(
        "appeals",
        _id("appeal_id"),
        _text("step_id", "steps.step_id", null=True),  # none: against orders that do not count
        _text("shop_id"),
        _text("text"),
        _text("filed_by"),
        _whole("filed_at"),
        _whole("due_at"),
        _text("state"),  # open, upheld, overturned, partly
        _text("decided_by", null=True),
        _whole("decided_at", null=True),
        _text("reason", null=True),
        _whole("version"),
    )
    _index("appeals", ["step_id"])
    _index("appeals", ["state", "due_at"])


def _outbox() -> None:
    op.create_table(
        "idempotency",
        _id("person_id"),
        _id("key"),
        _text("request_hash"),
        sa.Column("status", sa.Integer, nullable=False),
        _text("body"),
        _whole("kept_at"),
    )

"""Settlement: holds, blocked payers, the outbox, and where it is delivered to."""

import sqlalchemy as sa
from alembic import op

revision = "settlement"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _holds()
    _blocks()
    _hooks()


def _id(name: str, to: str = "") -> "sa.Column[str]":
    link = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, sa.Text, *link, primary_key=True)


def _text(name: str, to: str = "", *, null: bool = False) -> "sa.Column[str]":
    link = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, sa.Text, *link, nullable=null)


def _whole(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=null)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"{table}_by_{'_'.join(columns)}", table, list(columns))


def _holds() -> None:
    op.create_table(
        "holds",
        _id("hold_id"),
        _text("step_id", "steps.step_id"),
        _text("shop_id"),
        _text("kind"),  # subsidy, payout
        _text("state"),  # proposed, in-force, refused, released
        _whole("amount_minor"),
        _text("currency"),
        _whole("most_minor"),  # what the run allowed when it was proposed
        _text("run_id", "runs.run_id"),
        _text("reason_zh"),
        _text("reason_en"),
        _text("basis"),
        _whole("term_ms"),
        _text("proposed_by"),
        _whole("proposed_at"),
        _text("decided_by", null=True),
        _whole("decided_at", null=True),
        _text("decided_because", null=True),
        _whole("starts_at", null=True),
        _whole("ends_at", null=True),
        _whole("released_at", null=True),
        _text("released_by", null=True),
        _text("release_cause", null=True),  # term, person, appeal, step-ended, run
        _text("release_reason", null=True),
        _whole("changed_at"),
        _whole("version"),
    )
    _index("holds", "shop_id", "state")
    _index("holds", "step_id")
    _index("holds", "state", "ends_at")
    op.create_table(
        "held_grants",  # the subsidies that a hold keeps back
        _id("hold_id", "holds.hold_id"),
        _id("grant_id"),
        _text("order_id"),
        _whole("amount_minor"),
    )
    _index("held_grants", "grant_id")


def _blocks() -> None:
    op.create_table(
        "payer_blocks",
        _id("block_id"),
        _text("case_id", "cases.case_id"),
        _text("state"),  # proposed, in-force, refused, lifted, expired
        _text("reason_zh"),
        _text("reason_en"),
        _text("basis"),
        _whole("term_ms"),
        _text("run_id", "runs.run_id"),
        _text("simulated"),  # JSON: what the block would have stopped, and whom it would have hit
        _whole("n_innocents"),
        _whole("n_accounts"),
        _whole("stopped_minor"),
        _text("proposed_by"),
        _whole("proposed_at"),
        _whole("starts_at", null=True),
        _whole("ends_at", null=True),
        _text("end_reason", null=True),
        _whole("changed_at"),
        _whole("version"),
    )
    _index("payer_blocks", "state", "ends_at")
    _index("payer_blocks", "case_id")
    op.create_table("blocked_tokens", _id("block_id", "payer_blocks.block_id"), _id("token"))
    _index("blocked_tokens", "token")
    op.create_table(
        "block_approvals",
        _id("block_id", "payer_blocks.block_id"),
        _id("person_id"),
        _text("verdict"),  # approve, refuse
        _text("reason"),
        _whole("given_at"),
    )
    op.create_table(
        "block_list",  # what the platform reads on from where it was
        _number("seq"),
        _text("token"),
        _text("action"),  # block, unblock
        _text("block_id", "payer_blocks.block_id"),
        _whole("at_ms"),
        _whole("ends_at", null=True),
    )


def _hooks() -> None:
    op.create_table(
        "hooks",
        _id("hook_id"),
        _text("name"),
        _text("url"),
        _text("kinds"),  # of events, spaces between; `*` for all
        _text("created_by"),
        _whole("created_at"),
        _whole("ended_at", null=True),
        _whole("version"),
    )
    op.create_table(
        "hook_secrets",  # the secret itself is derived from this and the desk's key
        _id("secret_id"),
        _text("hook_id", "hooks.hook_id"),
        _whole("made_at"),
        _whole("ends_at", null=True),
    )
    _index("hook_secrets", "hook_id")
    op.create_table(
        "outbox",
        _number("seq"),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        _whole("told_at"),
        _text("kind"),
        _text("subject_kind"),
        _text("subject_id"),
        _text("body"),
    )
    op.create_table(
        "deliveries",
        _id("hook_id", "hooks.hook_id"),
        sa.Column(
            "seq", sa.BigInteger, sa.ForeignKey("outbox.seq"), primary_key=True, autoincrement=False
        ),
        _text("subject"),  # kind and id: what is told of one goes in order
        _text("state"),  # waiting, delivered, dead
        _whole("n_tries"),
        _whole("next_at"),
        _whole("taken_until"),  # a deliverer has it until then; 0 for none
        _text("taken_by"),
        _whole("last_status", null=True),
        _text("last_error", null=True),
        _whole("ended_at", null=True),
    )
    _index("deliveries", "state", "next_at")
    _index("deliveries", "hook_id", "subject", "state", "seq")

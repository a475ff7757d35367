"""Sharing: what goes to other bodies, on whose word; and hints that came from them."""

import sqlalchemy as sa
from alembic import op

revision = "sharing"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "shares",
        _id("share_id"),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False),
        _text("recipient_kind"),
        _text("recipient"),
        _text("purpose"),
        _text("tlp"),
        _whole("confidence"),
        _whole("term_ms"),
        _text("state"),  # proposed, in-force, refused, revoked, expired
        _whole("valid_until", null=True),
        _text("proposed_by"),
        _whole("proposed_at"),
        _text("decided_by", null=True),
        _whole("decided_at", null=True),
        _text("decided_because", null=True),
        _whole("changed_at"),
        _whole("version"),
    )
    op.create_index("shares_by_state", "shares", ["state", "valid_until"])
    op.create_index("shares_by_case", "shares", ["case_id"])
    op.create_table(
        "share_indicators",
        sa.Column("share_id", sa.Text, sa.ForeignKey("shares.share_id"), primary_key=True),
        _id("stix_id"),
        _text("kind"),  # organisation, domain, tool
        _text("name"),
        _text("number"),  # of an organisation
        _text("version"),  # of a tool
        _text("shop_id"),  # whose finding it rests on; never sent
        _whole("revoked_at", null=True),
        _text("revoked_because", null=True),
    )
    op.create_index("share_indicators_by_shop", "share_indicators", ["shop_id"])
    op.create_table(
        "hints",
        _id("source"),
        _id("stix_id"),
        _text("kind"),
        _text("value"),
        _text("version"),
        _text("tlp"),
        _whole("confidence"),
        # Nobody here has seen what it rests on: it can never be more.
        sa.Column("strength", sa.Text, sa.CheckConstraint("strength = 'E1'"), nullable=False),
        _whole("modified_at"),
        _whole("valid_until", null=True),
        _whole("revoked_at", null=True),
        _text("imported_by"),
        _whole("imported_at"),
    )
    op.create_index("hints_by_value", "hints", ["kind", "value"])


def _id(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=True)


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=null)


def _whole(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=null)

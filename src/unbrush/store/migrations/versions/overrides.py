"""Overrides: what one person would do against findings that stand, and another allows."""

import sqlalchemy as sa
from alembic import op

revision = "overrides"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "overrides",
        sa.Column("override_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),  # case, step, hold
        sa.Column("record_id", sa.Text, nullable=False),  # its id
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("outcome", sa.Text, nullable=True),  # of cases: refuted, inconclusive
        sa.Column("rung", sa.Text, nullable=False),  # what stands against it
        sa.Column("record_version", sa.BigInteger, nullable=False),  # as the proposer read it
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),  # proposed, confirmed, refused, withdrawn
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("decided_at", sa.BigInteger, nullable=True),
        sa.Column("decided_because", sa.Text, nullable=True),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_index("overrides_by_case_id", "overrides", ["case_id"])
    op.create_index("overrides_by_state", "overrides", ["state", "proposed_at", "override_id"])
    # One that waits for each record, however many propose at once.
    waits = sa.text("state = 'proposed'")
    op.create_index(
        "overrides_that_wait", "overrides", ["kind", "record_id"], unique=True,
        sqlite_where=waits, postgresql_where=waits,
    )  # fmt: skip

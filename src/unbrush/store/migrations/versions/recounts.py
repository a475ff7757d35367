"""Recounts: which words of people have reached the counts of a run that is on disk."""

import sqlalchemy as sa
from alembic import op

revision = "recounts"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "recounts",
        sa.Column("run_id", sa.Text, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("subject_kind", sa.Text, primary_key=True),
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("said_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("action", sa.Text, nullable=False),  # restore, again
        sa.Column("n_orders", sa.BigInteger, nullable=False),
        sa.Column("n_reviews", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger, nullable=False),
    )

"""Attachments end with a term, unless a legal hold stands."""

import sqlalchemy as sa
from alembic import op

revision = "attachment_terms"
down_revision = "attachments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say when an attachment was erased, and keep holds of cases and appeals."""
    op.add_column("attachments", sa.Column("erased_at", sa.BigInteger, nullable=True))
    there = sa.text("erased_at IS NULL")
    op.create_index(
        "attachments_by_age", "attachments", ["added_at"], sqlite_where=there,
        postgresql_where=there,
    )  # fmt: skip
    op.create_index("attachments_by_copy", "attachments", ["copy_sha256"])
    op.create_index("attachments_by_original", "attachments", ["sha256"])
    op.create_table(
        "legal_holds",
        sa.Column("kind", sa.Text, primary_key=True),  # case, appeal
        sa.Column("record_id", sa.Text, primary_key=True),
        sa.Column("held_by", sa.Text, nullable=False),
        sa.Column("held_because", sa.Text, nullable=False),
        sa.Column("held_at", sa.BigInteger, nullable=False),
    )

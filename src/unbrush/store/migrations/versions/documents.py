"""What documents count or say was paid: entered by one person, confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "documents"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "document_findings",
        sa.Column("finding_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),  # a number of law.toml, or an amount
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("unit_minor", sa.BigInteger, nullable=True),  # of amounts
        sa.Column("currency", sa.Text, nullable=True),  # of amounts
        sa.Column("source", sa.Text, nullable=False),  # the document, in words
        sa.Column("sha256", sa.Text, nullable=False),  # of its file
        sa.Column("day", sa.Text, nullable=True),  # 2024-04-10, in China
        sa.Column("state", sa.Text, nullable=False),  # proposed, confirmed, refused, withdrawn
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("decided_at", sa.BigInteger, nullable=True),
        sa.Column("decided_because", sa.Text, nullable=True),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_index("document_findings_by_case_id", "document_findings", ["case_id"])

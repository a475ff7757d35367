"""Attachments: of appeals, too; sealed ones; and what people see of them."""

import sqlalchemy as sa
from alembic import op

revision = "attachments"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let an attachment belong to a case or to an appeal; nothing was attached before."""
    op.drop_table("attachments")
    op.create_table(
        "attachments",
        sa.Column("attachment_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=True),
        sa.Column("appeal_id", sa.Text, sa.ForeignKey("appeals.appeal_id"), nullable=True),
        sa.Column("kind", sa.Text, nullable=False),  # picture, text
        sa.Column("name", sa.Text, nullable=False),  # what its sender calls it; shown, never used
        sa.Column("sha256", sa.Text, nullable=False),  # of the original
        sa.Column("n_bytes", sa.BigInteger, nullable=False),  # of the original
        sa.Column("copy_sha256", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),  # of the copy
        sa.Column("is_sealed", sa.Integer, nullable=False),  # 1 or 0
        sa.Column("came_from", sa.Text, nullable=True),  # the case that it was split off with
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_index("attachments_by_case_id", "attachments", ["case_id"])
    op.create_index("attachments_by_appeal_id", "attachments", ["appeal_id"])

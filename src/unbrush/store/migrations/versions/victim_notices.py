"""What shops are told that are held for victims of reverse brushing, once a case is confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "victim_notices"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "victim_notices",
        sa.Column("notice_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("shop_id", sa.Text, nullable=False),
        sa.Column("told_at", sa.BigInteger, nullable=False),
        sa.Column("notice_zh", sa.Text, nullable=False),
        sa.Column("notice_en", sa.Text, nullable=False),
        sa.UniqueConstraint("case_id", "shop_id"),
    )
    op.create_index("victim_notices_by_shop_id", "victim_notices", ["shop_id"])

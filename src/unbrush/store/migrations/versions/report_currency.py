"""The currency of what a reporter paid; NULL where it was not said."""

import sqlalchemy as sa
from alembic import op

revision = "report_currency"
down_revision = "reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("reports", sa.Column("currency", sa.Text, nullable=True))

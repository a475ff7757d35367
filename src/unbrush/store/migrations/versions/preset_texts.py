"""Texts of credit presets, each kept once, which entries name by their SHA-256."""

import sqlalchemy as sa
from alembic import op

revision = "preset_texts"
down_revision = "credit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; entries from before keep their text whole."""
    op.create_table(
        "preset_texts",
        sa.Column("name", sa.Text, primary_key=True),  # sha256: and 64 hexadecimal digits
        sa.Column("text", sa.Text, nullable=False),
    )

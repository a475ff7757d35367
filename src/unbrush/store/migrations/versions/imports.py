"""Imports: a run that is being taken in, part by part, and what of it is still to be done."""

import sqlalchemy as sa
from alembic import op

revision = "imports"
down_revision = "credit"
branch_labels = None
depends_on = None

_COUNTED = ("n_decisions", "n_compared", "n_changed", "n_kept", "n_cases", "n_opened", "n_renewed")


def upgrade() -> None:
    """Make the tables of what waits, and of how far an import is."""
    for column in ("n_fake", "n_genuine"):  # of a shop: as in `shop_counts`
        op.add_column("incoming_decisions", sa.Column(column, sa.BigInteger, nullable=True))
    op.create_table(
        "incoming_cases",  # what a run calls a case, until it is opened or brought up to date
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),  # from 0
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),  # a JSON list of ids
        sa.Column("shops", sa.Text, nullable=False),  # a JSON list of [id, rung]
        sa.Column("harm_minor", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "run_imports",  # the one that is under way; none if there is no row
        sa.Column("slot", sa.Integer, sa.CheckConstraint("slot = 1"), primary_key=True),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),  # staging, decisions, cases, ending
        sa.Column("worker", sa.Text, nullable=False),  # who does it; whoever comes later takes over
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        # The decision that was compared last.
        sa.Column("after_kind", sa.Text, nullable=False, server_default=""),
        sa.Column("after_id", sa.Text, nullable=False, server_default=""),
        sa.Column("next_case", sa.BigInteger, nullable=False, server_default="0"),
        *(
            sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
            for name in _COUNTED
        ),
    )  # fmt: skip

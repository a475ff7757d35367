"""Scopes of payer blocks: everybody whom a wallet pays, or the case's brushers alone."""

import sqlalchemy as sa
from alembic import op

revision = "payer_scopes"
down_revision = "settlement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each block for whom it closes a wallet, and keep the pairs of narrow ones."""
    wide = sa.Column("scope", sa.Text, nullable=False, server_default="everybody")
    op.add_column("payer_blocks", wide)
    # `simulated` is of the wide scope, as it was; blocks from before have no other.
    op.add_column("payer_blocks", sa.Column("simulated_narrow", sa.Text, nullable=True))
    op.add_column("block_list", sa.Column("payee", sa.Text, nullable=True))  # null: everybody
    block = sa.ForeignKey("payer_blocks.block_id")
    op.create_table(
        "block_pairs",  # what a narrow block stops
        sa.Column("block_id", sa.Text, block, primary_key=True),
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("payee", sa.Text, primary_key=True),
        sa.Column("left_at", sa.BigInteger, nullable=True),
    )
    op.create_index("block_pairs_by_token_payee", "block_pairs", ["token", "payee"])
    op.create_table(
        "block_grounds",  # why who uses the purse is a brusher, a row for all that it rests on
        sa.Column("block_id", sa.Text, sa.ForeignKey("payer_blocks.block_id"), primary_key=True),
        sa.Column("payee", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("ground", sa.Text, primary_key=True),
        sa.Column("rests_kind", sa.Text, primary_key=True),
        sa.Column("rests_id", sa.Text, primary_key=True),
        sa.Column("happened_at", sa.BigInteger, nullable=False),
        sa.Column("is_itself", sa.Integer, nullable=False),
    )

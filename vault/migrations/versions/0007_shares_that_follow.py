"""Shares: the link's letters; of a file the entry that lists it and the version it was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shares", sa.Column("flag", sa.String(length=3), nullable=False, server_default=""))
    op.add_column("share_files", sa.Column("statement_seq", sa.BigInteger(), nullable=True))
    op.add_column("share_files", sa.Column("document", sa.String(length=32), nullable=True))
    op.add_column("share_files", sa.Column("version", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("share_files", "version")
    op.drop_column("share_files", "document")
    op.drop_column("share_files", "statement_seq")
    op.drop_column("shares", "flag")

"""Care by operators: suspended accounts, a quota of one vault's own, and when the host is read only."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("suspension", sa.String(length=32), nullable=True))
    op.add_column("accounts", sa.Column("suspension_reason", sa.String(length=32), nullable=True))
    op.add_column("accounts", sa.Column("suspended", sa.BigInteger(), nullable=True))
    op.add_column("vaults", sa.Column("quota_bytes", sa.BigInteger(), nullable=True))
    op.create_table(
        "maintenance",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance")),
    )


def downgrade() -> None:
    op.drop_table("maintenance")
    op.drop_column("vaults", "quota_bytes")
    op.drop_column("accounts", "suspended")
    op.drop_column("accounts", "suspension_reason")
    op.drop_column("accounts", "suspension")

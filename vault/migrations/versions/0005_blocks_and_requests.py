"""Blocked professionals, and requests for another term of a grant."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("vault", sa.String(length=32), nullable=False),
        sa.Column("professional", sa.String(length=43), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["vault"], ["vaults.id"], name=op.f("fk_blocks_vault")),
        sa.PrimaryKeyConstraint("vault", "professional", name=op.f("pk_blocks")),
    )
    op.create_table(
        "renewal_requests",
        sa.Column("grant_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("refused_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_renewal_requests_grant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "sequence", name=op.f("pk_renewal_requests")),
    )

"""Grants of single documents: the versions that they name."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grant_documents",
        sa.Column("grant_id", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_documents_grant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "document", "version", name=op.f("pk_grant_documents")),
    )


def downgrade() -> None:
    op.drop_table("grant_documents")

"""Accounts that are to be deleted at their owners' wish, and what is left to say of those that were."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("vault", sa.String(length=32), nullable=True),
        sa.Column("request", sa.LargeBinary(length=32), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("requested", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_deletions_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_deletions")),
        sa.UniqueConstraint("request", name=op.f("uq_deletions_request")),
        sa.UniqueConstraint("vault", name=op.f("uq_deletions_vault")),
    )
    op.create_index(op.f("ix_deletions_due"), "deletions", ["due"])
    op.create_table(
        "erasures",
        sa.Column("request", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("requested", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("objects", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_erased"), "erasures", ["erased"])
    op.create_index(
        "ix_erasures_erased_going",
        "erasures",
        ["erased"],
        postgresql_where=sa.text("finished IS NULL"),
        sqlite_where=sa.text("finished IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_table("deletions")

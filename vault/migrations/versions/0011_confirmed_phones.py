"""Telephone numbers: when one was confirmed, and the code by which it is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice_settings", sa.Column("phone_confirmed", sa.BigInteger(), nullable=True))
    op.create_table(
        "phone_codes",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("attempts_left", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_phone_codes_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_phone_codes")),
    )


def downgrade() -> None:
    op.drop_table("phone_codes")
    op.drop_column("notice_settings", "phone_confirmed")

"""Addresses that wait to be confirmed, and messages to somebody who has no account yet.

A program of before drops such a message when it meets one: whoever waits for it asks again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_addresses",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("attempts_left", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_pending_addresses")),
        sa.UniqueConstraint("nonce", name=op.f("uq_pending_addresses_nonce")),
    )
    op.create_index(op.f("ix_pending_addresses_created"), "pending_addresses", ["created"])
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.alter_column("account", existing_type=sa.String(length=32), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE account IS NULL")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.alter_column("account", existing_type=sa.String(length=32), nullable=False)
    op.drop_table("pending_addresses")

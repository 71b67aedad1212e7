"""The tree of checkpoints, and which vaults are due for a leaf."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_EMPTY_ROOT = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def upgrade() -> None:
    logs = op.create_table(
        "checkpoint_logs",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint_logs")),
    )
    op.bulk_insert(logs, [{"id": 1, "size": 0, "root": _EMPTY_ROOT, "note": b"", "signed": 0}])
    op.create_table(
        "checkpoint_leaves",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("vault", sa.String(length=32), nullable=False),
        sa.Column("ledger_size", sa.BigInteger(), nullable=False),
        sa.Column("ledger_head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("accesses_size", sa.BigInteger(), nullable=False),
        sa.Column("accesses_head", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["vault"], ["vaults.id"], name=op.f("fk_checkpoint_leaves_vault")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_checkpoint_leaves")),
    )
    op.create_index(
        op.f("ix_checkpoint_leaves_vault_checkpoint_leaves_index"),
        "checkpoint_leaves",
        ["vault", "index"],
        unique=False,
    )
    op.create_table(
        "checkpoint_tiles",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_checkpoint_tiles")),
    )
    # Vaults that are there already are all due.
    op.add_column(
        "vaults", sa.Column("checkpoint_due", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_index(
        op.f("ix_vaults_checkpoint_due"),
        "vaults",
        ["checkpoint_due"],
        unique=False,
        postgresql_where=sa.text("checkpoint_due"),
        sqlite_where=sa.text("checkpoint_due"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_vaults_checkpoint_due"), table_name="vaults")
    op.drop_column("vaults", "checkpoint_due")
    op.drop_table("checkpoint_tiles")
    op.drop_table("checkpoint_leaves")
    op.drop_table("checkpoint_logs")

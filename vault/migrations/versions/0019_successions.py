"""Keys that follow the server's first one, and the directory's (`coffre admin rotate-key server`).

The first key's secret leaves its row with the first succession: a program from before this migration then has
no key to sign with, and fails, where it would sign openings with a key that clients no longer take.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "successions",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("seed", sa.LargeBinary(length=32), nullable=True),
        sa.Column("seed_before", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("kind", "sequence", name=op.f("pk_successions")),
    )
    with op.batch_alter_table("server_secrets") as batch_op:
        batch_op.alter_column("signing_seed", existing_type=sa.LargeBinary(length=32), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("server_secrets") as batch_op:
        batch_op.alter_column("signing_seed", existing_type=sa.LargeBinary(length=32), nullable=False)
    op.drop_table("successions")

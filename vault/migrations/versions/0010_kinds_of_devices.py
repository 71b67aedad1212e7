"""Sessions: the kind of device that signed in, for the account's own list of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("client", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "client")

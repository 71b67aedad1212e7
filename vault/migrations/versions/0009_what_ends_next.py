"""Indexes of what is still to end: rows that ended stay for good, and the jobs look every minute."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BUNDLES = sa.text("bundle IS NOT NULL")
_SHARES = sa.text("NOT ended")


def upgrade() -> None:
    op.create_index(
        "ix_grants_not_after_bundles",
        "grants",
        ["not_after"],
        postgresql_where=_BUNDLES,
        sqlite_where=_BUNDLES,
    )
    op.create_index(
        "ix_shares_not_after_going", "shares", ["not_after"], postgresql_where=_SHARES, sqlite_where=_SHARES
    )


def downgrade() -> None:
    op.drop_index("ix_shares_not_after_going", "shares")
    op.drop_index("ix_grants_not_after_bundles", "grants")

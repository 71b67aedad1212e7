"""Indexes of what waits for a job: none of them reads a table that grows with the number of vaults."""

from alembic import op

from vault.migrations.large_tables import create_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = "professional IS NULL AND bundle IS NOT NULL"
_USED_UP = "NOT ended AND (attempts_left < 1 OR max_openings IS NOT NULL AND openings >= max_openings)"


def upgrade() -> None:
    create_index("ix_doomed_objects_after", "doomed_objects", ["after"])
    create_index("ix_grant_reminders_not_after", "grant_reminders", ["not_after"])
    create_index("ix_share_tickets_share", "share_tickets", ["share"])
    create_index("ix_grants_redeem_not_after_open", "grants", ["redeem_not_after"], where=_OPEN)
    create_index("ix_shares_id_used_up", "shares", ["id"], where=_USED_UP)


def downgrade() -> None:
    op.drop_index("ix_shares_id_used_up", "shares")
    op.drop_index("ix_grants_redeem_not_after_open", "grants")
    op.drop_index("ix_share_tickets_share", "share_tickets")
    op.drop_index("ix_grant_reminders_not_after", "grant_reminders")
    op.drop_index("ix_doomed_objects_after", "doomed_objects")

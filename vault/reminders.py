"""Reminders before a grant ends: 30 and 7 days before, to its giver and to its professional, once each.

Owns which grants are due for one. A renewal moves the end, and reminders start anew; a grant that is shorter
than such a term is not announced at its beginning; a server that slept sends the nearer reminder only.
"""

from collections.abc import Callable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from vault import notices
from vault.database import Database
from vault.models.grants import Grant
from vault.models.notices import GrantReminder
from vault.models.vaults import Vault

FIRST_DAYS, LAST_DAYS = 30, 7
_DAY = 86400
_BATCH = 200


def remind(database: Database, clock: Callable[[], int]) -> int:
    """Records the reminders that are due, a batch of grants in each transaction; how many grants it was."""
    reminded = 0
    while True:
        with database.writing() as session:
            found = _due(session, clock())
            for grant in found:
                _remind(session, grant, clock())
        reminded += len(found)
        if len(found) < _BATCH:
            return reminded


def _due(session: Session, now: int) -> list[Grant]:
    term = Grant.not_after - Grant.not_before
    first = and_(
        GrantReminder.grant_id.is_(None),
        or_(
            term > FIRST_DAYS * _DAY,
            and_(term > LAST_DAYS * _DAY, Grant.not_after <= now + LAST_DAYS * _DAY),
        ),
    )
    last = and_(GrantReminder.days > LAST_DAYS, Grant.not_after <= now + LAST_DAYS * _DAY)
    soon = now + FIRST_DAYS * _DAY
    # Both tables keep what ended long ago: neither is read beyond the month.
    same_end = and_(
        GrantReminder.grant_id == Grant.id,
        GrantReminder.not_after == Grant.not_after,
        GrantReminder.not_after.between(now, soon),
    )
    query = (
        select(Grant)
        .outerjoin(GrantReminder, same_end)
        .where(
            Grant.professional.is_not(None),
            Grant.revoked_seq.is_(None),
            Grant.not_after > now,
            Grant.not_after <= soon,
            or_(first, last),
        )
        .order_by(Grant.not_after)
        .limit(_BATCH)
        .with_for_update(of=Grant, skip_locked=True)
    )
    return list(session.execute(query).scalars())


def _remind(session: Session, grant: Grant, now: int) -> None:
    days = LAST_DAYS if grant.not_after <= now + LAST_DAYS * _DAY else FIRST_DAYS
    owner = session.get_one(Vault, grant.vault).owner
    for account in (owner, grant.professional):
        if account is not None:
            notices.grant_ending(session, account, grant=grant, days=days, now=now)
    row = session.get(GrantReminder, grant.id)
    if row is None:
        row = GrantReminder(grant_id=grant.id)
        session.add(row)
    row.not_after, row.days = grant.not_after, days
    session.flush()

"""Whether messages to people leave: what waits for long, and what was given up. Counts only."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from vault.admin.doctor.finding import Finding, ok, warn
from vault.database import Database
from vault.models.notices import OutboxMessage

PATIENCE_SECONDS = 3600


def examine(database: Database, clock: Callable[[], int]) -> list[Finding]:
    """One finding; none while the tables are not there."""
    now = clock()
    late = OutboxMessage.due <= now - PATIENCE_SECONDS
    try:
        with database.reading() as session:
            count = select(func.count()).select_from(OutboxMessage)
            waiting = session.execute(count.where(late)).scalar_one()
            failed = session.execute(count.where(OutboxMessage.failed.is_not(None))).scalar_one()
    except SQLAlchemyError:
        return []
    if waiting:
        repair = "look at the finding on mail, at sms.url, and whether the server runs"
        return [warn("outbox", f"{waiting} messages to people wait for more than an hour", repair)]
    if failed:
        repair = "run `coffre admin outbox list`; after repair, `coffre admin outbox retry`"
        return [warn("outbox", f"{failed} messages to people were given up", repair)]
    return [ok("outbox", "messages to people leave")]

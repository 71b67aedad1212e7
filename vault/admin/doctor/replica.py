"""The replica of the database: that it answers, follows this very database, and is not far behind.

Nothing is wrong with what people see while it is late or away: then the database itself answers (ADR 0034).
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from vault.admin.doctor.finding import Finding, fail, ok, warn
from vault.database import Database
from vault.replica import Replica

LATE_SECONDS: Final = 60
_SYSTEM: Final = text("SELECT system_identifier FROM pg_control_system()")
_PLACE: Final = text("SELECT pg_current_wal_flush_lsn()::text")
_BEHIND: Final = text(
    "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(CAST(:place AS pg_lsn), pg_last_wal_replay_lsn()),"
    " extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())"
)


def examine(database: Database, url: str | None, tolerance: int = LATE_SECONDS) -> list[Finding]:
    """What there is to say of the replica at `url`; nothing without one. `tolerance` in seconds."""
    if url is None:
        return []
    replica = Replica.open(url).database
    try:
        with database.reading() as session:
            system = session.execute(_SYSTEM).scalar_one()
            place = session.execute(_PLACE).scalar_one()
        with replica.reading() as session:
            follows = session.execute(_SYSTEM).scalar_one()
            in_recovery, behind, seconds = session.execute(_BEHIND, {"place": place}).one()
    except SQLAlchemyError as error:
        repair = "check database.replica_url; until it answers, the database itself does all the reading"
        return [warn("replica", f"cannot be used ({type(error).__name__})", repair)]
    finally:
        replica.close()
    if not in_recovery or follows != system:
        message = "database.replica_url names a database that does not follow this one"
        return [fail("replica", message, "name a streaming replica of database.url, or leave it away")]
    if behind > 0 and (seconds or 0) >= tolerance:
        message = f"the replica is {int(behind) // 1024} KiB and {int(seconds or 0)} seconds behind"
        repair = "pages are read from the database itself meanwhile: look at the replica's log and network"
        return [warn("replica", message, repair)]
    return [ok("replica", "the replica follows")]

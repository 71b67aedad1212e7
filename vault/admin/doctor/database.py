"""The database: reachable, at this program's schema, with settings under which nothing acknowledged is lost.

Also tells from rows that should be gone whether the sweep runs, and from vaults without a new leaf whether
checkpoints are made: there is no other sign of the jobs that all nodes share.
"""

from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from vault import checkpoints, database_schema, lateness
from vault.admin.deployment import known_revisions
from vault.admin.doctor.finding import Finding, fail, ok, skew, warn
from vault.database import Database
from vault.database_away import reason_of

OLDEST_POSTGRESQL = 150_000
CLOCK_TOLERANCE = 5
SWEEP_TOLERANCE = 300
_DAY = 86400
_KEPT = {
    "sessions": "sessions",
    "challenges": "challenges",
    "uploads": "uploads",
    "tickets": "tickets of shares",
    "bundles": "wrapped keys of ended authorisations",
    "shares": "ended shares",
    "objects": "deleted objects",
}


def examine(database: Database, clock: Callable[[], int]) -> list[Finding]:
    """Everything about the database; one finding only when it cannot be reached."""
    try:
        with database.engine.connect() as connection:
            found = [ok("database", f"{database.engine.dialect.name} answers")]
            found += _sqlite(connection) if database.is_sqlite else _postgresql(connection, database, clock)
        schema = _schema(database)
        found.append(schema)
        # Without this program's tables there is nothing to ask them.
        return [*found, *_jobs(database, clock())] if schema.status == "ok" else found
    except SQLAlchemyError as error:
        repair = "check database.url, that the server runs, and that this machine and role may connect"
        message = f"{reason_of(error)} ({type(error).__name__})"
        return [fail("database", message, repair, unreachable=True)]


def _schema(database: Database) -> Finding:
    found, newest = database_schema.revision(database), database_schema.newest_revision()
    if found == newest:
        return ok("migrations", f"schema {found}, this program's")
    if found is None:
        return fail("migrations", "the database has no tables", "run `coffre admin init`")
    if found not in known_revisions():
        repair = "nothing while an upgrade is under way; else install the newer program on this node as well"
        return warn(
            "migrations", f"schema {found} is of a newer program, which this one can serve beside", repair
        )
    return fail("migrations", f"schema {found}, this program needs {newest}", "run `coffre admin migrate`")


def _sqlite(connection: Connection) -> list[Finding]:
    found = []
    wanted = {"journal_mode": "wal", "foreign_keys": "1", "synchronous": "2"}
    read = {name: str(connection.execute(text(f"PRAGMA {name}")).scalar()) for name in wanted}
    wrong = [name for name, value in wanted.items() if read[name] != value]
    if wrong:
        message = f"SQLite runs with another {', '.join(wrong)} than it should"
        repair = "put the file on a local disk: network shares cannot do write-ahead logging"
        found.append(fail("database_settings", message, repair))
    else:
        found.append(ok("database_settings", "write-ahead log, foreign keys, synchronous commits"))
    broken = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    if broken != "ok":
        found.append(fail("database_file", "SQLite finds the file damaged", "stop, and restore a backup"))
    elif connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        found.append(fail("database_file", "rows name rows that are gone", "stop, and restore a backup"))
    else:
        found.append(ok("database_file", "the file is whole"))
    return found


def _postgresql(connection: Connection, database: Database, clock: Callable[[], int]) -> list[Finding]:
    found = []
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    wrong = [] if version >= OLDEST_POSTGRESQL else ["version (15 or later)"]
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if connection.execute(text(f"SHOW {name}")).scalar() == "off":
            wrong.append(f"{name} (on)")
    if connection.execute(text("SHOW server_encoding")).scalar() != "UTF8":
        wrong.append("encoding (UTF8)")
    if wrong:
        message = f"PostgreSQL should have another {', '.join(wrong)}"
        found.append(fail("database_settings", message, "set it as said: a power cut may lose what was kept"))
    else:
        found.append(ok("database_settings", f"PostgreSQL {version // 10000}, durable commits, UTF8"))
    there = int(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())::bigint")).scalar_one())
    found.append(skew("database_clock", "the database's clock", there - clock(), tolerance=CLOCK_TOLERANCE))
    encrypted = connection.execute(
        text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    ).scalar_one_or_none()
    host = database.engine.url.host or ""
    if encrypted or host in ("", "localhost", "127.0.0.1", "::1") or host.startswith("/"):
        found.append(ok("database_tls", "nobody on the way can read what goes to the database"))
    else:
        repair = "add ?sslmode=verify-full to database.url"
        found.append(warn("database_tls", "the connection to the database is not encrypted", repair))
    return found


def _jobs(database: Database, now: int) -> list[Finding]:
    return [_sweep(database, now), _checkpoints(database, now)]


def _checkpoints(database: Database, now: int) -> Finding:
    with database.reading() as session:
        size, signed = checkpoints.signed_at(session)
        due = checkpoints.oldest_due(session)
    waiting = 0 if due is None else max(0, now - due)
    if waiting <= SWEEP_TOLERANCE:
        age = f", the newest {max(0, now - signed) // 60} minutes old" if signed else ""
        return ok("checkpoints", f"every change is in a checkpoint: {size} leaves{age}")
    message = f"changes of vaults are in no checkpoint since {waiting // 60} minutes"
    repair = "is `coffre serve` running? it makes a checkpoint every minute"
    return fail("checkpoints", message, repair) if waiting > _DAY else warn("checkpoints", message, repair)


def _sweep(database: Database, now: int) -> Finding:
    with database.reading() as session:
        kept = lateness.kept_too_long(session, now)
    late = {_KEPT[kind]: seconds for kind, seconds in kept.items() if seconds > SWEEP_TOLERANCE}
    if not late:
        return ok("sweep", "nothing that is over is still kept")
    longest = max(late.values())
    message = f"kept longer than promised: {', '.join(late)} (up to {longest // 60} minutes)"
    repair = "is `coffre serve` running? it sweeps every minute; `coffre admin sweep` does it once, now"
    return fail("sweep", message, repair) if longest > _DAY else warn("sweep", message, repair)

"""The database as one file, and back: SQLite by its backup interface, PostgreSQL by pg_dump and pg_restore.

Owns what is left out: rows that only mean something to the running server (sessions, challenges, counters
of attempts, addresses that wait for a code, uploads under way, what the sweep is about to delete, and that
it is being maintained). So a restored host revives no session and is open, and a backup holds neither.

    with snapshot(database, file) as session: ...     # sees exactly the rows that stand in the file
    load(url, file)                                   # into a database without tables
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, inspect, make_url, text
from sqlalchemy.orm import Session

from vault.admin.deployment import sqlite_file
from vault.admin.errors import NotEmpty, ToolFailed
from vault.database import Database
from vault.models.accounts import Attempt, Challenge, SignIn
from vault.models.base import Base
from vault.models.documents import DoomedObject, Upload, UploadPart
from vault.models.server import Maintenance
from vault.models.shares import ShareTicket
from vault.models.sign_ups import PendingAddress

# In an order in which rows can be deleted.
LEFT_OUT: tuple[type[Base], ...] = (
    SignIn,
    Challenge,
    Attempt,
    ShareTicket,
    UploadPart,
    Upload,
    DoomedObject,
    Maintenance,
    PendingAddress,
)
_QUEUE = "huey_"


@contextmanager
def snapshot(database: Database, file: Path) -> Iterator[Session]:
    """Writes the dump and yields a session on the very state that it holds; writers go on.

    Raises ToolFailed.
    """
    if database.is_sqlite:
        with _sqlite_snapshot(database, file) as session:
            yield session
    else:
        with _postgresql_snapshot(database, file) as session:
            yield session


def tables(database: Database) -> list[str]:
    """The tables that stand in a database, without those of the queue."""
    return [name for name in inspect(database.engine).get_table_names() if not name.startswith(_QUEUE)]


def load(url: str, file: Path) -> None:
    """Fills a database that has no tables. SQLite's file appears at once, when it is complete.

    Raises NotEmpty, ToolFailed.
    """
    target = sqlite_file(url)
    if target is None:
        _load_postgresql(url, file)
        return
    part = target.with_name(f"{target.name}.restoring")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    shutil.copyfile(file, part)
    _flush(part)
    # What is replaced here has no tables: an empty file that SQLite or an operator made.
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    part.replace(target)
    _flush(target.parent)


def refuse_tables(url: str) -> None:
    """Raises NotEmpty when a database has tables already; one that is not there is empty."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return
    database = Database.open(url)
    try:
        if tables(database):
            raise NotEmpty("the database holds tables already: restore into a new one")
    finally:
        database.close()


@contextmanager
def _sqlite_snapshot(database: Database, file: Path) -> Iterator[Session]:
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(database.engine.raw_connection()) as borrowed, closing(sqlite3.connect(file)) as target:
        source = borrowed.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise ToolFailed("not a SQLite connection")
        # All pages at once: one moment's state, which in write-ahead mode holds up no writer.
        source.backup(target)
    copy = Database.open(f"sqlite:///{file}")
    try:
        with copy.writing() as session:
            for table in LEFT_OUT:
                session.execute(table.__table__.delete())  # type: ignore[attr-defined]
        with copy.reading() as session:
            yield session
    finally:
        copy.close()
    _flush(file)


@contextmanager
def _postgresql_snapshot(database: Database, file: Path) -> Iterator[Session]:
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, Session(connection) as session:
        name = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        left_out = [f"--exclude-table-data=*.{table.__tablename__}" for table in LEFT_OUT]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-table=*.{_QUEUE}*"]
        _run("pg_dump", database.engine.url, [*options, *left_out, f"--snapshot={name}", f"--file={file}"])
        file.chmod(0o600)
        _flush(file)
        yield session


def _load_postgresql(url: str, file: Path) -> None:
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", make_url(url), [*options, str(file)])


def _run(program: str, url: URL, arguments: list[str]) -> None:
    """Runs a program of PostgreSQL's; the password goes by the environment, which only this user can read."""
    found = shutil.which(program)
    if found is None:
        raise ToolFailed(f"{program} is not installed: on Debian apt-get install postgresql-client")
    # Not by `set`, which takes None for "as it is": every user of the machine can read a program's arguments.
    address = url._replace(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"}
    if url.password is not None:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(
        [found, f"--dbname={address}", "--no-password", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise ToolFailed(f"{program}: {lines[0]}")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

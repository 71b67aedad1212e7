"""Brings a database to the newest schema and says which one it has. The steps stand in vault/migrations.

Knows no table; vault/models says what the steps lead to, and a test compares the two.

On PostgreSQL programs serve meanwhile (ADR 0025): each step is a transaction of its own that waits for a
table for two seconds only, because whoever comes after it waits behind it; then it lets go and tries again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from vault.database import Database

LOCK_SECONDS: Final = 2
PATIENCE_SECONDS: Final = 120.0
_PAUSE_SECONDS: Final = 1.0
_STEPS = Path(__file__).parent / "migrations"


class SchemaBusy(Exception):
    """A transaction that does not end holds a table which a step must change. What was done, stays."""


def upgrade(
    database: Database,
    *,
    to: str = "head",
    patience: float = PATIENCE_SECONDS,
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Runs the steps that are missing; none on a database of a newer program. Safe to call at every start.

    All steps or none on SQLite; on PostgreSQL each by itself, for up to `patience` seconds. `to` is for who
    wants an older schema than the newest. Raises SchemaBusy.
    """
    if is_newer(database) or (to == "head" and revision(database) == newest_revision()):
        return
    end = clock() + patience
    while True:
        try:
            with _connected(database) as connection:
                settings = _settings()
                settings.attributes["connection"] = connection
                command.upgrade(settings, to)
            return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
            if clock() >= end:
                raise SchemaBusy("another transaction holds a table: end it, then run this again") from None
        pause(_PAUSE_SECONDS)


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    if database.is_sqlite:
        with database.engine.execution_options(writing=True).begin() as connection:
            yield connection
        return
    with database.engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
        connection.commit()
        try:
            yield connection
        finally:
            # The connection goes back to others.
            connection.rollback()
            connection.execute(text("RESET lock_timeout"))
            connection.commit()


def revision(database: Database) -> str | None:
    """The newest step that this database has seen; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_usable(database: Database) -> bool:
    """Whether this program can serve from the database: its own schema, or that of a newer program.

    Steps only add (ADR 0025), so that the version before serves on while, and after, a database is migrated.
    """
    found, newest = revision(database), newest_revision()
    return found is not None and newest is not None and int(found) >= int(newest)


def is_newer(database: Database) -> bool:
    """Whether a newer program brought the database to its own schema."""
    found, newest = revision(database), newest_revision()
    return found is not None and newest is not None and int(found) > int(newest)


@cache
def newest_revision() -> str | None:
    """The newest step that this program knows. All of them are read for it, once a process."""
    return ScriptDirectory.from_config(_settings()).get_current_head()


def _settings() -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return settings

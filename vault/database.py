"""The database: engines for SQLite and PostgreSQL, and transactions of two kinds.

Owns how a connection is set up and how a transaction begins; knows no table. A `writing` transaction on
SQLite takes the write lock at its start (BEGIN IMMEDIATE), so that what was read in it still holds when it
writes; on PostgreSQL writers lock the rows they build on.

    database = Database.open("sqlite:////var/lib/coffre/coffre.sqlite")
    with database.writing() as session: ...   # commits at the end, rolls back on any error
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MILLISECONDS = 30_000


@dataclass(frozen=True)
class Database:
    """An engine and the two kinds of transactions on it. Safe to share between threads."""

    engine: Engine

    @classmethod
    def open(cls, url: str) -> Self:
        """An engine for `sqlite:///PATH` or `postgresql://…`; nothing is connected yet."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, pool_size=16, max_overflow=16)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return cls(engine)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return cls(create_engine(parsed, pool_size=16, max_overflow=16, pool_pre_ping=True))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing; it is rolled back at its end."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at its end, and rolled back as a whole when anything is raised."""
        bind = self.engine.execution_options(writing=True)
        with Session(bind, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def is_sqlite(self) -> bool:
        """Whether one file holds everything (embedded)."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self.engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late; ours begin in `_begin_sqlite`.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is deleted (ended bundles, old keyrings) is overwritten in the file.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

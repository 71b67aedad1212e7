"""The database: engines for SQLite and PostgreSQL, and transactions of two kinds.

Owns how a connection is set up and how a transaction begins; knows no table. A `writing` transaction on
SQLite takes the write lock at its start (BEGIN IMMEDIATE), so that what was read in it still holds when it
writes; on PostgreSQL writers lock the rows they build on.

    database = Database.open("sqlite:////var/lib/coffre/coffre.sqlite")
    with database.writing() as session: ...   # commits at the end, rolls back on any error
"""

import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BUSY_MILLISECONDS = 30_000
TRUSTED_SECONDS = 5.0
"""For how long a connection to PostgreSQL that answered is taken to be alive without asking."""
_RETURNED = "returned"
_RUNS = 5
"""How often a connection runs a statement before it is kept."""


@dataclass(frozen=True)
class Database:
    """An engine and the two kinds of transactions on it. Safe to share between threads."""

    engine: Engine

    @classmethod
    def open(cls, url: str, trusted_seconds: float = TRUSTED_SECONDS) -> Self:
        """An engine for `sqlite:///PATH` or `postgresql://…`; nothing is connected yet."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, pool_size=16, max_overflow=16)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return cls(engine)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        unprepared = {"prepare_threshold": None}
        engine = create_engine(parsed, pool_size=16, max_overflow=16, connect_args=unprepared)
        event.listen(engine, "connect", _keep_statements)
        event.listen(engine, "checkout", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
        _ask_the_idle(engine, trusted_seconds)
        return cls(engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """What changes nothing. SQLite shows one moment's state; PostgreSQL, as in any transaction of its
        default kind, each statement the state at its own beginning.
        """
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """As `reading`, for what asks for columns of tables: without a session's bookkeeping, which takes as
        long as a short statement.
        """
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at its end, and rolled back as a whole when anything is raised."""
        bind = self.engine.execution_options(writing=True)
        with Session(bind, expire_on_commit=False) as session, session.begin():
            yield session

    @cached_property
    def _reader(self) -> Engine:
        return self.engine.execution_options(reading=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether one file holds everything (embedded)."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self.engine.dispose()


def _ask_the_idle(engine: Engine, trusted_seconds: float) -> None:
    """Asks connections that were idle whether they are alive, and replaces them all when one is not.

    `pool_pre_ping` asks every time, which is a round trip for every transaction. Within the seconds of trust,
    a server that went away costs the requests of that moment an answer that says so (`store_unavailable`).
    """

    def returned(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_RETURNED] = time.monotonic()

    def taken(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        # A fresh connection was never returned.
        idle = time.monotonic() - entry.info.get(_RETURNED, math.inf)
        if idle < trusted_seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the connection is dead") from error

    event.listen(engine, "checkin", returned)
    event.listen(engine, "checkout", taken)


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


def _keep_statements(connection: psycopg.Connection, _entry: ConnectionPoolEntry) -> None:
    """Lets the server keep what it planned for a statement: a session is then found in 60 microseconds of
    its processor instead of 270 (November 2026).

    Not with a pooler between (PgBouncer in transaction mode), which gives the connection's other end to
    others: then the process that answers is not the one whose number the greeting told.
    """
    connection.autocommit = True
    with connection.cursor() as cursor:
        [[answers]] = cursor.execute("SELECT pg_backend_pid()").fetchall()
    connection.prepare_threshold = _RUNS if answers == connection.info.backend_pid else None


def _prepare_postgresql(
    connection: psycopg.Connection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    # Transactions begin in `_begin_postgresql`: the driver would begin one for each reading as well. At every
    # checkout, since a kind of transaction that was asked for leaves it otherwise.
    if not connection.autocommit:
        connection.autocommit = True


def _begin_postgresql(connection: Connection) -> None:
    """Readings have no transaction around them, which saves two round trips each: their statements would see
    the same in one of PostgreSQL's default kind."""
    options = connection.get_execution_options()
    driver = connection.connection.driver_connection
    if options.get("reading", False) or options.get("isolation_level") == "AUTOCOMMIT":
        return
    # With a kind of transaction that was asked for, the driver begins it.
    if isinstance(driver, psycopg.Connection) and driver.autocommit:
        # Not by the driver alone, whose errors would say nothing of a lost connection to who waits for them.
        connection.exec_driver_sql("BEGIN")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

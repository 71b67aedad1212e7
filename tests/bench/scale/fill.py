"""Makes the two databases of the bench of many vaults: `python -m tests.bench.scale.fill`.

Rows are made by PostgreSQL itself, without indexes and without a log, in one transaction for each database;
indexes and foreign keys come afterwards. What a folder has already is left as it is.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from tests.bench.scale.places import Place, folder, places
from tests.servers.postgresql import PostgreSQL
from tests.vault.many_vaults import fill
from vault import database_schema
from vault.database import Database

_SETTINGS: Final = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c wal_level=minimal "
    "-c max_wal_senders=0 -c max_wal_size=2GB -c checkpoint_timeout=1h -c shared_buffers=256MB "
    "-c maintenance_work_mem=512MB -c work_mem=64MB"
)
# Foreign keys before the keys that they refer to.
_CONSTRAINTS: Final = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype::text
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'p', 'u')
    ORDER BY contype"""
_INDEXES: Final = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
_KEPT: Final = ("alembic_version", "checkpoint_logs", "server_secrets")


def main() -> None:
    """Fills what is not filled yet, and says how long that took."""
    with PostgreSQL(_SETTINGS, folder()) as server:
        for place in places():
            if not server.has_database(place.name):
                start = time.monotonic()
                _fill(server, place)
                print(f"{place.many.vaults} vaults filled in {time.monotonic() - start:.0f} s", flush=True)


def _fill(server: PostgreSQL, place: Place) -> None:
    # Under its own name once it is whole: what was cut off is begun anew.
    url = server.create_database(f"{place.name}_begun")
    database = Database.open(url)
    database_schema.upgrade(database)
    database.close()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        with _without_indexes(connection):
            fill(connection, place.many, int(time.time()))
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")
    server.rename_database(f"{place.name}_begun", place.name)


@contextmanager
def _without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """Takes keys and indexes away, and makes them again. Tables are emptied: rows that are written where the
    table was begun in the same transaction need no log."""
    constraints = connection.execute(_CONSTRAINTS).fetchall()
    for table, name, _definition, _kind in constraints:
        connection.execute(_alter("DROP CONSTRAINT {name}", table, name))
    indexes = connection.execute(_INDEXES).fetchall()
    for name, _definition in indexes:
        connection.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    tables = [
        name
        for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if name not in _KEPT
    ]
    connection.execute(SQL("TRUNCATE {}").format(SQL(", ").join(map(Identifier, tables))))
    yield
    for table, name, definition, kind in constraints:
        if kind != "f":
            connection.execute(_alter(f"ADD CONSTRAINT {{name}} {definition}", table, name))
    for _name, definition in indexes:
        connection.execute(definition.encode())
    for table, name, definition, kind in constraints:
        if kind == "f":
            # They hold for what comes; looking at all that is there would take minutes.
            connection.execute(_alter(f"ADD CONSTRAINT {{name}} {definition} NOT VALID", table, name))


def _alter(action: str, table: str, name: str) -> Composed:
    return SQL("ALTER TABLE {table} " + action).format(table=Identifier(table), name=Identifier(name))


if __name__ == "__main__":
    main()

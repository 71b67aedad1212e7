"""Steps of the schema while programs serve (ADR 0025): they wait for nobody long, and hold nobody up."""

import threading
from collections.abc import Iterator

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crypto.encoding import new_id
from tests.servers.postgresql import PostgreSQL
from vault import database_schema
from vault.database import Database
from vault.database_schema import SchemaBusy
from vault.migrations import large_tables

pytestmark = pytest.mark.servers

OLDER = "0010"
"""The step after this one changes the table of notices' settings."""
_WAITING = text(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND query LIKE 'CREATE INDEX%' AND clock_timestamp() - query_start > interval '200 ms'"
)


@pytest.fixture
def older(postgresql: PostgreSQL) -> Iterator[Database]:
    """A database as an earlier program left it."""
    database = Database.open(postgresql.create_database(f"older_{new_id()}"))
    database_schema.upgrade(database, to=OLDER)
    yield database
    database.close()


def test_a_step_lets_go_of_a_table_that_is_in_use_and_tries_again(
    older: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_schema, "LOCK_SECONDS", 0.1)
    waits: list[float] = []
    with older.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM notice_settings"))
        with pytest.raises(SchemaBusy):
            database_schema.upgrade(older, patience=0)

        def others_go_on(seconds: float) -> None:
            waits.append(seconds)
            with older.writing() as session:
                session.execute(text("UPDATE notice_settings SET language = 'fr'"))
            if len(waits) == 2:
                reader.rollback()

        database_schema.upgrade(older, pause=others_go_on)
    assert len(waits) == 2
    assert database_schema.revision(older) == database_schema.newest_revision()
    with older.reading() as session:
        assert session.execute(text("SHOW lock_timeout")).scalar_one() == "0"


def test_an_index_is_made_while_others_write(older: Database) -> None:
    with older.engine.connect() as writer:
        writer.execute(text("INSERT INTO attempts VALUES ('x', 1, 1)"))
        maker = threading.Thread(target=_make, args=(older, "ix_made"))
        maker.start()
        with older.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            # Longer than a step waits for a table; others come and go meanwhile.
            while maker.is_alive() and not other.execute(_WAITING).first():
                pass
            other.execute(text("SET statement_timeout = '20s'"))
            other.execute(text("INSERT INTO attempts VALUES ('y', 1, 1)"))
        writer.commit()
        maker.join()
    assert _valid(older, "ix_made")


def test_an_index_that_was_cut_off_is_made_anew(older: Database) -> None:
    with older.engine.begin() as connection:
        connection.execute(text("INSERT INTO attempts VALUES ('x', 1, 1), ('y', 1, 1)"))
    with pytest.raises(IntegrityError):
        _make(older, "ix_cut", unique=True)
    assert not _valid(older, "ix_cut")
    _make(older, "ix_cut")
    assert _valid(older, "ix_cut")
    _make(older, "ix_cut")


def _make(database: Database, name: str, *, unique: bool = False) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '50ms'"))
        connection.commit()
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with Operations.context(context), context.begin_transaction(_per_migration=True):
            large_tables.create_index(name, "attempts", ["count"], unique=unique)


def _valid(database: Database, name: str) -> bool:
    query = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    with database.engine.connect() as connection:
        return bool(connection.execute(query, {"name": name}).scalar_one())

"""The schema that the steps make is the one that the models describe, on both databases; transactions are
whole, and connections that died are replaced."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from crypto.encoding import new_id
from tests.servers.postgresql import PostgreSQL
from tests.vault.rooms import Room
from vault import database_schema
from vault.database import Database
from vault.models import schema
from vault.models.accounts import Attempt


def test_the_steps_lead_to_the_models(room: Room) -> None:
    with room.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata()) == []


def test_upgrading_again_changes_nothing(room: Room) -> None:
    assert database_schema.revision(room.database) == database_schema.newest_revision()
    database_schema.upgrade(room.database)
    assert database_schema.revision(room.database) == database_schema.newest_revision()


def test_what_sqlite_promises_is_asked_of_every_connection(tmp_path: Path) -> None:
    """What was committed outlives a power cut; what was deleted is overwritten."""
    database = Database.open(f"sqlite:///{tmp_path / 'coffre.sqlite'}")
    asked = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
    for opening in (database.reading, database.writing):
        with opening() as session:
            found = {name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in asked}
        assert found == asked
    database.close()


def test_a_transaction_that_raises_leaves_nothing(room: Room) -> None:
    def interrupted() -> None:
        with room.database.writing() as session:
            session.add(Attempt(bucket=b"b" * 32, since=1, count=1))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with room.database.reading() as session:
        assert session.get(Attempt, (b"b" * 32, 1)) is None


@pytest.mark.servers
def test_connections_that_died_while_they_were_idle_are_replaced(postgresql: PostgreSQL) -> None:
    url = postgresql.create_database(f"idle_{new_id()}")
    database = Database.open(url, trusted_seconds=0)
    _read(database)
    _cut_off(database)
    _read(database)
    database.close()


@pytest.mark.servers
def test_a_connection_that_died_just_now_costs_one_answer(postgresql: PostgreSQL) -> None:
    url = postgresql.create_database(f"busy_{new_id()}")
    database = Database.open(url, trusted_seconds=3600)
    _read(database)
    _cut_off(database)
    with pytest.raises(OperationalError):
        _read(database)
    _read(database)
    database.close()


def _read(database: Database) -> None:
    with database.reading() as session:
        assert session.execute(text("select 1")).scalar_one() == 1


def _cut_off(database: Database) -> None:
    """Ends the database's connections from the server's side, and waits until they are gone."""
    name = database.engine.url.database
    others = text("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name")
    engine = create_engine(database.engine.url.set(database="postgres"))
    with engine.connect() as connection:
        assert connection.execute(others, {"name": name}).scalars().all() == [True]
    engine.dispose()

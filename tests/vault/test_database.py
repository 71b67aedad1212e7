"""The schema that the steps make is the one that the models describe, on both databases; transactions are
whole."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.vault.rooms import Room
from vault import database_schema
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

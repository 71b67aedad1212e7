"""No request and no job reads what grows with the number of vaults from one end to the other.

Over a PostgreSQL that holds thousands of vaults, everything is done once, and every statement that this sent
is explained.
"""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import select

from crypto.encoding import new_id
from tests.servers.postgresql import PostgreSQL
from tests.vault.everything import everything_once
from tests.vault.many_vaults import Many, fill
from tests.vault.query_plans import MOST_ROWS, findings, recorded
from tests.vault.rooms import Room, open_room
from vault import sessions
from vault.models import schema
from vault.models.accounts import SignIn

MANY = Many(vaults=6000, documents=3, sealed=False, sections=6)
SMALL = frozenset(
    {
        "alembic_version",
        "checkpoint_logs",
        "directory_keys",
        "maintenance",
        "moves",
        "operations",
        "server_secrets",
        "session_keys",
        "successions",
    }
)
"""Tables that have a few rows on any host, whatever the number of its vaults."""
TILES = "checkpoint_tiles"
"""Grows with the entries, by a row for each 256; made by the checkpoints' job alone."""
REMINDERS = "FROM grants LEFT OUTER JOIN grant_reminders"
MONTH = MANY.vaults * 30 // 365 + MOST_ROWS
"""Reminders look at the grants that end within a month: a twelfth (vault/adr/0035)."""

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def full(postgresql: PostgreSQL, empty_room: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A server over many vaults."""
    url = postgresql.create_database(f"full_{new_id()}", empty_room)
    room = open_room(tmp_path_factory.mktemp("full"), url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        fill(connection, MANY, room.clock())
        connection.execute("ANALYZE")
    yield room
    room.database.close()


def test_every_table_that_grows_has_rows(full: Room) -> None:
    with full.database.engine.connect() as connection:
        empty = {
            name
            for name, table in schema.metadata().tables.items()
            if connection.execute(select(table).limit(1)).first() is None
        }
    assert empty - SMALL == {TILES}


def test_requests_and_jobs_read_what_they_need(full: Room) -> None:
    with recorded(full.database.engine) as statements:
        everything_once(full)
    url = full.database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        found = {
            text: findings(connection, one, SMALL | {TILES}, MONTH if REMINDERS in text else MOST_ROWS)
            for text, one in statements.items()
        }
    assert len(found) > 100
    faulty = [f"{text}: {fault}" for text, faults in found.items() for fault in faults]
    assert not faulty, "\n\n".join(faulty)


def test_sessions_that_are_looked_up_together_are_found_one_by_one(full: Room) -> None:
    with full.database.looking() as connection:
        # A few, since for many PostgreSQL rather reads a table as small as this one to its end.
        known = connection.execute(select(SignIn.token_hash).limit(4)).scalars().all()
        with recorded(full.database.engine) as statements:
            found = sessions.find_several(connection, {*known, b"unknown"})
        alone = {one: sessions.find_several(connection, {one})[one] for one in known}
    assert len(known) == 4
    assert found == alone
    [statement] = statements.values()
    url = full.database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection_of_ours:
        assert findings(connection_of_ours, statement, SMALL) == []


def test_a_table_read_from_end_to_end_is_found(full: Room) -> None:
    """And an index, and rows that are read for nothing: the test above could fail."""
    with recorded(full.database.engine) as statements, full.database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT id FROM grants WHERE may_add AND sequence = 7")
        connection.exec_driver_sql("SELECT id FROM vaults ORDER BY id")
        connection.exec_driver_sql("SELECT token_hash FROM devices WHERE seen > 0 ORDER BY seen LIMIT 200")
    url = full.database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        found = [findings(connection, one, SMALL) for one in statements.values()]
    assert [faults for faults in found if faults] == [
        ["reads all of grants"],
        ["reads all of pk_vaults"],
        ["looks at 200 rows of devices"],
    ]

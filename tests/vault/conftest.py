"""The room of the domain's tests: once over SQLite, once over PostgreSQL (mark `servers`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.encoding import new_id
from tests.servers.postgresql import PostgreSQL
from tests.vault.rooms import Room, open_room


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """One server for all tests; each gets a database of its own."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """A server over a fresh database."""
    url = None
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.create_database(f"room_{new_id()}")
    found = open_room(tmp_path, url)
    yield found
    found.database.close()

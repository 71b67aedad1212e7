"""The room of the HTTP side's tests: SQLite and a folder, as in an embedded deployment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.rooms import Room, open_room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A server over a fresh database."""
    found = open_room(tmp_path)
    yield found
    found.database.close()

"""The room of the domain's tests: once over SQLite, once over PostgreSQL (mark `servers`)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from crypto import primitives
from crypto.encoding import new_id
from tests.servers.postgresql import PostgreSQL
from tests.vault.rooms import Room, open_room
from vault import database_schema, passcodes
from vault.database import Database


@pytest.fixture(scope="module", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2id is a hash here: a password protects nobody, and was a third of the time. What the real one
    gives is tests/crypto's business; real processes and the attacks use it.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(primitives, "argon2id", _hash)
        # So does a passcode's, at the least that Argon2id takes.
        patched.setattr(passcodes, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


def _hash(password: bytes, salt: bytes, *, memory: int, passes: int) -> bytes:
    return hashlib.sha256(b"%d %d %b %b" % (memory, passes, salt, password)).digest()


@pytest.fixture(scope="session")
def empty_room(postgresql: PostgreSQL) -> str:
    """The name of a database that has the newest schema and nothing else."""
    name = "empty_room"
    database = Database.open(postgresql.create_database(name))
    database_schema.upgrade(database)
    database.close()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """A server over a fresh database."""
    url = None
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.create_database(f"room_{new_id()}", request.getfixturevalue("empty_room"))
    found = open_room(tmp_path, url)
    yield found
    found.database.close()

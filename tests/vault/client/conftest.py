"""The real application without a socket, and people who use it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.vault.client.people import Clock, Network, Person
from vault.config import load
from vault.database import Database
from web.app import create_app
from web.serve import prepare


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network(tmp_path: Path, clock: Clock) -> Iterator[Network]:
    config = load(None, {"COFFRE_DATA": str(tmp_path / "data")})
    prepare(config)
    database = Database.open(config.database.url)
    yield Network(httpx.WSGITransport(create_app(config, clock=clock, database=database)))
    database.close()


@pytest.fixture
def person(
    tmp_path: Path, network: Network, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Person]:
    """Makes a person; each call with another name."""
    return lambda name: Person(tmp_path / name, network, clock, capsys, f"{name}@example.org")


@pytest.fixture
def patient(person: Callable[[str], Person]) -> Person:
    """A patient who is signed in."""
    found = person("patient")
    found.sign_up()
    return found


@pytest.fixture
def professional(person: Callable[[str], Person]) -> Person:
    """A physician who is signed in."""
    found = person("professional")
    found.sign_up_professional()
    return found

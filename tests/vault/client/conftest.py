"""The real application without a socket, and people who use it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.vault.client.people import Clock, Network, Person
from tests.vault.schemas import lay_schema
from vault import checkpoints
from vault.admin import directory as operators
from vault.config import Config, load
from vault.database import Database
from web.app import create_app
from web.serve import prepare


@dataclass(frozen=True)
class Server:
    """Configuration and database of the server under test."""

    config: Config
    database: Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """What stands behind the application."""
    config = load(None, {"COFFRE_DATA": str(tmp_path / "data")})
    lay_schema(config)
    prepare(config)
    database = Database.open(config.database.url)
    yield Server(config, database)
    database.close()


@pytest.fixture
def network(server: Server, clock: Clock) -> Network:
    return Network(httpx.WSGITransport(create_app(server.config, clock=clock, database=server.database)))


@pytest.fixture
def decide(server: Server, clock: Clock) -> Callable[[str, str], None]:
    """The operator signs a decision about an RPPS number: `verified` or `refused`."""

    def sign(rpps: str, state: str) -> None:
        with server.database.writing() as session:
            key = operators.key_at_hand(session, server.config.directory.key_file, clock())
            operators.decide(session, rpps, state, key, clock())

    return sign


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


@pytest.fixture
def run_job(server: Server, clock: Clock) -> Callable[[], int]:
    """The server's job, once."""

    def run() -> int:
        return checkpoints.checkpoint(server.database, clock)

    return run

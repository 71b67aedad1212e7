"""Where the tests' people meet: a server with a clock that stands still until it is told to move."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from storage.base import ObjectStore
from storage.local import LocalStore
from tests.vault.actors import ORIGIN, Patient, Professional
from tests.vault.schemas import lay_schema
from vault import config as configuration
from vault import database_schema
from vault.database import Database
from web.app import create_app

START = 1_800_000_000


@dataclass
class Clock:
    """Seconds since 1970, as the test says."""

    now: int = START

    def __call__(self) -> int:
        """The time."""
        return self.now


@dataclass
class Room:
    """A server under test, with the means to look behind it."""

    app: Flask
    database: Database
    store: ObjectStore
    clock: Clock
    config: configuration.Config
    count: int = 0

    def patient(self) -> Patient:
        """A patient who has signed up."""
        self.count += 1
        patient = Patient(self.app.test_client(), self.clock, f"patient{self.count}@example.org")
        assert patient.sign_up().status_code == 201
        return patient

    def professional(self) -> Professional:
        """A professional who has signed up."""
        self.count += 1
        found = Professional(
            self.app.test_client(), self.clock, f"doctor{self.count}@example.org", rpps_number(self.count)
        )
        response = found.sign_up()
        assert response.status_code == 201, response.get_json()
        return found


def rpps_number(count: int) -> str:
    """A number with a valid check digit."""
    for digit in range(10):
        text = f"1{count:09d}{digit}"
        total = 0
        for position, char in enumerate(reversed(text)):
            value = int(char) * (1 + position % 2)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return text
    raise AssertionError


def open_room(folder: Path, url: str | None = None, store: ObjectStore | None = None, **environ: str) -> Room:
    """A server over a fresh database: SQLite in the folder, or the URL's."""
    folder.mkdir(exist_ok=True)
    config = configuration.load(
        None,
        {
            "COFFRE_DATA": str(folder),
            "COFFRE_SERVER_PUBLIC_URL": ORIGIN,
            **({"COFFRE_DATABASE_URL": url} if url else {}),
            **environ,
        },
    )
    lay_schema(config)
    database = Database.open(config.database.url)
    database_schema.upgrade(database)
    clock = Clock()
    opened = store or LocalStore(folder / "objects")
    app = create_app(config, store=opened, clock=clock, database=database)
    return Room(app, database, opened, clock, config)

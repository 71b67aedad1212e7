"""Programs of earlier releases on the schema of now (ADR 0025): what they ask of their database still works.

The recordings in `older_programs/` are named by the schema of the program that they are of; recorded.py makes
them.
"""

import base64
import json
import lzma
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete, make_url

from crypto.encoding import new_id
from tests.servers.postgresql import PostgreSQL
from tests.vault.schemas import lay_schema
from vault import database_schema, server_key
from vault.config import load
from vault.database import Database
from vault.models import schema
from vault.models.checkpoints import CheckpointLog

FOLDER = Path(__file__).parent / "older_programs"


def recordings(kind: str) -> list[Any]:
    found = sorted(FOLDER.glob(f"*-{kind}.json.xz"))
    return [pytest.param(file, id=file.name[:4]) for file in found]


def stories(file: Path) -> Iterator[tuple[list[str], list[Any]]]:
    with lzma.open(file, "rt", encoding="utf-8") as opened:
        recording = json.load(opened)
    for story in recording["stories"]:
        yield recording["statements"], story["steps"]


def replay(statements: list[str], steps: list[Any], connection: Any) -> None:
    """Runs a story on a driver's connection that begins nothing by itself: each statement must meet as many
    rows as it did."""
    cursor = connection.cursor()
    for step in steps:
        if isinstance(step, str):
            cursor.execute(step.upper())
            continue
        number, many, rows = step
        values = [_read(one) for one in many]
        if len(values) == 1:
            cursor.execute(statements[number], values[0])
        else:
            cursor.executemany(statements[number], values)
        assert cursor.rowcount == rows, statements[number]


@contextmanager
def told(url: str) -> Iterator[None]:
    """Before a story the server has its keys, and nothing else stands there; afterwards it is empty again."""
    database = Database.open(url)
    with database.writing() as session:
        log = session.get_one(CheckpointLog, 1)
        server_key.ensure(session, lambda: 1)
    yield
    with database.writing() as session:
        for table in reversed(schema.metadata().sorted_tables):
            session.execute(delete(table))
        session.merge(log)
    database.close()


def test_there_is_a_recording_of_an_earlier_program_for_each_kind_of_database() -> None:
    newest = database_schema.newest_revision()
    assert newest is not None
    for kind in ("sqlite", "postgresql"):
        schemas = [file.name[:4] for file in FOLDER.glob(f"*-{kind}.json.xz")]
        assert schemas, kind
        assert all(re.fullmatch(r"\d{4}", one) and one <= newest for one in schemas)


@pytest.mark.slow
@pytest.mark.parametrize("file", recordings("sqlite"))
def test_an_older_program_embedded(tmp_path: Path, file: Path) -> None:
    config = load(None, {"COFFRE_DATA": str(tmp_path)})
    lay_schema(config)
    path = make_url(config.database.url).database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statements, steps in stories(file):
            with told(config.database.url):
                replay(statements, steps, connection)


@pytest.mark.servers
@pytest.mark.parametrize("file", recordings("postgresql"))
def test_an_older_program_at_a_host(postgresql: PostgreSQL, empty_room: str, file: Path) -> None:
    url = postgresql.create_database(f"older_{new_id()}", empty_room)
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        for statements, steps in stories(file):
            with told(url):
                replay(statements, steps, connection)


def _read(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _bytes(value) for name, value in values.items()}
    return [_bytes(value) for value in values]


def _bytes(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return bytes(value["long"]) if "long" in value else base64.b64decode(value["bytes"])

"""Databases that have the newest schema from the start: its steps run once a process, not once a test.

    lay_schema(config)      # before `prepare`, which then finds nothing to do

That the steps lead there from nothing is test_database's and test_prepare's business.
"""

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from vault import database_schema
from vault.config import Config
from vault.database import Database


def lay_schema(config: Config) -> None:
    """Makes the embedded database of a configuration, empty and up to date, unless it is there. Does nothing
    for a host's."""
    url = make_url(config.database.url)
    if url.get_backend_name() != "sqlite" or url.database is None or Path(url.database).exists():
        return
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(url.database).write_bytes(_empty_database())


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite"
        database = Database.open(f"sqlite:///{file}")
        database_schema.upgrade(database)
        # The last connection that closes leaves everything in the one file.
        database.close()
        return file.read_bytes()

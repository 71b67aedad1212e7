"""The parts that operators' commands work on, from the same configuration as the server's.

Owns how they are opened without making anything by the way: only `create=True` makes a folder or a bucket,
and a database that is not there is an error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from storage.base import ObjectStore
from storage.errors import StoreUnavailable
from vault import database_schema
from vault.admin.errors import NotInitialised, Outdated
from vault.config import Config, LocalStorage
from vault.database import Database
from vault.object_stores import store_of


def sqlite_file(url: str) -> Path | None:
    """The file of an embedded database; None for a host's."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def needs_folder(config: Config) -> bool:
    """Whether this deployment keeps anything in its data folder; one on PostgreSQL and S3 does not."""
    return sqlite_file(config.database.url) is not None or isinstance(config.storage, LocalStorage)


@contextmanager
def open_database(config: Config) -> Iterator[Database]:
    """The database of any schema. Raises NotInitialised when the embedded one's file is not there."""
    file = sqlite_file(config.database.url)
    if file is not None and not file.is_file():
        raise NotInitialised("there is no database yet: run `coffre admin init`")
    database = Database.open(config.database.url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_current_database(config: Config) -> Iterator[Database]:
    """The database with this program's schema. Raises NotInitialised, Outdated."""
    with open_database(config) as database:
        found = database_schema.revision(database)
        if found is None:
            raise NotInitialised("the database is empty: run `coffre admin init`")
        if found != database_schema.newest_revision():
            raise Outdated(f"the database has schema {found}: run `coffre admin migrate`")
        yield database


def known_revisions() -> frozenset[str]:
    """Every schema that this program can bring to its own; one that is not in here is of a newer program."""
    steps = ScriptDirectory(str(Path(database_schema.__file__).parent / "migrations"))
    return frozenset(step.revision for step in steps.walk_revisions())


def open_store(config: Config, *, create: bool = False) -> ObjectStore:
    """The store that the configuration names; with `create` its folder or bucket is made if it is absent.

    Raises StoreUnavailable (a folder that is not there), and with `create` StoreRefused.
    """
    storage = config.storage
    if not create and isinstance(storage, LocalStorage) and not (storage.path / "objects").is_dir():
        raise StoreUnavailable("the folder of objects is not there")
    return store_of(storage, create_bucket=create)

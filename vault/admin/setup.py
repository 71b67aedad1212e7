"""A new host, and a host with a newer program: `coffre admin init` and `coffre admin migrate`.

Both may be run again at any time; they report what they found and what they made.
"""

from collections.abc import Callable
from dataclasses import dataclass

from storage.errors import StoreError
from vault import database_schema, server_key
from vault.admin.deployment import known_revisions, needs_folder, open_database, open_store, sqlite_file
from vault.admin.errors import Busy, NotInitialised, Outdated
from vault.config import Config
from vault.database import Database
from vault.models.server import ServerSecret


@dataclass(frozen=True)
class Initialised:
    """What `init` made; False or equal revisions where it stood already."""

    data: str
    data_created: bool
    schema_from: str | None
    schema_to: str | None
    server_key_created: bool
    store: str
    store_created: bool


@dataclass(frozen=True)
class Migrated:
    """The schema before and after; equal when there was nothing to do."""

    schema_from: str
    schema_to: str


def init(config: Config, clock: Callable[[], int]) -> Initialised:
    """Makes data folder, tables, server's key, and the folder or bucket of objects, where they are absent.

    Raises Outdated, StoreError, and what the database raises.
    """
    data_created = needs_folder(config) and not config.data.is_dir()
    if needs_folder(config):
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = sqlite_file(config.database.url)
    if file is not None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Before SQLite makes it, because SQLite would ask the umask alone who may read it.
        file.touch(mode=0o600, exist_ok=True)
    with open_database(config) as database:
        before = _known_revision(database)
        database_schema.upgrade(database)
        after = database_schema.revision(database)
        with database.writing() as session:
            key_created = session.get(ServerSecret, 1) is None
            server_key.ensure(session, clock)
    return Initialised(
        data=str(config.data),
        data_created=data_created,
        schema_from=before,
        schema_to=after,
        server_key_created=key_created,
        store=type(config.storage).__name__.removesuffix("Storage").lower(),
        store_created=_make_store(config),
    )


def migrate(config: Config) -> Migrated:
    """Brings the tables to this program's schema; others serve meanwhile.

    Raises NotInitialised, Outdated, Busy.
    """
    with open_database(config) as database:
        before = _known_revision(database)
        if before is None:
            raise NotInitialised("the database is empty: run `coffre admin init`")
        try:
            database_schema.upgrade(database)
        except database_schema.SchemaBusy as error:
            raise Busy(str(error)) from None
        after = database_schema.revision(database)
        return Migrated(before, after or before)


def _known_revision(database: Database) -> str | None:
    found = database_schema.revision(database)
    if found is not None and found not in known_revisions():
        raise Outdated(f"schema {found} is of a newer program than this one")
    return found


def _make_store(config: Config) -> bool:
    """Whether the place of objects had to be made. Asks first, since keys often may not make buckets."""
    try:
        with open_store(config) as store:
            store.list(None, 1)
    except StoreError:
        with open_store(config, create=True) as store:
            store.list(None, 1)
        return True
    return False

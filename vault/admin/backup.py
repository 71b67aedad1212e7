"""A backup of a running host: `coffre admin backup DIR`.

First the database at one moment, then every object that it names: objects never change, and each was whole
in the store before its name was written, so that what is copied later still belongs to that moment. What
the sweep took in between is noted (`gone`). Each object is compared with its signed digests on the way;
what is not as it was signed is told and left out.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from storage.base import ObjectStore
from storage.errors import ObjectMissing
from storage.local import LocalStore
from vault import database_schema, retention
from vault.admin import archive, dump, inventory
from vault.admin.archive import BackupManifest
from vault.admin.errors import Outdated
from vault.admin.inventory import Expected
from vault.admin.transfer import Differs, copy
from vault.database import Database

THREADS = 4
_BATCH = 200

Progress = Callable[[int], None]


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds: objects and their bytes. `faulty` are names that could not be copied as signed."""

    folder: str
    created: int
    objects: int
    bytes: int
    gone: int
    faulty: tuple[str, ...]


def backup(
    database: Database,
    store: ObjectStore,
    folder: Path,
    clock: Callable[[], int],
    *,
    threads: int = THREADS,
    progress: Progress = lambda _: None,
) -> BackedUp:
    """Writes a backup into a new or empty folder. `progress` is told of bytes, from several threads.

    Raises NotEmpty, ToolFailed, Outdated, OSError, StoreUnavailable, StoreRefused; then the folder holds no
    manifest, thus no backup.
    """
    schema = database_schema.revision(database)
    if schema is None or schema != database_schema.newest_revision():
        raise Outdated("the database has another schema than this program: run `coffre admin migrate`")
    archive.begin(folder)
    created = clock()
    kind = archive.SQLITE if database.is_sqlite else archive.POSTGRESQL
    file = folder / archive.DATABASE_FILES[kind]
    with dump.snapshot(database, file) as session:
        archive.write_objects(folder, inventory.every(session))
    with LocalStore(folder) as target:
        copied = _copy_all(database, store, target, folder, threads, progress)
    manifest = BackupManifest(
        created=created,
        kind=kind,
        schema=schema,
        database_sha256=archive.hash_of(file),
        objects_sha256=archive.hash_of(folder / archive.OBJECTS),
        objects=copied.objects,
        bytes=copied.bytes,
        gone=tuple(copied.gone),
        faulty=tuple(copied.faulty),
    )
    archive.finish(folder, manifest)
    return BackedUp(
        folder=str(folder),
        created=created,
        objects=copied.objects,
        bytes=copied.bytes,
        gone=len(copied.gone),
        faulty=manifest.faulty,
    )


@dataclass
class _Copied:
    objects: int
    bytes: int
    gone: list[str]
    faulty: list[str]


def _copy_all(
    database: Database,
    store: ObjectStore,
    target: ObjectStore,
    folder: Path,
    threads: int,
    progress: Progress,
) -> _Copied:
    copied = _Copied(0, 0, [], [])
    with ThreadPoolExecutor(threads) as pool:
        for batch in batches(archive.read_objects(folder)):
            outcomes = pool.map(lambda one: _copy_one(database, store, target, one, progress), batch)
            for expected, outcome in zip(batch, outcomes, strict=True):
                if outcome == "copied":
                    copied.objects, copied.bytes = copied.objects + 1, copied.bytes + expected.length
                else:
                    (copied.gone if outcome == "gone" else copied.faulty).append(expected.name)
    return copied


def batches(objects: Iterator[Expected]) -> Iterator[list[Expected]]:
    """The objects, some hundred at a time, so that no list grows with the host."""
    while batch := list(islice(objects, _BATCH)):
        yield batch


def _copy_one(
    database: Database, store: ObjectStore, target: ObjectStore, expected: Expected, progress: Progress
) -> str:
    try:
        copy(store, target, expected, progress)
    except ObjectMissing:
        with database.reading() as session:
            return "faulty" if retention.is_named(session, expected.name) else "gone"
    except Differs:
        return "faulty"
    return "copied"

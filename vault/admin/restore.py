"""A backup on a new, empty host: `coffre admin restore DIR`.

Objects go first and the database last: as long as there is no database there is no half-restored host, and
the same command goes on where it was cut off. At the end everything is read back and compared with its
signed digests.

A restored host is in the state of the backup. What was signed since is lost to it: clients that saw more
refuse it as an older past (spec chapter 6), and authorisations and shares that ended since stand again.
Nobody is signed in.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.base import ObjectName, ObjectStore
from storage.errors import ObjectMissing
from storage.local import LocalStore
from vault import database_schema
from vault.admin import archive, dump
from vault.admin.backup import batches
from vault.admin.check import Checked, check
from vault.admin.deployment import known_revisions, needs_folder, open_store
from vault.admin.errors import BackupDamaged, BadBackup, NotEmpty, Outdated
from vault.admin.inventory import Expected
from vault.admin.transfer import Differs, copy
from vault.config import Config
from vault.database import Database
from vault.models.documents import Version
from vault.models.shares import Share, ShareFile
from vault.models.vaults import Vault

THREADS = 4
_NAMES = 500

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Restored:
    """What stands on the host now, and what reading all of it back found."""

    created: int
    """When the backup was made, in seconds since 1970."""
    schema: str | None
    objects: int
    bytes: int
    checked: Checked


def restore(
    config: Config, folder: Path, *, threads: int = THREADS, progress: Progress = lambda _: None
) -> Restored:
    """Fills an empty database and store, and verifies them. `progress` hears of bytes, from several threads.

    Raises BadBackup, BackupDamaged, Outdated, NotEmpty, ToolFailed, OSError, StoreUnavailable, StoreRefused.
    """
    manifest = archive.read(folder)
    _refuse_other(config, manifest)
    dump.refuse_tables(config.database.url)
    if needs_folder(config):
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    left_out = {*manifest.gone, *manifest.faulty}
    with LocalStore(folder) as source, open_store(config, create=True) as target:
        _refuse_foreign(target, folder)
        _copy_all(source, target, folder, left_out, threads, progress)
        file = folder / archive.DATABASE_FILES[manifest.kind]
        dump.load(config.database.url, file)
        database = Database.open(config.database.url)
        try:
            database_schema.upgrade(database)
            with database.writing() as session:
                _forget(session, manifest.gone)
            return Restored(
                created=manifest.created,
                schema=database_schema.revision(database),
                objects=manifest.objects,
                bytes=manifest.bytes,
                checked=check(database, target, threads=threads),
            )
        finally:
            database.close()


def _refuse_other(config: Config, manifest: archive.BackupManifest) -> None:
    sqlite = config.database.url.startswith("sqlite")
    if sqlite != (manifest.kind == archive.SQLITE):
        raise BadBackup(f"the backup is of {manifest.kind}: restore it into a database of that kind")
    if manifest.schema not in known_revisions():
        raise Outdated(f"the backup's schema {manifest.schema} is of a newer program than this one")


def _refuse_foreign(target: ObjectStore, folder: Path) -> None:
    """Raises NotEmpty when the store holds anything that is not of this backup."""
    # Both go in the order of names, so that one pass over the backup's list is enough.
    expected = (one.name for one in archive.read_objects(folder))
    after: ObjectName | None = None
    while names := target.list(after, _NAMES):
        for name in names:
            if next((known for known in expected if known >= name), None) != name:
                raise NotEmpty("the store holds objects already: restore into a new folder or bucket")
        after = names[-1]


def _copy_all(
    source: ObjectStore,
    target: ObjectStore,
    folder: Path,
    left_out: set[str],
    threads: int,
    progress: Progress,
) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for batch in batches(archive.read_objects(folder)):
            wanted = [expected for expected in batch if expected.name not in left_out]
            for _ in pool.map(lambda one: _copy_one(source, target, one, progress), wanted):
                pass


def _copy_one(source: ObjectStore, target: ObjectStore, expected: Expected, progress: Progress) -> None:
    try:
        copy(source, target, expected, progress)
    except (Differs, ObjectMissing):
        raise BackupDamaged(f"object {expected.name} of the backup is missing or not as it was") from None


def _forget(session: Session, gone: tuple[str, ...]) -> None:
    """Does to the rows what the sweep did when it took these objects, while the backup was made."""
    for name in gone:
        version = session.execute(select(Version).where(Version.object_name == name)).scalar_one_or_none()
        if version is not None:
            version.object_name, version.author_metadata = None, None
            version.header, version.metadata_sealed = b"", b""
            freed = update(Vault).where(Vault.id == version.vault)
            session.execute(freed.values(stored_bytes=Vault.stored_bytes - version.length))
        file = session.execute(select(ShareFile).where(ShareFile.object_name == name)).scalar_one_or_none()
        if file is not None:
            file.object_name = None
            session.execute(update(Share).where(Share.id == file.share).values(ended=True))

"""The form of a backup: a folder that holds one database and the objects it names.

    DIR/database.sqlite3 or DIR/database.pgdump   the database at one moment, without sessions and uploads
    DIR/objects.jsonl                             one line an object, by name: what it must be (Expected)
    DIR/objects/ab/ab01…                          the objects, as a local store keeps them
    DIR/manifest.json                             written last: without it the folder is no backup

Owns reading and writing of the two lists. The lists' own hashes stand in the manifest; the digests of
objects are those that their authors signed. Nothing here is encrypted again: addresses and the server's key
stand in the database.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from storage.base import ObjectName
from vault.admin.errors import BackupDamaged, BadBackup, NotEmpty
from vault.admin.inventory import Expected

FORMAT = "coffre-backup"
VERSION = 1
MANIFEST = "manifest.json"
OBJECTS = "objects.jsonl"
SQLITE = "sqlite"
POSTGRESQL = "postgresql"
DATABASE_FILES = {SQLITE: "database.sqlite3", POSTGRESQL: "database.pgdump"}
_READ = 1024 * 1024


@dataclass(frozen=True)
class BackupManifest:
    """What a backup holds. `gone` was swept while it was made; `faulty` was missing or damaged already."""

    created: int
    kind: str
    schema: str
    database_sha256: str
    objects_sha256: str
    objects: int
    bytes: int
    gone: tuple[str, ...]
    faulty: tuple[str, ...]


def begin(folder: Path) -> None:
    """Makes the folder, for its owner only. Raises NotEmpty."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise NotEmpty("a backup needs a new or an empty folder")
    except (FileExistsError, NotADirectoryError):
        raise NotEmpty("there is a file of that name") from None
    folder.chmod(0o700)


def write_objects(folder: Path, objects: Iterable[Expected]) -> tuple[int, int]:
    """Lists the objects, which come in the order of names; their number and their bytes."""
    number = size = 0
    with _create(folder / OBJECTS) as file:
        for expected in objects:
            line = {**asdict(expected), "digests": [digest.hex() for digest in expected.digests]}
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            number, size = number + 1, size + expected.length
        _flush(file)
    return number, size


def read_objects(folder: Path) -> Iterator[Expected]:
    """The objects in the order of names. Raises BadBackup for a line that is none."""
    with (folder / OBJECTS).open("rb") as file:
        for line in file:
            try:
                fields = json.loads(line)
                digests = tuple(bytes.fromhex(digest) for digest in fields.pop("digests"))
                yield Expected(**{**fields, "name": ObjectName(fields["name"]), "digests": digests})
            except (ValueError, TypeError, KeyError, AttributeError):
                raise BadBackup(f"{OBJECTS} has a line that is no object's") from None


def finish(folder: Path, manifest: BackupManifest) -> None:
    """Writes the manifest, which makes the folder a backup."""
    content = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    with _create(folder / f"{MANIFEST}.part") as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")
        _flush(file)
    (folder / f"{MANIFEST}.part").rename(folder / MANIFEST)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> BackupManifest:
    """The manifest of a backup whose database and list are as they were. Raises BadBackup, BackupDamaged."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        found, version = content.pop("format"), content.pop("version")
        for name in ("gone", "faulty"):
            content[name] = tuple(content[name])
        if (found, version) != (FORMAT, VERSION):
            raise BadBackup("a backup of a form that this program does not know")
        manifest = BackupManifest(**content)
        database = folder / DATABASE_FILES[manifest.kind]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise BadBackup(f"no readable {MANIFEST}: this is no backup, or one that was not finished") from None
    for path, sha256 in ((database, manifest.database_sha256), (folder / OBJECTS, manifest.objects_sha256)):
        try:
            if hash_of(path) != sha256:
                raise BackupDamaged(f"{path.name} is not what it was")
        except OSError:
            raise BackupDamaged(f"{path.name} cannot be read") from None
    return manifest


def _create(path: Path) -> BinaryIO:
    """A new file for its owner only."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def hash_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ):
            digest.update(chunk)
    return digest.hexdigest()

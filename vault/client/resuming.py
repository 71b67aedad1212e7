"""Uploads that an interruption left under way: the next `coffre add` of the same file goes on with them.

    with Uploads(home) as uploads:
        pending = uploads.of(place, path, part_size, is_gone)         # place: where it is to go
        sealer = ObjectSealer(source, …, file_key=pending.file_key, random=pending.random())
        for part in pending.recorded(sealer): …   # each part's hash is on disk before the part is given
    # without an error: everything is in the vault, nothing is kept

Sealing again must give the very same bytes, and never other bytes under the same key and nonce. So what
decides them (file key, a seed for nonce and padding) is kept in the home with the file's size and time and
the hash of each part that was sealed; a part that comes out differently ends the attempt, and for a file that
changed before, another key is drawn. The home holds the keyring's key as well: nothing here opens more.
Records are named by a hash. Knows nothing of the network or of sections.
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from crypto.age_file import new_file_key
from crypto.document import ObjectSealer, Part
from crypto.encoding import DocumentId, check_id, new_id
from crypto.errors import CoffreError, Stale
from crypto.primitives import Random, seeded_random, system_random
from vault.client.home import Home

LIFETIME: Final = 24 * 3600
"""Seconds after which an interrupted upload is begun anew: the server keeps its parts as long."""

_SEED_SIZE: Final = 32


@dataclass
class Pending:
    """One upload. `document` is the id under which it will be, or is already, in the vault."""

    document: DocumentId
    file_key: bytes = field(repr=False)
    seed: bytes = field(repr=False)
    hashes: list[bytes]
    """SHA-256 of each part that was sealed before."""
    upload: str = ""
    file: IO[bytes] | None = None
    """The record, locked. None: another process goes on with it, and nothing is recorded here."""

    def random(self) -> Random:
        """Nonce and padding, the same each time."""
        return seeded_random(self.seed)

    def note_upload(self, upload: str) -> None:
        """Remembers the server's name of the upload."""
        self.upload = upload
        self._write({"upload": upload}, flush=False)

    def recorded(self, sealer: ObjectSealer) -> Iterator[Part]:
        """The sealer's parts, each recorded first.

        Raises Stale when one differs from what was sealed before.
        """
        for part in sealer:
            if part.number < len(self.hashes):
                if self.hashes[part.number] != part.sha256:
                    self.forget()
                    raise Stale("the file changed since its upload was interrupted: add it again")
            else:
                self.hashes.append(part.sha256)
                self._write({"part": part.sha256.hex()}, flush=True)
            yield part

    def release(self) -> None:
        """Lets another process go on with it."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def _write(self, line: Mapping[str, str], *, flush: bool) -> None:
        if self.file is not None:
            _append(self.file, line, flush=flush)

    def forget(self) -> None:
        """The next attempt begins anew, under another key."""
        if self.file is not None:
            # Not flushed: a record that a power cut brings back is refused again.
            self.file.truncate(0)


class Uploads:
    """The uploads of one command. Their records go when it has ended without an error."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._mine: list[tuple[Pending, Path]] = []
        home.drop_upload_records(LIFETIME)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pending, path in self._mine:
            if kind is None and pending.file is not None:
                path.unlink(missing_ok=True)
            pending.release()

    def of(
        self, place: tuple[str, ...], path: Path, part_size: int, is_gone: Callable[[DocumentId], bool]
    ) -> Pending:
        """The upload of a file to a place, begun before if the file is still the same, else a new one.

        `is_gone` tells of documents that were added and removed since: these are not gone on with.
        """
        status = path.stat()
        name = hashlib.sha256(json.dumps([*place, str(path.absolute())]).encode()).hexdigest()[:32]
        record = self._home.upload_record(name)
        facts = {"size": status.st_size, "time": status.st_mtime_ns, "part_size": part_size}
        file = _locked(record)
        if file is None:
            return _fresh()
        try:
            pending = _read(file, facts)
            if pending is None or is_gone(pending.document):
                pending = _fresh()
                _begin(pending, file, facts)
        except BaseException:
            file.close()
            raise
        pending.file = file
        self._mine.append((pending, record))
        return pending


def _fresh() -> Pending:
    return Pending(DocumentId(new_id()), new_file_key(), system_random(_SEED_SIZE), [])


def _locked(record: Path) -> IO[bytes] | None:
    descriptor = os.open(record, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    file = os.fdopen(descriptor, "r+b", buffering=0)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _begin(pending: Pending, file: IO[bytes], facts: Mapping[str, int]) -> None:
    file.truncate(0)
    secret = {"key": pending.file_key.hex(), "seed": pending.seed.hex()}
    # On the disk with the first part's hash, before anything is sent that was sealed under this key.
    begun = {"document": pending.document, "began": int(time.time()), **facts, **secret}
    _append(file, begun, flush=False)


def _append(file: IO[bytes], line: Mapping[str, object], *, flush: bool) -> None:
    file.seek(0, os.SEEK_END)
    file.write(json.dumps(line).encode() + b"\n")
    if flush:
        os.fsync(file.fileno())


def _read(file: IO[bytes], facts: Mapping[str, int]) -> Pending | None:
    """What was recorded; None when it is of another file, too old, or damaged.

    A last line that was cut off never counted: what it was to record had not been sent.
    """
    content = file.read()
    whole = content.rfind(b"\n") + 1
    try:
        head, *rest = [json.loads(line) for line in content[:whole].splitlines()]
        age = time.time() - head["began"]
        if not 0 <= age < LIFETIME or any(head[name] != value for name, value in facts.items()):
            return None
        pending = Pending(
            DocumentId(check_id(head["document"])),
            bytes.fromhex(head["key"]),
            bytes.fromhex(head["seed"]),
            [],
        )
        for line in rest:
            if "upload" in line:
                pending.upload = check_id(line["upload"])
            else:
                pending.hashes.append(bytes.fromhex(line["part"]))
    except (ValueError, KeyError, TypeError, CoffreError):
        return None
    file.truncate(whole)
    return pending

"""A folder as an object store: the embedded default, and what a test or a small host uses.

Owns what is below its root, and the mapping of OSError (`_os_errors`, the only place). Several processes may
use one root at once. Needs a file system with hard links and flock: a local disk rather than a network share.

    root/objects/ab/ab01…            whole objects, in folders named by the first two characters
    root/pending/NAME.TOKEN/data     the object being written; each part stands at its final place already
    root/pending/NAME.TOKEN/7        part 7: "offset length sha256"; "-" for the hash until it is flushed

An object appears by a hard link from `data`, made after its bytes were flushed, and only if the name is free.
Senders hold a shared lock on `data` and an exclusive one on their part's record; completing takes `data`
exclusively, so that nobody can write into an object after it became visible. A part's place never changes
once its record is made, and completing asks that the places join without overlap: so no part can have damaged
another.
"""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.base import ObjectName, ObjectStore, Part, PartTag, Pending, UploadToken, is_object_name
from storage.errors import (
    ObjectExists,
    ObjectMissing,
    RangeNotSatisfiable,
    StoreRefused,
    StoreUnavailable,
    UploadMissing,
    WrongParts,
)
from storage.streams import CHUNK, ByteStream

_SHARD = re.compile(r"[0-9a-f]{2}", re.ASCII)
_RECORD = re.compile(rb"(\d{1,20}) (\d{1,20}) (-|[0-9a-f]{64})", re.ASCII)
_UNFINISHED = b"-"
_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTSUP, errno.ELOOP})


@contextmanager
def _os_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"the folder of objects: {os.strerror(error.errno) if error.errno else type(error).__name__}"
        if error.errno in _REFUSALS:
            raise StoreRefused(reason) from error
        raise StoreUnavailable(reason) from error


class LocalStore(ObjectStore):
    """Objects in a folder that is created if absent, readable by its owner only (0700, files 0600)."""

    minimum_part = 1

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._pending_uploads = root / "pending"
        # Folders of objects that this process knows to be on the disk for good; nobody removes one.
        self._flushed: set[str] = set()
        with _os_errors():
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self._objects, self._pending_uploads):
                folder.mkdir(mode=0o700, exist_ok=True)
            _flush_folder(root)

    def _close(self) -> None:
        """Nothing is held between calls."""

    def _put(self, name: ObjectName, chunks: Iterator[bytes], length: int) -> None:
        # Nobody resumes this one: its folder need not outlive a power cut.
        token = self._make(name)
        try:
            with self._upload(name, token, fcntl.LOCK_EX) as file:
                _write(file, chunks, 0)
                self._publish(name, token, file)
        finally:
            with suppress(StoreUnavailable, StoreRefused):
                self._abort(name, token)

    def _begin(self, name: ObjectName) -> UploadToken:
        token = self._make(name)
        with _os_errors():
            _flush_folder(self._folder_of(name, token))
            _flush_folder(self._pending_uploads)
        return token

    def _make(self, name: ObjectName) -> UploadToken:
        # The token holds the time of the beginning: the file system's time stamps move as parts arrive.
        token = UploadToken(f"{int(time.time()):012x}{secrets.token_hex(10)}")
        folder = self._folder_of(name, token)
        with _os_errors():
            folder.mkdir(mode=0o700)
            os.close(os.open(folder / "data", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return token

    def _put_part(
        self,
        name: ObjectName,
        token: UploadToken,
        number: int,
        offset: int,
        chunks: Iterator[bytes],
        length: int,
        _sha256: bytes | None,
    ) -> PartTag:
        with self._upload(name, token, fcntl.LOCK_SH) as file, self._record(name, token, number) as record:
            place = f"{offset} {length}"
            with _os_errors():
                known = _RECORD.fullmatch(os.pread(record, 200, 0))
                if known and f"{int(known[1])} {int(known[2])}" != place:
                    raise WrongParts(f"part {number} was sent before with another offset or length")
                os.ftruncate(record, 0)
                os.pwrite(record, f"{place} ".encode() + _UNFINISHED, 0)
            tag = _write(file, chunks, offset)
            with _os_errors():
                os.fdatasync(file)
                os.ftruncate(record, 0)
                os.pwrite(record, f"{place} {tag}".encode(), 0)
        return tag

    def _complete(self, name: ObjectName, token: UploadToken, parts: Sequence[Part]) -> None:
        try:
            with self._upload(name, token, fcntl.LOCK_EX) as file:
                end = self._check_parts(name, token, parts)
                with _os_errors():
                    os.ftruncate(file, end)
                self._publish(name, token, file)
        except UploadMissing:
            with suppress(ObjectMissing):
                self._size(name)
                raise ObjectExists("completed already") from None
            raise
        # The object is durable here: what is left of the upload is only waste, which a sweep would find.
        with suppress(StoreUnavailable, StoreRefused):
            self._abort(name, token)

    def _abort(self, name: ObjectName, token: UploadToken) -> None:
        if not is_object_name(token):
            return
        folder = self._folder_of(name, token)
        with _os_errors():
            # `data` goes first: a sender that comes later finds no upload and leaves no new record behind.
            (folder / "data").unlink(missing_ok=True)
            try:
                for entry in list(folder.iterdir()):
                    entry.unlink(missing_ok=True)
                folder.rmdir()
            except FileNotFoundError:
                self._pending_uploads.stat()  # not there: the store is down

    def _open_range(self, name: ObjectName, start: int, length: int) -> ByteStream:
        with _os_errors():
            try:
                file = os.fdopen(os.open(self._path_of(name), os.O_RDONLY | os.O_NOFOLLOW), "rb", buffering=0)
            except FileNotFoundError:
                raise self._absent() from None
            try:
                if start + length > os.fstat(file.fileno()).st_size:
                    raise RangeNotSatisfiable("the range reaches outside of the object")
                file.seek(start)
            except BaseException:
                file.close()
                raise

        def chunks() -> Iterator[bytes]:
            left = length
            while left:
                with _os_errors():
                    chunk = file.read(min(CHUNK, left))
                if not chunk:
                    return
                left -= len(chunk)
                yield chunk

        return ByteStream(chunks(), length, file.close)

    def _size(self, name: ObjectName) -> int:
        with _os_errors():
            try:
                return self._path_of(name).stat(follow_symlinks=False).st_size
            except FileNotFoundError:
                raise self._absent() from None

    def _delete(self, name: ObjectName) -> None:
        path = self._path_of(name)
        with _os_errors():
            try:
                path.unlink()
            except FileNotFoundError:
                with suppress(ObjectMissing):
                    raise self._absent() from None
                return
            _flush_folder(path.parent)

    def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
        found: list[ObjectName] = []
        with _os_errors():
            for shard in sorted(self._objects.iterdir()):
                if not _SHARD.fullmatch(shard.name) or (after is not None and shard.name < after[:2]):
                    continue
                names = sorted(file.name for file in shard.iterdir() if is_object_name(file.name))
                found += [ObjectName(name) for name in names if after is None or name > after]
                if len(found) >= limit:
                    break
        return tuple(found[:limit])

    def _pending(self) -> Iterator[Pending]:
        with _os_errors():
            folders = list(self._pending_uploads.iterdir())
        for folder in folders:
            name, _, token = folder.name.partition(".")
            if is_object_name(name) and is_object_name(token):
                started_at = datetime.fromtimestamp(int(token[:12], 16), UTC)
                yield Pending(ObjectName(name), UploadToken(token), started_at)

    def _path_of(self, name: ObjectName) -> Path:
        return self._objects / name[:2] / name

    def _folder_of(self, name: ObjectName, token: UploadToken) -> Path:
        return self._pending_uploads / f"{name}.{token}"

    def _absent(self) -> ObjectMissing | StoreUnavailable:
        # An unmounted disk leaves an empty folder: that must not pass for the absence of an object.
        if self._objects.is_dir():
            return ObjectMissing("no such object")
        return StoreUnavailable("the folder of objects is not there")

    @contextmanager
    def _upload(self, name: ObjectName, token: UploadToken, lock: int) -> Iterator[int]:
        """The locked descriptor of an upload's data. Raises UploadMissing; StoreUnavailable if in use."""
        if not is_object_name(token):
            raise UploadMissing("no upload has such a token")
        with _os_errors():
            try:
                file = os.open(self._folder_of(name, token) / "data", os.O_RDWR | os.O_NOFOLLOW)
            except FileNotFoundError:
                self._pending_uploads.stat()  # not there: the store is down
                raise UploadMissing("no such upload") from None
        try:
            _lock(file, lock, "the upload is in use by another request")
            if os.fstat(file).st_nlink != 1:  # aborted (0), or completed and not yet swept (2)
                raise UploadMissing("the upload has ended")
            yield file
        finally:
            os.close(file)

    @contextmanager
    def _record(self, name: ObjectName, token: UploadToken, number: int) -> Iterator[int]:
        with _os_errors():
            try:
                path = self._folder_of(name, token) / str(number)
                record = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
            except FileNotFoundError:
                raise UploadMissing("the upload has ended") from None
        try:
            _lock(record, fcntl.LOCK_EX, "this part is just arriving in another request")
            yield record
        finally:
            os.close(record)

    def _check_parts(self, name: ObjectName, token: UploadToken, parts: Sequence[Part]) -> int:
        """The length of the object that the parts make. Raises WrongParts."""
        folder = self._folder_of(name, token)
        with _os_errors():
            records = {
                int(entry.name): _RECORD.fullmatch(entry.read_bytes())
                for entry in folder.iterdir()
                if entry.name.isdecimal()
            }
        end = 0
        for part in parts:
            record = records.pop(part.number, None)
            if record is None or record[3] == _UNFINISHED:
                raise WrongParts(f"part {part.number} did not arrive")
            if record[3].decode() != part.tag or int(record[2]) != part.length:
                raise WrongParts(f"part {part.number} is not the one that was sent last")
            if int(record[1]) != end:
                raise WrongParts(f"part {part.number} does not start where the one before ends")
            end += part.length
        if any(record is None or int(record[1]) < end for record in records.values()):
            raise WrongParts("a part that is not named reaches into the object")
        return end

    def _publish(self, name: ObjectName, token: UploadToken, file: int) -> None:
        path = self._path_of(name)
        with _os_errors():
            os.fsync(file)
            if path.parent.name not in self._flushed:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                _flush_folder(self._objects)
                self._flushed.add(path.parent.name)
            try:
                path.hardlink_to(self._folder_of(name, token) / "data")
            except FileExistsError:
                raise ObjectExists("an object of that name exists") from None
            except FileNotFoundError:
                raise UploadMissing("the upload was aborted") from None
            try:
                _flush_folder(path.parent)
            except OSError:
                # Not known to be durable, thus not to be seen either.
                path.unlink(missing_ok=True)
                raise


def _lock(file: int, lock: int, busy: str) -> None:
    # Never waits: a sender whose connection died can hold its lock until the server's own time limit.
    with _os_errors():
        try:
            fcntl.flock(file, lock | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreUnavailable(busy) from None


def _write(file: int, chunks: Iterator[bytes], offset: int) -> PartTag:
    """Writes all chunks from `offset` on; their SHA-256. What reading the chunks raises passes through."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        rest = memoryview(chunk)
        with _os_errors():
            while rest:
                written = os.pwrite(file, rest, offset)
                offset += written
                rest = rest[written:]
    return PartTag(digest.hexdigest())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""What every object store promises. Objects are opaque ciphertext, written once under random names.

Owns the names, the contract and the checks of what callers pass; a store writes only the underscored methods,
whose promises are those of the public method of the same name. Knows nothing of documents, accounts or keys.
The contract is checked on every store by tests/storage/contract.py. Source: DESIGN, "Server".

    name = new_object_name()
    store.put(name, body, length)                             # a small object, in one go
    token = store.begin(name)                                 # or in parts, in any order, again if need be
    first = store.put_part(name, token, 1, 0, body, length)
    store.complete(name, token, [Part(1, first, length)])
    with store.open_range(name, 0, 100) as stream: ...

Atomic: an object is seen whole or not at all. Durable: once `put` or `complete` returns, it survives a power
cut as far as the store can promise that. Write-once: an object is never replaced. On S3 that rests on
conditional requests, which AWS, Ceph and SeaweedFS honour for `put`, and which Ceph 16 ignores for
`complete`; what truly protects is that names are random and never used twice.
Empty objects do not exist: a length of 0 is refused (WrongLength).
Every method may also raise StoreUnavailable and StoreRefused. Stores are safe to share between threads.
"""

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, NewType, Self

from storage.errors import (
    BadObjectName,
    RangeNotSatisfiable,
    StoreRefused,
    UploadMissing,
    WrongLength,
    WrongParts,
)
from storage.streams import Body, ByteStream, exact_chunks

ObjectName = NewType("ObjectName", str)
UploadToken = NewType("UploadToken", str)
PartTag = NewType("PartTag", str)

MAXIMUM_PARTS = 10_000
MAXIMUM_PAGE = 1_000
ERASING = 8
"""How many deletions `erase` has under way."""

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9._~+=-]{1,1024}", re.ASCII)


class Part(NamedTuple):
    """One part that was sent: number from 1, the tag that `put_part` gave, length in bytes."""

    number: int
    tag: PartTag
    length: int


class Pending(NamedTuple):
    """An upload that was begun and has not ended; `started_at` is in UTC, by the store's clock."""

    name: ObjectName
    token: UploadToken
    started_at: datetime


def new_object_name() -> ObjectName:
    """128 random bits as 32 lower-case hexadecimal characters."""
    return ObjectName(secrets.token_hex(16))


def is_object_name(text: str) -> bool:
    """Whether the text has the form of an object's name; for listings that may hold foreign keys."""
    return _NAME.fullmatch(text) is not None


def object_name(text: str) -> ObjectName:
    """The text as a name. Raises BadObjectName for anything but 32 lower-case hexadecimal characters."""
    if not is_object_name(text):
        raise BadObjectName("an object's name is 32 lower-case hexadecimal characters")
    return ObjectName(text)


class ObjectStore(ABC):
    """The contract; see the module's docstring."""

    minimum_part: int
    """Bytes that every part but the last must have at least. `complete` refuses less (WrongParts)."""

    def close(self) -> None:
        """Lets go of connections; the store is not used afterwards. `with` does the same."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def put(self, name: ObjectName, body: Body, length: int) -> None:
        """Stores a whole object of `length` bytes. Memory is constant.

        Raises ObjectExists, WrongLength, BadObjectName; on any error nothing is visible under the name.
        """
        object_name(name)
        check_length(length)
        self._put(name, exact_chunks(body, length), length)

    def begin(self, name: ObjectName) -> UploadToken:
        """Starts an upload in parts; the token has up to 1024 letters, digits and `._~+=-`.

        Several uploads of one name may run; `complete` lets the first one win. Raises BadObjectName.
        """
        object_name(name)
        token = self._begin(name)
        if not _TOKEN.fullmatch(token):
            raise StoreRefused("the store names its uploads in an unknown way")
        return token

    def put_part(
        self,
        name: ObjectName,
        token: UploadToken,
        number: int,
        offset: int,
        body: Body,
        length: int,
        sha256: bytes | None = None,
    ) -> PartTag:
        """Stores one part. Parts may come in any order, in parallel, and again: what was sent last counts.

        `number` counts from 1 to MAXIMUM_PARTS; `offset` is where the part starts in the object, in bytes. A
        part that is sent again has the same offset and length; a store may refuse others.
        `sha256`: the body's, where it is known beforehand. A store may go by it, and refuse others
        (StoreUnavailable), or pay no heed to it: callers compare for themselves.
        Raises UploadMissing, WrongLength (the part must be sent again), WrongParts (impossible place).
        StoreUnavailable may also mean that the same part is just arriving in another request.
        """
        object_name(name)
        check_token(token)
        check_length(length)
        if not 1 <= number <= MAXIMUM_PARTS or offset < 0 or (number == 1) != (offset == 0):
            raise WrongParts(f"part {number} cannot start at byte {offset}")
        return self._put_part(name, token, number, offset, exact_chunks(body, length), length, sha256)

    def complete(self, name: ObjectName, token: UploadToken, parts: Sequence[Part]) -> None:
        """Makes the parts 1 to n one object, at once and durably; every part counts as long as is said here.

        A tag stands for its bytes: that of a part which was sent again since is refused (WrongParts), or on
        some S3 servers gives the bytes that were sent under it, never others.
        Raises WrongParts (send and complete again), UploadMissing, and ObjectExists, which a caller that asks
        again after a lost answer may take as done once `size` gives the total.
        """
        object_name(name)
        check_token(token)
        ordered = sorted(Part(*part) for part in parts)
        if not ordered or [part.number for part in ordered] != list(range(1, len(ordered) + 1)):
            raise WrongParts("parts must be numbered from 1, without a gap")
        if any(part.length < self.minimum_part for part in ordered[:-1]):
            raise WrongParts(f"every part but the last must have {self.minimum_part} bytes at least")
        self._complete(name, token, ordered)

    def abort(self, name: ObjectName, token: UploadToken) -> None:
        """Forgets an upload and its parts. Aborting what is gone, or was never there, succeeds.

        An object that was completed stays. Raises BadObjectName.
        """
        object_name(name)
        if _TOKEN.fullmatch(token):
            self._abort(name, token)

    def open_range(self, name: ObjectName, start: int, length: int) -> ByteStream:
        """Bytes `start` to `start + length - 1` as a stream that must be read to its end or closed.

        Raises ObjectMissing, RangeNotSatisfiable (unless the range is 1 byte at least, all in the object).
        The stream raises StoreUnavailable if the store fails midway.
        """
        object_name(name)
        if start < 0 or length < 1:
            raise RangeNotSatisfiable("a range starts at 0 or later and has 1 byte at least")
        return self._open_range(name, start, length)

    def size(self, name: ObjectName) -> int:
        """The object's length in bytes. Raises ObjectMissing."""
        object_name(name)
        return self._size(name)

    def delete(self, name: ObjectName) -> None:
        """Removes an object; succeeds when there is none. Streams that are open may end or fail.

        A bucket with versioning or object lock may keep the bytes: the operator's rule, not visible here.
        """
        object_name(name)
        self._delete(name)

    def list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
        """Names of whole objects in ascending order, those greater than `after`, 1 to `limit` of them.

        `limit` is cut to MAXIMUM_PAGE. An empty page, and only that, means the end. Foreign keys are skipped.
        """
        if after is not None:
            object_name(after)
        return self._list(after, max(1, min(limit, MAXIMUM_PAGE)))

    def pending(self) -> Iterator[Pending]:
        """Uploads that were begun and not ended, so that a sweep can abort the old ones. In no order.

        A local store also shows a `put` under way or cut off by a crash.
        """
        return self._pending()

    def erase(self) -> int:
        """Deletes every object, every earlier version that a bucket kept, and every upload under way.

        How many objects those were, not counting earlier versions and uploads. What is not ours (foreign
        keys) stays.
        Raises StoreRefused when the store keeps one of them (object lock).
        """
        return self._erase()

    @abstractmethod
    def _close(self) -> None: ...

    @abstractmethod
    def _put(self, name: ObjectName, chunks: Iterator[bytes], length: int) -> None: ...

    @abstractmethod
    def _begin(self, name: ObjectName) -> UploadToken: ...

    @abstractmethod
    def _put_part(
        self,
        name: ObjectName,
        token: UploadToken,
        number: int,
        offset: int,
        chunks: Iterator[bytes],
        length: int,
        sha256: bytes | None,
    ) -> PartTag: ...

    @abstractmethod
    def _complete(self, name: ObjectName, token: UploadToken, parts: Sequence[Part]) -> None: ...

    @abstractmethod
    def _abort(self, name: ObjectName, token: UploadToken) -> None: ...

    @abstractmethod
    def _open_range(self, name: ObjectName, start: int, length: int) -> ByteStream: ...

    @abstractmethod
    def _size(self, name: ObjectName) -> int: ...

    @abstractmethod
    def _delete(self, name: ObjectName) -> None: ...

    @abstractmethod
    def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]: ...

    @abstractmethod
    def _pending(self) -> Iterator[Pending]: ...

    def _erase(self) -> int:
        erased = 0
        for upload in list(self._pending()):
            self._abort(upload.name, upload.token)
        with ThreadPoolExecutor(ERASING) as pool:
            while names := self._list(None, MAXIMUM_PAGE):
                for _ in pool.map(self._delete, names):
                    erased += 1
        return erased


def check_length(length: int) -> None:
    """Raises WrongLength for what no object or part can have."""
    if length < 1:
        raise WrongLength("an object or part has 1 byte at least")


def check_token(token: UploadToken) -> None:
    """Raises UploadMissing for what no store gives as a token."""
    if not _TOKEN.fullmatch(token):
        raise UploadMissing("no upload has such a token")

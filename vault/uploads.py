"""Ciphertext on its way into the store (spec chapter 4, "Object"): reserve, parts in any order, one object.

Owns uploads and their parts until a commit names the object. The server hashes each part as it passes and
never holds one whole. Nothing that happens here is visible to readers; what is abandoned is swept.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from crypto.encoding import new_id
from crypto.errors import LimitExceeded, Malformed, Tampered
from storage.base import ObjectName, ObjectStore, UploadToken, new_object_name
from storage.errors import ObjectExists, StoreError, StoreUnavailable, UploadMissing
from vault import direct_parts, quotas
from vault.database import Database
from vault.errors import NotFound
from vault.models.documents import Upload, UploadPart
from vault.models.vaults import Vault
from vault.objects import doom

LIFETIME = 24 * 3600
# While an object is being put together, its upload must outlive the sweep.
COMPLETING = 3600
MINIMUM_PART = 5 * 1024 * 1024
MAXIMUM_PART = 64 * 1024 * 1024
MAXIMUM_OPEN = 200
CHUNK = 256 * 1024


class Incomplete(NotFound):
    """An upload that nothing can name yet: its parts are not one object."""


class Readable(Protocol):
    """A request's body."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True)
class PartReceived:
    """A part as it arrived."""

    number: int
    sha256: bytes


def part_count(length: int, part_size: int) -> int:
    """How many parts an object of `length` bytes has."""
    return -(-length // part_size)


def reserve(
    session: Session,
    store: ObjectStore,
    vault: Vault,
    account: str,
    *,
    length: int,
    part_size: int,
    quota: int,
    maximum: int,
    now: int,
) -> Upload:
    """Starts an upload.

    Raises Malformed (part size), LimitExceeded (length, quota of the vault, too many open uploads).
    """
    check_part_size(part_size)
    # Padding and chunk tags make an object larger than its document, by less than an eighth.
    if not 1 <= length <= maximum + maximum // 8 + 65536:
        raise LimitExceeded("length of an object")
    check_room(session, vault, length, 1, quota)
    name = new_object_name()
    upload = Upload(
        id=new_id(),
        vault=vault.id,
        account=account,
        object_name=name,
        store_token=store.begin(name),
        length=length,
        part_size=part_size,
        completed=False,
        expires=now + LIFETIME,
    )
    session.add(upload)
    return upload


def check_part_size(part_size: int) -> None:
    """Raises Malformed for what no upload's parts can have."""
    if not MINIMUM_PART <= part_size <= MAXIMUM_PART or part_size % 65536:
        raise Malformed("part size")


def check_room(session: Session, vault: Vault, length: int, number: int, quota: int) -> None:
    """Raises LimitExceeded: the vault's quota, or too many open uploads, with `number` more of `length`
    bytes. `quota`: what the host allows every vault. The vault is locked."""
    quota = quotas.of(vault, quota)
    reserved, opened = session.execute(
        select(func.coalesce(func.sum(Upload.length), 0), func.count()).where(Upload.vault == vault.id)
    ).one()
    if opened + number > MAXIMUM_OPEN or (quota and vault.stored_bytes + int(reserved) + length > quota):
        raise LimitExceeded("quota")


def is_completed(session: Session, upload: str) -> bool:
    """Whether an upload's parts are one object already."""
    return bool(session.execute(select(Upload.completed).where(Upload.id == upload)).scalar_one_or_none())


def find(session: Session, vault: str, upload: str, account: str, now: int) -> Upload:
    """An account's own open upload. Raises NotFound."""
    row = session.get(Upload, upload)
    if row is None or row.vault != vault or row.account != account or row.expires <= now:
        raise NotFound("no such upload")
    return row


_PARTS: Final = select(UploadPart).where(UploadPart.upload == bindparam("upload")).order_by(UploadPart.number)


def parts_of(session: Session, upload: str) -> list[UploadPart]:
    """The parts that arrived, by number."""
    return list(session.execute(_PARTS, {"upload": upload}).scalars())


def receive(
    database: Database,
    store: ObjectStore,
    upload: Upload,
    number: int,
    body: Readable,
    *,
    length: int,
    sha256: bytes,
) -> PartReceived:
    """Streams a part into the store, in chunks, and notes it once it is there. A part may be sent again.

    Raises Malformed (number or length impossible), Tampered (the bytes have another SHA-256 than announced;
    the part counts as not sent), NotFound (the upload ended meanwhile), and what the store raises.
    """
    offset = offset_of(upload, number, length)
    # An earlier attempt's note goes first: if this one fails, the part counts as not sent.
    _forget_part(database, upload.id, number)
    digest = hashlib.sha256()
    chunks = _hashed(body, length, digest.update)
    try:
        tag = store.put_part(
            ObjectName(upload.object_name),
            UploadToken(upload.store_token),
            number,
            offset,
            chunks,
            length,
            sha256,
        )
    except StoreError as error:
        # Read to its end, so that its sender is there for the answer. A store goes by the announced digest,
        # and may have refused the bytes for it.
        arrived = sum(map(len, chunks))
        if isinstance(error, StoreUnavailable) and not arrived and digest.digest() != sha256:
            raise Tampered("part's digest") from error
        raise
    if digest.digest() != sha256:
        _forget_part(database, upload.id, number)
        raise Tampered("part's digest")
    with database.writing() as session:
        if session.get(Upload, upload.id, with_for_update=True) is None:
            raise NotFound("the upload ended meanwhile")
        part = UploadPart(upload=upload.id, number=number, length=length, sha256=sha256, store_tag=tag)
        session.merge(part)
    return PartReceived(number, sha256)


def offset_of(upload: Upload, number: int, length: int) -> int:
    """Where a part starts in its object. Raises Malformed: a number or length that no part of it has."""
    if not 1 <= number <= part_count(upload.length, upload.part_size) or upload.completed:
        raise Malformed("part number")
    offset = (number - 1) * upload.part_size
    if length != min(upload.part_size, upload.length - offset):
        raise Malformed("part length")
    return offset


def _forget_part(database: Database, upload: str, number: int) -> None:
    with database.writing() as session:
        session.execute(delete(UploadPart).where(UploadPart.upload == upload, UploadPart.number == number))


class _Update(Protocol):
    def __call__(self, chunk: bytes, /) -> None: ...


def _hashed(body: Readable, length: int, update: _Update) -> Iterator[bytes]:
    left = length
    while left and (chunk := body.read(min(CHUNK, left))):
        left -= len(chunk)
        update(chunk)
        yield chunk


def check_parts(session: Session, upload: Upload, digests: tuple[bytes, ...], length: int) -> None:
    """Whether what arrived is what a statement describes. Raises Tampered, Malformed (parts are missing)."""
    parts = parts_of(session, upload.id)
    if upload.length != length:
        raise Tampered("length of the object")
    if [part.number for part in parts] != list(range(1, part_count(upload.length, upload.part_size) + 1)):
        raise Malformed("parts are missing")
    if tuple(part.sha256 for part in parts) != digests:
        raise Tampered("parts of the object")


def whole_digest(store: ObjectStore, upload: Upload) -> bytes:
    """SHA-256 of a completed object, read as a stream."""
    digest = hashlib.sha256()
    with store.open_range(ObjectName(upload.object_name), 0, upload.length) as stream:
        for chunk in stream:
            digest.update(chunk)
    return digest.digest()


def complete(database: Database, store: ObjectStore, upload_id: str, now: int) -> None:
    """Makes the parts one object. To be called before the transaction that names it, and safe to call again.

    Raises NotFound (also when the sweep took the upload meanwhile), Malformed (parts are missing), and what
    the store raises.
    """
    with database.writing() as session:
        upload = session.get(Upload, upload_id, with_for_update=True)
        if upload is None:
            raise NotFound("no such upload")
        upload.expires = max(upload.expires, now + COMPLETING)
        noted = parts_of(session, upload_id)
        name, token, length = upload.object_name, upload.store_token, upload.length
        if upload.completed:
            return
    try:
        parts = direct_parts.settled(store, upload, noted)
        store.complete(ObjectName(name), UploadToken(token), parts)
    except (ObjectExists, UploadMissing):
        # Completed before, and the note of it was lost in a crash.
        if store.size(ObjectName(name)) != length:
            raise
    with database.writing() as session:
        upload = session.get(Upload, upload_id, with_for_update=True)
        if upload is None:
            raise NotFound("the upload ended meanwhile")
        upload.completed = True


def locked(session: Session, upload_id: str) -> Upload | None:
    """An upload's row, locked until the transaction ends, so that no sweep takes it meanwhile.

    While the caller holds it, `find` and `end` need not read it again. Raises Incomplete.
    """
    upload = session.get(Upload, upload_id, with_for_update=True)
    if upload is not None and not upload.completed:
        raise Incomplete("its parts are not one object yet")
    return upload


def take(session: Session, vault: str, upload_id: str, account: str) -> Upload:
    """Ends an upload whose object is being named in this very transaction. Raises NotFound."""
    return end(session, locked(session, upload_id), vault, account)


def end(session: Session, upload: Upload | None, vault: str, account: str) -> Upload:
    """`take` of one that is locked already. Raises NotFound."""
    if upload is None or upload.vault != vault or upload.account != account or not upload.completed:
        raise NotFound("no such upload")
    session.delete(upload)
    return upload


def drop(session: Session, upload: Upload, now: int) -> tuple[ObjectName, UploadToken]:
    """Ends an upload that nothing will name; gives what the store must be told to abort."""
    name, token = ObjectName(upload.object_name), UploadToken(upload.store_token)
    # It may be an object already, or become one in a request that is just completing it.
    doom(session, name, now + COMPLETING)
    session.delete(upload)
    return name, token

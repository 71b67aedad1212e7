"""Parts that go straight to the store (spec chapter 4, "Object"), one signed URL for each, just in time.

Owns how such a part is noted: with the SHA-256 that its sender announced and without the store's tag. The
server never sees its bytes: before it acknowledges it holds number and length against what the store has, and
readers (and `coffre admin check`) hold the bytes against the manifest. Proxied parts of the same upload stay
as they are in vault.uploads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto.errors import Malformed
from storage.base import ObjectName, ObjectStore, Part, PartTag, UploadToken
from storage.direct import DirectStore, Presigned
from storage.errors import UploadMissing
from vault.errors import Conflict, NotFound
from vault.models.documents import Upload, UploadPart

LIFETIME = 60
"""Seconds: a right that ends leaves no signed URL alive for longer. Clients ask just before each part."""


@dataclass(frozen=True)
class Announced:
    """A part that its sender is about to send: number from 1, length in bytes, SHA-256."""

    number: int
    length: int
    sha256: bytes


def announce(session: Session, store: DirectStore, upload: Upload, part: Announced) -> Presigned:
    """A URL for one part, which lives for LIFETIME seconds; its number and length were looked at before.

    The same part may be announced again, when a URL has expired or a connection broke.
    Raises Conflict for other bytes under a number that was announced or arrived, NotFound (the upload ended).
    """
    row = session.get(Upload, upload.id, with_for_update=True)
    if row is None or row.completed:
        raise NotFound("no such upload")
    known = session.get(UploadPart, (upload.id, part.number))
    if known is not None and known.sha256 != part.sha256:
        raise Conflict("the part was announced with another digest")
    if known is None:
        session.add(
            UploadPart(
                upload=upload.id, number=part.number, length=part.length, sha256=part.sha256, store_tag=""
            )
        )
    return store.presign_part(
        ObjectName(upload.object_name),
        UploadToken(upload.store_token),
        part.number,
        part.length,
        lifetime=LIFETIME,
    )


def arrived(store: ObjectStore, upload: Upload, noted: Sequence[UploadPart]) -> list[UploadPart]:
    """Of the parts that were noted, those that are there."""
    try:
        tags = _tags(store, upload, noted)
    except UploadMissing:
        tags = {}
    return [part for part in noted if part.store_tag or (part.number, part.length) in tags]


def settled(store: ObjectStore, upload: Upload, noted: Sequence[UploadPart]) -> list[Part]:
    """The noted parts as the store is asked to join them.

    Raises Malformed when one has not arrived, and UploadMissing.
    """
    tags = _tags(store, upload, noted)
    parts = []
    for part in noted:
        tag = part.store_tag or tags.get((part.number, part.length))
        if not tag:
            raise Malformed("parts are missing")
        parts.append(Part(part.number, PartTag(tag), part.length))
    return parts


def _tags(store: ObjectStore, upload: Upload, noted: Sequence[UploadPart]) -> dict[tuple[int, int], str]:
    """The store's tags by number and length; asked for only if a part went straight there."""
    if all(part.store_tag for part in noted) or not isinstance(store, DirectStore):
        return {}
    held = store.arrived(ObjectName(upload.object_name), UploadToken(upload.store_token))
    numbers = [part.number for part in held]
    # Two tags for a number: its sender sent other bytes under one URL. It counts as not sent.
    return {(part.number, part.length): part.tag for part in held if numbers.count(part.number) == 1}

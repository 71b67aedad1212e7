"""Small objects that arrive whole, several in one request (spec chapter 4, "Object").

    uploads = receive(database, store, vault_id, account, [ciphertext, …], part_size=…, quota=…, now=now)
    # each is an upload that is complete: a commit names it, or it is swept

Owns the order: rows first, then objects, then the note that they are there; so that a crash leaves nothing
that the sweep does not find. An object here has one part, and is held in memory. Knows no manifest.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from crypto.encoding import new_id
from crypto.errors import LimitExceeded, Malformed
from storage.base import ObjectName, ObjectStore, new_object_name
from vault import ledger, uploads
from vault.database import Database
from vault.errors import NotFound
from vault.models.documents import Upload, UploadPart

MAXIMUM_OBJECT: Final = 1024 * 1024
MAXIMUM_BATCH: Final = 4 * 1024 * 1024
MAXIMUM_NUMBER: Final = 64

# Stands for the store's tag of a part that arrived as its whole object.
_WHOLE: Final = "whole"
_PARALLEL: Final = 8


def check(objects: Sequence[bytes], part_size: int) -> None:
    """Raises Malformed (part size, none, an empty one), LimitExceeded (one too large, or all together)."""
    uploads.check_part_size(part_size)
    if not objects or not all(objects):
        raise Malformed("objects have 1 byte at least")
    sizes = [len(content) for content in objects]
    if max(sizes) > MAXIMUM_OBJECT or sum(sizes) > MAXIMUM_BATCH or len(sizes) > MAXIMUM_NUMBER:
        raise LimitExceeded("small objects")


def receive(
    database: Database,
    store: ObjectStore,
    vault: str,
    account: str,
    objects: Sequence[bytes],
    *,
    part_size: int,
    quota: int,
    now: int,
) -> list[str]:
    """Stores objects; the ids of their uploads, complete, in the same order.

    Raises as `check`, LimitExceeded (quota, too many open uploads), and what the store raises; what was
    stored until then is swept.
    """
    check(objects, part_size)
    with database.writing() as session:
        begun = _reserve(session, vault, account, objects, part_size=part_size, quota=quota, now=now)
    names = [ObjectName(upload.object_name) for upload in begun]
    if len(objects) == 1:
        store.put(names[0], iter((objects[0],)), len(objects[0]))
    else:
        with ThreadPoolExecutor(_PARALLEL) as pool:
            sent = [
                pool.submit(store.put, name, iter((content,)), len(content))
                for name, content in zip(names, objects, strict=True)
            ]
        for future in sent:
            future.result()
    with database.writing() as session:
        _note(session, begun, objects)
    return [upload.id for upload in begun]


def _reserve(
    session: Session,
    vault: str,
    account: str,
    objects: Sequence[bytes],
    *,
    part_size: int,
    quota: int,
    now: int,
) -> list[Upload]:
    row = ledger.locked(session, vault)
    uploads.check_room(session, row, sum(len(content) for content in objects), len(objects), quota)
    begun = [
        Upload(
            id=new_id(),
            vault=vault,
            account=account,
            object_name=new_object_name(),
            # The store knows no upload in parts by this one.
            store_token="",
            length=len(content),
            part_size=part_size,
            completed=False,
            expires=now + uploads.LIFETIME,
        )
        for content in objects
    ]
    session.add_all(begun)
    return begun


def _note(session: Session, begun: Sequence[Upload], objects: Sequence[bytes]) -> None:
    ids = [upload.id for upload in begun]
    query = update(Upload).where(Upload.id.in_(ids)).values(completed=True).returning(Upload.id)
    if len(session.execute(query).all()) != len(ids):
        # The sweep has dropped one, and has noted its object as doomed.
        raise NotFound("the upload ended meanwhile")
    session.execute(
        insert(UploadPart),
        [
            {
                "upload": upload,
                "number": 1,
                "length": len(content),
                "sha256": hashlib.sha256(content).digest(),
                "store_tag": _WHOLE,
            }
            for upload, content in zip(ids, objects, strict=True)
        ],
    )

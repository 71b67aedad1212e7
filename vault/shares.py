"""Shares made and ended by the owner (spec chapter 8). Opening one: openings; changing one: share_updates.

Owns the rows and the sealed files of a share. The link's key stands in the link only: nothing here can open a
file.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.journal import Entry as JournalEntry
from crypto.statement_kinds import DAY
from crypto.statements import Share as ShareStatement
from crypto.statements import ShareEnd, ShareUpdate, Signed
from storage.base import ObjectStore
from vault import ledger, passcodes, uploads
from vault.errors import Conflict, NotFound
from vault.models.documents import Document, Upload, Version
from vault.models.shares import Share, ShareFile
from vault.models.vaults import Vault
from vault.objects import doom
from vault.vaults import Standing

ATTEMPTS = 10
# Twenty megabytes of document, as base64 in FHIR, as base64 in a JWE.
MAXIMUM_FILE = 40 * 1024 * 1024
CLOCK_TOLERANCE = DAY


@dataclass(frozen=True)
class NewShare:
    """What comes with a share's statement; uploads in the statement's order of files."""

    signed: Signed
    locator: bytes
    flag: str
    passcode: str | None
    uploads: tuple[str, ...]


def check(
    session: Session,
    store: ObjectStore | None,
    vault: Vault,
    standing: Standing,
    new: NewShare,
    *,
    max_days: int,
    now: int,
) -> ShareStatement:
    """Everything about a new share but whether its objects are complete. Raises as `make`.

    With a store, files of several parts that are complete are read and hashed: do that outside of a writing
    transaction.
    """
    standing.require_owner()
    statement = ledger.verified(session, ShareStatement, new.signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    if (statement.passcode == 1) != ("P" in new.flag) or (statement.passcode == 1) != bool(new.passcode):
        raise Malformed("passcode")
    if "U" in new.flag and len(statement.files) != 1:
        raise Malformed("a file by GET is one file")
    check_term(statement, max_days=max_days, now=now)
    if session.get(Share, statement.share) is not None:
        raise Conflict("share's identifier")
    if session.execute(select(Share.id).where(Share.locator_hash == locator_hash(new.locator))).first():
        raise Conflict("share's address")
    check_documents(session, vault, statement)
    check_files(session, store, vault, standing, statement, new.uploads, now)
    return statement


def check_term(statement: ShareStatement | ShareUpdate, *, max_days: int, now: int) -> None:
    """Raises Malformed or LimitExceeded: an end that has passed, or is too far away."""
    if statement.not_after <= now:
        raise Malformed("a share that is over when it begins")
    if statement.not_after > now + max_days * DAY + CLOCK_TOLERANCE:
        raise LimitExceeded("term of a share")


def check_documents(session: Session, vault: Vault, statement: ShareStatement | ShareUpdate) -> None:
    """Raises NotFound: a document that is not in the vault, or was removed."""
    for member in statement.documents:
        document = session.get(Document, (vault.id, member.document))
        version = session.get(Version, (vault.id, member.document, member.version))
        if document is None or version is None or document.removed is not None:
            raise NotFound("no such document")


def check_files(
    session: Session,
    store: ObjectStore | None,
    vault: Vault,
    standing: Standing,
    statement: ShareStatement | ShareUpdate,
    sent: tuple[str, ...],
    now: int,
) -> None:
    """Whether the uploads are the statement's files, in its order. Raises Malformed, NotFound, Tampered,
    LimitExceeded."""
    if len(sent) != len(statement.files) or len(set(sent)) != len(sent):
        raise Malformed("files of a share")
    for upload_id, file in zip(sent, statement.files, strict=True):
        upload = uploads.find(session, vault.id, upload_id, standing.who.account, now)
        _check_file(session, store, upload, file.length, file.sha256)


def make(
    session: Session, vault: Vault, standing: Standing, statement: ShareStatement, new: NewShare, now: int
) -> JournalEntry:
    """Begins a share whose statement `check` accepted and whose objects are complete. `vault` is locked.

    Raises Stale, Conflict, LimitExceeded, Malformed, NotFound, Tampered.
    """
    appended = ledger.append(session, vault, statement, new.signed, subject=statement.share, now=now)
    session.add(
        Share(
            id=statement.share,
            vault=vault.id,
            locator_hash=locator_hash(new.locator),
            passcode_hash=passcodes.hashed(new.passcode) if new.passcode else None,
            attempts_left=ATTEMPTS,
            not_after=statement.not_after,
            max_openings=statement.max_openings,
            openings=0,
            ended=False,
            flag=new.flag,
        )
    )
    session.flush()
    take_files(session, vault, standing, statement, new.uploads)
    return appended.entry


def take_files(
    session: Session,
    vault: Vault,
    standing: Standing,
    statement: ShareStatement | ShareUpdate,
    sent: tuple[str, ...],
) -> None:
    """Makes completed uploads the share's files. The statement was appended in the same transaction."""
    for number, (upload_id, member) in enumerate(zip(sent, statement.documents, strict=True), start=1):
        upload = uploads.take(session, vault.id, upload_id, standing.who.account)
        file = ShareFile(
            share=statement.share,
            number=number,
            object_name=upload.object_name,
            length=upload.length,
            statement_seq=statement.seq,
            document=member.document,
            version=member.version,
        )
        session.add(file)


def end(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Ends a share at once. Raises Stale, NotFound."""
    standing.require_owner()
    statement = ledger.verified(session, ShareEnd, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    share = session.get(Share, statement.share)
    if share is None or share.vault != vault.id:
        raise NotFound("no such share")
    appended = ledger.append(session, vault, statement, signed, subject=share.id, now=now)
    share.ended = True
    drop_files(session, share, now)
    return appended.entry


def drop_files(session: Session, share: Share, now: int) -> None:
    """Gives up the ciphertext of a share that is over; the sweep deletes it."""
    files = session.execute(select(ShareFile).where(ShareFile.share == share.id)).scalars()
    for file in files:
        if file.object_name is not None:
            doom(session, file.object_name, now)
            file.object_name = None


def locator_hash(locator: bytes) -> bytes:
    """What is kept of a share's address."""
    return hashlib.sha256(locator).digest()


def _check_file(
    session: Session, store: ObjectStore | None, upload: Upload, length: int, sha256: bytes
) -> None:
    if length > MAXIMUM_FILE:
        raise LimitExceeded("file of a share")
    if upload.length != length:
        raise Tampered("length of a file")
    parts = uploads.parts_of(session, upload.id)
    uploads.check_parts(session, upload, tuple(part.sha256 for part in parts), length)
    # The hash of a part that went straight to the store is only what its sender said.
    known = len(parts) == 1 and bool(parts[0].store_tag)
    if known and parts[0].sha256 != sha256:
        raise Tampered("digest of a file")
    if store is not None and not known and upload.completed and uploads.whole_digest(store, upload) != sha256:
        raise Tampered("digest of a file")

"""Deposits (spec chapters 4, 7): what a verified professional leaves in a vault's inbox for the owner alone.

No grant is asked for, and a blocked professional may deposit too. Owns the checks of a deposit, and what its
author is told of it afterwards. Filing it is an ordinary refile (`documents`).
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.age_header import parse_header
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered
from crypto.journal import LEDGER
from crypto.journal import Entry as JournalEntry
from crypto.statements import Deposit, Removal, Rotation, Signed
from vault import departures, ledger, notices, uploads
from vault.documents import AUTHOR_STANZA, MAXIMUM_METADATA, Committed
from vault.errors import Conflict, Forbidden, NotFound, Unverified
from vault.models.accounts import Account
from vault.models.documents import Document, Version
from vault.models.vaults import Entry, Section, Vault
from vault.sessions import SignedIn

MAXIMUM_WAITING = 100
"""Deposits of one professional that wait in one inbox."""


@dataclass(frozen=True)
class NewDeposit:
    """What comes with the signed statement: header, sealed author's metadata, the upload with the object."""

    signed: Signed
    header: bytes
    author_metadata: bytes
    upload: str


@dataclass(frozen=True)
class InboxWord:
    """The owner's own statements about the inbox, and the ledger's position."""

    vault: Signed
    rotation: Signed | None
    size: int
    head: bytes


@dataclass(frozen=True)
class Left:
    """A professional's own deposit: where the owner filed it (by number), the hash of its last statement."""

    document: str
    version: int
    section: str
    manifest: bytes
    time: int


def require_depositor(session: Session, who: SignedIn, vault: str) -> None:
    """Raises Unverified for who may not deposit, NotFound for no such vault, Forbidden for patients."""
    account = session.get(Account, who.account)
    if account is None or account.role != "professional":
        raise Forbidden("professionals deposit")
    if account.verified != "yes":
        raise Unverified("professionals deposit once they are verified")
    if session.get(Vault, vault) is None:
        raise NotFound("no such vault")
    departures.require_reachable(session, vault)


def inbox(session: Session, who: SignedIn, vault: str) -> InboxWord:
    """What a depositor verifies before sealing anything. Raises as `require_depositor`."""
    require_depositor(session, who, vault)
    row = session.get_one(Vault, vault)
    first = session.get_one(Entry, (vault, LEDGER, 0))
    query = (
        select(Entry)
        .where(Entry.vault == vault, Entry.chain == LEDGER, Entry.kind == Rotation.KIND)
        .order_by(Entry.seq.desc())
    )
    newest = next((entry for entry in session.execute(query).scalars() if _of_inbox(entry)), None)
    return InboxWord(
        Signed(first.statement, first.signature),
        None if newest is None else Signed(newest.statement, newest.signature),
        row.ledger_size,
        row.ledger_head,
    )


def _of_inbox(entry: Entry) -> bool:
    return statements.parse(Rotation, entry.statement).inbox_recipient is not None


def check_statement(session: Session, vault: Vault, who: SignedIn, new: NewDeposit) -> Committed | Deposit:
    """Everything about a deposit but its object; the earlier outcome when it was committed before.

    Raises Unverified, Tampered, Malformed, Stale (position, epoch), NotFound, Conflict, LimitExceeded.
    """
    require_depositor(session, who, vault.id)
    statement = ledger.verified(session, Deposit, new.signed, who.account, vault.id)
    known = session.get(Version, (vault.id, statement.document, 1))
    if known is not None:
        entry = ledger.entry_at(session, vault.id, known.manifest_seq)
        if entry.signed is not None and entry.signed.statement == new.signed.statement:
            return Committed(entry, statement.document, 1, again=True)
        raise Conflict("document's identifier")
    _check_attached(new, statement)
    ledger.check_position(vault, statement)
    section = session.get(Section, (vault.id, statement.section))
    if section is None or not section.inbox:
        raise NotFound("no such inbox")
    if section.epoch != statement.epoch:
        raise Stale("epoch")
    if _waiting(session, vault.id, who.key, section.id) >= MAXIMUM_WAITING:
        raise LimitExceeded("deposits that wait")
    return statement


def check(session: Session, vault: Vault, who: SignedIn, new: NewDeposit, now: int) -> Committed | Deposit:
    """`check_statement`, and that the upload is what was described."""
    statement = check_statement(session, vault, who, new)
    if isinstance(statement, Committed):
        return statement
    upload = uploads.find(session, vault.id, new.upload, who.account, now)
    if upload.part_size != statement.part_size:
        raise Tampered("part size")
    uploads.check_parts(session, upload, statement.parts, statement.length)
    return statement


def commit(session: Session, vault: Vault, who: SignedIn, new: NewDeposit, now: int) -> Committed:
    """Adds a deposit whose object is complete, and tells the owner. `vault` is locked; raises as `check`."""
    statement = check(session, vault, who, new, now)
    if isinstance(statement, Committed):
        return statement
    upload = uploads.take(session, vault.id, new.upload, who.account)
    appended = ledger.append(session, vault, statement, new.signed, subject=statement.document, now=now)
    session.add(
        Document(
            vault=vault.id,
            id=statement.document,
            section=statement.section,
            version=1,
            manifest=statements.statement_hash(new.signed.statement),
            author=statement.author,
            removed=None,
        )
    )
    session.flush()
    session.add(
        Version(
            vault=vault.id,
            document=statement.document,
            version=1,
            manifest_seq=appended.seq,
            filed_seq=appended.seq,
            author=statement.author,
            section=statement.section,
            epoch=statement.epoch,
            header=new.header,
            # Sealed under the section's key once the owner takes it in.
            metadata_sealed=b"",
            author_metadata=new.author_metadata,
            object_name=upload.object_name,
            length=upload.length,
            part_size=upload.part_size,
        )
    )
    vault.stored_bytes += upload.length
    notices.deposit(session, vault, document=statement.document, now=now)
    return Committed(appended.entry, statement.document, 1, again=False)


def left(session: Session, who: SignedIn, vault: str) -> tuple[Left, ...]:
    """The professional's own deposits in a vault that are not removed, oldest first."""
    query = (
        select(Document, Entry.time)
        .join(Version, (Version.vault == Document.vault) & (Version.document == Document.id))
        .join(Entry, (Entry.vault == Version.vault) & (Entry.seq == Version.manifest_seq))
        .where(
            Document.vault == vault,
            Document.author == who.key,
            Document.removed.is_(None),
            Version.version == 1,
            Entry.chain == LEDGER,
            Entry.kind == Deposit.KIND,
        )
        .order_by(Entry.seq)
    )
    return tuple(
        Left(row.id, row.version, row.section, row.manifest, time) for row, time in session.execute(query)
    )


def withdraw(session: Session, vault: Vault, who: SignedIn, signed: Signed, now: int) -> JournalEntry:
    """Takes a professional's own document out of the record, grant or not. `vault` is locked.

    Raises NotFound (also for what is not theirs), Stale (position, another version, filed elsewhere).
    """
    departures.require_reachable(session, vault.id)
    statement = ledger.verified(session, Removal, signed, who.account, vault.id)
    document = session.get(Document, (vault.id, statement.document))
    if document is None or document.removed is not None or document.author != who.key:
        raise NotFound("no such document")
    named = (statement.version, statement.manifest, statement.section)
    if named != (document.version, document.manifest, document.section):
        raise Stale("it changed meanwhile")
    appended = ledger.append(session, vault, statement, signed, subject=document.id, now=now)
    document.removed = appended.time
    return appended.entry


def _check_attached(new: NewDeposit, statement: Deposit) -> None:
    if len(new.author_metadata) > MAXIMUM_METADATA:
        raise Malformed("author's metadata")
    if statements.header_hash(new.header) != statement.header:
        raise Tampered("header")
    if statements.author_metadata_hash(new.author_metadata) != statement.author_metadata:
        raise Tampered("author's metadata")
    stanzas, _mac, length = parse_header(new.header)
    if length != len(new.header) or [stanza.type for stanza in stanzas] != [AUTHOR_STANZA, AUTHOR_STANZA]:
        raise Malformed("header")


def _waiting(session: Session, vault: str, author: str, inbox_id: str) -> int:
    return session.execute(
        select(func.count()).where(
            Document.vault == vault,
            Document.author == author,
            Document.section == inbox_id,
            Document.removed.is_(None),
        )
    ).scalar_one()

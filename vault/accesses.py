"""Opening documents: a header is handed out only in the transaction that appends its access statement (spec
chapter 6).

Owns that rule, and that a statement counts once. Knows no key: the header holds the file key wrapped.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.encoding import DocumentId
from crypto.errors import Malformed, Stale
from crypto.journal import Entry as JournalEntry
from crypto.statements import Access, Signed
from vault import documents, ledger, notices
from vault.errors import Forbidden
from vault.models.documents import Version
from vault.models.vaults import AccessNonce, Vault
from vault.vaults import Standing

CLOCK_TOLERANCE = 300


@dataclass(frozen=True)
class Opened:
    """What a reader needs to open a version, and the entry that says so.

    `author_metadata` only for the version's author, who may have no key of its section, and for the owner of
    a deposit that was not taken in yet.
    """

    entry: JournalEntry
    document: DocumentId
    version: int
    header: bytes
    length: int
    part_size: int
    author_metadata: bytes | None


def open_documents(
    session: Session, vault: Vault, standing: Standing, signed: list[Signed], now: int
) -> list[Opened]:
    """Appends every access, then gives the headers: all or none. `vault` is locked.

    Raises Stale (nonce used before, or a time more than five minutes off), NotFound, Forbidden, Tampered,
    Malformed.
    """
    card = ledger.card_of(session, standing.who.account)
    found = [ledger.verified_by(card, Access, one, vault.id) for one in signed]
    _check_fresh(session, vault, found, now)
    # Held while the loop runs: what a session knows is forgotten with its last reference.
    held = documents.load(session, vault.id, {(one.document, one.version) for one in found})
    opened = [
        _open(session, vault, standing, statement, one, now)
        for statement, one in zip(found, signed, strict=True)
    ]
    del held
    return opened


def _check_fresh(session: Session, vault: Vault, found: list[Access], now: int) -> None:
    if any(abs(statement.time - now) > CLOCK_TOLERANCE for statement in found):
        raise Stale("time")
    nonces = {statement.nonce for statement in found}
    used = select(AccessNonce.nonce).where(AccessNonce.vault == vault.id, AccessNonce.nonce.in_(nonces))
    if len(nonces) < len(found) or session.execute(used).first() is not None:
        raise Stale("nonce")


def _open(
    session: Session, vault: Vault, standing: Standing, statement: Access, signed: Signed, now: int
) -> Opened:
    version = documents.readable(session, standing, statement.document, statement.version)
    _check_mode(session, standing, statement, version)
    appended = ledger.append(session, vault, statement, signed, subject=statement.document, now=now)
    session.add(AccessNonce(vault=vault.id, nonce=statement.nonce))
    if not standing.owner:
        notices.opening(session, vault, by=standing.who.account, grant=statement.grant, now=now)
    return Opened(
        entry=appended.entry,
        document=statement.document,
        version=statement.version,
        header=version.header,
        length=version.length,
        part_size=version.part_size,
        author_metadata=_author_metadata(standing, version),
    )


def _author_metadata(standing: Standing, version: Version) -> bytes | None:
    """For the author; and for the owner of a deposit, until there is metadata under the section's key."""
    is_new = standing.owner and not version.metadata_sealed
    return version.author_metadata if is_new or version.author == standing.who.key else None


def _check_mode(session: Session, standing: Standing, statement: Access, version: Version) -> None:
    if (statement.mode == "own") != standing.owner:
        raise Malformed("mode")
    if standing.owner:
        return
    for grant in standing.current:
        if grant.row.id != statement.grant:
            continue
        section = documents.section_of(session, version)
        if grant.row.may_read and (section in grant.sections or version.author == standing.who.key):
            return
    raise Forbidden("the grant named does not reach this document")

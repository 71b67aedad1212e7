"""Opening documents: a header is handed out only in the transaction that appends its access statement (spec
chapter 6).

Owns that rule, and that a statement counts once. Knows no key: the header holds the file key wrapped.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto import statements
from crypto.encoding import DocumentId
from crypto.errors import Malformed, Stale
from crypto.journal import Entry as JournalEntry
from crypto.statements import Access, Card, Signed
from vault import document_grants, documents, ledger, notices
from vault.errors import Forbidden
from vault.insert_once import insert_new
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
    card = statements.parse(Card, standing.who.card)
    found = [ledger.verified_by(card, Access, one, vault.id) for one in signed]
    _use_up(session, vault, found, now)
    # Held until the end: what a session knows is forgotten with its last reference.
    held = documents.load(
        session,
        vault.id,
        {(one.document, one.version) for one in found},
        beside=ledger.newest_access(vault),
    )
    versions = [_version_of(session, standing, statement) for statement in found]
    newest = next((time for _document, _version, time in held), None)
    entries = ledger.append_accesses(
        session, vault, list(zip(found, signed, strict=True)), newest=newest, now=now
    )
    if not standing.owner:
        if any(grant.documents for grant in standing.current):
            document_grants.note_opened(session, found)
        notices.opening(session, vault, by=standing.who.account, grant=found[0].grant, now=now)
    return [
        Opened(
            entry=entry,
            document=statement.document,
            version=statement.version,
            header=version.header,
            length=version.length,
            part_size=version.part_size,
            author_metadata=_author_metadata(standing, version),
        )
        for entry, statement, version in zip(entries, found, versions, strict=True)
    ]


def _use_up(session: Session, vault: Vault, found: list[Access], now: int) -> None:
    if any(abs(statement.time - now) > CLOCK_TOLERANCE for statement in found):
        raise Stale("time")
    nonces = {statement.nonce for statement in found}
    rows: list[dict[str, object]] = [{"vault": vault.id, "nonce": nonce} for nonce in nonces]
    # Those of a batch that is refused later are given back with its transaction.
    if len(nonces) < len(found) or insert_new(session, AccessNonce, rows) < len(rows):
        raise Stale("nonce")


def _version_of(session: Session, standing: Standing, statement: Access) -> Version:
    version = documents.readable(session, standing, statement.document, statement.version)
    _check_mode(session, standing, statement, version)
    return version


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
        named = (version.document, version.version) in grant.documents
        own = version.author == standing.who.key
        if grant.row.may_read and (section in grant.sections or named or own):
            return
    raise Forbidden("the grant named does not reach this document")

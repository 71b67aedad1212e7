"""Documents: new versions, filing elsewhere, removal, and the way to an object (spec chapters 4 to 6).

Owns what the server can check without any key: signatures, hashes, positions, rights. Titles, types and dates
are sealed.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, select, tuple_
from sqlalchemy.orm import Session

from crypto import statements
from crypto.age_header import parse_header
from crypto.encoding import DocumentId
from crypto.errors import Malformed, Stale, Tampered
from crypto.journal import Entry as JournalEntry
from crypto.statements import Card, Deposit, Manifest, Refile, Removal, Signed
from vault import ledger, uploads, vaults
from vault.errors import Conflict, Forbidden, NotFound
from vault.models.documents import Document, Version
from vault.models.grants import GrantDocument
from vault.models.vaults import Section, Vault
from vault.vaults import Standing

SECTION_STANZA = "coffre.section/v1"
AUTHOR_STANZA = "mlkem768x25519"
MAXIMUM_METADATA = 512 * 1024
_MAXIMUM_STANZAS = 8


@dataclass(frozen=True)
class NewVersion:
    """What comes with a manifest: header, sealed metadata, and the upload that holds the object.

    `author_metadata` exactly when the author is not the owner.
    """

    signed: Signed
    header: bytes
    metadata: bytes
    upload: str
    author_metadata: bytes | None = None


@dataclass(frozen=True)
class Committed:
    """The version's entry; `again` when the very same was committed before."""

    entry: JournalEntry
    document: DocumentId
    version: int
    again: bool


@dataclass(frozen=True)
class ObjectOf:
    """Where a version's bytes are."""

    name: str
    length: int


def check(
    session: Session, vault: Vault, standing: Standing, new: NewVersion, now: int
) -> Committed | Manifest:
    """Everything about a new version but the state of its object.

    Gives the earlier outcome when the very same statement was committed before, else the verified manifest.
    Raises Tampered, Malformed, Stale, Forbidden, NotFound, Conflict.
    """
    manifest = check_statement(session, vault, standing, new, now)
    if isinstance(manifest, Committed):
        return manifest
    upload = uploads.find(session, vault.id, new.upload, standing.who.account, now)
    if upload.part_size != manifest.part_size:
        raise Tampered("part size")
    uploads.check_parts(session, upload, manifest.parts, manifest.length)
    return manifest


def check_statement(
    session: Session, vault: Vault, standing: Standing, new: NewVersion, now: int
) -> Committed | Manifest:
    """`check` without the upload, which may not have begun. Raises as that."""
    card = statements.parse(Card, standing.who.card)
    manifest = ledger.verified_by(card, Manifest, new.signed, vault.id)
    document = session.get(Document, (vault.id, manifest.document))
    key = (vault.id, manifest.document, manifest.version)
    known = None if document is None else session.get(Version, key)
    if known is not None:
        entry = ledger.entry_at(session, vault.id, known.manifest_seq)
        if entry.signed is not None and entry.signed.statement == new.signed.statement:
            return Committed(entry, manifest.document, manifest.version, again=True)
    if not standing.may_add(manifest.section):
        raise Forbidden("no right to add")
    if vault.mask_new and not standing.owner and manifest.version == 1:
        raise Forbidden("new documents are masked: make a deposit")
    _check_hashes(new.header, new.metadata, manifest.header, manifest.metadata)
    _check_author_metadata(standing, new.author_metadata, manifest)
    _check_header(new.header, manifest.section, manifest.epoch)
    ledger.check_position(vault, manifest)
    _check_epoch(session, vault, standing, manifest.section, manifest.epoch, now)
    _check_history(standing, manifest, document)
    return manifest


def check_object(content: bytes, manifest: Manifest | Deposit) -> None:
    """Whether an object that comes whole is the one described. Raises Tampered."""
    if (manifest.length, manifest.parts) != (len(content), (hashlib.sha256(content).digest(),)):
        raise Tampered("the object")


def commit(session: Session, vault: Vault, standing: Standing, new: NewVersion, now: int) -> Committed:
    """Adds a version whose object is complete. `vault` is locked; raises as `check`, and Incomplete.

    This is what many small documents wait for, one after the other: each row is read once.
    """
    upload = uploads.locked(session, new.upload)
    manifest = check(session, vault, standing, new, now)
    if isinstance(manifest, Committed):
        return manifest
    upload = uploads.end(session, upload, vault.id, standing.who.account)
    if manifest.version == 1:
        document = Document(vault=vault.id, id=manifest.document, author=manifest.author, removed=None)
        session.add(document)
    else:
        document = session.get_one(Document, (vault.id, manifest.document))
    document.section = manifest.section
    document.version = manifest.version
    document.manifest = statements.statement_hash(new.signed.statement)
    vault.stored_bytes += upload.length
    with session.no_autoflush:
        # Which writes all that changed here at its end: the vault's row once.
        appended = ledger.append(session, vault, manifest, new.signed, subject=manifest.document, now=now)
    session.add(
        Version(
            vault=vault.id,
            document=manifest.document,
            version=manifest.version,
            manifest_seq=appended.seq,
            filed_seq=appended.seq,
            author=manifest.author,
            section=manifest.section,
            epoch=manifest.epoch,
            header=new.header,
            metadata_sealed=new.metadata,
            author_metadata=new.author_metadata,
            object_name=upload.object_name,
            length=upload.length,
            part_size=upload.part_size,
        )
    )
    return Committed(appended.entry, manifest.document, manifest.version, again=False)


def refile(
    session: Session,
    vault: Vault,
    standing: Standing,
    signed: Signed,
    header: bytes,
    metadata: bytes,
    now: int,
) -> JournalEntry:
    """Files a document's latest version in another section or epoch; its object stays as it is.

    Raises Forbidden, Tampered, Malformed, NotFound, Stale (position, version, section, epoch).
    """
    standing.require_owner()
    statement = ledger.verified(session, Refile, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    document = _latest(session, vault.id, statement)
    if statement.from_ != document.section:
        raise Stale("filed elsewhere meanwhile")
    _check_hashes(header, metadata, statement.header, statement.metadata)
    _check_header(header, statement.section, statement.epoch)
    _check_epoch(session, vault, standing, statement.section, statement.epoch, now)
    version = session.get_one(Version, (vault.id, document.id, document.version))
    if _author_stanzas(header) != _authors_of(version):
        raise Tampered("the author's stanza must stay")
    appended = ledger.append(session, vault, statement, signed, subject=document.id, now=now)
    document.section = statement.section
    version.section, version.epoch = statement.section, statement.epoch
    version.header, version.metadata_sealed = header, metadata
    version.filed_seq = appended.seq
    return JournalEntry(appended.entry.header, appended.entry.salt, appended.entry.signed, metadata)


def remove(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Takes a document out of the record; its objects stay in the bin until the sweep.

    Raises Stale, NotFound, Forbidden. Sent again after a lost answer it is stale rather than not found.
    """
    statement = ledger.verified(session, Removal, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    document = _latest(session, vault.id, statement)
    if not standing.owner and document.author != standing.who.key:
        raise Forbidden("the owner or the author only")
    if statement.section != document.section:
        raise Stale("filed elsewhere meanwhile")
    appended = ledger.append(session, vault, statement, signed, subject=document.id, now=now)
    document.removed = appended.time
    return appended.entry


def load(
    session: Session, vault: str, wanted: Collection[tuple[str, int]], beside: ScalarSelect[int]
) -> list[tuple[Document, Version, int | None]]:
    """Documents and versions by their numbers, read at once. What is not there is left out; `beside` is read
    in the same statement, and stands in every row.

    `readable` then finds them in the session, for as long as the caller holds the answer.
    """
    query = (
        select(Document, Version, beside)
        .join(Version, (Version.vault == Document.vault) & (Version.document == Document.id))
        .where(Document.vault == vault, tuple_(Version.document, Version.version).in_(wanted))
    )
    return [(document, version, value) for document, version, value in session.execute(query)]


def readable(session: Session, standing: Standing, document_id: str, number: int) -> Version:
    """A version that the account may open. Raises NotFound, also for what it may not know of."""
    document = session.get(Document, (standing.vault, document_id))
    version = session.get(Version, (standing.vault, document_id, number))
    if document is None or version is None or document.removed is not None or version.object_name is None:
        raise NotFound("no such version")
    own = version.author == standing.who.key and standing.may_read_own
    named = standing.may_read_named(document_id, number)
    if not standing.may_read(document.section) and not own and not named:
        # Whoever may add there sees the entry, and is told why; others learn nothing.
        raise (
            Forbidden("no right to read")
            if standing.may_add(document.section)
            else NotFound("no such version")
        )
    return version


def object_of(session: Session, standing: Standing, document: str, number: int) -> ObjectOf:
    """The object of a version that the account may open; of one that it may open by name only, and so has
    the key of, once it has.

    Raises as `readable`, and Forbidden (not opened yet).
    """
    version = readable(session, standing, document, number)
    filed = section_of(session, version)
    if not standing.may_read(filed) and version.author != standing.who.key:
        _require_opened(session, standing, version)
    if version.object_name is None:
        raise NotFound("no such version")
    return ObjectOf(version.object_name, version.length)


def _require_opened(session: Session, standing: Standing, version: Version) -> None:
    grants = [grant.row.id for grant in standing.current]
    opened = select(GrantDocument.grant_id).where(
        GrantDocument.grant_id.in_(grants),
        GrantDocument.document == version.document,
        GrantDocument.version == version.version,
        GrantDocument.opened.is_(True),
    )
    if session.execute(opened.limit(1)).first() is None:
        raise Forbidden("no access to it stands in the journal")


def _latest(session: Session, vault: str, statement: Refile | Removal) -> Document:
    document = session.get(Document, (vault, statement.document))
    if document is None or document.removed is not None:
        raise NotFound("no such document")
    if (document.version, document.manifest) != (statement.version, statement.manifest):
        raise Stale("not the latest version")
    return document


def _check_hashes(header: bytes, metadata: bytes, header_hash: bytes, metadata_hash: bytes) -> None:
    if len(metadata) > MAXIMUM_METADATA:
        raise Malformed("metadata")
    if statements.header_hash(header) != header_hash or statements.metadata_hash(metadata) != metadata_hash:
        raise Tampered("header or metadata")


def _check_author_metadata(standing: Standing, sealed: bytes | None, manifest: Manifest) -> None:
    if standing.owner == (manifest.author_metadata is not None) or standing.owner == (sealed is not None):
        raise Malformed("author's metadata is for authors who are not the owner")
    if sealed is None:
        return
    if len(sealed) > MAXIMUM_METADATA:
        raise Malformed("author's metadata")
    if statements.author_metadata_hash(sealed) != manifest.author_metadata:
        raise Tampered("author's metadata")


def _check_header(header: bytes, section: str, epoch: int) -> None:
    stanzas, _mac, length = parse_header(header)
    if length != len(header) or len(stanzas) > _MAXIMUM_STANZAS:
        raise Malformed("header")
    first = stanzas[0]
    if first.type != SECTION_STANZA or first.args != (section, str(epoch)) or len(first.body) != 56:
        raise Tampered("section stanza")
    if any(stanza.type != AUTHOR_STANZA for stanza in stanzas[1:]):
        raise Malformed("stanza in a document's header")


def _authors_of(version: Version) -> list[object]:
    """The stanzas that a refile keeps: of a deposit that was not taken in, not the inbox's, the first."""
    stanzas = _author_stanzas(version.header)
    return stanzas if version.metadata_sealed else stanzas[1:]


def _author_stanzas(header: bytes) -> list[object]:
    return [stanza for stanza in parse_header(header)[0] if stanza.type == AUTHOR_STANZA]


def _check_epoch(
    session: Session, vault: Vault, standing: Standing, section: str, epoch: int, now: int
) -> None:
    row = session.get(Section, (vault.id, section))
    if row is None:
        raise NotFound("no such section")
    if epoch != row.epoch:
        raise Stale("epoch")
    if not standing.owner and vaults.is_due(session, row, now):
        raise Stale("the section is due for rotation")


def _check_history(standing: Standing, manifest: Manifest, document: Document | None) -> None:
    if document is None:
        if manifest.version != 1:
            raise Stale("version")
        return
    if manifest.version == 1 or document.removed is not None:
        raise Conflict("document's identifier")
    if (manifest.version, manifest.previous) != (document.version + 1, document.manifest):
        raise Stale("version")
    if not standing.may_add(document.section):
        raise Forbidden("no right where the document is filed")
    if manifest.section != document.section:
        raise Stale("filed elsewhere meanwhile")


def section_of(session: Session, version: Version) -> str:
    """Where the document of a version is filed now."""
    return session.get_one(Document, (version.vault, version.document)).section

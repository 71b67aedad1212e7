"""Documents: sealing and adding, filing elsewhere, removing (chapters 4 and 6). Reading them is `reading`.

    added = add(vault, NewDocument(Path("scan.dcm"), title="CT"), section, on_progress)

Owns the steps and their order: an object is complete before its manifest is sent.
"""

import mimetypes
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crypto import document, metadata
from crypto.encoding import DocumentId, Json, SectionId, b64u, new_id
from crypto.errors import CoffreError, Tampered
from crypto.metadata import Authored, Metadata, clean_name
from crypto.sections import Filing
from crypto.statements import (
    InLedger,
    Manifest,
    Refile,
    Removal,
    author_metadata_hash,
    header_hash,
    metadata_hash,
    parse,
)
from vault.client import chains, reading
from vault.client.errors import NotAllowed, NotFound, ServerRefused, Usage
from vault.client.ledger_state import DocumentState, LedgerState, VersionState
from vault.client.resuming import Pending, Uploads
from vault.client.uploads import Advance, part_size_of, reserve, resume, send
from vault.client.vaults import OpenVault

MASKED: Final = "masked"


@dataclass(frozen=True)
class NewDocument:
    """A file to add. An empty title is the file's name without its extension, an empty date today's."""

    path: Path
    title: str = ""
    type: str = ""
    date: str = ""


@dataclass(frozen=True)
class Added:
    """What was added: size in bytes and SHA-256 of the file."""

    id: DocumentId
    version: int
    title: str
    size: int
    sha256: bytes


def size_of(path: Path) -> int:
    """A regular file's size in bytes.

    Raises NotFound, Usage; LimitExceeded for one that cannot be a document.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NotFound("no such file") from None
    except OSError as error:
        raise Usage(f"cannot read the file: {error.strerror}") from error
    if not path.is_file():
        raise Usage("not a file")
    document.object_length(status.st_size)
    return status.st_size


def described(new: NewDocument, author: str, sealed: document.SealedObject) -> Metadata:
    """A new document's metadata.

    Raises Malformed or LimitExceeded when it is sealed and breaks chapter 4's rules.
    """
    name = clean_name(new.path.name)
    stem = name.rpartition(".")[0] or name
    mime = "application/dicom" if _is_dicom(new.path) else mimetypes.guess_type(name)[0]
    return Metadata(
        author=author,
        date=new.date or datetime.now(UTC).astimezone().date().isoformat(),
        mime=mime or "application/octet-stream",
        name=name,
        sha256=sealed.sha256,
        size=sealed.size,
        tags=(),
        title=new.title or stem[:200],
        type=new.type or None,
    )


def add(
    vault: OpenVault,
    new: NewDocument,
    section: SectionId,
    advance: Advance,
    uploads: Uploads | None = None,
    *,
    replaces: DocumentState | None = None,
) -> Added:
    """Seals a file under a fresh key, uploads it and adds it to a section, or as a document's next version.

    With `uploads`, goes on where an interrupted attempt left off; what that had added is not added twice.
    `replaces` stays in its section, which `section` must be. Raises NotAllowed, NotFound (it changed
    meanwhile).
    """
    if uploads is None:
        with Uploads(vault.client.home) as uploads:
            return add(vault, new, section, advance, uploads, replaces=replaces)
    if section not in vault.addable():
        raise NotAllowed("no right to add there")
    if replaces is not None and not vault.owned and replaces.author != vault.client.me:
        raise NotAllowed("only the owner or who added it can replace it")
    size = size_of(new.path)
    # What the server would refuse, or a reader, is found before anything is sent.
    check = document.SealedObject(1, 0, (), b"", size, bytes(32))
    _probe(vault, described(new, _author(vault), check), section)
    part_size = part_size_of(vault)
    place: tuple[str, ...] = (vault.client.session.server, vault.client.session.account, vault.id, section)
    if replaces is not None:
        place = (*place, replaces.document)
    pending = uploads.of(place, new.path, part_size, lambda known: _is_removed(vault, known))
    identifier = pending.document if replaces is None else replaces.document
    with new.path.open("rb") as source:
        sealer = document.ObjectSealer(
            source, size=size, file_key=pending.file_key, part_size=part_size, random=pending.random()
        )
        sent = _send(vault, pending, identifier, sealer, advance)
    sealed = sealer.result()
    meta = described(new, _author(vault), sealed)
    if isinstance(sent, VersionState):
        return Added(identifier, sent.manifest.version, meta.title, size, sealed.sha256)
    version = 1 if replaces is None else replaces.latest.manifest.version + 1
    made = _Sealed(identifier, version, section, replaces, sealed, meta, sent, pending.file_key)
    try:
        vault.append("documents", lambda state: _manifest(vault, made, state), "manifest")
    except ServerRefused as error:
        if error.code in ("stale", "conflict"):
            # Perhaps it was added before, where this account may not look: never again under that id.
            pending.forget()
        raise
    return Added(identifier, version, meta.title, size, sealed.sha256)


@dataclass(frozen=True)
class _Sealed:
    """A version whose object was uploaded; `replaces` as it was when that began."""

    id: DocumentId
    version: int
    section: SectionId
    replaces: DocumentState | None
    sealed: document.SealedObject
    metadata: Metadata
    upload: str
    file_key: bytes = field(repr=False)


def _manifest(vault: OpenVault, new: _Sealed, state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
    """The version's manifest for the ledger's next position, and what goes with it."""
    if new.replaces is not None and vault.document(new.id).latest != new.replaces.latest:
        raise NotFound("the document changed meanwhile")
    secret = vault.newest(new.section)
    filing = Filing(vault.id, new.section, secret.epoch, new.id, new.version)
    recipient = None if vault.owned else vault.client.keyring.age_identity().recipient()
    header = document.make_header(secret, filing, new.file_key, author=recipient)
    sealed_meta = metadata.seal(secret, filing, new.metadata)
    own_meta = None if recipient is None else _for_author(vault, new)
    manifest = Manifest(
        author_metadata=None if own_meta is None else author_metadata_hash(own_meta),
        time=vault.now(),
        author=vault.client.me,
        vault=vault.id,
        seq=state.size,
        prev=state.head,
        digest=new.sealed.digest,
        document=new.id,
        epoch=secret.epoch,
        header=header_hash(header),
        length=new.sealed.length,
        metadata=metadata_hash(sealed_meta),
        part_size=new.sealed.part_size,
        parts=new.sealed.parts,
        previous=None if new.replaces is None else new.replaces.latest.hash,
        section=new.section,
        version=new.version,
    )
    own: dict[str, Json] = {} if own_meta is None else {"author_metadata": b64u(own_meta)}
    return manifest, {**own, "header": b64u(header), "metadata": b64u(sealed_meta), "upload": new.upload}


def refile(vault: OpenVault, target: DocumentState, section: SectionId) -> None:
    """Files a document in another section: new header and sealed metadata, the object stays."""
    _require_owner(vault)
    version = target.latest
    header = reading.access(vault, version).header
    file_key = reading.file_key_of(vault, version, header)
    meta = vault.metadata(version)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        known = vault.document(target.document)
        if known.latest != version:
            raise NotFound("the document changed meanwhile")
        secret = vault.newest(section)
        filing = Filing(vault.id, section, secret.epoch, target.document, version.manifest.version)
        new_header = document.refile_header(header, file_key, secret, filing)
        sealed_meta = metadata.seal(secret, filing, meta)
        statement = Refile(
            time=vault.now(),
            author=vault.client.me,
            vault=vault.id,
            seq=state.size,
            prev=state.head,
            document=target.document,
            epoch=secret.epoch,
            from_=known.section,
            header=header_hash(new_header),
            manifest=version.hash,
            metadata=metadata_hash(sealed_meta),
            section=section,
            version=version.manifest.version,
        )
        return statement, {"header": b64u(new_header), "metadata": b64u(sealed_meta)}

    vault.append("filings", make, "refile")


def section_before(vault: OpenVault, target: DocumentState) -> SectionId:
    """Where a document was before its last filing, from the owner's own signed statement. Raises NotFound."""
    position = target.latest.filing.seq
    page = chains.fetch(vault.client, vault.id, "ledger", position)
    signed = page.entries[0].signed if page.entries else None
    try:
        statement = parse(Refile, signed.statement) if signed is not None else None
    except CoffreError:
        statement = None
    if statement is None:
        raise NotFound("it was never filed anywhere else")
    filing = target.latest.filing
    said = (statement.vault, statement.seq, statement.document, statement.header, statement.metadata)
    if said != (vault.id, position, target.document, filing.header, filing.metadata):
        raise Tampered("another entry than the one that was folded")
    return statement.from_


def remove(vault: OpenVault, target: DocumentState) -> None:
    """Takes a document out of the record: by the owner, or by who added it."""
    if not vault.owned and target.author != vault.client.me:
        raise NotAllowed("only the owner or who added it can remove it")

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        known = vault.document(target.document)
        statement = Removal(
            time=vault.now(),
            author=vault.client.me,
            vault=vault.id,
            seq=state.size,
            prev=state.head,
            document=target.document,
            manifest=known.latest.hash,
            section=known.section,
            version=known.latest.manifest.version,
        )
        return statement, {}

    vault.append("removals", make, "removal")


def version_of(target: DocumentState, wanted: int | None) -> VersionState:
    """The version with a number, or the latest. Raises NotFound."""
    found = target.latest if wanted is None else target.version(wanted)
    if found is None:
        raise NotFound("no such version")
    return found


def _require_owner(vault: OpenVault) -> None:
    if not vault.owned:
        raise NotAllowed("only the owner files documents")


def _author(vault: OpenVault) -> str:
    return vault.client.keyring.name


def _for_author(vault: OpenVault, new: _Sealed) -> bytes:
    authored = Authored(vault.id, new.id, new.version)
    return metadata.seal_for_author(new.file_key, authored, new.metadata)


def _probe(vault: OpenVault, meta: Metadata, section: SectionId) -> None:
    secret = vault.newest(section)
    metadata.seal(secret, Filing(vault.id, section, secret.epoch, DocumentId(new_id()), 1), meta)


def _is_removed(vault: OpenVault, identifier: DocumentId) -> bool:
    known = vault.state.documents.get(identifier)
    return known is not None and known.removed is not None


def _send(
    vault: OpenVault,
    pending: Pending,
    identifier: DocumentId,
    sealer: document.ObjectSealer,
    advance: Advance,
) -> str | VersionState:
    """Uploads what has not arrived; its name, or the version when that stands in the vault already."""
    earlier = tuple(pending.hashes)
    parts = pending.recorded(sealer)
    known = vault.state.documents.get(identifier)
    for version in known.versions if known is not None else ():
        if version.manifest.parts == earlier:
            # The last attempt was interrupted after the server had taken it: sealing once more shows that it
            # is the same.
            for part in parts:
                advance(len(part.data))
            return version
    length, part_size = sealer.length, sealer.part_size
    upload = resume(vault, pending.upload, length, part_size) if pending.upload else None
    if upload is None:
        upload = reserve(vault, length, part_size)
        pending.note_upload(upload.id)
    send(vault, upload, parts, advance)
    return upload.id


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"
